"""A picture's other variants agree where the media shows it, in any form, and nowhere else."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from matching.chorus import chorus
from matching.forms import crop_boxes, shapes_of, working_luma
from matching.hashing import print_of
from matching.pdq import pdq_forms
from matching.refine import fitted, reduced
from matching.registering import Registration, registration, registration_of_print
from tests.matching.landscapes import jpeg, landscape

WHOLE = (0.0, 0.0, 1.0, 1.0)
PICTURE = landscape(3)
MADE = registration(jpeg(PICTURE))
FORMS = [
    PICTURE,
    PICTURE.transpose(Image.Transpose.ROTATE_90),
    PICTURE.transpose(Image.Transpose.ROTATE_180),
    PICTURE.transpose(Image.Transpose.ROTATE_270),
    ImageOps.flip(PICTURE),
    ImageOps.mirror(PICTURE),
    PICTURE.transpose(Image.Transpose.TRANSVERSE),
    PICTURE.transpose(Image.Transpose.TRANSPOSE),
]


def heard(shown: Image.Image, made: Registration = MADE, row: int = 0) -> int | None:
    """What the other variants say where the nearest form of the whole media was fitted to a row."""
    target = made.hashes[row]
    forms = [np.frombuffer(form.bits, np.uint8) for form in pdq_forms(shown)]
    form = int(np.argmin([np.bitwise_count(each ^ target).sum() for each in forms]))
    luma = reduced(working_luma(shown).astype(np.uint8), WHOLE)
    return chorus(luma, fitted(luma, WHOLE, form, target.tobytes()).pose, form, made, row)


@pytest.mark.parametrize("at", range(8))
def test_the_other_variants_agree_in_each_of_the_eight_forms(at: int) -> None:
    found = heard(FORMS[at])
    assert found is not None
    assert found <= 20


def test_they_agree_under_a_large_sticker_and_in_a_crop() -> None:
    covered = PICTURE.copy()
    ImageDraw.Draw(covered).ellipse((150, 90, 330, 270), "#ffcc22")
    cropped = PICTURE.crop((24, 18, 456, 342))
    row = int(np.argmin(np.abs(crop_boxes() - (0.05, 0.05, 0.95, 0.95)).sum(axis=1)))
    said = heard(covered), heard(cropped, row=row)
    assert all(found is not None and found <= 64 for found in said), said


@pytest.mark.parametrize("seed", range(40, 46))
def test_of_a_stranger_they_are_far(seed: int) -> None:
    found = heard(landscape(seed))
    assert found is None or found > 96


def test_too_few_variants_say_nothing() -> None:
    alone = registration_of_print(print_of(PICTURE, jpeg(PICTURE)))
    smallest = int(np.argmin(np.prod(crop_boxes()[:, 2:] - crop_boxes()[:, :2], axis=1)))
    turned = len(crop_boxes()) + 3
    part = PICTURE.crop((0, 0, 288, 360))
    assert [heard(PICTURE, alone), heard(part, row=smallest), heard(PICTURE, row=turned)] == [
        None
    ] * 3


def test_the_first_rows_of_a_registration_are_the_boxes_in_their_order() -> None:
    shown = [shape.box for shape in shapes_of(4 / 3) if not shape.degrees]
    assert np.array_equal(crop_boxes()[1:], shown[: len(crop_boxes()) - 1])
