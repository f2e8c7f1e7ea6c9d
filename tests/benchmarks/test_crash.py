"""What the crash benchmark counts is counted right, case by case, and outlives a broken run."""

from pathlib import Path
from typing import Any

from benchmarks.crash_tally import Alerts, Log, alerts_in, counted

CASES = ("2026-0001", "2026-0002")


def message(alert: int, case: str, *, is_taken: bool = False) -> dict[str, Any]:
    """An alert in the channel as Slack keeps it."""
    button = {"type": "button", "action_id": "alert_claim", "value": str(alert)}
    asking = {"text": f"🔴 A · 사례 {case} · 경보 {alert}", "blocks": [{"elements": [button]}]}
    taken = {"text": f"🔴 A · 사례 {case} · 경보 {alert}", "blocks": [], "history": [asking]}
    return taken if is_taken else asking


def found(*messages: dict[str, Any]) -> Alerts:
    """What is counted in these messages."""
    return alerts_in(messages, CASES)


def test_each_copy_with_one_alert_is_neither_lost_nor_doubled() -> None:
    alerts = found(message(1, CASES[0]), message(2, CASES[1], is_taken=True))
    told = counted({CASES[0]: 1, CASES[1]: 1}, alerts)
    assert told == {"expected": 2, "alerts": 2, "lost": 0, "doubled": 0}
    assert alerts.taken == {"2"}


def test_an_alert_that_stands_twice_in_the_channel_is_doubled() -> None:
    told = counted({CASES[0]: 1}, found(message(1, CASES[0]), message(1, CASES[0])))
    assert told == {"expected": 1, "alerts": 1, "lost": 0, "doubled": 1}


def test_two_alerts_for_one_copy_are_doubled() -> None:
    told = counted({CASES[0]: 1}, found(message(1, CASES[0]), message(2, CASES[0])))
    assert told == {"expected": 1, "alerts": 2, "lost": 0, "doubled": 1}


def test_what_one_case_has_too_much_doesnt_hide_what_another_lost() -> None:
    told = counted(dict.fromkeys(CASES, 1), found(message(1, CASES[0]), message(2, CASES[0])))
    assert told == {"expected": 2, "alerts": 2, "lost": 1, "doubled": 1}


def test_messages_of_nobody_s_case_are_not_counted() -> None:
    assert found(message(1, "2026-0099"), {"text": "안녕하십니까", "blocks": []}).total == 0


def test_that_somebody_wasnt_reached_is_no_second_alert() -> None:
    notice = message(1, CASES[0])
    notice |= {"text": f"<@U0ONCALL1> 경보 1 · 사례 {CASES[0]}"}
    told = counted({CASES[0]: 1}, found(message(1, CASES[0]), notice))
    assert told == {"expected": 1, "alerts": 1, "lost": 0, "doubled": 0}


def test_a_log_goes_on_where_it_was_cut_off(tmp_path: Path) -> None:
    file = tmp_path / "crash.jsonl"
    Log(file).add("killed", after_s=1.5)
    with file.open("a") as opened:
        opened.write('{"event": "kil')
    log = Log(file)
    log.add("killed", after_s=2.5)
    assert Log(file).of("killed") == [
        {"event": "killed", "after_s": 1.5},
        {"event": "killed", "after_s": 2.5},
    ]
