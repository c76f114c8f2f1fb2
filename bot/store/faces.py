"""What the messages of posts show, and which of them are to be drawn anew."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from bot.news.errand import Wanted
from bot.news.face import EDIT, Mark, Reports, Told, face, redrawn_from
from bot.news.post import BY_HAND, Post
from bot.store import errands
from bot.store.database import Database, Row, Transaction
from bot.store.rows import POST_COLUMNS, moment, post_from
from bot.structs import Frozen

_OF_ARTICLES = """id IN (SELECT id FROM post WHERE article_id IN (SELECT value FROM json_each(:ids))
    UNION SELECT follows FROM post WHERE article_id IN (SELECT value FROM json_each(:ids))
    UNION SELECT post_id FROM digest_article
        WHERE article_id IN (SELECT value FROM json_each(:ids)))"""


class Shown(Frozen):
    """What a message is to show now, and the face that was sent last (None: not known)."""

    told: tuple[Told, ...]
    face: bytes | None


async def of_post(database: Database | Transaction, post_id: int) -> Shown:
    """Return what the message of a post is to show now, and what it shows.

    Articles that members may not see any more are retracted. What staff posted by hand may have
    been held then: only if it is withdrawn.
    """
    rows = await database.read(
        """SELECT article.id, fingerprint, post.shown,
            iif(article.updated_at > post.settled_at, article.updated_at, NULL) AS updated_at,
            withdrawn_at IS NOT NULL OR (NOT listed AND post.subscription <> ?1) AS hidden,
            reports.*
        FROM post LEFT JOIN digest_article d ON d.post_id = post.id
        JOIN article ON article.id = ifnull(post.article_id, d.article_id)
        CROSS JOIN (SELECT count(*) AS count, thread_id, max(message_id) AS message_id FROM post
            WHERE follows = ?2 AND message_id IS NOT NULL AND EXISTS (
                SELECT 1 FROM article WHERE id = article_id AND listed)) AS reports
        WHERE post.id = ?2 ORDER BY d.place""",
        (BY_HAND, post_id),
    )
    return Shown(tuple(map(_told, rows)), rows[0]["shown"] if rows else None)


async def post(database: Database, post_id: int) -> Post:
    """Return a post by its id."""
    rows = await database.read(f"SELECT {POST_COLUMNS} FROM post WHERE id = ?", (post_id,))
    return post_from(rows[0])


async def sends(database: Database, post: Post) -> None:
    """Record, before an attempt at a post, what it will show; after different attempts: nothing.

    To be asked before the attempt is made up: should an article change after that, its post is
    only drawn anew once too often.
    """
    shown = await of_post(database, post.id)
    wanted = face(shown.told)
    if wanted != shown.face:
        async with database.transaction() as transaction:
            await transaction.write(
                "UPDATE post SET shown = iif(shown IS NULL, ?, x'') WHERE id = ?",
                (wanted, post.id),
            )


async def arrived(transaction: Transaction, post: Post, now: datetime) -> None:
    """Draw a post anew that has arrived, if its articles changed while it was on its way."""
    shown = await of_post(transaction, post.id)
    if shown.told and face(shown.told) != shown.face:
        await redraw(transaction, [post.id], now, now)


async def changed(
    transaction: Transaction,
    article_ids: Iterable[int],
    now: datetime,
    begin: datetime | None = None,
) -> None:
    """Promise to draw anew, from `begin` on, what shows or counts articles that have changed."""
    rows = await transaction.read(
        f"SELECT id FROM post WHERE {_OF_ARTICLES}", {"ids": json.dumps(list(article_ids))}
    )
    await redraw(transaction, [post_id for (post_id,) in rows], now, begin or now)


async def redraw(
    transaction: Transaction, post_ids: Iterable[int], now: datetime, begin: datetime
) -> None:
    """Promise to draw messages anew that are in Discord, each at most once in five minutes.

    One that was deleted may have left a discussion behind, which is to follow its article.
    """
    rows = await transaction.read(
        """SELECT id, channel_id, edited_at FROM post
        WHERE id IN (SELECT value FROM json_each(?)) AND (message_id IS NOT NULL
            OR (fate = 'posted' AND thread_id IS NOT NULL AND follows IS NULL))""",
        (json.dumps(list(post_ids)),),
    )
    for post_id, channel_id, edited_at in rows:
        wanted = Wanted(EDIT, str(post_id), channel_id)
        free = redrawn_from(None if edited_at is None else moment(edited_at), begin)
        await errands.promise_anew(transaction, wanted, now, free)


async def adopt(transaction: Transaction, article_id: int, fingerprint: bytes) -> None:
    """Take what posts of an article show for right, before it gets another fingerprint.

    It is not the article that has changed then, but how its file is read.
    """
    await transaction.write(
        """UPDATE post SET shown = :new WHERE article_id = :id
        AND shown = (SELECT fingerprint FROM article WHERE id = :id)""",
        {"id": article_id, "new": fingerprint},
    )


async def drawing(database: Database, post: Post, now: datetime, *, retracted: bool) -> int:
    """Record that a message is about to be drawn anew: it is not again for a while.

    Returns how often its post was retracted and restored so far, this time included.
    """
    async with database.transaction() as transaction:
        ((turns,),) = await transaction.read(
            """UPDATE post SET edited_at = ?, turns = turns + (turns % 2 <> ?) WHERE id = ?
            RETURNING turns""",
            (now.timestamp(), retracted, post.id),
        )
    return int(turns)


async def turns(database: Database, post_id: int) -> int:
    """Return how often a post was retracted and restored so far: odd while it is retracted."""
    rows = await database.read("SELECT turns FROM post WHERE id = ?", (post_id,))
    return int(rows[0][0])


async def drawn(database: Database, post: Post, shown: bytes) -> None:
    """Record what a message shows that was drawn anew."""
    async with database.transaction() as transaction:
        await transaction.write("UPDATE post SET shown = ? WHERE id = ?", (shown, post.id))


async def gone(database: Database, post: Post) -> None:
    """Record that the message of a post was deleted."""
    async with database.transaction() as transaction:
        await transaction.write("UPDATE post SET message_id = NULL WHERE id = ?", (post.id,))


def _told(row: Row) -> Told:
    updated_at = row["updated_at"]
    reports = Reports(row["count"], row["thread_id"], row["message_id"]) if row["count"] else None
    mark = Mark(None if updated_at is None else moment(updated_at), bool(row["hidden"]), reports)
    return Told(row["id"], row["fingerprint"], mark)
