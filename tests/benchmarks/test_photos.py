"""What the benchmarks' pictures are chosen by knows one artwork again, and nothing of the engine."""

import subprocess
import sys
from pathlib import Path

from PIL import Image, ImageEnhance, ImageOps

from benchmarks import photos
from benchmarks.sameness import is_same, shown_bytes, sketch
from benchmarks.sources import scenes
from tests.matching.landscapes import jpeg, landscape, stripes


def test_shades_sizes_mirrors_and_parts_are_the_same_artwork() -> None:
    whole = landscape(1)
    made = sketch(whole)
    shade = ImageEnhance.Color(ImageEnhance.Brightness(whole).enhance(0.7)).enhance(0.1)
    changed = (
        shade,
        whole.resize((300, 200)),
        ImageOps.mirror(whole),
        whole.crop((0, 0, 360, 270)),
    )
    assert [is_same(sketch(each), made) for each in changed] == [True] * 4


def test_strangers_gradients_and_slats_are_not() -> None:
    shown = [landscape(1), landscape(2), stripes(31), stripes(47), Image.linear_gradient("L")]
    made = [sketch(each.convert("RGB")) for each in shown]
    found = [is_same(one, other) for at, one in enumerate(made) for other in made[:at]]
    assert found == [False] * 10


def test_an_empty_picture_shows_less_than_a_gradient_and_that_less_than_a_landscape() -> None:
    empty, gradient = Image.new("RGB", (400, 300), "white"), Image.linear_gradient("L")
    shown = [shown_bytes(each.convert("RGB")) for each in (empty, gradient, landscape(3))]
    assert shown == sorted(shown)
    assert shown[0] < photos.SHOWS_ANYTHING < photos.SHOWS_SOMETHING < shown[2]


def test_sizes_and_shades_of_one_name_are_one_scene_by_its_largest_file(tmp_path: Path) -> None:
    sizes = {"hill_640x480": 64, "hill_1280x960": 128, "hill-dark": 32, "lake": 16}
    for name, side in sizes.items():
        Image.new("RGB", (side, side)).save(tmp_path / f"{name}.png")
    (tmp_path / "torn.png").write_bytes(b"no picture")
    found = scenes("pack", sorted(tmp_path.iterdir()))
    assert [(each.name, each.path.stem) for each in found] == [
        ("hill", "hill_1280x960"),
        ("lake", "lake"),
    ]


def test_each_scene_of_a_folder_goes_to_one_half_with_all_its_parts(tmp_path: Path) -> None:
    (tmp_path / "shown").mkdir()
    for seed in range(3):
        large = landscape(seed).resize((1_700, 1_300))
        (tmp_path / "shown" / f"scene{seed}.jpg").write_bytes(jpeg(large))
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "benchmarks.photos",
            tmp_path / "made",
            "--source",
            tmp_path / "shown",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    halves = {
        half: {path.stem[:-3] for path in (tmp_path / "made").glob(f"{half}/*.jpg")}
        for half in (photos.TUNED_ON, photos.FINAL)
    }
    names = {f"shown-scene{seed}" for seed in range(3)}
    assert halves[photos.TUNED_ON] | halves[photos.FINAL] == names
    assert halves[photos.TUNED_ON] & halves[photos.FINAL] == set()
    assert "scenes: 3" in ran.stderr
