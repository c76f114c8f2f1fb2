"""Slots for requests: so many at a time, and who may wait lets others go first."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

Waiting = deque[asyncio.Future[None]]


@dataclass(slots=True)
class Slots:
    """Gives out `free` slots in the order in which they are asked for.

    Those who ask for one `behind` the others get theirs once nobody else waits.
    """

    free: int
    _waiting: Waiting = field(default_factory=deque)
    _behind: Waiting = field(default_factory=deque)

    async def take(self, *, behind: bool = False) -> None:
        """Wait for a slot; whoever is cancelled meanwhile has none."""
        if self.free:
            self.free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        (self._behind if behind else self._waiting).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was given one at the same moment
                self.give_back()
            raise

    def give_back(self) -> None:
        """Give a slot to who waits for one, or let it be free."""
        for waiting in (self._waiting, self._behind):
            while waiting:
                turn = waiting.popleft()
                if not turn.done():
                    turn.set_result(None)
                    return
        self.free += 1
