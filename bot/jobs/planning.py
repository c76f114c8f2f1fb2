"""What is due, asked of the archive page by page and decided by the planner."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.news import pace
from bot.news.pace import AT_WILL, Pace, makes_digest
from bot.news.plan import (
    Baselines,
    Candidate,
    Hold,
    Verdict,
    discussed,
    followed,
    slim,
    start,
    verdicts,
)
from bot.news.runs import coming_runs, counted, was_put_off
from bot.news.subscription import Subscription
from bot.store import activity, articles, outbox, subscriptions
from bot.store.database import Database
from bot.structs import Frozen, replace

_DISCUSSED_FOR = timedelta(days=30)  # how old an article is that a digest of discussions tells of
_BEGINNING = datetime.min.replace(tzinfo=UTC)


class Due(Frozen):
    """What is to be posted: each by itself, and what goes into a digest."""

    single: tuple[Candidate, ...]
    digest: tuple[Candidate, ...] = ()


async def due(
    database: Database,
    subscription: Subscription,
    baselines: Baselines,
    now: datetime,
    paced: Pace = AT_WILL,
) -> Due:
    """Return what is to be posted now, oldest first.

    At most the subscription's limit by itself, and all that goes into a digest. How much of it
    the pace has room for is left to whoever posts it.
    """
    since = min(baselines.by_topic.values(), default=_BEGINNING)
    if subscription.sort == "discussed":
        since = max(since, now - _DISCUSSED_FOR)
    all_of_it = subscription.post == "digest" or subscription.is_paced
    found: list[Candidate] = []
    async for page in articles.waiting(
        database,
        subscription.channel_id,
        followed(subscription),
        since,
        min_quality=subscription.filters.min_quality,
        repeat=subscription.repeat,
    ):
        # Beside the event loop: filters look at whole texts.
        found += await asyncio.to_thread(_passing, page, subscription, baselines, now)
        if not all_of_it and len(found) >= subscription.limit:
            break
    put_off = await _is_put_off(database, subscription, now)
    waiting = sum(not each.alone for each in found)
    digest = makes_digest(subscription, waiting, paced, put_off=put_off)
    single = tuple(each for each in found if each.alone or not digest)
    together = tuple(each for each in found if digest and not each.alone)
    return Due(single[: subscription.limit], together)


def _passing(
    page: Sequence[Candidate], subscription: Subscription, baselines: Baselines, now: datetime
) -> list[Candidate]:
    """Return those of a page that are due whatever the limit is."""
    decided = verdicts(page, replace(subscription, limit=len(page)), baselines, now)
    return [slim(verdict.candidate) for verdict in decided if verdict.hold is None]


async def is_due(
    database: Database,
    subscription: Subscription,
    baselines: Baselines,
    found: Candidate,
    now: datetime,
) -> bool:
    """Tell whether what was found to be due still is, as the archive has it by now."""
    candidate = await articles.article(database, found.id, subscription.channel_id)
    if candidate is None:
        return False
    (verdict,) = verdicts([candidate], subscription, baselines, now)
    return verdict.hold is None


async def next_runs(
    database: Database, subscription: Subscription, now: datetime, count: int = 3
) -> tuple[datetime, ...]:
    """Return when a subscription runs next, as its last run has it."""
    before = await subscriptions.counted(database, subscription.key)
    return coming_runs(subscription, before, now, count)


async def _is_put_off(database: Database, subscription: Subscription, now: datetime) -> bool:
    """Whether quiet hours put off a run since the last one."""
    if subscription.quiet is None:
        return False
    before = await subscriptions.counted(database, subscription.key)
    return was_put_off(subscription, counted(subscription, before, now).since, now)


async def explain(
    database: Database, subscription: Subscription, now: datetime
) -> tuple[Verdict, ...]:
    """Return the verdict on every article of the archive, oldest first; changes nothing."""
    baselines = await starts(database, subscription, now)
    candidates = await articles.in_channel(database, subscription.channel_id)
    paced = await pace_of(database, subscription, now)
    put_off = await _is_put_off(database, subscription, now)
    decided = verdicts(candidates, subscription, baselines, now, paced, put_off=put_off)
    return await stirring(database, subscription, decided)


async def explain_one(
    database: Database,
    subscription: Subscription,
    article_id: int,
    now: datetime,
    guild_id: int | None = None,
) -> Verdict | None:
    """Return the verdict on one article, None if there is no such; changes nothing.

    What is discussed is what members of the server make of it: if it is not said, of any.
    """
    candidate = await articles.article(database, article_id, subscription.channel_id)
    if candidate is None:
        return None
    baselines = await starts(database, subscription, now)
    paced = await pace_of(database, subscription, now)
    (verdict,) = verdicts([candidate], subscription, baselines, now)
    if verdict.hold is not None:
        return verdict
    first = await due(database, subscription, baselines, now, paced)
    asked = [*first.single, *first.digest]
    put_off = await _is_put_off(database, subscription, now)
    decided = verdicts(asked, subscription, baselines, now, paced, put_off=put_off)
    among = await stirring(database, subscription, decided, guild_id)
    over = Verdict(candidate, Hold.LIMIT, f"over the limit of {subscription.limit}")
    return next((v for v in among if v.candidate.id == article_id), over)


async def stirring(
    database: Database,
    subscription: Subscription,
    decided: Sequence[Verdict],
    guild_id: int | None = None,
) -> tuple[Verdict, ...]:
    """Ask what members make of what would go into a digest of what is discussed."""
    if subscription.sort != "discussed":
        return tuple(decided)
    due = [verdict.candidate.id for verdict in decided if verdict.hold is None]
    return discussed(decided, await activity.of(database, guild_id, due))


async def pace_of(database: Database, subscription: Subscription, now: datetime) -> Pace:
    """Return how much may go out for a subscription now."""
    recent: list[datetime] = []
    if subscription.hourly is not None:
        recent = await outbox.arrivals(database, subscription.channel_id, now - pace.HOUR)
    return pace.pace(subscription, recent, now)


async def starts(database: Database, subscription: Subscription, now: datetime) -> Baselines:
    """Return where a subscription starts, for topics without a settled start as of now."""
    settled = await subscriptions.baselines(database, subscription.key, subscription.channel_id)
    fresh = [key for key in followed(subscription) if key not in settled.by_topic]
    if not fresh:
        return settled
    since = await _first(database, subscription, fresh, now)
    begun = dict.fromkeys(fresh, since) | await _moved(database, subscription, fresh, since, now)
    return replace(settled, by_topic=settled.by_topic | begun)


async def _moved(
    database: Database,
    subscription: Subscription,
    fresh: Sequence[str],
    since: datetime,
    now: datetime,
) -> dict[str, datetime]:
    """Return where it starts if it had another channel: where it had come to there, if earlier.

    What came after that would be posted nowhere else.
    """
    key = subscription.key
    channel_id = await subscriptions.channel_before(database, key, subscription.channel_id)
    last = await subscriptions.counted(database, key)
    if channel_id is None or last is None:
        return {}
    there = replace(subscription, channel_id=channel_id)
    before = await subscriptions.baselines(database, key, channel_id)
    left = min(last.since, await _left(database, there, before, now))
    return {
        topic: min(since, max(begun, left))
        for topic, begun in before.by_topic.items()
        if topic in fresh
    }


async def _left(
    database: Database, there: Subscription, baselines: Baselines, now: datetime
) -> datetime:
    """Return when the first article was published that still waits in a channel; else `now`.

    What is older than all that is there already does not count: with it, too much of that would be
    told again elsewhere.
    """
    all_of_it = replace(there, limit=sys.maxsize)
    waiting = await due(database, all_of_it, baselines, now)
    newest = await subscriptions.reached(database, there.key, there.channel_id)
    moments = [c.article.published_at for c in (*waiting.single, *waiting.digest)]
    return min((each for each in moments if newest is None or each >= newest), default=now)


async def settle_starts(database: Database, subscription: Subscription, now: datetime) -> Baselines:
    """Return where a subscription starts, and remember it for what it follows for the first time.

    A topic that is added later starts like a channel that is added later: its archive stays
    where it is.
    """
    baselines = await starts(database, subscription, now)
    await subscriptions.set_baselines(
        database, subscription.key, subscription.channel_id, baselines.by_topic
    )
    return baselines


async def _first(
    database: Database, subscription: Subscription, keys: Sequence[str], now: datetime
) -> datetime:
    backlog = subscription.backlog
    newest = await subscriptions.newest(database, keys, backlog.count, now) if backlog.count else []
    return start(backlog, newest, now)
