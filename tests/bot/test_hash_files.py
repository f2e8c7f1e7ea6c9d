"""`ansim hash` meets folders as they are, writes what others read, and names what it can't hash."""

import os
from pathlib import Path

import pytest
from PIL import Image

from bot.cli.hash_files import each_file, printable
from domain import exchange, hashfile
from domain.exchange import Format, Imported
from domain.listed import Listed
from matching.hashing import hash_picture
from tests.bot.test_hash_command import ansim
from tests.matching.scenery import encoded, scene


@pytest.mark.parametrize("format_", [Format.CSV, Format.THREATEXCHANGE])
def test_other_centres_are_given_the_canonical_hash_alone(tmp_path: Path, format_: Format) -> None:
    print_ = hash_picture(encoded(scene(90, 70, 1)))
    for name in ("a.png", "copy.png"):
        (tmp_path / name).write_bytes(encoded(scene(90, 70, 1)))
    ran = ansim("hash", tmp_path, "--format", format_, "--with-names")
    assert exchange.loads(ran.stdout.encode()) == Imported((Listed(print_.pdq),), 0, format_)
    hidden = [print_.sha256.hex, print_.phash.hex, *(form.hex for form in print_.forms[1:])]
    assert [each for each in [*hidden, "a.png"] if each in ran.stdout] == []


def test_neither_files_nor_the_page_asked_for_is_told(tmp_path: Path) -> None:
    ran = ansim("hash", "--lang", "en")
    expected = "name pictures, videos or folders: ansim hash picture.jpg --out prints.json\n"
    assert (ran.returncode, ran.stderr) == (1, expected)


def test_folders_are_walked_in_order_without_what_is_hidden(tmp_path: Path) -> None:
    for name in ("b.png", "a.png", ".x.png", "Thumbs.db", "in/c.png", ".git/d.png", "in/e/f.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = [path.relative_to(tmp_path).as_posix() for path in each_file([tmp_path])]
    assert found == ["a.png", "b.png", "in/c.png", "in/e/f.png"]


def test_a_hidden_file_that_is_named_is_taken(tmp_path: Path) -> None:
    assert each_file([tmp_path / ".x.png"]) == [tmp_path / ".x.png"]


def test_links_that_lead_in_circles_are_followed_once(tmp_path: Path) -> None:
    (tmp_path / "one" / "two").mkdir(parents=True)
    (tmp_path / "one" / "a.png").touch()
    (tmp_path / "one" / "two" / "up").symlink_to(tmp_path / "one")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "b.png").touch()
    (tmp_path / "one" / "other").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "one" / "gone.png").symlink_to(tmp_path / "nothing")
    found = [path.relative_to(tmp_path).as_posix() for path in each_file([tmp_path / "one"])]
    assert found == ["one/a.png", "one/gone.png", "one/other/b.png"]


def test_a_folder_that_can_not_be_opened_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "a.png").touch()
    opened = os.scandir

    def refusing(path: str | Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "closed", str(path))
        return opened(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert each_file([tmp_path]) == [tmp_path / "a.png", tmp_path / "closed"]


def test_odd_names_are_hashed_and_told_without_commanding_the_terminal(tmp_path: Path) -> None:
    names = [
        b"-rf.png",
        b"a b'\"$(x);*.png",
        b"line\nbreak.png",
        b"\xff\xfe.png",
        "한글.png".encode(),
    ]
    for at, name in enumerate(names):
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_bytes(encoded(scene(20, 20, at)))
    ran = ansim("hash", tmp_path, "--with-names")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(hashfile.loads(ran.stdout.encode())) == len(names)
    told = ("line\ufffdbreak.png", "\ufffd\ufffd.png", "한글.png")
    assert [each for each in told if each not in ran.stdout] == []


@pytest.mark.parametrize("name", ["a\u202egpj.exe", "\x1b[31m", "a\nb", "\udcff", "\u200b"])
def test_what_a_terminal_obeys_or_hides_is_replaced(name: str) -> None:
    assert printable(name) == "".join(
        each if each in "agpj.exe[31mb" else "\N{REPLACEMENT CHARACTER}" for each in name
    )


@pytest.mark.verify
@pytest.mark.timeout(600)
def test_ten_thousand_pictures_are_hashed_and_one_more_is_too_many(tmp_path: Path) -> None:
    for at in range(10_000):
        colour = (at % 256, at // 256, 128)
        Image.new("RGB", (8, 8), colour).save(tmp_path / f"{at}.bmp")
    ran = ansim("hash", tmp_path, "--out", tmp_path.parent / "out.json", "--lang", "en")
    assert ran.stderr == "made the hashes of 10000; 0 failed.\n"
    assert len(hashfile.loads((tmp_path.parent / "out.json").read_bytes())) == 10_000
    (tmp_path / "one-more.bmp").touch()
    assert ansim("hash", tmp_path, "--lang", "en").stderr == (
        "too many files; 10,000 at a time is the most.\n"
    )
