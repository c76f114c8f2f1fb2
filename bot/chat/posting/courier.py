"""Errands carried out in Discord: messages that are no posts, each under its own nonce."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import discord

from bot.chat.asking import opening
from bot.chat.link.preflight import Seen, asked_for, look, missing, no_cards, takes_cards
from bot.chat.link.traffic import call
from bot.chat.link.trouble import UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, asking
from bot.chat.looks import telling
from bot.chat.managing import reviewing
from bot.chat.posting.looking import LOOK_BACK
from bot.chat.wording import correction_texts
from bot.errors import ChannelClosed, OutletError, PostRefused
from bot.jobs.corrections import Notice
from bot.jobs.reviews import REVIEW, Card
from bot.news.errand import Errand
from bot.news.follow import Personal
from bot.news.opening import Opening
from bot.structs import Frozen

log = logging.getLogger(__name__)

_HISTORY = "Read Message History"


class DiscordCourier(Frozen):
    """Sends through a client that is logged in; needs no gateway to send."""

    client: discord.Client
    colours: Mapping[str, int]

    async def carry_out(self, errand: Errand, deed: Any, within: timedelta) -> int | None:
        """Write the message of an errand; with less in it, if Discord refuses a part of that."""
        looks = self._messages(errand, deed)
        shown = next(looks)
        while True:
            try:
                return await self._send(errand, deed, shown, within)
            except PostRefused as error:
                less = next(looks, None)
                if error.part is None or less is None:
                    raise
                log.warning("sent with less errand=%s reason=%s", errand.kind, error)
                shown = less

    def _messages(self, errand: Errand, deed: Any) -> Iterator[Mapping[str, Any]]:
        """Yield what an errand says, in full and then with less: as much as is asked for."""
        if isinstance(deed, Opening):
            yield opening.message(deed, self.colours, errand.reference)
        elif isinstance(deed, Notice):
            yield {"content": correction_texts.notice(deed.retracted, errand.reference)}
        elif isinstance(deed, Card):
            for brief in (False, True):
                yield reviewing.looks(deed, self.colours, errand.reference, brief=brief)
        else:
            yield from telling.messages(errand, deed, self.colours)

    async def _send(
        self, errand: Errand, deed: Any, shown: Mapping[str, Any], within: timedelta
    ) -> int | None:
        async with self._told(errand, deed), call(_name(errand, deed), within=within):
            try:
                place = await self._place(errand, deed)
                message = await place.send(nonce=errand.nonce, **shown)
            except discord.NotFound as error:
                if error.code == UNKNOWN_MESSAGE:  # the nonce is known, its message deleted
                    return None
                raise _gone(errand, deed, error) from error
        return message.id

    async def find(self, errand: Errand, deed: Any) -> int | None:
        """Look through what the bot wrote in its place since it was claimed."""
        found = None
        with asking():
            async with call(_name(errand, deed)):
                try:
                    found = await self._look_for(errand, deed)
                except discord.NotFound as error:
                    raise _gone(errand, deed, error) from error
            # Without the permission Discord answers with an empty history, not with an error.
            if found is not None or _is_private(deed):
                return found
            if not (await self._seen(errand, deed))[1].read_message_history:
                raise ChannelClosed(asked_for(_name(errand, deed), _HISTORY))
        return None

    async def _look_for(self, errand: Errand, deed: Any) -> int | None:
        since = errand.claimed_at - LOOK_BACK
        place = await self._place(errand, deed)
        async for message in place.history(limit=None, after=since, oldest_first=True):
            if message.author == self.client.user and _shows(message, errand):
                return message.id
        return None

    async def _place(self, errand: Errand, deed: Any) -> discord.abc.Messageable:
        if _is_private(deed):
            return await self.client.create_dm(discord.Object(errand.place))
        return self.client.get_partial_messageable(errand.place)

    async def _seen(self, errand: Errand, deed: Any) -> Seen:
        """Return a channel, or that of a thread, with what the bot may do, by asking Discord."""
        async with call(_name(errand, deed)):
            place = await self.client.fetch_channel(errand.place)
        channel_id = getattr(place, "parent_id", None) or place.id
        return (await look(self.client, channel_id))[channel_id]

    @asynccontextmanager
    async def _told(self, errand: Errand, deed: Any) -> AsyncIterator[None]:
        """Name what is to be mended, where Discord only says that something is."""
        try:
            yield
        except ChannelClosed as error:
            if error.passing or _is_private(deed):
                raise
            try:
                channel, has = await self._seen(errand, deed)
            except OutletError:
                raise error from None
            name, thread = _name(errand, deed), errand.kind != REVIEW  # cards are in a channel
            if not thread and not takes_cards(channel):
                raise ChannelClosed(no_cards(name)) from error
            if lacks := missing(has, forum=thread, threads=thread):
                raise ChannelClosed(asked_for(name, lacks)) from error
            raise


def _shows(message: discord.Message, errand: Errand) -> bool:
    """Whether a message of the bot is this errand's: it says so, in words or in a button's id."""
    if message.nonce is not None and str(message.nonce) == errand.nonce:
        return True
    ids = (getattr(item, "custom_id", None) for row in message.components for item in _items(row))
    return any(errand.reference in (text or "") for text in (message.content, *ids))


def _items(row: discord.Component) -> Iterator[discord.Component]:
    if isinstance(row, discord.ActionRow):
        yield from row.children


def _gone(errand: Errand, deed: Any, error: discord.NotFound) -> Exception:
    """Return what it means that something is not found: there is nobody to talk to any more.

    A card waits for another staff channel.
    """
    if error.code != UNKNOWN_CHANNEL or errand.kind == REVIEW:
        return error
    return PostRefused(f"{_name(errand, deed)}: it was deleted, or the bot cannot see it")


def _is_private(deed: Any) -> bool:
    return isinstance(deed, Personal)


def _name(errand: Errand, deed: Any) -> str:
    return "direct message" if _is_private(deed) else f"<#{errand.place}>"
