"""The outlet: posts, finds and discusses articles and digests in Discord's channels."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.chat.link.preflight import asked_for, look, missing, tags
from bot.chat.link.traffic import call
from bot.chat.link.trouble import THREAD_EXISTS, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, asking
from bot.chat.looks import digests
from bot.chat.posting.drawing import looks, name
from bot.chat.posting.looking import Channel, look_for, thread_of
from bot.chat.posting.threads import bring_in, follow_up, sent
from bot.errors import ChannelClosed, OutletError, PostRefused
from bot.jobs.outlet import Dispatch, Presence
from bot.news.digest import Page
from bot.news.post import Post, Sent
from bot.structs import Struct, field, replace

_MINUTE = timedelta(minutes=1)
_HISTORY = "Read Message History"


class DiscordOutlet(Struct):
    """Sends through a client that is logged in; needs no gateway to send."""

    client: discord.Client
    colours: Mapping[str, int]
    _fetched: dict[int, Channel] = field(default_factory=dict)

    async def takes_nonces(self, channel_id: int) -> bool:
        """Whether a channel takes messages: forum posts have no nonce."""
        return not isinstance(await self.channel(channel_id), discord.ForumChannel)

    async def send(self, dispatch: Dispatch) -> Sent | None:
        """Post it; in a forum as a forum post, which is its own discussion."""
        channel = await self.channel(dispatch.post.channel_id)
        shown = await self._shown(channel, dispatch)
        if dispatch.post.follows is not None:
            attempts = call(_place(channel), within=dispatch.within)
            async with self.told(channel, threads=True), attempts:
                return await follow_up(self.client, dispatch, shown)
        forum = isinstance(channel, discord.ForumChannel) and dispatch.post.part == 1
        attempts = call(_place(channel), once=forum, within=dispatch.within)
        async with self.told(channel, threads=False), attempts:
            if isinstance(channel, discord.ForumChannel):
                if not forum:
                    return await _continue(self.client, channel, dispatch, shown)
                made = await channel.create_thread(
                    applied_tags=tags(channel, _topics(dispatch), dispatch.fallback_tag),
                    **_thread(dispatch),
                    **shown,
                )
                return Sent(made.message.id, made.thread.id)
            there = await sent(channel, dispatch.post, shown)
            return there and replace(there, announced=channel.is_news())

    async def find(self, dispatch: Dispatch) -> Sent | None:
        """Look through what the bot wrote in the channel since the post was claimed."""
        channel = await self.channel(dispatch.post.channel_id)
        if not (await self.permissions(channel)).read_message_history:
            raise ChannelClosed(asked_for(_place(channel), _HISTORY))
        with asking():
            async with self.told(channel, threads=False), call(_place(channel)):
                found = await look_for(self.client, channel, dispatch)
            if found is not None:
                below = dispatch.post.follows is not None
                news = isinstance(channel, discord.TextChannel) and channel.is_news()
                return replace(found, announced=news and not below)
            # Without the permission Discord answers with an empty history, not with an error, and
            # what the gateway told last may be old.
            has = (await look(self.client, channel.id))[channel.id][1]
        if not has.read_message_history:
            raise ChannelClosed(asked_for(_place(channel), _HISTORY))
        return None

    async def discuss(self, dispatch: Dispatch, message_id: int) -> int:
        """Open the thread under a post; its id is the message's, so there is never a second."""
        channel = await self.channel(dispatch.post.channel_id)
        if isinstance(channel, discord.ForumChannel):
            return message_id
        message = channel.get_partial_message(message_id)
        async with self.told(channel, threads=True), call(_place(channel)):
            try:
                await message.create_thread(**_thread(dispatch))
            except discord.HTTPException as error:
                if error.code == UNKNOWN_MESSAGE:
                    raise PostRefused(f"{_place(channel)}: the post was deleted") from error
                if error.code != THREAD_EXISTS:
                    raise
        return message_id

    async def join(self, post: Post, thread_id: int, member_id: int, since: datetime) -> Presence:
        """Add a member to a thread; what Discord says tells whether it is open at all."""
        channel = await self.channel(post.channel_id)
        async with self.told(channel, threads=True), call(_place(channel)):
            return await bring_in(self.client, thread_id, member_id, since)

    async def server_of(self, channel_id: int) -> int:
        """Return the server of a channel, which is asked for but once."""
        return (await self.channel(channel_id)).guild.id

    def holds(self, page: Page) -> int:
        """How many of a page's stories its message shows, from the first on."""
        return digests.holds(page)

    async def channel(self, channel_id: int) -> Channel:
        """Return a channel, by asking Discord where the gateway has not told of it."""
        channel = self.client.get_channel(channel_id) or self._fetched.get(channel_id)
        if channel is None:
            with asking():
                async with call(f"channel {channel_id}"):
                    channel = await self.client.fetch_channel(channel_id)
            if isinstance(channel, Channel):
                self._fetched[channel_id] = channel
        if not isinstance(channel, Channel):
            raise ChannelClosed(
                f"channel {channel_id} is no text, announcement, forum or media channel"
            )
        return channel

    async def permissions(self, channel: Channel) -> discord.Permissions:
        """Return what the bot may do in a channel, also while the gateway is not there."""
        if channel.guild.me is not None:
            return channel.permissions_for(channel.guild.me)
        return (await look(self.client, channel.id))[channel.id][1]

    @asynccontextmanager
    async def told(self, channel: Channel, *, threads: bool) -> AsyncIterator[None]:
        """Name the permission that is missing, where Discord only says that one is."""
        try:
            yield
        except PostRefused:
            self._fetched.pop(channel.id, None)  # it may have other tags by now
            raise
        except ChannelClosed as error:
            self._fetched.pop(channel.id, None)  # it may be of another kind by now
            try:
                has = await self.permissions(channel)
            except OutletError:
                raise error from None
            forum = isinstance(channel, discord.ForumChannel)
            lacks = missing(has, forum=forum, threads=threads)
            if not lacks:
                raise
            raise ChannelClosed(asked_for(_place(channel), lacks)) from error

    async def _shown(self, channel: Channel, dispatch: Dispatch) -> dict[str, Any]:
        """Return what a message and a forum post have in common."""
        mentions = discord.AllowedMentions.none()
        shown = await looks(self.client, self.colours, channel, dispatch)
        roles = channel.guild.roles  # none while the gateway is not there
        if dispatch.mention and (not roles or channel.guild.get_role(dispatch.mention)):
            mentions.roles = [discord.Object(dispatch.mention)]
            lines = (f"<@&{dispatch.mention}>", shown["content"])
            shown["content"] = "\n".join(line for line in lines if line)
        return {"allowed_mentions": mentions, "silent": dispatch.silent, **shown}


async def _continue(
    client: discord.Client, forum: discord.ForumChannel, dispatch: Dispatch, shown: dict[str, Any]
) -> Sent | None:
    """Send the second message of a digest into the thread of the first."""
    thread = thread_of(client, forum, dispatch)
    if thread is None:
        raise PostRefused(f"{_place(forum)}: it was no forum when the digest began")
    try:
        return await sent(thread, dispatch.post, shown)
    except discord.NotFound as error:
        if error.code == UNKNOWN_CHANNEL:
            raise PostRefused(f"{_place(forum)}: the digest's forum post was deleted") from error
        raise


def _thread(dispatch: Dispatch) -> dict[str, Any]:
    """Return what a discussion is called, and when it is put away unless its channel says."""
    after = dispatch.archive_after
    rest = {"auto_archive_duration": after // _MINUTE} if after else {}
    return {"name": name(dispatch), **rest}


def _topics(dispatch: Dispatch) -> tuple[str, ...]:
    subject = dispatch.subject
    return digests.topics(subject) if isinstance(subject, Page) else subject.topics


def _place(channel: Channel) -> str:
    return f"#{channel.name}"
