"""One post on its way: looked for, sent, settled, discussed."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.errors import ChannelClosed, FateUnknown, Part, PostRefused
from bot.jobs.outlet import Dispatch, Outlet
from bot.news.images import Illustration, illustration
from bot.news.post import Fate, Post, Sent, is_absent, may_still_appear, must_look, stands_aside
from bot.news.runs import pause_after
from bot.news.subscription import Subscription
from bot.store import articles, outbox
from bot.store.database import Database

log = logging.getLogger(__name__)

_NO_FILE = "the article's file is gone"


@dataclass(frozen=True, slots=True)
class Delivery:
    """Takes posts of the outbox to their end, one at a time in each channel.

    ChannelClosed and FateUnknown tell that the channel is to be left alone for now. `arrived`
    counts the posts of each channel that have come to a good end.
    """

    database: Database
    outlet: Outlet
    clock: Callable[[], datetime]
    arrived: Counter[int] = field(default_factory=Counter)

    async def send(self, post: Post, subscription: Subscription) -> Post | None:
        """Send a post that was just claimed; return it as it is in Discord, or None if refused."""
        return await self._attempt(post, subscription, closed=Fate.REJECTED, looked=True)

    async def resume(self, post: Post, subscription: Subscription) -> None:
        """Take up a post that was left behind; it may be in Discord already."""
        if is_absent(post):
            if await self._has_file(post):
                claimed = await outbox.claim_again(self.database, post, self.clock())
                await self.send(claimed, subscription)
            return
        nonces = await self.outlet.takes_nonces(post.channel_id)
        looked = must_look(post, self.clock(), nonces=nonces)
        if looked and await self._is_over(post, subscription, nonces=nonces):
            return
        again = await outbox.try_again(self.database, post, self.clock())
        try:
            await self._attempt(again, subscription, closed=Fate.UNKNOWN, looked=looked)
        except FateUnknown as error:
            if post.fate is not Fate.PARKED:
                raise
            await self._put_aside(again, str(error))

    async def discuss(self, post: Post, subscription: Subscription) -> bool:
        """Open a post's discussion; return whether others in this channel may be tried.

        A failure is remembered, and harms neither the post nor the run.
        """
        return await self._discuss(await self._dispatch(post, subscription), post)

    async def _attempt(
        self, post: Post, subscription: Subscription, *, closed: Fate, looked: bool
    ) -> Post | None:
        """Send a post once, and record what became of it; `closed`: if its channel takes nothing.

        Not `looked`: an earlier attempt may have arrived, and nobody has looked.
        """
        dispatch = await self._dispatch(post, subscription)
        try:
            sent = await self._send(dispatch)
        except ChannelClosed as error:
            await outbox.mark(self.database, post, closed, str(error))
            raise
        except FateUnknown as error:
            await outbox.mark(self.database, post, Fate.UNKNOWN, str(error))
            raise
        except PostRefused as error:
            # A refusal says nothing of the attempts before it.
            sent = None if looked else await self._find(dispatch)
            if sent is None:
                await self._park(post, error)
                return None
        return await self._settle(dispatch, subscription, sent)

    async def _is_over(self, post: Post, subscription: Subscription, *, nonces: bool) -> bool:
        """Look for a post; return whether nothing more is to be done about it now."""
        dispatch = await self._dispatch(post, subscription)
        sent = await self._find(dispatch)
        if sent is not None:
            await self._settle(dispatch, subscription, sent)
            return True
        if may_still_appear(post, self.clock(), nonces=nonces):
            raise FateUnknown("no answer from Discord, which may still be making the post")
        with_file = await self._has_file(post)
        if with_file and not stands_aside(post):
            return False
        await self._put_aside(post, post.reason if with_file else _NO_FILE)
        return True

    async def _find(self, dispatch: Dispatch) -> Sent | None:
        try:
            return await self.outlet.find(dispatch)
        except (ChannelClosed, FateUnknown) as error:
            post = dispatch.post
            fate = post.fate if post.fate is Fate.PARKED else Fate.UNKNOWN
            await outbox.mark(self.database, post, fate, str(error))
            raise

    async def _send(self, dispatch: Dispatch) -> Sent | None:
        while True:
            try:
                return await self.outlet.send(dispatch)
            except PostRefused as error:
                lighter = _lighter(dispatch, error)
                if lighter is None:
                    raise
                log.warning("sent with less article=%s reason=%s", dispatch.article.slug, error)
                dispatch = lighter

    async def _settle(
        self, dispatch: Dispatch, subscription: Subscription, sent: Sent | None
    ) -> Post:
        discuss = subscription.discuss == "thread"
        settled = await outbox.settle(
            self.database, dispatch.post, sent, self.clock(), discuss=discuss
        )
        self.arrived[settled.channel_id] += 1
        if settled.wants_discussion:
            await self._discuss(dispatch, settled)
        return settled

    async def _park(self, post: Post, error: PostRefused) -> None:
        log.warning("parked post=%d channel=%d reason=%s", post.id, post.channel_id, error)
        if error.final:
            await outbox.park(self.database, post, str(error), self.clock())
        else:
            await self._put_aside(post, str(error))

    async def _put_aside(self, post: Post, reason: str) -> None:
        """Let others go first, and try again later: each time later."""
        now = self.clock()
        retry_at = now + pause_after(post.attempts, random.random())
        await outbox.park(self.database, post, reason, now, retry_at)

    async def _discuss(self, dispatch: Dispatch, post: Post) -> bool:
        assert post.message_id is not None  # a post that was deleted wants no discussion
        try:
            thread_id = await self.outlet.discuss(dispatch, post.message_id)
        except PostRefused as error:
            log.warning("no discussion post=%d reason=%s", post.id, error)
            await outbox.discussion_failed(self.database, post, str(error))
        except (ChannelClosed, FateUnknown) as error:
            log.warning("no discussion yet channel=%d reason=%s", post.channel_id, error)
            retry_at = self.clock() + pause_after(post.attempts + 1, random.random())
            await outbox.discussions_wait(self.database, post, str(error), retry_at)
            return False
        else:
            await outbox.discussion_opened(self.database, post, thread_id)
        return True

    async def _has_file(self, post: Post) -> bool:
        candidate = await articles.article(self.database, post.article_id)
        return candidate is not None and not candidate.withdrawn

    async def _dispatch(self, post: Post, subscription: Subscription) -> Dispatch:
        candidate = await articles.article(self.database, post.article_id)
        assert candidate is not None  # a post's article is never deleted
        article = candidate.article
        if article.url not in post.urls:  # its file has changed since the claim
            post = await outbox.also_shows(self.database, post, article.url)
        shared = await articles.shared_pictures(self.database, article)
        return Dispatch(
            post=post,
            article=article,
            illustration=illustration(article.pictures, shared),
            mention=subscription.mention,
            silent=subscription.silent,
        )


def _lighter(dispatch: Dispatch, error: PostRefused) -> Dispatch | None:
    """Return what may be taken instead: first without pictures, then title and link alone."""
    if error.part is Part.PICTURE and dispatch.icon:
        return replace(dispatch, illustration=Illustration(), icon=False)
    if error.part is not None and not dispatch.brief:
        return replace(dispatch, illustration=Illustration(), icon=False, brief=True)
    return None
