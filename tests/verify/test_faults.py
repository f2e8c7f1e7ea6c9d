"""What goes wrong between the bot and its servers loses nothing and doubles nothing for who reads."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from practice.play_acts import claim, unclaimed
from practice.play_stalked import PERSON
from practice.stage import text_of
from tests.verify.centre import STALKING, Centre, centre_at_work

pytestmark = [pytest.mark.verify, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Mishap:
    """A fault as the practice world takes it."""

    server: str
    kind: str
    more: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.server}-{self.kind}"


MISHAPS = (
    Mishap("slack", "drop", {"count": 2, "on": "push"}),
    Mishap("slack", "drop", {"count": 2, "on": "call", "is_handled": True}),
    Mishap("slack", "twice", {"count": 4, "on": "push"}),
    Mishap("slack", "slow", {"count": 4, "delay_s": 2}),
    Mishap("slack", "status", {"count": 3, "status": 429}),
    Mishap("slack", "status", {"count": 3, "status": 503}),
    Mishap("slack", "down", {"seconds": 4}),
    Mishap("telegram", "drop", {"count": 2, "on": "push"}),
    Mishap("telegram", "twice", {"count": 3, "on": "push"}),
    Mishap("telegram", "reorder", {"count": 3, "on": "push"}),
    Mishap("telegram", "status", {"count": 3, "status": 429}),
    Mishap("telegram", "down", {"seconds": 4}),
)


async def test_whatever_goes_wrong_each_message_is_read_once(tmp_path: Path) -> None:
    async with centre_at_work(tmp_path) as centre:
        await begin(centre)
        for number, mishap in enumerate(MISHAPS):
            body = {"server": mishap.server, "kind": mishap.kind, **mishap.more}
            assert (await centre.stage.post("/practice/faults", **body))["ok"]
            await talk(centre, f"{number}-{mishap}")
            await centre.stage.delete("/practice/faults")
        await assert_read_once(centre)


async def test_a_killed_practice_world_is_found_again(tmp_path: Path) -> None:
    async with centre_at_work(tmp_path) as centre:
        await begin(centre)
        await talk(centre, "before")
        centre.troupe.kill_world()
        await centre.until_connected()
        await talk(centre, "after")
        await centre.stage.clock(advance_s=60)
        await centre.say("도와주세요")
        await claim(centre.stage, "U0ONCALL1", await unclaimed(centre.stage, centre.stalked.case))
        await assert_read_once(centre)


async def begin(centre: Centre) -> None:
    await centre.stalked.take_intake()
    await centre.stalked.enrol()


async def talk(centre: Centre, word: str) -> None:
    """She writes twice in a row, staff answer in the thread; until both have read it."""
    for part in ("first", "second"):
        await centre.say(f"말 {word} {part}")
    heard = [await centre.in_channel(f"말 {word} {part}") for part in ("first", "second")]
    await centre.reply(heard[0], f"답 {word}")
    await centre.on_phone(f"답 {word}")


async def assert_read_once(centre: Centre) -> None:
    """Everything that was said, once on each side."""
    typed = [one["text"] for one in await centre.stage.phone(PERSON) if not one["is_from_bot"]]
    answered = [one["text"] for one in await centre.stage.phone(PERSON) if one["is_from_bot"]]
    in_channel = [text_of(one) for one in await centre.stage.slack(STALKING)]
    words = [text for text in typed if text.startswith("말 ")]
    told = {word: sum(word in text for text in in_channel) for word in words}
    assert told == dict.fromkeys(words, 1)
    replies = {word.split()[1] for word in words}
    read = {word: sum(f"답 {word}" in text for text in answered) for word in replies}
    assert read == dict.fromkeys(replies, 1)
