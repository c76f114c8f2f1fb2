"""Posts drawn anew where they are; a thread that was put away is opened for that, and no longer."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import discord

from bot.chat import drawing
from bot.chat.looking import Channel
from bot.chat.outlet import DiscordOutlet
from bot.chat.traffic import call
from bot.chat.trouble import ARCHIVED, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE
from bot.errors import PostRefused
from bot.jobs.dispatching import lighter
from bot.jobs.errands import Courier
from bot.jobs.outlet import Dispatch
from bot.news.digest import Page
from bot.news.errand import Errand

log = logging.getLogger(__name__)

_AT_ONCE = 4  # edits in all channels together: posts hardly wait for them


@dataclass(frozen=True, slots=True)
class Redrawing:
    """A courier that draws posts anew, and leaves all else to the `rest`."""

    outlet: DiscordOutlet
    rest: Courier
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def carry_out(self, errand: Errand, deed: Any, within: timedelta) -> int | None:
        """Draw it anew, with less in it where Discord refuses a part; None if it was deleted."""
        if not isinstance(deed, Dispatch):
            return await self.rest.carry_out(errand, deed, within)
        async with self._turns:
            while True:
                try:
                    return await self._redraw(deed, within)
                except PostRefused as error:
                    less = lighter(deed, error)
                    if less is None:
                        raise
                    log.warning("drawn with less post=%s reason=%s", deed.name, error)
                    deed = less

    async def find(self, errand: Errand, deed: Any) -> int | None:
        """Look for the message of an errand; what is drawn anew is never looked for."""
        return await self.rest.find(errand, deed)

    async def _redraw(self, dispatch: Dispatch, within: timedelta) -> int | None:
        client, post = self.outlet.client, dispatch.post
        assert post.message_id is not None
        channel = await self.outlet.channel(post.channel_id)
        shown = await drawing.anew(client, self.outlet.colours, channel, dispatch)
        place_id = _place(channel, dispatch)
        place = client.get_partial_messageable(place_id, guild_id=channel.guild.id)
        message = place.get_partial_message(post.message_id)
        async with (
            self.outlet.told(channel, threads=False),
            call(f"#{channel.name}", within=within),
        ):
            try:
                await _edited(client, message, shown)
            except discord.NotFound as error:
                if error.code not in (UNKNOWN_MESSAGE, UNKNOWN_CHANNEL):
                    raise
                return None
        return post.message_id


def _place(channel: Channel, dispatch: Dispatch) -> int:
    """Return where the message is: in a forum in a thread, of a digest in that of its first."""
    subject = dispatch.subject
    if isinstance(channel, discord.ForumChannel):
        first = subject.thread_id if isinstance(subject, Page) else None
        return first or dispatch.post.thread_id or channel.id
    return channel.id


async def _edited(
    client: discord.Client, message: discord.PartialMessage, shown: dict[str, Any]
) -> None:
    try:
        await message.edit(**shown)
        return
    except discord.HTTPException as error:
        if error.code != ARCHIVED:
            raise
    thread_id = message.channel.id
    try:
        await client.http.edit_channel(thread_id, archived=False)
    except discord.Forbidden as error:
        raise PostRefused(f"<#{thread_id}>: it is locked, and put away") from error
    await message.edit(**shown)
    await client.http.edit_channel(thread_id, archived=True)
