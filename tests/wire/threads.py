"""Threads: starting, changing and listing them (topics/threads)."""

from datetime import datetime

from tests.wire import payloads
from tests.wire.api_errors import ApiError, invalid
from tests.wire.bodies import check_name
from tests.wire.permissions import Permission
from tests.wire.records import (
    Channel,
    ChannelKind,
    Guild,
    Json,
    Message,
    MessageFlag,
    MessageKind,
    Thread,
)
from tests.wire.world import World

ARCHIVE_MINUTES = (60, 1440, 4320, 10080)
FORUMS = (ChannelKind.FORUM, ChannelKind.MEDIA)
TEXTS = (ChannelKind.TEXT, ChannelKind.ANNOUNCEMENT)


def start_from_message(world: World, message: Message, body: Json, now: datetime) -> Thread:
    """Start the thread of a message: its id is the message's id, a second try is a 160004."""
    channel = message.place
    if isinstance(channel, Thread) or channel.kind not in TEXTS:
        raise ApiError(50024)
    world.require(channel, Permission.CREATE_PUBLIC_THREADS)
    check_form(body)
    if message.thread is not None:
        raise ApiError(160004)
    require_room(world, channel.guild)
    announced = channel.kind is ChannelKind.ANNOUNCEMENT
    kind = ChannelKind.ANNOUNCEMENT_THREAD if announced else ChannelKind.PUBLIC_THREAD
    thread = opened(world, Thread(message.id, channel, world.bot, kind, now, now), body)
    message.thread = thread
    message.flags |= MessageFlag.HAS_THREAD
    world.changed(message)
    starter = Message(world.snowflakes.mint(now), thread, message.author, now)
    starter.kind, starter.reference = MessageKind.THREAD_STARTER, message
    world.keep(starter)
    return thread


def start_alone(world: World, channel: Channel, body: Json, now: datetime) -> Thread:
    """Start a thread without a message; private unless `type` says otherwise."""
    if channel.kind not in TEXTS:
        raise ApiError(50024)
    kind = ChannelKind(body.get("type") or ChannelKind.PRIVATE_THREAD)
    private = kind is ChannelKind.PRIVATE_THREAD
    needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
    world.require(channel, needed)
    check_form(body)
    require_room(world, channel.guild)
    thread_id = world.snowflakes.mint(now)
    thread = opened(world, Thread(thread_id, channel, world.bot, kind, now, now), body)
    if not private:
        notice = Message(world.snowflakes.mint(now), channel, world.bot, now, thread.name)
        notice.kind, notice.thread = MessageKind.THREAD_CREATED, thread
        world.keep(notice)
    return thread


def check_form(body: Json) -> None:
    """Refuse a bad name or archive time with a 50035."""
    check_name(body.get("name"), ("name",))
    _check_archive_minutes(body)


def opened(world: World, thread: Thread, body: Json) -> Thread:
    """Return the new thread, filled from `body`, known to the world and told to the gateway."""
    thread.name = body["name"].strip()
    thread.archive_minutes = body.get("auto_archive_duration") or thread.archive_minutes
    thread.slowmode = body.get("rate_limit_per_user") or 0
    thread.tags = tuple(map(int, body.get("applied_tags") or ()))
    thread.members.add(world.bot.id)
    world.threads[thread.id] = thread
    data = payloads.thread(thread)
    joined = payloads.thread_member(thread, world.bot.id)
    world.tell("THREAD_CREATE", {**data, "newly_created": True, "member": joined}, thread)
    return thread


def require_room(world: World, guild: Guild | None) -> None:
    """Refuse one more active thread than the guild may have: 160006."""
    active = sum(1 for each in world.threads.values() if each.guild is guild and not each.archived)
    if active >= world.rules.max_active_threads:
        raise ApiError(160006)


def wake(world: World, thread: Thread, now: datetime) -> None:
    """Take a thread out of the archive, if there is room."""
    require_room(world, thread.guild)
    thread.archived, thread.changed = False, now
    tell_change(world, thread)


