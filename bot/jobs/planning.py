"""What is due, asked of the archive page by page and decided by the planner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.news.plan import (
    Baselines,
    Candidate,
    Verdict,
    followed,
    in_digest,
    start,
    verdicts,
)
from bot.news.subscription import Subscription
from bot.store import articles, subscriptions
from bot.store.database import Database

_PAGE = 200
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be posted: each by itself, and what goes into a digest."""

    single: tuple[Candidate, ...]
    digest: tuple[Candidate, ...] = ()


async def due(
    database: Database, subscription: Subscription, baselines: Baselines, now: datetime
) -> Due:
    """Return what is to be posted now, oldest first.

    At most the subscription's limit by itself, and all that goes into a digest.
    """
    since = min(baselines.by_topic.values(), default=_BEGINNING)
    digest: list[Candidate] = []
    single: list[Candidate] = []
    after: tuple[int, int] | None = None
    while subscription.post == "digest" or len(single) < subscription.limit:
        page = await articles.waiting(
            database,
            subscription.channel_id,
            followed(subscription),
            since,
            min_quality=subscription.filters.min_quality,
            repeat=subscription.repeat,
            after=after,
            count=_PAGE,
        )
        decided = verdicts(page, subscription, baselines, now)
        for candidate in (verdict.candidate for verdict in decided if verdict.hold is None):
            (digest if in_digest(candidate, subscription) else single).append(candidate)
        if len(page) < _PAGE:
            break
        after = (int(page[-1].article.published_at.timestamp()), page[-1].id)
    return Due(tuple(single[: subscription.limit]), tuple(digest))


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
