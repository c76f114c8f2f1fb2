"""Nonces: the few minutes in which the same nonce means the same message."""

from collections import deque
from datetime import datetime, timedelta

from tests.wire.records import Message


class NonceWindow:
    """Remembers which author used which nonce for which message.

    The documentation gives neither the length of the window ("the past few minutes") nor any
    scope but the author, so one nonce used in two channels names one message.
    """

    def __init__(self, length: timedelta) -> None:
        self.length = length
        self._used: dict[tuple[int, str], tuple[datetime, Message]] = {}
        self._order: deque[tuple[datetime, tuple[int, str]]] = deque()

    def earlier(self, author_id: int, nonce: str | int, now: datetime) -> Message | None:
        """Return the message that took this nonce within the window, deleted or not."""
        self._forget(now)
        used = self._used.get((author_id, str(nonce)))
        return used[1] if used else None

    def remember(self, message: Message, now: datetime) -> None:
        """Open the window of the nonce of `message`."""
        if message.nonce is not None:
            key = (message.author.id, str(message.nonce))
            self._used[key] = (now, message)
            self._order.append((now, key))

    def _forget(self, now: datetime) -> None:
        while self._order and now - self._order[0][0] >= self.length:
            since, key = self._order.popleft()
            if key in self._used and self._used[key][0] == since:
                del self._used[key]
