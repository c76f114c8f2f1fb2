"""Who follows which topic in which server, and how. Nothing else is known of a member."""

from __future__ import annotations

from datetime import datetime

from bot.news.errand import Wanted
from bot.news.follow import MENTION, NEWS, TOPICS, Followed, Way
from bot.news.post import Post
from bot.store import readings
from bot.store.database import Database, Transaction
from bot.store.labels import Label
from bot.store.rows import IS_NEWS, called_now

# The topics of a post: those of its article, or of all articles of its digest.
_TOPICS = """SELECT id FROM topic WHERE EXISTS (SELECT 1 FROM article_topic
    WHERE topic_id = topic.id AND article_id IN (
        SELECT article_id FROM post WHERE id = :post
        UNION SELECT article_id FROM digest_article
            WHERE digest_id = (SELECT digest_id FROM post WHERE id = :post)))"""


async def mention(
    transaction: Transaction, post: Post, thread_id: int, now: datetime
) -> tuple[Wanted, ...]:
    """Return what is to be said in a new post's discussion, if members follow any topic of it."""
    rows = await transaction.read(
        f"""SELECT 1 FROM follow WHERE way = 'mention' AND topic_id IN ({_TOPICS})
        AND EXISTS (SELECT 1 FROM post WHERE id = :post AND settled_at >= :new AND {IS_NEWS})
        LIMIT 1""",
        {"post": post.id, "new": (now - NEWS).timestamp()},
    )
    content = {"post": post.id, "channel": post.channel_id}
    return (Wanted(MENTION, str(post.id), thread_id, content),) if rows else ()


async def followers(
    database: Database, guild_id: int, post_id: int, chosen: datetime, after: int, count: int
) -> tuple[int, ...]:
    """Return who is to be mentioned for a post in a server, by rising ids from after one.

    Only who had chosen so by then.
    """
    rows = await database.read(
        f"""SELECT DISTINCT user_id FROM follow
        WHERE guild_id = :guild AND way = 'mention' AND user_id > :after AND chosen_at <= :chosen
        AND topic_id IN ({_TOPICS}) ORDER BY user_id LIMIT :count""",
        {
            "guild": guild_id,
            "post": post_id,
            "chosen": chosen.timestamp(),
            "after": after,
            "count": count,
        },
    )
    return tuple(user_id for (user_id,) in rows)


async def followed(database: Database, guild_id: int, post_id: int) -> tuple[str, ...]:
    """Return the topics of a post for which members of a server are mentioned, by name."""
    rows = await database.read(
        f"""SELECT name FROM topic WHERE id IN ({_TOPICS}) AND EXISTS (SELECT 1 FROM follow
            WHERE guild_id = :guild AND way = 'mention' AND topic_id = topic.id)
        ORDER BY name""",
        {"guild": guild_id, "post": post_id},
    )
    return tuple(name for (name,) in rows)


async def leave_post(database: Database, guild_id: int, user_id: int, post_id: int) -> bool:
    """Let a member of a server not be mentioned any more for the topics of a post.

    False if they were for none of those that it has now.
    """
    async with database.transaction() as transaction:
        left = await transaction.write(
            f"""DELETE FROM follow WHERE guild_id = :guild AND user_id = :user
            AND way = 'mention' AND topic_id IN ({_TOPICS})""",
            {"guild": guild_id, "user": user_id, "post": post_id},
        )
    return left > 0


async def choose(
    database: Database, guild_id: int, user_id: int, topic_id: int, way: Way, now: datetime
) -> bool:
    """Let a member of a server follow a topic, in place of any other way; False if it is too much.

    Who chooses a digest takes direct messages again: others that were switched off come back.
    """
    async with database.transaction() as transaction:
        ((others,),) = await transaction.read(
            "SELECT count(*) FROM follow WHERE user_id = ? AND (guild_id, topic_id) <> (?, ?)",
            (user_id, guild_id, topic_id),
        )
        if others >= TOPICS:
            return False
        await transaction.write(
            """INSERT INTO follow (guild_id, user_id, topic_id, way, chosen_at)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET way = excluded.way,
            chosen_at = iif(way = excluded.way, chosen_at, excluded.chosen_at)""",
            (guild_id, user_id, topic_id, way, now.timestamp()),
        )
        if way == "digest":
            await _switch_on(transaction, user_id, now)
    return True


