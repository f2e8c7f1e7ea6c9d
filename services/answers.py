"""Answers to check-ins: by a button of the persona, or by a call that staff log."""

from domain.access import Action, Actor
from domain.cases import number_from
from domain.checkins import (
    ANSWER_EVENTS,
    CHECKIN,
    MOST_SNOOZES,
    UNANSWERED,
    Answer,
    Checkin,
    CheckinEvent,
    CheckinState,
    late_after,
    missed_after,
)
from domain.conversations import Chat
from domain.refusals import Reason, Refusal
from services import checkin_words, checkins, invites, phones
from services.callees import Callee, callee_of
from services.desk import Deed, Desk
from storage import cases, conversations
from storage import checkins as table

_LOGGED = UNANSWERED | {CheckinState.MISSED, CheckinState.ALERTED}


async def answer(desk: Desk, actor: Actor, chat: Chat, checkin_id: int, said: Answer) -> bool:
    """One of the three answers; false where this chat has no such check-in.

    Pressed twice, or after staff closed the matter, it changes nothing and is thanked for; only
    "please call me" pages staff whenever it is pressed.
    """
    async with desk.deed(actor, Action.ANSWER_CHECKIN) as deed:
        conversation = await conversations.at_chat(deed.tx, deed.safe, chat)
        checkin = await table.find(deed.tx, checkin_id)
        if conversation is None or checkin is None or checkin.case_id != conversation.case_id:
            return False
        callee = await callee_of(deed, checkin.case_id)
        key = phones.once(actor, f"thanks:{conversation.id}")
        is_taken = await _take(deed, checkin, callee, said)
        part = f"thanks_{said}" if is_taken or said is not Answer.LATER else "noted"
        await phones.say(deed, conversation, "persona_line", key, part=part)
        await conversations.change(deed.tx, conversation, heard_at=deed.now)
    return True


async def renew(desk: Desk, actor: Actor, chat: Chat) -> None:
    """The person says that the same hours are still good."""
    async with desk.deed(actor, Action.ANSWER_CHECKIN) as deed:
        conversation = await conversations.at_chat(deed.tx, deed.safe, chat)
        if conversation is None:
            return
        await invites.renew(deed, await phones.case_of(deed, conversation))
        key = phones.once(actor, f"renewed:{conversation.id}")
        await phones.say(deed, conversation, "persona_line", key, part="noted")


async def log_call(desk: Desk, actor: Actor, word: str, *, is_reached: bool) -> CheckinState:
    """Staff called: reached and safe, or nobody answered; the second time that is a missed check-in."""
    async with desk.deed(actor, Action.PLAN_CHECKINS) as deed:
        case = await cases.numbered(deed.tx, number_from(word))
        found = await table.in_states(deed.tx, case.id, _LOGGED)
        if not found:
            raise Refusal(Reason.NO_SUCH_CHECKIN, number=case.number)
        callee = await callee_of(deed, case.id)
        await deed.record(f"checkin:{found[0].id}", event="called", is_reached=is_reached)
        if is_reached:
            after = await checkins.move(deed, found[0], CheckinEvent.ANSWER_OK, next_at=None)
        else:
            after = await _not_reached(deed, found[0], callee)
        await deed.answer("checkin_logged", number=case.number, state=after.state)
    return after.state


async def _take(deed: Deed, checkin: Checkin, callee: Callee, said: Answer) -> bool:
    """Do what an answer means; whether it changed anything."""
    was_raised = checkin.state not in UNANSWERED
    if not CHECKIN.allows(checkin.state, ANSWER_EVENTS[said]):
        if said is Answer.NOT_OK:  # The matter is over, but who asks for a call now needs one now.
            await checkin_words.page_call_back(deed, checkin, callee)
        return said is Answer.NOT_OK
    if said is Answer.LATER:
        return await _snooze(deed, checkin, callee)
    if said is Answer.OK:
        moved = await checkins.move(deed, checkin, CheckinEvent.ANSWER_OK, next_at=None)
        if was_raised:
            await checkin_words.tell_answered_late(deed, moved, callee)
    else:
        moved = await checkins.move(deed, checkin, CheckinEvent.ANSWER_NOT_OK, next_at=None)
        if moved.state is CheckinState.NOT_OK:
            moved = await checkins.move(deed, moved, CheckinEvent.ALERT)
        await checkin_words.page_call_back(deed, moved, callee)
    return True


async def _snooze(deed: Deed, checkin: Checkin, callee: Callee) -> bool:
    """Later, but not for ever: after the last one allowed the clock goes on running."""
    if checkin.snoozes >= MOST_SNOOZES:
        return False
    again = deed.now + late_after(deed.policy.checkins, callee.case.risk)
    snoozes = checkin.snoozes + 1
    await checkins.move(deed, checkin, CheckinEvent.SNOOZE, next_at=again, snoozes=snoozes)
    return True


async def _not_reached(deed: Deed, checkin: Checkin, callee: Callee) -> Checkin:
    """The first unanswered call stands for the reminder, the next one for silence."""
    if checkin.state not in UNANSWERED:
        return checkin
    if checkin.state in (CheckinState.PROMPTED, CheckinState.LATE):
        asked = checkin.prompted_at or deed.now
        missed = asked + missed_after(deed.policy.checkins, callee.case.risk)
        late = checkin
        if checkin.state is CheckinState.PROMPTED:
            late = await checkins.move(deed, checkin, CheckinEvent.FALL_LATE)
        return await checkins.move(deed, late, CheckinEvent.REMIND, next_at=missed)
    await checkins.expire(deed, checkin, callee)
    return await table.find(deed.tx, checkin.id) or checkin
