"""Interactions: the bot's answers to commands, autocompletion, components and modals."""

import secrets
from datetime import datetime

from tests.wire import messages, payloads
from tests.wire.api_errors import ApiError, FormErrors
from tests.wire.bodies import check_message, size
from tests.wire.records import (
    Interaction,
    Json,
    Member,
    Message,
    MessageFlag,
    MessageKind,
    Place,
)
from tests.wire.world import World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5  # kinds of interaction
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9  # callback types
CHOICE_LIMIT = 25
MODAL_TITLE = 45


def begin(world: World, kind: int, member: Member, place: Place, now: datetime) -> Interaction:
    """Return a new interaction, known to the world under its token until that expires."""
    for token, old in tuple(world.interactions.items()):
        if now - old.created <= world.rules.token_lifetime:
            break
        del world.interactions[token]
    token = secrets.token_urlsafe(24)
    one = Interaction(world.snowflakes.mint(now), token, kind, member, place, now)
    world.interactions[token] = one
    return one


def respond(world: World, one: Interaction, body: Json, now: datetime) -> Json:
    """Take the first answer: within 3 seconds, else 10062; only once, else 40060."""
    if one.answer is not None:
        raise ApiError(40060)
    if now - one.created > world.rules.interaction_deadline:
        raise ApiError(10062)
    kind, data = body.get("type"), body.get("data") or {}
    if kind in (MESSAGE, DEFERRED):
        _publish(world, one, data, now, loading=kind == DEFERRED)
    elif kind in (DEFERRED_UPDATE, UPDATE):
        _adopt_source(world, one, data if kind == UPDATE else None, now)
    elif kind == CHOICES:
        check_choices(data.get("choices") or [])
    elif kind == MODAL:
        check_modal(data)
    one.answer = body
    one.notify()
    return _callback(one)


def original(world: World, one: Interaction, now: datetime) -> Message:
    """Return the response that `@original` names."""
    _require_token(world, one, now)
    if one.message is None or one.message.deleted:
        raise ApiError(10008)
    return one.message


def edit(world: World, one: Interaction, message: Message, body: Json, now: datetime) -> Message:
    """Change a response; the first change of a deferred one takes the place of "thinking"."""
    _require_token(world, one, now)
    check_message(body)
    messages.write(message, body)
    loading = message.flags & MessageFlag.LOADING
    message.flags &= ~MessageFlag.LOADING
    message.flags |= MessageFlag(body.get("flags") or 0) & messages.SENDABLE_FLAGS
    message.edited = None if loading else now
    if message.id in message.place.messages:
        world.changed(message)
    one.notify()
    return message


def follow_up(world: World, one: Interaction, body: Json, now: datetime) -> Message:
    """Send a further message; right after a deferral it takes the place of "thinking"."""
    _require_token(world, one, now)
    if one.message is not None and one.message.flags & MessageFlag.LOADING:
        return edit(world, one, one.message, body, now)
    message = messages.compose(world, one.place, world.bot, body, now)
    _place(world, one, message, body)
    one.notify()
    return message


def remove(world: World, one: Interaction, message: Message, now: datetime) -> None:
    """Delete a response or follow-up."""
    _require_token(world, one, now)
    one.messages.pop(message.id, None)
    message.deleted = True
    if message.id in message.place.messages:
        world.remove_message(message)
    one.notify()


def find_message(world: World, place: Place, message_id: int) -> Message:
    """Return a message that a member sees in `place`, ephemeral ones included."""
    for one in world.interactions.values():
        if message_id in one.messages:
            return one.messages[message_id]
    return world.message(place, message_id)


def settled(one: Interaction) -> bool:
    """Tell whether the member sees an answer, not only that the bot is thinking."""
    if one.answer is None:
        return False
    if one.answer["type"] == DEFERRED_UPDATE:
        return len(one.messages) > 1 or bool(one.message and one.message.edited)
    return one.message is None or not one.message.flags & MessageFlag.LOADING


def check_choices(choices: list[Json]) -> None:
    """Refuse more than 25 choices, or names that are not 1 to 100 characters."""
    form = FormErrors()
    if len(choices) > CHOICE_LIMIT:
        text = f"Must be {CHOICE_LIMIT} or fewer in length."
        form.add(("data", "choices"), "BASE_TYPE_MAX_LENGTH", text)
    for number, choice in enumerate(choices):
        for part in ("name", "value"):
            if isinstance(choice.get(part), str) and not 1 <= size(choice[part]) <= 100:
                at = ("data", "choices", number, part)
                form.add(at, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    form.refuse()


def check_modal(data: Json) -> None:
    """Refuse a modal without a title of 1 to 45 characters or without 1 to 5 components."""
    form = FormErrors()
    if not 1 <= size(data.get("title")) <= MODAL_TITLE:
        text = f"Must be between 1 and {MODAL_TITLE} in length."
        form.add(("data", "title"), "BASE_TYPE_BAD_LENGTH", text)
    if not 1 <= len(data.get("components") or []) <= 5:
        form.add(("data", "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5.")
    form.refuse()


def _publish(world: World, one: Interaction, data: Json, now: datetime, *, loading: bool) -> None:
    """Make a message the response to the interaction, or the "thinking" that announces one."""
    if loading:
        message = Message(world.snowflakes.mint(now), one.place, world.bot, now)
        message.flags |= MessageFlag.LOADING
    else:
        message = messages.compose(world, one.place, world.bot, data, now)
    message.kind = MessageKind.COMMAND if one.kind == COMMAND else MessageKind.DEFAULT
    one.message = message
    _place(world, one, message, data)


def _place(world: World, one: Interaction, message: Message, data: Json) -> None:
    """Show a message to everyone, or, if ephemeral, to the member alone."""
    message.interaction = {
        "id": str(one.id),
        "type": one.kind,
        "user": payloads.user(one.member.user),
        "authorizing_integration_owners": {},
    }
    one.messages[message.id] = message
    ephemeral = MessageFlag(data.get("flags") or 0) & MessageFlag.EPHEMERAL
    message.flags |= ephemeral
    if not ephemeral:
        world.keep(message)


def _adopt_source(world: World, one: Interaction, data: Json | None, now: datetime) -> None:
    """Answer by changing the message whose component was used, now or later."""
    one.message = one.source
    if one.source is not None:
        one.source.edited = None
        one.messages[one.source.id] = one.source
    if one.source is not None and data is not None:
        edit(world, one, one.source, data, now)


def _require_token(world: World, one: Interaction, now: datetime) -> None:
    if now - one.created > world.rules.token_lifetime:
        raise ApiError(50027)


def _callback(one: Interaction) -> Json:
    """Return the interaction callback response object."""
    answer = one.answer or {}
    about: Json = {"id": str(one.id), "type": one.kind, "activity_instance_id": None}
    body: Json = {"interaction": about, "resource": {"type": answer.get("type")}}
    if one.message is not None:
        flags = one.message.flags
        about["response_message_id"] = str(one.message.id)
        about["response_message_loading"] = bool(flags & MessageFlag.LOADING)
        about["response_message_ephemeral"] = bool(flags & MessageFlag.EPHEMERAL)
        body["resource"]["message"] = payloads.message(one.message)
    return body
