"""What a process and all that it started take: processor time and memory, as Linux counts them."""

import os
from collections.abc import Iterator
from pathlib import Path

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_PARENT, _USER, _SYSTEM, _RESIDENT = 1, 11, 12, 21  # Behind the name, in /proc/PID/stat.


def family(pid: int) -> list[int]:
    """This process and all below it that live now."""
    parents = {child: int(stat[_PARENT]) for child, stat in _all()}
    found = [pid] if pid in parents else []
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def cpu_s(pid: int) -> float:
    """Processor time that it and all below it have taken; of those that ended, what was waited for."""
    return sum(_cpu(each) for each in family(pid))


def resident_mb(pid: int) -> tuple[float, float]:
    """Memory of the process alone and of all below it, in 10^6 bytes; shared pages count in each."""
    own, *others = [_resident(each) for each in family(pid)] or [0.0]
    return own, sum(others)


def _all() -> Iterator[tuple[int, list[str]]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            stat = _stat(int(entry.name))
            if stat:
                yield int(entry.name), stat


def _stat(pid: int) -> list[str]:
    """The fields behind the name, which may hold spaces; none where the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _cpu(pid: int) -> float:
    stat = _stat(pid)
    times = stat[_USER : _SYSTEM + 3] if stat else []  # Its own, and of children waited for.
    return sum(map(int, times)) * _TICK_S


def _resident(pid: int) -> float:
    stat = _stat(pid)
    return int(stat[_RESIDENT]) * _PAGE / 1e6 if stat else 0.0
