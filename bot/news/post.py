"""A post: an article or a digest in a channel, and the mark by which Discord knows it again."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.structs import Frozen

BY_HAND = "by hand"  # what the outbox calls the subscription of what staff chose

# Discord remembers a nonce for "a few minutes": two are taken for sure. After them, too, a history
# shows whatever arrived before.
NONCE_HOLDS = timedelta(minutes=2)
_FRESH = NONCE_HOLDS / 2  # the other half may pass on the way, while a rate limit lasts
# How long Discord may still be carrying out a request whose connection is gone.
_CARRIED_OUT = timedelta(minutes=1)
REFERENCE = 10  # characters of a nonce by which a person, too, can tell two messages apart
_PATIENT = 3  # attempts without an answer until a post stands aside for the others


class Fate(StrEnum):
    """What is known of a post.

    planned: to be sent once more, though given up before · sending: on its way · posted: there, or
    was until someone deleted it · unknown: it may be there · rejected: its channel did not take it
    this time, so it is not there · parked: put aside with its reason, so that others go on.
    """

    PLANNED = "planned"
    SENDING = "sending"
    POSTED = "posted"
    UNKNOWN = "unknown"
    REJECTED = "rejected"
    PARKED = "parked"


class Post(Frozen):
    """A row of the outbox: an article, or one message of a digest (`part` counts from 1).

    `claimed_at` is before the first attempt of which Discord may know, `tried_at` before the last
    of them; `urls` are the addresses that they showed. `attempts` counts them, and after the post
    those at its discussion. `settled`: nothing is left to be done about the post itself. `reason`
    is what went wrong last, in words. A follow-up is a message in the discussion of another post,
    which `follows` names: `thread_id` is that discussion.
    """

    id: int
    channel_id: int
    article_id: int | None
    subscription: str
    nonce: str
    fate: Fate
    claimed_at: datetime
    tried_at: datetime
    attempts: int = 1
    urls: tuple[str, ...] = ()
    settled: bool = False
    message_id: int | None = None
    thread_id: int | None = None
    wants_discussion: bool = False
    reason: str = ""
    digest_id: int | None = None
    part: int = 1
    follows: int | None = None

    @property
    def place_id(self) -> int:
        """The channel that its message was sent to, which for a follow-up is a thread."""
        return self.channel_id if self.follows is None else self.thread_id or self.channel_id

    @property
    def reference(self) -> str:
        """What a message of a digest says of itself, so that it is found again."""
        return self.nonce[:REFERENCE]


class Sent(Frozen):
    """Where a post is; `thread_id` is set where sending it opened its discussion too.

    `announced`: it is in an announcement channel, and can be published to others.
    """

    message_id: int
    thread_id: int | None = None
    announced: bool = False


class Promise(Protocol):
    """What is promised to Discord once, and may have been tried: a post or an errand."""

    @property
    def fate(self) -> Fate:
        """What is known of it."""

    @property
    def settled(self) -> bool:
        """Whether nothing is left to be done about it."""

    @property
    def claimed_at(self) -> datetime:
        """When it was before the first attempt of which Discord may know."""

    @property
    def tried_at(self) -> datetime:
        """When it was before the last of them."""


def nonce(channel_id: int, subject: int | str, revision: int = 0) -> str:
    """Return the mark under which Discord takes the same post only once.

    25 characters, the most that Discord allows; the channel is in it because a nonce counts for
    the whole bot, not for one channel. `subject` is an article's id, or names a digest, whose
    messages are told apart by the revision.
    """
    digest = hashlib.sha256(f"{channel_id}|{subject}|{revision}".encode()).digest()
    return base64.b32encode(digest).decode()[:25].lower()


def is_absent(post: Promise) -> bool:
    """Whether an open promise is certainly not in Discord: nothing has to be looked for."""
    return post.fate in (Fate.PLANNED, Fate.REJECTED) or (post.fate is Fate.PARKED and post.settled)


def must_look(post: Promise, now: datetime, *, nonces: bool) -> bool:
    """Whether a post of unknown fate has to be looked for before it is sent again.

    While its nonce surely holds, sending it again is as good as looking; a forum knows no nonces.
    """
    fresh = timedelta() <= now - post.claimed_at <= _FRESH
    return not (nonces and fresh and post.fate is not Fate.PARKED)


def may_still_appear(post: Promise, now: datetime, *, nonces: bool) -> bool:
    """Whether a post that a look did not find may be on its way, with no nonce to tell it by."""
    return not nonces and now - post.tried_at < _CARRIED_OUT


def has_lapsed(post: Promise, now: datetime) -> bool:
    """Whether a look that shows nothing of a post is the last word on all attempts so far."""
    return now - post.tried_at >= NONCE_HOLDS


def stands_aside(post: Post) -> bool:
    """Whether a post that Discord leaves without an answer lets others go first from now on."""
    return post.attempts >= _PATIENT and post.fate is not Fate.PARKED
