"""Addresses inside texts, and which of them lead to a picture or a film."""

import re
from urllib.parse import urlsplit

from domain.sources import absolute

_MEDIA = (
    *(".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".heic", ".bmp", ".tif", ".tiff"),
    *(".mp4", ".m4v", ".webm", ".mov", ".mkv"),
)
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\^{|}\u3000-\u303f\uff08\uff09]+", re.IGNORECASE)
_AFTER_IT = ".,;:!?)]*_~"
_PARTICLE = re.compile(r"(\.[a-z0-9]{3,4})[가-힣]{1,3}$", re.IGNORECASE)  # Korean leaves no space.


def is_media_address(address: str) -> bool:
    """Whether an address ends as those of pictures and films do."""
    try:
        return urlsplit(address).path.lower().endswith(_MEDIA)
    except ValueError:
        return False


def media_links(text: str) -> list[str]:
    """The addresses of pictures and films in a text, in order, each once."""
    bare = (_PARTICLE.sub(r"\1", each.rstrip(_AFTER_IT)) for each in _ADDRESS.findall(text))
    found = (absolute("", each) for each in bare)
    return [link for link in dict.fromkeys(found) if link and is_media_address(link)]
