"""`ansim hash --for` seals what one centre alone can open, and says in one sentence what it can't."""

import stat
import subprocess
from pathlib import Path

import pytest

from bot.cli.hash_texts import Lang, said
from domain.centrekeys import spelled
from domain.fingerprints import Print
from domain.hashfile import loads_file
from domain.videos import VideoHashes
from matching.packing import packed
from matching.registering import registration
from matching.sealing import opened_picture, opened_video, public_of
from matching.video import hash_video
from services.hashfile import public_key_of
from tests.bot.test_hash_command import ansim
from tests.matching.footage import moving, video
from tests.matching.scenery import encoded, scene

SECRET = b"\x01" * 32
KEY = spelled(public_of(SECRET))


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "a.png"
    path.write_bytes(encoded(scene(400, 300, 1)))
    return path


@pytest.mark.parametrize("options", [[], ["--descriptors"]])
def test_a_picture_is_sealed_for_one_centre(picture: Path, options: list[str]) -> None:
    out = picture.with_name("prints.json")
    ran = ansim("hash", picture, "--for", KEY, *options, "--out", out, "--lang", "en")
    assert (ran.returncode, ran.stderr) == (0, "made the hashes of 1; 0 failed.\n")
    file = loads_file(out.read_bytes())
    [item] = file.items
    assert isinstance(item.hashes, Print)
    made = registration(picture.read_bytes(), descriptors=bool(options))
    assert opened_picture(item.sealed, item.hashes, SECRET) == packed(made)
    assert (file.sealed_for, stat.S_IMODE(out.stat().st_mode)) == (public_of(SECRET), 0o600)


def test_a_video_is_sealed_with_its_frames_variants(tmp_path: Path) -> None:
    data = video(list(moving(2, 1)))
    (tmp_path / "a.mp4").write_bytes(data)
    ran = ansim("hash", tmp_path / "a.mp4", "--for", KEY)
    [item] = loads_file(ran.stdout.encode()).items
    assert isinstance(item.hashes, VideoHashes)
    opened = opened_video(item.sealed, item.hashes, SECRET)
    assert [each.upright for each in opened.video.frames] == [
        each.upright for each in hash_video(data, dense=True).frames
    ]


@pytest.mark.parametrize(
    ("options", "key"),
    [
        (["--for", KEY[:-1]], "bad_key"),
        (["--for", KEY.replace("ansim1", "ansim2")], "bad_key"),
        (["--for", KEY[:30] + ("a" if KEY[30] != "a" else "b") + KEY[31:]], "bad_key"),
        (["--for", ""], "bad_key"),
        (["--for", spelled(bytes(32))], "bad_key"),
        (["--descriptors"], "descriptors_alone"),
        (["--for", KEY, "--format", "csv"], "sealed_format"),
    ],
)
def test_what_cant_be_sealed_is_told_and_nothing_is_written(
    picture: Path, options: list[str], key: str
) -> None:
    out = picture.with_name("out")
    ran = ansim("hash", picture, "--out", out, "--lang", "en", *options)
    told = (ran.returncode, ran.stdout, ran.stderr, out.exists())
    assert told == (1, "", said(key, Lang.EN) + "\n", False)


def practice(home: Path) -> subprocess.CompletedProcess[str]:
    return ansim("key", "--public", ANSIM_MODE="practice", ANSIM_HOME=str(home))


def test_the_public_key_is_shown_by_the_command_line(tmp_path: Path) -> None:
    none = practice(tmp_path)
    assert (none.returncode, none.stdout, len(none.stderr.splitlines())) == (1, "", 2)
    (tmp_path / "practice").mkdir()
    (tmp_path / "practice" / "master.key").write_text(
        "BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU="
    )
    assert practice(tmp_path).stdout == public_key_of(b"\x05" * 32) + "\n"


def test_a_new_master_key_is_still_made_by_the_bare_command() -> None:
    assert len(ansim("key").stdout.strip()) == 44
