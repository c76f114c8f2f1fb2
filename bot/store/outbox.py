"""The outbox: what was promised to Discord, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from bot.news.post import Fate, Post, Sent
from bot.store import crossposts, discussions, faces, posts, stories
from bot.store.database import Database, Transaction
from bot.store.rows import POST_COLUMNS, called_now, moment, post_from


async def claim(
    database: Database,
    channel_id: int,
    article_id: int,
    subscription: str,
    now: datetime,
    first: Post | None = None,
) -> Post | None:
    """Promise one article to a channel, on disk, before anything is sent.

    With `first` it is a follow-up, into the discussion of that post. Returns None if it was
    promised before, by whatever subscription, by itself or in a digest; or if it has another id by
    now, for then it may not be due any more.
    """
    async with database.transaction() as transaction:
        mark = await posts.unused_nonce(transaction, channel_id, article_id)
        rows = await transaction.read(
            f"""INSERT INTO post (channel_id, article_id, subscription, nonce, fate, claimed_at,
                tried_at, urls, shown, follows, thread_id)
            SELECT ?1, id, ?3, ?4, 'sending', ?5, ?5, json_array(url), fingerprint, ?6, ?7
            FROM article
            WHERE id = ?2 AND NOT EXISTS (SELECT 1 FROM digest_article
                WHERE channel_id = ?1 AND article_id = ?2 AND post_id IS NOT NULL)
            ON CONFLICT (channel_id, article_id) DO NOTHING RETURNING {POST_COLUMNS}""",
            (
                *(channel_id, article_id, subscription, mark, now.timestamp()),
                *(first and first.id, first and first.thread_id),
            ),
        )
        if rows:
            await stories.cover(transaction, article_id)
    return post_from(rows[0]) if rows else None


async def current(database: Database, post: Post) -> Post:
    """Return a post as it is now: its article may have got another id since it was read."""
    return (await posts.where(database, "id = :id", id=post.id))[0]


async def claim_again(database: Database, post: Post, now: datetime) -> Post:
    """Take up a post that is certainly not in Discord, before it is sent once more."""
    return await posts.changed(
        database,
        """fate = 'sending', claimed_at = :now, tried_at = :now, attempts = 1, retry_at = NULL,
        settled_at = NULL, urls = (SELECT json_group_array(url) FROM article WHERE id = article_id),
        shown = (SELECT fingerprint FROM article WHERE id = article_id)""",
        post,
        now=now.timestamp(),
    )


async def by_itself(database: Database, post: Post, now: datetime) -> Post:
    """Take up a follow-up that is certainly not in Discord as a post of its own."""
    assert post.article_id is not None  # no digest is a follow-up
    async with database.transaction() as transaction:
        return await posts.change(
            transaction,
            """follows = NULL, thread_id = NULL, nonce = :nonce, fate = 'sending',
            claimed_at = :now, tried_at = :now, attempts = 1, retry_at = NULL, settled_at = NULL,
            shown = (SELECT fingerprint FROM article WHERE id = article_id)""",
            post,
            now=now.timestamp(),
            nonce=await posts.unused_nonce(transaction, post.channel_id, post.article_id),
        )


async def try_again(
    database: Database, post: Post, now: datetime, *, since: datetime | None = None
) -> Post:
    """Count one more attempt at a post of which an earlier one may have arrived.

    With `since`, no attempt before that can have arrived: it is looked for from then on.
    """
    return await posts.changed(
        database,
        """fate = 'sending', claimed_at = :since, tried_at = :now, attempts = attempts + 1,
        retry_at = NULL""",
        post,
        now=now.timestamp(),
        since=(since or post.claimed_at).timestamp(),
    )


async def also_shows(database: Database, post: Post, url: str) -> Post:
    """Record one more address under which a post may be in Discord, before it is sent with it."""
    return await posts.changed(database, "urls = json_insert(urls, '$[#]', :url)", post, url=url)


async def settle(
    database: Database,
    post: Post,
    sent: Sent | None,
    now: datetime,
    *,
    discuss: bool = False,
    opening: bool = False,
) -> Post:
    """Record where a post is in Discord; `sent` None: it was there, until someone deleted it.

    With `discuss` it wants a discussion from now on, unless sending it opened one, or it is a
    follow-up: that is in one. `opening` says whether something is said first in there.
    """
    thread_id = (sent and sent.thread_id) if post.follows is None else post.thread_id
    async with database.transaction() as transaction:
        settled = await posts.change(
            transaction,
            """fate = 'posted', reason = '', settled_at = :now, attempts = 0, retry_at = NULL,
            message_id = :message_id, thread_id = :thread_id, discussion = :discussion""",
            post,
            now=now.timestamp(),
            message_id=sent and sent.message_id,
            thread_id=thread_id,
            discussion="open" if thread_id else "wanted" if discuss and sent else "none",
        )
        if thread_id and post.follows is None:
            await discussions.begun(transaction, post, thread_id, now, opening=opening)
        if sent is not None and sent.announced:
            await crossposts.promise(transaction, settled, now)
        await faces.arrived(transaction, settled, now)
        if post.follows is not None:
            await faces.redraw(transaction, [post.follows], now, now)
    return settled


async def mark(database: Database, post: Post, fate: Fate, reason: str) -> None:
    """Record that a post did not (or not for certain) get there, and why; it stays open."""
    await posts.changed(database, "fate = :fate, reason = :reason", post, fate=fate, reason=reason)


async def park(
    database: Database, post: Post, reason: str, now: datetime, retry_at: datetime | None = None
) -> None:
    """Put a post aside with its reason: until `retry_at`, or until its file changes."""
    await posts.changed(
        database,
        "fate = 'parked', reason = :reason, retry_at = :retry_at, settled_at = :settled_at",
        post,
        reason=reason,
        retry_at=retry_at and retry_at.timestamp(),
        settled_at=None if retry_at else now.timestamp(),
    )


async def give_up(database: Database, post: Post) -> None:
    """Forget an article's post that is certainly not in Discord: it is due again."""
    async with database.transaction() as transaction:
        await transaction.write("DELETE FROM post WHERE id = ?", (post.id,))


