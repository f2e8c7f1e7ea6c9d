"""Setting, listing and forgetting a case's keywords."""

from domain.access import Action, Actor
from domain.cases import Case, number_from
from domain.keywords import tidy
from domain.networks import NETWORKS
from domain.policy import Policy
from domain.refusals import Reason, Refusal
from services.desk import Desk
from services.fingerprints import ready_case
from storage import cases as case_table
from storage import keywords as table


async def set_keywords(desk: Desk, actor: Actor, word: str, texts: tuple[str, ...]) -> int:
    """Keep these words for a case; the answer says which sources will be asked for them."""
    tidied = tuple(dict.fromkeys(tidy(text) for text in texts))
    async with desk.deed(actor, Action.SET_KEYWORDS) as deed:
        case = await ready_case(deed.tx, word)
        added = [await table.add(deed.tx, deed.safe, case.id, text, deed.now) for text in tidied]
        await deed.record(f"case:{case.id}", number=case.number, keywords=sum(added))
        sources = asked_sources(desk.policy)
        await deed.answer("keywords_set", number=case.number, new=sum(added), sources=sources)
        for source in sources:
            deed.wake_after(f"sweep-{source}")
    return sum(added)


async def list_keywords(desk: Desk, actor: Actor, word: str) -> tuple[Case, list[str]]:
    """The words of a case; they are sealed, so looking at them is written down."""
    async with desk.deed(actor, Action.SET_KEYWORDS) as deed:
        case = await case_table.numbered(deed.tx, number_from(word))
        found = await table.of_cases(deed.tx, deed.safe, [case.id])
        await deed.record(f"case:{case.id}", number=case.number, opened="keywords")
    return case, [keyword.text for keyword in found]


async def forget_keyword(desk: Desk, actor: Actor, word: str, text: str) -> None:
    """Delete one word of a case; no source is asked for it any more."""
    async with desk.deed(actor, Action.SET_KEYWORDS) as deed:
        case = await case_table.numbered(deed.tx, number_from(word))
        if not await table.forget(deed.tx, deed.safe, case.id, tidy(text)):
            raise Refusal(Reason.NO_SUCH_KEYWORD, number=case.number)
        await deed.record(f"case:{case.id}", number=case.number, forgot="keyword")
        await deed.answer("keyword_forgotten", number=case.number)


def asked_sources(policy: Policy) -> list[str]:
    """The names of the sources that keywords are sent to."""
    return [source.name for source in policy.sources if NETWORKS[source.kind].takes_words]
