"""Payloads: the records as the JSON objects of API v10."""

from datetime import datetime

from tests.wire.records import (
    Channel,
    ChannelKind,
    Guild,
    Json,
    Member,
    Message,
    MessageKind,
    Place,
    Role,
    Thread,
    User,
)

REQUIRE_TAG = 1 << 4  # channel flag
JOINED = "2024-01-01T00:00:00+00:00"


def user(person: User) -> Json:
    """Return a user object."""
    return {
        "id": str(person.id),
        "username": person.name,
        "global_name": None if person.bot else person.name,
        "discriminator": "0000" if person.bot else "0",
        "avatar": None,
        "bot": person.bot,
        "public_flags": 0,
    }


def member(guild: Guild, person: User) -> Json:
    """Return a guild member object; the bot has its role, the others have none."""
    return {
        "user": user(person),
        "roles": [str(guild.bot_role.id)] if person is guild.bot else [],
        "nick": None,
        "avatar": None,
        "joined_at": JOINED,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }


def acting_member(guild: Guild, acting: Member) -> Json:
    """Return the member object of an interaction, which carries the computed permissions."""
    return {**member(guild, acting.user), "permissions": str(int(acting.permissions))}


def role(one: Role) -> Json:
    """Return a role object."""
    return {
        "id": str(one.id),
        "name": one.name,
        "permissions": str(int(one.permissions)),
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "position": 0,
        "hoist": False,
        "managed": False,
        "mentionable": one.mentionable,
        "flags": 0,
    }


def channel(one: Channel) -> Json:
    """Return a channel object of a guild, or of a DM."""
    if one.recipient is not None:
        return {
            "id": str(one.id),
            "type": int(one.kind),
            "recipients": [user(one.recipient)],
            "last_message_id": None,
            "flags": 0,
        }
    body: Json = {
        "id": str(one.id),
        "type": int(one.kind),
        "name": one.name,
        "guild_id": str(one.guild.id) if one.guild else None,
        "position": 0,
        "parent_id": None,
        "topic": None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "flags": REQUIRE_TAG if one.require_tag else 0,
        "last_message_id": str(max(one.messages)) if one.messages else None,
        "permission_overwrites": _overwrites(one),
    }
    if one.kind in (ChannelKind.FORUM, ChannelKind.MEDIA):
        body["available_tags"] = [
            {
                "id": str(tag.id),
                "name": tag.name,
                "moderated": tag.moderated,
                "emoji_id": None,
                "emoji_name": None,
            }
            for tag in one.tags
        ]
    return body


def _overwrites(one: Channel) -> list[Json]:
    """Return the overwrite for the bot as a member, if there is one."""
    if one.guild is None or not (one.allow or one.deny):
        return []
    allow, deny = str(int(one.allow)), str(int(one.deny))
    return [{"id": str(one.guild.bot.id), "type": 1, "allow": allow, "deny": deny}]


def thread(one: Thread) -> Json:
    """Return a thread object; its starter message is not counted."""
    count = sum(1 for message in one.messages.values() if _counts(one, message))
    guild_id = str(one.guild.id) if one.guild else None
    body: Json = {
        "id": str(one.id),
        "guild_id": guild_id,
        "parent_id": str(one.parent.id),
        "owner_id": str(one.owner.id),
        "type": int(one.kind),
        "name": one.name,
        "last_message_id": str(max(one.messages)) if one.messages else None,
        "message_count": count,
        "member_count": len(one.members),
        "total_message_sent": one.sent,
        "rate_limit_per_user": one.slowmode,
        "flags": 0,
        "thread_metadata": {
            "archived": one.archived,
            "locked": one.locked,
            "auto_archive_duration": one.archive_minutes,
            "archive_timestamp": stamp(one.changed),
            "create_timestamp": stamp(one.created),
        },
    }
    if one.tags:
        body["applied_tags"] = [str(tag) for tag in one.tags]
    return body


def thread_member(one: Thread, user_id: int) -> Json:
    """Return the thread member object of `user_id`."""
    joined = stamp(one.created)
    return {"id": str(one.id), "user_id": str(user_id), "join_timestamp": joined, "flags": 0}


def _counts(one: Thread, message: Message) -> bool:
    return message.id != one.id and message.kind is not MessageKind.THREAD_STARTER


def place(one: Place) -> Json:
    """Return the channel or thread object of `one`."""
    return thread(one) if isinstance(one, Thread) else channel(one)


def message(one: Message, *, readable: bool = True) -> Json:
    """Return a message object without nonce; not `readable` hides what only its writer may see."""
    body: Json = {
        "id": str(one.id),
        "channel_id": str(one.place.id),
        "author": user(one.author),
        "content": one.content if readable else "",
        "embeds": one.embeds if readable else [],
        "components": one.components if readable else [],
        "attachments": one.attachments if readable else [],
        "timestamp": stamp(one.created),
        "edited_timestamp": stamp(one.edited) if one.edited else None,
        "tts": False,
        "mention_everyone": one.mentions.get("everyone", False),
        "mentions": [],
        "mention_roles": one.mentions.get("roles", []),
        "pinned": False,
        "type": int(one.kind),
        "flags": int(one.flags),
    }
    if one.reactions:
        body["reactions"] = [
            {"emoji": {"id": None, "name": emoji}, "count": len(users), "me": False}
            for emoji, users in one.reactions.items()
            if users
        ]
    if one.thread is not None:
        body["thread"] = thread(one.thread)
    if one.interaction is not None:
        body["interaction_metadata"] = one.interaction
    if one.reference is not None:
        body["message_reference"] = {
            "message_id": str(one.reference.id),
            "channel_id": str(one.reference.place.id),
        }
        gone = one.reference.deleted
        body["referenced_message"] = None if gone else message(one.reference, readable=readable)
    return body


def sent_message(one: Message) -> Json:
    """Return the answer to its sender: the message with its nonce."""
    body = message(one)
    return body if one.nonce is None else {**body, "nonce": one.nonce}


def guild(one: Guild, channels: list[Channel], threads: list[Thread], *, full: bool) -> Json:
    """Return a guild object; `full` is the larger form of GUILD_CREATE."""
    body: Json = {
        "id": str(one.id),
        "name": one.name,
        "owner_id": "1",
        "roles": [role(each) for each in one.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": ["COMMUNITY"],
        "preferred_locale": "en-US",
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "system_channel_flags": 0,
        "icon": None,
    }
    if full:
        body |= {
            "joined_at": JOINED,
            "large": False,
            "unavailable": False,
            "member_count": len(one.members) + 1,
            "members": [member(one, one.bot)],
            "channels": [channel(each) for each in channels],
            "threads": [thread(each) for each in threads],
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
        }
    return body


def stamp(moment: datetime) -> str:
    """Return `moment` as ISO 8601."""
    return moment.isoformat()
