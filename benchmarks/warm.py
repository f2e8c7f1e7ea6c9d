"""Loads the program once, and forks a centre for each line it hears: what is killed then starts quickly.

Says the centre's number when it is forked, and `ended` when it is gone.
"""

import importlib
import os
import sys


def main() -> None:
    """The first argument is the file that takes what the centres say."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # A process with one thread may be forked.
    importlib.import_module("bot.__main__")
    log = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _live(log)
        _tell(str(pid))
        os.waitpid(pid, 0)
        _tell("ended")


def _tell(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _live(log: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDONLY)
    for own, standard in ((nowhere, 0), (log, 1), (log, 2)):
        os.dup2(own, standard)
    sys.argv = ["ansim", "run", "--empty"]
    importlib.import_module("bot.cli").main()


if __name__ == "__main__":
    main()
