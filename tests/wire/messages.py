"""Messages: what may be sent where, edited, published, and what the history shows."""

from dataclasses import dataclass
from datetime import datetime

from tests.wire import payloads, threads
from tests.wire.api_errors import ApiError, invalid
from tests.wire.bodies import check_message, texts, trimmed
from tests.wire.mentions import pinged
from tests.wire.permissions import Permission
from tests.wire.records import (
    ChannelKind,
    Json,
    Message,
    MessageFlag,
    MessageKind,
    Place,
    Thread,
    User,
)
from tests.wire.world import World, sees_content

SENDABLE_FLAGS = (
    MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.COMPONENTS_V2
)
PAGE_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a history is asked for; the three marks are exclusive ids."""

    limit: int = 50
    before: int | None = None
    after: int | None = None
    around: int | None = None


def post(world: World, place: Place, author: User, body: Json, now: datetime) -> Message:
    """Send a message and return it, or the earlier one that has the same enforced nonce.

    An earlier message that was deleted meanwhile is a 404/10008 (discord-api-docs #6647):
    it was posted, and somebody took it away.
    """
    if author is world.bot:
        _require_post(world, place, body)
    _require_open(world, place)
    message = compose(world, place, author, body, now)
    nonce = body.get("nonce")
    if nonce is not None and body.get("enforce_nonce"):
        earlier = world.nonces.earlier(author.id, nonce, now)
        if earlier is not None:
            if earlier.deleted:
                raise ApiError(10008)
            return earlier
    if isinstance(place, Thread) and place.archived:
        threads.wake(world, place, now)  # sending unarchives (topics/threads)
    message.nonce = nonce
    world.nonces.remember(message, now)
    world.keep(message)
    return message


def compose(world: World, place: Place, author: User, body: Json, now: datetime) -> Message:
    """Check a message body and return the message it makes, which is not yet anywhere."""
    check_message(body)
    refuse_blocked(world, body)
    message = Message(world.snowflakes.mint(now), place, author, now)
    write(message, body)
    message.flags = MessageFlag(body.get("flags") or 0) & SENDABLE_FLAGS
    message.reference = _replied_to(world, place, body.get("message_reference"))
    message.kind = MessageKind.REPLY if message.reference else MessageKind.DEFAULT
    rights = world.permissions(place)
    message.mentions = pinged(message.content, body.get("allowed_mentions"), place.guild, rights)
    return message


def write(message: Message, body: Json) -> None:
    """Put the parts that `body` names into `message`."""
    if "content" in body:
        message.content = (body["content"] or "").strip()
    if "embeds" in body:
        message.embeds = [trimmed(embed) for embed in body["embeds"] or []]
    if "components" in body:
        message.components = body["components"] or []
    if "attachments" in body:
        message.attachments = [_attachment(message, each) for each in body["attachments"] or []]


def refuse_blocked(world: World, body: Json, title: str = "") -> None:
    """Refuse what automatic moderation blocks: 200000 for a text, 200001 for a title."""
    for code, words in ((200000, " ".join(texts(body))), (200001, title)):
        if any(word in words.lower() for word in world.rules.blocked_words):
            raise ApiError(code)


def edit(world: World, message: Message, body: Json, now: datetime) -> Message:
    """Change an own message; in an archived thread that is a 50083."""
    world.require(message.place)
    if message.author is not world.bot:
        raise ApiError(50005)
    if isinstance(message.place, Thread) and message.place.archived:
        raise ApiError(50083)
    check_message(body if set(body) & {"content", "embeds", "components"} else {"content": "-"})
    refuse_blocked(world, body)
    write(message, body)
    if body.get("flags") is not None:
        kept = message.flags & ~MessageFlag.SUPPRESS_EMBEDS
        message.flags = kept | (MessageFlag(body["flags"]) & MessageFlag.SUPPRESS_EMBEDS)
    message.edited = now
    world.changed(message)
    return message


def delete(world: World, message: Message) -> None:
    """Delete an own message, or another's with MANAGE_MESSAGES."""
    own = message.author is world.bot
    world.require(message.place, *(() if own else (Permission.MANAGE_MESSAGES,)))
    world.remove_message(message)


def crosspost(world: World, message: Message) -> Message:
    """Publish a message of an announcement channel; the second time is a 40033."""
    if message.place.kind is not ChannelKind.ANNOUNCEMENT:
        raise ApiError(50024)
    own = message.author is world.bot
    needed = Permission.SEND_MESSAGES if own else Permission.MANAGE_MESSAGES
    world.require(message.place, needed)
    if message.flags & MessageFlag.CROSSPOSTED:
        raise ApiError(40033)
    message.flags |= MessageFlag.CROSSPOSTED
    world.changed(message)
    return message


def read(world: World, place: Place, message_id: int) -> Message:
    """Return one message; the answer is a 50013 without READ_MESSAGE_HISTORY."""
    world.require(place, Permission.READ_MESSAGE_HISTORY)
    return world.message(place, message_id)


def history(world: World, place: Place, page: Page, now: datetime) -> list[Message]:
    """Return messages, newest first; without READ_MESSAGE_HISTORY an empty list, not an error."""
    if not 1 <= page.limit <= PAGE_LIMIT:
        text = f"int value should be between 1 and {PAGE_LIMIT}."
        raise invalid(("limit",), "NUMBER_TYPE_MAX", text)
    if place.kind in (ChannelKind.FORUM, ChannelKind.MEDIA, ChannelKind.CATEGORY):
        raise ApiError(50008)
    world.require(place)
    if not world.permissions(place) & Permission.READ_MESSAGE_HISTORY:
        return []
    lag = world.rules.history_lag
    seen = [each for each in place.messages.values() if now - each.created >= lag]
    return _paged(sorted(seen, key=lambda each: each.id), page)[::-1]


def shown(world: World, message: Message) -> Json:
    """Return the message object as a GET shows it: without nonce, others' text hidden."""
    return payloads.message(message, readable=sees_content(world, message))


def _paged(oldest_first: list[Message], page: Page) -> list[Message]:
    """Cut a page: `after` gives the ones right after the mark, `around` half on either side."""
    if page.around is not None:
        half = page.limit // 2
        older = [each for each in oldest_first if each.id < page.around][-half:] if half else []
        newer = [each for each in oldest_first if each.id >= page.around][: half + 1]
        return (older + newer)[: page.limit]
    if page.after is not None:
        return [each for each in oldest_first if each.id > page.after][: page.limit]
    if page.before is not None:
        oldest_first = [each for each in oldest_first if each.id < page.before]
    return oldest_first[-page.limit :]


def _require_post(world: World, place: Place, body: Json) -> None:
    """Refuse what the bot may not send; embeds without EMBED_LINKS are taken as a 50013.

    What really happens to such embeds is not documented.
    """
    in_thread = isinstance(place, Thread)
    send = Permission.SEND_MESSAGES_IN_THREADS if in_thread else Permission.SEND_MESSAGES
    embed = (Permission.EMBED_LINKS,) if body.get("embeds") else ()
    attach = (Permission.ATTACH_FILES,) if body.get("attachments") else ()
    world.require(place, send, *embed, *attach)


def _require_open(world: World, place: Place) -> None:
    """Refuse places that take no messages: forums, categories, locked threads."""
    if place.kind in (ChannelKind.FORUM, ChannelKind.MEDIA):
        raise ApiError(40058)
    if place.kind is ChannelKind.CATEGORY:
        raise ApiError(50008)
    locked = isinstance(place, Thread) and place.locked
    if locked and not world.permissions(place) & Permission.MANAGE_THREADS:
        raise ApiError(160005)


def _attachment(message: Message, given: Json) -> Json:
    """Return the attachment object of an uploaded file, whose bytes are not kept."""
    name = given.get("filename", "file")
    url = f"https://cdn.discordapp.com/attachments/{message.place.id}/{message.id}/{name}"
    made = {"filename": name, "size": 0, "url": url, "proxy_url": url}
    return {**made, **given, "id": str(message.id)}


def _replied_to(world: World, place: Place, reference: Json | None) -> Message | None:
    """Return the message a reply points at; a reply needs READ_MESSAGE_HISTORY."""
    if not reference:
        return None
    if not world.permissions(place) & Permission.READ_MESSAGE_HISTORY:
        raise ApiError(160002)
    found = place.messages.get(int(reference["message_id"]))
    if found is None and reference.get("fail_if_not_exists", True):
        text = "Unknown message"
        raise invalid(("message_reference",), "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", text)
    return found
