"""One post on its way: looked for, sent, settled, discussed."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from bot.errors import ChannelClosed, DiscussionClosed, FateUnknown, PostRefused
from bot.jobs.dispatching import may_go_out, named, prepared, with_less
from bot.jobs.opening import open_discussion
from bot.jobs.outlet import Dispatch, Outlet
from bot.news.post import (
    NONCE_HOLDS,
    Fate,
    Post,
    Sent,
    has_lapsed,
    is_absent,
    may_still_appear,
    must_look,
    stands_aside,
)
from bot.news.runs import pause_after
from bot.news.standing import Standing
from bot.news.subscription import Subscription
from bot.store import digests, outbox, posts
from bot.store.database import Database
from bot.structs import Frozen, field, replace

log = logging.getLogger(__name__)

_HELD = "its article is held or withdrawn, or its subscription does not post it now"
_GIVEN_UP = "its subscription does not post it any more"


class _Before(Frozen):
    """What may have happened before an attempt.

    `since` is from when on an earlier one may have arrived, None if none can have; not `looked`:
    nobody has looked for it.
    """

    since: datetime | None = None
    looked: bool = True


class Delivery(Frozen):
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
        return await self._attempt(post, subscription, _Before())

    async def resume(
        self, post: Post, subscription: Subscription, standing: Standing
    ) -> Post | None:
        """Take up a post that was left behind; return it if it is in Discord now.

        What is not there is sent only if it is wanted and its article may go out.
        """
        post = await outbox.current(self.database, post)
        if is_absent(post):
            if not await self._is_still_due(post, standing):
                return None
            claimed = await outbox.claim_again(self.database, post, self.clock())
            return await self.send(claimed, subscription)
        if post.tried_at > self.clock():
            post = await posts.by_the_clock(self.database, post, self.clock())
        try:
            return await self._resume(post, subscription, standing)
        except (ChannelClosed, FateUnknown) as error:
            if post.fate is not Fate.PARKED:
                raise
            await self._put_aside(await outbox.current(self.database, post), str(error))
            if isinstance(error, ChannelClosed):
                raise
            return None

    async def _resume(
        self, post: Post, subscription: Subscription, standing: Standing
    ) -> Post | None:
        # In a forum, too, the second message of a digest and a follow-up go into a thread.
        threaded = post.part > 1 or post.follows is not None
        nonces = threaded or await self.outlet.takes_nonces(post.channel_id)
        # What members may not see any more is told by no further attempt, nor is it let go while
        # an earlier one may have told it.
        withheld = post.digest_id is not None and await digests.has_hidden(
            self.database, post, self.clock()
        )
        wanted = standing is Standing.WANTED and await may_go_out(self.database, post, self.clock())
        if wanted and not withheld and not must_look(post, self.clock(), nonces=nonces):
            again = await outbox.try_again(self.database, post, self.clock())
            return await self._attempt(again, subscription, _Before(post.claimed_at, looked=False))
        dispatch = await self._prepared(post, subscription)
        sent = await self._find(dispatch)
        if sent is not None:
            return await self._settle(dispatch, subscription, sent)
        now = self.clock()
        gone = has_lapsed(post, now)
        if may_still_appear(post, now, nonces=nonces) or (withheld and not gone):
            raise FateUnknown("no answer from Discord, which may still be making the post")
        if gone:
            await outbox.mark(self.database, post, Fate.REJECTED, _HELD)
            if not await self._is_still_due(post, standing):
                return None
        elif not wanted:
            await self._put_aside(post, _HELD)
            return None
        if stands_aside(post):
            await self._put_aside(post, post.reason)
            return None
        again = await outbox.try_again(self.database, post, now, since=now if gone else None)
        return await self._attempt(again, subscription, _Before(None if gone else post.tried_at))

    async def discuss(self, post: Post, subscription: Subscription) -> bool:
        """Open a post's discussion; return whether others in this channel may be tried.

        A failure is remembered, and harms neither the post nor the run.
        """
        post = await outbox.current(self.database, post)
        return await self._discuss(await self._prepared(post, subscription), post)

    async def _attempt(
        self, post: Post, subscription: Subscription, before: _Before
    ) -> Post | None:
        """Send a post once more, or for the first time, and record what became of it."""
        dispatch = await self._prepared(post, subscription)
        if before.since is not None:
            left = NONCE_HOLDS - (self.clock() - before.since)
            dispatch = replace(dispatch, within=left)
        try:
            sent = await with_less(dispatch, self.outlet.send)
        except ChannelClosed as error:
            closed = Fate.REJECTED if before.since is None else Fate.UNKNOWN
            await outbox.mark(self.database, post, closed, str(error))
            raise
        except FateUnknown as error:
            await outbox.mark(self.database, post, Fate.UNKNOWN, str(error))
            raise
        except PostRefused as error:
            if isinstance(error, DiscussionClosed) and before.since is None:
                log.info("no follow-up post=%s reason=%s", dispatch.name, error)
                return await self._by_itself(post, subscription)
            # A refusal says nothing of the attempts before it.
            sent = None if before.looked else await self._find(dispatch)
            if sent is None:
                for_good = error.final and before.since is None
                await self._put_aside(post, str(error), for_good=for_good)
                return None
        return await self._settle(dispatch, subscription, sent)

    async def _prepared(self, post: Post, subscription: Subscription) -> Dispatch:
        return await prepared(self.database, post, subscription)

    async def _is_still_due(self, post: Post, standing: Standing) -> bool:
        """Whether a post that is certainly not in Discord is to be sent now.

        One that nobody wants is given up, and a digest lets go of what members may not see.
        """
        now = self.clock()
        if standing is Standing.UNWANTED:
            log.info("given up post=%s", await named(self.database, post))
            if post.digest_id is None:
                await outbox.give_up(self.database, post)
            else:
                await digests.give_up(self.database, post, _GIVEN_UP, now)
            return False
        if standing is Standing.WAITS or not await may_go_out(self.database, post, now):
            return False
        return post.digest_id is None or await digests.let_go_of_hidden(self.database, post, now)

    async def _by_itself(self, post: Post, subscription: Subscription) -> Post | None:
        """Send a follow-up that is certainly not there, and has nowhere to go, as a post."""
        post = await outbox.by_itself(self.database, post, self.clock())
        return await self.send(post, subscription)

    async def _find(self, dispatch: Dispatch) -> Sent | None:
        try:
            return await self.outlet.find(dispatch)
        except (ChannelClosed, FateUnknown) as error:
            post = dispatch.post
            fate = post.fate if post.fate is Fate.PARKED else Fate.UNKNOWN
            await outbox.mark(self.database, post, fate, str(error))
            raise

    async def _settle(
        self, dispatch: Dispatch, subscription: Subscription, sent: Sent | None
    ) -> Post:
        discuss = subscription.discuss == "thread" and dispatch.is_discussed
        settled = await outbox.settle(
            self.database,
            dispatch.post,
            sent,
            self.clock(),
            discuss=discuss,
            opening=dispatch.opening,
        )
        self.arrived[settled.channel_id] += 1
        if settled.wants_discussion:
            await self._discuss(dispatch, settled)
        return settled

    async def _put_aside(self, post: Post, reason: str, *, for_good: bool = False) -> None:
        """Let others go first, and try again later, each time later, unless it is `for_good`."""
        now = self.clock()
        pause = max(pause_after(post.attempts, random.random()), NONCE_HOLDS)
        retry_at = None if for_good else now + pause
        log.warning(
            "parked post=%s channel=%d retry_at=%s reason=%s",
            *(await named(self.database, post), post.channel_id, retry_at or "never", reason),
        )
        if for_good and post.digest_id is not None:
            await digests.refuse(self.database, post, reason, now)
        else:
            await outbox.park(self.database, post, reason, now, retry_at)

    async def _discuss(self, dispatch: Dispatch, post: Post) -> bool:
        return await open_discussion(self.database, self.outlet, self.clock(), dispatch, post)
