"""What is remembered of each subscription: where it starts, and how its runs are counted."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.news.plan import Baselines, followed
from bot.news.runs import Count
from bot.news.subscription import Subscription
from bot.store.database import Database, Transaction
from bot.store.rows import last_id, moment, moment_of, terms_from, terms_written


async def baselines(database: Database, subscription: str, channel_id: int) -> Baselines:
    """Return where a subscription starts in a channel, as far as that is settled; and its terms."""
    rows = await database.read(
        "SELECT topic_key, published_at FROM baseline WHERE subscription = ? AND channel_id = ?",
        (subscription, channel_id),
    )
    terms = await database.read(
        "SELECT since, written FROM terms WHERE subscription = ? ORDER BY id", (subscription,)
    )
    return Baselines(
        {key: moment(seconds) for key, seconds in rows},
        tuple((moment(since), terms_from(written)) for since, written in terms),
    )


async def channel_before(database: Database, subscription: str, channel_id: int) -> int | None:
    """Return which channel a subscription had before this one, if it had any."""
    rows = await database.read(
        """SELECT channel_id FROM baseline WHERE subscription = ? AND channel_id <> ?
        ORDER BY published_at DESC LIMIT 1""",
        (subscription, channel_id),
    )
    return rows[0][0] if rows else None


async def reached(database: Database, subscription: str, channel_id: int) -> datetime | None:
    """Return when the newest article was published that a subscription has taken to a channel."""
    ((newest,),) = await database.read(
        """SELECT max(article_id) FROM (
            SELECT article_id FROM post WHERE channel_id = :channel AND subscription = :key
            UNION ALL SELECT article_id FROM digest_article AS a
            JOIN digest ON digest.id = a.digest_id
            WHERE a.channel_id = :channel AND digest.subscription = :key)""",
        {"channel": channel_id, "key": subscription},
    )
    return None if newest is None else moment_of(newest)


async def set_baselines(
    database: Database, subscription: str, channel_id: int, by_topic: Mapping[str, datetime]
) -> None:
    """Remember where a subscription starts, by topic key; what is remembered already stays.

    Where it started in another channel is forgotten: should it come back there, it starts anew.
    """
    # Articles are published at whole seconds: rounded up, a start counts just the same ones.
    rows = [
        (subscription, channel_id, key, math.ceil(since.timestamp()))
        for key, since in by_topic.items()
    ]
    async with database.transaction() as transaction:
        await transaction.write_all(
            "INSERT INTO baseline VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", rows
        )
        await transaction.write(
            "DELETE FROM baseline WHERE subscription = ? AND channel_id <> ?",
            (subscription, channel_id),
        )


async def note_terms(database: Database, subscription: Subscription, now: datetime) -> None:
    """Remember what a subscription's terms are from now on, if they are others than before.

    Where it starts is forgotten for what it does not follow any more. What was one of all topics
    and is followed by its name now starts where all of them did; where all are followed now, those
    that had a name keep their start: what waits through them goes on waiting.
    """
    keys = followed(subscription)
    async with database.transaction() as transaction:
        rows = await transaction.read(
            "SELECT written FROM terms WHERE subscription = ? ORDER BY id DESC LIMIT 1",
            (subscription.key,),
        )
        # Compared as terms: a version that knows more of them writes the same ones otherwise.
        if rows and terms_from(rows[0]["written"]) == subscription.terms:
            return
        await transaction.write(
            "INSERT INTO terms (subscription, since, written) VALUES (?, ?, ?)",
            (subscription.key, now.timestamp(), terms_written(subscription.terms)),
        )
        if keys == ("",):
            return
        parameters = (subscription.key, json.dumps(keys))
        await transaction.write(
            """INSERT INTO baseline
            SELECT subscription, channel_id, value, published_at FROM baseline, json_each(?2)
            WHERE subscription = ?1 AND topic_key = ''
            ON CONFLICT DO UPDATE SET published_at = min(published_at, excluded.published_at)""",
            parameters,
        )
        await transaction.write(
            """DELETE FROM baseline WHERE subscription = ?1
            AND topic_key NOT IN (SELECT value FROM json_each(?2))""",
            parameters,
        )


async def forget(transaction: Transaction, subscription: str) -> None:
    """Forget where a subscription that is gone started, what its terms were and when it ran."""
    for table in ("baseline", "terms", "run"):
        await transaction.write(f"DELETE FROM {table} WHERE subscription = ?", (subscription,))


async def rename(transaction: Transaction, old: str, new: str) -> None:
    """Remember all of a subscription under another key, in place of what had that before."""
    await forget(transaction, new)
    for table in ("baseline", "terms", "run", "post", "digest"):
        # Digests of an earlier one of that name may have had the same beginning.
        await transaction.write(
            f"UPDATE OR IGNORE {table} SET subscription = ? WHERE subscription = ?", (new, old)
        )


async def newest(
    database: Database, topic_keys: Iterable[str], count: int, now: datetime
) -> list[datetime]:
    """Return when the latest articles of these topics ('' for all) were published."""
    newest: set[int] = set()
    for key in topic_keys:
        # A walk from the end of an index until there are enough, for each topic.
        of_topic = """FROM article_topic CROSS JOIN article ON article.id = article_id
            WHERE topic_id = (SELECT id FROM topic WHERE key = :key) AND article_id <= :last"""
        of_all = "FROM article WHERE id <= :last"
        order = "article_id" if key else "id"
        rows = await database.read(
            f"""SELECT article.id {of_topic if key else of_all} AND listed
            ORDER BY {order} DESC LIMIT :count""",
            {"key": key, "count": count, "last": last_id(now)},
        )
        newest.update(article_id for (article_id,) in rows)
    return [moment_of(article_id) for article_id in sorted(newest, reverse=True)[:count]]


async def counted(database: Database, subscription: str) -> Count | None:
    """Return from when on a subscription's runs are counted, or None if it is not known yet."""
    rows = await database.read(
        "SELECT at, schedule FROM run WHERE subscription = ?", [subscription]
    )
    return Count(moment(rows[0]["at"]), rows[0]["schedule"]) if rows else None


async def count_from(database: Database, subscription: str, count: Count) -> None:
    """Remember from when on a subscription's runs are counted."""
    async with database.transaction() as transaction:
        await count_in(transaction, subscription, count)


async def count_in(transaction: Transaction, subscription: str, count: Count) -> None:
    """Do so together with what else happens in a transaction."""
    await transaction.write(
        """INSERT INTO run (subscription, at, schedule) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET at = excluded.at, schedule = excluded.schedule""",
        (subscription, count.since.timestamp(), count.schedule),
    )
