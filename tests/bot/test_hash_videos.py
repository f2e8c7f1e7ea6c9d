"""`ansim hash` takes videos as it takes pictures, and leaves nothing behind when it is stopped."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.hash_formats import Made, fitting
from bot.cli.hash_texts import Lang, said
from domain import hashfile, vpdq
from domain.fingerprints import Pdq, Phash, Print, Sha256
from domain.hashfile_items import Hashes
from domain.videos import Frame, VideoHashes, VideoPrint
from matching.video import hash_video
from tests.bot.test_hash_command import CALL, PLAIN, ansim
from tests.matching.footage import moving, sound, video
from tests.matching.scenery import encoded, scene

FILMS = [video(list(moving(2, seed))) for seed in (1, 2)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mixed" / "안쪽").mkdir(parents=True)
    (tmp_path / "mixed" / "a.png").write_bytes(encoded(scene(90, 70, 1)))
    (tmp_path / "mixed" / "b.mp4").write_bytes(FILMS[0])
    (tmp_path / "mixed" / "안쪽" / "c.jpg").write_bytes(FILMS[1])  # A video, whatever it is called.
    (tmp_path / "mixed" / "d.mp4").write_bytes(encoded(scene(80, 70, 2), "JPEG"))
    return tmp_path / "mixed"


def kinds(found: tuple[Hashes, ...]) -> list[str]:
    return ["picture" if isinstance(each, Print) else "video" for each in found]


def videos(out: Path) -> list[VideoHashes]:
    return [each for each in hashfile.loads(out.read_bytes()) if isinstance(each, VideoHashes)]


def test_a_folder_of_pictures_and_videos_becomes_one_file(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    ran = ansim("hash", folder, "--out", out, "--lang", "en")
    assert (ran.returncode, ran.stdout) == (0, "")
    assert ran.stderr == "made the hashes of 4; 0 failed.\n"
    assert kinds(hashfile.loads(out.read_bytes())) == ["picture", "video", "picture", "video"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    known = hash_video(FILMS[0], dense=True)
    made = videos(out)[0].video
    assert [frame.forms for frame in made.frames] == [frame.forms for frame in known.frames]
    assert [frame.variants for frame in made.frames] == [()] * len(made.frames)


def test_a_bad_video_is_named_with_its_reason_and_the_others_go_on(folder: Path) -> None:
    bad = folder / "bad"
    bad.mkdir()
    contents = {
        "cut.mp4": FILMS[0][:4000],
        "sound.mp4": sound(),
        "rubbish.mp4": FILMS[0][:40] + b"rubbish" * 999,
        "empty.mp4": b"",
        "small.mp4": video([scene(6, 6, 1)] * 5, codec="mpeg4"),
    }
    for name, data in contents.items():
        (bad / name).write_bytes(data)
    ran = ansim("hash", folder, "--lang", "en")
    reasons = {
        "cut": "truncated",
        "sound": "no_video",
        "rubbish": "truncated",
        "empty": "empty",
        "small": "video_too_small",
    }
    assert ran.returncode == 1
    assert len(hashfile.loads(ran.stdout.encode())) == 4
    assert sorted(ran.stderr.splitlines()) == sorted(
        f"{bad}/{name}.mp4: {said(key, Lang.EN)}" for name, key in reasons.items()
    )


@pytest.mark.parametrize("format_", ["csv", "threatexchange"])
def test_formats_of_pictures_say_that_videos_are_left_out(folder: Path, format_: str) -> None:
    ran = ansim("hash", folder, "--format", format_, "--lang", "en")
    left_out = said("format_of_pictures", Lang.EN)
    assert ran.returncode == 1
    assert ran.stderr.splitlines() == [
        f"{folder}/b.mp4: {left_out}",
        f"{folder}/안쪽/c.jpg: {left_out}",
    ]
    assert ran.stdout


def test_one_video_is_written_as_vpdq(folder: Path) -> None:
    ran = ansim("hash", folder / "b.mp4", "--format", "vpdq")
    known = hash_video(FILMS[0], dense=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    found = vpdq.loads(ran.stdout.encode())
    assert [each.pdq for each in found] == [frame.forms[0] for frame in known.frames]


def test_several_videos_need_a_folder_for_vpdq(folder: Path, tmp_path: Path) -> None:
    refused = ansim("hash", folder, "--format", "vpdq", "--lang", "en")
    pictures = [
        f"{folder}/{name}: {said('format_of_videos', Lang.EN)}" for name in ("a.png", "d.mp4")
    ]
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.splitlines() == [*pictures, said("many_videos", Lang.EN)]
    (folder / "안쪽" / "b.mp4").write_bytes(FILMS[1])
    out = tmp_path / "out"
    out.mkdir()
    ran = ansim("hash", folder, "--format", "vpdq", "--out", out, "--lang", "en")
    assert ran.returncode == 1
    assert sorted(each.name for each in out.iterdir()) == ["b.mp4-2.txt", "b.mp4.txt"]
    assert all(vpdq.loads(each.read_bytes()) for each in out.iterdir())


def test_more_frames_than_a_file_holds_are_told_and_the_rest_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hashfile, "MOST_FRAMES", 5)
    frame = Frame(0.0, (Pdq(bytes(32), 90),))
    made = [VideoHashes(Sha256(bytes([at]) * 32), VideoPrint(1.0, (frame,) * 3)) for at in (1, 2)]
    assert list(fitting(dict.fromkeys(made, Made("name")))) == made[:1]


def test_more_bytes_than_a_file_holds_are_told_and_the_rest_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hashfile, "MOST_BYTES", 30_000)
    prints = [
        Print(Sha256(bytes([at]) * 32), Pdq(bytes(32), 90), Phash(bytes(32))) for at in (1, 2)
    ]
    found: dict[Hashes, Made] = {
        prints[0]: Made("a", bytes(21_000)),
        prints[1]: Made("b", bytes(21_000)),
    }
    assert fitting(found) == {prints[0]: Made("a", bytes(21_000))}


@pytest.mark.verify
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc to see who has a file open")
def test_stopped_by_the_keyboard_it_leaves_nothing_behind(tmp_path: Path) -> None:
    long = tmp_path / "long.mp4"
    film = list(moving(20, 3, width=640, height=360))
    long.write_bytes(video(film * 15))  # Too long to be done before the key is pressed.
    line = [sys.executable, "-c", CALL, "hash", str(long), "--out", str(tmp_path / "out.json")]
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)  # Started aside, all of us ignore it.
    ran = subprocess.Popen(
        line, env=PLAIN, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    signal.signal(signal.SIGINT, before)
    while ran.poll() is None and not list(readers(long)):
        with pytest.raises(subprocess.TimeoutExpired):
            ran.wait(0.05)
    os.killpg(ran.pid, signal.SIGINT)
    told = ran.communicate(timeout=30)
    assert ran.returncode != 0
    assert b"Traceback" not in told[1]
    assert (list(readers(long)), list(tmp_path.iterdir())) == ([], [long])


def readers(file: Path) -> Iterator[str]:
    """The processes that have a file open."""
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if link.readlink() == file:
                yield link.parts[2]
        except OSError:
            continue
