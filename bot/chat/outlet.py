"""The outlet: posts, finds and discusses articles in Discord's channels."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import discord

from bot.chat import embeds
from bot.chat.preflight import asked_for, look, matching, missing
from bot.chat.traffic import call
from bot.chat.trouble import THREAD_EXISTS, UNKNOWN_MESSAGE
from bot.errors import ChannelClosed, OutletError, PostRefused
from bot.jobs.outlet import Dispatch
from bot.news.post import Post, Sent

Channel = discord.TextChannel | discord.ForumChannel

_LOOK_BACK = timedelta(minutes=1)  # Discord's clock and ours may differ
_TAGS = 5  # Discord's limit for one forum post
_HISTORY = "Read Message History"


@dataclass(slots=True)
class DiscordOutlet:
    """Sends through a client that is logged in; needs no gateway to send."""

    client: discord.Client
    colours: Mapping[str, int]
    _fetched: dict[int, Channel] = field(default_factory=dict)

    async def takes_nonces(self, channel_id: int) -> bool:
        """Whether a channel takes messages: forum posts have no nonce."""
        return not isinstance(await self._channel(channel_id), discord.ForumChannel)

    async def send(self, dispatch: Dispatch) -> Sent | None:
        """Post an article; in a forum as a forum post, which is its own discussion."""
        channel = await self._channel(dispatch.post.channel_id)
        forum = isinstance(channel, discord.ForumChannel)
        attempts = call(_place(channel), once=forum, within=dispatch.within)
        async with self._told(channel, threads=False), attempts:
            if isinstance(channel, discord.ForumChannel):
                made = await channel.create_thread(
                    name=embeds.thread_name(dispatch.article),
                    applied_tags=matching(channel, dispatch.article.topics)[:_TAGS],
                    **self._shown(dispatch),
                )
                return Sent(made.message.id, made.thread.id)
            try:
                message = await channel.send(nonce=dispatch.post.nonce, **self._shown(dispatch))
            except discord.NotFound as error:
                if error.code == UNKNOWN_MESSAGE:  # the nonce is known, its message deleted
                    return None
                raise
            return Sent(message.id)

    async def find(self, dispatch: Dispatch) -> Sent | None:
        """Look through what the bot wrote in the channel since the post was claimed."""
        channel = await self._channel(dispatch.post.channel_id)
        if not (await self._permissions(channel)).read_message_history:
            raise ChannelClosed(asked_for(_place(channel), _HISTORY))
        with _asking():
            async with self._told(channel, threads=False), call(_place(channel)):
                found = await self._look(channel, dispatch.post)
            if found is not None:
                return found
            # Without the permission Discord answers with an empty history, not with an error, and
            # what the gateway told last may be old.
            has = (await look(self.client, channel.id))[channel.id][1]
        if not has.read_message_history:
            raise ChannelClosed(asked_for(_place(channel), _HISTORY))
        return None

    async def _look(self, channel: Channel, post: Post) -> Sent | None:
        if isinstance(channel, discord.ForumChannel):
            return await self._find_thread(channel, post)
        since = post.claimed_at - _LOOK_BACK
        # To the end: what was sent again later stands later.
        async for message in channel.history(limit=None, after=since, oldest_first=True):
            if message.author == self.client.user and _shows(message, post):
                return Sent(message.id)
        return None

    async def discuss(self, dispatch: Dispatch, message_id: int) -> int:
        """Open the thread under a post; its id is the message's, so there is never a second."""
        channel = await self._channel(dispatch.post.channel_id)
        if isinstance(channel, discord.ForumChannel):
            return message_id
        message = channel.get_partial_message(message_id)
        async with self._told(channel, threads=True), call(_place(channel)):
            try:
                await message.create_thread(name=embeds.thread_name(dispatch.article))
            except discord.HTTPException as error:
                if error.code != THREAD_EXISTS:
                    raise
        return message_id

    async def _channel(self, channel_id: int) -> Channel:
        channel = self.client.get_channel(channel_id) or self._fetched.get(channel_id)
        if channel is None:
            with _asking():
                async with call(f"channel {channel_id}"):
                    channel = await self.client.fetch_channel(channel_id)
            if isinstance(channel, Channel):
                self._fetched[channel_id] = channel
        if not isinstance(channel, Channel):
            raise ChannelClosed(f"channel {channel_id} is no text, announcement or forum channel")
        return channel

    async def _permissions(self, channel: Channel) -> discord.Permissions:
        """Return what the bot may do in a channel, also while the gateway is not there."""
        if channel.guild.me is not None:
            return channel.permissions_for(channel.guild.me)
        return (await look(self.client, channel.id))[channel.id][1]

    @asynccontextmanager
    async def _told(self, channel: Channel, *, threads: bool) -> AsyncIterator[None]:
        """Name the permission that is missing, where Discord only says that one is."""
        try:
            yield
        except ChannelClosed as error:
            self._fetched.pop(channel.id, None)  # it may be of another kind by now
            try:
                has = await self._permissions(channel)
            except OutletError:
                raise error from None
            forum = isinstance(channel, discord.ForumChannel)
            lacks = missing(has, forum=forum, threads=threads)
            if not lacks:
                raise
            raise ChannelClosed(asked_for(_place(channel), lacks)) from error

    def _shown(self, dispatch: Dispatch) -> dict[str, Any]:
        """Return what a message and a forum post have in common."""
        mentions = discord.AllowedMentions.none()
        if dispatch.mention:
            mentions.roles = [discord.Object(dispatch.mention)]
        return {
            "content": f"<@&{dispatch.mention}>" if dispatch.mention else None,
            "allowed_mentions": mentions,
            "silent": dispatch.silent,
            **self._looks(dispatch),
        }

    def _looks(self, dispatch: Dispatch) -> dict[str, Any]:
        article = dispatch.article
        if dispatch.brief:
            return {"embed": embeds.brief(article, self.colours)}
        embed = embeds.post(article, dispatch.illustration, self.colours, icon=dispatch.icon)
        return {"embed": embed, "view": embeds.buttons(article) or discord.utils.MISSING}

    async def _find_thread(self, forum: discord.ForumChannel, post: Post) -> Sent | None:
        assert self.client.user is not None
        since = post.claimed_at - _LOOK_BACK
        threads = [t for t in await forum.guild.active_threads() if t.parent_id == forum.id]
        async for thread in forum.archived_threads(limit=None):  # archived last comes first
            if thread.archive_timestamp < since:
                break
            threads.append(thread)
        for thread in threads:
            made = thread.created_at
            if thread.owner_id != self.client.user.id or (made is not None and made < since):
                continue
            async for message in thread.history(limit=1, oldest_first=True):
                if _shows(message, post):
                    return Sent(thread.id, thread.id)
        return None


@contextmanager
def _asking() -> Iterator[None]:
    """What a question is answered with holds nothing against a post."""
    try:
        yield
    except PostRefused as error:
        raise ChannelClosed(str(error)) from error


def _shows(message: discord.Message, post: Post) -> bool:
    """Whether a message of the bot is this post; an answer that a member shared is not."""
    if message.type is not discord.MessageType.default:
        return False
    if message.nonce is not None and str(message.nonce) == post.nonce:
        return True
    return any(embed.url in post.urls for embed in message.embeds)


def _place(channel: Channel) -> str:
    return f"#{channel.name}"
