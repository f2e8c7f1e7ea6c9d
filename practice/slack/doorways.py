"""What a person may reach in their client: themselves, a channel, a message, a view."""

from practice.cast import SLACK_BOT_USER, TEAM_ID, Staff
from practice.shelf import Document
from practice.slack.refusals import impossible
from practice.slack.users import person
from practice.slack.workspace import Workspace


def who_is(body: Document) -> Staff:
    """The person that `user` names. Raises HTTPBadRequest or HTTPNotFound."""
    user = str(body.get("user") or "")
    if not user:
        raise impossible("Say which user acts.")
    found = person(user)
    if found is None or found.role == "bot":
        raise impossible(f"There is no person {user}.", 404)
    return found


def where(desk: Workspace, who: Staff, reference: str) -> Document:
    """The conversation named, by id, name or person; the talk with the bot if none is named."""
    found = desk.conversations.find(reference)
    if found is not None:
        return found
    if not reference or reference == desk.conversations.direct(who.id)["id"]:
        return desk.conversations.direct(who.id)
    if reference in (who.id, SLACK_BOT_USER):
        return desk.conversations.direct(who.id)
    if person(reference) is not None:
        return talk_with(desk, who, reference)
    raise impossible(f"There is no channel {reference}.", 404)


def talk_with(desk: Workspace, who: Staff, reference: str) -> Document:
    """The direct messages with somebody of the same workspace. Raises HTTPForbidden or HTTPNotFound."""
    other = who_is({"user": reference})
    if other == who:
        raise impossible("A talk takes two people.")
    if other.team != who.team:
        raise impossible(f"{other.id} is of another workspace.", 403)
    return desk.conversations.between(who.id, other.id)


def where_to_write(desk: Workspace, who: Staff, reference: str) -> Document:
    """The same, if this person may write there. Raises HTTPForbidden as well."""
    channel = where(desk, who, reference)
    if who.id not in channel["members"]:
        raise impossible(f"{who.id} is not in {channel['id']}.", 403)
    if channel["is_archived"]:
        raise impossible(f"{channel['id']} is archived.", 403)
    return channel


def where_to_command(desk: Workspace, who: Staff, reference: str) -> Document:
    """A channel that this person sees; people of other workspaces share all of them."""
    channel = where(desk, who, reference)
    is_open = channel["kind"] == "channel" or who.team != TEAM_ID or who.is_guest
    if not is_open and who.id not in channel["members"]:
        raise impossible(f"{who.id} is not in {channel['id']}.", 403)
    return channel


def message_at(desk: Workspace, who: Staff, reference: str, ts: str) -> Document:
    """A message that this person sees. Raises HTTPNotFound or HTTPForbidden."""
    channel = where_to_command(desk, who, reference)
    message = desk.messages.get(channel["id"], ts)
    if message is None or message["ephemeral_for"] not in (None, who.id):
        raise impossible(f"There is no message {ts} in {channel['id']} for {who.id}.", 404)
    return message


def view_of(desk: Workspace, who: Staff, view_id: str) -> Document:
    """A view that this person has before them. Raises HTTPNotFound."""
    view = desk.views.get(view_id)
    if view is None or desk.views.owner(view_id) != who.id:
        raise impossible(f"{who.id} has no view {view_id} open.", 404)
    if view["type"] == "modal" and desk.views.open_of(who.id)[-1]["id"] != view_id:
        raise impossible(f"Another view lies over {view_id}.", 400)
    return view
