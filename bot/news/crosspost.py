"""Posts of announcement channels published to the servers that follow them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

CROSSPOST = "crosspost"  # the kind of errand that does it
HOURLY = 10  # that Discord takes of a channel
_HOUR = timedelta(hours=1)


def published_from(last: Sequence[datetime], now: datetime) -> datetime:
    """Return from when on one more may be published, after the last so many as go in an hour."""
    return now if len(last) < HOURLY else max(now, min(last) + _HOUR)
