"""What Slack says of an account: workspace, guest or bot; asked once in ten minutes."""

from slack_sdk.web.async_client import AsyncWebClient

from services.people import Account
from services.ports import Clock

_KEPT_S = 600.0


class Accounts:
    """Accounts as `users.info` describes them, remembered for a short while."""

    def __init__(self, client: AsyncWebClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[str, tuple[float, Account]] = {}
        self._home = ""

    async def home_team(self) -> str:
        """The id of the workspace that the bot belongs to."""
        if not self._home:
            self._home = str((await self._client.auth_test())["team_id"])
        return self._home

    async def of(self, user: str, team: str) -> Account:
        """The account of a user id; `team` is where the words came from."""
        at, known = self._known.get(user, (0.0, None))
        if known is not None and known.team == team and self._clock.monotonic() - at < _KEPT_S:
            return known
        account = await self._ask(user, team)
        self._known[user] = (self._clock.monotonic(), account)
        return account

    async def _ask(self, user: str, team: str) -> Account:
        if team != await self.home_team():
            return Account(user, team)
        return await account_of(self._client, user, team)


async def account_of(client: AsyncWebClient, user: str, team: str) -> Account:
    """What Slack says of an account; `team` is what it is taken for where Slack names none."""
    found = (await client.users_info(user=user))["user"]
    is_guest = bool(found.get("is_restricted") or found.get("is_ultra_restricted"))
    home = str(found.get("team_id") or team)
    return Account(user, home, is_guest, bool(found.get("is_bot")))
