"""What managers see of the subscriptions there are, without changing any."""

from __future__ import annotations

from dataclasses import dataclass

import discord

from bot.chat import embeds
from bot.chat import subscription_texts as texts
from bot.chat import texts as common
from bot.chat.buttons import Handler, button, row
from bot.chat.card import card, listed, moment, state_of
from bot.chat.manage import manages
from bot.chat.office import Office, mark, problems
from bot.chat.reply import Interaction
from bot.jobs import planning
from bot.jobs.roster import Entry
from bot.news.images import illustration
from bot.store import articles

_LOOK = "look"


@dataclass(frozen=True, slots=True)
class Overview:
    """Shows subscriptions, and what is to be mended in their channels, as often as asked."""

    office: Office

    @property
    def buttons(self) -> dict[str, Handler]:
        """What the buttons under them do, by action."""
        return {_LOOK: self._look}

    async def show_all(self, interaction: Interaction) -> None:
        """Show all of this server."""
        entries = self.office.entries(interaction)
        if not entries:
            await self._answer(interaction, discord.Embed(description=texts.NONE))
            return
        wrong = await problems(interaction.client, *(entry.subscription for entry in entries))
        runs = [
            (await self.office.runs(entry.subscription))[0] if entry.runs else None
            for entry in entries
        ]
        embed = listed(list(zip(entries, runs, wrong, strict=True)))
        await self._answer(interaction, embed, again="" if any(wrong) else None)

    async def show(self, interaction: Interaction, entry: Entry) -> None:
        """Show one in full."""
        subscription = entry.subscription
        (problem,) = await problems(interaction.client, subscription)
        origin = texts.FROM_FILE
        if entry.made is not None:
            origin = texts.made_by(entry.made.made_by, moment(entry.made.made_at))
        embed = card(
            "{name}",
            subscription,
            await self.office.runs(subscription) if entry.runs else (),
            state="\n".join(filter(None, (state_of(entry), origin))),
            problem=problem,
        )
        await self._answer(interaction, embed, again=mark(subscription) if problem else None)

    async def sample(self, interaction: Interaction, entry: Entry) -> None:
        """Show the newest article that fits as it would be posted."""
        office = self.office
        shown = await planning.sample(office.database, entry.subscription, office.now)
        if shown is None:
            await interaction.edit_original_response(content=texts.NO_SAMPLE)
            return
        shared = await articles.shared_pictures(office.database, shown)
        await interaction.edit_original_response(
            content=texts.sample(f"<#{entry.subscription.channel_id}>"),
            embed=embeds.post(shown, illustration(shown.pictures, shared), office.colours),
            view=embeds.buttons(shown),
        )

    async def _look(self, interaction: Interaction, subject: str) -> None:
        """Look again at what was to be mended: at one subscription, or at all."""
        if not manages(interaction):
            await interaction.response.send_message(common.STAFF_ONLY, ephemeral=True)
            return
        await interaction.response.defer()
        if not subject:
            await self.show_all(interaction)
        elif (entry := self.office.find(interaction, subject)) is not None:
            await self.show(interaction, entry)
        else:
            await self._answer(interaction, discord.Embed(description=texts.NO_SUCH))

    async def _answer(
        self, interaction: Interaction, embed: discord.Embed, *, again: str | None = None
    ) -> None:
        view = row(button(_LOOK, again, label=texts.CHECK)) if again is not None else None
        await interaction.edit_original_response(embed=embed, view=view)