def shelve(world: World, thread: Thread, now: datetime, *, lock: bool = False) -> None:
    """Archive a thread, as time or a moderator would; `lock` keeps members from writing."""
    thread.archived, thread.locked, thread.changed = True, lock, now
    tell_change(world, thread)


def edit(world: World, thread: Thread, body: Json, now: datetime) -> Thread:
    """Change a thread: the owner may, locking takes MANAGE_THREADS; archived ones are a 50083.

    Only `archived: false` may be changed on an archived thread, alone or first of several.
    """
    world.require(thread)
    moderates = bool(world.permissions(thread) & Permission.MANAGE_THREADS)
    if not moderates and ("locked" in body or thread.owner is not world.bot):
        only_waking = body == {"archived": False} and not thread.locked
        if not only_waking:
            raise ApiError(50013)
    if thread.archived and body.get("archived") is not False:
        raise ApiError(50083)
    if thread.archived and thread.locked and not moderates:
        raise ApiError(160005)
    _change(world, thread, body, now)
    return thread


def _change(world: World, thread: Thread, body: Json, now: datetime) -> None:
    """Put the parts that `body` names into `thread`."""
    if "name" in body:
        check_name(body["name"], ("name",))
        thread.name = body["name"].strip()
    _check_archive_minutes(body)
    thread.archive_minutes = body.get("auto_archive_duration") or thread.archive_minutes
    thread.locked = body.get("locked", thread.locked)
    if "applied_tags" in body:
        thread.tags = tuple(map(int, body["applied_tags"]))
    archived = body.get("archived", thread.archived)
    if thread.archived and not archived:
        require_room(world, thread.guild)
    if archived != thread.archived:
        thread.archived, thread.changed = archived, now
    tell_change(world, thread)


def _check_archive_minutes(body: Json) -> None:
    minutes = body.get("auto_archive_duration")
    if minutes is not None and minutes not in ARCHIVE_MINUTES:
        text = f"Value must be one of {ARCHIVE_MINUTES}."
        raise invalid(("auto_archive_duration",), "BASE_TYPE_CHOICES", text)


def bring_in(world: World, thread: Thread, user_id: int) -> None:
    """Add a member: not to an archived thread (50083), a locked (160005) or a full one (30033)."""
    world.require(thread, Permission.SEND_MESSAGES_IN_THREADS)
    if thread.archived:
        raise ApiError(50083)
    if thread.locked and not world.permissions(thread) & Permission.MANAGE_THREADS:
        raise ApiError(160005)
    if user_id not in thread.members and len(thread.members) >= world.rules.max_thread_members:
        raise ApiError(30033)
    thread.members.add(user_id)


def tell_change(world: World, thread: Thread) -> None:
    """Tell the gateway how a thread looks now."""
    world.tell("THREAD_UPDATE", payloads.thread(thread), thread)


def active(world: World, guild: Guild) -> list[Thread]:
    """Return the active threads the bot may see, by falling id."""
    found = [each for each in world.threads.values() if each.guild is guild and not each.archived]
    return sorted((each for each in found if world.permissions(each)), key=_id, reverse=True)


def archived_public(
    world: World, channel: Channel, before: datetime | None, limit: int
) -> tuple[list[Thread], bool]:
    """Return archived public threads, last archived first, and whether there are more."""
    world.require(channel, Permission.READ_MESSAGE_HISTORY)
    found = [
        each
        for each in world.threads.values()
        if each.parent is channel
        and each.archived
        and each.kind is not ChannelKind.PRIVATE_THREAD
        and (before is None or each.changed < before)
    ]
    found.sort(key=lambda each: each.changed, reverse=True)
    return found[:limit], len(found) > limit


def listed(world: World, found: list[Thread]) -> Json:
    """Return the body of a list of threads, with the bot's membership of each."""
    return {
        "threads": [payloads.thread(each) for each in found],
        "members": [
            payloads.thread_member(each, world.bot.id)
            for each in found
            if world.bot.id in each.members
        ],
    }


def _id(one: Thread) -> int:
    return one.id
