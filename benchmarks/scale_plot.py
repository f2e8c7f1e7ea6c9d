"""Draws what `benchmarks.scale` found: processor time by stage, and what a plant of each size needs.

`python -m benchmarks.scale_plot result.json docs/scale.svg`
"""

import argparse
import json
from pathlib import Path
from typing import Any

from benchmarks.measuring import peer

STAGES = ("fetch", "look", "compare", "settle", "list", "database")


def main() -> None:
    """Two panels: hours of processor time a million media, and cores over media a day."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("result", type=Path)
    parser.add_argument("out", type=Path)
    asked = parser.parse_args()
    found = json.loads(asked.result.read_text(encoding="utf-8").splitlines()[-1])
    peer("matplotlib", "matplotlib").use("svg")
    from matplotlib import pyplot

    pyplot.rcParams["svg.hashsalt"] = "ansim"
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4), layout="constrained")
    _stages(left, found["per_million"])
    _plants(right, found["plant"])
    figure.savefig(asked.out, metadata={"Date": None})


def _stages(axes: Any, per_million: dict[str, float]) -> None:
    hours = [per_million[f"{stage}_hours"] for stage in STAGES]
    bars = axes.barh(STAGES, hours, color="#3b6ea5")
    axes.bar_label(bars, padding=3)
    axes.margins(x=0.12)
    axes.invert_yaxis()
    axes.set_title("Processor hours per million media (measured)")


def _plants(axes: Any, rows: list[dict[str, Any]]) -> None:
    for way, colour in (("full", "#3b6ea5"), ("screened", "#c0632b")):
        some = [row for row in rows if row["way"] == way]
        days = [row["media_a_day"] for row in some]
        workers = [16 * row["workers"] for row in some]
        axes.loglog(days, workers, "o-", color=colour, label=f"{way}: cores of workers")
        cores = [row["database_cores"] for row in some]
        axes.loglog(days, cores, "s--", color=colour, label=f"{way}: cores of databases")
    axes.set_xlabel("media a day")
    axes.set_title("Cores needed at the busiest hour (simulated)")
    axes.legend(fontsize=8)
    axes.grid(visible=True, which="major", alpha=0.3)


if __name__ == "__main__":
    main()
