"""Takes in reports to the moderators, and shows a person at the practice what came in."""

from dataclasses import asdict
from typing import Any

from aiohttp import web

from practice.square.arguments import arguments_of, failure
from practice.square.entities import account_entity
from practice.square.records import Report
from practice.square.state import Square, as_time
from practice.square.tokens import person_of

_CATEGORIES = ("spam", "legal", "violation", "other")
_LONGEST = 1000


def mount(app: web.Application, square: Square) -> None:
    """Add /api/v1/reports and /practice/square/reports."""
    desk = _Desk(square)
    app.router.add_post("/api/v1/reports", desk.take)
    app.router.add_post("/api/v1/reports/", desk.take)
    app.router.add_get("/practice/square/reports", desk.kept)


class _Desk:
    def __init__(self, square: Square) -> None:
        self._square = square

    async def take(self, request: web.Request) -> web.Response:
        """A report about an account and some of its posts."""
        reporter = person_of(self._square, request, "write")
        given = await arguments_of(request)
        account = self._square.accounts.get(given.text("account_id"))
        if account is None:
            raise failure(404, "Record not found")
        category, comment = given.text("category", "other"), given.text("comment")
        if category not in _CATEGORIES:
            raise failure(422, "Validation failed: Category is not included in the list")
        if len(comment) > _LONGEST:
            raise failure(422, f"Validation failed: Comment is longer than {_LONGEST} characters")
        report = Report(
            id=self._square.next_id(),
            reporter=reporter.id,
            account=account.id,
            posts=self._posts(account.id, given.texts("status_ids")),
            comment=comment,
            category=category,
            is_forwarded=given.flag("forward"),
            created_at=self._square.world.clock.timestamp(),
        )
        return web.json_response(self._entity(self._square.reports.put(report)))

    def _posts(self, account: str, ids: list[str]) -> list[str]:
        found = (self._square.posts.get(one) for one in ids)
        posts = [post.id for post in found if post is not None and post.account == account]
        if len(posts) != len(ids):
            raise failure(404, "Record not found")
        return posts

    def _entity(self, report: Report) -> dict[str, Any]:
        account = self._square.accounts.get(report.account)
        return {
            "id": report.id,
            "action_taken": False,
            "action_taken_at": None,
            "category": report.category,
            "comment": report.comment,
            "forwarded": report.is_forwarded,
            "created_at": as_time(report.created_at),
            "status_ids": report.posts,
            "rule_ids": None,
            "target_account": account_entity(self._square, account) if account else None,
        }

    async def kept(self, request: web.Request) -> web.Response:
        """Every report, oldest first."""
        reports = [asdict(report) for report in self._square.reports]
        return web.json_response({"ok": True, "reports": reports})
