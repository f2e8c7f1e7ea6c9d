"""`ansim hash`: pictures become a file of hashes on the officer's own machine, offline."""

import asyncio
import os
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from bot.cli.hash_files import Unreadable, each_file, printable, read, write
from bot.cli.hash_texts import Lang, lang_of_environment, said
from domain import hashfile
from domain.fingerprints import Print
from matching.children import Children
from matching.decoding import MOST_BYTES, Undecodable

app = typer.Typer(add_completion=False)


@app.command()
def hash_(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="사진이나 폴더. Pictures or folders.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="쓸 파일; 없으면 화면에. Written here, else to the screen.")
    ] = None,
    with_names: Annotated[
        bool, typer.Option("--with-names", help="파일 이름도 담기. Keep the files' names.")
    ] = False,
    lang: Annotated[Lang | None, typer.Option(help="안내 언어. Language of messages.")] = None,
) -> None:
    """사진의 해시만 만들어 담습니다. 사진은 이 컴퓨터를 떠나지 않습니다.

    Makes hashes of pictures. The pictures don't leave this computer; nothing is sent anywhere.
    """
    run = _Run(lang or lang_of_environment())
    found = asyncio.run(run.hash_all(each_file(files)))
    if found:
        run.write(found, out, with_names=with_names)
    raise typer.Exit(1 if run.failed else 0)


class _Run:
    """One call of the command: what it says to the officer, and how many files failed."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang
        self._console = Console(stderr=True, highlight=False)
        self.failed = 0

    async def hash_all(self, files: list[Path]) -> dict[Print, str]:
        """Prints with the name of the first file that had them, in the order of the files."""
        if not 0 < len(files) <= hashfile.MOST_ITEMS:
            self._fail("", "too_many" if files else "no_pictures")
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
            return await children.hash_picture(await asyncio.to_thread(read, file, MOST_BYTES))
        except Undecodable as media:
            self._fail(str(file), media.reason.value)
        except Unreadable as file_:
            self._fail(str(file), file_.key)
        return None

    def write(self, found: dict[Print, str], out: Path | None, *, with_names: bool) -> None:
        """To the file, readable by its owner alone, or to standard output."""
        names = [printable(name) for name in found.values()] if with_names else None
        text = hashfile.dumps(found, made_with=f"ansim {_version()}", names=names)
        if out is None:
            typer.echo(text, nl=False)
            return
        try:
            write(out, text)
        except OSError:
            self._fail(str(out), "unwritable")
            return
        self._say(said("summary", self._lang, done=len(found), failed=self.failed))

    def _fail(self, name: str, key: str) -> None:
        self.failed += 1
        self._say(f"{printable(name)}: {said(key, self._lang)}".removeprefix(": "))

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, soft_wrap=True)


def _version() -> str:
    try:
        return metadata.version("ansim")
    except metadata.PackageNotFoundError:
        return "?"