async def take_back(transaction: Transaction, article_ids: Iterable[int]) -> None:
    """Let what was parked for good go out once more: its articles' files have changed."""
    await transaction.write(
        """UPDATE post SET fate = 'planned', settled_at = NULL
        WHERE fate = 'parked' AND settled_at IS NOT NULL
        AND article_id IN (SELECT value FROM json_each(?))""",
        (json.dumps(list(article_ids)),),
    )


async def hurry(database: Database, channel_ids: Iterable[int]) -> None:
    """Wait no longer with what is put aside in some channels: something has changed there."""
    async with database.transaction() as transaction:
        await transaction.write(
            """UPDATE post SET retry_at = NULL WHERE retry_at IS NOT NULL
            AND channel_id IN (SELECT value FROM json_each(?))""",
            (json.dumps(list(channel_ids)),),
        )


async def open_channels(database: Database, now: datetime) -> tuple[int, ...]:
    """Return the channels in which something is left to be done now."""
    rows = await database.read(
        f"""SELECT channel_id FROM post WHERE settled_at IS NULL AND {posts.IN_TURN}
        UNION SELECT channel_id FROM post WHERE {posts.UNDISCUSSED} AND {posts.IN_TURN}""",
        {"now": now.timestamp()},
    )
    return tuple(channel_id for (channel_id,) in rows)


async def open_in(database: Database, channel_id: int, now: datetime) -> tuple[Post, ...]:
    """Return a channel's posts that are to be brought to an end now, oldest first."""
    where = f"settled_at IS NULL AND channel_id = :channel_id AND {posts.IN_TURN} ORDER BY id"
    return await posts.where(database, where, channel_id=channel_id, now=now.timestamp())


async def find(database: Database, channel_id: int, article_id: int) -> Post | None:
    """Return the post of an article in a channel, or the message of a digest that it is in.

    Also by an id that the article had before its date was corrected.
    """
    where = f"""id = (WITH wanted (id) AS (SELECT {called_now(":article_id")})
        SELECT coalesce(
            (SELECT id FROM post WHERE channel_id = :channel_id AND article_id = wanted.id),
            (SELECT post_id FROM digest_article
                WHERE channel_id = :channel_id AND article_id = wanted.id)) FROM wanted)"""
    found = await posts.where(database, where, channel_id=channel_id, article_id=article_id)
    return found[0] if found else None


async def of_article(database: Database, article_id: int) -> tuple[Post, ...]:
    """Return what holds an article in all channels: messages of digests, then its own posts."""
    where = """id IN (SELECT id FROM post WHERE article_id = :article_id
        UNION SELECT post_id FROM digest_article WHERE article_id = :article_id)
        ORDER BY article_id IS NOT NULL, id"""
    return await posts.where(database, where, article_id=article_id)


async def arrivals(database: Database, channel_id: int, since: datetime) -> list[datetime]:
    """Return when posts have come to be in a channel, later than `since`."""
    rows = await database.read(
        """SELECT settled_at FROM post
        WHERE channel_id = ? AND settled_at > ? AND fate = 'posted'""",
        (channel_id, since.timestamp()),
    )
    return [moment(seconds) for (seconds,) in rows]
