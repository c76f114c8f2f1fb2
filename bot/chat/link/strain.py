"""How much Discord has refused lately: one that asks on and on in vain is shut out as a whole."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from bot.structs import Struct, field

_WINDOW = 600.0  # seconds over which Discord counts
_MOST = 5_000  # in that time; at 10,000 nothing from this machine's address is answered any more
_SHARE = 5  # what is asked only so that someone sees the answer may be refused a fifth of that
_INVALID = (401, 403, 429)
_SHARED = "shared"  # a rate limit that others used up


class Strain(Struct):
    """Counts refusals over ten minutes; times are in seconds, of any clock that never goes back."""

    most: int = _MOST
    _times: deque[float] = field(default_factory=deque)

    def note(self, status: int, headers: Mapping[str, str], now: float) -> None:
        """Count an answer, if Discord does."""
        if status in _INVALID and headers.get("X-RateLimit-Scope") != _SHARED:
            self._times.append(now)

    def pause(self, now: float, *, optional: bool = False) -> float:
        """Return in how many seconds something may be asked again; 0 if it may be now.

        What is `optional` stops long before the rest: nobody who asks in vain can stop the posts.
        """
        while self._times and self._times[0] <= now - _WINDOW:
            self._times.popleft()
        most = max(self.most // _SHARE, 1) if optional else self.most
        if len(self._times) < most:
            return 0.0
        return self._times[-most] + _WINDOW - now
