"""The time of day as Discord has it: its history is searched by it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.structs import Struct

log = logging.getLogger(__name__)

_TOLERATED = timedelta(seconds=10)  # a post is looked for from a minute before it was claimed


class Clock(Struct):
    """This machine's clock, put right by what Discord's answers say if it is much too wrong."""

    local: Callable[[], datetime]
    _behind: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Return the time now."""
        return self.local() + self._behind

    def compare(self, discord: datetime) -> None:
        """Learn the time of one of Discord's answers, which has just come."""
        behind = discord - self.local()
        if abs(behind - self._behind) <= _TOLERATED:
            return
        self._behind = behind if abs(behind) > _TOLERATED else timedelta()
        log.warning("this machine's clock is wrong by=%ds", -behind.total_seconds())
