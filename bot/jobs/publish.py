"""Posts out of the archive into channels: what is open first, then what is due."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from bot.jobs.delivery import Delivery
from bot.jobs.digests import Edition, claim, edition, is_told
from bot.jobs.dispatching import ordered
from bot.jobs.outlet import Outlet
from bot.jobs.planning import due, pace_of, settle_starts
from bot.news.pace import Pace
from bot.news.plan import Baselines, Candidate
from bot.news.post import BY_HAND, Fate, Post
from bot.news.runs import Count, schedule_of
from bot.news.standing import Standing
from bot.news.subscription import Subscription
from bot.store import articles, outbox, subscriptions
from bot.store.database import Database

log = logging.getLogger(__name__)

T = TypeVar("T")
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Run:
    """What a run posted; if it had to hold some back, how many at most, and until when.

    `quiet`: it is for the quiet hours that it did.
    """

    posts: tuple[Post, ...] = ()
    held: int = 0
    again: datetime | None = None
    quiet: bool = False


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
            if self._tasks:
                log.info("finishing runs=%d grace=%ds", len(self._tasks), self.grace)
                _, late = await asyncio.wait(self._tasks, timeout=self.grace)
                for task in late:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)

    async def run(self, subscription: Subscription) -> tuple[Post, ...]:
        """Post what is due for a subscription; return what went out, as `session` does."""
        return (await self.session(subscription)).posts

    async def session(self, subscription: Subscription) -> Run:
        """Post what is due for a subscription, and tell what its pace holds back.

        Goes on to the end even if whoever waits for it is cancelled, unless the subscription is
        not among those of the moment any more. Raises OutletError if the channel takes nothing
        now; what is due stays due.
        """
        return await asyncio.shield(self._start(self._run(subscription)))

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

    async def _run(self, subscription: Subscription) -> Run:
        channel_id = subscription.channel_id
        async with self._lanes[channel_id]:
            began = self.clock()
            baselines = await settle_starts(self.database, subscription, began)
            posted = await self._resolve(channel_id)
            pace = await pace_of(self.database, subscription, self.clock())
            if pace.quiet:
                held = subscription.limit
            else:
                held = await self._post_due(subscription, baselines, pace, posted)
            # A run that was cut short, or held some back, is due again at the next start.
            if not held and self._goes_on(subscription):
                count = Count(began, schedule_of(subscription))
                await subscriptions.count_from(self.database, subscription.key, count)
        if posted:
            log.info("ran subscription=%s posts=%d", subscription.name, len(posted))
        return Run(tuple(posted), held, pace.until if held else None, pace.quiet)

    async def _post_due(
        self,
        subscription: Subscription,
        baselines: Baselines,
        pace: Pace,
        posted: list[Post],
    ) -> int:
        """Post what is due as far as the pace has room, and add it to what is `posted`.

        Returns how many posts are held back.
        """
        now, before = self.clock(), len(posted)
        found = await due(self.database, subscription, baselines, now)
        told = found.digest or subscription.nothing_new == "tell"
        wanted = subscription.post == "digest" and told
        if wanted and not await is_told(self.database, subscription, posted, now):
            if pace.room == 0:
                return 1 + len(found.single)
            made = await edition(
                self.database, subscription, baselines, found.digest, now, self.outlet
            )
            await self._post_digest(made, subscription, posted)
            # If Discord refused it, its articles go out by themselves.
            found = await due(self.database, subscription, baselines, now)
        single = found.single
        room = len(single) if pace.room is None else max(pace.room - len(posted) + before, 0)
        await self._post_each(single[:room], subscription, posted)
        return len(single[room:])

    async def _post_digest(
        self, made: Edition, subscription: Subscription, posted: list[Post]
    ) -> None:
        """Promise a digest as a whole, then send its messages."""
        if not self._goes_on(subscription):
            return
        for post in await claim(self.database, self.outlet, subscription, made, self.clock):
            if self._goes_on(subscription):
                sent = await self._delivery.resume(post, subscription, Standing.WANTED)
                posted += [sent] if sent else []

    async def _post_each(
        self, candidates: Sequence[Candidate], subscription: Subscription, posted: list[Post]
    ) -> None:
        channel_id, key = subscription.channel_id, subscription.key
        for candidate in candidates:
            if not self._goes_on(subscription):
                break
            post = await outbox.claim(self.database, channel_id, candidate.id, key, self.clock())
            sent = await self._delivery.send(post, subscription) if post else None
            posted += [sent] if sent else []

    def _goes_on(self, subscription: Subscription) -> bool:
        """Whether a run may go on: nothing has changed about it. What is left of it may be less."""
        limit, nothing_new = subscription.limit, subscription.nothing_new
        now = (replace(s, limit=limit, nothing_new=nothing_new) for s in self.subscriptions)
        return not self._stopping and subscription in now

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
            post = await outbox.claim(self.database, channel_id, key, BY_HAND, self.clock())
            if post is not None:
                await self._delivery.send(post, subscription)
            elif (parked := await self._parked(channel_id, key)) is not None:
                await self._delivery.resume(parked, subscription, Standing.WANTED)
            return await outbox.find(self.database, channel_id, key)

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
        for post in await outbox.undiscussed(self.database, channel_id, self.clock()):
            subscription, _ = await self._ordered(post)
            if self._stopping or not await self._delivery.discuss(post, subscription):
                break
        return arrived

    async def _ordered(self, post: Post) -> tuple[Subscription, Standing]:
        return await ordered(self.database, post, self.subscriptions, self.clock())
