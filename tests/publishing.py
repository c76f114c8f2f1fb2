"""Publishing as a schedule has it done, without waiting for its time."""

from bot.jobs.publish import Publisher
from bot.news.post import Post
from bot.news.subscription import Subscription


async def run(publisher: Publisher, *subscriptions: Subscription) -> tuple[Post, ...]:
    """Do what the schedule would do now for subscriptions, one after the other.

    Returns what went out. Raises OutletError as soon as a channel takes nothing.
    """
    posts: tuple[Post, ...] = ()
    for each in subscriptions:
        posts += (await publisher.session(each, appointed=publisher.clock())).posts
    return posts
