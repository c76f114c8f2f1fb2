"""The seam to Discord: what the work asks of it, in values alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.news.article import Article
from bot.news.images import Illustration
from bot.news.post import NONCE_HOLDS, Post, Sent


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Everything that one post is made of.

    `icon` false leaves out the provider's logo, too; `brief` leaves only title and link. `mention`
    is a role to ping; `silent` sends without a notification. `within` is for how long the nonce
    surely tells a further attempt from a second post.
    """

    post: Post
    article: Article
    illustration: Illustration = Illustration()
    icon: bool = True
    brief: bool = False
    mention: int | None = None
    silent: bool = False
    within: timedelta = NONCE_HOLDS


class Outlet(Protocol):
    """Sends, finds and discusses.

    All raise ChannelClosed, PostRefused or FateUnknown, or LoginError once the token is no good.
    """

    async def takes_nonces(self, channel_id: int) -> bool:
        """Whether Discord takes a post only once into this channel, while its nonce holds."""

    async def send(self, dispatch: Dispatch) -> Sent | None:
        """Post it, under its nonce; None if it was there before and someone deleted it."""

    async def find(self, dispatch: Dispatch) -> Sent | None:
        """Look for a post whose fate is unknown; None if it certainly is not there."""

    async def discuss(self, dispatch: Dispatch, message_id: int) -> int:
        """Open the discussion under a post, or find the one that is there; return its id."""
