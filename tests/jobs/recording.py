"""An outlet that keeps what it is given: the seam to Discord, without Discord."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.errors import ChannelClosed, FateUnknown, OutletError
from bot.jobs.outlet import Dispatch, Presence
from bot.news.digest import Page
from bot.news.post import Post, Sent
from bot.structs import replace

SERVER = 9
CLOSED = ChannelClosed("#space: give the bot the permission Send Messages")
NO_ANSWER = FateUnknown("#space: no answer")
LONG = timedelta(minutes=3)  # longer than Discord surely remembers a nonce


@dataclass(slots=True)
class RecordingOutlet:
    """An outlet that takes every post as Discord would, once for each nonce, unless told to fail.

    `calls` are what was asked for, by method and article; `there` are the messages by nonce. A
    digest's message has room for so many stories.
    """

    calls: list[tuple[str, str]] = field(default_factory=list)
    dispatches: list[Dispatch] = field(default_factory=list)
    there: dict[str, Sent] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    forum: bool = False
    room: int = 10
    before_sending: Callable[[Dispatch], Awaitable[object]] | None = None
    _failures: dict[str, list[tuple[OutletError | None, bool]]] = field(default_factory=dict)

    def fail(self, method: str, *errors: OutletError | None, arrives: bool = False) -> None:
        """Let the next calls of a method raise these (None: work); `arrives`: after all."""
        self._failures.setdefault(method, []).extend((error, arrives) for error in errors)

    @property
    def sent(self) -> list[str]:
        """The slugs of the articles that it was asked to send, in order."""
        return [slug for method, slug in self.calls if method == "send"]

    async def takes_nonces(self, channel_id: int) -> bool:
        """Whether a channel is no forum."""
        return not self.forum

    async def send(self, dispatch: Dispatch) -> Sent | None:
        """Take a post."""
        self.dispatches.append(dispatch)
        self.calls.append(("send", dispatch.name))
        if self.before_sending is not None:
            await self.before_sending(dispatch)
        error, arrives = self._next("send")
        nonce = dispatch.post.nonce
        if error is None or arrives:
            number = 1_000 + len(self.there)
            self.there.setdefault(nonce, Sent(number, number if self.forum else None))
        if error is not None:
            raise error
        return None if nonce in self.deleted else self.there[nonce]

    async def find(self, dispatch: Dispatch) -> Sent | None:
        """Look for a post by its nonce."""
        self.calls.append(("find", dispatch.name))
        error, _ = self._next("find")
        if error is not None:
            raise error
        return self.there.get(dispatch.post.nonce)

    async def discuss(self, dispatch: Dispatch, message_id: int) -> int:
        """Open a thread, which Discord gives the id of its message."""
        self.calls.append(("discuss", dispatch.name))
        error, _ = self._next("discuss")
        if error is not None:
            raise error
        for nonce, sent in self.there.items():
            if sent.message_id == message_id:
                self.there[nonce] = replace(sent, thread_id=message_id)
        return message_id

    async def join(self, post: Post, thread_id: int, member_id: int, since: datetime) -> Presence:
        """Bring a member into a thread."""
        self.calls.append(("join", str(thread_id)))
        error, _ = self._next("join")
        if error is not None:
            raise error
        return Presence.INSIDE

    async def server_of(self, channel_id: int) -> int:
        """Return the server of a channel: all are in one."""
        error, _ = self._next("server_of")
        if error is not None:
            raise error
        return SERVER

    def holds(self, page: Page) -> int:
        """How many stories a message has room for."""
        return min(self.room, len(page.stories))

    def _next(self, method: str) -> tuple[OutletError | None, bool]:
        waiting = self._failures.get(method)
        return waiting.pop(0) if waiting else (None, False)
