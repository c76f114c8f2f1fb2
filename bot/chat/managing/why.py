"""/news why: what became of an article in a server, told to those who manage it."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import app_commands

from bot.chat import limits
from bot.chat.asking.choosing import Choices, chosen, titles
from bot.chat.looks.card import called, moment, packed, state_of
from bot.chat.looks.embeds import BLUE
from bot.chat.looks.markdown import escaped
from bot.chat.managing.manage import link_to, manages
from bot.chat.managing.office import Office
from bot.chat.reply import Interaction, offer
from bot.chat.wording import review_texts, subscription_texts
from bot.chat.wording import texts as common
from bot.chat.wording import why_texts as texts
from bot.jobs.planning import explain_one
from bot.jobs.roster import Entry
from bot.news.plan import Candidate, Hold, Verdict, hidden_by
from bot.news.post import BY_HAND, Fate, Post
from bot.store import outbox, reviews
from bot.structs import Frozen

_DESCRIPTION = 4000
_FILE = 120
_REASON = 200
_FOR_NOW = (None, Hold.LIMIT, Hold.QUIET, Hold.BUDGET)  # what is no matter of the article


def why(office: Office) -> app_commands.Command[app_commands.Group, ..., None]:
    """Return the command, for the group of lookups to offer."""

    @app_commands.command(description=texts.WHY)
    @app_commands.describe(article=texts.ARTICLE)
    async def why(interaction: Interaction, article: app_commands.Range[str, 1, 100]) -> None:
        """Show every stage of an article, for this server alone."""
        if not manages(interaction):
            await interaction.response.send_message(common.STAFF_ONLY, ephemeral=True)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        followed = office.subscriptions(interaction)
        candidate = await chosen(office.database, office.now, article, followed)
        if candidate is None:
            await interaction.edit_original_response(content=common.NO_ARTICLE)
            return
        embed = await _Stages(office, interaction, candidate).embed()
        await interaction.edit_original_response(embed=embed)

    @why.autocomplete("article")
    async def _titles(interaction: Interaction, typed: str) -> Choices:
        if not manages(interaction):
            return []
        followed = office.subscriptions(interaction)
        return await offer(interaction, titles(office.database, office.now, typed, followed))

    return why


class _Stages(Frozen):
    """What an article went through in one server."""

    office: Office
    interaction: Interaction
    candidate: Candidate

    async def embed(self) -> discord.Embed:
        """Return all stages in their order."""
        office, candidate = self.office, self.candidate
        posts = {p.channel_id: p for p in await outbox.of_article(office.database, candidate.id)}
        entries = office.entries(self.interaction)
        lines = [*self._archived(), *await self._decided(), ""]
        lines += [await self._line(entry, posts) for entry in entries] or [texts.NOWHERE]
        asked = {entry.subscription.channel_id for entry in entries}
        lines += self._elsewhere([post for post in posts.values() if post.channel_id not in asked])
        return discord.Embed(
            title=escaped(candidate.article.title, limits.TITLE),
            url=candidate.article.url,
            description=packed(lines, _DESCRIPTION),
            colour=BLUE,
        )

    def _archived(self) -> list[str]:
        article = self.candidate.article
        quality = texts.UNKNOWN if article.quality is None else str(article.quality)
        hidden = hidden_by(self.candidate, self.office.now)
        return [
            texts.archived(escaped(article.slug, _FILE), moment(article.published_at)),
            texts.carries(escaped(", ".join(article.topics), _REASON), quality, article.language),
            texts.LISTED if hidden is None else texts.unlisted(hidden.value),
        ]

    async def _decided(self) -> list[str]:
        """Return what staff decided about it while it was held, if anyone did."""
        decided = await reviews.decision(self.office.database, self.candidate.id)
        if decided is None:
            return []
        # By whom is for that staff to know: the manager who asks may be of another server.
        return [review_texts.decided(moment(decided.at), approved=decided.approved)]

    async def _line(self, entry: Entry, posts: dict[int, Post]) -> str:
        """Return what one subscription made of it."""
        subscription = entry.subscription
        place = f"{'' if entry.made else subscription_texts.LOCK + ' '}**{called(subscription)}**"
        return f"{place} <#{subscription.channel_id}>\n{await self._outcome(entry, posts)}"

    async def _outcome(self, entry: Entry, posts: dict[int, Post]) -> str:
        office, subscription = self.office, entry.subscription
        post = posts.get(subscription.channel_id)
        if post is not None and post.fate is Fate.POSTED:
            return self._posted(post, subscription.key)
        if entry.broken:
            return state_of(entry)
        verdict = await explain_one(
            office.database,
            subscription,
            self.candidate.id,
            office.now,
            self.interaction.guild_id,
        )
        assert verdict is not None  # articles are never deleted
        if not entry.runs and verdict.hold in _FOR_NOW:
            return state_of(entry) if entry.vanished else texts.DUE_BUT_PAUSED
        if verdict.hold is not None:
            return texts.held(escaped(verdict.why, _REASON), underway=_is_underway(verdict))
        return texts.due(moment((await office.runs(subscription))[0]))

    def _posted(self, post: Post, key: str = "") -> str:
        """Return when and where it was posted, and by which other subscription if by another."""
        by = "" if post.subscription == key else self._maker(post.subscription)
        link = link_to(self.interaction, post)
        if post.message_id is None:
            return texts.posted(moment(post.claimed_at), link, by, deleted=True)
        return texts.posted(moment(discord.utils.snowflake_time(post.message_id)), link, by)

    def _maker(self, key: str) -> str:
        """Return what made a post, if that is of this server."""
        if key == BY_HAND:
            return texts.BY_HAND
        entries = self.office.entries(self.interaction)
        return next((called(e.subscription) for e in entries if e.subscription.key == key), "")

    def _elsewhere(self, posts: Sequence[Post]) -> list[str]:
        """Return the posts in channels of this server that no subscription follows."""
        guild = self.interaction.guild
        return [
            f"<#{post.channel_id}>\n{self._posted(post)}"
            for post in posts
            if guild is not None
            and guild.get_channel(post.channel_id) is not None
            and post.fate is Fate.POSTED
        ]


def _is_underway(verdict: Verdict) -> bool:
    return verdict.hold in (Hold.UNDERWAY, Hold.PARKED)
