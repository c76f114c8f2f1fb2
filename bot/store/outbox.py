"""The outbox: what was promised to Discord, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.news.post import Fate, Post, Sent, nonce
from bot.store.database import Database, Row
from bot.store.rows import moment

_OPEN = "fate IN ('planned', 'sending', 'unknown')"  # not at its end, one way or the other
_COLUMNS = """id, channel_id, article_id, subscription, nonce, fate, claimed_at, message_id,
    thread_id, discussion, reason"""


async def claim(
    database: Database, channel_id: int, article_id: int, subscription: str, now: datetime
) -> Post | None:
    """Promise one article to a channel, on disk, before anything is sent.

    Returns None if it was promised before, by whatever subscription.
    """
    async with database.transaction() as transaction:
        rows = await transaction.read(
            f"""INSERT INTO post (channel_id, article_id, subscription, nonce, fate, claimed_at)
            VALUES (?, ?, ?, ?, 'sending', ?)
            ON CONFLICT (channel_id, article_id) DO NOTHING RETURNING {_COLUMNS}""",
            (channel_id, article_id, subscription, nonce(channel_id, article_id), now.timestamp()),
        )
    return _post(rows[0]) if rows else None


async def claim_again(database: Database, post: Post, now: datetime) -> None:
    """Take up once more a post that is certainly not in Discord, before it is sent again."""
    await _update(
        database,
        "UPDATE post SET fate = 'sending', claimed_at = ? WHERE id = ?",
        (now.timestamp(), post.id),
    )


async def settle(
    database: Database, post: Post, sent: Sent | None, now: datetime, *, discuss: bool = False
) -> Post:
    """Record where a post is in Discord; `sent` None: it was there, until someone deleted it.

    With `discuss` it wants a discussion from now on, unless sending it opened one.
    """
    thread_id = sent and sent.thread_id
    discussion = "open" if thread_id else "wanted" if discuss and sent else "none"
    async with database.transaction() as transaction:
        rows = await transaction.read(
            f"""UPDATE post SET fate = 'posted', reason = '', settled_at = ?, message_id = ?,
            thread_id = ?, discussion = ? WHERE id = ? RETURNING {_COLUMNS}""",
            (now.timestamp(), sent and sent.message_id, thread_id, discussion, post.id),
        )
    return _post(rows[0])


async def mark(database: Database, post: Post, fate: Fate, reason: str = "") -> None:
    """Record that a post did not (or not for certain) get there, and why."""
    await _update(
        database, "UPDATE post SET fate = ?, reason = ? WHERE id = ?", (fate, reason, post.id)
    )


async def discussion_opened(database: Database, post: Post, thread_id: int) -> None:
    """Record the thread under a post."""
    await _update(
        database,
        "UPDATE post SET thread_id = ?, discussion = 'open' WHERE id = ?",
        (thread_id, post.id),
    )


async def discussion_failed(database: Database, post: Post, reason: str) -> None:
    """Record that a post stays without a thread, and why."""
    await _update(
        database,
        "UPDATE post SET discussion = 'failed', reason = ? WHERE id = ?",
        (reason, post.id),
    )


async def open_channels(database: Database) -> tuple[int, ...]:
    """Return the channels with posts that are not at their end, or want a discussion."""
    rows = await database.read(
        f"SELECT DISTINCT channel_id FROM post WHERE {_OPEN} OR discussion = 'wanted'"
    )
    return tuple(channel_id for (channel_id,) in rows)


async def open_in(database: Database, channel_id: int) -> tuple[Post, ...]:
    """Return a channel's posts that are not at their end, oldest first."""
    return await _posts(database, f"channel_id = ? AND {_OPEN} ORDER BY id", (channel_id,))


async def undiscussed(database: Database, channel_id: int) -> tuple[Post, ...]:
    """Return a channel's posts that still want their discussion, oldest first."""
    where = "discussion = 'wanted' AND channel_id = ? ORDER BY id"
    return await _posts(database, where, (channel_id,))


async def find(database: Database, channel_id: int, article_id: int) -> Post | None:
    """Return the post of an article in a channel, if there is one."""
    where = "channel_id = ? AND article_id = ?"
    posts = await _posts(database, where, (channel_id, article_id))
    return posts[0] if posts else None


async def _posts(database: Database, where: str, parameters: Sequence[Any]) -> tuple[Post, ...]:
    rows = await database.read(f"SELECT {_COLUMNS} FROM post WHERE {where}", parameters)
    return tuple(_post(row) for row in rows)


async def _update(database: Database, sql: str, parameters: Sequence[Any]) -> None:
    async with database.transaction() as transaction:
        await transaction.write(sql, parameters)


def _post(row: Row) -> Post:
    return Post(
        id=row["id"],
        channel_id=row["channel_id"],
        article_id=row["article_id"],
        subscription=row["subscription"],
        nonce=row["nonce"],
        fate=Fate(row["fate"]),
        claimed_at=moment(row["claimed_at"]),
        message_id=row["message_id"],
        thread_id=row["thread_id"],
        wants_discussion=row["discussion"] == "wanted",
        reason=row["reason"],
    )
