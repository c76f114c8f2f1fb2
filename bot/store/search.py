"""Which articles have certain words. All that is found may be seen by members."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.news.closeness import Neighbour
from bot.news.query import Phrase, Query, Scope
from bot.news.relevance import Match
from bot.news.words import stems
from bot.store.database import Database, Row
from bot.store.index import EVERY, provider_mark, topic_mark
from bot.store.rows import first_id, last_id, moment

_BEGUN = 3  # letters from which the last word may be only the beginning of one
_ENDINGS = 6  # words that a beginning stands for, the usual ones first


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
            SELECT rowid AS found FROM article_text WHERE article_text MATCH :asked
            AND rowid BETWEEN :first AND :last ORDER BY rowid DESC LIMIT :count)
        JOIN article ON id = found ORDER BY found DESC""",
        {"asked": _expression(query, scope, endings), "count": count} | _bounds(scope, now),
    )
    return tuple(map(_match, rows))


async def newest_titles(
    database: Database, query: Query, scope: Scope, now: datetime, count: int
) -> tuple[Match, ...]:
    """Return the newest articles whose title has all the wanted words as they are.

    What is unwanted is not looked at. Topic and provider are those of the `count` newest only.
    """
    asked = " ".join(_quoted(phrase) for phrase in query.wanted)
    rows = await database.read(
        """SELECT id, title, excerpt, published_at FROM (SELECT rowid AS found FROM article_title
            WHERE article_title MATCH :asked AND rowid BETWEEN :first AND :last
            ORDER BY rowid DESC LIMIT :count) JOIN article ON id = found
        WHERE listed
        AND (:topic = 0 OR EXISTS (
            SELECT 1 FROM article_topic WHERE topic_id = :topic AND article_id = found))
        AND (:provider = 0 OR EXISTS (
            SELECT 1 FROM article_provider WHERE provider_id = :provider AND article_id = found))
        ORDER BY found DESC""",
        {"asked": asked, "count": count, "topic": scope.topic, "provider": scope.provider}
        | _bounds(scope, now),
    )
    return tuple(map(_match, rows))


async def endings(database: Database, beginning: str) -> tuple[str, ...]:
    """Return the usual words of titles that begin like this, without those of the same stem."""
    if len(beginning) < _BEGUN:
        return ()
    rows = await database.read(
        """SELECT word FROM word WHERE word > ?1 AND word < ?1 || char(1114111) AND articles > 0
        ORDER BY articles DESC LIMIT ?2""",
        (beginning, _ENDINGS),
    )
    found = [row["word"] for row in rows]
    by_stem = dict(zip(reversed(stems(found)), reversed(found), strict=True))
    by_stem.pop(stems([beginning])[0], None)
    return tuple(by_stem.values())


async def unknown(database: Database, words: Iterable[str], now: datetime) -> tuple[str, ...]:
    """Return those of some words that no article has which members may see."""
    rows = await database.read(
        """SELECT value FROM json_each(:words) WHERE NOT EXISTS (
            SELECT 1 FROM article_text
            WHERE article_text MATCH '"' || value || '"' AND rowid <= :last)""",
        {"words": json.dumps(list(words)), "last": last_id(now)},
    )
    return tuple(row["value"] for row in rows)


async def words_like(
    database: Database, word: str, slips: int, others: Sequence[str]
) -> dict[str, int]:
    """Return known words about as long as `word` that begin with the same two letters, or are
    among `others`, with the number of titles that have each.
    """
    rows = await database.read(
        """SELECT word, articles FROM word WHERE articles > 0 AND word >= substr(:word, 1, 2)
            AND word < substr(:word, 1, 2) || char(1114111)
            AND length(word) BETWEEN length(:word) - :slips AND length(:word) + :slips
        UNION SELECT word, articles FROM word
        WHERE articles > 0 AND word IN (SELECT value FROM json_each(:others))""",
        {"word": word, "slips": slips, "others": json.dumps(others)},
    )
    return {row["word"]: row["articles"] for row in rows}


async def counts(database: Database, words: Iterable[str]) -> dict[str, int]:
    """Return how many titles have each of these words; those that none has are left out."""
    rows = await database.read(
        """SELECT word, articles FROM word
        WHERE articles > 0 AND word IN (SELECT value FROM json_each(?))""",
        (json.dumps(list(words)),),
    )
    return {row["word"]: row["articles"] for row in rows}


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
        f"""SELECT {number} AS question, found FROM (SELECT rowid AS found FROM article_text
            WHERE article_text MATCH :asked{number} AND rowid <= :last
            ORDER BY rowid DESC LIMIT :count)"""
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
    return tuple(
        Neighbour(
            row["id"],
            row["title"],
            frozenset().union(*(words[number] for number in _numbers(row["questions"]))),
            _numbers(row["shared"]),
        )
        for row in rows
    )


async def at_addresses(
    database: Database, canonical_urls: Iterable[str], now: datetime
) -> tuple[int, ...]:
    """Return the ids of the articles at these canonical addresses, newest first."""
    rows = await database.read(
        """SELECT id FROM article WHERE listed AND id <= :last
        AND canonical_url IN (SELECT value FROM json_each(:urls)) ORDER BY id DESC""",
        {"urls": json.dumps(list(canonical_urls)), "last": last_id(now)},
    )
    return tuple(row["id"] for row in rows)


def _numbers(listed: str | None) -> tuple[int, ...]:
    return tuple(map(int, listed.split(","))) if listed else ()


def _match(row: Row) -> Match:
    return Match(row["id"], row["title"], row["excerpt"], moment(row["published_at"]))


def _bounds(scope: Scope, now: datetime) -> dict[str, object]:
    return {"first": first_id(scope.since) if scope.since else -(1 << 63), "last": last_id(now)}


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


def _quoted(phrase: Phrase) -> str:
    """Return words as SQLite reads them; words hold no quotation marks."""
    return f'"{" ".join(phrase)}"'
