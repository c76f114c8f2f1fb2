"""Rate limits: 50 requests a second over all, and a window of requests for each bucket."""

import hashlib
import math
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

Endpoint = tuple[str, str]  # method and route template

# Not documented; five messages in five seconds is what bots see in one channel.
MESSAGES: Endpoint = ("POST", "/channels/{channel_id}/messages")


@dataclass(frozen=True, slots=True)
class Quota:
    """So many requests in so many seconds; `scope` is what a 429 calls it, `user` or `shared`."""

    requests: int
    seconds: float
    scope: str = "user"


@dataclass(slots=True)
class _Window:
    """A fixed window: it opens with its first request and forgets everything at its end."""

    ends: float
    used: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may pass, the headers its answer carries, and the body if it may not."""

    passed: bool
    headers: Mapping[str, str]
    body: Mapping[str, object] = field(default_factory=dict)


class Limits:
    """Admits or refuses requests and counts both.

    `overall` holds in every window of its length however placed, which is stricter than the fixed
    windows Discord may use; a client that stays within it stays within both.
    """

    def __init__(
        self,
        buckets: Mapping[Endpoint, Quota] | None = None,
        overall: Quota | None = Quota(50, 1.0),
    ) -> None:
        self.buckets = dict({MESSAGES: Quota(5, 5.0)} if buckets is None else buckets)
        self.overall = overall
        self.admitted = 0
        self.refused: Counter[str] = Counter()  # 429s by scope: user, shared, global
        self._windows: dict[tuple[Endpoint, str], _Window] = {}
        self._recent: deque[float] = deque()

    def admit(self, endpoint: Endpoint, major: str, now: float, *, exempt: bool) -> Verdict:
        """Judge a request at `now` (Unix seconds); `major` names its channel, guild or webhook.

        `exempt` is an interaction endpoint, which the overall limit does not count.
        """
        if not exempt and (wait := self._overall_wait(now)) > 0:
            return self._refuse("global", wait, {"X-RateLimit-Global": "true"})
        quota = self.buckets.get(endpoint)
        headers: dict[str, str] = {}
        if quota is not None:
            window = self._window(endpoint, major, quota, now)
            if window.used >= quota.requests:
                headers = self._headers(endpoint, quota, window, now)
                return self._refuse(quota.scope, window.ends - now, headers)
            window.used += 1
            headers = self._headers(endpoint, quota, window, now)
        if not exempt:
            self._recent.append(now)
        self.admitted += 1
        return Verdict(True, headers)

    def _overall_wait(self, now: float) -> float:
        """Return the seconds until the overall limit has room, 0 if it has."""
        if self.overall is None:
            return 0.0
        while self._recent and self._recent[0] <= now - self.overall.seconds:
            self._recent.popleft()
        if len(self._recent) < self.overall.requests:
            return 0.0
        return self._recent[0] + self.overall.seconds - now

    def _window(self, endpoint: Endpoint, major: str, quota: Quota, now: float) -> _Window:
        window = self._windows.get((endpoint, major))
        if window is None or now >= window.ends:
            window = self._windows[endpoint, major] = _Window(now + quota.seconds)
        return window

    def _headers(
        self, endpoint: Endpoint, quota: Quota, window: _Window, now: float
    ) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(quota.requests),
            "X-RateLimit-Remaining": str(quota.requests - window.used),
            "X-RateLimit-Reset": f"{_ceil(window.ends):.3f}",
            "X-RateLimit-Reset-After": f"{_ceil(window.ends - now):.3f}",
            "X-RateLimit-Bucket": hashlib.md5("".join(endpoint).encode()).hexdigest(),
        }

    def _refuse(self, scope: str, wait: float, headers: Mapping[str, str]) -> Verdict:
        self.refused[scope] += 1
        return Verdict(False, *too_many(wait, scope, headers))


def too_many(
    wait: float, scope: str, headers: Mapping[str, str] | None = None
) -> tuple[dict[str, str], dict[str, object]]:
    """Return headers and body of a 429.

    Without `Via` discord.py takes a 429 for a ban by Cloudflare and does not wait.
    """
    told = {
        "Via": "1.1 google",
        "Retry-After": str(math.ceil(wait)),
        "X-RateLimit-Scope": scope,
        **(headers or {}),
    }
    body: dict[str, object] = {
        "message": "You are being rate limited.",
        "retry_after": _ceil(wait),
        "global": scope == "global",
    }
    return told, body


def _ceil(seconds: float) -> float:
    """Round up to milliseconds, so that nobody who waits as told comes early."""
    return math.ceil(seconds * 1000) / 1000
