"""The outbox: what was promised to Discord, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from bot.news.post import Fate, Post, Sent, nonce
from bot.store import discussions, faces
from bot.store.database import Database, Row, Transaction
from bot.store.rows import POST_COLUMNS, moment, post_from

_TIME = "(retry_at IS NULL OR retry_at <= :now)"  # nothing tells to wait


async def claim(
    database: Database, channel_id: int, article_id: int, subscription: str, now: datetime
) -> Post | None:
    """Promise one article to a channel, on disk, before anything is sent.

    Returns None if it was promised before, by whatever subscription, by itself or in a digest; or
    if it has another id by now, for then it may not be due any more.
    """
    async with database.transaction() as transaction:
        mark = await _unused_nonce(transaction, channel_id, article_id)
        rows = await transaction.read(
            f"""INSERT INTO post (channel_id, article_id, subscription, nonce, fate, claimed_at,
                tried_at, urls, shown)
            SELECT ?1, id, ?3, ?4, 'sending', ?5, ?5, json_array(url), fingerprint FROM article
            WHERE id = ?2 AND NOT EXISTS (SELECT 1 FROM digest_article
                WHERE channel_id = ?1 AND article_id = ?2 AND post_id IS NOT NULL)
            ON CONFLICT (channel_id, article_id) DO NOTHING RETURNING {POST_COLUMNS}""",
            (channel_id, article_id, subscription, mark, now.timestamp()),
        )
    return post_from(rows[0]) if rows else None


async def current(database: Database, post: Post) -> Post:
    """Return a post as it is now: its article may have got another id since it was read."""
    return (await _posts(database, "id = :id", id=post.id))[0]


async def claim_again(database: Database, post: Post, now: datetime) -> Post:
    """Take up a post that is certainly not in Discord, before it is sent once more."""
    return await _changed(
        database,
        """fate = 'sending', claimed_at = :now, tried_at = :now, attempts = 1, retry_at = NULL,
        settled_at = NULL, urls = (SELECT json_group_array(url) FROM article WHERE id = article_id),
        shown = (SELECT fingerprint FROM article WHERE id = article_id)""",
        post,
        now=now.timestamp(),
    )


async def try_again(
    database: Database, post: Post, now: datetime, *, since: datetime | None = None
) -> Post:
    """Count one more attempt at a post of which an earlier one may have arrived.

    With `since`, no attempt before that can have arrived: it is looked for from then on.
    """
    return await _changed(
        database,
        """fate = 'sending', claimed_at = :since, tried_at = :now, attempts = attempts + 1,
        retry_at = NULL""",
        post,
        now=now.timestamp(),
        since=(since or post.claimed_at).timestamp(),
    )


async def also_shows(database: Database, post: Post, url: str) -> Post:
    """Record one more address under which a post may be in Discord, before it is sent with it."""
    return await _changed(database, "urls = json_insert(urls, '$[#]', :url)", post, url=url)


async def settle(
    database: Database, post: Post, sent: Sent | None, now: datetime, *, discuss: bool = False
) -> Post:
    """Record where a post is in Discord; `sent` None: it was there, until someone deleted it.

    With `discuss` it wants a discussion from now on, unless sending it opened one.
    """
    thread_id = sent and sent.thread_id
    async with database.transaction() as transaction:
        settled = await _change(
            transaction,
            """fate = 'posted', reason = '', settled_at = :now, attempts = 0, retry_at = NULL,
            message_id = :message_id, thread_id = :thread_id, discussion = :discussion""",
            post,
            now=now.timestamp(),
            message_id=sent and sent.message_id,
            thread_id=thread_id,
            discussion="open" if thread_id else "wanted" if discuss and sent else "none",
        )
        if thread_id:
            await discussions.begun(transaction, post, thread_id, now)
        await faces.arrived(transaction, settled, now)
    return settled


async def mark(database: Database, post: Post, fate: Fate, reason: str) -> None:
    """Record that a post did not (or not for certain) get there, and why; it stays open."""
    await _changed(database, "fate = :fate, reason = :reason", post, fate=fate, reason=reason)


async def park(
    database: Database, post: Post, reason: str, now: datetime, retry_at: datetime | None = None
) -> None:
    """Put a post aside with its reason: until `retry_at`, or until its file changes."""
    await _changed(
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


async def discussion_opened(database: Database, post: Post, thread_id: int, now: datetime) -> None:
    """Record the thread under a post, and promise what is to be said there."""
    changes = "thread_id = :thread_id, discussion = 'open', retry_at = NULL, reason = ''"
    async with database.transaction() as transaction:
        await _change(transaction, changes, post, thread_id=thread_id)
        await discussions.begun(transaction, post, thread_id, now)


async def discussion_failed(database: Database, post: Post, reason: str) -> None:
    """Record that a post stays without a thread, and why."""
    changes = "discussion = 'failed', retry_at = NULL, reason = :reason"
    await _changed(database, changes, post, reason=reason)


async def discussions_wait(database: Database, post: Post, reason: str, retry_at: datetime) -> None:
    """Record that a discussion failed for now: all others of its channel wait with it."""
    async with database.transaction() as transaction:
        await transaction.write(
            """UPDATE post SET retry_at = ?, attempts = attempts + (id = ?), reason = ?
            WHERE discussion = 'wanted' AND channel_id = ?""",
            (retry_at.timestamp(), post.id, reason, post.channel_id),
        )


async def open_channels(database: Database, now: datetime) -> tuple[int, ...]:
    """Return the channels in which something is left to be done now."""
    rows = await database.read(
        f"""SELECT channel_id FROM post WHERE settled_at IS NULL AND {_TIME}
        UNION SELECT channel_id FROM post WHERE discussion = 'wanted' AND {_TIME}""",
        {"now": now.timestamp()},
    )
    return tuple(channel_id for (channel_id,) in rows)


async def open_in(database: Database, channel_id: int, now: datetime) -> tuple[Post, ...]:
    """Return a channel's posts that are to be brought to an end now, oldest first."""
    where = f"settled_at IS NULL AND channel_id = :channel_id AND {_TIME} ORDER BY id"
    return await _posts(database, where, channel_id=channel_id, now=now.timestamp())


