"""`ansim hash`: pictures and videos become a file of hashes on the officer's own machine, offline."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.cli import hasher
from bot.cli.hash_files import Unreadable, each_file, opening, printable, read, write
from bot.cli.hash_formats import Format, fitting, text_of, vpdq_names, vpdq_of
from bot.cli.hash_progress import Shown
from bot.cli.hash_texts import Lang, lang_of_environment, of_video, said
from domain import hashfile
from domain.fingerprints import Kind
from domain.hashfile_items import Hashes
from matching.children import Children
from matching.decoding import MOST_BYTES, Undecodable
from matching.kinds import OPENING_BYTES, kind_of
from matching.video_children import VideoChildren

app = typer.Typer(add_completion=False)


@app.command()
def hash_(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE...", help="사진, 동영상, 폴더. Pictures, videos or folders."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="쓸 파일(vpdq는 폴더도 됨); 없으면 화면에. Written here, else to the screen."
        ),
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
    """사진과 동영상의 해시만 만들어 담습니다. 원본은 이 컴퓨터를 떠나지 않습니다.

    Makes hashes of pictures and videos. They don't leave this computer; nothing is sent anywhere.
    """
    run = _Run(lang or lang_of_environment(), out, format_)
    if page is not None:
        run.write_page(page)
    if files or page is None:
        found = asyncio.run(run.hash_all(files or []))
        if found:
            run.write(found, with_names=with_names)
    raise typer.Exit(1 if run.failed else 0)


class _Run:
    """One call of the command: what it says to the officer, and how many files failed."""

    def __init__(self, lang: Lang, out: Path | None, format_: Format) -> None:
        self._lang = lang
        self._out = out
        self._format = format_
        self._console = Console(stderr=True, highlight=False)
        self.failed = 0

    async def hash_all(self, given: list[Path]) -> dict[Hashes, str]:
        """Hashes with the name of the first file that had them, in the order of the files."""
        files = each_file(given)
        if not 0 < len(files) <= hashfile.MOST_ITEMS:
            empty = "no_pictures" if given else "no_files"
            self._fail("", "too_many" if files else empty)
            return {}
        kinds = self._kinds(files)
        if self._format is Format.VPDQ and len(kinds) > 1 and not self._is_folder():
            self._fail("", "many_videos")
            return {}
        found: dict[Hashes, str] = {}
        for name, made in await self._hash(kinds):
            if made is not None:
                found.setdefault(made, name)
        return found

    def _kinds(self, files: list[Path]) -> dict[Path, Kind | None]:
        """What each file is by its first bytes; those that have no place are told and left out."""
        kinds = {}
        for file in files:
            try:
                kind = kind_of(opening(file, OPENING_BYTES))
                key = self._format.why_not(kind)
            except Unreadable as flaw:
                key = flaw.key
            if key:
                self._fail(str(file), key)
            else:
                kinds[file] = kind
        return kinds

    async def _hash(self, kinds: dict[Path, Kind | None]) -> list[tuple[str, Hashes | None]]:
        hands = asyncio.Semaphore(2 * (os.cpu_count() or 1))  # Few files in memory at a time.
        pictures, videos = Children(), VideoChildren()
        with Shown(self._console, len(kinds)) as shown:

            async def one(file: Path, kind: Kind | None) -> tuple[str, Hashes | None]:
                if kind is Kind.VIDEO:
                    made: Hashes | None = await self._hash_video(videos, file, shown)
                else:
                    async with hands:
                        made = await self._hash_picture(pictures, file)
                shown.advance()
                return file.name, made

            try:
                return await asyncio.gather(*(one(*each) for each in kinds.items()))
            finally:
                pictures.close()
                videos.close()

    async def _hash_picture(self, children: Children, file: Path) -> Hashes | None:
        try:
            return await children.hash_picture(await asyncio.to_thread(read, file, MOST_BYTES))
        except Undecodable as media:
            self._fail(str(file), media.reason.value)
        except Unreadable as file_:
            self._fail(str(file), file_.key)
        return None

    async def _hash_video(self, children: VideoChildren, file: Path, shown: Shown) -> Hashes | None:
        try:
            return await children.hash_file(file, lambda: shown.video(file.name))
        except Undecodable as media:
            self._fail(str(file), of_video(media.reason.value))
        except OSError:
            self._fail(str(file), "unreadable")
        return None

    def write(self, found: dict[Hashes, str], *, with_names: bool) -> None:
        """To the file, readable by its owner alone, or to standard output."""
        if self._out is None:
            typer.echo(text_of(self._fitting(found), self._format, with_names=with_names), nl=False)
        elif self._format is Format.VPDQ and self._is_folder():
            named = vpdq_names(found)
            written = [self._write(self._out / named[made], vpdq_of(made)) for made in found]
            self._sum_up(sum(written))
        else:
            kept = self._fitting(found)
            if self._write(self._out, text_of(kept, self._format, with_names=with_names)):
                self._sum_up(len(kept))

    def _fitting(self, found: dict[Hashes, str]) -> dict[Hashes, str]:
        kept = fitting(found)
        for made in found.keys() - kept.keys():
            self._fail(found[made], "too_many_frames")
        return kept

    def _sum_up(self, done: int) -> None:
        self._say(said("summary", self._lang, done=done, failed=self.failed))

    def _is_folder(self) -> bool:
        return self._out is not None and self._out.is_dir()

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
