"""Words between a phone and its case's thread: previewed, filtered, without names."""

from datetime import timedelta

import pytest
from sqlmodel import select

from domain.conversations import RelayState
from domain.outbox import DeliveryState, Route
from domain.refusals import Reason, Refusal
from services import conversations, relays
from services.desk import Desk
from storage.outbox import OutboxRow
from tests.conftest import COUNSELLOR, MANAGER, clock_of
from tests.fixtures_phones import (
    CHAT,
    CODE_WORD,
    PERSON,
    conversation_of,
    enrolled,
    sent,
    with_phones,
)

ROOT_TS = "1700000000.000100"
CHANNEL = "C0STALKING"


@pytest.fixture
def phones_desk(any_desk: Desk) -> Desk:
    return with_phones(any_desk)


async def deliver_thread(desk: Desk) -> None:
    """As if the conversation's first message had been posted to Slack."""
    found = await conversation_of(desk)
    async with desk.database.transaction() as tx:
        query = select(OutboxRow).where(OutboxRow.dedup_key == f"conversation:{found.id}")
        row = (await tx.exec(query)).one()
        reference = f"{CHANNEL}:{ROOT_TS}"
        row.reference = desk.safe.seal(row.key_id, reference)
        row.reference_digest = desk.safe.digest("reference", reference)
        tx.add(row)


async def offer(desk: Desk, text: str, ts: str = "1700000001.000100") -> int:
    await deliver_thread(desk)
    found = await relays.offer(desk, MANAGER, CHANNEL, ROOT_TS, ts, text)
    assert found is not None
    return found


async def test_a_persons_words_reach_the_units_thread_by_number_only(phones_desk: Desk) -> None:
    case = await enrolled(phones_desk)
    await conversations.hear(phones_desk, PERSON, CHAT, "오늘은 <b>괜찮아요</b>")
    told = (await sent(phones_desk)).of("phone_said")[-1]
    assert (told.address, told.thread) == (CHANNEL, f"conversation:{told.order_key.split(':')[1]}")
    message = (await sent(phones_desk)).message("phone_said")
    assert case.number in message.text
    assert "&lt;b&gt;" in str(message.blocks)
    assert (await sent(phones_desk)).bubbles()[-1].text == "네, 적어 뒀어요."


async def test_staff_see_what_the_phone_will_show_before_anything_is_sent(
    phones_desk: Desk,
) -> None:
    await enrolled(phones_desk)
    before = len((await sent(phones_desk)).to_phone())
    relay = await offer(phones_desk, "내일 2시에 이야기해요 <@U0MANAGER1>")
    preview = (await sent(phones_desk)).message("relay_preview")
    assert "내일 2시에 이야기해요" in str(preview.blocks)
    assert len((await sent(phones_desk)).to_phone()) == before
    assert await relays.send(phones_desk, MANAGER, relay) is RelayState.SENT
    assert (await sent(phones_desk)).bubbles()[-1].text == "내일 2시에 이야기해요"


async def test_forbidden_words_wait_behind_the_code_word(phones_desk: Desk) -> None:
    await enrolled(phones_desk)
    relay = await offer(phones_desk, "경찰서에 같이 갈게요")
    preview = (await sent(phones_desk)).message("relay_preview")
    assert "경찰" in str(preview.blocks)
    assert "새 물 마시기 기록" in str(preview.blocks)
    assert await relays.send(phones_desk, MANAGER, relay) is RelayState.HELD
    assert (await sent(phones_desk)).bubbles()[
        -1
    ].text == "새 물 마시기 기록이 있어요. 편할 때 열어 보세요."
    await conversations.read_held(phones_desk, PERSON, CHAT)
    assert (await sent(phones_desk)).kinds()[-1] == "held_none"
    await conversations.hear(phones_desk, PERSON, CHAT, CODE_WORD)
    await conversations.read_held(phones_desk, PERSON, CHAT)
    bubble = (await sent(phones_desk)).bubbles()[-1]
    assert (bubble.text, bubble.hidden, bubble.is_silent) == (
        "여기 있어요.",
        "경찰서에 같이 갈게요",
        True,
    )


