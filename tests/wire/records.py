"""Records: what the stand-in remembers of guilds, channels, threads, messages and people."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, IntFlag
from typing import Any, TypeAlias

from tests.wire.permissions import MEMBER, NONE, Permission

Json: TypeAlias = dict[str, Any]


class ChannelKind(IntEnum):
    """The channel types of the API that the stand-in knows."""

    TEXT = 0
    DM = 1
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15
    MEDIA = 16


class MessageKind(IntEnum):
    """The message types of the API that the stand-in knows."""

    DEFAULT = 0
    THREAD_CREATED = 18
    REPLY = 19
    COMMAND = 20
    THREAD_STARTER = 21


class MessageFlag(IntFlag):
    """The message flags that some rule of the stand-in looks at."""

    CROSSPOSTED = 1 << 0
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    COMPONENTS_V2 = 1 << 15


NO_FLAGS = MessageFlag(0)


@dataclass(slots=True)
class User:
    """A person, or the bot."""

    id: int
    name: str
    bot: bool = False


@dataclass(slots=True)
class Role:
    """A role of a guild; the one with the guild's id is @everyone."""

    id: int
    name: str
    permissions: Permission = NONE
    mentionable: bool = False


@dataclass(slots=True)
class Member:
    """A user in a guild, with the permissions that their interactions carry."""

    user: User
    permissions: Permission = MEMBER


@dataclass(slots=True)
class Guild:
    """A server; `bot_role` holds the permissions of the bot before channels change them."""

    id: int
    name: str
    bot: User
    bot_role: Role
    roles: dict[int, Role]
    members: dict[int, Member] = field(default_factory=dict)


@dataclass(slots=True)
class Tag:
    """A tag of a forum; a moderated one may only be set with MANAGE_THREADS."""

    id: int
    name: str
    moderated: bool = False


@dataclass(slots=True)
class Channel:
    """A channel; `allow` and `deny` are the overwrite for the bot. A DM has no guild."""

    id: int
    name: str
    guild: Guild | None
    kind: ChannelKind = ChannelKind.TEXT
    allow: Permission = NONE
    deny: Permission = NONE
    tags: tuple[Tag, ...] = ()
    require_tag: bool = False
    recipient: User | None = None
    messages: "dict[int, Message]" = field(default_factory=dict)


@dataclass(slots=True)
class Thread:
    """A thread or a forum post; `changed` is when its archived state changed last."""

    id: int
    parent: Channel
    owner: User
    kind: ChannelKind
    created: datetime
    changed: datetime
    name: str = ""
    archive_minutes: int = 1440
    archived: bool = False
    locked: bool = False
    tags: tuple[int, ...] = ()
    slowmode: int = 0
    members: set[int] = field(default_factory=set)
    sent: int = 0
    messages: "dict[int, Message]" = field(default_factory=dict)

    @property
    def guild(self) -> Guild | None:
        """The guild of the parent channel."""
        return self.parent.guild


Place: TypeAlias = Channel | Thread


@dataclass(slots=True)
class Message:
    """A message; `nonce` is told in the answer and in MESSAGE_CREATE, never in the history."""

    id: int
    place: Place
    author: User
    created: datetime
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    flags: MessageFlag = NO_FLAGS
    kind: MessageKind = MessageKind.DEFAULT
    nonce: str | int | None = None
    mentions: Json = field(default_factory=dict)
    edited: datetime | None = None
    thread: Thread | None = None
    reference: "Message | None" = None
    interaction: Json | None = None
    reactions: dict[str, set[int]] = field(default_factory=dict)  # users by emoji
    deleted: bool = False


@dataclass(slots=True)
class Interaction:
    """One use of a command or component, from the click to the token's end.

    `answer` is the body of the callback, `message` the response that `@original` names, `source`
    the message whose component was used. `notify` is called after every step of the bot.
    """

    id: int
    token: str
    kind: int
    member: Member
    place: Place
    created: datetime
    source: Message | None = None
    answer: Json | None = None
    message: Message | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    notify: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Event:
    """Something the gateway tells; `place` decides whether the bot may see it."""

    name: str
    data: Json
    place: Place | None = None
