"""One run of a subscription: what is due goes out, as far as its pace has room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.jobs.delivery import Delivery
from bot.jobs.digests import Edition, activity_in, claim, edition, is_told
from bot.jobs.follow_ups import first_of
from bot.jobs.outlet import Outlet
from bot.jobs.planning import Due, due, is_due, next_runs, pace_of
from bot.news.pace import Pace
from bot.news.plan import Baselines, Candidate
from bot.news.post import Post
from bot.news.runs import Count, schedule_of
from bot.news.standing import Standing
from bot.news.subscription import Subscription
from bot.store import outbox, subscriptions
from bot.store.database import Database
from bot.structs import Frozen, replace


class Run(Frozen):
    """What a run posted, and how many articles its pace held back.

    `again` is from when on it may go on, set also if in quiet hours there was nothing to hold back;
    `comes` is when the schedule has that done at the latest. `quiet`: it is quiet hours now.
    """

    posts: tuple[Post, ...] = ()
    held: int = 0
    again: datetime | None = None
    comes: datetime | None = None
    quiet: bool = False


class Session(Frozen):
    """One run. `posted` is what it posted so far, in order; it ends once it does not go on.

    `appointed` is the time on the schedule for which it is, None if it is ahead of its time;
    `most` are the posts of single articles that are left of it.
    """

    database: Database
    outlet: Outlet
    delivery: Delivery
    clock: Callable[[], datetime]
    goes_on: Callable[[], bool]
    subscription: Subscription
    baselines: Baselines
    appointed: datetime | None
    most: int
    posted: list[Post]

    async def run(self, began: datetime) -> Run:
        """Post what is due; remember that it was done, unless some of it was held back."""
        subscription = self.subscription
        pace = await pace_of(self.database, subscription, self.clock())
        held = await (self._count(pace) if pace.quiet else self._post_due(pace))
        again = pace.until if held or pace.quiet else None
        # A run that was cut short, or held some back, is due again at the next start.
        if again is None and self.goes_on():
            count = Count(began, schedule_of(subscription))
            await subscriptions.count_from(self.database, subscription.key, count)
        comes = max(again, await self._next()) if again else None
        return Run(tuple(self.posted), held, again, comes, pace.quiet)

    async def _count(self, pace: Pace) -> int:
        """Count what is due."""
        found = await self._due(self.clock(), pace)
        return len(found.single[: self.most]) + len(found.digest)

    async def _due(self, now: datetime, pace: Pace) -> Due:
        """Return what is due; for a digest of what is discussed, only what that is."""
        found = await due(self.database, self.subscription, self.baselines, now, pace)
        if self.subscription.sort != "discussed":
            return found
        channel_id = self.subscription.channel_id
        done = await activity_in(self.database, channel_id, found.digest, self.outlet)
        return replace(found, digest=tuple(each for each in found.digest if each.id in done))

    async def _next(self) -> datetime:
        return (await next_runs(self.database, self.subscription, self.clock(), 1))[0]

    async def _post_due(self, pace: Pace) -> int:
        """Post what is due as far as the pace has room; return how many it holds back."""
        database, subscription = self.database, self.subscription
        now, before = self.clock(), len(self.posted)
        found = await self._due(now, pace)
        if (found.digest or self._tells_of_nothing()) and not await self._is_told(now):
            if pace.room == 0:
                return max(len(found.digest), 1) + len(found.single[: self.most])
            made = await edition(
                database, subscription, self.baselines, found.digest, now, self.outlet
            )
            await self._post_digest(made)
            # If Discord refused it, its articles go out by themselves.
            pace = pace.after(len(self.posted) - before)
            found = await self._due(now, pace)
        single = found.single[: self.most]
        room = len(single) if pace.room is None else pace.room
        await self._post_each(single[:room])
        return len(single[room:])

    def _tells_of_nothing(self) -> bool:
        """Whether a line is due if nothing is new: not ahead of time, nor behind a digest."""
        wanted = self.subscription.post == "digest" and self.subscription.nothing_new == "tell"
        return wanted and self.appointed is not None and not any(p.digest_id for p in self.posted)

    async def _is_told(self, now: datetime) -> bool:
        if self.appointed is None:
            return False
        return await is_told(self.database, self.subscription, self.appointed, now)

    async def _post_digest(self, made: Edition) -> None:
        """Promise a digest as a whole, then send its messages."""
        if not self.goes_on():
            return
        subscription = self.subscription
        for post in await claim(self.database, self.outlet, subscription, made, self.clock):
            if self.goes_on():
                sent = await self.delivery.resume(post, subscription, Standing.WANTED)
                self.posted.extend([sent] if sent else [])

    async def _post_each(self, candidates: Sequence[Candidate]) -> None:
        channel_id, key = self.subscription.channel_id, self.subscription.key
        for candidate in candidates:
            if not self.goes_on():
                break
            first = await first_of(
                self.database, self.subscription, candidate.article, self.delivery.discuss
            )
            now = self.clock()
            # Since the run began it may have been withdrawn, or edited into what does not fit.
            if not await is_due(self.database, self.subscription, self.baselines, candidate, now):
                continue
            post = await outbox.claim(self.database, channel_id, candidate.id, key, now, first)
            sent = await self.delivery.send(post, self.subscription) if post else None
            self.posted.extend([sent] if sent else [])
