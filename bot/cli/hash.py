"""`ansim hash`: pictures become a file of hashes on the officer's own machine, offline."""

import asyncio
import os
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from bot.cli import hasher
from bot.cli.hash_files import Unreadable, each_file, is_video, printable, read, write
from bot.cli.hash_texts import Lang, lang_of_environment, said
from domain import exchange, hashfile
from domain.fingerprints import Print
from matching.children import Children
from matching.decoding import MOST_BYTES, Undecodable

app = typer.Typer(add_completion=False)


class Format(StrEnum):
    """How the hashes are written: for this centre, or for others (the canonical hash alone)."""

    ANSIM = "ansim"
    CSV = "csv"
    THREATEXCHANGE = "threatexchange"


@app.command()
def hash_(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE...", help="사진이나 폴더. Pictures or folders."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="쓸 파일; 없으면 화면에. Written here, else to the screen.")
    ] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="파일 형식. For this centre, or for others.")
    ] = Format.ANSIM,
    with_names: Annotated[
        bool,
        typer.Option("--with-names", help="파일 이름도 담기(ansim 형식만). Keep the files' names."),
    ] = False,
    page: Annotated[
        Path | None,
        typer.Option(
            help="해시 만드는 페이지를 여기에 쓰기. Write the browser page for handing out."
        ),
    ] = None,
    lang: Annotated[Lang | None, typer.Option(help="안내 언어. Language of messages.")] = None,
) -> None:
    """사진의 해시만 만들어 담습니다. 사진은 이 컴퓨터를 떠나지 않습니다.

    Makes hashes of pictures. The pictures don't leave this computer; nothing is sent anywhere.
    """
    run = _Run(lang or lang_of_environment())
    if page is not None:
        run.write_page(page)
    if files or page is None:
        found = asyncio.run(run.hash_all(files or []))
        if found:
            run.write(found, out, format_, with_names=with_names)
    raise typer.Exit(1 if run.failed else 0)


class _Run:
    """One call of the command: what it says to the officer, and how many files failed."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang
        self._console = Console(stderr=True, highlight=False)
        self.failed = 0

    async def hash_all(self, given: list[Path]) -> dict[Print, str]:
        """Prints with the name of the first file that had them, in the order of the files."""
        files = each_file(given)
        if not 0 < len(files) <= hashfile.MOST_ITEMS:
            empty = "no_pictures" if given else "no_files"
            self._fail("", "too_many" if files else empty)
            return {}
        children = Children(min(len(files), os.cpu_count() or 1))
        try:
            found = await self._hash_with(children, files)
        finally:
            children.close()
        prints: dict[Print, str] = {}
        for name, print_ in found:
            if print_ is not None:
                prints.setdefault(print_, name)
        return prints

    async def _hash_with(
        self, children: Children, files: list[Path]
    ) -> list[tuple[str, Print | None]]:
        hands = asyncio.Semaphore(2 * (os.cpu_count() or 1))  # Few files in memory at a time.
        shown = Progress(
            console=self._console, transient=True, disable=not self._console.is_terminal
        )
        with shown as progress:
            task = progress.add_task("해시 hash", total=len(files))

            async def one(file: Path) -> tuple[str, Print | None]:
                async with hands:
                    print_ = await self._hash_or_tell(children, file)
                progress.advance(task)
                return file.name, print_

            return await asyncio.gather(*(one(file) for file in files))

    async def _hash_or_tell(self, children: Children, file: Path) -> Print | None:
        try:
            data = await asyncio.to_thread(read, file, MOST_BYTES)
            if is_video(data):
                raise Unreadable("video")
            return await children.hash_picture(data)
        except Undecodable as media:
            self._fail(str(file), media.reason.value)
        except Unreadable as file_:
            self._fail(str(file), file_.key)
        return None

    def write(
        self, found: dict[Print, str], out: Path | None, format_: Format, *, with_names: bool
    ) -> None:
        """To the file, readable by its owner alone, or to standard output."""
        text = _text(found, format_, with_names)
        if out is None:
            typer.echo(text, nl=False)
        elif self._write(out, text):
            self._say(said("summary", self._lang, done=len(found), failed=self.failed))

    def write_page(self, file: Path) -> None:
        """The page for officers without Python."""
        if self._write(file, hasher.build(), 0o644):
            self._say(said("page_written", self._lang, file=printable(str(file))))

    def _write(self, out: Path, text: str, rights: int = 0o600) -> bool:
        try:
            write(out, text, rights)
        except OSError:
            self._fail(str(out), "unwritable")
            return False
        return True

    def _fail(self, name: str, key: str) -> None:
        self.failed += 1
        self._say(f"{printable(name)}: {said(key, self._lang)}".removeprefix(": "))

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, soft_wrap=True)


def _text(found: dict[Print, str], format_: Format, with_names: bool) -> str:
    if format_ is Format.CSV:
        return exchange.dumps_csv(found)
    if format_ is Format.THREATEXCHANGE:
        return exchange.dumps_threatexchange(found)
    names = [printable(name) for name in found.values()] if with_names else None
    return hashfile.dumps(found, made_with=f"ansim {_version()}", names=names)


def _version() -> str:
    try:
        return metadata.version("ansim")
    except metadata.PackageNotFoundError:
        return "?"
