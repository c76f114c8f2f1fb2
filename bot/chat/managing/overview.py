"""What managers see of the subscriptions there are, without changing any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord

from bot.chat.buttons import Handler, button
from bot.chat.looks import digests, embeds
from bot.chat.looks.card import card, listed, moment, state_of
from bot.chat.managing.manage import manages
from bot.chat.managing.office import Office, mark
from bot.chat.reply import Interaction, row
from bot.chat.wording import subscription_texts as texts
from bot.chat.wording import texts as common
from bot.jobs import rehearsing
from bot.jobs.digests import Edition, page_of
from bot.jobs.roster import Entry
from bot.news.images import illustration
from bot.news.plan import Candidate
from bot.news.rank import most_discussed, rank
from bot.news.subscription import Subscription
from bot.store import activity, articles
from bot.structs import Frozen

_LIST, _LOOK = "list", "look"
_PAGE = 10  # subscriptions of a list; so many fit into a message whatever they are called
_SAMPLES = 20  # articles of a digest that is shown as a sample


class Overview(Frozen):
    """Shows subscriptions, and what is to be mended in their channels, as often as asked."""

    office: Office

    @property
    def buttons(self) -> dict[str, Handler]:
        """What the buttons under them do, by action."""
        return {_LIST: self._turn, _LOOK: self._look}

    async def show_all(self, interaction: Interaction, page: int = 0) -> None:
        """Show a page of all of this server, counted from 0; one past the end is the last."""
        entries = self.office.entries(interaction)
        if not entries:
            await self._answer(interaction, discord.Embed(description=texts.NONE))
            return
        pages = (len(entries) + _PAGE - 1) // _PAGE
        page = min(page, pages - 1)
        shown = entries[page * _PAGE : (page + 1) * _PAGE]
        subscriptions = [entry.subscription for entry in shown]
        wrong = await self.office.problems(interaction.client, *subscriptions)
        runs = [
            (await self.office.runs(entry.subscription))[0] if entry.runs else None
            for entry in shown
        ]
        told = texts.page(page + 1, pages, len(entries))
        embed = listed(list(zip(shown, runs, wrong, strict=True)), told)
        again = [button(_LIST, f"{page:x}", label=texts.CHECK)] if any(wrong) else []
        await self._answer(interaction, embed, *_turning(page, pages), *again)

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
        again = [button(_LOOK, mark(subscription), label=texts.CHECK)] if problem else []
        await self._answer(interaction, embed, *again)

    async def sample(self, interaction: Interaction, entry: Entry) -> None:
        """Show the newest article that fits as it would be posted, or a digest of the newest."""
        office = self.office
        found = await rehearsing.samples(office.database, entry.subscription, office.now)
        if not found:
            await interaction.edit_original_response(content=texts.NO_SAMPLE)
            return
        if entry.subscription.post == "digest":
            await self._sample_digest(interaction, entry.subscription, found)
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
        office, now = self.office, self.office.now
        discussed = subscription.sort == "discussed"
        server = interaction.guild_id or 0
        done = await activity.of(office.database, server, (each.id for each in found))
        told = [each for each in found if each.id in done] if discussed else found
        if not told:
            await interaction.edit_original_response(content=texts.NO_DISCUSSED_SAMPLE)
            return
        told = told[-_SAMPLES:]
        since = told[0].article.published_at
        stories = most_discussed(told, done) if discussed else rank(told, since, now, done)
        made = Edition(since, now, stories, discussed)
        page = await page_of(office.database, made, subscription.topics)
        guild = interaction.guild
        channels = guild.channels if guild else ()
        jump = digests.jumps(server, (channel.id for channel in channels))
        shown = digests.message(page, digests.Look(office.colours, jump))
        scores = " · ".join(f"{story.score:.0f}" for story in made.stories)
        head = texts.sample_digest(f"<#{subscription.channel_id}>", scores)
        content = f"{head}\n{shown['content']}"
        await interaction.edit_original_response(content=content, embeds=shown["embeds"])

    async def _turn(self, interaction: Interaction, subject: str) -> None:
        """Show a page of the list, or look again at what is to be mended on it."""
        if await self._may_look(interaction):
            await self.show_all(interaction, int(subject or "0", 16))

    async def _look(self, interaction: Interaction, subject: str) -> None:
        """Look again at what was to be mended of a subscription; of none: of all."""
        if not await self._may_look(interaction):
            return
        if not subject:  # below lists of earlier versions
            await self.show_all(interaction)
        elif (entry := self.office.find(interaction, subject)) is not None:
            await self.show(interaction, entry)
        else:
            await self._answer(interaction, discord.Embed(description=texts.NO_SUCH))

    async def _may_look(self, interaction: Interaction) -> bool:
        """Whether who pressed may still manage the server, having told those who may not."""
        if not manages(interaction):
            await interaction.response.send_message(common.STAFF_ONLY, ephemeral=True)
            return False
        await interaction.response.defer()
        return True

    async def _answer(
        self, interaction: Interaction, embed: discord.Embed, *buttons: discord.ui.Item[Any]
    ) -> None:
        view = row(*buttons) if buttons else None
        await interaction.edit_original_response(embed=embed, view=view)


def _turning(page: int, pages: int) -> tuple[discord.ui.Item[Any], ...]:
    """Return the buttons to the pages before and after, where there are such."""
    before = [button(_LIST, f"{page - 1:x}", label=common.PREVIOUS)] if page else []
    after = [button(_LIST, f"{page + 1:x}", label=common.NEXT)] if page + 1 < pages else []
    return (*before, *after)
