"""The keys of networks: read from the settings, and in practice asked of the town square."""

import httpx
from pydantic import SecretStr

Keyring = dict[str, dict[str, str]]


def keyring_of(text: SecretStr) -> Keyring:
    """`naver.id=…,naver.secret=…` by network (or source), then by name; a setting has checked it."""
    found: Keyring = {}
    for part in filter(None, text.get_secret_value().split(",")):
        place, _, value = part.partition("=")
        owner, _, name = place.strip().partition(".")
        found.setdefault(owner, {})[name] = value.strip()
    return found


async def square_keyring(square: str) -> Keyring:
    """What listens to the town square's stream; empty where it gives none, for polls do without."""
    try:
        async with httpx.AsyncClient(base_url=square, trust_env=False, timeout=10) as http:
            name = {"client_name": "ansim", "redirect_uris": "urn:none"}
            app = (await http.post("/api/v1/apps", data=name)).raise_for_status().json()
            asked = {
                "grant_type": "password",
                "client_id": app["client_id"],
                "client_secret": app["client_secret"],
                "username": "ansim",
                "password": "practice",
                "scope": "read",
            }
            token = (await http.post("/oauth/token", data=asked)).raise_for_status().json()
            return {"square": {"token": str(token["access_token"])}}
    except (httpx.HTTPError, ValueError, KeyError):
        return {}
