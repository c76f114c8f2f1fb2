"""The observer: what members did with posts, asked of Discord. No word of theirs is looked at.

It has time: whatever else is to be asked or sent goes first.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

import discord

from bot.chat.link.traffic import call
from bot.chat.link.trouble import UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, asking
from bot.chat.posting.looking import Channel
from bot.errors import ChannelClosed, FateUnknown
from bot.jobs.tally import Discussed
from bot.store.activity import Place
from bot.structs import Frozen

log = logging.getLogger(__name__)

_WORDS = (discord.MessageType.default, discord.MessageType.reply)
_GONE = (UNKNOWN_CHANNEL, UNKNOWN_MESSAGE)


def is_reply(message: discord.Message) -> bool:
    """Whether a message is what a member wrote, and nothing that a bot or Discord says."""
    written = message.type in _WORDS and message.webhook_id is None
    return written and not message.author.bot


class DiscordObserver(Frozen):
    """Asks through a client that is logged in."""

    client: discord.Client

    async def discussions(
        self, channel_ids: Sequence[int], since: datetime, *, patient: bool
    ) -> Mapping[int, Discussed]:
        """Look through the open threads of each server once, and those put away since."""
        found: dict[int, Discussed] = {}
        asked: set[int] = set()
        for channel_id in channel_ids:
            try:
                threads = await self._threads(channel_id, since, asked)
            except (ChannelClosed, FateUnknown) as error:
                if error.passing and patient:
                    raise
                log.info("activity not counted channel=%d reason=%s", channel_id, error)
                continue
            for thread in threads:
                found[thread.id] = Discussed(thread.guild.id, thread.last_message_id or 0)
        return found

    async def _threads(
        self, channel_id: int, since: datetime, asked: set[int]
    ) -> list[discord.Thread]:
        with asking():
            async with call(f"channel {channel_id}", behind=True):
                channel = await self._channel(channel_id)
                if channel is None:
                    return []
                threads: list[discord.Thread] = []
                if channel.guild.id not in asked:
                    threads += await channel.guild.active_threads()
                async for thread in channel.archived_threads(limit=None):
                    if thread.archive_timestamp < since:  # archived last comes first
                        break
                    threads.append(thread)
        asked.add(channel.guild.id)
        return threads

    async def replies(self, thread_id: int, after: int) -> list[int]:
        """Return what members wrote in a thread after a message; one that is gone has nothing."""
        place = self.client.get_partial_messageable(thread_id)
        with asking():
            async with call(f"thread {thread_id}", behind=True):
                try:
                    history = place.history(limit=None, after=discord.Object(after))
                    return [message.id async for message in history if is_reply(message)]
                except discord.NotFound as error:
                    if error.code in _GONE:
                        return []
                    raise

    async def reactions(self, place: Place) -> tuple[int, int] | None:
        """Count the reactions on a post, without the bot's own."""
        with asking():
            async with call(f"channel {place.channel_id}", behind=True):
                try:
                    channel = await self._channel(place.channel_id)
                    if channel is None:
                        return None
                    forum = isinstance(channel, discord.ForumChannel)
                    where = place.message_id if forum else channel.id
                    if place.follows is not None and place.thread_id is not None:
                        where = place.thread_id
                    there = self.client.get_partial_messageable(where)
                    message = await there.fetch_message(place.message_id)
                except (discord.NotFound, discord.Forbidden):
                    return None
        return channel.guild.id, sum(each.count - each.me for each in message.reactions)

    async def _channel(self, channel_id: int) -> Channel | None:
        found = self.client.get_channel(channel_id) or await self.client.fetch_channel(channel_id)
        return found if isinstance(found, Channel) else None
