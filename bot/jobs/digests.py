"""Digests made: what is due in a channel, ranked, promised and divided into messages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from bot.errors import ChannelClosed, FateUnknown, PostRefused
from bot.jobs.dispatching import MOST, stories
from bot.jobs.outlet import Outlet
from bot.jobs.planning import starts
from bot.news.activity import Activity
from bot.news.digest import Page, provider_key
from bot.news.plan import Baselines, Candidate, Verdict
from bot.news.post import Post
from bot.news.rank import Ranked, most_discussed, rank
from bot.news.runs import Count, next_run, schedule_of
from bot.news.subscription import Subscription
from bot.store import activity, digests
from bot.store.database import Database
from bot.store.digests import Stories
from bot.structs import Frozen

log = logging.getLogger(__name__)

_NO_START = datetime.min.replace(tzinfo=UTC)
_INSTANT = timedelta(seconds=1)  # the least that a period lasts, should a clock be set back


class Edition(Frozen):
    """What a digest tells, in its order: all that is new, or what members make most of."""

    since: datetime
    until: datetime
    stories: tuple[Ranked, ...]
    discussed: bool = False

    @property
    def ids(self) -> Stories:
        """The ids of the articles by story."""
        return [[each.id for each in (story.best, *story.also)] for story in self.stories]


async def edition(
    database: Database,
    subscription: Subscription,
    baselines: Baselines,
    found: Sequence[Candidate],
    now: datetime,
    outlet: Outlet | None = None,
) -> Edition:
    """Return what a digest holds that is made of these articles now.

    It goes back to the last one however long that is ago; one that catches up with articles that
    were to go out by themselves goes back to the oldest of them. Without an outlet all servers
    count for what members make of it. Raises LoginError if the token is no good, and OutletError if
    that is all that it is about and Discord does not tell which server it is for.
    """
    last = await digests.last_until(database, subscription.key, subscription.channel_id)
    if subscription.post == "digest":
        since = last or _beginning(baselines, found, now)
    else:
        oldest = _oldest(found, now)
        since = max(last or oldest, oldest)  # no two have the same beginning
    until = max(now, since + _INSTANT)
    discussed, done = subscription.sort == "discussed", dict[int, Activity]()
    try:
        done = await activity_in(database, subscription.channel_id, found, outlet)
    except (ChannelClosed, FateUnknown, PostRefused) as error:
        if discussed:
            raise
        log.warning("not ranked by activity name=%s reason=%s", subscription.name, error)
    # Beside the event loop: a first digest may be of all there is.
    if discussed:
        told = await asyncio.to_thread(most_discussed, found, done)
    else:
        told = await asyncio.to_thread(rank, found, since, until, done)
    return Edition(since, until, told, discussed)


async def foreseen(
    database: Database, subscription: Subscription, decided: Sequence[Verdict], now: datetime
) -> Edition:
    """Return what the next digest of a subscription would hold, by verdicts; changes nothing."""
    found = [verdict.candidate for verdict in decided if verdict.hold is None and verdict.digest]
    baselines = await starts(database, subscription, now)
    return await edition(database, subscription, baselines, found, now)


async def claim(
    database: Database,
    outlet: Outlet,
    subscription: Subscription,
    edition: Edition,
    clock: Callable[[], datetime],
) -> tuple[Post, ...]:
    """Promise a digest; return its messages. A second one is made only if there is need of it."""
    page = await page_of(database, edition, subscription.topics)
    shown = outlet.holds(page)
    whole = shown == len(edition.stories) and not page.others
    messages = [edition.ids] if whole else [edition.ids[:shown], edition.ids[shown:]]
    now = clock()
    period, count = (edition.since, edition.until), Count(now, schedule_of(subscription))
    return await digests.claim(
        database, subscription.channel_id, subscription.key, period, messages, count, now
    )


async def is_told(
    database: Database, subscription: Subscription, appointed: datetime, now: datetime
) -> bool:
    """Tell whether a digest was promised since a time on the schedule, and no other has come.

    What has arrived in between is not worth another one at once.
    """
    last = await digests.last_until(database, subscription.key, subscription.channel_id)
    # One that ends further ahead is of a wrong clock.
    if last is None or not appointed < last <= now + _INSTANT:
        return False
    return next_run(subscription, appointed) > now


async def page_of(database: Database, edition: Edition, topics: Sequence[str]) -> Page:
    """Return an edition as if one message could hold it all."""
    told = list(_within(edition.ids, MOST))
    shown = [(story.best, *story.also) for story in edition.stories[: len(told)]]
    articles = [each.article for story in edition.stories for each in (story.best, *story.also)]
    return Page(
        edition.since,
        edition.until,
        await stories(database, shown, () if edition.discussed else topics),
        articles=len(articles),
        providers=len({name for article in articles if (name := provider_key(article))}),
        topics=tuple(topics),
        others=len(articles) - sum(map(len, told)),
        discussed=edition.discussed,
    )


def _within(ids: Stories, most: int) -> Iterator[Sequence[int]]:
    """Yield the first stories, so many that their articles are at most `most`, but one at least."""
    total = 0
    for story in ids:
        total += len(story)
        if total > most and total > len(story):
            return
        yield story


def _beginning(baselines: Baselines, found: Sequence[Candidate], now: datetime) -> datetime:
    """Return where a first digest begins; one of all there is: with the oldest of it."""
    since = min(baselines.by_topic.values(), default=_NO_START)
    if since == _NO_START:
        since = _oldest(found, now)
    return min(since, now)


def _oldest(found: Sequence[Candidate], now: datetime) -> datetime:
    return min((each.article.published_at for each in found), default=now)


async def activity_in(
    database: Database, channel_id: int, found: Sequence[Candidate], outlet: Outlet | None
) -> dict[int, Activity]:
    """Return what members make of articles in the server of a channel, by their ids.

    Without an outlet, in whatever server. Raises OutletError if Discord cannot be asked which.
    """
    server = await outlet.server_of(channel_id) if outlet is not None else None
    return await activity.of(database, server, (each.id for each in found))
