"""Questions to the archive, answered with what members may see."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.news import closeness, spelling
from bot.news.activity import trending as rank_trending
from bot.news.query import Query, Scope, read, respelt
from bot.news.relevance import Match, ranked
from bot.news.urls import canonical, web_url
from bot.news.words import forms, of_other_stems
from bot.store import activity, articles, vocabulary
from bot.store import search as index
from bot.store.database import Database
from bot.structs import Frozen

LISTED = 50  # most articles of an answer
_TITLED = 25  # articles that are ranked for their title, the newest: they come first anyway
_STIRRING = 2_000  # articles that are looked at for what trends, the newest
_NEAR = 20  # articles that are looked at for each telling word, and for each two


class Found(Frozen):
    """Ids of articles, at most LISTED of them, those that fit best first.

    `more`: there are further ones. `nearest` is, where nothing was found, the question in words
    that do find something; "" if there is none.
    """

    ids: tuple[int, ...]
    more: bool = False
    nearest: str = ""


async def latest(database: Database, scope: Scope, now: datetime) -> Found:
    """Return the newest articles of a part of the archive."""
    return _cut(_ids(await index.newest(database, Query(), scope, now, LISTED + 1)))


async def search(
    database: Database, words: str, scope: Scope, now: datetime, *, newest: bool = False
) -> Found:
    """Return the articles that have all the words, best first or (`newest`) newest first.

    Ranked are the newest ones that have them anywhere, and the newest ones that have them in
    their title.
    """
    query = read(words)
    if not query.wanted and not query.unwanted:
        return Found(())
    begun = await vocabulary.begun(database, query.beginning)
    matches = await _anywhere(database, query, begun, scope, now, LISTED + 1)
    if not matches:
        return Found((), nearest=await _nearest(database, words, query, scope, now))
    found = _cut(_ids(matches))
    if newest:
        return found
    chosen = list(matches[:LISTED])
    if found.more and query.wanted:
        seen = set(found.ids)
        likely = (form for word in query.words for form in forms(word))
        known = await vocabulary.counts(database, likely)
        titled = await index.newest_titles(
            database, query, scope, now, _TITLED, known=known, begun=begun
        )
        chosen += [match for match in titled if match.id not in seen]
    return Found(ranked(query, chosen, now)[:LISTED], found.more)


async def trending(
    database: Database, scope: Scope, guild_id: int, now: datetime, length: timedelta
) -> Found:
    """Return what trends in a server (0: in none) of what was published so lately."""
    period = (now - length, now)
    found = await activity.stirring(database, guild_id, period, scope.topic, _STIRRING)
    return _cut(rank_trending(found, now, length))


async def related(database: Database, article_id: int, now: datetime) -> Found:
    """Return what is close to an article: what it lists itself first, then the nearest.

    Also by an id that it had before its date was corrected.
    """
    candidate = await articles.article(database, article_id)
    if candidate is None:
        return Found(())
    article = candidate.article
    urls = [canonical(each.url) for each in article.related]
    listed, topics, counts = await asyncio.gather(
        index.at_addresses(database, urls, now),
        index.topics_of(database, candidate.id),
        _counts(database, article.title),
    )
    near = await _close(database, article.title, counts, topics, now)
    ids = [each for each in dict.fromkeys([*listed, *near]) if each != candidate.id]
    return _cut(ids)


async def about(database: Database, text: str, urls: Sequence[str], now: datetime) -> Found:
    """Return what fits a text: the articles at its addresses first, then the nearest."""
    linked, counts = await asyncio.gather(
        index.at_addresses(database, _canonical(urls), now), _counts(database, text)
    )
    near = await _close(database, text, counts, {}, now)
    return _cut(list(dict.fromkeys([*linked, *near])))


async def _anywhere(
    database: Database, query: Query, begun: Sequence[str], scope: Scope, now: datetime, count: int
) -> tuple[Match, ...]:
    others = of_other_stems(query.beginning, begun)
    return await index.newest(database, query, scope, now, count, endings=others)


async def _counts(database: Database, text: str) -> dict[str, int]:
    return await vocabulary.counts(database, closeness.candidates(text))


async def _close(
    database: Database,
    text: str,
    counts: dict[str, int],
    topics: dict[int, int],
    now: datetime,
) -> tuple[int, ...]:
    told = closeness.telling(text, counts)
    if not told:
        return ()
    asked = closeness.questions(told)
    near = await index.neighbours(database, asked, topics, now, _NEAR)
    return closeness.closest({word: counts[word] for word in told}, topics, near)


async def _nearest(
    database: Database, typed: str, query: Query, scope: Scope, now: datetime
) -> str:
    """Return what was typed with unknown words replaced, if that finds something."""
    better: dict[str, str] = {}
    typed_words = [word for word in dict.fromkeys(query.words) if len(word) >= spelling.SHORTEST]
    for word in await vocabulary.unknown(database, typed_words, now):
        others = spelling.begun_otherwise(word)
        known = await vocabulary.words_like(database, word, spelling.slips(word), others)
        near = spelling.nearest(word, known)
        ahead = await vocabulary.unknown(database, near, now)
        seen = [each for each in near if each not in ahead]
        if seen:
            better[word] = seen[0]
    if not better:
        return ""
    again = respelt(typed, better)
    asked = read(again)
    begun = await vocabulary.begun(database, asked.beginning)
    return again if await _anywhere(database, asked, begun, scope, now, 1) else ""


def _canonical(urls: Sequence[str]) -> list[str]:
    """Return those of `urls` that are addresses of the web, as the archive knows them."""
    known = []
    for url in urls:
        try:
            known.append(canonical(web_url(url)))
        except ValueError:
            continue
    return known


def _ids(matches: Sequence[Match]) -> list[int]:
    return [match.id for match in matches]


def _cut(ids: Sequence[int]) -> Found:
    return Found(tuple(ids[:LISTED]), more=len(ids) > LISTED)
