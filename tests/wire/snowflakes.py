"""Snowflakes: Discord's ids, whose upper bits are the time of birth in milliseconds."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
TIME_SHIFT = 22  # the lower 22 bits are worker, process and increment


def snowflake_at(moment: datetime) -> int:
    """Return the smallest id that can be born at `moment`."""
    return ((moment - EPOCH) // timedelta(milliseconds=1)) << TIME_SHIFT


def born(snowflake: int) -> datetime:
    """Return when `snowflake` was made, in UTC."""
    return EPOCH + timedelta(milliseconds=snowflake >> TIME_SHIFT)


class Snowflakes:
    """A source of ids that always grow, even in one millisecond or when the clock steps back."""

    def __init__(self) -> None:
        self._last = 0

    def mint(self, now: datetime) -> int:
        """Return an id born at `now`, larger than every id before it."""
        self._last = max(snowflake_at(now), self._last + 1)
        return self._last
