"""Lists of hashes as JSON: what ThreatExchange and Hasher-Matcher-Actioner (HMA) send and take.

Sources: ThreatExchange's `/threat_updates` and threat descriptors, as read by facebook/ThreatExchange
(`python-threatexchange/threatexchange/exchanges/clients/fb_threatexchange/threat_updates.py`: data,
indicator, type, should_delete, descriptors); HMA's `docs/api.md` and
`src/OpenMediaMatch/blueprints/curation.py` ({"pdq": …} and {"id": …, "signals": {"pdq": …}}).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from domain.fingerprints import Print
from domain.listed import BadEntry, BadList, Listed, ListFlaw, listed

PDQ_TYPE = "HASH_PDQ"
SHA256_TYPE = "HASH_SHA256"
PHOTO_TAG = "media_type_photo"
NOT_HARMFUL = "NON_MALICIOUS"

# ThreatExchange has no field for the quality; a description is where one may say it.
_DESCRIPTION = re.compile(r"PDQ quality ([0-9]{1,3})")


def items_of(text: str) -> list[Any]:
    """The entries of a list, of a page of ThreatExchange, or the one of HMA. Raises BadList."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        raise BadList(ListFlaw.NOT_JSON, line=_bad_line(text)) from None
    if isinstance(body, dict):
        body = body.get("data", [body])
    if not isinstance(body, list):
        raise BadList(ListFlaw.SHAPE)
    return body


def is_of_hma(items: list[Any]) -> bool:
    """Whether the first entry is one of HMA's."""
    return bool(items) and isinstance(items[0], dict) and not items[0].keys().isdisjoint(_HMA)


def read_items(items: list[Any]) -> Iterator[Listed | None]:
    """One for each entry; none for what is no PDQ, or withdrawn, or harmless. Raises BadList."""
    for number, item in enumerate(items, start=1):
        try:
            yield _entry(item)
        except BadEntry as bad:
            raise BadList(bad.reason, item=number) from None


def write_threatexchange(prints: Iterable[Print], *, exact: bool) -> str:
    """Entries as ThreatExchange takes them; exact: the SHA-256 of each file as an entry too.

    With whom they are shared (privacy_type, share_level, status) is no fact of a hash: whoever
    uploads them decides it.
    """
    items = [entry for print_ in prints for entry in _written(print_, exact)]
    return json.dumps({"data": items}, indent=1) + "\n"


def _written(print_: Print, exact: bool) -> Iterator[dict[str, Any]]:
    tags = [PHOTO_TAG]
    quality = f"PDQ quality {print_.pdq.quality}"
    yield {
        "indicator": print_.pdq.hex,
        "type": PDQ_TYPE,
        "description": quality,
        "tags": tags,
    }
    if exact:
        yield {"indicator": print_.sha256.hex, "type": SHA256_TYPE, "tags": tags}


def _bad_line(text: str) -> int | None:
    """Where JSON stops being JSON; none where that is not said."""
    try:
        json.loads(text)
    except json.JSONDecodeError as bad:
        return bad.lineno
    except (ValueError, RecursionError):
        pass
    return None


_HMA = ("pdq", "signals")


def _entry(item: object) -> Listed | None:
    if not isinstance(item, dict):
        raise BadEntry(ListFlaw.SHAPE)
    if not item.keys().isdisjoint(_HMA):
        return _of_hma(item)
    return _of_threatexchange(item)


def _of_hma(item: Mapping[str, Any]) -> Listed | None:
    signals = item.get("signals", item)
    if not isinstance(signals, dict):
        raise BadEntry(ListFlaw.SHAPE)
    if "pdq" not in signals:  # Content with a video's hash alone, say.
        return None
    return listed(_text(signals["pdq"]), _quality(item))


def _of_threatexchange(item: Mapping[str, Any]) -> Listed | None:
    kind = item.get("type")
    indicator: Any = item.get("indicator", item.get("raw_indicator"))
    if isinstance(indicator, dict):  # A descriptor asked for with its indicator.
        kind = indicator.get("type", kind)
        indicator = indicator.get("indicator")
    if not isinstance(kind, str):
        raise BadEntry(ListFlaw.SHAPE)
    if kind != PDQ_TYPE or item.get("should_delete") is True or _is_harmless(item):
        return None
    return listed(_text(indicator), _quality(item))


def _is_harmless(item: Mapping[str, Any]) -> bool:
    """Whether nobody who gave an opinion calls it harmful."""
    held = item.get("descriptors")
    opinions: object = held.get("data") if isinstance(held, dict) else None
    given: list[Any] = [item, *(opinions if isinstance(opinions, list) else [])]
    states = [each.get("status") for each in given if isinstance(each, dict) and "status" in each]
    return bool(states) and all(state == NOT_HARMFUL for state in states)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadEntry(ListFlaw.SHAPE)
    return value.strip()


def _quality(item: Mapping[str, Any]) -> int | None:
    quality = item.get("quality")
    if quality is None:
        told = _DESCRIPTION.fullmatch(str(item.get("description", "")))
        return int(told[1]) if told else None
    if type(quality) is not int:
        raise BadEntry(ListFlaw.QUALITY)
    return quality