async def leave(database: Database, guild_id: int, user_id: int, topic_id: int) -> None:
    """Let a member not follow a topic any more."""
    await _leave(
        database,
        user_id,
        "guild_id = :guild AND topic_id = :topic",
        guild=guild_id,
        topic=topic_id,
    )


async def leave_digests(database: Database, user_id: int) -> None:
    """Let a member get no personal digest any more, of whatever server."""
    await _leave(database, user_id, "way <> 'mention'")


async def leave_all(database: Database, user_id: int) -> None:
    """Forget a member."""
    await _leave(database, user_id, "TRUE")


async def forget(database: Database, guild_id: int, user_id: int) -> None:
    """Forget a member who has left a server."""
    await _leave(database, user_id, "guild_id = :guild", guild=guild_id)


async def forget_server(database: Database, guild_id: int) -> None:
    """Forget all members of a server that the bot has left."""
    async with database.transaction() as transaction:
        await transaction.write("DELETE FROM follow WHERE guild_id = ?", (guild_id,))
        await readings.sweep(transaction)


async def switch_off(database: Database, user_id: int) -> None:
    """Send a member no digests until they choose so again: they take no direct messages."""
    async with database.transaction() as transaction:
        await transaction.write(
            "UPDATE follow SET way = 'closed' WHERE user_id = ? AND way = 'digest'", (user_id,)
        )


async def switch_on(database: Database, user_id: int, now: datetime) -> None:
    """Send a member digests again, of what is new from now on."""
    async with database.transaction() as transaction:
        await _switch_on(transaction, user_id, now)


async def of_member(database: Database, user_id: int) -> tuple[Followed, ...]:
    """Return what a member follows, by topic."""
    rows = await database.read(
        """SELECT guild_id, topic_id, name, way FROM follow JOIN topic ON topic.id = topic_id
        WHERE user_id = ? ORDER BY name, guild_id""",
        (user_id,),
    )
    return tuple(Followed(*row) for row in rows)


async def servers(database: Database) -> tuple[int, ...]:
    """Return the servers in which anything is followed."""
    rows = await database.read("SELECT DISTINCT guild_id FROM follow ORDER BY guild_id")
    return tuple(guild_id for (guild_id,) in rows)


async def undigested(database: Database, guild_id: int) -> tuple[int, ...]:
    """Return who follows something in a server and gets no digest of it."""
    rows = await database.read(
        """SELECT user_id FROM follow WHERE guild_id = ? GROUP BY user_id
        HAVING sum(way = 'digest') = 0 ORDER BY user_id""",
        (guild_id,),
    )
    return tuple(user_id for (user_id,) in rows)


async def topics_of_article(database: Database, article_id: int) -> tuple[Label, ...]:
    """Return the topics of an article that members may see, also by an id of before."""
    return await _labels(database, f"article_id = {called_now(':id')}", article_id)


async def topics_of_message(database: Database, message_id: int) -> tuple[Label, ...]:
    """Return the topics of all that the digest tells of which a message is the first."""
    return await _labels(
        database,
        """article_id IN (SELECT article_id FROM digest_article WHERE digest_id = (
            SELECT digest_id FROM post WHERE message_id = :id))""",
        message_id,
    )


async def _labels(database: Database, where: str, key: int) -> tuple[Label, ...]:
    rows = await database.read(
        f"""SELECT id, name FROM topic WHERE EXISTS (SELECT 1 FROM article_topic
            WHERE topic_id = topic.id AND {where}) ORDER BY articles DESC, name""",
        {"id": key},
    )
    return tuple(Label(*row) for row in rows)


async def _switch_on(transaction: Transaction, user_id: int, now: datetime) -> None:
    await transaction.write(
        "UPDATE follow SET way = 'digest', chosen_at = ? WHERE user_id = ? AND way = 'closed'",
        (now.timestamp(), user_id),
    )


async def _leave(database: Database, user_id: int, where: str, **parameters: int) -> None:
    """Forget that a member follows something, and with the last of it all that is known."""
    async with database.transaction() as transaction:
        await transaction.write(
            f"DELETE FROM follow WHERE user_id = :user AND {where}",
            {"user": user_id, **parameters},
        )
        await readings.sweep(transaction, user_id)
