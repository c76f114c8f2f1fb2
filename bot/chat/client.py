"""The bot's connection to Discord and its commands."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

import discord
from discord import app_commands

from bot.chat.link.clock import Clock
from bot.chat.link.identify import TooManyConnections, reserve
from bot.chat.link.traffic import call, traced
from bot.chat.posting.observer import is_reply
from bot.chat.reply import apologise, tell
from bot.chat.wording import texts
from bot.errors import OutletError, StoreError
from bot.jobs.persistence import until_done
from bot.jobs.tally import Tally
from bot.store.database import Database
from bot.store.settings import remember, remembered

log = logging.getLogger(__name__)

_SYNCED = "synced_commands"
_BOOKED = "gateway_booked_until"
_EVERYWHERE = "everywhere"
_OUTDATED = (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)
_GLANCE = 5.0  # seconds until news goes out though the commands are not published yet
_LONGEST_WAIT = 60.0  # seconds; Discord may ask for an hour, which must not pass unseen


class Client(discord.Client):
    """A client that publishes the commands it offers; `guild` limits them to one server.

    It needs no privileged intent, never pings anyone unless a post says so, and keeps to Discord's
    limits of requests and of connections over the whole bot. `changed` gets the ids of channels
    in which the bot may be able to do what it was not before; `tally` hears of replies and
    reactions.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        guild: int | None = None,
        changed: Callable[[Iterable[int]], None] | None = None,
        tally: Tally | None = None,
        **options: Any,
    ) -> None:
        options.setdefault("http_trace", traced(dated=clock.compare))
        super().__init__(
            # Of what members write only that they do is told: the words need another intent.
            intents=discord.Intents(guilds=True, guild_messages=True, guild_reactions=True),
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=_LONGEST_WAIT,
            member_cache_flags=discord.MemberCacheFlags.none(),
            **options,
        )
        self.tree = _Tree(self)
        self._database = database
        self._clock = clock
        self._tally = tally
        self._told_since = clock()
        self._changed = changed or (lambda _: None)
        self._booked: datetime | None = None
        self._publishing: asyncio.Task[None] | None = None
        self._guild = discord.Object(guild) if guild else None

    def offer(self, *commands: app_commands.Group | app_commands.ContextMenu) -> None:
        """Add commands; they are published when the client logs in."""
        for command in commands:
            if self._guild is not None:  # Discord takes these of commands for everywhere alone
                command.allowed_contexts = command.allowed_installs = None
            self.tree.add_command(command, guild=self._guild)

    async def setup_hook(self) -> None:
        """Publish the commands, if need be again and again; news does not wait for that long."""
        await self._stop_publishing()
        self._publishing = asyncio.create_task(self._until_published())
        done, _ = await asyncio.wait([self._publishing], timeout=_GLANCE)
        for task in done:
            task.result()

    async def close(self) -> None:
        """Publish no more, and end the connection."""
        await self._stop_publishing()
        await super().close()

    async def _stop_publishing(self) -> None:
        if self._publishing is not None:
            self._publishing.cancel()
            await asyncio.wait([self._publishing])

    async def _until_published(self) -> None:
        try:
            await until_done(self._publish, "commands")
        except OutletError as error:
            log.warning("commands not published reason=%s", error)

    async def _publish(self) -> None:
        """Publish the commands if they are not those that were published last."""
        commands = self.tree.get_commands(guild=self._guild)
        payload = json.dumps([command.to_dict(self.tree) for command in commands], sort_keys=True)
        digest = hashlib.sha256(payload.encode()).hexdigest()
        state = f"{self.application_id} {self._where} {digest}"
        earlier = await remembered(self._database, _SYNCED)
        if state == earlier:
            return
        async with call("commands"):
            if earlier is not None:
                await self._unpublish(*earlier.split()[:2])
            await self.tree.sync(guild=self._guild)
        await remember(self._database, _SYNCED, state)
        log.info("commands published where=%s", self._where)

    async def on_connect(self) -> None:
        """A session begins, of which all is told from now on; nothing else starts here."""
        self._told_since = self._clock()
        log.info("connected user=%s servers=%d", self.user, len(self.guilds))

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Count connections, of earlier processes too; raises TooManyConnections in time."""
        try:
            if self._booked is None and (booked := await remembered(self._database, _BOOKED)):
                self._booked = datetime.fromisoformat(booked)
            booked_now, pause = reserve(self._booked, self._clock())
            if pause:
                raise TooManyConnections(pause)
            self._booked = booked_now
            await remember(self._database, _BOOKED, self._booked.isoformat())
        except StoreError as error:
            log.warning("connections not counted reason=%s", error)
            self._booked, _ = reserve(self._booked, self._clock())
        await super().before_identify_hook(shard_id, initial=initial)

    async def on_ready(self) -> None:
        """A session has begun: Discord does not tell what happened before it."""
        if self._tally is not None:
            self._tally.missed(self._told_since)

    async def on_message(self, message: discord.Message) -> None:
        """Count a reply: what a member writes in a thread, of which not a word is kept."""
        place = message.channel
        thread = isinstance(place, discord.Thread | discord.PartialMessageable)
        if self._tally and thread and message.guild and is_reply(message):
            self._tally.wrote(message.guild.id, place.id, message.id)

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """Count a reply no more, if it was one."""
        if self._tally is not None:
            self._tally.erased(event.channel_id, [event.message_id])

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """Count replies no more."""
        if self._tally is not None:
            self._tally.erased(event.channel_id, event.message_ids)

    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        """Count no reply in there any more."""
        if self._tally is not None:
            self._tally.closed(event.thread_id)

    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        """Count a reaction."""
        self._reacted(event, 1)

    async def on_raw_reaction_remove(self, event: discord.RawReactionActionEvent) -> None:
        """Count a reaction no more."""
        self._reacted(event, -1)

    async def on_raw_reaction_clear(self, event: discord.RawReactionClearEvent) -> None:
        """Reactions were taken off a message; how many is not told."""
        if self._tally is not None:
            self._tally.unsure(event.message_id)

    async def on_raw_reaction_clear_emoji(self, event: discord.RawReactionClearEmojiEvent) -> None:
        """All reactions of one kind were taken off a message; how many is not told."""
        if self._tally is not None:
            self._tally.unsure(event.message_id)

    def _reacted(self, event: discord.RawReactionActionEvent, change: int) -> None:
        own = self.user is not None and event.user_id == self.user.id
        if self._tally and event.guild_id and not own:
            self._tally.reacted(event.guild_id, event.message_id, change)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Its channels may have changed while nobody looked."""
        self._changed_all_over(guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The bot was let in."""
        self._changed_all_over(guild)

    async def on_guild_channel_update(
        self, _: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """Permissions, tags or the kind of a channel changed."""
        self._changed([after.id])

    async def on_guild_role_update(self, _: discord.Role, after: discord.Role) -> None:
        """A role may have got a permission."""
        self._changed_all_over(after.guild)

    async def on_member_update(self, _: discord.Member, after: discord.Member) -> None:
        """The bot got a role; of others Discord does not tell it."""
        self._changed_all_over(after.guild)

    def _changed_all_over(self, guild: discord.Guild) -> None:
        self._changed(channel.id for channel in guild.channels)

    @property
    def _where(self) -> str:
        return str(self._guild.id) if self._guild else _EVERYWHERE

    async def _unpublish(self, application: str, where: str) -> None:
        """Take back what was published elsewhere, so that no command shows twice."""
        if application != str(self.application_id) or where == self._where:
            return
        if where == _EVERYWHERE:
            await self.http.bulk_upsert_global_commands(int(application), payload=[])
            return
        with suppress(discord.Forbidden, discord.NotFound):  # the bot has left that server
            await self.http.bulk_upsert_guild_commands(int(application), int(where), payload=[])


class _Tree(app_commands.CommandTree[Client]):
    """Answers what a command could not."""

    async def on_error(
        self, interaction: discord.Interaction[Client], error: app_commands.AppCommandError
    ) -> None:
        """Tell the member politely; the log has the rest."""
        if isinstance(error, app_commands.CheckFailure):
            await tell(interaction, texts.STAFF_ONLY)
        elif isinstance(error, _OUTDATED):
            await tell(interaction, texts.OUTDATED)
        else:
            await apologise(interaction, error)
