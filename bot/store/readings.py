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
from bot.store.rows import IS_NEWS, moment

# A post counts as shown from when it was settled, which takes a moment to be written down.
_SETTLED = timedelta(minutes=5)
_DAY = timedelta(days=1)

# The digests of one member, by the subjects that they have: "user day".
_OF_USER = "kind = :kind AND subject > :user || ' ' AND subject < :user || '!'"


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
    subject = f"{user_id} {day.isoformat()}"
    parameters = {"kind": PERSONAL, "user": user_id, "subject": subject}
    async with database.transaction() as transaction:
        ((chosen,),) = await transaction.read(
            "SELECT min(chosen_at) FROM follow WHERE user_id = :user AND way = 'digest'",
            parameters,
        )
        last = await transaction.read(
            f"SELECT made_at, settled_at FROM errand WHERE {_OF_USER} ORDER BY id DESC LIMIT 1",
            parameters,
        )
        if chosen is None or any(each["settled_at"] is None for each in last):
            return
        made = moment(last[0]["made_at"]) if last else moment(chosen)
        # A clock that has been set back since does not tell when that was: a day ago, most likely.
        told = (made if made <= now else now - _DAY) - _SETTLED
        content = {
            "since": max(told.timestamp(), chosen),
            "until": (now - _SETTLED).timestamp(),
        }
        await errands.promise(transaction, Wanted(PERSONAL, subject, user_id, content), now)
        await transaction.write(
            f"DELETE FROM errand WHERE {_OF_USER} AND subject <> :subject", parameters
        )


async def sweep(transaction: Transaction, user_id: int | None = None) -> None:
    """Forget the digests of who follows nothing any more, but for those on their way.

    Of one member, or of all.
    """
    await transaction.write(
        f"""DELETE FROM errand WHERE {"kind = :kind" if user_id is None else _OF_USER}
        AND settled_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM follow WHERE user_id = place)""",
        {"kind": PERSONAL, "user": user_id},
    )


async def shown(
    database: Database,
    channel_ids: Collection[int],
    topic_ids: Collection[int],
    since: datetime,
    until: datetime,
) -> tuple[Shown, ...]:
    """Return every posting, ever, of what was posted as news in some channels in a period."""
    parameters = {
        "channels": json.dumps(list(channel_ids)),
        "topics": json.dumps(list(topic_ids)),
        "since": since.timestamp(),
        "until": until.timestamp(),
    }
    posted = f"""FROM post WHERE fate = 'posted' AND message_id IS NOT NULL AND {IS_NEWS}
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
        f"""SELECT article_id, channel_id, settled_at FROM post
        WHERE fate = 'posted' AND {IS_NEWS} AND article_id IN (SELECT value FROM json_each(:ids))
        UNION ALL SELECT d.article_id, d.channel_id, p.settled_at
        FROM digest_article d JOIN post p ON p.id = d.post_id
        WHERE p.fate = 'posted' AND d.article_id IN (SELECT value FROM json_each(:ids))""",
        ids,
    )
    return tuple(
        Shown(article_id, channel_id, moment(at), frozenset(topics[article_id]))
        for article_id, channel_id, at in rows
    )
