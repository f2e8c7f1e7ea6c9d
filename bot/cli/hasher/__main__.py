"""Write the page anew: `make hasher`."""

from bot.cli.hasher import BUILT, build

BUILT.write_text(build(), encoding="utf-8", newline="\n")
