"""A desk with private bots, a case that may be asked, an enrolled phone, and what was sent to whom."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from sqlmodel import select

from bot.render.kinds import slack_message, telegram_bubble
from bot.render.message import Bubble, Message
from domain.access import Actor, Role
from domain.cases import Case, Harm, Intake
from domain.checkins import EVERY_DAY, Checkin, CheckinState
from domain.consents import ConsentPart
from domain.conversations import Chat, Conversation, Step, StepEvent
from domain.outbox import Draft, Operation, Route
from services import cases, consents, enrolment, invites, plans
from services.desk import Desk
from services.invites import Wish
from storage import checkins, conversations
from storage.outbox import OutboxRow
from storage.sealed import Safe
from tests.conftest import MANAGER

WATER = "practice_water_bot"
WORDS = "practice_words_bot"
HOTLINE_BOT = "practice_hotline_bot"
PHONES = {WATER: "water", WORDS: "words", HOTLINE_BOT: "hotline"}
CHAT = Chat(WATER, 700000001)
STRANGER = Chat(WATER, 700000005)
PERSON = Actor("phone", frozenset({Role.VICTIM, Role.ANYONE}))
ASKED = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # 14:00 in Seoul, when check-ins are planned.
CODE_WORD = "봄바람"
DURESS_WORD = "겨울비"
WISH = Wish(
    bot=WATER,
    opens=time(9),
    closes=time(21),
    zone="Asia/Seoul",
    code_word=CODE_WORD,
    duress_word=DURESS_WORD,
)
STEPS = (
    (Step.LANGUAGE, StepEvent.KOREAN),
    (Step.CONSENT, StepEvent.AGREE),
    (Step.MOMENT, StepEvent.GOOD),
    (Step.EXIT, StepEvent.GO_ON),
    (Step.ANSWERS, StepEvent.GO_ON),
    (Step.HELP, StepEvent.GO_ON),
    (Step.WORD, StepEvent.GO_ON),
)


def with_phones(desk: Desk) -> Desk:
    """The desk with the practice world's bots."""
    return replace(desk, places=replace(desk.places, phones=PHONES))


async def open_case(desk: Desk, *, is_minor: bool = False) -> Case:
    """A stalking case whose person agreed to be asked."""
    case = await cases.open_case(desk, MANAGER, Intake("하나", Harm.STALKING, is_minor=is_minor))
    await consents.give(desk, MANAGER, case.number, (ConsentPart.CHECKINS,))
    return case


async def invited(desk: Desk, wish: Wish = WISH) -> tuple[Case, str]:
    """A case and the token of its link."""
    case = await open_case(desk)
    return case, await invites.invite(desk, MANAGER, case.number, wish)


async def enrolled(desk: Desk, chat: Chat = CHAT, wish: Wish = WISH) -> Case:
    """A case whose phone has gone through every step."""
    case, token = await invited(desk, wish)
    await enrolment.start(desk, PERSON, chat, token)
    for step, event in STEPS:
        await enrolment.step(desk, PERSON, chat, step, event)
    return case


async def planned(desk: Desk, *times: time) -> Case:
    """An enrolled case that is asked at these times, every day."""
    case = await enrolled(desk)
    await plans.plan(desk, MANAGER, case.number, times or (time(14),), EVERY_DAY)
    return case


async def conversation_of(desk: Desk, chat: Chat = CHAT) -> Conversation:
    """The conversation at a chat."""
    async with desk.database.reading() as tx:
        found = await conversations.at_chat(tx, desk.safe, chat)
    assert found is not None
    return found


async def checkins_of(desk: Desk, case: Case) -> list[Checkin]:
    """A case's check-ins, oldest first."""
    async with desk.database.reading() as tx:
        return (await checkins.in_states(tx, case.id, frozenset(CheckinState)))[::-1]


@dataclass(frozen=True)
class Sent:
    """Everything that was put into the outbox."""

    drafts: tuple[Draft, ...]

    def to_phone(self) -> list[Draft]:
        return [
            draft
            for draft in self.drafts
            if draft.route is Route.TELEGRAM and draft.operation is Operation.POST
        ]

    def kinds(self, route: Route = Route.TELEGRAM) -> list[str]:
        return [draft.kind for draft in self.drafts if draft.route is route]

    def bubbles(self) -> list[Bubble]:
        return [telegram_bubble(draft) for draft in self.to_phone()]

    def of(self, kind: str) -> list[Draft]:
        return [draft for draft in self.drafts if draft.kind == kind]

    def message(self, kind: str) -> Message:
        return slack_message(self.of(kind)[-1])


async def sent(desk: Desk, after: int = 0) -> Sent:
    """What was enqueued, beyond the first `after` rows."""
    async with desk.database.reading() as tx:
        rows = (await tx.exec(select(OutboxRow).order_by(OutboxRow.id))).all()  # type: ignore[arg-type]
        return Sent(tuple(_opened(desk.safe, row) for row in rows[after:]))


async def count_sent(desk: Desk) -> int:
    """How many rows the outbox has."""
    return len((await sent(desk)).drafts)


def _opened(safe: Safe, row: OutboxRow) -> Draft:
    body = safe.open_json(row.key_id, row.body)
    return Draft(
        **{**body, "route": Route(body["route"]), "operation": Operation(body["operation"])}
    )
