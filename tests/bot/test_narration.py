"""The terminal: deeds in sentences, in the watcher's language, and nothing of anybody's."""

from typing import Any

import pytest
import structlog

from bot.logs import Teller
from bot.narration import narrated, plain, sample_played
from bot.render.texts import texts
from domain.access import Action
from domain.alerts import AlertEvent, AlertKind, Severity
from domain.cases import Harm
from domain.consents import Basis, ConsentPart
from practice.sample import parts
from practice.stage import Stage


def deed(action: Action, subject: str, by: str = "U0OFFICER1", **facts: Any) -> dict[str, Any]:
    return {"event": "deed", "action": action, "by": by, "subject": subject, "facts": facts}


def test_a_case_is_told_by_its_number_and_its_harm() -> None:
    opened = deed(Action.OPEN_CASE, "case:7", number="2026-0142", harm=Harm.THREAT)
    assert narrated("ko", opened) == "사례 2026-0142 접수 · 유포협박 · U0OFFICER1"
    assert narrated("en", opened).startswith("case 2026-0142 opened · ")


def test_consents_are_told_in_words() -> None:
    given = deed(
        Action.RECORD_CONSENT,
        "case:7",
        number="2026-0142",
        given=[ConsentPart.DELETION_SUPPORT, ConsentPart.CHECKINS],
        basis=Basis.OWN_CONSENT,
    )
    assert narrated("ko", given) == "사례 2026-0142 · 동의 기록: 삭제지원, 안부확인 · U0OFFICER1"


def test_an_alert_is_told_by_what_befell_it_whoever_caused_it() -> None:
    raised = deed(
        Action.SWEEP,
        "alert:3",
        "system",
        event="raised",
        kind=AlertKind.MATCH,
        severity=Severity.A,
        number="2026-0001",
    )
    claimed = deed(Action.CLAIM_ALERT, "alert:3", event="claimed", owner="U0ONCALL1")
    assert (
        narrated("ko", raised) == "경보 A · 사례 2026-0001 · 피해촬영물 의심 게시물 검출 · 경보 3"
    )
    assert narrated("ko", claimed) == "경보 3 · U0ONCALL1 맡음"


@pytest.mark.parametrize(
    "event",
    [
        deed(Action.KEEP_HOUSE, "policy:hours", "system", sha256="0" * 64),
        deed(Action.ENROL, "conversation:2", "phone", event="step", step="word", said="good"),
        deed(Action.WRITE_TO_STAFF, "conversation:2", "phone", event="wiped"),
        {"event": "something_of_ours", "source": "square"},
    ],
)
def test_what_interests_nobody_has_no_sentence(event: dict[str, Any]) -> None:
    assert narrated("ko", event) == ""


def test_a_phone_is_never_named() -> None:
    assert "012345" not in narrated("ko", deed(Action.NOTE_CASE, "case:1", "012345"))


def test_what_has_no_sentence_of_its_own_is_told_by_the_name_of_the_action() -> None:
    closed = deed(Action.CLOSE_CASE, "case:1", number="2026-0001", state="closed")
    assert narrated("ko", closed) == "사례 2026-0001 · 사례 종결 · U0OFFICER1"


def test_every_decision_about_an_alert_has_its_sentence() -> None:
    decided = [AlertEvent.CONFIRM, AlertEvent.DISMISS, AlertEvent.ASK_SECOND_LOOK, AlertEvent.CLOSE]
    assert [one for one in decided if f"narration.alert.{one}" not in texts("ko")] == []


def test_every_part_of_the_sample_has_its_words() -> None:
    stage = Stage(None, "")  # type: ignore[arg-type]  # nothing is asked of it
    names = [name for name, _ in parts(stage, lambda *_: pytest.fail("not hashed"))]
    assert [name for name in names if not sample_played("ko", name)] == []


def test_enums_become_their_values_all_the_way_down() -> None:
    assert plain({"given": [ConsentPart.CHECKINS], "n": 1}) == {"given": ["checkins"], "n": 1}


def teller(*, is_thorough: bool = False) -> Teller:
    return Teller("en", is_thorough=is_thorough)


def logged(event: dict[str, Any]) -> dict[str, Any]:
    return {**event, "timestamp": "10:02:00", "level": "info"}


def test_a_deed_is_one_line_with_its_time() -> None:
    told = teller()(None, "info", logged(deed(Action.NOTE_CASE, "case:1", number="2026-0001")))
    assert told == "10:02:00 case 2026-0001 · entry added · U0OFFICER1"


def test_a_sentence_stands_for_itself() -> None:
    assert teller()(None, "info", logged({"event": "Ansim is running"})) == (
        "10:02:00 Ansim is running"
    )


def test_a_deed_without_a_sentence_is_left_out_unless_everything_is_asked_for() -> None:
    kept = deed(Action.KEEP_HOUSE, "policy:hours", "system")
    with pytest.raises(structlog.DropEvent):
        teller()(None, "info", logged(kept))
    assert "policy:hours" in teller(is_thorough=True)(None, "info", logged(kept))


def test_trouble_is_told_with_all_its_fields() -> None:
    told = teller()(None, "error", logged({"event": "loop_failed", "loop": Action.SWEEP}))
    assert [word for word in ("loop_failed", "sweep") if word not in told] == []
    assert "Action" not in told
