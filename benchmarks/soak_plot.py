"""The graph of a soak: memory, items and lag over the minutes."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot

if TYPE_CHECKING:
    from benchmarks.soak import Sample

_SIZE = (8.0, 7.0)
_OURS, _BESIDE = "#2b6cb0", "#c05621"


def draw(samples: Sequence["Sample"], file: Path) -> None:
    """One panel each, one below another, as an SVG."""
    minutes = [each.at_s / 60 for each in samples]
    figure, (memory, items, lag) = pyplot.subplots(3, 1, figsize=_SIZE, sharex=True)
    memory.plot(minutes, [each.mb for each in samples], color=_OURS, label="all processes")
    memory.plot(minutes, [each.own_mb for each in samples], color=_BESIDE, label="main process")
    memory.set_ylabel("memory (MB)")
    memory.set_ylim(bottom=0)
    memory.legend(loc="lower right", frameon=False)
    memory.set_title("The centre at full speed: memory, items looked at, lag")
    items.plot(minutes, [each.items for each in samples], color=_OURS)
    items.set_ylabel("items")
    for share, colour in ((0.5, _OURS), (0.99, _BESIDE)):
        heights = [_quantile(each.lags_s, share) for each in samples]
        lag.plot(minutes, heights, color=colour, label=f"p{round(100 * share)}")
    lag.set_ylabel("posted to looked at (s)")
    lag.set_ylim(bottom=0)
    lag.set_xlabel("minutes")
    lag.legend(loc="upper right", frameon=False)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})


def _quantile(values: Sequence[float], share: float) -> float:
    """A gap in the line where nothing was looked at."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")
