"""Where a further report of a story goes: into the discussion that the story has in its channel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.news.article import Article
from bot.news.post import Post
from bot.news.story import beginnings
from bot.news.subscription import Subscription
from bot.store import outbox, stories
from bot.store.database import Database


async def first_of(
    database: Database,
    subscription: Subscription,
    article: Article,
    discuss: Callable[[Post, Subscription], Awaitable[object]],
) -> Post | None:
    """Return the post to which an article is a follow-up; None if it goes out by itself.

    If none of its story has a discussion, `discuss` opens one where this subscription has them.
    """
    if subscription.follow_ups != "thread":
        return None
    told = await stories.told(database, subscription.channel_id, article)
    if not told:
        return None
    known = await stories.known(database, [article, *(each.article for each in told)])
    found = beginnings(article, told, known)
    discussed = next((post for post in found if post.thread_id is not None), None)
    if discussed is not None or not found or not _may_be_discussed(found[0], subscription):
        return discussed
    await discuss(found[0], subscription)
    opened = await outbox.current(database, found[0])
    return opened if opened.thread_id is not None else None


def _may_be_discussed(post: Post, subscription: Subscription) -> bool:
    """Whether to open a discussion now: not one that has to wait with others of its channel."""
    wanted = subscription.discuss == "thread" and post.message_id is not None
    return wanted and not post.wants_discussion
