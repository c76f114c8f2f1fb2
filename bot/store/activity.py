"""What members do with posts, in numbers: no words, and nobody's name."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from bot.news.activity import Activity, Stirring
from bot.store.database import Database, Transaction
from bot.store.rows import VISIBLE, first_id, last_id, moment, moment_of
from bot.store.settings import remembered
from bot.structs import Frozen

_COUNTED = "activity_counted"  # the setting that says up to when


class Written(Frozen):
    """Messages that members wrote in a discussion of a server: all of them up to one."""

    guild_id: int
    thread_id: int
    ids: Collection[int]
    upto: int


class Reacted(Frozen):
    """How many reactions more, or fewer, a message of a server has."""

    guild_id: int
    message_id: int
    change: int


class Place(Frozen):
    """Where a post is, and up to which message the replies below it are counted.

    One that `follows` another is in the thread.
    """

    post_id: int
    channel_id: int
    message_id: int
    thread_id: int | None
    seen: int
    follows: int | None = None


async def count(
    database: Database,
    written: Iterable[Written],
    reacted: Iterable[Reacted] = (),
    now: datetime | None = None,
) -> None:
    """Count replies and reactions of posts; whatever is about something else is passed over.

    Replies are those of the post that a discussion began with. One counts once, however often it
    is told of: no older one counts after a newer one. With `now`, nothing is left to be counted
    from before.
    """
    async with database.transaction() as transaction:
        await transaction.write_all(
            """INSERT INTO activity (post_id, guild_id, replies, seen)
            SELECT id, :guild, json_array_length(:ids), :last FROM post
            WHERE thread_id = :thread AND follows IS NULL
            ON CONFLICT (post_id) DO UPDATE SET
            replies = replies + (SELECT count(*) FROM json_each(:ids) WHERE value > seen),
            seen = max(seen, :last)""",
            [
                {
                    "guild": each.guild_id,
                    "thread": each.thread_id,
                    "ids": json.dumps(sorted(each.ids)),
                    "last": each.upto,
                }
                for each in written
            ],
        )
        await transaction.write_all(
            """INSERT INTO activity (post_id, guild_id, reactions)
            SELECT id, :guild, max(:change, 0) FROM post WHERE message_id = :message
            ON CONFLICT (post_id) DO UPDATE SET reactions = max(reactions + :change, 0)""",
            [
                {"guild": each.guild_id, "message": each.message_id, "change": each.change}
                for each in reacted
            ],
        )
        if now is not None:
            await _counted(transaction, now)


async def uncount(database: Database, deleted: Mapping[int, Collection[int] | None]) -> None:
    """Count replies no more that were deleted, by their discussion; with it (None) all of them.

    Who wrote a message is not known any more: posts alone are told from replies.
    """
    async with database.transaction() as transaction:
        await transaction.write_all(
            """UPDATE activity SET replies = iif(:ids IS NULL, 0, max(0, replies - (
                SELECT count(*) FROM json_each(:ids) WHERE value BETWEEN :thread + 1 AND seen
                AND value NOT IN (SELECT message_id FROM post
                    WHERE thread_id = :thread AND message_id IS NOT NULL))))
            WHERE post_id IN (SELECT id FROM post WHERE thread_id = :thread AND follows IS NULL)""",
            [
                {"thread": thread_id, "ids": None if ids is None else json.dumps(list(ids))}
                for thread_id, ids in deleted.items()
            ],
        )


async def set_reactions(database: Database, guild_id: int, reactions: Mapping[int, int]) -> None:
    """Record how many reactions messages have, by their ids, whatever was counted before."""
    async with database.transaction() as transaction:
        await transaction.write_all(
            """INSERT INTO activity (post_id, guild_id, reactions)
            SELECT id, :guild, :count FROM post WHERE message_id = :message
            ON CONFLICT (post_id) DO UPDATE SET reactions = excluded.reactions""",
            [
                {"guild": guild_id, "message": message_id, "count": number}
                for message_id, number in reactions.items()
            ],
        )


async def of(
    database: Database, guild_id: int | None, article_ids: Iterable[int]
) -> dict[int, Activity]:
    """Return what members of a server, or (None) of all, do with articles, if they do anything."""
    rows = await database.read(
        """SELECT article_id, sum(replies) AS replies, sum(reactions) AS reactions
        FROM post JOIN activity ON post_id = post.id
        WHERE (?1 IS NULL OR guild_id = ?1) AND article_id IN (SELECT value FROM json_each(?2))
        GROUP BY article_id HAVING sum(replies) + sum(reactions) > 0""",
        (guild_id, json.dumps(list(article_ids))),
    )
    return {row["article_id"]: Activity(row["replies"], row["reactions"]) for row in rows}


async def stirring(
    database: Database,
    guild_id: int,
    period: tuple[datetime, datetime],
    topic_id: int,
    count: int,
) -> tuple[Stirring, ...]:
    """Return what was published in a period, of one topic or (0) all, with what members do.

    That is the newest, and of what members of the server do anything with what was posted
    last; so many of each.
    """
    since, now = period
    topic = """AND article.id IN (SELECT article_id FROM article_topic
        WHERE topic_id = :topic AND article_id >= :first)"""
    wanted = f"article.id >= :first AND {VISIBLE} {topic if topic_id else ''}"
    rows = await database.read(
        f"""SELECT article.id, quality, heat, ifnull(sum(replies), 0) AS replies,
            ifnull(sum(reactions), 0) AS reactions
        FROM article LEFT JOIN post ON post.article_id = article.id
        LEFT JOIN activity ON activity.post_id = post.id AND guild_id = :guild
        WHERE article.id IN (
            SELECT * FROM (SELECT id FROM article WHERE {wanted} ORDER BY id DESC LIMIT :count)
            UNION SELECT article.id FROM (SELECT post_id FROM activity WHERE guild_id = :guild
                AND replies + reactions > 0 ORDER BY post_id DESC LIMIT :count)
            JOIN post ON post.id = post_id JOIN article ON article.id = article_id WHERE {wanted})
        GROUP BY article.id ORDER BY article.id DESC""",
        {
            "guild": guild_id,
            "first": first_id(since),
            "last": last_id(now),
            "topic": topic_id,
            "count": count,
        },
    )
    return tuple(
        Stirring(
            row["id"],
            moment_of(row["id"]),
            row["quality"],
            row["heat"],
            Activity(row["replies"], row["reactions"]),
        )
        for row in rows
    )


async def channels(database: Database) -> tuple[int, ...]:
    """Return the channels in which there are discussions."""
    rows = await database.read("SELECT DISTINCT channel_id FROM post WHERE thread_id IS NOT NULL")
    return tuple(channel_id for (channel_id,) in rows)


async def behind(database: Database, last: Mapping[int, int]) -> tuple[Place, ...]:
    """Return the posts of discussions, by thread with their last message, not counted up to it."""
    threads = await _places(
        database,
        "thread_id IN (SELECT value FROM json_each(?)) AND follows IS NULL",
        json.dumps(list(last)),
    )
    return tuple(each for each in threads if last[each.thread_id or 0] > each.seen)


async def at(database: Database, message_ids: Iterable[int]) -> tuple[Place, ...]:
    """Return the posts that these messages are."""
    where = "message_id IN (SELECT value FROM json_each(?))"
    return await _places(database, where, json.dumps(list(message_ids)))


async def newest(
    database: Database, since: datetime, until: datetime, count: int
) -> tuple[Place, ...]:
    """Return the latest posts, made since and begun by `until`, the newest first."""
    # Channel by channel: there is an index for that, and none over all.
    where = """post.id IN (
            SELECT post.id FROM (SELECT DISTINCT channel_id AS place FROM post)
            CROSS JOIN post ON channel_id = place WHERE settled_at >= ?)
        AND message_id IS NOT NULL AND claimed_at <= ? ORDER BY settled_at DESC LIMIT ?"""
    return await _places(database, where, since.timestamp(), until.timestamp(), count)


async def counted(database: Database) -> datetime | None:
    """Return up to when was counted; None if nothing ever was."""
    value = await remembered(database, _COUNTED)
    return moment(float(value)) if value else None


async def caught_up(database: Database, now: datetime) -> None:
    """Record that all is counted that was missed up to now."""
    async with database.transaction() as transaction:
        await _counted(transaction, now)


async def _counted(transaction: Transaction, now: datetime) -> None:
    await transaction.write(
        "INSERT INTO setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
        (_COUNTED, str(now.timestamp())),
    )


async def _places(database: Database, where: str, *parameters: object) -> tuple[Place, ...]:
    rows = await database.read(
        f"""SELECT post.id, channel_id, message_id, thread_id,
            max(ifnull(seen, 0), ifnull(thread_id, 0)) AS seen, follows
        FROM post LEFT JOIN activity ON post_id = post.id WHERE {where}""",
        parameters,
    )
    return tuple(Place(*row) for row in rows)
