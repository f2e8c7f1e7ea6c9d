"""Policy files are checked whole before anything starts, and a mistake names file, line and field."""

from datetime import timedelta
from pathlib import Path

import pytest

from domain.access import SYSTEM, Action
from domain.alerts import Severity
from domain.policy import FloodLimit, Negative, Tiers
from domain.videos import VideoTiers
from services.desk import Desk
from services.house import WrongMode, claim_mode, record_policy
from services.policy import CATALOGUES, PolicyWrong, load_policy, texts_in_force
from storage import audit


def written(folder: Path, name: str, old: str, new: str) -> Path:
    """A folder with one policy file, changed in one place."""
    text = texts_in_force()[name]
    assert old in text
    (folder / f"{name}.toml").write_text(text.replace(old, new, 1))
    return folder


def test_the_shipped_files_are_right() -> None:
    policy = load_policy()
    assert policy.ladders[Severity.A].claim_lasts == timedelta(minutes=10)
    assert policy.numbers[0].number == "112"


def test_a_centres_own_file_replaces_the_shipped_one(tmp_path: Path) -> None:
    folder = written(tmp_path, "checkins", "late_after = 15.0", "late_after = 5.0")
    assert load_policy(folder).checkins.late_after == timedelta(minutes=5)


def test_nothing_that_sweeps_saw_need_be_kept(tmp_path: Path) -> None:
    folder = written(tmp_path, "retention", "seen_days = 30.0", "seen_days = 0")
    assert load_policy(folder).retention.seen == timedelta(0)


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "field"),
    [
        ("checkins", "late_after = 15.0", "late_after = 45.0", 1, ""),
        ("checkins", "late_after = 15.0", "late_after = -1", 4, "late_after"),
        ("checkins", "late_after", "late_aftr", 4, "late_aftr"),
        ("centre", '"Asia/Seoul"', '"Asia/Soul"', 6, "hours.zone"),
        ("matching", "certain = 31", "certain = 300", 6, "tiers.certain"),
        ("matching", "strong = 45", "strong = 30", 8, "tiers.strong"),
        ("matching", "possible = 67", "possible = 40", 10, "tiers.possible"),
        ("matching", "confirmable = 75", "confirmable = 60", 20, "tiers.confirmable"),
        ("matching", "radius = 70", "radius = 40", 45, "video.radius"),
        ("matching", "most = 0.5", "most = 0.1", 53, "video.most"),
        ("matching", "within = 12", "within = 60", 57, "negative.within"),
        ("matching", "most = 20", "most = 0", 63, "flood.most"),
        ("retention", "seen_days = 30.0", "seen_days = -1", 4, "seen_days"),
        ("slang", '["유튜브", "유툽", "youtube"]', '["유튜브"]', 5, "groups.8"),
        ("slang", '"유툽"', '"유 툽"', 5, "groups.8.1"),
        ("slang", '"유툽"', '"ㅠ"', 5, "groups.8.1"),
        ("slang", '"유툽"', '"유튜브"', 5, "groups.8"),
        ("retention", "telegram_message_hours = 47.0", "telegram_message_hours = 72.0", 7, "telegram_message_hours"),
    ],
)  # fmt: skip
def test_a_mistake_names_file_line_and_field(
    tmp_path: Path, name: str, old: str, new: str, line: int, field: str
) -> None:
    with pytest.raises(PolicyWrong) as wrong:
        load_policy(written(tmp_path, name, old, new))
    mistakes = [(Path(m.file).name, m.line, m.field) for m in wrong.value.mistakes]
    assert (f"{name}.toml", line, field) in mistakes


def test_what_is_no_toml_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(PolicyWrong) as wrong:
        load_policy(written(tmp_path, "checkins", "late_after = 15.0", "late_after ="))
    assert [(Path(m.file).name, m.line) for m in wrong.value.mistakes] == [("checkins.toml", 4)]


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    written(tmp_path, "checkins", "late_after = 15.0", "late_after = -1")
    with pytest.raises(PolicyWrong) as wrong:
        load_policy(written(tmp_path, "matching", "certain = 31", "certain = 300"))
    assert len(wrong.value.mistakes) == 2


@pytest.mark.parametrize(
    ("lines", "at"),
    [
        ("[trial]\nstrong = 20", "trial"),
        ("[trial]\nstrnog = 48", "trial"),
        ("[trial_video]\nradius = 20", "trial_video"),
        ("[trial_video]\nmost = 2.0", "trial_video"),
    ],
)
def test_limits_on_trial_are_held_to_the_same_rules(tmp_path: Path, lines: str, at: str) -> None:
    with pytest.raises(PolicyWrong) as wrong:
        load_policy(written(tmp_path, "matching", "[negative]", f"{lines}\n[negative]"))
    [mistake] = wrong.value.mistakes
    assert mistake.field.split(".")[0] == at


def test_limits_on_trial_take_the_place_of_those_in_force(tmp_path: Path) -> None:
    lines = "[trial]\nstrong = 48\n[trial_video]\nradius = 66\n[negative]"
    policy = load_policy(written(tmp_path, "matching", "[negative]", lines))
    assert policy.trial_tiers == Tiers(31, 48, 67, 50, video=VideoTiers(radius=66))
    assert policy.tiers == Tiers(31, 45, 67, 50, video=VideoTiers())


async def test_a_changed_policy_is_recorded_once(desk: Desk, tmp_path: Path) -> None:
    assert await record_policy(desk, texts_in_force()) == list(CATALOGUES)
    folder = written(tmp_path, "checkins", "late_after = 15.0", "late_after = 5.0")
    assert await record_policy(desk, texts_in_force(folder)) == ["checkins"]
    assert await record_policy(desk, texts_in_force(folder)) == []
    async with desk.database.transaction() as tx:
        await audit.seal_next(tx, 100)
    async with desk.look(SYSTEM, Action.KEEP_HOUSE) as tx:
        subjects = [sealed.entry.subject for sealed in await audit.sealed_entries(tx)]
    assert subjects.count("policy:checkins") == 2


async def test_a_database_belongs_to_one_mode(desk: Desk) -> None:
    await claim_mode(desk, "practice")
    await claim_mode(desk, "practice")
    with pytest.raises(WrongMode):
        await claim_mode(desk, "live")


def test_every_number_of_matching_comes_from_its_file() -> None:
    policy = load_policy()
    assert policy.tiers == Tiers(31, 45, 67, 50, video=VideoTiers())
    assert (policy.negative, policy.flood) == (
        Negative(within=12, least_quality=50),
        FloodLimit(most=20, during=timedelta(hours=24)),
    )


def test_slang_is_said_for_one_another() -> None:
    slang = load_policy().slang
    assert (slang["졸사"], slang["유튜브"]) == (("졸업사진",), ("유툽", "youtube"))
