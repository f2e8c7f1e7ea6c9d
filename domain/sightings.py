"""Candidates and sightings: media that a source listed, and the posts where registered media was seen."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from domain.dismissals import Glimpse
from domain.fingerprints import Print
from domain.lifecycle import Lifecycle


class CandidateState(StrEnum):
    WAITING = "waiting"
    LEASED = "leased"
    EXAMINED = "examined"
    FAILED = "failed"


class CandidateEvent(StrEnum):
    LEASE = "lease"
    LEASE_LOST = "lease_lost"
    TRY_AGAIN = "try_again"
    EXAMINED = "examined"
    GIVE_UP = "give_up"
    LISTED_AGAIN = "listed_again"
    CALLED_BACK = "called_back"
    STANDS = "stands"


class Note(StrEnum):
    """Why a look gave nothing; each has one sentence in every language."""

    RESTING = "resting"
    CROWDED = "crowded"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    STATUS = "status"
    REFUSED = "refused"
    GONE = "gone"
    BLOCKED = "blocked"
    BAD_ADDRESS = "bad_address"
    BAD_ANSWER = "bad_answer"
    REDIRECTS = "redirects"
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    NOT_MEDIA = "not_media"
    TRUNCATED = "truncated"
    BOMB = "bomb"
    TOO_SMALL = "too_small"
    TOO_LONG = "too_long"
    NO_VIDEO = "no_video"
    PLAIN = "plain"
    CRASHED = "crashed"
    OUR_FAULT = "our_fault"


CANDIDATE = Lifecycle(
    "candidate",
    CandidateState.WAITING,
    {
        (CandidateState.WAITING, CandidateEvent.LEASE): CandidateState.LEASED,
        (CandidateState.LEASED, CandidateEvent.LEASE_LOST): CandidateState.WAITING,
        (CandidateState.LEASED, CandidateEvent.TRY_AGAIN): CandidateState.WAITING,
        (CandidateState.LEASED, CandidateEvent.EXAMINED): CandidateState.EXAMINED,
        (CandidateState.LEASED, CandidateEvent.GIVE_UP): CandidateState.FAILED,
        (CandidateState.EXAMINED, CandidateEvent.LISTED_AGAIN): CandidateState.WAITING,
        (CandidateState.EXAMINED, CandidateEvent.CALLED_BACK): CandidateState.WAITING,
        (CandidateState.LEASED, CandidateEvent.STANDS): CandidateState.EXAMINED,
    },
)


@dataclass(frozen=True)
class Candidate:
    """One piece of media to look at, or looked at; `attempt` counts the looks, this one too.

    etag: of what was seen there, empty where nothing of that is kept. may_glance: much was waiting when
    it was taken, and nothing speaks for it more than for the others. is_again: it was glanced at and counted before.
    """

    id: int
    source: str
    media_url: str
    page_url: str
    page_digest: str
    posted_at: datetime | None
    attempt: int
    etag: str = ""
    may_glance: bool = False
    is_again: bool = False


@dataclass(frozen=True)
class Seen:
    """A candidate that was examined, with its print: what look-back compares; a video has none.

    shown: what a false alarm is told by, where that isn't the print. is_glance: only the picture as a
    whole was looked at, since much was waiting; a thorough look is still to come.
    """

    candidate: Candidate
    print_: Print | None
    shown: Glimpse | None = None
    is_glance: bool = False

    @property
    def glimpse(self) -> Glimpse | None:
        """What a false alarm is told by; none where nothing of the file is known."""
        if self.shown is None and self.print_ is not None:
            return Glimpse.of(self.print_)
        return self.shown

    def without_print(self) -> Self:
        """The same where nothing is kept for looking back."""
        return replace(self, print_=None)


# Somebody else's trouble, which passes; anything else is wrong with the media itself.
_PASSING = frozenset({"timeout", "unreachable", "status", "our_fault"})
_LASTING = frozenset({"blocked", "bad_address", "gone", "too_large", "bomb"})
LONGEST_ETAG = 200
LONGEST_REST = timedelta(days=7)  # Since it was listed: a host that never lets us in is given up.
_PASSING_TRIES = 8
_TRIES = 2
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(hours=1)
_SHORTEST_REST = timedelta(seconds=1)


def next_try(reason: str, attempt: int, retry_after: timedelta | None = None) -> timedelta | None:
    """How long to wait after a failed look of this number (1 is the first); none to give up.

    Damaged media gets one more look, a silent server several, and an address that is refused none.
    retry_after: how long its host is left alone, which is no failure of the media's.
    """
    if retry_after is not None:
        return max(retry_after, _SHORTEST_REST)
    if reason in _LASTING or attempt >= (_PASSING_TRIES if reason in _PASSING else _TRIES):
        return None
    wait: timedelta = _FIRST_WAIT * int(4 ** (attempt - 1))
    return min(wait, _LONGEST_WAIT)
