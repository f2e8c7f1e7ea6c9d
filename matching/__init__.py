"""Media bytes become fingerprints, and fingerprints find their nearest."""

from matching.matcher import Match, Matcher

__all__ = ["Match", "Matcher"]
