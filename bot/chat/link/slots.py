"""Slots for requests: so many at a time, and who has time lets others go first."""

from __future__ import annotations

import asyncio
from collections import deque

from bot.structs import Struct, field

Waiting = deque[asyncio.Future[None]]

# Others that go first until one who is behind them has a turn all the same. discord.py lets those
# who ask the same of the same place wait for each other: without an end, a post might wait, too.
_MOST = 50


class Slots(Struct):
    """Gives out `free` slots in the order in which they are asked for.

    Those who ask for one `behind` the others get theirs once nobody else waits, or fifty of the
    others have gone first.
    """

    free: int
    _waiting: Waiting = field(default_factory=deque)
    _behind: Waiting = field(default_factory=deque)
    _first: int = 0

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
        order = (self._waiting, self._behind)
        for waiting in order if self._first < _MOST else reversed(order):
            while waiting:
                turn = waiting.popleft()
                if not turn.done():
                    turn.set_result(None)
                    self._first = 0 if waiting is self._behind else self._first + 1
                    return
        self.free += 1
