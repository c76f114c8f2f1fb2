"""The seam to Discord: what the work asks of it, in values alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Protocol

from bot.news.article import Article
from bot.news.digest import Page
from bot.news.face import UNMARKED, Mark
from bot.news.images import Illustration
from bot.news.post import NONCE_HOLDS, Post, Sent
from bot.structs import Frozen


class Dispatch(Frozen):
    """Everything that one post is made of: an article, or a message of a digest.

    `illustration` is the article's, `mark` what has become of it since it was posted. Without
    `pictures` none goes out, not even a logo; `brief` leaves only titles and links. `mention` is a
    role to ping; `silent` sends without a notification. `archive_after`, `reopen_within`,
    `opening` and `fallback_tag` are the subscription's. `within` is for how long the nonce surely
    tells a further attempt from a second post.
    """

    post: Post
    subject: Article | Page
    illustration: Illustration = Illustration()
    mark: Mark = UNMARKED
    pictures: bool = True
    brief: bool = False
    mention: int | None = None
    silent: bool = False
    archive_after: timedelta | None = None
    reopen_within: timedelta = timedelta()
    opening: bool = False
    fallback_tag: str = ""
    within: timedelta = NONCE_HOLDS

    @property
    def name(self) -> str:
        """What a log calls it."""
        if isinstance(self.subject, Page):
            return f"digest {self.post.reference}"
        return self.subject.slug

    @property
    def is_discussed(self) -> bool:
        """Whether there can be a discussion of it: one of each digest, none of no news."""
        page = self.subject
        return not isinstance(page, Page) or (page.part == 1 and page.articles > 0)


class Presence(Enum):
    """Whether a member is in a discussion; OUTSIDE: it is closed or full, GONE: it is deleted."""

    INSIDE = auto()
    OUTSIDE = auto()
    GONE = auto()


class Outlet(Protocol):
    """Sends, finds and discusses.

    What awaits raises ChannelClosed, PostRefused or FateUnknown, or LoginError once the token is
    no good.
    """

    async def takes_nonces(self, channel_id: int) -> bool:
        """Whether Discord takes a post only once into this channel, while its nonce holds."""

    async def send(self, dispatch: Dispatch) -> Sent | None:
        """Post it, under its nonce; None if it was there before and someone deleted it.

        A follow-up raises DiscussionClosed where its discussion is gone, locked, or put away and
        too old to be opened again.
        """

    async def find(self, dispatch: Dispatch) -> Sent | None:
        """Look for a post whose fate is unknown; None if it certainly is not there."""

    async def discuss(self, dispatch: Dispatch, message_id: int) -> int:
        """Open the discussion under a post, or find the one that is there; return its id."""

    async def join(self, post: Post, thread_id: int, member_id: int, since: datetime) -> Presence:
        """Bring a member into the discussion of a post.

        One put away is opened again if it began `since`; one that is locked is left in peace.
        """

    async def server_of(self, channel_id: int) -> int:
        """Return the server of a channel."""

    def holds(self, page: Page) -> int:
        """How many of a page's stories its message shows, from the first on."""
