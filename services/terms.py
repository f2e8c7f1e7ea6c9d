"""Terms: the words that a source is asked for, from its own tags and from every case that is swept for."""

from domain.keywords import folded
from domain.networks import NETWORKS, Can
from domain.policy import SourcePolicy
from domain.sources import Term, tag_text
from services.keywords import sent_words, term_key
from storage import keywords as keyword_table
from storage.database import Transaction
from storage.sealed import Safe


async def terms_of(
    tx: Transaction, safe: Safe, source: SourcePolicy
) -> dict[str, tuple[Term, int]]:
    """Every word to ask this source for, with how grave its gravest case is; a search is asked with the
    spaces of a word, a tag has none.
    """
    found: dict[str, tuple[Term, int]] = {}
    takes_spaces = Can.TAGS not in NETWORKS[source.kind].can
    words = [(word, 1) for word in source.tags] + await _keywords(tx, safe)
    for word, gravity in words:
        text = tag_text(folded(word))
        if text:
            spelt = " ".join(word.split()) if takes_spaces else text
            term = Term(term_key(safe, text), spelt)
            known = found.get(term.key)
            found[term.key] = (term, max(gravity, known[1] if known else 0))
    return found


async def _keywords(tx: Transaction, safe: Safe) -> list[tuple[str, int]]:
    """The words of every open case that may be sent, and how grave the case is, the gravest first."""
    found = await sent_words(tx, safe, await keyword_table.cases_with_words(tx))
    return [(word.text, word.gravity) for word in found]


async def keys_of(tx: Transaction, safe: Safe, case_ids: list[int]) -> list[str]:
    """The keys of the words of these cases that may be sent."""
    return [word.key for word in await sent_words(tx, safe, case_ids) if tag_text(word.text)]
