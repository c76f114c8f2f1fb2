"""Which posts are to be published to the servers that follow their channel, and when."""

from __future__ import annotations

from datetime import datetime

from bot.news.crosspost import CROSSPOST, HOURLY, published_from
from bot.news.errand import Wanted
from bot.news.post import Post
from bot.store import errands
from bot.store.database import Database, Transaction
from bot.store.rows import moment


async def promise(transaction: Transaction, post: Post, now: datetime) -> None:
    """Promise to publish a post that has arrived, once there is room for it in its channel."""
    rows = await transaction.read(
        """SELECT ifnull(settled_at, max(not_before, made_at)) FROM errand
        WHERE kind = 'crosspost' AND place = ? ORDER BY id DESC LIMIT ?""",
        (post.channel_id, HOURLY),
    )
    begin = published_from([moment(at) for (at,) in rows], now)
    wanted = Wanted(CROSSPOST, str(post.id), post.channel_id)
    await errands.promise(transaction, wanted, now, begin)


async def take_up(database: Database, post: Post) -> None:
    """Publish a post after all that was retracted when its turn came, and is back."""
    async with database.transaction() as transaction:
        await transaction.write(
            """UPDATE errand SET fate = 'planned', reason = '', failures = 0, settled_at = NULL
            WHERE kind = ? AND subject = ? AND reason = ?""",
            (CROSSPOST, str(post.id), errands.NEEDLESS),
        )
