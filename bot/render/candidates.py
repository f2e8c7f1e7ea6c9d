"""What staff read about media that was listed: why looks at it gave nothing."""

from collections.abc import Mapping

from bot.render.texts import say
from domain.sightings import Note


def notes(language: str, found: Mapping[str, int]) -> list[str]:
    """A line for each reason, the most frequent first; what no reason says is our own fault."""
    counts: dict[Note, int] = {}
    for reason, count in found.items():
        note = Note(reason) if reason in list(Note) else Note.OUR_FAULT
        counts[note] = counts.get(note, 0) + count
    ordered = sorted(counts, key=lambda note: (-counts[note], note))
    return [_line(language, note, counts[note]) for note in ordered]


def _line(language: str, note: Note, count: int) -> str:
    why = say(language, f"candidate.note.{note}")
    return say(language, "candidate.note", count=count, why=why)
