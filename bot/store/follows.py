"""Who follows which topic in which server, and how. Nothing else is known of a member."""

from __future__ import annotations

from datetime import datetime

from bot.news.errand import Wanted
from bot.news.follow import MENTION, NEWS
from bot.news.post import Post
from bot.store.database import Database, Transaction

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
        AND (SELECT settled_at FROM post WHERE id = :post) >= :new LIMIT 1""",
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


async def leave_post(database: Database, guild_id: int, user_id: int, post_id: int) -> None:
    """Let a member of a server not be mentioned any more for the topics of a post."""
    async with database.transaction() as transaction:
        await transaction.write(
            f"""DELETE FROM follow WHERE guild_id = :guild AND user_id = :user
            AND way = 'mention' AND topic_id IN ({_TOPICS})""",
            {"guild": guild_id, "user": user_id, "post": post_id},
        )
