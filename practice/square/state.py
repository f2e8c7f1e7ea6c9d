"""The town square as it stands, and what every part of it asks for."""

import re
import unicodedata
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from practice.square.records import Account, Client, Drawer, Media, Post, Report, Token, Trace
from practice.world import World

_TAG = re.compile(r"(?<![\w/&])#(\w*[^\W\d]\w*)")


def folded(tag: str) -> str:
    """A hashtag as it is compared: width and case don't count."""
    return unicodedata.normalize("NFKC", tag).casefold()


def tags_of(text: str) -> list[str]:
    """The hashtags of a text, each once, in their order."""
    return list(dict.fromkeys(folded(tag) for tag in _TAG.findall(text)))


def as_time(seconds: float) -> str:
    """Practice time as Mastodon writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def _names(media: Media) -> list[str]:
    return [name for name in (media.name, media.preview) if name]


class Square:
    """Everything that was registered, posted and reported."""

    def __init__(self, world: World) -> None:
        shelf = world.shelf
        self.world = world
        self.clients = Drawer(shelf, "client", Client)
        self.tokens = Drawer(shelf, "token", Token)
        self.accounts = Drawer(shelf, "account", Account)
        self.media = Drawer(shelf, "media", Media)
        self.posts = Drawer(shelf, "post", Post)
        self.reports = Drawer(shelf, "report", Report)
        self.gone = Drawer(shelf, "gone", Trace)
        self.repeats = Drawer(shelf, "repeat", Trace)
        self.folder = shelf.files / "square"
        self.folder.mkdir(exist_ok=True)
        self.counts = Counter(post.account for post in self.posts)
        self.last_at = {post.account: post.created_at for post in self.posts}
        self._files = {name: media.id for media in self.media for name in _names(media)}

    def next_id(self) -> str:
        """An id like Mastodon's: milliseconds of practice time shifted by 16 bits, only rising."""
        kept = (self.world.shelf.get("square-last", "id") or {}).get("id", 0)
        number = max(int(self.world.clock.timestamp() * 1000) << 16, int(kept) + 1)
        self.world.shelf.put("square-last", "id", {"id": number})
        return str(number)

    def url(self, path: str) -> str:
        """The full address of a path of the square."""
        return f"{self.world.addresses.square}{path}"

    def author(self, post: Post) -> Account:
        """Who wrote a post."""
        account = self.accounts.get(post.account)
        if account is None:
            raise LookupError(f"post {post.id} has no author")
        return account

    def media_of(self, post: Post) -> list[Media]:
        """The files of a post, in their order."""
        found = (self.media.get(one) for one in post.media)
        return [one for one in found if one is not None]

    def account_named(self, name: str) -> Account:
        """The account of this name, made now if there was none."""
        username = re.sub(r"\W", "_", folded(name.strip())).strip("_")[:60] or "nobody"
        for account in self.accounts:
            if account.username == username:
                return account
        now = self.world.clock.timestamp()
        return self.accounts.put(Account(self.next_id(), username, name.strip()[:60], now))

    def store(self, media: Media, data: bytes, preview: bytes = b"") -> Media:
        """Keep a file with its bytes."""
        self.path_of(media.name).write_bytes(data)
        if media.preview:
            self.path_of(media.preview).write_bytes(preview)
        self._files |= dict.fromkeys(_names(media), media.id)
        return self.media.put(media)

    def file_named(self, name: str) -> Media | None:
        """The media whose file or preview has this name."""
        return self.media.get(self._files.get(name, ""))

    def attach(self, post: Post) -> Post:
        """Keep a new post and tie its files to it."""
        self.posts.put(post)
        self.counts[post.account] += 1
        self.last_at[post.account] = post.created_at
        for media in self.media_of(post):
            media.post = post.id
            self.media.put(media)
        return post

    def path_of(self, name: str) -> Path:
        """Where the bytes of a media file lie."""
        return self.folder / name

    def remove(self, post: Post) -> None:
        """Delete a post with its files; their addresses answer 410 from now on."""
        self.posts.drop(post.id)
        self.counts[post.account] -= 1
        self.gone.put(Trace(post.id, "post"))
        for media in self.media_of(post):
            self.media.drop(media.id)
            for name in _names(media):
                self.gone.put(Trace(name, "media"))
                self.path_of(name).unlink(missing_ok=True)

    def public_media_posts(self) -> list[Post]:
        """The public posts with media, newest first: what feed and gallery show."""
        posts = self.posts.newest_first()
        return [post for post in posts if post.visibility == "public" and post.media]
