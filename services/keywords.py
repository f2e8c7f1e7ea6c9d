"""Setting, listing, approving and forgetting a case's keywords, and which of them go out where."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import compress
from typing import Any

from domain.access import SYSTEM, Action, Actor
from domain.cases import Case, Harm, number_from
from domain.keywords import (
    MOST_IN_CASE,
    Keyword,
    KeywordKind,
    SentWord,
    Typed,
    folded,
    tidy,
)
from domain.networks import NETWORKS
from domain.policy import Policy
from domain.refusals import Reason, Refusal
from domain.sources import tag_text
from domain.spellings import held_back, sent, spellings
from domain.words import Words
from services import approvals
from services.desk import Deed, Desk
from services.fingerprints import ready_case, swept_case
from storage import added_sources as added_table
from storage import cases as case_table
from storage import keywords as table
from storage import sources as source_table
from storage.database import Transaction
from storage.sealed import Safe

KEY_LETTERS = 16
_GRAVE = frozenset({Harm.THREAT, Harm.FEAR})
_SHOWN = 12


@dataclass(frozen=True)
class KeywordView:
    """A keyword with what is made of it: all spellings, and those that are sent, or would be once it
    is approved.
    """

    keyword: Keyword
    spelt: tuple[str, ...]
    sent: tuple[str, ...]
    if_approved: tuple[str, ...]

    def told(self, most: int = _SHOWN) -> dict[str, Any]:
        """The same for a renderer, with the first spellings."""
        return {
            "text": self.keyword.text,
            "kind": self.keyword.kind.value,
            "spelt": list(self.spelt[:most]),
            "more": max(0, len(self.spelt) - most),
            "sent": list(self.sent),
            "is_held": not self.sent,
            "waits": self.keyword.waits_for_approval,
        }


async def set_keywords(desk: Desk, actor: Actor, word: str, texts: tuple[str, ...]) -> int:
    """Keep these words for a case; the answer says which sources will be asked for them."""
    return await add_keywords(desk, actor, word, {KeywordKind.OTHER: texts}, "keywords_set")


async def expect(desk: Desk, actor: Actor, word: str) -> Case:
    """The case, if it may have keywords at this moment; refuses any other before words are typed."""
    async with desk.look(actor, Action.SET_KEYWORDS) as tx:
        return await ready_case(tx, word)


async def add_keywords(
    desk: Desk,
    actor: Actor,
    word: str,
    given: Mapping[KeywordKind, Iterable[str]],
    answer: str = "keywords_added",
) -> int:
    """Keep words of these kinds for a case, and have them searched for at once; how many are new.

    Real names are sent to no service before somebody approved them.
    """
    typed = Typed.of(given)
    async with desk.deed(actor, Action.SET_KEYWORDS) as deed:
        case = await ready_case(deed.tx, word)
        added = [
            await table.add(deed.tx, deed.safe, case.id, kind, text, deed.now)
            for kind, text in typed.words
        ]
        if await table.count(deed.tx, case.id) > MOST_IN_CASE:
            raise Refusal(Reason.TOO_MANY_KEYWORDS, count=len(added), most=MOST_IN_CASE)
        await deed.record(f"case:{case.id}", number=case.number, keywords=sum(added))
        sources = await _asked_sources(deed.tx, desk.policy)
        views = await _views(deed, case, {folded(text) for _, text in typed.words})
        told = {"words": [view.told() for view in views]} if answer == "keywords_added" else {}
        facts = {"number": case.number, "new": sum(added), "sources": sources, **told}
        await deed.answer_sealed(case.id, answer, **facts)
        kinds = [kind for kind, _ in typed.words]
        await approvals.ask(deed, case, sum(compress((_is_name(each) for each in kinds), added)))
        if any(view.sent for view in views):
            await _wake(deed, sources)
    return sum(added)


def _is_name(kind: KeywordKind) -> bool:
    return kind is KeywordKind.REAL_NAME


async def list_keywords(desk: Desk, actor: Actor, word: str) -> tuple[Case, list[KeywordView]]:
    """The words of a case; they are sealed, so looking at them is written down."""
    async with desk.deed(actor, Action.SET_KEYWORDS) as deed:
        case = await case_table.numbered(deed.tx, number_from(word))
        views = await _views(deed, case)
        await deed.record(f"case:{case.id}", number=case.number, opened="keywords")
    return case, views


async def forget_keyword(desk: Desk, actor: Actor, word: str, text: str) -> None:
    """Delete one word of a case; no source is asked for it any more."""
    async with desk.deed(actor, Action.SET_KEYWORDS) as deed:
        case = await case_table.numbered(deed.tx, number_from(word))
        if not await table.forget(deed.tx, deed.safe, case.id, tidy(text)):
            raise Refusal(Reason.NO_SUCH_KEYWORD, number=case.number)
        await deed.record(f"case:{case.id}", number=case.number, forgot="keyword")
        await deed.answer("keyword_forgotten", number=case.number)


async def waiting_names(desk: Desk, actor: Actor, word: str) -> tuple[Case, list[KeywordView]]:
    """The real names of a case that wait, for whoever may approve them; looking is written down."""
    async with desk.deed(actor, Action.APPROVE_KEYWORD) as deed:
        case = await ready_case(deed.tx, word)
        waiting = [view for view in await _views(deed, case) if view.keyword.waits_for_approval]
        if not waiting:
            raise Refusal(Reason.NOTHING_TO_APPROVE, number=case.number)
        await deed.record(f"case:{case.id}", number=case.number, opened="keywords")
    return case, waiting


async def approve(desk: Desk, actor: Actor, word: str, ids: Iterable[int]) -> int:
    """Let these real names of a case go out; each is searched for at once."""
    async with desk.deed(actor, Action.APPROVE_KEYWORD) as deed:
        case = await ready_case(deed.tx, word)
        approved = await table.approve(deed.tx, case.id, list(ids), actor.id, deed.now)
        if not approved:
            raise Refusal(Reason.NOTHING_TO_APPROVE, number=case.number)
        await deed.record(f"case:{case.id}", number=case.number, approved=len(approved))
        sources = await _asked_sources(deed.tx, desk.policy)
        await deed.answer(
            "keywords_approved", number=case.number, count=len(approved), sources=sources
        )
        await _wake(deed, sources)
    return len(approved)


async def sent_words(tx: Transaction, safe: Safe, case_ids: list[int]) -> list[SentWord]:
    """What services may be asked for of those of these cases that are swept for, the gravest first."""
    asked = [await swept_case(tx, each) for each in case_ids]
    cases = {case.id: case for case in asked if case is not None}
    found: list[SentWord] = []
    for case_id, mine in _by_case(await table.of_cases(tx, safe, sorted(cases))).items():
        held, gravity = held_back(mine), gravity_of(cases[case_id])
        free = (each for each in mine if each.id not in held)
        found += [
            SentWord(case_id, each.id, text, term_key(safe, text), gravity)
            for each in free
            for text in sent(each)
        ]
    return sorted(found, key=lambda each: (-each.gravity, each.case_id, each.keyword_id))


async def words_of(tx: Transaction, safe: Safe) -> list[Keyword]:
    """All words of all cases that are swept for: what posts are compared with here."""
    asked = await table.cases_with_words(tx)
    swept = [each for each in asked if await swept_case(tx, each) is not None]
    return await table.of_cases(tx, safe, swept)


async def compiled_words(desk: Desk) -> Words:
    """The words of all cases as they stand, compiled anew only if any changed."""
    book = desk.wordbook
    async with book.turn:
        async with desk.look(SYSTEM, Action.SWEEP) as tx:
            edition = await table.edition(tx)
            if edition == book.edition:
                return book.words
            keywords = await words_of(tx, desk.safe)
        book.words = await asyncio.to_thread(Words, keywords, desk.policy.slang)
        book.edition = edition
    return book.words


def gravity_of(case: Case) -> int:
    """How grave a case is, for what is asked first: 3 a child or danger now, 2 a threat, else 1."""
    if case.is_minor or case.in_danger:
        return 3
    return 2 if case.harms & _GRAVE else 1


def term_key(safe: Safe, text: str) -> str:
    """What stands for a word in cursors and listings; the same however the word is spaced."""
    return safe.digest("tag", tag_text(folded(text)))[:KEY_LETTERS]


async def asked_sources(desk: Desk, actor: Actor) -> list[str]:
    """The names of the sources that keywords are sent to, those that staff added among them."""
    async with desk.look(actor, Action.SET_KEYWORDS) as tx:
        return await _asked_sources(tx, desk.policy)


async def _asked_sources(tx: Transaction, policy: Policy) -> list[str]:
    sources = (*policy.sources, *await added_table.all_added(tx))
    asked = [source.name for source in sources if NETWORKS[source.kind].takes_words]
    return list(dict.fromkeys(asked))


async def _views(deed: Deed, case: Case, only: set[str] | None = None) -> list[KeywordView]:
    """What is made of a case's words, or of those given in the folded form."""
    mine = await table.of_cases(deed.tx, deed.safe, [case.id])
    held = held_back(mine)
    wanted = (each for each in mine if only is None or folded(each.text) in only)
    return [_view(each, each.id in held, deed.policy) for each in wanted]


def _view(keyword: Keyword, is_held: bool, policy: Policy) -> KeywordView:
    spelt = tuple(each.text for each in spellings(keyword, policy.slang))
    out = sent(keyword)
    return KeywordView(keyword, spelt, () if is_held else out, out)


def _by_case(keywords: list[Keyword]) -> dict[int, list[Keyword]]:
    found: dict[int, list[Keyword]] = {}
    for each in keywords:
        found.setdefault(each.case_id, []).append(each)
    return found


async def _wake(deed: Deed, sources: list[str]) -> None:
    """Have these sources polled at once, whenever their next turn would be."""
    await source_table.fall_due(deed.tx, sources, deed.now)
    for source in sources:
        deed.wake_after(f"sweep-{source}")
