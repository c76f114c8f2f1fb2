"""Review cards: what they look like, and what a press on one does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord

from bot.chat.buttons import Handler, button
from bot.chat.looks import embeds
from bot.chat.looks.below_post import article_of
from bot.chat.managing.manage import manages
from bot.chat.reply import Interaction, row, tell
from bot.chat.wording import review_texts as texts
from bot.jobs.reviews import REVIEW, Card, Reviews
from bot.news.review import Stage
from bot.structs import Frozen

_VERSION = 8  # digits that tell the version of an article, behind those of its id


class Reviewing(Frozen):
    """Takes the presses of staff, also on a card of an earlier process."""

    reviews: Reviews
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
        if not await self.reviews.is_staffed(interaction.channel_id or 0):
            await tell(interaction, texts.GONE)
            return
        await interaction.response.defer()
        article_id, seen = article_of(subject[:-_VERSION]), subject[-_VERSION:]
        card, ours = await self.reviews.decide(
            article_id, seen, approved=approved, by=interaction.user.id
        )
        if card is None:
            await tell(interaction, texts.GONE)
            return
        if not ours:
            changed = card.stage is Stage.HELD
            await tell(interaction, texts.CHANGED if changed else texts.TOO_LATE)
        await interaction.edit_original_response(**looks(card, self.colours))


def looks(
    card: Card, colours: Mapping[str, int], reference: str = "", *, brief: bool = False
) -> dict[str, Any]:
    """Return what a card says and what can be pressed below it while it is undecided.

    `brief`: no more of the article than its title. `reference` says which errand the card is.
    """
    article, decided = card.candidate.article, card.decision
    embed = (
        embeds.brief(article, colours)
        if brief
        else embeds.post(article, card.illustration, colours)
    )
    by = f"<@{decided.by}>" if decided else ""
    when = discord.utils.format_dt(decided.at, "R") if decided else ""
    embed.insert_field_at(0, name=texts.HELD, value=texts.stage(card.stage, by, when), inline=False)
    items = embeds.link_button(article, texts.OPEN)
    if card.stage is Stage.HELD:
        subject = f"{card.candidate.id:x}{card.version}"
        items = (
            _button("approve", subject, texts.APPROVE, discord.ButtonStyle.success, reference),
            _button("reject", subject, texts.REJECT, discord.ButtonStyle.danger, reference),
            *items,
        )
    return {"embed": embed, "view": row(*items)}


def _button(
    action: str, subject: str, label: str, style: discord.ButtonStyle, reference: str
) -> discord.ui.Item[Any]:
    return button(action, subject, label=label, style=style, kind=REVIEW, reference=reference)
