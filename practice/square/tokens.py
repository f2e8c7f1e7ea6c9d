"""Registers applications, gives tokens and says whose token a call carries."""

import hmac
import secrets

from aiohttp import web

from practice.square.arguments import Arguments, arguments_of, failure
from practice.square.records import Account, Client, Token
from practice.square.state import Square

_OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


def mount(app: web.Application, square: Square) -> None:
    """Add /api/v1/apps and /oauth."""
    desk = _Desk(square)
    app.router.add_post("/api/v1/apps", desk.register)
    app.router.add_get("/api/v1/apps/verify_credentials", desk.verify)
    app.router.add_post("/oauth/token", desk.give)
    app.router.add_post("/oauth/revoke", desk.revoke)


def token_of(square: Square, request: web.Request) -> Token | None:
    """The token that a call carries; none if it carries none; 401 if it is not valid."""
    header = request.headers.get("Authorization", "")
    given = header[7:].strip() if header[:7].lower() == "bearer " else ""
    given = given or request.query.get("access_token", "")
    given = given or request.headers.get("Sec-WebSocket-Protocol", "")
    if not given:
        return None
    token = square.tokens.get(given)
    if token is None:
        raise failure(401, "The access token is invalid")
    return token


def person_of(square: Square, request: web.Request, scope: str) -> Account:
    """Who makes this call: 401 without a token, 403 without an account or the scope."""
    token = token_of(square, request)
    if token is None:
        raise failure(401, "The access token is invalid")
    if scope not in {one.split(":")[0] for one in token.scopes.split()}:
        raise failure(403, "This action is outside the authorized scopes")
    account = square.accounts.get(token.account)
    if account is None:
        raise failure(403, "This method requires an authenticated user")
    return account


def viewer_of(square: Square, request: web.Request) -> str:
    """The account id of whoever looks, or nothing."""
    token = token_of(square, request)
    return "" if token is None else token.account


class _Desk:
    def __init__(self, square: Square) -> None:
        self._square = square

    async def register(self, request: web.Request) -> web.Response:
        """A new application."""
        given = await arguments_of(request)
        name = given.text("client_name")
        if not name:
            raise failure(422, "Validation failed: Application name can't be blank")
        client = Client(
            id=secrets.token_urlsafe(32),
            secret=secrets.token_urlsafe(32),
            name=name,
            website=given.text("website"),
            redirect_uris=given.text("redirect_uris", _OUT_OF_BAND),
            scopes=given.text("scopes", "read"),
        )
        self._square.clients.put(client)
        keys = {"client_id": client.id, "client_secret": client.secret}
        return web.json_response({**_entity(client), **keys, "client_secret_expires_at": 0})

    async def verify(self, request: web.Request) -> web.Response:
        """Which application a token belongs to."""
        token = token_of(self._square, request)
        client = self._square.clients.get(token.client) if token else None
        if client is None:
            raise failure(401, "The access token is invalid")
        return web.json_response(_entity(client))

    async def give(self, request: web.Request) -> web.Response:
        """A token for an application or, by password, for a person: any name, any password."""
        given = await arguments_of(request)
        client = self._client(given)
        kind = given.text("grant_type")
        if kind not in ("client_credentials", "password"):
            raise failure(400, "unsupported_grant_type")
        account = ""
        if kind == "password":
            if not given.text("username").strip() or not given.text("password"):
                raise failure(400, "invalid_grant")
            account = self._square.account_named(given.text("username")).id
        token = Token(
            id=secrets.token_urlsafe(32),
            client=client.id,
            account=account,
            scopes=given.text("scope", "read"),
            created_at=self._square.world.clock.timestamp(),
        )
        self._square.tokens.put(token)
        return web.json_response(
            {
                "access_token": token.id,
                "token_type": "Bearer",
                "scope": token.scopes,
                "created_at": int(token.created_at),
            }
        )

    def _client(self, given: Arguments) -> Client:
        client = self._square.clients.get(given.text("client_id"))
        secret = given.text("client_secret").encode()
        if client is None or not hmac.compare_digest(client.secret.encode(), secret):
            raise failure(401, "invalid_client")
        return client

    async def revoke(self, request: web.Request) -> web.Response:
        """A token that is no longer good."""
        given = await arguments_of(request)
        client = self._client(given)
        token = self._square.tokens.get(given.text("token"))
        if token is not None and token.client != client.id:
            raise failure(403, "unauthorized_client")
        if token is not None:
            self._square.tokens.drop(token.id)
        return web.json_response({})


def _entity(client: Client) -> dict[str, object]:
    uris = client.redirect_uris.split()
    return {
        "id": client.id,
        "name": client.name,
        "website": client.website or None,
        "scopes": client.scopes.split(),
        "redirect_uri": client.redirect_uris,
        "redirect_uris": uris,
    }
