"""Posts as rows: found, changed, and given a nonce of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.news.post import Post, nonce
from bot.store.database import Database, Row, Transaction
from bot.store.rows import POST_COLUMNS, post_from

# When what is put aside is taken up again. No pause is longer than an hour: what waits longer was
# put aside by a clock that was wrong.
IN_TURN = "(retry_at IS NULL OR retry_at <= :now OR retry_at > :now + 3600)"

# What is to be discussed, unless its message was deleted, and not while it is retracted.
UNDISCUSSED = "discussion = 'wanted' AND message_id IS NOT NULL AND turns % 2 = 0"

_DISCORD_BEGAN = 1_420_156_800  # no message is older


async def where(database: Database, condition: str, **parameters: object) -> tuple[Post, ...]:
    """Return the posts that fulfil a condition, which may also say in which order."""
    rows = await database.read(f"SELECT {POST_COLUMNS} FROM post WHERE {condition}", parameters)
    return tuple(post_from(row) for row in rows)


async def unused_nonce(transaction: Transaction, channel_id: int, article_id: int) -> str:
    """Return a nonce of its own: an article that was re-dated took its post's nonce along."""
    revision = 0
    while await transaction.read(
        "SELECT 1 FROM post WHERE nonce = ?", (nonce(channel_id, article_id, revision),)
    ):
        revision += 1
    return nonce(channel_id, article_id, revision)


async def changed(database: Database, changes: str, post: Post, **parameters: Any) -> Post:
    """Change a post by what an UPDATE sets; return it as it is then."""
    async with database.transaction() as transaction:
        return await change(transaction, changes, post, **parameters)


async def change(transaction: Transaction, changes: str, post: Post, **parameters: Any) -> Post:
    """Change a post in a transaction."""
    rows: Sequence[Row] = await transaction.read(
        f"UPDATE post SET {changes} WHERE id = :id RETURNING {POST_COLUMNS}",
        {"id": post.id, **parameters},
    )
    return post_from(rows[0])


async def by_the_clock(database: Database, post: Post, now: datetime) -> Post:
    """Put right the times of a post that lie ahead: the clock was wrong when it was tried.

    The last try may have been just now, and the first any time since the post before it arrived.
    """
    return await changed(
        database,
        """tried_at = :now, claimed_at = coalesce((SELECT max(settled_at) FROM post AS earlier
            WHERE earlier.id < post.id AND earlier.settled_at <= :now), :began)""",
        post,
        now=now.timestamp(),
        began=_DISCORD_BEGAN,
    )
