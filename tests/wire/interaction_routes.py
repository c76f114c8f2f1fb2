"""Interaction routes: the callback, the original response and follow-ups.

Their paths hold a secret token, so they need no bot token, and the overall rate limit does not
count them (receiving-and-responding).
"""

from tests.wire import interactions, payloads
from tests.wire.api_errors import ApiError
from tests.wire.records import Interaction, Json, Message
from tests.wire.routes import Call, Route


def callback(call: Call) -> Json | None:
    """Take the first answer; its effect is only told when asked for (`with_response`)."""
    found = _interaction(call, unknown=10062)
    answer = interactions.respond(call.world, found, call.json, call.now)
    asked = call.query.get("with_response", "").lower() in ("1", "true")
    return answer if asked else None


def follow_up(call: Call) -> Json:
    """Send a further message."""
    return payloads.message(
        interactions.follow_up(call.world, _interaction(call), call.json, call.now)
    )


def show_response(call: Call) -> Json:
    """Return the original response or a follow-up."""
    return payloads.message(_response(call))


def edit_response(call: Call) -> Json:
    """Change the original response or a follow-up."""
    message = _response(call)
    found = _interaction(call)
    return payloads.message(interactions.edit(call.world, found, message, call.json, call.now))


def delete_response(call: Call) -> None:
    """Delete the original response or a follow-up."""
    interactions.remove(call.world, _interaction(call), _response(call), call.now)


def _interaction(call: Call, unknown: int = 10015) -> Interaction:
    """Return the interaction whose token the path holds."""
    found = call.world.interactions.get(call.path["token"])
    if found is None:
        raise ApiError(unknown)
    return found


def _response(call: Call) -> Message:
    """Return the message of the path, `@original` without one."""
    found = _interaction(call)
    if "message_id" not in call.path:
        return interactions.original(call.world, found, call.now)
    if call.id("message_id") not in found.messages:
        raise ApiError(10008)
    return found.messages[call.id("message_id")]


WEBHOOK = "/webhooks/{webhook_id}/{token}"
ORIGINAL = WEBHOOK + "/messages/@original"
FOLLOW_UP = WEBHOOK + "/messages/{message_id}"

ROUTES = tuple(
    Route(method, template, handler, open_to_all=True)
    for method, template, handler in (
        ("POST", "/interactions/{interaction_id}/{token}/callback", callback),
        ("POST", WEBHOOK, follow_up),
        ("GET", ORIGINAL, show_response),
        ("PATCH", ORIGINAL, edit_response),
        ("DELETE", ORIGINAL, delete_response),
        ("GET", FOLLOW_UP, show_response),
        ("PATCH", FOLLOW_UP, edit_response),
        ("DELETE", FOLLOW_UP, delete_response),
    )
)
