"""/news: what any member can look up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import discord
from discord import app_commands

from bot.chat import embeds, texts
from bot.chat.markdown import escaped
from bot.news.images import illustration
from bot.news.plan import Candidate
from bot.news.text import cut, units
from bot.store import articles, labels
from bot.store.database import Database

_CHOICE = 100  # characters of a choice's name and value
_CHOICES = 25

Interaction = discord.Interaction[discord.Client]


class News(app_commands.Group, name="news", description=texts.NEWS):
    """Answers from the archive, to the asker alone unless shared."""

    def __init__(
        self, database: Database, colours: Mapping[str, int], clock: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._database = database
        self._colours = colours
        self._clock = clock

    @app_commands.command(description=texts.LATEST)
    @app_commands.describe(
        topic=texts.OPTION_TOPIC, count=texts.OPTION_COUNT, share=texts.OPTION_SHARE
    )
    async def latest(
        self,
        interaction: Interaction,
        topic: app_commands.Range[str, 1, 100] | None = None,
        count: app_commands.Range[int, 1, 10] = 5,
        share: bool = False,
    ) -> None:
        """Show the newest articles as a list."""
        found = await articles.latest(self._database, self._clock(), topic=topic, count=count)
        if not found:
            await _say(
                interaction, texts.no_news_of(escaped(topic, 100)) if topic else texts.NO_NEWS
            )
            return
        listed = [
            embeds.compact(
                candidate.article,
                await articles.shared_pictures(self._database, candidate.article),
                self._colours,
            )
            for candidate in found
        ]
        await _answer(interaction, listed, share=share)

    @app_commands.command(description=texts.ARTICLE)
    @app_commands.describe(title=texts.OPTION_TITLE, share=texts.OPTION_SHARE)
    async def article(
        self, interaction: Interaction, title: app_commands.Range[str, 1, 100], share: bool = False
    ) -> None:
        """Show one article as a post would."""
        candidate = await chosen(self._database, self._clock(), title)
        if candidate is None:
            await _say(interaction, texts.NO_ARTICLE)
            return
        shown = candidate.article
        shared = await articles.shared_pictures(self._database, shown)
        embed = embeds.post(shown, illustration(shown.pictures, shared), self._colours)
        await _answer(interaction, [embed], share=share, view=embeds.buttons(shown))

    @app_commands.command(description=texts.TOPICS)
    @app_commands.describe(share=texts.OPTION_SHARE)
    async def topics(self, interaction: Interaction, share: bool = False) -> None:
        """Show the topics with their counts."""
        found = await labels.topic_counts(self._database, self._clock())
        if not found:
            await _say(interaction, texts.NO_TOPICS)
            return
        await _answer(interaction, [embeds.topics(found)], share=share)

    @latest.autocomplete("topic")
    async def _topics(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = await labels.topics_like(self._database, self._clock(), typed, _CHOICES)
        return [app_commands.Choice(name=n, value=n) for n in found if units(n) <= _CHOICE]

    @article.autocomplete("title")
    async def _titles(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return title_choices(await articles.titles(self._database, self._clock(), typed, _CHOICES))


def title_choices(found: Sequence[articles.Title]) -> list[app_commands.Choice[str]]:
    """Return titles to choose from; the value is the article's id."""
    return [app_commands.Choice(name=cut(t.title, _CHOICE), value=str(t.id)) for t in found]


async def chosen(
    database: Database, now: datetime, typed: str, *, staff: bool = False
) -> Candidate | None:
    """Return the article that was chosen from the list, or else best fits what was typed."""
    article_id = articles.article_id(typed)
    candidate = await articles.article(database, article_id) if article_id is not None else None
    # A title may be a number too. Without a word in it, what was typed would fit every title.
    if candidate is None and any(character.isalnum() for character in typed):
        found = await articles.titles(database, now, typed, 1, staff=staff)
        candidate = await articles.article(database, found[0].id) if found else None
    if candidate is None or staff:
        return candidate
    return candidate if candidate.listed and candidate.article.published_at <= now else None


async def _say(interaction: Interaction, text: str) -> None:
    await interaction.response.send_message(text, ephemeral=True)


async def _answer(
    interaction: Interaction,
    listed: list[discord.Embed],
    *,
    share: bool,
    view: discord.ui.View | None = None,
) -> None:
    """Answer the asker, or everyone where the asker may write and wants to share."""
    may_share = _may_write(interaction)
    await interaction.response.send_message(
        texts.CANNOT_SHARE if share and not may_share else None,
        embeds=listed,
        view=view or discord.utils.MISSING,
        ephemeral=not (share and may_share),
    )


def _may_write(interaction: Interaction) -> bool:
    """Whether the asker may write where the answer would appear."""
    if isinstance(interaction.channel, discord.Thread):
        return interaction.permissions.send_messages_in_threads
    return interaction.guild is None or interaction.permissions.send_messages
