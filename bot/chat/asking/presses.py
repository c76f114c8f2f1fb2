"""What happens when something below an answer is pressed, whenever that is."""

from __future__ import annotations

import re
from collections.abc import Coroutine
from typing import Any

import discord

from bot.chat.asking.answers import Answers
from bot.chat.asking.controls import TEMPLATE, Action
from bot.chat.asking.listing import Kind, Listing, number, read
from bot.chat.reply import Interaction, apologising, exchange, reply, tell
from bot.chat.wording import texts


def pressed(answers: Answers) -> type[discord.ui.DynamicItem[discord.ui.Item[Any]]]:
    """Return what takes every press below an answer, also below one of an earlier process."""

    class Pressed(discord.ui.DynamicItem[discord.ui.Item[Any]], template=TEMPLATE):
        """A button or select; its custom_id says what is wanted."""

        def __init__(self, item: discord.ui.Item[Any], action: str, state: str) -> None:
            super().__init__(item)
            self._action = action
            self._state = state

        @classmethod
        async def from_custom_id(
            cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
        ) -> Pressed:
            return cls(item, match["action"], match["state"])

        async def callback(self, interaction: Interaction) -> None:
            async with apologising(interaction):
                await _answer(interaction, answers, self._action, self._state)

    return Pressed


async def _answer(interaction: Interaction, answers: Answers, action: str, state: str) -> None:
    if action == Action.SHARE_ARTICLE and (article_id := number(state)) is not None:
        await reply(interaction, answers.article(article_id, shared=True), share=True)
        return
    listing = read(state)
    if listing is not None and action == Action.SHARE_LIST:
        await reply(interaction, answers.page(interaction, listing, shared=True), share=True)
        return
    work = _private(interaction, answers, action, listing) if listing is not None else None
    if work is None:
        await tell(interaction, texts.STALE)
    else:
        await exchange(interaction, work)


def _private(
    interaction: Interaction, answers: Answers, action: str, listing: Listing
) -> Coroutine[Any, Any, Any] | None:
    """Return what answers the presser alone, or None if there is no such control any more."""
    if action == Action.LIST:
        return answers.page(interaction, listing)
    chosen = _chosen(interaction)
    if chosen is not None and action == Action.ARTICLE:
        return answers.article(chosen, back=listing)
    if chosen is not None and action == Action.TOPIC:
        return answers.page(interaction, Listing(Kind.LATEST, topic=chosen))
    return None


def _chosen(interaction: Interaction) -> int | None:
    """Return the id that was chosen in a select."""
    data: dict[str, Any] = dict(interaction.data or {})
    values = data.get("values") or [""]
    return number(values[0])
