"""The discussions of posts: wanted, opened, failed, and what comes with one when it begins."""

from __future__ import annotations

from datetime import datetime

from bot.news.errand import Wanted
from bot.news.opening import OPENING
from bot.news.post import Post
from bot.store import errands, follows, posts
from bot.store.database import Database, Transaction


async def begun(
    transaction: Transaction, post: Post, thread_id: int, now: datetime, *, opening: bool
) -> None:
    """Promise what is said first in a post's discussion, in its order; of an article an `opening`.

    What was promised before is not promised again.
    """
    if opening and post.article_id is not None:
        await errands.promise(transaction, Wanted(OPENING, str(post.id), thread_id), now)
    for wanted in await follows.mention(transaction, post, thread_id, now):
        await errands.promise(transaction, wanted, now)


async def opened(
    database: Database, post: Post, thread_id: int, now: datetime, *, opening: bool
) -> None:
    """Record the thread under a post, and promise what is to be said there."""
    changes = "thread_id = :thread_id, discussion = 'open', retry_at = NULL, reason = ''"
    async with database.transaction() as transaction:
        await posts.change(transaction, changes, post, thread_id=thread_id)
        await begun(transaction, post, thread_id, now, opening=opening)


async def failed(database: Database, post: Post, reason: str) -> None:
    """Record that a post stays without a thread, and why."""
    changes = "discussion = 'failed', retry_at = NULL, reason = :reason"
    await posts.changed(database, changes, post, reason=reason)


async def wait(database: Database, post: Post, reason: str, retry_at: datetime) -> None:
    """Record that a discussion failed for now: all others of its channel wait with it."""
    async with database.transaction() as transaction:
        await transaction.write(
            """UPDATE post SET retry_at = ?, attempts = attempts + (id = ?), reason = ?
            WHERE discussion = 'wanted' AND channel_id = ?""",
            (retry_at.timestamp(), post.id, reason, post.channel_id),
        )


async def undiscussed(database: Database, channel_id: int, now: datetime) -> tuple[Post, ...]:
    """Return a channel's posts whose discussion is to be opened now, oldest first."""
    where = f"""{posts.UNDISCUSSED} AND channel_id = :channel_id
        AND {posts.IN_TURN} ORDER BY id"""
    return await posts.where(database, where, channel_id=channel_id, now=now.timestamp())
