"""The pages a visitor's browser shows: the gallery and each post, everything escaped."""

from html import escape
from urllib.parse import urlencode

from aiohttp import web

from practice.square.entities import as_html, media_url, post_url
from practice.square.records import Media, Post
from practice.square.state import Square, folded

_ON_A_PAGE = 24
_POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"
_HEADERS = {"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"}


def mount(app: web.Application, square: Square) -> None:
    """Add /gallery and the pages of posts."""
    pages = _Pages(square)
    app.router.add_get("/gallery", pages.gallery)
    app.router.add_get("/@{name}", pages.person)
    app.router.add_get("/@{name}/{id}", pages.post)


class _Pages:
    def __init__(self, square: Square) -> None:
        self._square = square

    async def gallery(self, request: web.Request) -> web.Response:
        """Public posts with media, newest first; `?page=` from 1, `?tag=` for one hashtag."""
        tag = folded(request.query.get("tag", ""))
        posts = self._square.public_media_posts()
        chosen = [post for post in posts if not tag or tag in post.tags]
        return self._listing(request, f"#{tag}" if tag else "Gallery", chosen)

    async def person(self, request: web.Request) -> web.Response:
        """What one person has posted in public."""
        name = request.match_info["name"]
        known = [account for account in self._square.accounts if account.username == name]
        if not known:
            return _answer("Not found", "<p>There is no such account.</p>", status=404)
        posts = self._square.public_media_posts()
        chosen = [post for post in posts if post.account == known[0].id]
        return self._listing(request, known[0].display_name, chosen)

    def _listing(self, request: web.Request, title: str, posts: list[Post]) -> web.Response:
        given = request.query.get("page", "1")
        page = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
        if page < 1:
            return _answer("Bad page", "<p>page is not a number from 1.</p>", status=400)
        shown = posts[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE]
        if not shown and page > 1:
            return _answer("Not found", "<p>There is no such page.</p>", status=404)
        figures = "\n".join(self._figures(post) for post in shown)
        links = [(page - 1, "prev")] if page > 1 else []
        links += [(page + 1, "next")] if len(posts) > page * _ON_A_PAGE else []
        ways = " ".join(_way(request, number, rel) for number, rel in links)
        return _answer(title, f"<main>{figures}</main><nav>{ways}</nav>", self._graph(title, shown))

    async def post(self, request: web.Request) -> web.Response:
        """One post; 410 once it is deleted."""
        number = request.match_info["id"]
        if self._square.gone.get(number) is not None:
            return _answer("Gone", "<p>This post was deleted.</p>", status=410)
        post = self._square.posts.get(number)
        if post is None or post.visibility not in ("public", "unlisted"):
            return _answer("Not found", "<p>There is no such post.</p>", status=404)
        author = self._square.author(post)
        if author.username != request.match_info["name"]:
            return _answer("Not found", "<p>There is no such post.</p>", status=404)
        body = f"<main>{self._figures(post)}{as_html(self._square, post.text)}</main>"
        return _answer(author.display_name, body, self._graph(post.text[:80], [post]))

    def _figures(self, post: Post) -> str:
        address = escape(post_url(self._square, post))
        return "\n".join(
            f'<figure><a href="{address}">{self._shown(media)}</a>'
            f"<figcaption>{escape(post.text[:200])}</figcaption></figure>"
            for media in self._square.media_of(post)
        )

    def _shown(self, media: Media) -> str:
        address, alt = escape(media_url(self._square, media.name)), escape(media.description)
        if media.kind == "video":
            kind = escape(media.content_type)
            return f'<video controls title="{alt}"><source src="{address}" type="{kind}"></video>'
        if not media.preview:
            return f'<img src="{address}" alt="{alt}">'
        small = escape(media_url(self._square, media.preview))
        sizes = f"{small} 640w, {address} {max(media.width, 641)}w"
        return f'<img src="{small}" srcset="{sizes}" sizes="20rem" alt="{alt}" loading="lazy">'

    def _graph(self, title: str, posts: list[Post]) -> str:
        known = [("og:title", title), ("og:type", "website"), ("og:site_name", "Town square")]
        for post in posts:
            known += [("og:url", post_url(self._square, post))] if len(posts) == 1 else []
            for media in self._square.media_of(post):
                name = "og:video" if media.kind == "video" else "og:image"
                known.append((name, media_url(self._square, media.name)))
        return "".join(
            f'<meta property="{name}" content="{escape(value)}">' for name, value in known
        )


def _way(request: web.Request, page: int, rel: str) -> str:
    query = {**request.query, "page": str(page)}
    address = escape(f"{request.path}?{urlencode(query)}")
    return f'<a rel="{rel}" href="{address}">{"이전" if rel == "prev" else "다음"}</a>'


def _answer(title: str, body: str, head: str = "", status: int = 200) -> web.Response:
    text = (
        '<!doctype html><html lang="ko"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>{head}"
        "<style>main{display:flex;flex-wrap:wrap;gap:1rem}img,video{max-width:20rem}</style>"
        f"</head><body><h1>{escape(title)}</h1>{body}</body></html>"
    )
    return web.Response(text=text, content_type="text/html", status=status, headers=_HEADERS)
