"""The shape of matching.toml: every number by which something is a match, a false alarm or a flood."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator

from domain.policy import FloodLimit, Media, Negative, Tiers
from domain.videos import VideoTiers
from services.policy_files import Dated, Positive, Strict

Bits = Annotated[int, Field(ge=0, le=256)]
Quality = Annotated[int, Field(ge=0, le=100)]
Share = Annotated[float, Field(gt=0, le=1)]
Count = Annotated[int, Field(ge=1)]


def _at_least(value: Any, info: ValidationInfo, *names: str) -> Any:
    """The value, if none of those that must not be above it is; said at its own line."""
    for name in names:
        least = info.data.get(name)  # Missing where it is a mistake of its own.
        if least is not None and value < least:
            raise ValueError(f"must not be below {name} ({least})")
    return value


class TiersPart(Strict):
    certain: Bits
    strong: Bits
    possible: Bits
    least_quality: Quality
    variant_strong: Bits
    variant_quality: Quality
    variant_possible: Bits
    confirmable: Bits
    inliers: Annotated[int, Field(ge=6)]
    strong_inliers: Annotated[int, Field(ge=6)]
    many_inliers: Annotated[int, Field(ge=6)]
    least_share: Share
    chorus_faint: Bits
    chorus_strong: Bits
    chorus_possible: Bits
    chorus_against: Bits

    @field_validator("strong")
    @classmethod
    def _strong_is_wider(cls, value: int, info: ValidationInfo) -> int:
        return int(_at_least(value, info, "certain"))

    @field_validator("possible")
    @classmethod
    def _possible_is_wider(cls, value: int, info: ValidationInfo) -> int:
        return int(_at_least(value, info, "strong"))

    @field_validator("variant_possible")
    @classmethod
    def _variant_possible_is_wider(cls, value: int, info: ValidationInfo) -> int:
        return int(_at_least(value, info, "variant_strong"))

    @field_validator("confirmable")
    @classmethod
    def _confirmable_is_widest(cls, value: int, info: ValidationInfo) -> int:
        return int(_at_least(value, info, "possible", "variant_possible"))

    @field_validator("chorus_strong")
    @classmethod
    def _texture_bears_more(cls, value: int, info: ValidationInfo) -> int:
        return int(_at_least(value, info, "chorus_faint"))

    @field_validator("strong_inliers")
    @classmethod
    def _strong_are_more(cls, value: int, info: ValidationInfo) -> int:
        return int(_at_least(value, info, "inliers"))

    @field_validator("many_inliers")
    @classmethod
    def _many_are_most(cls, value: int, info: ValidationInfo) -> int:
        return int(_at_least(value, info, "strong_inliers"))

    @field_validator("chorus_possible")
    @classmethod
    def _doubt_is_farther(cls, value: int, info: ValidationInfo) -> int:
        return int(_at_least(value, info, "chorus_strong"))

    @field_validator("chorus_against")
    @classmethod
    def _coincidence_is_farthest(cls, value: int, info: ValidationInfo) -> int:
        return int(_at_least(value, info, "chorus_possible"))


class VideoPart(Strict):
    certain: Bits
    strong: Bits
    radius: Bits
    in_order: Count
    many_in_order: Count
    some: Share
    most: Share

    @field_validator("strong")
    @classmethod
    def _strong_is_wider(cls, value: int, info: ValidationInfo) -> int:
        return int(_at_least(value, info, "certain"))

    @field_validator("radius")
    @classmethod
    def _radius_is_widest(cls, value: int, info: ValidationInfo) -> int:
        return int(_at_least(value, info, "strong"))

    @field_validator("many_in_order")
    @classmethod
    def _many_are_more(cls, value: int, info: ValidationInfo) -> int:
        return int(_at_least(value, info, "in_order"))

    @field_validator("most")
    @classmethod
    def _most_is_more(cls, value: float, info: ValidationInfo) -> float:
        return float(_at_least(value, info, "some"))


class NegativePart(Strict):
    within: Annotated[int, Field(ge=0, le=31)]
    least_quality: Quality


class FloodPart(Strict):
    most: Count
    hours: Positive


class MediaPart(Strict):
    bytes_in_slack: bool
    most_megabytes: Annotated[float, Field(gt=0, le=20)]
    most_megapixels: Annotated[float, Field(gt=0, le=50)]

    def media(self) -> Media:
        """What may be looked at, in bytes and picture elements."""
        return Media(
            self.bytes_in_slack,
            int(self.most_megabytes * 1_000_000),
            int(self.most_megapixels * 1_000_000),
        )


class MatchingFile(Dated):
    tiers: TiersPart
    trial: dict[str, float] = Field(default_factory=dict)
    video: VideoPart
    trial_video: dict[str, float] = Field(default_factory=dict)
    negative: NegativePart
    flood: FloodPart
    media: MediaPart

    @field_validator("trial")
    @classmethod
    def _trial_fits(cls, value: dict[str, float], info: ValidationInfo) -> dict[str, float]:
        tiers = info.data.get("tiers")
        if tiers is not None and value:
            TiersPart.model_validate(
                {**tiers.model_dump(), **value}
            )  # Its mistakes are this one's.
        return value

    @field_validator("trial_video")
    @classmethod
    def _trial_video_fits(cls, value: dict[str, float], info: ValidationInfo) -> dict[str, float]:
        video = info.data.get("video")
        if video is not None and value:
            VideoPart.model_validate({**video.model_dump(), **value})
        return value

    def _trial_tiers(self) -> Tiers | None:
        """The limits in force with those on trial in their place."""
        if not self.trial and not self.trial_video:
            return None
        part = TiersPart.model_validate({**self.tiers.model_dump(), **self.trial})
        video = VideoPart.model_validate({**self.video.model_dump(), **self.trial_video})
        return Tiers(**part.model_dump(), video=VideoTiers(**video.model_dump()))

    def values(self, addresses: dict[str, str]) -> dict[str, Any]:
        """Tiers, false alarms, floods, and what media may be looked at."""
        tiers = Tiers(**self.tiers.model_dump(), video=VideoTiers(**self.video.model_dump()))
        return {
            "tiers": tiers,
            "trial_tiers": self._trial_tiers(),
            "negative": Negative(**self.negative.model_dump()),
            "flood": FloodLimit(self.flood.most, timedelta(hours=self.flood.hours)),
            "media": self.media.media(),
        }