async def test_the_code_word_opens_for_five_minutes(phones_desk: Desk) -> None:
    await enrolled(phones_desk)
    await relays.send(phones_desk, MANAGER, await offer(phones_desk, "센터에서 뵐게요"))
    await conversations.hear(phones_desk, PERSON, CHAT, CODE_WORD)
    clock_of(phones_desk).advance(timedelta(minutes=5))
    await conversations.read_held(phones_desk, PERSON, CHAT)
    assert (await sent(phones_desk)).kinds()[-1] == "held_none"


async def test_a_preview_is_sent_once_and_by_its_author(phones_desk: Desk) -> None:
    await enrolled(phones_desk)
    relay = await offer(phones_desk, "네")
    with pytest.raises(Refusal) as foreign:
        await relays.send(phones_desk, COUNSELLOR, relay)
    assert foreign.value.reason is Reason.NOT_YOUR_RELAY
    await relays.send(phones_desk, MANAGER, relay)
    with pytest.raises(Refusal) as twice:
        await relays.send(phones_desk, MANAGER, relay)
    assert twice.value.reason is Reason.ILLEGAL_MOVE


async def test_a_reply_that_was_cancelled_goes_nowhere(phones_desk: Desk) -> None:
    await enrolled(phones_desk)
    before = len((await sent(phones_desk)).to_phone())
    relay = await offer(phones_desk, "네")
    await relays.cancel(phones_desk, MANAGER, relay)
    with pytest.raises(Refusal):
        await relays.send(phones_desk, MANAGER, relay)
    assert len((await sent(phones_desk)).to_phone()) == before


async def test_talk_in_other_threads_is_left_alone(phones_desk: Desk) -> None:
    await enrolled(phones_desk)
    assert await relays.offer(phones_desk, MANAGER, "C0GENERAL", "1.1", "1.2", "점심") is None


async def test_outside_the_safe_hours_only_a_direct_answer_is_sent(phones_desk: Desk) -> None:
    await enrolled(phones_desk)
    clock_of(phones_desk).advance(timedelta(hours=11))  # 23:00 in Seoul
    with pytest.raises(Refusal) as refused:
        await offer(phones_desk, "안녕하세요")
    assert refused.value.reason is Reason.OUTSIDE_SAFE_HOURS
    await conversations.hear(phones_desk, PERSON, CHAT, "지금 이야기할 수 있어요?")
    assert await offer(phones_desk, "네, 있어요", ts="2.2") is not None


async def test_when_it_is_not_safe_nothing_is_begun(phones_desk: Desk) -> None:
    await enrolled(phones_desk)
    await conversations.set_halt(phones_desk, PERSON, CHAT, is_halted=True)
    clock_of(phones_desk).advance(timedelta(minutes=20))
    with pytest.raises(Refusal) as refused:
        await offer(phones_desk, "안녕하세요")
    assert refused.value.reason is Reason.HALTED
    assert "phone_halt" in (await sent(phones_desk)).kinds(Route.SLACK)


async def test_quick_exit_deletes_what_was_said_and_leaves_a_neutral_line(
    phones_desk: Desk,
) -> None:
    await enrolled(phones_desk)
    async with phones_desk.database.transaction() as tx:
        for row in (await tx.exec(select(OutboxRow))).all():
            if row.route is Route.TELEGRAM:
                row.state = DeliveryState.SENT
                row.settled_at = phones_desk.clock.now()
                tx.add(row)
    shown = len((await sent(phones_desk)).to_phone())
    await conversations.clear_screen(phones_desk, PERSON, CHAT)
    found = await sent(phones_desk)
    assert len(found.of("wipe")) == shown
    assert found.to_phone()[-1].facts["part"] == "exit"