async def undiscussed(database: Database, channel_id: int, now: datetime) -> tuple[Post, ...]:
    """Return a channel's posts whose discussion is to be opened now, oldest first."""
    where = f"discussion = 'wanted' AND channel_id = :channel_id AND {_TIME} ORDER BY id"
    return await _posts(database, where, channel_id=channel_id, now=now.timestamp())


async def find(database: Database, channel_id: int, article_id: int) -> Post | None:
    """Return the post of an article in a channel, or the message of a digest that it is in."""
    where = """id = coalesce(
        (SELECT id FROM post WHERE channel_id = :channel_id AND article_id = :article_id),
        (SELECT post_id FROM digest_article
            WHERE channel_id = :channel_id AND article_id = :article_id))"""
    posts = await _posts(database, where, channel_id=channel_id, article_id=article_id)
    return posts[0] if posts else None


async def of_article(database: Database, article_id: int) -> tuple[Post, ...]:
    """Return what holds an article in all channels: messages of digests, then its own posts."""
    where = """id IN (SELECT id FROM post WHERE article_id = :article_id
        UNION SELECT post_id FROM digest_article WHERE article_id = :article_id)
        ORDER BY article_id IS NOT NULL, id"""
    return await _posts(database, where, article_id=article_id)


async def arrivals(database: Database, channel_id: int, since: datetime) -> list[datetime]:
    """Return when posts have come to be in a channel, later than `since`."""
    rows = await database.read(
        """SELECT settled_at FROM post
        WHERE channel_id = ? AND settled_at > ? AND fate = 'posted'""",
        (channel_id, since.timestamp()),
    )
    return [moment(seconds) for (seconds,) in rows]


async def _posts(database: Database, where: str, **parameters: object) -> tuple[Post, ...]:
    rows = await database.read(f"SELECT {POST_COLUMNS} FROM post WHERE {where}", parameters)
    return tuple(post_from(row) for row in rows)


async def _unused_nonce(transaction: Transaction, channel_id: int, article_id: int) -> str:
    """Return a nonce of its own: an article that was re-dated took its post's nonce along."""
    revision = 0
    while await transaction.read(
        "SELECT 1 FROM post WHERE nonce = ?", (nonce(channel_id, article_id, revision),)
    ):
        revision += 1
    return nonce(channel_id, article_id, revision)


async def _changed(database: Database, changes: str, post: Post, **parameters: Any) -> Post:
    async with database.transaction() as transaction:
        return await _change(transaction, changes, post, **parameters)


async def _change(transaction: Transaction, changes: str, post: Post, **parameters: Any) -> Post:
    rows: Sequence[Row] = await transaction.read(
        f"UPDATE post SET {changes} WHERE id = :id RETURNING {POST_COLUMNS}",
        {"id": post.id, **parameters},
    )
    return post_from(rows[0])
