"""What runs inside a decoding process: its limits first, then one picture after another.

Nothing heavy is imported here at the top: the network namespace can only be left while the process
has one thread, and numpy starts more.
"""

import contextlib
import ctypes
import os
import sys
from pathlib import Path

from domain.fingerprints import Print

CPU_SECONDS = 15
_MEMORY = 1_000_000_000  # Bytes beyond what the libraries took: 50 megapixels pass four times over.
_OPEN_FILES = 16  # The pipes to the parent and a little more; `poll` refuses to work with fewer.
_NEW_USER = 0x10000000
_NEW_NETWORK = 0x40000000


def confine() -> None:
    """Set this process's limits; runs once, before the first picture."""
    cut_network()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    _warm_up()
    if sys.platform != "win32":
        _limit()


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


def hash_confined(data: bytes) -> Print:
    """Hash one picture under a fresh limit of processor time. Raises Undecodable."""
    from matching.hashing import hash_picture

    if sys.platform != "win32":
        _limit_time()
    return hash_picture(data)


def _warm_up() -> None:
    """Load everything a picture will need, while files may still be opened and memory is free."""
    import io

    from PIL import Image

    from matching.decoding import FORMATS
    from matching.hashing import hash_picture

    for kind in FORMATS:
        buffer = io.BytesIO()
        Image.linear_gradient("L").convert("RGB").save(buffer, kind)
        hash_picture(buffer.getvalue())


def _limit() -> None:
    import resource

    used = _data_bytes()
    resource.setrlimit(resource.RLIMIT_DATA, (used + _MEMORY, used + _MEMORY))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time() -> None:
    """The limit counts from the start of the process, so each picture moves it on."""
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = int(used.ru_utime + used.ru_stime) + CPU_SECONDS + 1
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))


def _data_bytes() -> int:
    """Private writable memory, as RLIMIT_DATA counts it; 0 where it can't be known."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[5]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
