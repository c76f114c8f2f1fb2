"""The outlet: posts, finds and discusses articles in Discord's channels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import discord

from bot.chat import embeds
from bot.chat.preflight import look
from bot.chat.traffic import call
from bot.chat.trouble import THREAD_EXISTS, UNKNOWN_MESSAGE
from bot.errors import ChannelClosed
from bot.jobs.outlet import Dispatch
from bot.news.article import Article, topic_key
from bot.news.post import Sent

Channel = discord.TextChannel | discord.ForumChannel

_LOOK_BACK = timedelta(minutes=1)  # Discord's clock and ours may differ
_TAGS = 5  # Discord's limit for one forum post
_LOOK_AT = 200  # archived threads, the latest first


@dataclass(slots=True)
class DiscordOutlet:
    """Sends through a client that is logged in; needs no gateway to send."""

    client: discord.Client
    colours: Mapping[str, int]
    _fetched: dict[int, Channel] = field(default_factory=dict)

    async def send(self, dispatch: Dispatch) -> Sent | None:
        """Post an article; in a forum as a forum post, which is its own discussion."""
        channel = await self._channel(dispatch.post.channel_id)
        embed = embeds.post(
            dispatch.article, dispatch.illustration, self.colours, icon=dispatch.icon
        )
        view = embeds.buttons(dispatch.article) or discord.utils.MISSING
        role = dispatch.mention
        content = f"<@&{role}>" if role else None
        mentions = discord.AllowedMentions.none()
        if role:
            mentions.roles = [discord.Object(role)]
        forum = isinstance(channel, discord.ForumChannel)  # a forum post has no nonce
        async with call(_place(channel), once=forum):
            if isinstance(channel, discord.ForumChannel):
                made = await channel.create_thread(
                    name=embeds.thread_name(dispatch.article),
                    content=content,
                    embed=embed,
                    view=view,
                    applied_tags=_tags(channel, dispatch.article),
                    allowed_mentions=mentions,
                    silent=dispatch.silent,
                )
                return Sent(made.message.id, made.thread.id)
            try:
                message = await channel.send(
                    content=content,
                    embed=embed,
                    view=view,
                    nonce=dispatch.post.nonce,
                    allowed_mentions=mentions,
                    silent=dispatch.silent,
                )
            except discord.NotFound as error:
                if error.code == UNKNOWN_MESSAGE:  # the nonce is known, its message deleted
                    return None
                raise
            return Sent(message.id)

    async def find(self, dispatch: Dispatch) -> Sent | None:
        """Look through what the bot wrote in the channel since the post was claimed."""
        channel = await self._channel(dispatch.post.channel_id)
        # Without this permission Discord answers with an empty history, not with an error.
        if not (await self._permissions(channel)).read_message_history:
            raise ChannelClosed(
                f"{_place(channel)}: the permission Read Message History is missing"
            )
        async with call(_place(channel)):
            if isinstance(channel, discord.ForumChannel):
                return await self._find_thread(channel, dispatch)
            since = dispatch.post.claimed_at - _LOOK_BACK
            # To the end: what was sent again later stands later.
            async for message in channel.history(limit=None, after=since, oldest_first=True):
                if message.author == self.client.user and _shows(message, dispatch):
                    return Sent(message.id)
        return None

    async def discuss(self, dispatch: Dispatch, message_id: int) -> int:
        """Open the thread under a post; its id is the message's, so there is never a second."""
        channel = await self._channel(dispatch.post.channel_id)
        if isinstance(channel, discord.ForumChannel):
            return message_id
        message = channel.get_partial_message(message_id)
        async with call(_place(channel)):
            try:
                await message.create_thread(name=embeds.thread_name(dispatch.article))
            except discord.HTTPException as error:
                if error.code != THREAD_EXISTS:
                    raise
        return message_id

    async def _channel(self, channel_id: int) -> Channel:
        channel = self.client.get_channel(channel_id) or self._fetched.get(channel_id)
        if channel is None:
            async with call(f"channel {channel_id}"):
                channel = await self.client.fetch_channel(channel_id)
        if not isinstance(channel, Channel):
            raise ChannelClosed(f"channel {channel_id} is no text, announcement or forum channel")
        self._fetched[channel_id] = channel
        return channel

    async def _permissions(self, channel: Channel) -> discord.Permissions:
        """Return what the bot may do in a channel, also while the gateway is not there."""
        if channel.guild.me is not None:
            return channel.permissions_for(channel.guild.me)
        return (await look(self.client, channel.id))[channel.id][1]

    async def _find_thread(self, forum: discord.ForumChannel, dispatch: Dispatch) -> Sent | None:
        since = dispatch.post.claimed_at - _LOOK_BACK
        name = embeds.thread_name(dispatch.article)
        threads = [t for t in await forum.guild.active_threads() if t.parent_id == forum.id]
        threads += [t async for t in forum.archived_threads(limit=_LOOK_AT)]
        for thread in threads:
            mine = self.client.user is not None and thread.owner_id == self.client.user.id
            created = thread.created_at
            if not mine or thread.name != name or (created is not None and created < since):
                continue
            # Two articles may have one title: what the thread begins with tells them apart.
            async for message in thread.history(limit=1, oldest_first=True):
                if _shows(message, dispatch):
                    return Sent(thread.id, thread.id)
        return None


def _shows(message: discord.Message, dispatch: Dispatch) -> bool:
    """Whether a message of the bot is this post; an answer that a member shared is not."""
    if message.type is not discord.MessageType.default:
        return False
    if message.nonce is not None and str(message.nonce) == dispatch.post.nonce:
        return True
    return any(embed.url == dispatch.article.url for embed in message.embeds)


def _tags(forum: discord.ForumChannel, article: Article) -> list[discord.ForumTag]:
    """Return the forum's tags that are called like the article's topics, as many as it takes."""
    topics = {topic_key(name) for name in article.topics}
    tags = (tag for tag in forum.available_tags if not tag.moderated)
    return [tag for tag in tags if topic_key(tag.name) in topics][:_TAGS]


def _place(channel: Channel) -> str:
    return f"#{channel.name}"
