"""What is due, asked of the archive page by page and decided by the planner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.news.plan import Baselines, Candidate, Verdict, followed, start, verdicts
from bot.news.subscription import Subscription
from bot.store import articles, subscriptions
from bot.store.database import Database

_PAGE = 200
_BEGINNING = datetime.min.replace(tzinfo=UTC)


async def due(
    database: Database, subscription: Subscription, baselines: Baselines, now: datetime
) -> tuple[Candidate, ...]:
    """Return what is to be posted now, oldest first, at most the subscription's limit."""
    since = min(baselines.by_topic.values(), default=_BEGINNING)
    found: list[Candidate] = []
    after: tuple[int, int] | None = None
    while len(found) < subscription.limit:
        page = await articles.waiting(
            database,
            subscription.channel_id,
            followed(subscription),
            since,
            min_quality=subscription.filters.min_quality,
            after=after,
            count=_PAGE,
        )
        decided = verdicts(page, subscription, baselines, now)
        found += [verdict.candidate for verdict in decided if verdict.hold is None]
        if len(page) < _PAGE:
            break
        after = (int(page[-1].article.published_at.timestamp()), page[-1].id)
    return tuple(found[: subscription.limit])


async def explain(
    database: Database, subscription: Subscription, now: datetime
) -> tuple[Verdict, ...]:
    """Return the verdict on every article of the archive, oldest first; changes nothing."""
    baselines = await starts(database, subscription, now)
    candidates = await articles.in_channel(database, subscription.channel_id, (), _BEGINNING)
    return verdicts(candidates, subscription, baselines, now)


async def starts(database: Database, subscription: Subscription, now: datetime) -> Baselines:
    """Return where a subscription starts, for topics without a settled start as of now."""
    settled = await subscriptions.baselines(database, subscription.name, subscription.channel_id)
    fresh = [key for key in followed(subscription) if key not in settled.by_topic]
    if not fresh:
        return settled
    since = await _first(database, subscription, fresh, now)
    return Baselines(settled.by_topic | dict.fromkeys(fresh, since))


async def settle_starts(database: Database, subscription: Subscription, now: datetime) -> Baselines:
    """Return where a subscription starts, and remember it for what it follows for the first time.

    A topic that is added later starts like a channel that is added later: its archive stays
    where it is.
    """
    baselines = await starts(database, subscription, now)
    await subscriptions.set_baselines(
        database, subscription.name, subscription.channel_id, baselines.by_topic
    )
    return baselines


async def _first(
    database: Database, subscription: Subscription, keys: Sequence[str], now: datetime
) -> datetime:
    backlog = subscription.backlog
    newest = await subscriptions.newest(database, keys, backlog.count, now) if backlog.count else []
    return start(backlog, newest, now)
