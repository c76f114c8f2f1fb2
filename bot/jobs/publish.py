"""Posts out of the archive into channels: what is open first, then what is due."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.jobs.delivery import Delivery
from bot.jobs.digests import Edition, claim, edition
from bot.jobs.outlet import Outlet
from bot.jobs.planning import due, settle_starts
from bot.news.plan import Candidate
from bot.news.post import BY_HAND, Fate, Post
from bot.news.subscription import Subscription
from bot.store import digests, outbox, subscriptions
from bot.store.database import Database

log = logging.getLogger(__name__)

_SAME_TIME = timedelta(hours=1)  # a digest that ended so lately is the one for now

T = TypeVar("T")
Clock = Callable[[], datetime]


@dataclass(slots=True)
class Publisher:
    """Runs subscriptions: in one channel one post at a time, whoever asks for it.

    `grace` is how long, in seconds, posts on their way may take to arrive once the end is near.
    """

    database: Database
    outlet: Outlet
    subscriptions: tuple[Subscription, ...]
    clock: Clock
    grace: float = 30.0
    _lanes: dict[int, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    _stopping: bool = False
    _delivery: Delivery = field(init=False)

    def __post_init__(self) -> None:
        self._delivery = Delivery(self.database, self.outlet, self.clock)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """At the end, let posts on their way arrive."""
        try:
            yield
        finally:
            self._stopping = True
            if self._tasks:
                log.info("finishing runs=%d grace=%ds", len(self._tasks), self.grace)
                _, late = await asyncio.wait(self._tasks, timeout=self.grace)
                for task in late:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)

    async def run(self, subscription: Subscription, *, ahead: bool = False) -> tuple[Post, ...]:
        """Post what is due for a subscription; return what went out.

        `ahead` of its time nobody is told that there is nothing new. Goes on to the end even if
        whoever waits for it is cancelled. Raises OutletError if the channel takes nothing now;
        what is due stays due.
        """
        return await asyncio.shield(self._start(self._run(subscription, ahead=ahead)))

    async def catch_up(self, channel_id: int) -> None:
        """Bring to an end what an earlier process left open in a channel.

        Raises OutletError if the channel takes nothing now.
        """
        await asyncio.shield(self._start(self._catch_up(channel_id)))

    async def post(self, article_id: int, subscription: Subscription) -> Post | None:
        """Post one chosen article into a channel, unless it was posted there before.

        Returns its post, new or old, or None if Broadsheet is about to stop. Raises OutletError
        if it could not be sent.
        """
        return await asyncio.shield(self._start(self._post(article_id, subscription)))

    def arrived(self, channel_id: int) -> int:
        """Return how many posts have arrived in a channel since the start."""
        return self._delivery.arrived[channel_id]

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _catch_up(self, channel_id: int) -> None:
        async with self._lanes[channel_id]:
            await self._resolve(channel_id)

    async def _run(self, subscription: Subscription, *, ahead: bool) -> tuple[Post, ...]:
        channel_id = subscription.channel_id
        async with self._lanes[channel_id]:
            now = self.clock()
            baselines = await settle_starts(self.database, subscription, now)
            posted = await self._resolve(channel_id)
            found = await due(self.database, subscription, baselines, now)
            tell = subscription.nothing_new == "tell" and not ahead
            wanted = subscription.post == "digest" and (found.digest or tell)
            if wanted and not self._stopping and not await self._is_told(posted, subscription, now):
                made = await edition(
                    self.database, subscription, baselines, found.digest, now, self.outlet
                )
                posted += await self._post_digest(made, subscription)
                # If Discord refused it, its articles go out by themselves.
                found = await due(self.database, subscription, baselines, now)
            posted += await self._post_each(found.single, subscription)
            if not self._stopping:  # a run that was cut short is due again at the next start
                await subscriptions.ran(self.database, subscription.name, now)
        if posted:
            log.info("ran subscription=%s posts=%d", subscription.name, len(posted))
        return tuple(posted)

    async def _is_told(
        self, resolved: Sequence[Post], subscription: Subscription, now: datetime
    ) -> bool:
        """Tell whether the digest for this time is one that an earlier try left open.

        What has arrived in between is not worth another one at once.
        """
        if not any(post.digest_id for post in resolved):
            return False
        last = await digests.last_until(self.database, subscription.name, subscription.channel_id)
        return last is not None and now - last < _SAME_TIME

    async def _post_each(
        self, candidates: Sequence[Candidate], subscription: Subscription
    ) -> list[Post]:
        posted: list[Post] = []
        for candidate in candidates:
            if self._stopping:
                break
            post = await outbox.claim(
                self.database,
                subscription.channel_id,
                candidate.id,
                subscription.name,
                self.clock(),
            )
            sent = await self._delivery.send(post, subscription) if post else None
            posted += [sent] if sent else []
        return posted

    async def _post_digest(self, made: Edition, subscription: Subscription) -> list[Post]:
        """Promise a digest as a whole, then send its messages: a second one as an open post."""
        first, *more = await claim(self.database, self.outlet, subscription, made, self.clock)
        sent = [await self._delivery.send(first, subscription)]
        for post in more:
            if not self._stopping:
                sent.append(await self._delivery.resume(post, subscription, followed=True))
        return [post for post in sent if post is not None]

    async def _post(self, article_id: int, subscription: Subscription) -> Post | None:
        channel_id = subscription.channel_id
        async with self._lanes[channel_id]:
            if self._stopping:
                return None
            await self.outlet.takes_nonces(channel_id)  # raises if it is none to post in
            await self._resolve(channel_id)
            if self._stopping:
                return None
            post = await outbox.claim(self.database, channel_id, article_id, BY_HAND, self.clock())
            if post is not None:
                await self._delivery.send(post, subscription)
            elif (parked := await self._parked(channel_id, article_id)) is not None:
                await self._delivery.resume(parked, subscription, followed=True)
            return await outbox.find(self.database, channel_id, article_id)

    async def _parked(self, channel_id: int, article_id: int) -> Post | None:
        post = await outbox.find(self.database, channel_id, article_id)
        return post if post is not None and post.fate is Fate.PARKED else None

    async def _resolve(self, channel_id: int) -> list[Post]:
        """Bring to an end what is open in a channel, before anything new goes there.

        Returns what is in Discord now and was not known to be.
        """
        arrived: list[Post] = []
        for post in await outbox.open_in(self.database, channel_id, self.clock()):
            if self._stopping:
                return arrived
            subscription, followed = self._subscription(post)
            resumed = await self._delivery.resume(post, subscription, followed=followed)
            arrived += [resumed] if resumed else []
        for post in await outbox.undiscussed(self.database, channel_id, self.clock()):
            subscription, _ = self._subscription(post)
            if self._stopping or not await self._delivery.discuss(post, subscription):
                break
        return arrived

    def _subscription(self, post: Post) -> tuple[Subscription, bool]:
        """Return how a post looks, and whether it is still wanted in its channel.

        As its subscription says, or another one of its channel if that is no more there; what
        staff chose is wanted anywhere, and pings nobody.
        """
        here = [s for s in self.subscriptions if s.channel_id == post.channel_id]
        here.sort(key=lambda each: each.name != post.subscription)
        plain = Subscription(name=post.subscription, channel_id=post.channel_id)
        if post.subscription == BY_HAND:
            return (replace(here[0], mention=None) if here else plain), True
        return (here[0] if here else plain), bool(here)
