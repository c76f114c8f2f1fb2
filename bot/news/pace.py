"""When a channel is left in peace: quiet hours, and a budget of posts an hour."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.news.subscription import Quiet, Subscription
from bot.structs import Frozen, replace

HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


class Pace(Frozen):
    """How much may go out now: nothing if `quiet`, else `room` posts (None: any number).

    `until` is from when on there is room for more; None if there is no bound now.
    """

    quiet: bool = False
    room: int | None = None
    until: datetime | None = None

    def after(self, posts: int) -> Pace:
        """Return what is left of it after so many posts."""
        return self if self.room is None else replace(self, room=max(self.room - posts, 0))


AT_WILL = Pace()


def pace(subscription: Subscription, recent: Iterable[datetime], now: datetime) -> Pace:
    """Return the pace of a subscription; `recent` are the times of the posts in its channel."""
    if (until := quiet_until(subscription, now)) is not None:
        return Pace(quiet=True, until=until)
    if subscription.hourly is None:
        return AT_WILL
    # What lies ahead was posted while the clock was wrong.
    times = sorted(moment for moment in recent if now - HOUR < moment <= now)
    room = max(subscription.hourly - len(times), 0)
    # There is room for one more once so many are older than an hour that the budget is not full.
    first = times[-subscription.hourly] if room == 0 else times[0] if times else now
    return Pace(room=room, until=first + HOUR)


def makes_digest(
    subscription: Subscription, waiting: int, pace: Pace, *, put_off: bool = False
) -> bool:
    """Whether all the articles that wait go out as one digest.

    Where the subscription does not say so anyway: if they are more than its limit and quiet hours
    `put_off` a run, or the budget has no room for a whole one.
    """
    held_back = put_off or (pace.room is not None and pace.room < subscription.limit)
    return subscription.post == "digest" or (held_back and waiting > subscription.limit)


def quiet_until(subscription: Subscription, now: datetime) -> datetime | None:
    """Return when the quiet hours end that it is now, in UTC; None if it is none.

    An hour that the clock skips is left out of them, one that it repeats is quiet both times.
    """
    quiet = subscription.quiet
    zone = ZoneInfo(subscription.timezone)
    if quiet is None or not is_quiet(subscription, now):
        return None
    # Minute by minute: by the clock on the wall the end may come twice, or never on this day.
    moment = now.astimezone(UTC).replace(second=0, microsecond=0)
    while _is_quiet(quiet, moment.astimezone(zone)):
        moment += _MINUTE
    return moment


def is_quiet(subscription: Subscription, now: datetime) -> bool:
    """Whether it is quiet hours."""
    quiet = subscription.quiet
    return quiet is not None and _is_quiet(quiet, now.astimezone(ZoneInfo(subscription.timezone)))


def _is_quiet(quiet: Quiet, local: datetime) -> bool:
    if quiet.start < quiet.end:
        return quiet.start <= local.time() < quiet.end
    return local.time() >= quiet.start or local.time() < quiet.end
