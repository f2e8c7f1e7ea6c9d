"""`/checkin …` and replies in a conversation's thread, through the real Slack library."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.senders.slack import SlackSender
from bot.slack import checkins, relay
from domain.outbox import Route
from jobs.delivery import deliver
from services import conversations, invites
from services.desk import Desk
from tests.bot.slack.desk_in_slack import TABLES, Place, staffed
from tests.conftest import MANAGER
from tests.fixtures_phones import CHAT, PERSON, WATER, WISH, enrolled, open_case, sent, with_phones
from tests.practice.slack_office import Json, until

INVITATION = {
    "way": WATER,
    "opens": "09:00",
    "closes": "21:00",
    "language": "ko",
    "code_word": "봄바람",
    "duress_word": "겨울비",
}


@pytest.fixture
async def place(desk: Desk, tmp_path: Path) -> AsyncIterator[Place]:
    tables = (*TABLES, checkins.TABLE, relay.TABLE)
    async with staffed(with_phones(desk), tmp_path, tables) as made:
        yield made


async def post_all(place: Place) -> None:
    """Send what waits for Slack."""
    await until(lambda: not place.front.in_hand)
    await deliver(place.desk, {Route.SLACK: SlackSender(place.office.client)})


async def run(place: Place, text: str) -> list[str]:
    """Type `/checkin …`, send what it causes, and read what the manager alone was told."""
    await place.office.do(
        "command", user=MANAGER.id, channel="C0STALKING", command="/checkin", text=text
    )
    await post_all(place)
    return await place.told(MANAGER.id)


async def invitation(place: Place, number: str, **changes: str) -> Json:
    await place.office.do(
        "command",
        user=MANAGER.id,
        channel="C0STALKING",
        command="/checkin",
        text=f"invite {number}",
    )
    form = await place.open_form(MANAGER.id)
    values = {**INVITATION, **changes}
    return await place.office.do("submit", user=MANAGER.id, view_id=form["view_id"], values=values)


async def thread_of_the_phone(place: Place) -> Json:
    messages = await place.office.see("C0STALKING")
    return next(m for m in messages if "메신저 대화" in m["text"])


async def test_the_invitations_form_makes_a_link_for_the_askers_eyes(place: Place) -> None:
    case = await open_case(place.desk)
    assert await invitation(place, case.number) == {"ok": True, "errors": {}}
    await post_all(place)
    messages = await place.office.see("")
    link = next(m for m in messages if f"https://t.me/{WATER}?start=" in str(m["blocks"]))
    assert link["ephemeral_for"] == MANAGER.id


async def test_what_is_wrong_with_an_invitation_shows_while_its_form_is_open(place: Place) -> None:
    case = await open_case(place.desk)
    answer = await invitation(place, case.number, opens="25:00", duress_word="봄바람")
    assert sorted(answer["errors"]) == ["code_word", "opens"]


async def test_a_plan_is_made_and_listed(place: Place) -> None:
    case = await open_case(place.desk)
    await invites.invite(place.desk, MANAGER, case.number, WISH)
    told = await run(place, f"plan {case.number} 09:00,21:00 mon,wed")
    assert "안부확인 09:00, 21:00 (Asia/Seoul)" in told[-1]
    assert "안부확인 계획 1건" in (await run(place, "list"))[-1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("invite", "/checkin invite 사례번호"),
        ("invite 2026-9999", "찾을 수 없습니다"),
        ("plan 2026-0001", "/checkin plan"),
        ("plan 2026-0001 25:00", "25:00"),
        ("log 2026-0001 maybe", "/checkin log"),
        ("log 2026-0001 ok", "기다리는 안부확인이 없습니다"),
        ("pause 2026-0001 soon", "soon"),
        ("trust 2026-0001", "연결되지 않았습니다"),
        ("callback 77", "77"),
        ("dance", "없는 명령입니다"),
    ],
)
async def test_bad_input_gets_one_clear_sentence(place: Place, text: str, says: str) -> None:
    await open_case(place.desk)
    assert says in (await run(place, text))[-1]


async def test_a_reply_in_the_thread_is_previewed_and_sent_by_its_button(place: Place) -> None:
    await enrolled(place.desk)
    await conversations.hear(place.desk, PERSON, CHAT, "안녕하세요")
    await post_all(place)
    root = await thread_of_the_phone(place)
    await place.office.do(
        "say", user=MANAGER.id, channel="C0STALKING", text="내일 뵐게요", thread_ts=root["ts"]
    )
    await until(lambda: place.front.in_hand == set())
    while not (await sent(place.desk)).of("relay_preview"):
        pass
    await post_all(place)
    messages = await place.office.see("")
    preview = next(m for m in messages if "보내기 전에" in m["text"])
    assert preview["ephemeral_for"] == MANAGER.id
    await place.office.do(
        "press",
        user=MANAGER.id,
        channel=preview["channel"],
        ts=preview["ts"],
        action_id="relay_send",
    )
    while not (await sent(place.desk)).of("relayed"):
        pass
    assert (await sent(place.desk)).bubbles()[-1].text == "내일 뵐게요"


async def test_talk_beside_the_thread_stays_in_slack(place: Place) -> None:
    await enrolled(place.desk)
    await post_all(place)
    before = len((await sent(place.desk)).to_phone())
    await place.office.do("say", user=MANAGER.id, channel="C0STALKING", text="점심 어때요")
    await post_all(place)
    assert len((await sent(place.desk)).to_phone()) == before
