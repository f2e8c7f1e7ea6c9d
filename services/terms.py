"""Terms: the words that a source is asked for, from its own tags and from every case that is swept for."""

from domain.cases import Case, CaseState, Harm
from domain.keywords import folded
from domain.policy import SourcePolicy
from domain.sources import Term, tag_text
from services.fingerprints import swept_case
from storage import cases as case_table
from storage import keywords as keyword_table
from storage.database import Transaction
from storage.sealed import Safe

KEY_LETTERS = 16
_MOST_CASES = 100_000
_GRAVE = frozenset({Harm.THREAT, Harm.FEAR})


async def terms_of(
    tx: Transaction, safe: Safe, source: SourcePolicy
) -> dict[str, tuple[Term, int]]:
    """Every word to ask this source for, with how grave its gravest case is."""
    found: dict[str, tuple[Term, int]] = {}
    words = [(word, 1) for word in source.tags] + await _keywords(tx, safe)
    for word, gravity in words:
        text = tag_text(folded(word))
        if text:
            term = Term(term_key(safe, text), text)
            known = found.get(term.key)
            found[term.key] = (term, max(gravity, known[1] if known else 0))
    return found


async def _keywords(tx: Transaction, safe: Safe) -> list[tuple[str, int]]:
    """The words of every open case with the consents to sweep, and how grave the case is."""
    cases = await case_table.in_state(tx, CaseState.OPEN, _MOST_CASES)
    grave = {case.id: gravity_of(case) for case in cases}
    asked = [case.id for case in cases if await swept_case(tx, case.id) is not None]
    found = await keyword_table.of_cases(tx, safe, sorted(asked))
    return [(keyword.text, grave[keyword.case_id]) for keyword in found]


def gravity_of(case: Case) -> int:
    """How grave a case is, for what is asked first: 3 a child or danger now, 2 a threat, else 1."""
    if case.is_minor or case.in_danger:
        return 3
    return 2 if case.harms & _GRAVE else 1


def term_key(safe: Safe, text: str) -> str:
    """What stands for a word wherever something about it is kept."""
    return safe.digest("tag", text)[:KEY_LETTERS]


async def keys_of(tx: Transaction, safe: Safe, case_ids: list[int]) -> list[str]:
    """The keys of the words of these cases."""
    words = await keyword_table.of_cases(tx, safe, case_ids)
    texts = [tag_text(folded(word.text)) for word in words]
    return [term_key(safe, text) for text in texts if text]
