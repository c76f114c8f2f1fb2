"""Posts out of the archive into channels: claim, send, settle, discuss, in that order."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from bot.errors import ChannelClosed, FateUnknown, OutletError, PostRefused
from bot.jobs.outlet import Dispatch, Outlet
from bot.jobs.planning import due, settle_starts
from bot.news.images import Illustration, illustration
from bot.news.post import Fate, Post, Sent
from bot.news.subscription import Subscription
from bot.store import articles, outbox, subscriptions
from bot.store.database import Database

log = logging.getLogger(__name__)

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
        """Post what is due for a subscription; return what went out.

        Goes on to the end even if whoever waits for it is cancelled. Raises OutletError if the
        channel takes nothing now; what is due stays due.
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

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _catch_up(self, channel_id: int) -> None:
        async with self._lanes[channel_id]:
            await self._resolve(channel_id)

    async def _run(self, subscription: Subscription) -> tuple[Post, ...]:
        channel_id = subscription.channel_id
        posted: list[Post] = []
        async with self._lanes[channel_id]:
            now = self.clock()
            baselines = await settle_starts(self.database, subscription, now)
            await self._resolve(channel_id)
            for candidate in await due(self.database, subscription, baselines, now):
                if self._stopping:
                    break
                post = await outbox.claim(
                    self.database, channel_id, candidate.id, subscription.name, self.clock()
                )
                sent = await self._deliver(post, subscription) if post is not None else None
                if sent is not None:
                    posted.append(sent)
            if not self._stopping:  # a run that was cut short is due again at the next start
                await subscriptions.ran(self.database, subscription.name, now)
        if posted:
            log.info("ran subscription=%s posts=%d", subscription.name, len(posted))
        return tuple(posted)

    async def _post(self, article_id: int, subscription: Subscription) -> Post | None:
        channel_id = subscription.channel_id
        async with self._lanes[channel_id]:
            if self._stopping:
                return None
            await self._resolve(channel_id)
            post = await outbox.claim(
                self.database, channel_id, article_id, subscription.name, self.clock()
            )
            if post is not None:
                await self._deliver(post, subscription)
            return await outbox.find(self.database, channel_id, article_id)

    async def _resolve(self, channel_id: int) -> None:
        """Bring to an end what is open in a channel, before anything new goes there."""
        for post in await outbox.open_in(self.database, channel_id):
            if self._stopping:
                return
            subscription = self._subscription(post)
            if post.fate is not Fate.PLANNED:
                await self._deliver(post, subscription, look=True)
            elif await self._has_file(post):
                await outbox.claim_again(self.database, post, self.clock())
                await self._deliver(post, subscription)
        for post in await outbox.undiscussed(self.database, channel_id):
            dispatch = await self._dispatch(post, self._subscription(post))
            if self._stopping or not await self._discuss(dispatch, post):
                return

    async def _deliver(
        self, post: Post, subscription: Subscription, *, look: bool = False
    ) -> Post | None:
        """Take a claimed post to its end; with `look`, look for it before sending it again.

        Returns it as it is in Discord, or None if it was refused. Raises ChannelClosed or
        FateUnknown if the channel is to be left alone for now.
        """
        dispatch = await self._dispatch(post, subscription)
        try:
            sent = await self.outlet.find(dispatch) if look else None
            sent = sent or await self._send(dispatch)
        except ChannelClosed as error:
            await outbox.mark(self.database, post, post.fate if look else Fate.PLANNED, str(error))
            raise
        except FateUnknown as error:
            await outbox.mark(self.database, post, Fate.UNKNOWN, str(error))
            raise
        except PostRefused as error:
            log.warning("refused article=%s reason=%s", dispatch.article.slug, error)
            await outbox.mark(self.database, post, Fate.REJECTED, str(error))
            return None
        discuss = subscription.discuss == "thread"
        settled = await outbox.settle(self.database, post, sent, self.clock(), discuss=discuss)
        if settled.wants_discussion:
            await self._discuss(dispatch, settled)
        return settled

    async def _send(self, dispatch: Dispatch) -> Sent | None:
        try:
            return await self.outlet.send(dispatch)
        except PostRefused as error:
            if not error.picture:
                raise
            log.warning("without pictures article=%s reason=%s", dispatch.article.slug, error)
            bare = replace(dispatch, illustration=Illustration(), icon=False)
            return await self.outlet.send(bare)

    async def _discuss(self, dispatch: Dispatch, post: Post) -> bool:
        """Open a post's discussion; return whether others in this channel may be tried.

        A failure is remembered, and harms neither the post nor the run.
        """
        assert post.message_id is not None  # a post that was deleted wants no discussion
        try:
            thread_id = await self.outlet.discuss(dispatch, post.message_id)
        except PostRefused as error:
            await outbox.discussion_failed(self.database, post, str(error))
        except OutletError as error:
            log.warning("no discussion yet channel=%d reason=%s", post.channel_id, error)
            return False
        else:
            await outbox.discussion_opened(self.database, post, thread_id)
        return True

    async def _has_file(self, post: Post) -> bool:
        """Tell whether a post's article still has a file: without, it waits until it has."""
        candidate = await articles.article(self.database, post.article_id)
        return candidate is not None and not candidate.withdrawn

    async def _dispatch(self, post: Post, subscription: Subscription) -> Dispatch:
        candidate = await articles.article(self.database, post.article_id)
        assert candidate is not None  # a post's article is never deleted
        article = candidate.article
        shared = await articles.shared_pictures(self.database, article)
        return Dispatch(
            post=post,
            article=article,
            illustration=illustration(article.pictures, shared),
            mention=subscription.mention,
            silent=subscription.silent,
        )

    def _subscription(self, post: Post) -> Subscription:
        """Return the subscription that claimed a post, or a plain one if it is no more."""
        for subscription in self.subscriptions:
            if subscription.name == post.subscription:
                return replace(subscription, channel_id=post.channel_id)
        return Subscription(name=post.subscription, channel_id=post.channel_id)
