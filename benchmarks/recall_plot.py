"""The recall table as a picture: ours with and without descriptors beside PDQ compared one to one.

`python -m benchmarks.recall ... --json | python -m benchmarks.recall_plot docs/recall.svg` draws one
line for each manipulation, by what PDQ misses; the date and the versions stand below.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

_LEFT, _TOP, _ROW, _WIDE, _RIGHT = 150, 118, 17, 620, 60
_FONT = "font-family='Helvetica, Arial, sans-serif'"
_LIBRARIES = ("numpy", "opencv-python-headless", "faiss-cpu", "pillow")


@dataclass(frozen=True)
class Series:
    """One of the compared ways: the key of its shares, its words, its mark."""

    key: str
    words: str
    colour: str
    is_hollow: bool = False


SERIES = (
    Series("peer", "PDQ 1:1 at 31 bits, as peers do", "#9aa0a6"),
    Series("plain_ab", "hashes alone, tiers A + B", "#2b6cb0"),
    Series("plain_abc", "hashes alone, A to C", "#2b6cb0", is_hollow=True),
    Series("descriptors_ab", "with descriptors, tiers A + B", "#c05621"),
    Series("descriptors_abc", "with descriptors, A to C", "#c05621", is_hollow=True),
)


def main() -> int:
    """Draw what standard input holds; 2 where that is no result of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, help="the SVG that is written")
    asked = parser.parse_args()
    try:
        told = json.loads(sys.stdin.read().strip().splitlines()[-1])
        drawn = plotted(told, _stamp())
    except (IndexError, KeyError, TypeError, json.JSONDecodeError):
        sys.stderr.write("standard input holds no result of benchmarks.recall --json\n")
        return 2
    asked.file.write_text(drawn, encoding="utf-8")
    return 0


def plotted(told: Mapping[str, Any], stamp: str) -> str:
    """The SVG of one result of `benchmarks.recall`; `stamp` says when and with what."""
    per: dict[str, dict[str, float]] = told["per_manipulation"]
    order = sorted(per, key=lambda name: (-per[name]["peer"], -per[name]["plain_ab"], name))
    height = _TOP + _ROW * (len(order) + 1) + 52
    width = _LEFT + _WIDE + _RIGHT
    size = f"viewBox='0 0 {width} {height}' width='{width}' height='{height}'"
    lines = [
        f"<svg xmlns='http://www.w3.org/2000/svg' {size} role='img'>",
        f"<title>{escape(_caption(told))}</title>",
        f"<rect width='{width}' height='{height}' fill='white'/>",
        _text(16, 28, "Copies found, by what was done to them", 17, weight="bold"),
        _text(16, 48, _caption(told), 12, "#555"),
        *_legend(told),
        *_grid(len(order)),
        *(line for at, name in enumerate(order) for line in _row(at, name, per[name])),
        _text(16, height - 14, stamp, 11, "#555"),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _caption(told: Mapping[str, Any]) -> str:
    pictures = told["pictures"]
    return (
        f"{pictures['registered']} pictures asked for, {len(told['per_manipulation'])} manipulations; "
        f"{told['pairs']:,} unrelated pairs, of which {told['false_ab']} false in A + B, "
        f"{told['false_c']} in C"
    )


def _stamp() -> str:
    day = datetime.now(UTC).date().isoformat()
    return f"{day} · " + ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)


def _legend(told: Mapping[str, Any]) -> Iterator[str]:
    means = {
        "peer": "mean_recall_peer",
        "plain_ab": "mean_recall_ab",
        "plain_abc": "mean_recall",
        "descriptors_ab": "mean_recall_descriptors_ab",
        "descriptors_abc": "mean_recall_descriptors",
    }
    for at, series in enumerate(SERIES):
        x, y = 24 + 290 * (at // 2), 72 + 18 * (at % 2)
        yield _mark(series, x, y - 4)
        yield _text(x + 12, y, f"{series.words}: {told[means[series.key]]:.1%}", 12)


def _grid(rows: int) -> Iterator[str]:
    foot = _TOP + _ROW * rows + 4
    for share in range(0, 101, 20):
        x = _across(share / 100)
        yield f"<line x1='{x}' x2='{x}' y1='{_TOP - 12}' y2='{foot}' stroke='#e2e2e2'/>"
        yield _text(x, foot + 14, f"{share} %", 11, "#555", "middle")


def _row(at: int, name: str, shares: Mapping[str, float]) -> Iterator[str]:
    y = _TOP + _ROW * at
    ends = [_across(shares[series.key]) for series in SERIES]
    yield _text(_LEFT - 10, y + 4, name.replace("_", " "), 12, "#222", "end")
    yield f"<line x1='{min(ends)}' x2='{max(ends)}' y1='{y}' y2='{y}' stroke='#d5d9de' stroke-width='3'/>"
    for series in reversed(SERIES):
        yield _mark(series, _across(shares[series.key]), y)


def _across(share: float) -> float:
    return round(_LEFT + _WIDE * share, 1)


def _mark(series: Series, x: float, y: float) -> str:
    inside = "none" if series.is_hollow else series.colour
    size = 5.5 if series.is_hollow else 4
    return f"<circle cx='{x}' cy='{y}' r='{size}' fill='{inside}' stroke='{series.colour}' stroke-width='1.3'/>"


def _text(
    x: float,
    y: float,
    words: str,
    size: int,
    colour: str = "#111",
    anchor: str = "start",
    weight: str = "normal",
) -> str:
    place = f"x='{x}' y='{y}' {_FONT} font-size='{size}' font-weight='{weight}'"
    return f"<text {place} text-anchor='{anchor}' fill='{colour}'>{escape(words)}</text>"


if __name__ == "__main__":
    sys.exit(main())
