"""Buttons that still work after a restart: all that they know is in their id."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import discord

from bot.chat.reply import Interaction, apologising, tell
from bot.chat.wording import texts

Handler = Callable[[Interaction, str], Awaitable[None]]

_MANAGERS = "subscription"
_TEMPLATE = r":(?P<action>[a-z]+):(?P<subject>(?:-?[0-9a-f]+)?)(?::[a-z2-7]*)?"


def button(
    action: str,
    subject: str = "",
    *,
    label: str,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    kind: str = _MANAGERS,
    reference: str = "",
) -> discord.ui.Item[Any]:
    """Return a button by its action and whom it is about, in hexadecimal digits.

    `kind` is who handles it. With a `reference` it also says which errand its message is of.
    """
    custom_id = f"{kind}:{action}:{subject}{':' if reference else ''}{reference}"
    return discord.ui.Button(custom_id=custom_id, label=label, style=style)


def handled(
    handlers: Mapping[str, Handler], kind: str = _MANAGERS
) -> type[discord.ui.DynamicItem[discord.ui.Item[Any]]]:
    """Return what takes every press of a kind, also of an earlier process, by its action."""
    template = re.compile(f"{kind}{_TEMPLATE}")

    class Handled(discord.ui.DynamicItem[discord.ui.Item[Any]], template=template):
        """A button or select; its custom_id says what is wanted."""

        def __init__(self, item: discord.ui.Item[Any], action: str, subject: str) -> None:
            super().__init__(item)
            self._action = action
            self._subject = subject

        @classmethod
        async def from_custom_id(
            cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
        ) -> Handled:
            return cls(item, match["action"], match["subject"])

        async def callback(self, interaction: Interaction) -> None:
            async with apologising(interaction):
                if handler := handlers.get(self._action):
                    await handler(interaction, self._subject)
                else:
                    await tell(interaction, texts.STALE_BUTTON)

    return Handled
