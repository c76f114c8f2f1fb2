"""The digests of single members: when each is promised one, and what is new for it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta

from bot.news.errand import Wanted
from bot.news.follow import PERSONAL, Shown
from bot.store import errands
from bot.store.database import Database, Transaction
from bot.store.rows import moment

# A post counts as shown from when it was settled, which takes a moment to be written down.
_SETTLED = timedelta(minutes=5)


async def readers(database: Database) -> tuple[int, ...]:
    """Return who gets a personal digest."""
    rows = await database.read(
        "SELECT DISTINCT user_id FROM follow WHERE way = 'digest' ORDER BY user_id"
    )
    return tuple(user_id for (user_id,) in rows)


async def promise(database: Database, user_id: int, day: date, now: datetime) -> None:
    """Promise a member the digest of a day, from where the last one ended.

    Not if there is one for that day, or an earlier one is still on its way. Of those before only
    the last is remembered.
    """
    parameters = {"user": user_id, "kind": PERSONAL}
    until = now - _SETTLED
    async with database.transaction() as transaction:
        ((underway, last),) = await transaction.read(
            """SELECT count(*) FILTER (WHERE settled_at IS NULL), max(made_at) FROM errand
            WHERE kind = :kind AND place = :user""",
            parameters,
        )
        ((chosen,),) = await transaction.read(
            "SELECT min(chosen_at) FROM follow WHERE user_id = :user AND way = 'digest'",
            parameters,
        )
        if underway or chosen is None:
            return
        told = 0.0 if last is None else last - _SETTLED.total_seconds()
        content = {"since": max(told, chosen), "until": until.timestamp()}
        wanted = Wanted(PERSONAL, f"{user_id} {day.isoformat()}", user_id, content)
        await errands.promise(transaction, wanted, now)
        await transaction.write(
            """DELETE FROM errand WHERE kind = :kind AND place = :user AND made_at <
                (SELECT max(made_at) FROM errand WHERE kind = :kind AND place = :user)""",
            parameters,
        )


async def forget_unless_read(transaction: Transaction, user_id: int) -> None:
    """Forget the digests of a member who follows nothing any more, but for one on its way."""
    await transaction.write(
        """DELETE FROM errand WHERE kind = ? AND place = ? AND settled_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM follow WHERE user_id = place)""",
        (PERSONAL, user_id),
    )


async def sweep(database: Database) -> None:
    """Forget the digests of all who follow nothing any more."""
    async with database.transaction() as transaction:
        await transaction.write(
            """DELETE FROM errand WHERE kind = ? AND settled_at IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM follow WHERE user_id = place)""",
            (PERSONAL,),
        )


async def shown(
    database: Database,
    channel_ids: Collection[int],
    topic_ids: Collection[int],
    since: datetime,
    until: datetime,
) -> tuple[Shown, ...]:
    """Return every posting, ever, of what was posted in some channels in a period."""
    parameters = {
        "channels": json.dumps(list(channel_ids)),
        "topics": json.dumps(list(topic_ids)),
        "since": since.timestamp(),
        "until": until.timestamp(),
    }
    posted = """FROM post WHERE fate = 'posted' AND message_id IS NOT NULL
        AND channel_id IN (SELECT value FROM json_each(:channels))
        AND settled_at > :since AND settled_at <= :until"""
    rows = await database.read(
        f"""SELECT article_id {posted} AND article_id IS NOT NULL
        UNION SELECT article_id FROM digest_article WHERE post_id IN (SELECT id {posted})""",
        parameters,
    )
    ids = {"ids": json.dumps([article_id for (article_id,) in rows])}
    topics: dict[int, set[int]] = defaultdict(set)
    for article_id, topic_id in await database.read(
        """SELECT article_id, topic_id FROM article_topic
        WHERE topic_id IN (SELECT value FROM json_each(:topics))
        AND article_id IN (SELECT value FROM json_each(:ids))""",
        parameters | ids,
    ):
        topics[article_id].add(topic_id)
    rows = await database.read(
        """SELECT article_id, channel_id, settled_at FROM post
        WHERE fate = 'posted' AND article_id IN (SELECT value FROM json_each(:ids))
        UNION ALL SELECT d.article_id, d.channel_id, p.settled_at
        FROM digest_article d JOIN post p ON p.id = d.post_id
        WHERE p.fate = 'posted' AND d.article_id IN (SELECT value FROM json_each(:ids))""",
        ids,
    )
    return tuple(
        Shown(article_id, channel_id, moment(at), frozenset(topics[article_id]))
        for article_id, channel_id, at in rows
    )
