"""Buttons that still work after a restart: all that they know is in their id."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, cast

import discord

Interaction = discord.Interaction[discord.Client]
Handler = Callable[[Interaction, str], Awaitable[None]]


class Answering(Protocol):
    """A client that knows what its buttons do."""

    async def pressed(self, interaction: Interaction, action: str, subject: str) -> None:
        """Do what a button says."""


class Button(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"broadsheet:(?P<action>[a-z]{1,20}):(?P<subject>[0-9a-f]{0,64})$",
):
    """A button by its action and whom it is about; its client does the rest."""

    def __init__(
        self,
        action: str,
        subject: str = "",
        *,
        label: str = "",
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    ) -> None:
        super().__init__(
            discord.ui.Button(
                custom_id=f"broadsheet:{action}:{subject}", label=label or action, style=style
            )
        )
        self._action = action
        self._subject = subject

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Button:
        """Return the button that was pressed, as far as it matters now."""
        return cls(match["action"], match["subject"])

    async def callback(self, interaction: Interaction) -> None:
        """Let the client do it."""
        client = cast(Answering, interaction.client)
        await client.pressed(interaction, self._action, self._subject)


def row(*buttons: Button) -> discord.ui.View:
    """Return a view of these buttons that never ends."""
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    return view
