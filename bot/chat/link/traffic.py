"""The traffic to Discord: how fast requests may follow each other, and how each attempt ended.

discord.py keeps to the limits of each channel, but not to those over the whole bot, and repeats
requests by itself without telling. Both are put right here, in the hooks of its HTTP session.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from types import SimpleNamespace

import aiohttp

from bot.chat.link.slots import Slots
from bot.chat.link.strain import Strain
from bot.chat.link.trouble import translated
from bot.errors import ChannelClosed, FateUnknown, PostRefused
from bot.structs import Frozen, Struct, field

_SLOTS = 50  # requests a second that Discord takes from one bot
_HOLD = 1.001  # seconds from an answer until its slot is free: no 50 more fit into that second
_PATIENCE = 60.0  # seconds for one answer; aiohttp alone would wait for five minutes
_EXEMPT = ("/interactions/", "/webhooks/")  # members wait for these, and no limit counts them
_UNANSWERED = 0
_TOO_MANY = 429


class _Call(Struct):
    """One call of discord.py, and the statuses of the attempts to change something in it."""

    place: str
    once: bool
    optional: bool
    behind: bool
    patience: float
    limit: asyncio.Timeout
    deadline: float
    statuses: list[int] = field(default_factory=list)

    def approve(self) -> None:
        """Raise FateUnknown if what comes would be a second attempt at something done once."""
        if self.once and self.statuses and self.statuses[-1] != _TOO_MANY:
            raise FateUnknown(f"{self.place}: {_told(self.statuses[-1])}")
        if asyncio.get_running_loop().time() > self.deadline:
            raise FateUnknown(f"{self.place}: Discord did not take it in time")

    @property
    def doubtful(self) -> bool:
        """Whether Discord may have carried out an attempt before the last one."""
        return any(status == _UNANSWERED or status >= 500 for status in self.statuses[:-1])


_CALL: ContextVar[_Call | None] = ContextVar("call", default=None)


@asynccontextmanager
async def call(
    place: str,
    *,
    once: bool = False,
    optional: bool = False,
    behind: bool = False,
    patience: float = _PATIENCE,
    within: timedelta | None = None,
) -> AsyncIterator[None]:
    """Run one call of discord.py and raise one of our errors for whatever fails in it.

    With `once`, discord.py may repeat it only after a 429, which is sure to have done nothing. A
    refusal is not believed when an earlier attempt may have succeeded. What is `optional` is the
    first not to be asked when Discord refuses much; what is `behind` lets all others go first.
    `patience` is for each answer, in seconds; waiting as a rate limit asks does not count. After
    `within` no further attempt may leave.
    """
    deadline = math.inf
    if within is not None:
        deadline = asyncio.get_running_loop().time() + within.total_seconds()
    limit = asyncio.timeout(None)
    async with _watched(_Call(place, once, optional, behind, patience, limit, deadline)) as current:
        try:
            with translated(place):
                async with current.limit:
                    yield
        except (ChannelClosed, PostRefused) as error:
            if current.doubtful:
                told = f"{error}, after an attempt of which nothing is known"
                raise FateUnknown(told, wait=error.wait) from error
            raise


def traced(
    slots: int = _SLOTS,
    hold: float = _HOLD,
    dated: Callable[[datetime], None] | None = None,
    strain: Strain | None = None,
) -> aiohttp.TraceConfig:
    """Return what a client needs as `http_trace` to keep to `slots` requests a second.

    A slot is taken before a request and free again `hold` seconds after its answer: however long
    either is on its way, Discord never sees more within one second. `dated` gets the time of each
    answer by Discord's clock, to the second. After too much `strain` nothing is asked for a while.
    """
    hooks = _Hooks(Slots(slots), hold, dated, strain or Strain())
    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(hooks.start)
    trace.on_request_end.append(hooks.answered)
    trace.on_response_chunk_received.append(hooks.read)
    trace.on_request_exception.append(hooks.failed)
    return trace


@asynccontextmanager
async def _watched(current: _Call) -> AsyncIterator[_Call]:
    """Let the hooks know which call the requests of this task belong to."""
    token = _CALL.set(current)
    try:
        yield current
    finally:
        _CALL.reset(token)


class _Hooks(Frozen):
    """What happens around each request; `request` is one attempt's own scratch pad."""

    slots: Slots
    hold: float
    dated: Callable[[datetime], None] | None
    strain: Strain

    async def start(
        self,
        session: aiohttp.ClientSession,
        request: SimpleNamespace,
        params: aiohttp.TraceRequestStartParams,
    ) -> None:
        """Wait for a slot; an exception here means that the request is never made."""
        request.call = current = _CALL.get()
        request.paced = not any(part in params.url.path for part in _EXEMPT)
        if request.paced:
            self._spare(current)
            await self._take(session, behind=current is not None and current.behind)
        if current is None:
            return
        try:
            current.approve()  # not before: the wait for a slot may have been long
        except FateUnknown:
            if request.paced:
                request.paced = False
                self.slots.give_back()
            raise
        if params.method != "GET":
            current.statuses.append(_UNANSWERED)
        current.limit.reschedule(asyncio.get_running_loop().time() + current.patience)

    async def answered(
        self,
        _: aiohttp.ClientSession,
        request: SimpleNamespace,
        params: aiohttp.TraceRequestEndParams,
    ) -> None:
        """Remember the status; the body is still to come."""
        self._give_back(request)
        answer, now = params.response, asyncio.get_running_loop().time()
        self.strain.note(answer.status, answer.headers, now)
        if self.dated is not None:
            with suppress(TypeError, ValueError):  # no date, or one that is none
                self.dated(parsedate_to_datetime(answer.headers.get("Date", "")))
        if request.call is not None and params.method != "GET":
            request.call.statuses[-1] = answer.status

    async def read(
        self,
        _: aiohttp.ClientSession,
        request: SimpleNamespace,
        __: aiohttp.TraceResponseChunkReceivedParams,
    ) -> None:
        """Lift the limit on time: discord.py may now sleep until a rate limit is over."""
        if request.call is not None:
            request.call.limit.reschedule(None)

    async def failed(
        self,
        _: aiohttp.ClientSession,
        request: SimpleNamespace,
        __: aiohttp.TraceRequestExceptionParams,
    ) -> None:
        """Give the slot back; the request may have arrived all the same."""
        self._give_back(request)

    def _spare(self, current: _Call | None) -> None:
        """Raise if Discord has refused so much that it might soon refuse everything."""
        optional = current is not None and current.optional
        pause = self.strain.pause(asyncio.get_running_loop().time(), optional=optional)
        if not pause:
            return
        told = f"Discord refused too much lately: I ask no more for {pause:.0f} s"
        if current is None:
            raise aiohttp.ClientConnectionError(told)
        current.statuses.append(_TOO_MANY)  # this attempt has surely done nothing
        wait = timedelta(seconds=pause)
        raise ChannelClosed(f"{current.place}: {told}", passing=True, wait=wait)

    async def _take(self, session: aiohttp.ClientSession, *, behind: bool) -> None:
        await self.slots.take(behind=behind)
        if session.closed:
            self.slots.give_back()
            raise aiohttp.ClientConnectionError("the client was closed")

    def _give_back(self, request: SimpleNamespace) -> None:
        if request.paced:
            request.paced = False
            asyncio.get_running_loop().call_later(self.hold, self.slots.give_back)


def _told(status: int) -> str:
    return f"Discord answered {status}" if status else "no answer from Discord"
