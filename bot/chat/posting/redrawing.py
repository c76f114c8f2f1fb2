"""Posts drawn anew or deleted where they are, and their discussions brought into line."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import discord

from bot.chat.asking import opening
from bot.chat.link.preflight import asked_for
from bot.chat.link.traffic import call
from bot.chat.link.trouble import (
    ALREADY_PUBLISHED,
    ARCHIVED,
    OTHER_KIND,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    asking,
)
from bot.chat.posting import drawing
from bot.chat.posting.looking import Channel
from bot.chat.posting.outlet import DiscordOutlet
from bot.chat.posting.threads import at_rest, found
from bot.errors import ChannelClosed, ChannelGone, PostRefused
from bot.jobs.corrections import Alignment, Deletion, Notice, Publication
from bot.jobs.dispatching import with_less
from bot.jobs.errands import Courier
from bot.jobs.outlet import Dispatch
from bot.news.digest import Page
from bot.news.errand import Errand
from bot.news.opening import Rewording
from bot.structs import Frozen

_Deed = Dispatch | Deletion | Rewording | Notice | Alignment | Publication

log = logging.getLogger(__name__)

# There is nothing left to be done: it is published, deleted, or in a channel of another kind now.
_PUBLISHED = (ALREADY_PUBLISHED, UNKNOWN_MESSAGE, OTHER_KIND)


class Redrawing(Frozen):
    """A courier that does what concerns posts that are there, and leaves all else to the `rest`."""

    outlet: DiscordOutlet
    rest: Courier

    async def carry_out(self, errand: Errand, deed: Any, within: timedelta) -> int | None:
        """Do it; of a post that someone deleted, with its channel or alone, None is returned."""
        if not isinstance(deed, _Deed):
            return await self.rest.carry_out(errand, deed, within)
        try:
            return await self._do(errand, deed, within)
        except ChannelGone as error:
            log.info("nothing left errand=%s reason=%s", errand.kind, error)
            return None

    async def find(self, errand: Errand, deed: Any) -> int | None:
        """Look for the message of an errand; what is as good done twice is never looked for."""
        return await self.rest.find(errand, deed)

    async def _do(
        self,
        errand: Errand,
        deed: _Deed,
        within: timedelta,
    ) -> int | None:
        if isinstance(deed, Dispatch):
            return await self._redraw(deed, within)
        if isinstance(deed, Rewording):
            return await self._reword(errand, deed, within)
        if isinstance(deed, Notice):
            hears = await self._hears(errand.place, deed)
            return await self.rest.carry_out(errand, deed, within) if hears else None
        if isinstance(deed, Deletion):
            await self._delete(deed.dispatch, within)
        elif isinstance(deed, Alignment):
            await self._align(errand.place, deed, within)
        else:
            await self._publish(deed, within)
        return None

    async def _redraw(self, dispatch: Dispatch, within: timedelta) -> int | None:
        """Draw a message anew, with less in it where Discord refuses a part."""
        channel = await self.outlet.channel(dispatch.post.channel_id)

        async def draw(dispatch: Dispatch) -> int | None:
            shown = await drawing.anew(self.outlet.client, self.outlet.colours, channel, dispatch)

            async def edit(message: discord.PartialMessage) -> None:
                await message.edit(**shown)

            place_id, message_id = _place(channel, dispatch), dispatch.post.message_id
            return await self._changed(channel, place_id, message_id, edit, within)

        return await with_less(dispatch, draw)

    async def _reword(self, errand: Errand, deed: Rewording, within: timedelta) -> int | None:
        channel = await self.outlet.channel(deed.channel_id)
        shown = opening.reworded(deed.said, self.outlet.colours, deed.reference)

        async def edit(message: discord.PartialMessage) -> None:
            await message.edit(**shown)

        return await self._changed(channel, errand.place, deed.message_id, edit, within)

    async def _delete(self, dispatch: Dispatch, within: timedelta) -> None:
        channel = await self.outlet.channel(dispatch.post.channel_id)

        async def delete(message: discord.PartialMessage) -> None:
            await message.delete()

        place_id, message_id = _place(channel, dispatch), dispatch.post.message_id
        await self._changed(channel, place_id, message_id, delete, within)

    async def _changed(
        self,
        channel: Channel,
        place_id: int,
        message_id: int | None,
        change: Callable[[discord.PartialMessage], Awaitable[None]],
        within: timedelta,
    ) -> int | None:
        """Change a message; its thread, if it was put away, is opened for that and no longer."""
        client = self.outlet.client
        if message_id is None:
            return None
        place = client.get_partial_messageable(place_id, guild_id=channel.guild.id)
        message = place.get_partial_message(message_id)
        attempts = call(f"#{channel.name}", within=within)
        async with self.outlet.told(channel, threads=False), attempts:
            try:
                try:
                    await change(message)
                except discord.HTTPException as error:
                    if error.code != ARCHIVED:
                        raise
                    await self._set(channel, place_id, archived=False)
                    try:
                        await change(message)
                    except discord.HTTPException:
                        await client.http.edit_channel(place_id, archived=True)
                        raise
                    await client.http.edit_channel(place_id, archived=True)
            except discord.NotFound as error:
                if error.code not in (UNKNOWN_MESSAGE, UNKNOWN_CHANNEL):
                    raise
                return None
        return message_id

    async def _publish(self, deed: Publication, within: timedelta) -> None:
        """Publish a message; if Discord takes no more, or lets the bot not, the rest goes on."""
        channel = await self.outlet.channel(deed.channel_id)
        place = self.outlet.client.get_partial_messageable(channel.id, guild_id=channel.guild.id)
        try:
            async with (
                self.outlet.told(channel, threads=False),
                call(f"#{channel.name}", within=within),
            ):
                try:
                    await place.get_partial_message(deed.message_id).publish()
                except discord.HTTPException as error:
                    if error.code not in _PUBLISHED:
                        raise
        except ChannelGone:
            raise
        except ChannelClosed as error:
            raise PostRefused(str(error), final=False, wait=error.wait) from error

    async def _hears(self, thread_id: int, deed: Notice) -> bool:
        """Whether a discussion is there, and is not to be left in peace."""
        await self.outlet.channel(deed.channel_id)  # with it all its threads are gone
        with asking():
            async with call(f"<#{thread_id}>"):
                thread = await found(self.outlet.client, thread_id)
        return thread is not None and not thread.locked and not at_rest(thread, deed.since)

    async def _align(self, thread_id: int, deed: Alignment, within: timedelta) -> None:
        channel = await self.outlet.channel(deed.dispatch.post.channel_id)
        forum = isinstance(channel, discord.ForumChannel)
        if not forum and not deed.touched:
            return
        place = f"<#{thread_id}>"
        async with call(place, within=within):
            thread = await found(self.outlet.client, thread_id)
            if thread is None or at_rest(thread, deed.since):
                return
            opened = {"archived": False} if thread.archived else {}
            changes: dict[str, Any] = {}
            name = drawing.name(deed.dispatch)
            if forum and thread.name != name:
                changes["name"] = name
            if deed.touched and thread.locked != deed.locked:
                changes["locked"] = deed.locked
            for key, value in changes.items():  # the name may be changed without permission
                await self._set(channel, thread_id, **{key: value}, **opened)
            if changes and thread.archived:
                await self._set(channel, thread_id, archived=True)

    async def _set(self, channel: Channel, thread_id: int, **changes: Any) -> None:
        """Change a thread; what the bot may not do there waits until it may, without a request."""
        lacks = PostRefused(asked_for(f"<#{thread_id}>", "Manage Threads"), final=False)
        if "locked" in changes and not (await self.outlet.permissions(channel)).manage_threads:
            raise lacks
        try:
            await self.outlet.client.http.edit_channel(thread_id, **changes)
        except discord.Forbidden as error:
            raise lacks from error


def _place(channel: Channel, dispatch: Dispatch) -> int:
    """Return where the message is: in a forum in a thread, of a digest in that of its first."""
    subject = dispatch.subject
    if dispatch.post.follows is not None:
        return dispatch.post.place_id
    if isinstance(channel, discord.ForumChannel):
        first = subject.thread_id if isinstance(subject, Page) else None
        return first or dispatch.post.thread_id or channel.id
    return channel.id
