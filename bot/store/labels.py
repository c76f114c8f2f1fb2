"""Topics, providers and languages: what the archive is about, who wrote it, and in which."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from bot.news.article import topic_key
from bot.news.text import whole
from bot.news.words import words
from bot.store.database import Database
from bot.store.rows import last_id, moment_of
from bot.structs import Frozen

Table = Literal["topic", "provider"]

_WORDS = 5  # words of what was typed that are looked at
_LANGUAGES = 200  # tags that are looked at


class Label(Frozen):
    """A topic or a provider by its id in the archive."""

    id: int
    name: str


class TopicCount(Frozen):
    """A topic, how many articles members can see in it, and when the last was published."""

    id: int
    name: str
    articles: int
    newest: datetime


async def topic(database: Database, now: datetime, typed: str) -> Label | None:
    """Return the topic that a person means, without regard to case and spacing.

    None if members may see no article of such a topic.
    """
    return await _meant(database, "topic", now, typed)


async def provider(database: Database, now: datetime, typed: str) -> Label | None:
    """Return the provider that a person means, without regard to case and spacing.

    None if members may see no article of such a provider.
    """
    return await _meant(database, "provider", now, typed)


async def topic_named(database: Database, topic_id: int) -> str:
    """Return the name of a topic, "" if there is none with this id."""
    return await _named(database, "topic", topic_id)


async def provider_named(database: Database, provider_id: int) -> str:
    """Return the name of a provider, "" if there is none with this id."""
    return await _named(database, "provider", provider_id)


async def topics_like(database: Database, now: datetime, typed: str, count: int) -> tuple[str, ...]:
    """Return names of topics that members may see articles of, the last written about first.

    Each word of `typed` is the beginning of one of theirs.
    """
    return await _like(database, "topic", now, typed, count)


async def providers_like(
    database: Database, now: datetime, typed: str, count: int
) -> tuple[str, ...]:
    """Return names of providers that members may see articles of, the last to write first.

    Each word of `typed` is the beginning of one of theirs.
    """
    return await _like(database, "provider", now, typed, count)


async def languages(database: Database, now: datetime) -> tuple[str, ...]:
    """Return the tags of the languages in which members may see articles.

    Those that files say, each found by one step in their index, and those that sources say.
    """
    rows = await database.read(
        """WITH RECURSIVE said (tag) AS (
            SELECT (SELECT min(language) FROM article WHERE listed AND language <> '')
            UNION ALL
            SELECT (SELECT min(language) FROM article
                WHERE listed AND language <> '' AND language > tag)
            FROM said WHERE tag IS NOT NULL LIMIT :most)
        SELECT tag FROM said WHERE EXISTS (SELECT 1 FROM article
            WHERE listed AND language <> '' AND language = tag AND id <= :last)
        UNION SELECT language FROM source WHERE language <> ''""",
        {"most": _LANGUAGES, "last": last_id(now)},
    )
    return tuple(tag for (tag,) in rows)


async def topic_counts(database: Database, now: datetime) -> tuple[TopicCount, ...]:
    """Return the topics with articles that members may see, the fullest first."""
    rows = await database.read(
        """SELECT id, name, seen, last FROM (
            SELECT id, name, articles - (SELECT count(*) FROM article_topic
                WHERE topic_id = topic.id AND article_id > :last) AS seen,
                (SELECT max(article_id) FROM article_topic
                WHERE topic_id = topic.id AND article_id <= :last) AS last
            FROM topic WHERE articles > 0)
        WHERE seen > 0 ORDER BY seen DESC, name""",
        {"last": last_id(now)},
    )
    return tuple(
        TopicCount(row["id"], row["name"], row["seen"], moment_of(row["last"])) for row in rows
    )


async def _meant(database: Database, table: Table, now: datetime, typed: str) -> Label | None:
    rows = await database.read(
        f"SELECT id, name FROM {table} WHERE key = :key AND {_seen(table)}",
        {"key": topic_key(whole(typed)), "last": last_id(now)},
    )
    return Label(*rows[0]) if rows else None


async def _named(database: Database, table: Table, label_id: int) -> str:
    rows = await database.read(f"SELECT name FROM {table} WHERE id = ?", (label_id,))
    return str(rows[0]["name"]) if rows else ""


async def _like(
    database: Database, table: Table, now: datetime, typed: str, count: int
) -> tuple[str, ...]:
    starts = words(whole(typed))[:_WORDS]
    if typed.strip() and not starts:
        return ()
    fits = "".join(f" AND instr(words, :word{number})" for number in range(len(starts)))
    rows = await database.read(
        f"""SELECT name FROM (
            SELECT id, name FROM {table} WHERE articles > 0 {fits} AND {_seen(table)}
            ORDER BY newest DESC LIMIT :many) AS {table}
        ORDER BY (SELECT max(article_id) FROM article_{table}
            WHERE {table}_id = {table}.id AND article_id <= :last) DESC LIMIT :count""",
        {f"word{number}": f" {word}" for number, word in enumerate(starts)}
        | {"last": last_id(now), "many": 2 * count, "count": count},
    )
    return tuple(name for (name,) in rows)


def _seen(table: Table) -> str:
    return f"""EXISTS (SELECT 1 FROM article_{table}
        WHERE {table}_id = {table}.id AND article_id <= :last)"""
