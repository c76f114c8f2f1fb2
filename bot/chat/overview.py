"""What managers see of the subscriptions there are, without changing any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.chat import digests, embeds
from bot.chat import subscription_texts as texts
from bot.chat import texts as common
from bot.chat.buttons import Handler, button, row
from bot.chat.card import card, listed, moment, state_of
from bot.chat.manage import manages
from bot.chat.office import Office, mark
from bot.chat.reply import Interaction
from bot.jobs import planning
from bot.jobs.digests import Edition, page_of
from bot.jobs.roster import Entry
from bot.news.images import illustration
from bot.news.plan import Candidate
from bot.news.rank import rank
from bot.news.subscription import Subscription
from bot.store import articles

_LOOK = "look"
_SAMPLES = 20  # articles of a digest that is shown as a sample


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
        wrong = await self.office.problems(
            interaction.client, *(entry.subscription for entry in entries)
        )
        runs = [
            (await self.office.runs(entry.subscription))[0] if entry.runs else None
            for entry in entries
        ]
        embed = listed(list(zip(entries, runs, wrong, strict=True)))
        await self._answer(interaction, embed, again="" if any(wrong) else None)

    async def show(self, interaction: Interaction, entry: Entry) -> None:
        """Show one in full."""
        subscription = entry.subscription
        (problem,) = await self.office.problems(interaction.client, subscription)
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
        """Show the newest article that fits as it would be posted, or a digest of the newest."""
        office = self.office
        found = await planning.samples(office.database, entry.subscription, office.now)
        if not found:
            await interaction.edit_original_response(content=texts.NO_SAMPLE)
            return
        if entry.subscription.post == "digest":
            await self._sample_digest(interaction, entry.subscription, found[-_SAMPLES:])
            return
        shown = found[-1].article
        shared = await articles.shared_pictures(office.database, shown)
        await interaction.edit_original_response(
            content=texts.sample(f"<#{entry.subscription.channel_id}>"),
            embed=embeds.post(shown, illustration(shown.pictures, shared), office.colours),
            view=row(*embeds.link_button(shown)),
        )

    async def _sample_digest(
        self,
        interaction: Interaction,
        subscription: Subscription,
        found: Sequence[Candidate],
    ) -> None:
        office = self.office
        since = found[0].article.published_at
        made = Edition(since, office.now, rank(found, since, office.now))
        page = await page_of(office.database, made, subscription.topics)
        guild = interaction.guild
        channels = guild.channels if guild else ()
        jump = digests.jumps(interaction.guild_id or 0, (channel.id for channel in channels))
        shown = digests.message(page, digests.Look(office.colours, jump))
        scores = " · ".join(f"{story.score:.0f}" for story in made.stories)
        told = texts.sample_digest(f"<#{subscription.channel_id}>", scores)
        content = f"{told}\n{shown['content']}"
        await interaction.edit_original_response(content=content, embeds=shown["embeds"])

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
