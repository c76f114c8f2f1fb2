"""Forum posts: threads born with their first message, in forum and media channels."""

from datetime import datetime

from tests.wire import messages, threads
from tests.wire.api_errors import ApiError, invalid
from tests.wire.bodies import check_message
from tests.wire.permissions import Permission
from tests.wire.records import Channel, ChannelKind, Json, Message, Thread
from tests.wire.world import World

TAGS_PER_POST = 5


def start_post(world: World, channel: Channel, body: Json, now: datetime) -> Message:
    """Start a post and return its first message; post and message have the same id.

    There is no nonce here: the same request twice makes two posts. Only SEND_MESSAGES is needed,
    CREATE_PUBLIC_THREADS is ignored (resources/channel, "start thread in forum").
    """
    first = body.get("message") or {}
    attach = (Permission.ATTACH_FILES,) if first.get("attachments") else ()
    embed = (Permission.EMBED_LINKS,) if first.get("embeds") else ()
    world.require(channel, Permission.SEND_MESSAGES, *embed, *attach)
    threads.check_form(body)
    check_message(first, at=("message",))
    check_tags(world, channel, body.get("applied_tags") or [])
    messages.refuse_blocked(world, first, body["name"])
    threads.require_room(world, channel.guild)
    kind = ChannelKind.PUBLIC_THREAD
    thread = Thread(world.snowflakes.mint(now), channel, world.bot, kind, now, now)
    message = messages.compose(world, thread, world.bot, first, now)
    message.id = thread.id
    threads.opened(world, thread, body)
    world.keep(message)
    return message


def check_tags(world: World, channel: Channel, tags: list[int | str]) -> None:
    """Refuse more than 5 tags (50035), deleted (10087), moderated (40066) or no tags (40067)."""
    if len(tags) > TAGS_PER_POST:
        text = f"Must be {TAGS_PER_POST} or fewer in length."
        raise invalid(("applied_tags",), "BASE_TYPE_MAX_LENGTH", text)
    known = {tag.id: tag for tag in channel.tags}
    if any(int(tag) not in known for tag in tags):
        raise ApiError(10087)
    if channel.require_tag and not tags:
        raise ApiError(40067)
    moderates = world.permissions(channel) & Permission.MANAGE_THREADS
    if not moderates and any(known[int(tag)].moderated for tag in tags):
        raise ApiError(40066)
