"""Which part of a picture a hash shows, as a short code that is kept and put into words in each language."""

from enum import StrEnum


class Part(StrEnum):
    """The kinds of part; what stands in braces in their words are figures of the code, in order."""

    WHOLE = "whole"
    # Of what is registered: the shapes of matching.forms.
    CROP = "crop"
    WITHOUT_LEFT = "without_left"
    WITHOUT_RIGHT = "without_right"
    WITHOUT_TOP = "without_top"
    WITHOUT_FOOT = "without_foot"
    WITHOUT_SIDES = "without_sides"
    WITHOUT_ENDS = "without_ends"
    SQUARE_ACROSS = "square_across"
    SQUARE_DOWN = "square_down"
    TURNED = "turned"
    TURNED_CUT = "turned_cut"
    FRAME = "frame"
    # Of media from outside: the regions of matching.regions.
    TRIMMED = "trimmed"
    IN_A_PAGE = "in_a_page"
    BETWEEN_LINES = "between_lines"
    SHARP = "sharp"
    MIDDLE = "middle"
    SPOT = "spot"


WHOLE = Part.WHOLE.value

_WORDS = {
    Part.WHOLE: "the whole picture",
    Part.CROP: "a crop of {0} % of each side, {1} % from the left, {2} % from the top",
    Part.WITHOUT_LEFT: "without {0} % at the left",
    Part.WITHOUT_RIGHT: "without {0} % at the right",
    Part.WITHOUT_TOP: "without {0} % at the top",
    Part.WITHOUT_FOOT: "without {0} % at the foot",
    Part.WITHOUT_SIDES: "without {0} % at left and right",
    Part.WITHOUT_ENDS: "without {0} % at top and foot",
    Part.SQUARE_ACROSS: "a square, {0} % from the left",
    Part.SQUARE_DOWN: "a square, {0} % from the top",
    Part.TURNED: "turned by {0}°",
    Part.TURNED_CUT: "turned by {0}° and cut",
    Part.FRAME: "frame {0}",
    Part.TRIMMED: "the picture without its bars",
    Part.IN_A_PAGE: "the picture in a page",
    Part.BETWEEN_LINES: "the part between straight lines",
    Part.SHARP: "the sharp part before a blur",
    Part.MIDDLE: "the middle",
    Part.SPOT: "the part",
}


def coded(part: Part, *figures: float) -> str:
    """The code of a part, such as `crop 85 7.5 15`."""
    return " ".join([part.value, *(f"{figure:g}" for figure in figures)])


def of_shares(part: Part, *shares: float) -> str:
    """The same for shares of a side, told in whole per cent."""
    return coded(part, *(round(100 * each) for each in shares))


def read(code: str) -> tuple[Part, tuple[str, ...]]:
    """The part and its figures; the whole where the code is of another release."""
    kind, *figures = code.split() or [WHOLE]
    try:
        return Part(kind), tuple(figures)
    except ValueError:
        return Part.WHOLE, ()


def in_words(code: str) -> str:
    """What a code says, in English, for whoever uses the engine alone."""
    part, figures = read(code)
    return _WORDS[part].format(*figures, *(["?"] * _WORDS[part].count("{")))
