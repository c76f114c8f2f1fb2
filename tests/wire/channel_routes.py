"""Channel routes: messages, threads and forum posts."""

from datetime import datetime

from tests.wire import forum, messages, payloads, threads
from tests.wire.api_errors import ApiError, invalid
from tests.wire.bodies import check_name
from tests.wire.permissions import Permission
from tests.wire.records import Channel, Json, Message, Thread
from tests.wire.routes import Call, Route


def show_channel(call: Call) -> Json:
    """Return a channel or thread; 50001 where the bot may not look."""
    call.world.require(call.place)
    return payloads.place(call.place)


def edit_channel(call: Call) -> Json:
    """Change a thread, or the name of a channel (MANAGE_CHANNELS)."""
    place = call.place
    if isinstance(place, Thread):
        return payloads.thread(threads.edit(call.world, place, call.json, call.now))
    call.world.require(place, Permission.MANAGE_CHANNELS)
    if "name" in call.json:
        check_name(call.json["name"], ("name",))
        place.name = call.json["name"]
    call.world.tell("CHANNEL_UPDATE", payloads.channel(place))
    return payloads.channel(place)


def typing(call: Call) -> None:
    """Show the bot as typing."""
    call.world.require(call.place, Permission.SEND_MESSAGES)


def list_messages(call: Call) -> list[Json]:
    """Return a part of the history, newest first."""
    page = messages.Page(
        limit=call.number("limit", 50) or 0,
        before=call.number("before"),
        after=call.number("after"),
        around=call.number("around"),
    )
    found = messages.history(call.world, call.place, page, call.now)
    return [messages.shown(call.world, each) for each in found]


def post_message(call: Call) -> Json:
    """Send a message."""
    sent = messages.post(call.world, call.place, call.world.bot, call.json, call.now)
    return payloads.sent_message(sent)


def show_message(call: Call) -> Json:
    """Return a message."""
    found = messages.read(call.world, call.place, call.id("message_id"))
    return messages.shown(call.world, found)


def edit_message(call: Call) -> Json:
    """Change an own message."""
    return payloads.message(messages.edit(call.world, _message(call), call.json, call.now))


def delete_message(call: Call) -> None:
    """Delete a message."""
    messages.delete(call.world, _message(call))


def publish_message(call: Call) -> Json:
    """Crosspost a message of an announcement channel."""
    return payloads.message(messages.crosspost(call.world, _message(call)))


def start_thread_from_message(call: Call) -> Json:
    """Start the thread of a message."""
    made = threads.start_from_message(call.world, _message(call), call.json, call.now)
    return _own(call, made)


def start_thread(call: Call) -> Json:
    """Start a forum post, or in a text channel a thread without a message."""
    channel = _channel(call)
    if channel.kind not in threads.FORUMS:
        return _own(call, threads.start_alone(call.world, channel, call.json, call.now))
    first = forum.start_post(call.world, channel, call.json, call.now)
    thread = call.world.threads[first.id]
    return {**_own(call, thread), "message": payloads.message(first)}


def archived_threads(call: Call) -> Json:
    """Return archived public threads, last archived first; the limit is 2 to 100."""
    limit = call.number("limit", 50) or 0
    if not 2 <= limit <= 100:
        raise invalid(("limit",), "NUMBER_TYPE_MIN", "int value should be between 2 and 100.")
    before = datetime.fromisoformat(call.query["before"]) if "before" in call.query else None
    found, more = threads.archived_public(call.world, _channel(call), before, limit)
    return {**threads.listed(call.world, found), "has_more": more}


def join_thread(call: Call) -> None:
    """Join a thread; nobody can join an archived one."""
    thread = _thread(call)
    call.world.require(thread)
    if thread.archived:
        raise ApiError(50083)
    thread.members.add(call.world.bot.id)


def add_thread_member(call: Call) -> None:
    """Bring a member into a thread."""
    threads.bring_in(call.world, _thread(call), call.id("user_id"))


def leave_thread(call: Call) -> None:
    """Leave a thread."""
    _thread(call).members.discard(call.world.bot.id)


def thread_members(call: Call) -> list[Json]:
    """Return who is in a thread."""
    thread = _thread(call)
    return [payloads.thread_member(thread, each) for each in sorted(thread.members)]


def _message(call: Call) -> Message:
    """Return the message of the path; 50001 where the bot may not look, 10008 if it is gone."""
    call.world.require(call.place)
    return call.world.message(call.place, call.id("message_id"))


def _channel(call: Call) -> Channel:
    if isinstance(call.place, Thread):
        raise ApiError(50024)
    return call.place


def _thread(call: Call) -> Thread:
    if not isinstance(call.place, Thread):
        raise ApiError(50024)
    return call.place


def _own(call: Call, thread: Thread) -> Json:
    """Return a thread object with the bot's membership."""
    joined = payloads.thread_member(thread, call.world.bot.id)
    return {**payloads.thread(thread), "member": joined}


CHANNEL = "/channels/{channel_id}"
MESSAGE = CHANNEL + "/messages/{message_id}"

ROUTES = (
    Route("GET", CHANNEL, show_channel),
    Route("PATCH", CHANNEL, edit_channel),
    Route("POST", CHANNEL + "/typing", typing),
    Route("GET", CHANNEL + "/messages", list_messages),
    Route("POST", CHANNEL + "/messages", post_message),
    Route("GET", MESSAGE, show_message),
    Route("PATCH", MESSAGE, edit_message),
    Route("DELETE", MESSAGE, delete_message),
    Route("POST", MESSAGE + "/crosspost", publish_message),
    Route("POST", MESSAGE + "/threads", start_thread_from_message, status=201),
    Route("POST", CHANNEL + "/threads", start_thread, status=201),
    Route("GET", CHANNEL + "/threads/archived/public", archived_threads),
    Route("GET", CHANNEL + "/thread-members", thread_members),
    Route("PUT", CHANNEL + "/thread-members/@me", join_thread),
    Route("DELETE", CHANNEL + "/thread-members/@me", leave_thread),
    Route("PUT", CHANNEL + "/thread-members/{user_id}", add_thread_member, status=204),
)
