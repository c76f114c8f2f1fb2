"""What the bot answers: a page of a list, an article in full, the topics."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import discord

from bot.chat.asking import controls
from bot.chat.asking.following import following
from bot.chat.asking.listing import PAGE, Kind, Listing, pages
from bot.chat.looks import embeds
from bot.chat.looks.markdown import escaped
from bot.chat.reply import Answer, Interaction
from bot.chat.wording import discussion_texts, texts
from bot.jobs import lookup
from bot.jobs.lookup import Found
from bot.news.article import topic_key
from bot.news.images import illustration
from bot.news.plan import Candidate
from bot.news.query import Scope
from bot.news.subscription import Subscription
from bot.news.words import WORD
from bot.store import activity, articles, labels
from bot.store.database import Database
from bot.structs import replace

_TOPICS = 15  # of a page
_NAME = 80
_ASKED = 150
_LONG = 200


class Answers:
    """Answers out of the archive, of what members may see at the moment.

    `subscriptions` returns those of the moment, of all servers.
    """

    def __init__(
        self,
        database: Database,
        colours: Mapping[str, int],
        clock: Callable[[], datetime],
        subscriptions: Callable[[], Sequence[Subscription]],
    ) -> None:
        self._database = database
        self._colours = colours
        self._clock = clock
        self._subscriptions = subscriptions

    async def page(
        self, interaction: Interaction, listing: Listing, *, shared: bool = False
    ) -> Answer:
        """Return a page of a list, the last one if the list has become shorter."""
        if listing.kind is Kind.TOPICS:
            return await self._topics(interaction, listing, shared=shared)
        now = self._clock()
        subject = await self._subject(listing, now)
        if listing.kind is Kind.RELATED and subject is None:
            return Answer(texts.GONE)
        here = interaction.guild_id or 0
        found = _limited(await self._found(listing, subject, here, now), listing)
        if not found.ids and not (subject and subject.article.related):
            return await self._nothing(listing, found)
        total = len(found.ids)
        listing = listing.turned(min(listing.page, pages(total) - 1))
        start = listing.page * PAGE
        shown = await articles.several(self._database, found.ids[start : start + PAGE], now)
        notes = await self._notes(listing, shown, here)
        last = pages(total)
        footer = texts.page(listing.page + 1, last, total, more=found.more) if total else ""
        heading = await self._heading(listing, subject, footer)
        return Answer(
            embeds=(
                heading,
                *[await self._compact(each, notes.get(each.id, "")) for each in shown],
            ),
            items=controls.below_list(listing, shown, last, footer, shared=shared),
        )

    async def article(
        self, article_id: int, *, back: Listing | None = None, shared: bool = False
    ) -> Answer:
        """Return an article as a post would show it; `back` is the list it was chosen from."""
        found = await articles.several(self._database, [article_id], self._clock())
        if not found:
            return Answer(texts.GONE)
        article = found[0].article
        pictures = await articles.shared_pictures(self._database, article)
        embed = embeds.post(article, illustration(article.pictures, pictures), self._colours)
        related = Listing(Kind.RELATED, number=article_id)
        beside = () if shared else controls.below_article(article_id, related, back)
        return Answer(embeds=(embed,), items=(*embeds.link_button(article), *beside))

    async def at(self, urls: Sequence[str]) -> int:
        """Return the id of the article at one of these addresses, 0 if there is none."""
        found = await lookup.about(self._database, "", urls, self._clock()) if urls else Found(())
        return found.ids[0] if found.ids else 0

    async def _subject(self, listing: Listing, now: datetime) -> Candidate | None:
        """Return the article that a listing starts from, if members may see it."""
        if listing.kind not in (Kind.RELATED, Kind.ABOUT) or not listing.number:
            return None
        found = await articles.several(self._database, [listing.number], now)
        return found[0] if found else None

    async def _found(
        self, listing: Listing, subject: Candidate | None, here: int, now: datetime
    ) -> Found:
        since = now - timedelta(days=listing.days) if listing.days else None
        scope = Scope(listing.topic, listing.provider, since)
        match listing.kind:
            case Kind.SEARCH:
                words = listing.words
                return await lookup.search(self._database, words, scope, now, newest=listing.newest)
            case Kind.RELATED:
                return await lookup.related(self._database, listing.number, now)
            case Kind.TRENDING:
                length = timedelta(days=listing.days or 1)
                return await lookup.trending(self._database, scope, here, now, length)
            case Kind.ABOUT:
                urls = [subject.article.url] if subject is not None else []
                return await lookup.about(self._database, listing.words, urls, now)
            case _:
                return await lookup.latest(self._database, scope, now)

    async def _heading(
        self, listing: Listing, subject: Candidate | None, footer: str
    ) -> discord.Embed:
        if listing.kind is Kind.RELATED and subject is not None:
            title = texts.RELATED_TITLE.format(title=escaped(subject.article.title, _LONG))
            return embeds.heading(title, footer=footer, subject=subject.article)
        asked = escaped(listing.words, _ASKED)
        if listing.kind is Kind.ABOUT:
            words = texts.ABOUT_WORDS.format(words=asked) if asked else ""
            return embeds.heading(texts.ABOUT_TITLE, scope=words, footer=footer)
        titles = {
            Kind.SEARCH: texts.SEARCH_TITLE.format(words=asked),
            Kind.TRENDING: discussion_texts.TRENDING_TITLE,
        }
        title = titles.get(listing.kind, texts.LATEST_TITLE)
        return embeds.heading(title, scope=await self._scope(listing), footer=footer)

    async def _scope(self, listing: Listing) -> str:
        """Return in words which part of the archive is asked, and in which order."""
        topic, provider = await self._names(listing)
        age = texts.age(listing.days) if listing.days else ""
        order = texts.SORTS["newest"] if listing.newest else ""
        return " · ".join(part for part in (topic, provider, age, order) if part)

    async def _names(self, listing: Listing) -> tuple[str, str]:
        topic = await labels.topic_named(self._database, listing.topic) if listing.topic else ""
        provider = listing.provider and await labels.provider_named(
            self._database, listing.provider
        )
        return escaped(topic, _NAME), escaped(provider or "", _NAME)

    async def _nothing(self, listing: Listing, found: Found) -> Answer:
        """Say that nothing was found, and what to try instead."""
        if listing.kind is Kind.RELATED:
            return Answer(texts.NO_RELATED)
        if listing.kind is Kind.ABOUT:
            return Answer(texts.NOTHING_ABOUT)
        scope = await self._scope(listing)
        if listing.kind is Kind.SEARCH and not WORD.search(listing.words):
            return Answer(texts.NO_WORDS)
        if listing.kind is Kind.SEARCH:
            other = replace(listing, page=0, words=found.nearest)
            items = controls.instead(other) if found.nearest else ()
            return Answer(texts.nothing_with(escaped(listing.words, _ASKED), scope), items=items)
        topic, provider = await self._names(listing)
        if scope and scope == topic:
            return Answer(texts.no_news_of(topic))
        if scope and scope == provider:
            return Answer(texts.no_news_from(provider))
        return Answer(texts.nothing_here(scope) if scope else texts.NO_NEWS)

    async def _notes(
        self, listing: Listing, shown: Sequence[Candidate], here: int
    ) -> dict[int, str]:
        """Return what members of this server make of what trends, in words."""
        if listing.kind is not Kind.TRENDING:
            return {}
        done = await activity.of(self._database, here, [each.id for each in shown])
        return {
            key: discussion_texts.activity(each.replies, each.reactions)
            for key, each in done.items()
        }

    async def _compact(self, candidate: Candidate, note: str) -> discord.Embed:
        shared = await articles.shared_pictures(self._database, candidate.article)
        return embeds.compact(candidate.article, shared, self._colours, note)

    async def _topics(self, interaction: Interaction, listing: Listing, *, shared: bool) -> Answer:
        counts = await labels.topic_counts(self._database, self._clock())
        if not counts:
            return Answer(texts.NO_TOPICS)
        last = -(-len(counts) // _TOPICS)
        listing = listing.turned(min(listing.page, last - 1))
        shown = counts[listing.page * _TOPICS :][:_TOPICS]
        here = following(interaction, self._subscriptions(), shared=shared)
        lines = [
            embeds.topic_line(topic, here.by_topic.get(topic_key(topic.name), ()))
            for topic in shown
        ]
        footer = texts.topic_page(listing.page + 1, last, len(counts))
        return Answer(
            embeds=(embeds.topics(lines, here.everything, footer),),
            items=controls.below_topics(listing, shown, last, footer, shared=shared),
        )


def _limited(found: Found, listing: Listing) -> Found:
    """Return no more than so many of the latest as were asked for."""
    if listing.kind is not Kind.LATEST or not 0 < listing.number <= len(found.ids):
        return found
    return replace(found, ids=found.ids[: listing.number], more=False)
