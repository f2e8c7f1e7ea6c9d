"""Slack's three seconds are held by the tests of practice; these are about us, also on a busy machine."""

import pytest

BUSY_MACHINE_S = 30.0


@pytest.fixture(autouse=True)
def _patient_slack(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("envelopes.PATIENCE_S", "switchboard.PATIENCE_S", "triggers._LIFE_S"):
        monkeypatch.setattr(f"practice.slack.{place}", BUSY_MACHINE_S)
