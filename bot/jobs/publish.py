"""Posts out of the archive into channels: what is open first, then what is due."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from bot.jobs.delivery import Delivery
from bot.jobs.dispatching import ordered
from bot.jobs.outlet import Outlet
from bot.jobs.persistence import ended
from bot.jobs.planning import settle_starts, starts
from bot.jobs.session import Run, Session
from bot.news.post import BY_HAND, Fate, Post, is_absent
from bot.news.standing import Standing
from bot.news.subscription import Subscription
from bot.store import articles, digests, discussions, outbox
from bot.store.database import Database

log = logging.getLogger(__name__)

T = TypeVar("T")
Clock = Callable[[], datetime]


@dataclass(slots=True)
class Publisher:
    """Runs subscriptions: in one channel one post at a time, whoever asks for it.

    `subscriptions` are those of the moment: whoever changes them puts others in their place.
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
            await ended(self._tasks, self.grace)

    async def session(
        self,
        subscription: Subscription,
        *,
        appointed: datetime | None = None,
        most: int | None = None,
    ) -> Run:
        """Post what is due for a subscription, and tell what its pace holds back.

        `appointed` is the time on the schedule that this is for, None if it is ahead of its time;
        `most` are the posts of single articles that are left of it. Goes on to the end even if
        whoever waits for it is cancelled, unless the subscription is not among those of the moment
        any more. Raises OutletError if the channel takes nothing now; what is due stays due.
        """
        return await asyncio.shield(self._start(self._run(subscription, appointed, most)))

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

    async def _run(
        self, subscription: Subscription, appointed: datetime | None, most: int | None
    ) -> Run:
        async with self._lanes[subscription.channel_id]:
            began = self.clock()
            # One that has changed while it waited for its turn settles nothing any more.
            settled = settle_starts if self._goes_on(subscription) else starts
            baselines = await settled(self.database, subscription, began)
            session = Session(
                self.database,
                self.outlet,
                self._delivery,
                self.clock,
                partial(self._goes_on, subscription),
                subscription,
                baselines,
                appointed,
                subscription.limit if most is None else most,
                await self._resolve(subscription.channel_id),
            )
            run = await session.run(began)
        if run.posts:
            log.info("ran subscription=%s posts=%d", subscription.name, len(run.posts))
        return run

    def _goes_on(self, subscription: Subscription) -> bool:
        """Whether a run may go on: nothing has changed about it."""
        return not self._stopping and subscription in self.subscriptions

    async def _post(self, article_id: int, subscription: Subscription) -> Post | None:
        channel_id = subscription.channel_id
        async with self._lanes[channel_id]:
            if self._stopping:
                return None
            await self.outlet.takes_nonces(channel_id)  # raises if it is none to post in
            await self._resolve(channel_id)
            if self._stopping:
                return None
            chosen = await articles.article(self.database, article_id, channel_id)
            key = article_id if chosen is None else chosen.id
            await self._let_go(channel_id, key)
            post = await outbox.claim(self.database, channel_id, key, BY_HAND, self.clock())
            if post is not None:
                await self._delivery.send(post, subscription)
            elif (parked := await self._parked(channel_id, key)) is not None:
                await self._delivery.resume(parked, subscription, Standing.WANTED)
            return await outbox.find(self.database, channel_id, key)

    async def _let_go(self, channel_id: int, article_id: int) -> None:
        """Let an article go that waits, if it is certainly not in Discord: it is chosen now."""
        post = await outbox.find(self.database, channel_id, article_id)
        if post is None or not is_absent(post):
            return
        if post.digest_id is None:
            await outbox.give_up(self.database, post)
        else:
            await digests.let_go_of(self.database, post, article_id, self.clock())

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
            subscription, standing = await self._ordered(post)
            resumed = await self._delivery.resume(post, subscription, standing)
            arrived += [resumed] if resumed else []
        for post in await discussions.undiscussed(self.database, channel_id, self.clock()):
            subscription, _ = await self._ordered(post)
            if self._stopping or not await self._delivery.discuss(post, subscription):
                break
        return arrived

    async def _ordered(self, post: Post) -> tuple[Subscription, Standing]:
        return await ordered(self.database, post, self.subscriptions, self.clock())
