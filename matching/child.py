"""What runs inside a decoding process: its limits first, then one picture after another.

Nothing heavy is imported here at the top: the network namespace can only be left while the process
has one thread, and numpy starts more.
"""

import contextlib
import ctypes
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from domain.fingerprints import Print

if TYPE_CHECKING:
    from matching.decoding import Undecodable
    from matching.looks import Look
    from matching.registering import Registration

    Glanced = Look | Undecodable | None  # What was seen, what is wrong, or nothing.

CPU_SECONDS = 15
_MEMORY = 1_000_000_000  # Bytes beyond what the libraries took: 50 megapixels pass four times over.
_OPEN_FILES = 16  # The pipes to the parent and a little more; `poll` refuses to work with fewer.
_NEW_USER = 0x10000000
_NEW_NETWORK = 0x40000000


def confine() -> None:
    """Set this process's limits; runs once, before the first picture."""
    confine_to(_MEMORY, _warm_up)


def confine_to(memory: int, warm_up: Callable[[], None]) -> None:
    """The same for any media. memory: bytes beyond what is taken once it is warmed up."""
    cut_network()
    warnings.simplefilter("ignore")  # Damaged pictures make Pillow talkative.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    warm_up()
    _silence()
    if sys.platform != "win32":
        _limit(memory)


def cut_network() -> None:
    """Move this process into a network namespace without any interface, where the kernel allows."""
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(OSError, AttributeError):
        unshare = ctypes.CDLL(None, use_errno=True).unshare
        # The first way needs no privileges, the second no user namespaces.
        if unshare(_NEW_USER | _NEW_NETWORK) != 0:
            unshare(_NEW_NETWORK)


def network_namespace() -> str:
    """The name of the network this process is in; empty where the system has no such names."""
    try:
        return os.readlink("/proc/self/ns/net")
    except OSError:
        return ""


def is_memory_limited() -> bool:
    """Whether this process is held to an amount of memory."""
    if sys.platform == "win32":
        return False
    import resource

    return resource.getrlimit(resource.RLIMIT_DATA)[0] != resource.RLIM_INFINITY


def hash_confined(data: bytes) -> Print:
    """Hash one picture under a fresh limit of processor time. Raises Undecodable."""
    from matching.hashing import hash_picture

    with time_limit(CPU_SECONDS):
        return hash_picture(data)


def register_confined(data: bytes, descriptors: bool) -> "Registration":
    """All that is kept of one picture, under the same limits. Raises Undecodable."""
    from matching.registering import registration

    with time_limit(CPU_SECONDS):
        return registration(data, descriptors=descriptors)


def look_confined(data: bytes, with_points: bool) -> "tuple[Look, ...]":
    """The full treatment of one file from outside, under the same limits. Raises Undecodable."""
    from matching.looks import looks_at

    with time_limit(CPU_SECONDS):
        return looks_at(data, with_points=with_points)


def glance_confined(files: Sequence[bytes]) -> "list[Glanced]":
    """What a glance at each of some files tells, under the same limits for all together."""
    with time_limit(CPU_SECONDS):
        return [_glanced(each) for each in files]


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """The process ends if this takes more of the processor than so many seconds.

    By a timer of its own for each piece of media: RLIMIT_CPU counts from the start of the process, on
    a clock that getrusage smooths before it tells; on a busy machine they come apart by many seconds.
    """
    if sys.platform == "win32":
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)  # What waits, or passes answers on, isn't ended.


def _glanced(data: bytes) -> "Glanced":
    from matching.decoding import Undecodable
    from matching.glances import glance_at

    try:
        return glance_at(data)
    except Undecodable as flaw:
        return flaw


def _warm_up() -> None:
    """Load everything a picture will need, while files may still be opened and memory is free."""
    import io

    import cv2
    from PIL import Image

    from matching.decoding import FORMATS
    from matching.glances import glance_at
    from matching.hashing import hash_picture
    from matching.looks import looks_at
    from matching.registering import registration

    cv2.setNumThreads(1)
    for kind in FORMATS:
        buffer = io.BytesIO()
        Image.linear_gradient("L").convert("RGB").save(buffer, kind)
        hash_picture(buffer.getvalue())
        glance_at(buffer.getvalue())
    looks_at(buffer.getvalue(), with_points=True)
    registration(buffer.getvalue(), descriptors=True)


def _silence() -> None:
    """Decoders print of damaged pictures; nothing of a picture may reach a terminal or a log."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nowhere, standard)
    os.close(nowhere)


def _limit(memory: int) -> None:
    import resource

    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    _lower(resource.RLIMIT_DATA, _data_bytes() + memory)
    _lower(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_CORE, 0)


def _lower(kind: int, most: int) -> None:
    """For good, and never above what this process was already held to."""
    import resource

    _, hard = resource.getrlimit(kind)
    kept = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (kept, kept))


def _data_bytes() -> int:
    """Private writable memory, as RLIMIT_DATA counts it; 0 where it can't be known."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[5]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
