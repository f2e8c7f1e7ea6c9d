"""What a centre can set: the values of its policy files, checked and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.alerts import Ladder, Severity
from domain.cases import RiskLevel
from domain.networks import Budget
from domain.videos import VideoTiers

_DAYS_AHEAD = 8


@dataclass(frozen=True)
class Hours:
    """When the centre is open: weekdays (0 is Monday) and wall times in `zone` (IANA)."""

    zone: str
    weekdays: frozenset[int]
    opens: time
    closes: time

    def next_hour(self, now: datetime) -> datetime:
        """The next full hour, counted from opening, in which the centre is at work; aware UTC."""
        zone = ZoneInfo(self.zone)
        day = now.astimezone(zone).date()
        for _ in range(_DAYS_AHEAD):
            if day.weekday() in self.weekdays:
                for hour in range(self.opens.hour, self.closes.hour):
                    start = datetime.combine(day, self.opens.replace(hour=hour), zone)
                    if start > now:
                        return start.astimezone(UTC)
            day += timedelta(days=1)
        return now

    def wall_time(self, moment: datetime) -> str:
        """The moment as the centre's clock shows it."""
        return moment.astimezone(ZoneInfo(self.zone)).strftime("%m-%d %H:%M")


@dataclass(frozen=True)
class CheckinTimes:
    """How long after the prompt a check-in is late, and missed; divided by the level's factor."""

    late_after: timedelta
    missed_after: timedelta
    factors: dict[RiskLevel, int]


@dataclass(frozen=True)
class Tiers:
    """The distances, in bits, up to which a match is certain (A), strong (B) and possible (C).

    variant_strong, variant_possible: the same for a registered variant, with what its region was
    fitted to; strong only from variant_quality on. confirmable: from how near a hit is worth fitting and
    asking for its points at all. chorus_strong: up to which sum of the fitted distance and the median of
    the picture's other variants a place is strong instead, where those can be asked, chorus_faint the
    same below least_quality; chorus_possible,
    chorus_against: up to which median it is possible, and beyond which it is a coincidence. inliers,
    strong_inliers: how many points must agree to be possible and strong. least_share: and which share of
    those that should then be seen, to be strong; twice that where they are fewer than many_inliers.
    video: the same for videos.
    """

    certain: int
    strong: int
    possible: int
    least_quality: int
    variant_strong: int = 32
    variant_quality: int = 85
    variant_possible: int = 67
    confirmable: int = 75
    inliers: int = 9
    strong_inliers: int = 16
    many_inliers: int = 32
    least_share: float = 0.08
    chorus_faint: int = 40
    chorus_strong: int = 66
    chorus_possible: int = 78
    chorus_against: int = 96
    video: VideoTiers = field(default_factory=VideoTiers)


@dataclass(frozen=True)
class Negative:
    """Up to how many bits from a false alarm's picture, with this much texture, it is the same one."""

    within: int
    least_quality: int


@dataclass(frozen=True)
class FloodLimit:
    """How many undecided or dismissed matches of one fingerprint in this time are a flood if passed."""

    most: int
    during: timedelta


@dataclass(frozen=True)
class Number:
    """One telephone number that a person can call, with its hours in both languages."""

    name_ko: str
    name_en: str
    number: str
    hours_ko: str
    hours_en: str


@dataclass(frozen=True)
class Media:
    """What may be looked at: sizes in bytes and picture elements, and whether Slack may carry bytes."""

    bytes_in_slack: bool
    most_bytes: int
    most_pixels: int


@dataclass(frozen=True)
class Retention:
    """How long things are kept."""

    inbox_keys: timedelta
    seen: timedelta
    invite: timedelta
    safe_contact: timedelta
    telegram_messages: timedelta


@dataclass(frozen=True)
class SourcePolicy:
    """One source that sweeps watch; `url` is its base address, `every` the wait between two polls.

    kind: the name of its network. budget: calls that it may be asked for, where they differ from the
    network's own. is_shadow: everything is done and counted, and nobody is paged.
    """

    name: str
    kind: str
    url: str
    every: timedelta
    tags: tuple[str, ...] = ()
    budget: Budget | None = None
    is_shadow: bool = False


@dataclass(frozen=True)
class Policy:
    """Everything that a centre can set, at one moment.

    slang: by a word, what is said for it. recheck: after how long media that is still listed is looked
    at again, if it has changed. stream_silence: how long a stream may be silent that should be heard.
    longest_wait: how long what is due may wait to be looked at.
    """

    hours: Hours
    ladders: dict[Severity, Ladder]
    bundle_for: timedelta
    checkins: CheckinTimes
    tiers: Tiers
    negative: Negative
    flood: FloodLimit
    numbers: tuple[Number, ...]
    media: Media
    retention: Retention
    sources: tuple[SourcePolicy, ...]
    trial_tiers: Tiers | None = None
    slang: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    recheck: timedelta = timedelta(hours=6)
    stream_silence: timedelta = timedelta(minutes=10)
    longest_wait: timedelta = timedelta(minutes=10)
