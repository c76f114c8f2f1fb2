"""When a subscription runs next, by its crontab or its interval."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from bot.news.pace import is_quiet, quiet_until
from bot.news.subscription import Subscription
from bot.structs import Frozen, replace

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_FIELDS = 5  # a sixth would be seconds to the library, and a post each second


class Count(Frozen):
    """From when on runs are counted, and by which schedule; "" if that was never remembered."""

    since: datetime
    schedule: str = ""


def next_run(subscription: Subscription, after: datetime) -> datetime:
    """Return the first run later than `after`, in UTC; one in quiet hours comes at their end.

    A crontab is read as Debian's cron reads it: in the subscription's time zone, and a run that
    falls into an hour that the clock skips or repeats happens once. Raises ValueError for a
    crontab that is none or never comes round.
    """
    run = _run_by_the_clock(subscription, after)
    return quiet_until(subscription, run) or run


def counted(subscription: Subscription, before: Count | None, now: datetime) -> Count:
    """Return from when on runs are counted, given what is remembered of that.

    From the last run on; an interval that never ran is due now. A schedule that was edited counts
    from now, as if it had never been another, and so does one whose last run lies ahead because
    the clock was wrong then.
    """
    schedule = schedule_of(subscription)
    if before is None:
        return Count(now - (subscription.every or timedelta()), schedule)
    edited = before.schedule not in ("", schedule)
    return Count(now if edited else min(before.since, now), schedule)


def schedule_of(subscription: Subscription) -> str:
    """Return what tells a schedule from any other."""
    if subscription.crontab is None:
        return str(subscription.every)
    return f"{subscription.crontab} {subscription.timezone}"


def coming_runs(
    subscription: Subscription, before: Count | None, now: datetime, count: int = 3
) -> tuple[datetime, ...]:
    """Return the next runs as the schedule will have them; one that was missed is now."""
    run = next_run(subscription, counted(subscription, before, now).since)
    if run <= now:
        run = quiet_until(subscription, now) or now
    runs = [run]
    while len(runs) < count:
        runs.append(next_run(subscription, runs[-1]))
    return tuple(runs)


def was_put_off(subscription: Subscription, since: datetime, now: datetime) -> bool:
    """Whether quiet hours put off a run that was to come later than `since` and by now."""
    if subscription.quiet is None:
        return False
    # Quiet hours are whole minutes: of several runs within one, one is looked at.
    seldom = replace(subscription, every=subscription.every and max(subscription.every, _MINUTE))
    run = since
    while (run := _run_by_the_clock(seldom, run)) <= now:
        if is_quiet(subscription, run):
            return True
    return False


def _run_by_the_clock(subscription: Subscription, after: datetime) -> datetime:
    if subscription.every is not None:
        return after.astimezone(UTC) + subscription.every
    crontab = (subscription.crontab or "").upper()
    if (fields := len(crontab.split())) != _FIELDS:
        raise ValueError(f"{fields} fields instead of {_FIELDS}")
    local = after.astimezone(ZoneInfo(subscription.timezone))
    try:
        # In an hour that comes a second time it may begin with a run of the first.
        runs = (run.astimezone(UTC) for run in CronSim(crontab, local))
        return next(run for run in runs if run > after)
    except (CronSimError, StopIteration) as error:
        raise ValueError(str(error) or "it never comes round") from error


def pause_after(failures: int, chance: float, asked: timedelta = timedelta()) -> timedelta:
    """Return how long to wait after so many failures in a row, at least one.

    At least as long as was `asked` for, but never more than an hour.

    Doubles from 4 seconds to half an hour; `chance`, from 0 to 1, spreads it from half to all of
    that, so that channels that failed together are not tried again together.
    """
    longest = min(4 * 2 ** min(failures - 1, 20), 1800)
    return max(timedelta(seconds=longest * (0.5 + chance / 2)), min(asked, _HOUR))
