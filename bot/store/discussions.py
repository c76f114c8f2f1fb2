"""What comes with a discussion, in the same transaction in which it is opened."""

from __future__ import annotations

from datetime import datetime

from bot.news.post import Post
from bot.store import errands, follows
from bot.store.database import Transaction


async def begun(transaction: Transaction, post: Post, thread_id: int, now: datetime) -> None:
    """Promise what is said first in a post's discussion, in its order."""
    for wanted in await follows.mention(transaction, post, thread_id, now):
        await errands.promise(transaction, wanted, now)
