"""Which posts of a channel an article may be a follow-up to: what posted articles list is kept.

Kept for articles that have a post alone: however large the archive, there are only so many.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from bot.news.article import Article
from bot.news.story import Told, listed
from bot.store.database import Database, Transaction
from bot.store.rows import POST_COLUMNS, address_key, article_from, post_from

_MOST = 50  # posts that one article is compared with, the latest


async def told(database: Database, channel_id: int, article: Article) -> tuple[Told, ...]:
    """Return what is posted singly in a channel and is listed by an article, or lists it.

    Only what members may see, in stories whose first article they may see as well.
    """
    rows = await database.read(
        """SELECT ifnull(post.follows, post.id) AS first, article.* FROM post
        JOIN article ON article.id = post.article_id
        WHERE post.channel_id = :channel AND post.fate = 'posted' AND article.listed
        AND post.article_id IN (
            SELECT id FROM article WHERE canonical_url IN (SELECT value FROM json_each(:listed))
            UNION SELECT article_id FROM coverage WHERE address = :address)
        ORDER BY post.id DESC LIMIT :most""",
        {
            "channel": channel_id,
            "listed": json.dumps(sorted(listed(article))),
            "address": address_key(article.canonical_url),
            "most": _MOST,
        },
    )
    firsts = await database.read(
        f"""SELECT {POST_COLUMNS} FROM post WHERE id IN (SELECT value FROM json_each(?))
        AND EXISTS (SELECT 1 FROM article WHERE id = article_id AND listed)""",
        (json.dumps([row["first"] for row in rows]),),
    )
    posts = {row["id"]: post_from(row) for row in firsts}
    return tuple(
        Told(article_from(row), posts[row["first"]]) for row in rows if row["first"] in posts
    )


async def known(database: Database, articles: Iterable[Article]) -> frozenset[str]:
    """Return which of all addresses that some articles list are those of articles themselves."""
    addresses = frozenset[str]().union(*map(listed, articles))
    rows = await database.read(
        """SELECT canonical_url FROM article
        WHERE listed AND canonical_url IN (SELECT value FROM json_each(?))""",
        (json.dumps(sorted(addresses)),),
    )
    return frozenset(url for (url,) in rows)


async def cover(transaction: Transaction, article_id: int) -> None:
    """Keep what an article lists: it has a post from now on."""
    await _cover(transaction, [article_id])


async def renew(transaction: Transaction, article_ids: Collection[int]) -> None:
    """Keep what those of some changed articles list now that have a post."""
    rows = await transaction.read(
        """SELECT DISTINCT article_id FROM post
        WHERE article_id IN (SELECT value FROM json_each(?))""",
        (json.dumps(list(article_ids)),),
    )
    await _cover(transaction, [row["article_id"] for row in rows])


async def cover_some(database: Database, most: int) -> int:
    """Keep what articles list that were posted by an earlier version; return of how many."""
    rows = await database.read("SELECT article_id FROM uncovered LIMIT ?", (most,))
    ids = [row["article_id"] for row in rows]
    if not ids:
        return 0
    async with database.transaction() as transaction:
        await _cover(transaction, ids)
        await transaction.write_all(
            "DELETE FROM uncovered WHERE article_id = ?", [(each,) for each in ids]
        )
    return len(ids)


async def _cover(transaction: Transaction, article_ids: Collection[int]) -> None:
    ids = json.dumps(list(article_ids))
    rows = await transaction.read(
        "SELECT * FROM article WHERE id IN (SELECT value FROM json_each(?))", (ids,)
    )
    await transaction.write(
        "DELETE FROM coverage WHERE article_id IN (SELECT value FROM json_each(?))", (ids,)
    )
    await transaction.write_all(
        "INSERT INTO coverage (address, article_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(address_key(url), row["id"]) for row in rows for url in listed(article_from(row))],
    )
