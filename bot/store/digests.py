"""What is remembered of digests: for which period, which articles, in which messages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from bot.news.digest import Spot
from bot.news.plan import Candidate
from bot.news.post import Post, nonce
from bot.news.runs import Count
from bot.store.articles import of_message
from bot.store.database import Database, Transaction
from bot.store.rows import POST_COLUMNS, called_now, moment, post_from
from bot.store.subscriptions import count_in
from bot.structs import Frozen

Stories = Sequence[Sequence[int]]  # ids of articles by story, the best first

_HIDDEN = "article_id IN (SELECT id FROM article WHERE NOT listed OR published_at > :now)"


class Contents(Frozen):
    """What is in one message of a digest.

    `stories` are as many of its articles as can be shown, together by story; `count` is how many
    there are in all. `articles` and `providers` are those of the whole digest.
    """

    since: datetime
    until: datetime
    stories: tuple[tuple[Candidate, ...], ...]
    count: int
    articles: int
    providers: int


async def last_until(database: Database, subscription: str, channel_id: int) -> datetime | None:
    """Return up to when a subscription's digests have told of a channel's news, if any has."""
    rows = await database.read(
        "SELECT max(until) FROM digest WHERE subscription = ? AND channel_id = ?",
        (subscription, channel_id),
    )
    return moment(rows[0][0]) if rows[0][0] is not None else None


async def claim(
    database: Database,
    channel_id: int,
    subscription: str,
    period: tuple[datetime, datetime],
    messages: Sequence[Stories],
    count: Count,
    now: datetime,
) -> tuple[Post, ...]:
    """Promise a digest to a channel, on disk and as a whole, before anything is sent.

    Returns its messages, planned. `messages` are the stories of each; the first has none if there
    is nothing new. With it the run is done, which makes it: it counts as `count` says. An article
    may be given by an id that it had before its date was corrected.
    """
    since, until = (time.timestamp() for time in period)
    async with database.transaction() as transaction:
        ((digest_id,),) = await transaction.read(
            """INSERT INTO digest (subscription, channel_id, since, until) VALUES (?, ?, ?, ?)
            RETURNING id""",
            (subscription, channel_id, since, until),
        )
        await count_in(transaction, subscription, count)
        posts: list[Post] = []
        place = story = 0
        for part, stories in enumerate(messages, start=1):
            post = await _claim_message(
                transaction, (channel_id, subscription, since), digest_id, part, now
            )
            posts.append(post)
            rows: list[tuple[int, ...]] = []
            for ids in stories:
                rows += [
                    (channel_id, key, digest_id, post.id, place + number, story)
                    for number, key in enumerate(ids)
                ]
                place, story = place + len(ids), story + 1
            await transaction.write_all(
                f"INSERT INTO digest_article VALUES (?1, {called_now('?2')}, ?3, ?4, ?5, ?6)",
                rows,
            )
    return tuple(posts)


async def _claim_message(
    transaction: Transaction,
    key: tuple[int, str, float],
    digest_id: int,
    part: int,
    now: datetime,
) -> Post:
    channel_id, subscription, since = key
    rows = await transaction.read(
        f"""INSERT INTO post (channel_id, digest_id, part, subscription, nonce, fate, claimed_at,
            tried_at, urls)
        VALUES (:channel, :digest, :part, :subscription, :nonce, 'planned', :now, :now, '[]')
        RETURNING {POST_COLUMNS}""",
        {
            "channel": channel_id,
            "digest": digest_id,
            "part": part,
            "subscription": subscription,
            "nonce": nonce(channel_id, f"digest {subscription} {since}", part),
            "now": now.timestamp(),
        },
    )
    return post_from(rows[0])


async def first_message(database: Database, post: Post) -> Post:
    """Return the first message of the digest of which `post` is a message."""
    rows = await database.read(
        f"SELECT {POST_COLUMNS} FROM post WHERE digest_id = ? AND part = 1", (post.digest_id,)
    )
    return post_from(rows[0])


async def contents(database: Database, post: Post, most: int) -> Contents:
    """Return what is in a message of a digest, up to so many of its articles as values."""
    ((since, until),) = await database.read(
        "SELECT since, until FROM digest WHERE id = ?", (post.digest_id,)
    )
    ((articles, providers, count),) = await database.read(
        """SELECT count(*), count(DISTINCT nullif(lower(
                iif(provider_domain <> '', provider_domain, provider)), '')),
            count(*) FILTER (WHERE post_id = ?)
        FROM digest_article JOIN article ON article.id = article_id WHERE digest_id = ?""",
        (post.id, post.digest_id),
    )
    told = await of_message(database, post.channel_id, post.id, most)
    stories = tuple(
        tuple(candidate for _, candidate in group)
        for _, group in groupby(told, key=lambda pair: pair[0])
    )
    return Contents(moment(since), moment(until), stories, count, articles, providers)


async def has_hidden(database: Database, post: Post, now: datetime) -> bool:
    """Whether a message of a digest holds anything that members may not see any more."""
    rows = await database.read(
        f"SELECT 1 FROM digest_article WHERE post_id = :post AND {_HIDDEN} LIMIT 1",
        {"post": post.id, "now": now.timestamp()},
    )
    return bool(rows)


async def refuse(database: Database, post: Post, reason: str, now: datetime) -> None:
    """Put a message aside for good, and what was to follow it: its articles go out by themselves.

    Only for one that is certainly not in Discord.
    """
    async with database.transaction() as transaction:
        await _end(transaction, "UPDATE digest_article SET post_id = NULL", post, reason, now)


async def give_up(database: Database, post: Post, reason: str, now: datetime) -> None:
    """Put a message aside for good, and what was to follow it: its articles are due again.

    Only for one that is certainly not in Discord.
    """
    async with database.transaction() as transaction:
        await _end(transaction, "DELETE FROM digest_article", post, reason, now)


async def let_go_of_hidden(database: Database, post: Post, now: datetime) -> bool:
    """Take out of a message that is certainly not in Discord what members may not see any more.

    Once it may be seen again, it is due again. Returns whether there is anything left to tell. If
    not, the message is put aside for good, and what was to follow it: all of that is due again.
    """
    return await _let_go(database, post, _HIDDEN, "all of it was withdrawn", now)


async def let_go_of(database: Database, post: Post, article_id: int, now: datetime) -> None:
    """Take one article out of a message that is certainly not in Discord, to go out by itself."""
    which = "article_id = :article"
    await _let_go(database, post, which, "all of it was posted by hand", now, article=article_id)


async def _let_go(
    database: Database, post: Post, which: str, reason: str, now: datetime, **parameters: object
) -> bool:
    async with database.transaction() as transaction:
        gone = await transaction.write(
            f"DELETE FROM digest_article WHERE post_id = :post AND {which}",
            {"post": post.id, "now": now.timestamp(), **parameters},
        )
        left = await transaction.read(
            "SELECT 1 FROM digest_article WHERE post_id = ? LIMIT 1", (post.id,)
        )
        if left or not gone:
            return True
        await _end(transaction, "DELETE FROM digest_article", post, reason, now)
    return False


async def _end(
    transaction: Transaction, parting: str, post: Post, reason: str, now: datetime
) -> None:
    """Put a message of a digest aside for good, and what was to follow it, without its articles."""
    parameters = {
        "digest": post.digest_id,
        "part": post.part,
        "reason": reason,
        "now": now.timestamp(),
    }
    these = "SELECT id FROM post WHERE digest_id = :digest AND part >= :part"
    await transaction.write(f"{parting} WHERE post_id IN ({these})", parameters)
    await transaction.write(
        f"""UPDATE post SET fate = 'parked', reason = :reason, retry_at = NULL,
        settled_at = :now WHERE id IN ({these})""",
        parameters,
    )


async def spots(database: Database, article_ids: Iterable[int]) -> dict[int, tuple[Spot, ...]]:
    """Return where articles are posted by themselves, in whatever server, by article id."""
    rows = await database.read(
        """SELECT article_id, channel_id, message_id, thread_id FROM post
        WHERE fate = 'posted' AND message_id IS NOT NULL
        AND article_id IN (SELECT value FROM json_each(?)) ORDER BY id""",
        (json.dumps(list(article_ids)),),
    )
    found: dict[int, tuple[Spot, ...]] = {}
    for key, *where in rows:
        found[key] = (*found.get(key, ()), Spot(*where))
    return found
