"""What a taken-over decoder might try; each runs in a decoding process in place of the hasher."""

import contextlib
import os
import signal
import socket
import tempfile
import time


def hang(_: bytes) -> str:
    """Never come back."""
    while True:
        signal.pause()


def die(_: bytes) -> str:
    """End as a decoder ends that reads where it must not."""
    os.kill(os.getpid(), signal.SIGSEGV)
    return "alive"


def spin(_: bytes) -> str:
    """Use the processor without end."""
    while True:
        pass


class _Garbled:
    """Pickles well, and can't be read on the other side."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments

    def __reduce__(self) -> tuple[object, ...]:
        return int, self._arguments


def garble(_: bytes) -> object:
    """Answer with what its reader notices as broken."""
    return _Garbled("no", "number", "at all")


def garble_worse(_: bytes) -> object:
    """Answer with what ends the thread that reads it."""
    return _Garbled("no number")


def fill_memory(_: bytes) -> str:
    """Take eight gigabytes."""
    return str(len(bytearray(8 << 30)))


def write_file(_: bytes) -> str:
    """Keep what was seen."""
    try:
        with tempfile.NamedTemporaryFile() as kept:
            kept.write(b"seen")
            kept.flush()
    except OSError:
        return "refused"
    return "written"


def open_many(_: bytes) -> str:
    """Take every file handle there is."""
    with contextlib.ExitStack() as held:
        try:
            for _number in range(1_000):
                held.callback(os.close, os.dup(0))
        except OSError:
            return "refused"
    return "opened"


def call_home(port: bytes) -> str:
    """Connect to a listener on loopback, which every process outside the sandbox reaches."""
    try:
        with socket.create_connection(("127.0.0.1", int(port)), timeout=5):
            return "reached"
    except OSError:
        return "refused"


def spend(_: bytes) -> str:
    """Use more of the processor than is allowed, which here is next to nothing."""
    from matching import child

    with child.time_limit(0.05):
        return spin(_)


def spend_most(_: bytes) -> int:
    """Use most of what is allowed of the processor; tells which process did."""
    from matching import child

    with child.time_limit(1.0):
        until = time.process_time() + 0.5
        while time.process_time() < until:
            pass
    return os.getpid()


def is_time_limited() -> bool:
    """Whether the time that media had still runs, once it has been looked at."""
    spend_most(b"")
    return signal.getitimer(signal.ITIMER_PROF)[0] > 0


def limits() -> dict[str, int]:
    """What the process is held to: soft limits by name."""
    import resource

    names = ("DATA", "NOFILE", "FSIZE", "CORE")
    return {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[0] for name in names}


def own_memory() -> int:
    """How much private writable memory it has already."""
    from matching import child

    return child._data_bytes()


def die_at_a_bad_glance(files: list[bytes]) -> list[object]:
    """End at a file that says so, and look at all others as ever."""
    from matching.glances import glance_at

    if b"bad" in files:
        die(b"")
    return [glance_at(each) for each in files]


def hang_at_first(mark: str) -> None:
    """Never get ready to decode anything, unless this happened before."""
    try:
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    hang(b"")


def hang_at_start() -> None:
    """Never get ready to decode anything."""
    hang(b"")


def do_nothing() -> None:
    """Be ready at once, without any limits."""
