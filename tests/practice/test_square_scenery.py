"""The scenery is the same for the same seed, and clearly different for any other."""

from itertools import combinations

import numpy as np
import pdqhash
import pytest

from practice.scenery import STYLES, scenery


def test_the_same_seed_makes_the_same_picture() -> None:
    first, again = scenery(7), scenery(7)
    assert (first.size, first.mode) == ((1280, 960), "RGB")
    assert first.tobytes() == again.tobytes()


def test_seeds_and_styles_are_far_apart_and_rich() -> None:
    pictures = [scenery(seed, (512, 384), style) for seed in range(8) for style in STYLES]
    hashes, qualities = zip(*[pdqhash.compute(np.asarray(one)) for one in pictures], strict=True)
    nearest = min(int((one != other).sum()) for one, other in combinations(hashes, 2))
    assert min(qualities) == 100
    assert nearest > 80


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(ValueError, match="style is not one of hills, shapes, waves, patches"):
        scenery(1, style="portrait")
