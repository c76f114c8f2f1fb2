"""Errands carried out in Discord: messages that are no posts, each under its own nonce."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import discord

from bot.chat import reviewing, telling
from bot.chat.looking import LOOK_BACK
from bot.chat.preflight import asked_for, look, missing
from bot.chat.traffic import call
from bot.chat.trouble import UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, asking
from bot.errors import ChannelClosed, OutletError, PostRefused
from bot.jobs.reviews import REVIEW, Card
from bot.news.errand import Errand

log = logging.getLogger(__name__)

_HISTORY = "Read Message History"


@dataclass(frozen=True, slots=True)
class DiscordCourier:
    """Sends through a client that is logged in; needs no gateway to send."""

    client: discord.Client
    colours: Mapping[str, int]

    async def carry_out(self, errand: Errand, deed: Any, within: timedelta) -> int | None:
        """Write the message of an errand; with less in it, if Discord refuses a part of that."""
        if not isinstance(deed, Card):
            return await self._send(errand, telling.message(errand, deed), within)
        try:
            shown = reviewing.looks(deed, self.colours, errand.reference)
            return await self._send(errand, shown, within)
        except PostRefused as error:
            if error.part is None:
                raise
            log.warning("sent with less errand=%s reason=%s", errand.kind, error)
        shown = reviewing.looks(deed, self.colours, errand.reference, brief=True)
        return await self._send(errand, shown, within)

    async def _send(
        self, errand: Errand, shown: Mapping[str, Any], within: timedelta
    ) -> int | None:
        async with self._told(errand), call(_name(errand), within=within):
            try:
                message = await self._place(errand).send(nonce=errand.nonce, **shown)
            except discord.NotFound as error:
                if error.code == UNKNOWN_MESSAGE:  # the nonce is known, its message deleted
                    return None
                raise _gone(errand, error) from error
        return message.id

    async def find(self, errand: Errand, deed: Any) -> int | None:
        """Look through what the bot wrote in its place since it was claimed."""
        found = None
        with asking():
            async with call(_name(errand)):
                try:
                    found = await self._look_for(errand)
                except discord.NotFound as error:
                    raise _gone(errand, error) from error
            # Without the permission Discord answers with an empty history, not with an error.
            if found is None and not (await self._permissions(errand)).read_message_history:
                raise ChannelClosed(asked_for(_name(errand), _HISTORY))
        return found

    async def _look_for(self, errand: Errand) -> int | None:
        since = errand.claimed_at - LOOK_BACK
        place = self._place(errand)
        async for message in place.history(limit=None, after=since, oldest_first=True):
            if message.author == self.client.user and _shows(message, errand):
                return message.id
        return None

    def _place(self, errand: Errand) -> discord.abc.Messageable:
        return self.client.get_partial_messageable(errand.place)

    async def _permissions(self, errand: Errand) -> discord.Permissions:
        """Return what the bot may do in a channel, or in that of a thread, by asking Discord."""
        async with call(_name(errand)):
            place = await self.client.fetch_channel(errand.place)
        channel_id = getattr(place, "parent_id", None) or place.id
        return (await look(self.client, channel_id))[channel_id][1]

    @asynccontextmanager
    async def _told(self, errand: Errand) -> AsyncIterator[None]:
        """Name the permission that is missing, where Discord only says that one is."""
        try:
            yield
        except ChannelClosed as error:
            if error.passing:
                raise
            try:
                has = await self._permissions(errand)
            except OutletError:
                raise error from None
            thread = errand.kind != REVIEW  # its cards are in a channel
            lacks = missing(has, forum=thread, threads=thread)
            if not lacks:
                raise
            raise ChannelClosed(asked_for(_name(errand), lacks)) from error


def _shows(message: discord.Message, errand: Errand) -> bool:
    """Whether a message of the bot is this errand's: it says so, in words or in a button's id."""
    if message.nonce is not None and str(message.nonce) == errand.nonce:
        return True
    ids = (getattr(item, "custom_id", None) for row in message.components for item in _items(row))
    return any(errand.reference in (text or "") for text in (message.content, *ids))


def _items(row: discord.Component) -> Iterator[discord.Component]:
    if isinstance(row, discord.ActionRow):
        yield from row.children


def _gone(errand: Errand, error: discord.NotFound) -> Exception:
    """Return what it means that something is not found: there is nobody to talk to any more."""
    if error.code != UNKNOWN_CHANNEL:
        return error
    return PostRefused(f"{_name(errand)}: it was deleted, or the bot cannot see it")


def _name(errand: Errand) -> str:
    return f"<#{errand.place}>"
