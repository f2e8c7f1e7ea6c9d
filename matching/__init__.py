"""Media bytes become fingerprints, and fingerprints find their nearest."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matching.matcher import Match, Matcher

__all__ = ["Match", "Matcher"]


def __getattr__(name: str) -> object:
    """The engine, loaded when it is asked for: a decoding process must start without numpy."""
    if name not in __all__:
        raise AttributeError(name)
    from matching import matcher

    return getattr(matcher, name)
