"""Which articles have certain words. All that is found may be seen by members."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Sequence
from datetime import datetime

from bot.news.closeness import Neighbour
from bot.news.query import Phrase, Query, Scope
from bot.news.relevance import Match
from bot.news.words import forms
from bot.store.database import Database, Row
from bot.store.index import EVERY, provider_mark, topic_mark
from bot.store.rows import VISIBLE, first_id, last_id, moment

_FIRST = 1 - (1 << 63)  # no id is lower
_PREFIX = 4  # letters of the longest beginnings that titles are indexed by


async def newest(
    database: Database,
    query: Query,
    scope: Scope,
    now: datetime,
    count: int,
    *,
    endings: Iterable[str] = (),
) -> tuple[Match, ...]:
    """Return the newest articles with all that is wanted, wherever it stands in them.

    Instead of its last word, an article may have one of `endings`.
    """
    rows = await database.read(
        """SELECT id, title, excerpt, published_at FROM (
            SELECT -rowid AS found FROM article_text WHERE article_text MATCH :asked
            AND rowid BETWEEN -:last AND -:first ORDER BY rowid LIMIT :count)
        JOIN article ON id = found ORDER BY found DESC""",
        {"asked": _expression(query, scope, endings), "count": count} | _bounds(scope, now),
    )
    return tuple(map(_match, rows))


async def newest_titles(
    database: Database,
    query: Query,
    scope: Scope,
    now: datetime,
    count: int,
    *,
    known: Container[str],
    begun: Iterable[str] = (),
) -> tuple[Match, ...]:
    """Return the newest articles whose title has all that is wanted.

    Titles are indexed by whole words: of each wanted word those of its usual forms are asked for
    that are `known`, as it takes no less time to find that there are none of a form. `begun` are
    the words that stand for a long beginning. Topic, provider and what is unwanted are looked at
    in the `count` newest only.
    """
    rows = await database.read(
        f"""SELECT id, title, excerpt, published_at FROM (
            SELECT article.id, article.title, excerpt, published_at FROM article_title
            JOIN article ON article.id = -article_title.rowid
            WHERE article_title MATCH :asked AND article_title.rowid <= -:first AND {VISIBLE}
            ORDER BY article_title.rowid LIMIT :count)
        WHERE (:topic = 0 OR EXISTS (
            SELECT 1 FROM article_topic WHERE topic_id = :topic AND article_id = id))
        AND (:provider = 0 OR EXISTS (
            SELECT 1 FROM article_provider WHERE provider_id = :provider AND article_id = id))
        AND (:unwanted = '' OR NOT EXISTS (SELECT 1 FROM article_text
            WHERE article_text MATCH :unwanted AND article_text.rowid = -id))
        ORDER BY id DESC""",
        {
            "asked": _titled(query, known, begun),
            "unwanted": " OR ".join(_quoted(phrase) for phrase in query.unwanted),
            "count": count,
            "topic": scope.topic,
            "provider": scope.provider,
        }
        | _bounds(scope, now),
    )
    return tuple(map(_match, rows))


async def topics_of(database: Database, article_id: int) -> dict[int, int]:
    """Return the ids of an article's topics, and how many articles each has."""
    rows = await database.read(
        """SELECT id, articles FROM topic WHERE EXISTS (
            SELECT 1 FROM article_topic WHERE topic_id = id AND article_id = ?)""",
        (article_id,),
    )
    return {row["id"]: row["articles"] for row in rows}


async def neighbours(
    database: Database,
    questions: Sequence[tuple[Phrase, ...]],
    topics: Iterable[int],
    now: datetime,
    count: int,
) -> tuple[Neighbour, ...]:
    """Return the `count` newest articles for each question, with those of `topics` they have."""
    asked = " UNION ALL ".join(
        f"""SELECT {number} AS question, found FROM (SELECT -rowid AS found FROM article_text
            WHERE article_text MATCH :asked{number} AND rowid >= -:last
            ORDER BY rowid LIMIT :count)"""
        for number in range(len(questions))
    )
    rows = await database.read(
        f"""SELECT id, title, group_concat(DISTINCT question) AS questions, (
            SELECT group_concat(topic.value) FROM json_each(:topics) AS topic
            WHERE EXISTS (SELECT 1 FROM article_topic
                WHERE topic_id = topic.value AND article_id = id)) AS shared
        FROM ({asked}) JOIN article ON id = found GROUP BY id""",
        {f"asked{n}": _expression(Query(each), Scope(), ()) for n, each in enumerate(questions)}
        | {"topics": json.dumps(list(topics)), "last": last_id(now), "count": count},
    )
    words = [frozenset(word for phrase in each for word in phrase) for each in questions]
    # Most neighbours have what others have, too.
    had = {
        listed: frozenset().union(*(words[number] for number in _numbers(listed)))
        for listed in {row["questions"] for row in rows}
    }
    shared = {listed: _numbers(listed) for listed in {row["shared"] for row in rows}}
    return tuple(
        Neighbour(row["id"], row["title"], had[row["questions"]], shared[row["shared"]])
        for row in rows
    )


async def at_addresses(
    database: Database, canonical_urls: Iterable[str], now: datetime
) -> tuple[int, ...]:
    """Return the ids of the articles at these canonical addresses, newest first."""
    rows = await database.read(
        f"""SELECT id FROM article WHERE {VISIBLE}
        AND canonical_url IN (SELECT value FROM json_each(:urls)) ORDER BY id DESC""",
        {"urls": json.dumps(list(canonical_urls)), "last": last_id(now)},
    )
    return tuple(row["id"] for row in rows)


def _numbers(listed: str | None) -> tuple[int, ...]:
    return tuple(map(int, listed.split(","))) if listed else ()


def _match(row: Row) -> Match:
    return Match(row["id"], row["title"], row["excerpt"], moment(row["published_at"]))


def _bounds(scope: Scope, now: datetime) -> dict[str, object]:
    return {"first": first_id(scope.since) if scope.since else _FIRST, "last": last_id(now)}


def _expression(query: Query, scope: Scope, endings: Iterable[str]) -> str:
    """Return the question in SQLite's language; nothing of it is taken from people unquoted."""
    wanted = [_quoted(phrase) for phrase in query.wanted]
    if others := [_quoted((ending,)) for ending in endings]:
        wanted[-1] = f"({' OR '.join([wanted[-1], *others])})"
    if scope.topic:
        wanted.append(f'"{topic_mark(scope.topic)}"')
    if scope.provider:
        wanted.append(f'"{provider_mark(scope.provider)}"')
    asked = " AND ".join(wanted or [f'"{EVERY}"'])
    if query.unwanted:
        asked = f"({asked}) NOT ({' OR '.join(_quoted(phrase) for phrase in query.unwanted)})"
    return asked


def _titled(query: Query, known: Container[str], begun: Iterable[str]) -> str:
    """Return the question to titles: each word in its known forms, the last one as a beginning."""
    wanted = []
    for phrase in query.wanted:
        single = forms(phrase[0]) if len(phrase) == 1 else ()
        likely = [_quoted((form,)) for form in single if form in known] or [_quoted(phrase)]
        if phrase == (query.beginning,) and len(query.beginning) > _PREFIX:
            likely += [_quoted((word,)) for word in begun]
        elif phrase == (query.beginning,):
            likely.append(f"{_quoted(phrase)} *")
        wanted.append(f"({' OR '.join(likely)})")
    return " AND ".join(wanted)


def _quoted(phrase: Phrase) -> str:
    """Return words as SQLite reads them; words hold no quotation marks."""
    return f'"{" ".join(phrase)}"'
