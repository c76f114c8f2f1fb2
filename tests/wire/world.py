"""The world: everything the stand-in for Discord knows, and what happens to it from outside.

Its rules are plain functions that get `now`: `messages`, `threads`, `forum`, `commands` and
`interactions`. They raise `ApiError` where Discord would answer with an error.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.wire import payloads
from tests.wire.api_errors import ApiError
from tests.wire.nonces import NonceWindow
from tests.wire.permissions import ALL, MEMBER, NEWS_BOT, NONE, Permission, effective
from tests.wire.records import (
    Channel,
    ChannelKind,
    Event,
    Guild,
    Interaction,
    Json,
    Member,
    Message,
    MessageFlag,
    Place,
    Role,
    Tag,
    Thread,
    User,
)
from tests.wire.snowflakes import Snowflakes


@dataclass(slots=True)
class Rules:
    """The numbers Discord does not publish, and the switches a test may want to turn."""

    nonce_window: timedelta = timedelta(minutes=2)  # the shortest reading of "a few minutes"
    history_lag: timedelta = timedelta(0)  # how old a message is before the history shows it
    max_active_threads: int = 1000  # per guild
    max_thread_members: int = 1000
    blocked_words: tuple[str, ...] = ()  # automatic moderation, in lower case
    message_content: bool = False  # the privileged intent: read what others write
    interaction_deadline: timedelta = timedelta(seconds=3)
    token_lifetime: timedelta = timedelta(minutes=15)
    daily_command_creates: int = 200  # per guild


@dataclass(slots=True)
class World:
    """The state of the stand-in; `born` dates what the test sets up before anything happens."""

    born: datetime
    rules: Rules = field(default_factory=Rules)
    token: str = "wire-token"
    listener: Callable[[Event], None] = lambda event: None
    guilds: dict[int, Guild] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    threads: dict[int, Thread] = field(default_factory=dict)
    users: dict[int, User] = field(default_factory=dict)
    commands: dict[int | None, dict[str, Json]] = field(default_factory=dict)  # None: global
    interactions: dict[str, Interaction] = field(default_factory=dict)  # by token
    created_commands: dict[int | None, list[datetime]] = field(default_factory=dict)
    snowflakes: Snowflakes = field(default_factory=Snowflakes)
    bot: User = field(init=False)
    nonces: NonceWindow = field(init=False)

    def __post_init__(self) -> None:
        """Make the bot; its user id is also the id of its application."""
        self.bot = self.add_user("Broadsheet", bot=True)
        self.nonces = NonceWindow(self.rules.nonce_window)

    # What a test sets up, and what people do while the bot runs.

    def add_user(self, name: str, *, bot: bool = False) -> User:
        """Add a person who is in no guild yet."""
        person = User(self.snowflakes.mint(self.born), name, bot)
        self.users[person.id] = person
        return person

    def add_guild(self, name: str, permissions: Permission = NEWS_BOT) -> Guild:
        """Add a guild with the bot in it; `permissions` are its role's, @everyone has none."""
        guild_id = self.snowflakes.mint(self.born)
        role = Role(self.snowflakes.mint(self.born), self.bot.name, permissions)
        everyone = Role(guild_id, "@everyone")
        guild = Guild(guild_id, name, self.bot, role, {guild_id: everyone, role.id: role})
        self.guilds[guild_id] = guild
        self.tell("GUILD_CREATE", self.guild_payload(guild, full=True))
        return guild

    def add_role(self, guild: Guild, name: str, *, mentionable: bool = True) -> Role:
        """Add a role that nobody has."""
        role = Role(self.snowflakes.mint(self.born), name, mentionable=mentionable)
        guild.roles[role.id] = role
        self.tell("GUILD_ROLE_CREATE", {"guild_id": str(guild.id), "role": payloads.role(role)})
        return role

    def add_member(self, guild: Guild, name: str, permissions: Permission = MEMBER) -> Member:
        """Add a person to `guild`."""
        person = Member(self.add_user(name), permissions)
        guild.members[person.user.id] = person
        return person

    def add_channel(
        self,
        guild: Guild,
        name: str,
        kind: ChannelKind = ChannelKind.TEXT,
        *,
        tags: tuple[str, ...] = (),
        require_tag: bool = False,
    ) -> Channel:
        """Add a channel; `tags` are for forum and media channels."""
        made = tuple(Tag(self.snowflakes.mint(self.born), tag) for tag in tags)
        channel = Channel(self.snowflakes.mint(self.born), name, guild, kind)
        channel.tags, channel.require_tag = made, require_tag
        self.channels[channel.id] = channel
        self.tell("CHANNEL_CREATE", payloads.channel(channel))
        return channel

    def permit(
        self, channel: Channel, *, allow: Permission = NONE, deny: Permission = NONE
    ) -> None:
        """Replace the channel's overwrite for the bot; the gateway tells."""
        channel.allow, channel.deny = allow, deny
        self.tell("CHANNEL_UPDATE", payloads.channel(channel))

    def remove_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads, as an administrator would."""
        for thread in self.threads_of(channel):
            del self.threads[thread.id]
        del self.channels[channel.id]
        self.tell("CHANNEL_DELETE", payloads.channel(channel))

    def remove_guild(self, guild: Guild) -> None:
        """Throw the bot out of `guild`."""
        for channel in [each for each in self.channels.values() if each.guild is guild]:
            self.remove_channel(channel)
        del self.guilds[guild.id]
        self.tell("GUILD_DELETE", {"id": str(guild.id)})

    def remove_message(self, message: Message) -> None:
        """Delete a message, as a moderator would; its nonce stays taken."""
        message.deleted = True
        del message.place.messages[message.id]
        data = {"id": str(message.id), "channel_id": str(message.place.id)}
        self.tell("MESSAGE_DELETE", data | guild_of(message.place), message.place)

    def react(self, message: Message, person: User, emoji: str, *, back: bool = False) -> None:
        """Let a person react to a message, or take that back."""
        users = message.reactions.setdefault(emoji, set())
        (users.discard if back else users.add)(person.id)
        data = {
            "user_id": str(person.id),
            "channel_id": str(message.place.id),
            "message_id": str(message.id),
            "emoji": {"id": None, "name": emoji},
            "type": 0,
            "burst": False,
        }
        name = f"MESSAGE_REACTION_{'REMOVE' if back else 'ADD'}"
        self.tell(name, data | guild_of(message.place), message.place)

    def clear_reactions(self, message: Message) -> None:
        """Take all reactions off a message, as a moderator would."""
        message.reactions.clear()
        data = {"channel_id": str(message.place.id), "message_id": str(message.id)}
        self.tell("MESSAGE_REACTION_REMOVE_ALL", data | guild_of(message.place), message.place)

    def threads_of(self, channel: Channel) -> tuple[Thread, ...]:
        """Return a channel's threads or posts, archived ones included, in order of birth."""
        return tuple(each for each in self.threads.values() if each.parent is channel)

    # What the rules need.

    def tell(self, name: str, data: Json, place: Place | None = None) -> None:
        """Tell the gateway of an event."""
        self.listener(Event(name, data, place))

    def keep(self, message: Message) -> None:
        """Add a new message to its place and tell the gateway, nonce included."""
        place = message.place
        place.messages[message.id] = message
        if isinstance(place, Thread) and message.id != place.id:
            place.sent += 1
        data = payloads.sent_message(message) | guild_of(place)
        self.tell("MESSAGE_CREATE", data, place)

    def changed(self, message: Message) -> None:
        """Tell the gateway that a message looks different now."""
        data = payloads.message(message) | guild_of(message.place)
        self.tell("MESSAGE_UPDATE", data, message.place)

    def place(self, place_id: int) -> Place:
        """Return the channel or thread; raises 10003."""
        found = self.channels.get(place_id) or self.threads.get(place_id)
        if found is None:
            raise ApiError(10003)
        return found

    def guild(self, guild_id: int) -> Guild:
        """Return the guild; raises 10004."""
        if guild_id not in self.guilds:
            raise ApiError(10004)
        return self.guilds[guild_id]

    def message(self, place: Place, message_id: int) -> Message:
        """Return a message that still exists; raises 10008."""
        if message_id not in place.messages:
            raise ApiError(10008)
        return place.messages[message_id]

    def permissions(self, place: Place) -> Permission:
        """Return what the bot may do there; a thread inherits from its parent."""
        channel = place.parent if isinstance(place, Thread) else place
        if channel.guild is None:
            return ALL
        guild = channel.guild
        base = guild.bot_role.permissions | guild.roles[guild.id].permissions
        return effective(base, channel.allow, channel.deny, isinstance(place, Thread))

    def require(self, place: Place, *needed: Permission) -> None:
        """Refuse what the bot may not do: 50001 where it cannot look, 50013 for the rest."""
        granted = self.permissions(place)
        if not granted & Permission.VIEW_CHANNEL:
            raise ApiError(50001)
        if any(not granted & permission for permission in needed):
            raise ApiError(50013)

    def guild_payload(self, guild: Guild, *, full: bool = False) -> Json:
        """Return the guild object with its channels and the active threads the bot may see."""
        channels = [each for each in self.channels.values() if each.guild is guild]
        threads = [
            each
            for each in self.threads.values()
            if each.guild is guild and not each.archived and self.permissions(each)
        ]
        return payloads.guild(guild, channels, threads, full=full)


def guild_of(place: Place) -> Json:
    """Return the `guild_id` that events of `place` carry; none in a DM."""
    return {"guild_id": str(place.guild.id)} if place.guild else {}


def sees_content(world: World, message: Message) -> bool:
    """Own messages are complete; those of others need the message content intent (or a DM)."""
    own = message.author is world.bot or message.place.guild is None
    return own or world.rules.message_content or bool(message.flags & MessageFlag.EPHEMERAL)
