"""/news: what any member can look up, anywhere."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from discord import app_commands

from bot.chat.asking import choosing
from bot.chat.asking.answers import Answers
from bot.chat.asking.choosing import Choices
from bot.chat.asking.listing import LONGEST, Kind, Listing, fitted
from bot.chat.asking.places import ANYWHERE
from bot.chat.looks.markdown import escaped
from bot.chat.reply import Answer, Interaction, offer, reply
from bot.chat.wording import discussion_texts, texts
from bot.jobs.lookup import LISTED
from bot.news.text import whole
from bot.store import labels
from bot.store.database import Database
from bot.structs import replace

_NAME = 100
_DAYS = 30

Name = app_commands.Range[str, 1, 100]

_AGES = [app_commands.Choice(name=name, value=days) for days, name in texts.AGES.items()]
_SORTS = [app_commands.Choice(name=name, value=key) for key, name in texts.SORTS.items()]


class News(app_commands.Group, name="news", description=texts.NEWS):
    """Answers from the archive, to the asker alone unless shared."""

    def __init__(self, database: Database, answers: Answers, clock: Callable[[], datetime]) -> None:
        super().__init__(**ANYWHERE)
        self._database = database
        self._answers = answers
        self._clock = clock

    async def _topics(self, interaction: Interaction, typed: str) -> Choices:
        return await offer(interaction, choosing.topics(self._database, self._clock(), typed))

    async def _providers(self, interaction: Interaction, typed: str) -> Choices:
        return await offer(interaction, choosing.providers(self._database, self._clock(), typed))

    async def _titles(self, interaction: Interaction, typed: str) -> Choices:
        return await offer(interaction, choosing.titles(self._database, self._clock(), typed))

    @app_commands.command(description=texts.SEARCH)
    @app_commands.describe(
        words=texts.OPTION_WORDS,
        topic=texts.OPTION_TOPIC,
        provider=texts.OPTION_PROVIDER,
        since=texts.OPTION_SINCE,
        sort=texts.OPTION_SORT,
        share=texts.OPTION_SHARE,
    )
    @app_commands.choices(since=_AGES)
    @app_commands.choices(sort=_SORTS)
    @app_commands.autocomplete(topic=_topics, provider=_providers)
    async def search(
        self,
        interaction: Interaction,
        words: app_commands.Range[str, 1, LONGEST],
        topic: Name | None = None,
        provider: Name | None = None,
        since: int = 0,
        sort: str = "relevance",
        share: bool = False,
    ) -> None:
        """Show the articles that have all the words."""
        listing = Listing(Kind.SEARCH, days=since, newest=sort == "newest", words=words)
        asked = self._within(interaction, listing, topic, provider, shared=share)
        await reply(interaction, asked, share=share)

    @app_commands.command(description=texts.LATEST)
    @app_commands.describe(
        topic=texts.OPTION_TOPIC,
        provider=texts.OPTION_PROVIDER,
        count=texts.OPTION_COUNT,
        share=texts.OPTION_SHARE,
    )
    @app_commands.autocomplete(topic=_topics, provider=_providers)
    async def latest(
        self,
        interaction: Interaction,
        topic: Name | None = None,
        provider: Name | None = None,
        count: app_commands.Range[int, 1, LISTED] = 0,
        share: bool = False,
    ) -> None:
        """Show the newest articles as a list."""
        listing = Listing(Kind.LATEST, number=count)
        asked = self._within(interaction, listing, topic, provider, shared=share)
        await reply(interaction, asked, share=share)

    @app_commands.command(description=discussion_texts.TRENDING)
    @app_commands.describe(
        topic=texts.OPTION_TOPIC, days=texts.OPTION_DAYS, share=texts.OPTION_SHARE
    )
    @app_commands.autocomplete(topic=_topics)
    async def trending(
        self,
        interaction: Interaction,
        topic: Name | None = None,
        days: app_commands.Range[int, 1, _DAYS] = 7,
        share: bool = False,
    ) -> None:
        """Show what trends, in this server if it is asked in one."""
        listing = Listing(Kind.TRENDING, days=days)
        asked = self._within(interaction, listing, topic, None, shared=share)
        await reply(interaction, asked, share=share)

    @app_commands.command(description=texts.ARTICLE)
    @app_commands.describe(title=texts.OPTION_TITLE, share=texts.OPTION_SHARE)
    @app_commands.autocomplete(title=_titles)
    async def article(self, interaction: Interaction, title: Name, share: bool = False) -> None:
        """Show one article as a post would."""

        async def shown(article_id: int) -> Answer:
            return await self._answers.article(article_id, shared=share)

        await reply(interaction, self._of_title(title, shown), share=share)

    @app_commands.command(description=texts.RELATED_TO)
    @app_commands.describe(title=texts.OPTION_TITLE, share=texts.OPTION_SHARE)
    @app_commands.autocomplete(title=_titles)
    async def related(self, interaction: Interaction, title: Name, share: bool = False) -> None:
        """Show what else there is about an article's subject."""

        async def shown(article_id: int) -> Answer:
            listing = Listing(Kind.RELATED, number=article_id)
            return await self._answers.page(interaction, listing, shared=share)

        await reply(interaction, self._of_title(title, shown), share=share)

    @app_commands.command(description=texts.TOPICS)
    @app_commands.describe(share=texts.OPTION_SHARE)
    async def topics(self, interaction: Interaction, share: bool = False) -> None:
        """Show the topics with their counts, and where they are followed."""
        listing = Listing(Kind.TOPICS)
        asked = self._answers.page(interaction, listing, shared=share)
        await reply(interaction, asked, share=share)

    async def _within(
        self,
        interaction: Interaction,
        listing: Listing,
        topic: str | None,
        provider: str | None,
        *,
        shared: bool,
    ) -> Answer:
        """Return a list within what was typed as topic and provider."""
        if topic is not None:
            label = await labels.topic(self._database, self._clock(), topic)
            if label is None:
                return Answer(texts.no_news_of(escaped(whole(topic), _NAME)))
            listing = replace(listing, topic=label.id)
        if provider is not None:
            label = await labels.provider(self._database, self._clock(), provider)
            if label is None:
                return Answer(texts.no_news_from(escaped(whole(provider), _NAME)))
            listing = replace(listing, provider=label.id)
        return await self._answers.page(interaction, fitted(listing), shared=shared)

    async def _of_title(
        self, typed: str, shown: Callable[[int], Coroutine[Any, Any, Answer]]
    ) -> Answer:
        candidate = await choosing.chosen(self._database, self._clock(), typed)
        return Answer(texts.NO_ARTICLE) if candidate is None else await shown(candidate.id)
