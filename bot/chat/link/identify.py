"""How often the bot may introduce itself to the gateway: never a thousand times in a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.errors import OutletError

# Discord resets the token of a bot that identifies more than 1,000 times in 24 hours. These
# allow at most 50 + 864 of them, in whichever processes.
_EVERY = timedelta(seconds=100)
_AT_ONCE = 50


class TooManyConnections(OutletError):
    """Discord must not see the bot again before a pause is over."""

    def __init__(self, pause: timedelta) -> None:
        super().__init__(f"connected too often: next in {pause.total_seconds():.0f} s", wait=pause)


def reserve(booked: datetime | None, now: datetime) -> tuple[datetime, timedelta]:
    """Book the next time; return until when times are booked then, and how long it is until then.

    `booked` is what was booked before, None if nothing was. One time every 100 seconds is given
    out; up to 50 that nobody needed may be used at once.
    """
    booked = max(booked or now, now) + _EVERY
    # A clock that was set back must not keep the bot away for longer than it ever has to wait.
    booked = min(booked, now + _EVERY * (_AT_ONCE + 1))
    return booked, max(booked - now - _EVERY * _AT_ONCE, timedelta())
