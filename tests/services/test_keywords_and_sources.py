"""Keywords and sources: sealed, each once, asked for while consent holds."""

from typing import Any

import pytest
from sqlmodel import select

from domain.consents import ConsentPart
from domain.refusals import Reason, Refusal
from services import consents, keywords, sources, turns
from services.desk import Desk
from storage.keywords import KeywordRow
from tests.conftest import COUNSELLOR, OFFICER
from tests.square_sweeps import open_case, swept_desk


async def refused(doing: Any) -> Reason:
    with pytest.raises(Refusal) as caught:
        await doing
    return caught.value.reason


async def tags(desk: Desk) -> list[str]:
    turn = await turns.begin_turn(desk, "square")
    assert turn is not None
    return [tag.text for tag in turn.terms]


async def test_a_keyword_is_kept_once_however_it_is_spelt(any_desk: Desk) -> None:
    case = await open_case(any_desk)
    texts = ("Planted", "#planted", " PLANTED ", "한강 산책")
    assert await keywords.set_keywords(any_desk, OFFICER, case.number, texts) == 2
    views = (await keywords.list_keywords(any_desk, OFFICER, case.number))[1]
    assert [view.keyword.text for view in views] == ["Planted", "한강 산책"]
    async with any_desk.database.reading() as tx:
        kept = (await tx.exec(select(KeywordRow))).all()
    assert [b"Planted" in row.text for row in kept] == [False, False]


async def test_keywords_are_asked_for_while_consent_holds(desk: Desk) -> None:
    ready = swept_desk(desk)
    case = await open_case(ready)
    await keywords.set_keywords(ready, OFFICER, case.number, ("한강 산책",))
    assert await tags(ready) == ["한강산책", "풍경"]
    await consents.withdraw(ready, OFFICER, case.number, ConsentPart.FINGERPRINTS)
    assert await tags(ready) == ["풍경"]


async def test_a_forgotten_keyword_is_asked_for_no_more(desk: Desk) -> None:
    ready = swept_desk(desk)
    case = await open_case(ready)
    await keywords.set_keywords(ready, OFFICER, case.number, ("planted",))
    await keywords.forget_keyword(ready, OFFICER, case.number, "#Planted")
    assert await tags(ready) == ["풍경"]
    again = keywords.forget_keyword(ready, OFFICER, case.number, "planted")
    assert await refused(again) is Reason.NO_SUCH_KEYWORD


async def test_bad_keywords_are_refused(desk: Desk) -> None:
    case = await open_case(desk)
    bare = await open_case(desk, consented=False)
    doings = [
        keywords.set_keywords(desk, OFFICER, case.number, ("#",)),
        keywords.set_keywords(desk, OFFICER, case.number, ("x" * 61,)),
        keywords.set_keywords(desk, OFFICER, bare.number, ("x",)),
        keywords.set_keywords(desk, COUNSELLOR, case.number, ("x",)),
    ]
    assert [await refused(doing) for doing in doings] == [
        Reason.EMPTY_TEXT,
        Reason.TOO_LONG,
        Reason.CONSENT_MISSING,
        Reason.NOT_ALLOWED,
    ]


async def test_a_sweep_is_asked_for_and_its_loop_woken(desk: Desk) -> None:
    ready = swept_desk(desk)
    assert await sources.sweep_now(ready, OFFICER, "") == ["square"]
    assert "sweep-square" in list(ready.wake)  # type: ignore[call-overload]
    assert await refused(sources.sweep_now(ready, OFFICER, "nowhere")) is Reason.NO_SUCH_SOURCE


async def test_a_source_that_never_had_a_turn_is_shown(desk: Desk) -> None:
    [found] = await sources.list_sources(swept_desk(desk), OFFICER)
    assert (found.name, found.last_success_at, found.trouble, found.seen) == (
        "square",
        None,
        None,
        0,
    )
