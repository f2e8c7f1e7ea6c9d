"""`ansim hash`: pictures and videos become a file of hashes on the officer's own machine, offline."""

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.cli import hasher
from bot.cli.hash_files import Unreadable, each_file, opening, printable, read, write
from bot.cli.hash_formats import Format, Made, fitting, text_of, vpdq_names, vpdq_of
from bot.cli.hash_progress import Shown
from bot.cli.hash_texts import Lang, lang_of_environment, of_video, said
from domain import centrekeys, hashfile
from domain.films import OPENING_BYTES
from domain.fingerprints import Kind
from domain.hashfile_items import Hashes
from matching.children import Children
from matching.decoding import MOST_BYTES, Undecodable
from matching.kinds import kind_of
from matching.video_children import VideoChildren

if TYPE_CHECKING:
    from matching.sealing import Sealer

app = typer.Typer(add_completion=False)

_For = Annotated[
    str | None,
    typer.Option(
        "--for",
        help="이 센터만 열 수 있게 봉인(/fingerprint key). Seal for the centre with this key.",
    ),
]
_Descriptors = Annotated[
    bool,
    typer.Option("--descriptors", help="작은 조각까지(동의가 있을 때). With consent: parts, too."),
]


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
    for_: _For = None,
    descriptors: _Descriptors = False,
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
    if (files or page is None) and run.may_seal(for_, descriptors=descriptors):
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
        self._sealer: Sealer | None = None
        self._descriptors = False
        self.failed = 0

    def may_seal(self, for_: str | None, *, descriptors: bool) -> bool:
        """Take what is to be sealed and for whom, if anybody; false where that can't be done."""
        wrong = self._wrong_seal(for_, descriptors=descriptors)
        if wrong:
            self._fail("", wrong)
        return not wrong

    def _wrong_seal(self, for_: str | None, *, descriptors: bool) -> str:
        if for_ is None:
            return "descriptors_alone" if descriptors else ""
        if self._format is not Format.ANSIM:
            return "sealed_format"
        from matching.sealing import Sealer

        try:
            self._sealer = Sealer(centrekeys.read(for_))
        except centrekeys.BadKey:
            return "bad_key"
        self._descriptors = descriptors
        return ""

    async def hash_all(self, given: list[Path]) -> dict[Hashes, Made]:
        """What was made of the files, in their order; of the same hashes the first file counts."""
        files = each_file(given)
        if not 0 < len(files) <= hashfile.MOST_ITEMS:
            empty = "no_pictures" if given else "no_files"
            self._fail("", "too_many" if files else empty)
            return {}
        kinds = self._kinds(files)
        if self._format is Format.VPDQ and len(kinds) > 1 and not self._is_folder():
            self._fail("", "many_videos")
            return {}
        found: dict[Hashes, Made] = {}
        for made in await self._hash(kinds):
            if made is not None:
                found.setdefault(*made)
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

    async def _hash(self, kinds: dict[Path, Kind | None]) -> list[tuple[Hashes, Made] | None]:
        hands = asyncio.Semaphore(2 * (os.cpu_count() or 1))  # Few files in memory at a time.
        pictures, videos = Children(), VideoChildren()
        with Shown(self._console, len(kinds)) as shown:

            async def one(file: Path, kind: Kind | None) -> tuple[Hashes, Made] | None:
                if kind is Kind.VIDEO:
                    made = await self._hash_video(videos, file, shown)
                else:
                    async with hands:
                        made = await self._hash_picture(pictures, file)
                shown.advance()
                return made and (made[0], Made(file.name, made[1]))

            try:
                return await asyncio.gather(*(one(*each) for each in kinds.items()))
            finally:
                pictures.close()
                videos.close()

    async def _hash_picture(self, children: Children, file: Path) -> tuple[Hashes, bytes] | None:
        try:
            data = await asyncio.to_thread(read, file, MOST_BYTES)
            if self._sealer is None:
                return await children.hash_picture(data), b""
            return self._sealer.picture(
                await children.register(data, descriptors=self._descriptors)
            )
        except Undecodable as media:
            self._fail(str(file), media.reason.value)
        except Unreadable as file_:
            self._fail(str(file), file_.key)
        return None

    async def _hash_video(
        self, children: VideoChildren, file: Path, shown: Shown
    ) -> tuple[Hashes, bytes] | None:
        is_whole = self._sealer is not None
        try:
            made = await children.hash_file(file, lambda: shown.video(file.name), is_whole=is_whole)
            return self._sealer.video(made) if self._sealer else (made, b"")
        except Undecodable as media:
            self._fail(str(file), of_video(media.reason.value))
        except OSError:
            self._fail(str(file), "unreadable")
        return None

    def write(self, found: dict[Hashes, Made], *, with_names: bool) -> None:
        """To the file, readable by its owner alone, or to standard output."""
        if self._out is None:
            typer.echo(self._text(self._fitting(found), with_names=with_names), nl=False)
        elif self._format is Format.VPDQ and self._is_folder():
            named = vpdq_names(found)
            written = [self._write(self._out / named[made], vpdq_of(made)) for made in found]
            self._sum_up(sum(written))
        else:
            kept = self._fitting(found)
            if self._write(self._out, self._text(kept, with_names=with_names)):
                self._sum_up(len(kept))

    def _text(self, kept: dict[Hashes, Made], *, with_names: bool) -> str:
        key = self._sealer.public if self._sealer else b""
        return text_of(kept, self._format, with_names=with_names, sealed_for=key)

    def _fitting(self, found: dict[Hashes, Made]) -> dict[Hashes, Made]:
        kept = fitting(found)
        for hashes in found.keys() - kept.keys():
            self._fail(found[hashes].name, "no_room")
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
