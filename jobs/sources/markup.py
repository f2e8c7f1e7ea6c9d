"""Markup turned into the words that a reader sees."""

from selectolax.lexbor import LexborHTMLParser

MOST_LETTERS = 20_000  # Of one post; what comes after is not compared with keywords.


def plain_text(markup: str) -> str:
    """The words of a piece of HTML, or of plain text, without tags; blocks are divided by spaces."""
    cut = markup[:MOST_LETTERS]
    if "<" not in cut and "&" not in cut:
        return cut
    body = LexborHTMLParser(cut).body
    return " ".join(body.text(separator=" ").split()) if body is not None else ""
