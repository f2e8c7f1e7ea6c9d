"""Modals and homes: triggers, hashes, stacks and what a view may hold."""

import time
from pathlib import Path
from typing import Any

import pytest

from practice.slack.triggers import Trigger
from tests.practice.slack_office import Office, office

OFFICER = "U0OFFICER1"


def words(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def modal(**more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": words("새 사례"), "blocks": [{"type": "divider"}], **more}


def home(text: str) -> dict[str, Any]:
    return {"type": "home", "blocks": [{"type": "section", "text": words(text)}]}


async def opened(place: Office, **more: Any) -> dict[str, Any]:
    trigger = place.desk.triggers.new(OFFICER)
    view = (await place.client.views_open(trigger_id=trigger, view=modal(**more)))["view"]
    return dict(view)


async def test_a_trigger_opens_one_modal_within_three_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(tmp_path) as place:
        used = place.desk.triggers.new(OFFICER)
        await place.client.views_open(trigger_id=used, view=modal())
        old = place.desk.triggers.new(OFFICER)
        kept: dict[str, Trigger] = place.desk.triggers._given
        kept[old].born = time.monotonic() - 3.1
        errors = [
            await place.error_of("views.open", trigger_id=trigger, view=modal())
            for trigger in (used, old, "invented")
        ]
    assert errors == ["exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id"]


async def test_whoever_waits_for_a_form_that_never_comes_is_told_so(tmp_path: Path) -> None:
    told: list[str] = []
    async with office(tmp_path) as place:
        place.world.shelf.watch(lambda kind, key, _: told.append(f"{kind} {key}"))
        used, old = place.desk.triggers.new(OFFICER), place.desk.triggers.new("U0ONCALL1")
        kept: dict[str, Trigger] = place.desk.triggers._given
        kept[old].born = time.monotonic() - 3.1
        view = (await place.client.views_open(trigger_id=used, view=modal()))["view"]
        for trigger in (used, old, "invented"):
            await place.error_of("views.open", trigger_id=trigger, view=modal())
        while_open = [one for one in told if one.startswith("slack_no_form")]
        await place.do("close", user=OFFICER, view_id=view["id"])
        await place.error_of("views.push", trigger_id=used, view=modal())
        after = [one for one in told if one.startswith("slack_no_form")]
    assert while_open == ["slack_no_form U0ONCALL1"]
    assert after == ["slack_no_form U0ONCALL1", f"slack_no_form {OFFICER}"]


async def test_a_view_is_updated_only_by_its_latest_hash(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        view = await opened(place)
        at = {"view_id": view["id"], "view": modal(title=words("하나"))}
        first = await place.error_of("views.update", hash=view["hash"], **at)
        second = await place.error_of("views.update", hash=view["hash"], **at)
        missing = await place.error_of("views.update", view_id="V0NONE", view=modal())
    assert (first, second, missing) == ("", "hash_conflict", "not_found")


async def test_a_home_is_published_and_guarded_by_its_hash(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        await place.client.views_publish(user_id=OFFICER, view=home("하나"))
        old = (await place.client.views_publish(user_id=OFFICER, view=home("둘")))["view"]["hash"]
        await place.client.views_publish(user_id=OFFICER, view=home("셋"), hash=old)
        conflict = await place.error_of("views.publish", user_id=OFFICER, view=home("넷"), hash=old)
        seen = (await place.look(OFFICER))["home"]
        wrong = await place.error_of("views.publish", user_id=OFFICER, view=modal())
    assert conflict == "hash_conflict"
    assert seen["blocks"][0]["text"]["text"] == "셋"
    assert wrong == "invalid_arguments"


async def test_three_modals_lie_over_one_another_and_a_fourth_is_refused(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        view = await opened(place)
        for _ in range(2):
            trigger = place.desk.triggers.new(OFFICER, view["id"])
            pushed = await place.client.views_push(trigger_id=trigger, view=modal())
            assert pushed["view"]["root_view_id"] == view["id"]
        trigger = place.desk.triggers.new(OFFICER, view["id"])
        fourth = await place.error_of("views.push", trigger_id=trigger, view=modal())
        covered = await place.refused("submit", user=OFFICER, view_id=view["id"], values={})
    assert fourth == "push_limit_reached"
    assert covered == (400, f"Another view lies over {view['id']}.")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"title": words("가" * 25)}, "must be less than 25 characters"),
        ({"submit": words("가" * 25)}, "must be less than 25 characters"),
        ({"private_metadata": "x" * 3001}, "must be less than 3001 characters"),
        ({"blocks": [{"type": "divider"}] * 101}, "no more than 100 items allowed"),
        ({"colour": "red"}, "invalid additional property: colour"),
        ({"blocks": [{"type": "marquee"}]}, "unsupported type: marquee"),
        (
            {
                "blocks": [
                    {
                        "type": "input",
                        "label": words("별칭"),
                        "element": {"type": "plain_text_input"},
                    }
                ]
            },
            "missing submit",
        ),
    ],
)
async def test_a_view_that_slack_would_not_take_is_refused_with_its_place(
    tmp_path: Path, wrong: dict[str, Any], told: str
) -> None:
    async with office(tmp_path) as place:
        trigger = place.desk.triggers.new(OFFICER)
        answer = await place.session.post(
            "/slack/api/views.open",
            json={"trigger_id": trigger, "view": modal(**wrong)},
            headers={"Authorization": "Bearer xoxb-practice"},
        )
        refusal = await answer.json()
    assert refusal["error"] == "invalid_arguments"
    assert told in refusal["response_metadata"]["messages"][0]
