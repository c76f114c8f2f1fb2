"""A post: one article in one channel, and the mark by which Discord knows it again."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Fate(StrEnum):
    """What is known of a post.

    planned: remembered, certainly not in Discord · sending: on its way · posted: there, or was
    until someone deleted it · unknown: it may be there · rejected: Discord will not take it.
    """

    PLANNED = "planned"
    SENDING = "sending"
    POSTED = "posted"
    UNKNOWN = "unknown"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Post:
    """A row of the outbox.

    `claimed_at` is before the first attempt of which Discord may know; `reason` is what went wrong
    last, in words.
    """

    id: int
    channel_id: int
    article_id: int
    subscription: str
    nonce: str
    fate: Fate
    claimed_at: datetime
    message_id: int | None = None
    thread_id: int | None = None
    wants_discussion: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a post is; `thread_id` is set where sending it opened its discussion too."""

    message_id: int
    thread_id: int | None = None


def nonce(channel_id: int, article_id: int, revision: int = 0) -> str:
    """Return the mark under which Discord takes the same post only once.

    25 characters, the most that Discord allows; the channel is in it because a nonce counts for
    the whole bot, not for one channel.
    """
    digest = hashlib.sha256(f"{channel_id}|{article_id}|{revision}".encode()).digest()
    return base64.b32encode(digest).decode()[:25].lower()
