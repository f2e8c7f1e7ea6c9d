"""The shape of sources.toml: what sweeps watch, and when they look again."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from domain.networks import NETWORKS, Budget
from domain.policy import SourcePolicy
from services.policy_files import Dated, Positive, Strict


def _known_network(name: str) -> str:
    if name not in NETWORKS:
        raise ValueError(f"{name} is no known network; known: {', '.join(sorted(NETWORKS))}")
    return name


class SourcePart(Strict):
    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,30}$")]
    kind: Annotated[str, AfterValidator(_known_network)]
    url: Annotated[str, Field(pattern=r"^(https?://|\{)")]
    every_seconds: Positive
    tags: Annotated[list[str], Field(default_factory=list)]
    shadow: bool = False
    calls: Annotated[int, Field(gt=0)] | None = None
    per_seconds: Positive | None = None

    @model_validator(mode="after")
    def _budget_is_whole(self) -> "SourcePart":
        if (self.calls is None) != (self.per_seconds is None):
            raise ValueError("calls and per_seconds go together")
        return self

    def budget(self) -> Budget | None:
        """The calls that this source may be asked for, where the file says so."""
        if self.calls is None or self.per_seconds is None:
            return None
        return Budget(self.calls, timedelta(seconds=self.per_seconds))


class SourcesFile(Dated):
    recheck_hours: Positive = 6.0
    stream_silence_minutes: Positive = 10.0
    longest_wait_minutes: Positive = 10.0
    source: list[SourcePart]

    @model_validator(mode="after")
    def _names_differ(self) -> "SourcesFile":
        names = [part.name for part in self.source]
        if len(set(names)) != len(names):
            raise ValueError("two sources have the same name")
        return self

    def values(self, addresses: dict[str, str]) -> dict[str, Any]:
        """The sources; `{square}` and its like in an url are filled from `addresses`."""
        sources = tuple(self._source(part, addresses) for part in self.source)
        return {
            "sources": sources,
            "recheck": timedelta(hours=self.recheck_hours),
            "stream_silence": timedelta(minutes=self.stream_silence_minutes),
            "longest_wait": timedelta(minutes=self.longest_wait_minutes),
        }

    def _source(self, part: SourcePart, addresses: dict[str, str]) -> SourcePolicy:
        every = timedelta(seconds=part.every_seconds)
        url = part.url.format(**addresses)
        return SourcePolicy(
            part.name, part.kind, url, every, tuple(part.tags), part.budget(), part.shadow
        )
