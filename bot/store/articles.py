"""Questions to the archive of articles."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from unicodedata import normalize

from bot.news.article import Article
from bot.news.images import SHARED_BY
from bot.news.plan import Candidate
from bot.news.words import WORD
from bot.store.database import Database, Row
from bot.store.rows import VISIBLE, article_from, called_now, first_id, last_id, picture_key
from bot.structs import Frozen

_WORDS = 10  # of what was typed that are looked at
_LAST = (1 << 63) - 1  # no id is higher


class Title(Frozen):
    """An article by its id and title alone."""

    id: int
    title: str


async def article(database: Database, article_id: int, channel_id: int = 0) -> Candidate | None:
    """Return one article with what became of it in a channel, or None if there is none.

    Also by an id that it had before its date was corrected.
    """
    where = f"article.id = {called_now(':id')}"
    rows = await _candidates(database, where, {"id": article_id, "channel": channel_id})
    return rows[0] if rows else None


async def of_post(database: Database, post_id: int) -> Candidate:
    """Return the article of a post of the outbox; it is never deleted."""
    where = "article.id = (SELECT article_id FROM post WHERE id = :post)"
    return (await _candidates(database, where, {"post": post_id, "channel": 0}))[0]


async def of_message(
    database: Database, channel_id: int, post_id: int, count: int
) -> tuple[tuple[int, Candidate], ...]:
    """Return articles of a message of a digest with the number of their story, the best first."""
    where = "d.post_id = :post ORDER BY d.place LIMIT :count"
    rows = await _rows(database, where, {"channel": channel_id, "post": post_id, "count": count})
    return tuple((row["story"], _candidate(row)) for row in rows)


async def since(
    database: Database, begin: datetime, now: datetime, topic_id: int | None, count: int
) -> tuple[Candidate, ...]:
    """Return what was published since, the newest first: of one topic, or (None) of all."""
    of_topic = """AND article.id IN (SELECT article_id FROM article_topic
        WHERE topic_id = :topic AND article_id BETWEEN :first AND :last)"""
    where = f"""article.id BETWEEN :first AND :last AND article.listed
        {of_topic if topic_id is not None else ""} ORDER BY article.id DESC LIMIT :count"""
    period = {"first": first_id(begin), "last": last_id(now)}
    return await _candidates(
        database, where, {**period, "topic": topic_id, "count": count, "channel": 0}
    )


async def backwards(
    database: Database, begin: datetime, now: datetime, before: int | None, count: int
) -> tuple[Candidate, ...]:
    """Return a page of what was published since, hidden articles too, the newest first.

    `before` is the id of the last one of the page before.
    """
    last = last_id(now) if before is None else before - 1
    where = "article.id BETWEEN :first AND :last ORDER BY article.id DESC LIMIT :count"
    parameters: dict[str, object] = {"first": first_id(begin), "last": last, "count": count}
    return await _candidates(database, where, parameters | {"channel": 0})


async def in_message(database: Database, message_id: int) -> Candidate | None:
    """Return the article whose post a message is, or None if it is no post of an article."""
    where = "article.id = (SELECT article_id FROM post WHERE message_id = :message)"
    rows = await _candidates(database, where, {"message": message_id, "channel": 0})
    return rows[0] if rows else None


async def several(database: Database, ids: Sequence[int], now: datetime) -> tuple[Candidate, ...]:
    """Return articles in the order of `ids`, but for those that members may not see.

    Also by ids that they had before their dates were corrected.
    """
    current = await _current(database, ids)
    where = f"{VISIBLE} AND article.id IN (SELECT value FROM json_each(:ids))"
    parameters = {"ids": json.dumps(current), "last": last_id(now), "channel": 0}
    found = {each.id: each for each in await _candidates(database, where, parameters)}
    return tuple(found[each] for each in dict.fromkeys(current) if each in found)


async def titles(
    database: Database, now: datetime, typed: str, count: int = 25
) -> tuple[Title, ...]:
    """Return the newest articles whose title has every word of `typed`, each as a beginning."""
    words = _beginnings(typed)
    parameters = {"words": words, "count": count, "last": last_id(now)}
    return tuple(Title(*row) for row in await database.read(_titled(words, VISIBLE), parameters))


async def hidden(
    database: Database, now: datetime, typed: str, count: int = 200
) -> tuple[Candidate, ...]:
    """Return which of the newest articles with such a title members may not see."""
    words = _beginnings(typed)
    where = f"""article.id IN (SELECT id FROM ({_titled(words)})) AND NOT ({VISIBLE})
        ORDER BY article.id DESC"""
    parameters = {"words": words, "count": count, "last": last_id(now), "channel": 0}
    return await _candidates(database, where, parameters)


def _beginnings(typed: str) -> str:
    # An accent that is a character of its own would part its word.
    return " ".join(f'"{word}"*' for word in WORD.findall(normalize("NFC", typed))[:_WORDS])


def _titled(words: str, seen: str = "true") -> str:
    """Return a question for the newest :count articles; if there are words, with the :words."""
    if not words:
        return f"SELECT id, title FROM article WHERE {seen} ORDER BY id DESC LIMIT :count"
    return f"""SELECT id, article.title FROM article_title
        JOIN article ON article.id = -article_title.rowid
        WHERE article_title MATCH :words AND {seen}
        ORDER BY article_title.rowid LIMIT :count"""


async def shared_pictures(database: Database, shown: Article) -> frozenset[str]:
    """Return the addresses of the article's pictures that are its provider's own."""
    keys = {picture_key(shown.provider, p.url): p.url for p in shown.pictures}
    rows = await database.read(
        """SELECT picture FROM json_each(?) JOIN article_picture ON picture = value
        GROUP BY picture HAVING count(*) >= ?""",
        (json.dumps(list(keys)), SHARED_BY),
    )
    return frozenset(keys[picture] for (picture,) in rows)


async def in_channel(database: Database, channel_id: int) -> tuple[Candidate, ...]:
    """Return all articles there are, for a channel, oldest first."""
    return await _candidates(database, "true ORDER BY article.id", {"channel": channel_id})


async def waiting(
    database: Database,
    channel_id: int,
    topic_keys: Sequence[str],
    since: datetime,
    *,
    min_quality: int,
    repeat: bool = False,
    step: int = 200,
) -> AsyncIterator[tuple[Candidate, ...]]:
    """Yield what may be due in a channel, oldest first and page by page: a superset of what is.

    Leaves out only what the planner would hold back for certain: with a post in the channel (with
    `repeat`: unless it is posted by itself), hidden, below the quality, older than `since`. A page
    is what waits among the next `step` articles of each topic: no question takes long, however many
    there are.
    """
    where = f"""article.id > :after AND article.id <= :last
        AND article.listed AND (article.quality IS NULL OR article.quality >= :min_quality)
        AND (p.fate IS NULL OR (:repeat AND p.fate = 'posted' AND d.place IS NULL))
        {_of_topics(topic_keys)} ORDER BY article.id"""
    parameters: dict[str, object] = {
        "channel": channel_id,
        "topics": json.dumps(list(topic_keys)),
        "min_quality": min_quality,
        "repeat": repeat,
        "step": step,
        "after": first_id(since) - 1,
    }
    while parameters["after"] != _LAST:
        ((last,),) = await database.read(_step_end(topic_keys), parameters)
        parameters["last"] = _LAST if last is None else last
        yield await _candidates(database, where, parameters)
        parameters["after"] = parameters["last"]


def _step_end(topic_keys: Sequence[str]) -> str:
    """Return a question for the id up to which the next step goes; null if to the end."""
    if _is_any(topic_keys):
        return """SELECT (SELECT id FROM article WHERE id > :after
            ORDER BY id LIMIT 1 OFFSET :step - 1)"""
    return """SELECT min(last) FROM (SELECT
        (SELECT article_id FROM article_topic WHERE topic_id = topic.id AND article_id > :after
            ORDER BY article_id LIMIT 1 OFFSET :step - 1) AS last
        FROM topic WHERE key IN (SELECT value FROM json_each(:topics)))"""


def _is_any(topic_keys: Sequence[str]) -> bool:
    return not topic_keys or "" in topic_keys


def _of_topics(topic_keys: Sequence[str]) -> str:
    if _is_any(topic_keys):
        return ""
    return """AND article.id IN (SELECT article_id FROM article_topic
        WHERE article_id > :after AND article_id <= :last AND topic_id IN (
            SELECT id FROM topic WHERE key IN (SELECT value FROM json_each(:topics))))"""


async def _current(database: Database, ids: Sequence[int]) -> list[int]:
    """Return what articles are called now that may have been called like `ids`."""
    rows = await database.read(
        "SELECT id, article_id FROM former_id WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    renamed = {row["id"]: row["article_id"] for row in rows}
    return [renamed.get(each, each) for each in ids]


async def _candidates(
    database: Database, where: str, parameters: dict[str, object]
) -> tuple[Candidate, ...]:
    return tuple(_candidate(row) for row in await _rows(database, where, parameters))


async def _rows(database: Database, where: str, parameters: dict[str, object]) -> list[Row]:
    """Return articles with their post `p` in a channel, a digest `d`, and the source's language."""
    return await database.read(
        f"""SELECT article.*, p.fate, p.reason, d.place, d.post_id, d.story, s.language AS usual
        FROM article LEFT JOIN source s ON s.name = article.source
        LEFT JOIN digest_article d ON d.channel_id = :channel AND d.article_id = article.id
        LEFT JOIN post p ON p.id = ifnull((SELECT id FROM post
            WHERE channel_id = :channel AND post.article_id = article.id), d.post_id)
        WHERE {where}""",
        parameters,
    )


def _candidate(row: Row) -> Candidate:
    digested = row["place"] is not None
    return Candidate(
        id=row["id"],
        article=article_from(row, row["usual"] or ""),
        listed=bool(row["listed"]),
        withdrawn=row["withdrawn_at"] is not None,
        post_state=row["fate"],
        post_reason=row["reason"] or "",
        digested=digested,
        alone=digested and row["post_id"] is None,
    )
