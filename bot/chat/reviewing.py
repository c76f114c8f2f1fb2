"""Review cards: what they look like, and what a press on one does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import discord

from bot.chat import embeds
from bot.chat import review_texts as texts
from bot.chat.buttons import Handler, button, row
from bot.chat.manage import manages
from bot.chat.reply import Interaction, tell
from bot.jobs.reviews import REVIEW, Card, Reviews
from bot.news.images import Illustration
from bot.news.review import Stage

_FIELD = 1024


@dataclass(frozen=True, slots=True)
class Reviewing:
    """Takes the presses of staff, also on a card of an earlier process; without reviews, none."""

    reviews: Reviews | None
    colours: Mapping[str, int]

    @property
    def buttons(self) -> dict[str, Handler]:
        """What the buttons below a card do, by action."""
        return {"approve": self._approve, "reject": self._reject}

    async def _approve(self, interaction: Interaction, subject: str) -> None:
        await self._decide(interaction, subject, approved=True)

    async def _reject(self, interaction: Interaction, subject: str) -> None:
        await self._decide(interaction, subject, approved=False)

    async def _decide(self, interaction: Interaction, subject: str, *, approved: bool) -> None:
        """Record a decision, then show on the card what holds: that may be another's."""
        if not manages(interaction):
            await tell(interaction, texts.STAFF_ONLY)
            return
        if self.reviews is None:
            await tell(interaction, texts.NO_REVIEW)
            return
        await interaction.response.defer()
        article_id = embeds.article_of(subject)
        card, ours = await self.reviews.decide(article_id, approved=approved, by=interaction.user.id)
        if card is None:
            await tell(interaction, texts.GONE)
            return
        await interaction.edit_original_response(**looks(card, self.colours, edit=True))
        if not ours:
            await tell(interaction, texts.TOO_LATE)


def looks(
    card: Card, colours: Mapping[str, int], reference: str = "", *, edit: bool = False
) -> dict[str, Any]:
    """Return what a card says and what can be pressed below it while it is undecided."""
    article, decided = card.candidate.article, card.decision
    embed = embeds.post(article, card.illustration, colours)
    by = f"<@{decided.by}>" if decided else ""
    when = discord.utils.format_dt(decided.at, "R") if decided else ""
    embed.insert_field_at(0, name=texts.HELD, value=texts.stage(card.stage, by, when), inline=False)
    items = embeds.link_button(article, texts.OPEN)
    if card.stage is Stage.HELD:
        subject = f"{card.candidate.id:x}"
        items = (
            _button("approve", subject, texts.APPROVE, discord.ButtonStyle.success, reference),
            _button("reject", subject, texts.REJECT, discord.ButtonStyle.danger, reference),
            *items,
        )
    view = row(*items) if items else None
    return {"embed": embed, "view": view} if view or edit else {"embed": embed}


def plainer(card: Card) -> Card:
    """Return a card without pictures, for when Discord refuses one."""
    return Card(card.candidate, Illustration(), card.stage, card.decision)


def _button(
    action: str, subject: str, label: str, style: discord.ButtonStyle, reference: str
) -> discord.ui.Item[Any]:
    return button(action, subject, label=label, style=style, kind=REVIEW, reference=reference)
