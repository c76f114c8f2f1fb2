"""What a post's message shows, told apart by a fingerprint, and when it is drawn anew."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.news.subscription import Retractions
from bot.structs import Frozen, replace

EDIT = "edit"  # the kind of errand that draws a message anew
NOTICE = "notice"  # that tells a discussion what became of its post
DISCUSSION = "discussion"  # that brings a discussion into line with its post
PAUSE = timedelta(minutes=5)  # between two edits of a message

_BACK_SOON = timedelta(minutes=1)  # a file that is replaced is away for a moment
_BACK_PERHAPS = timedelta(hours=1)  # for someone to see that a folder is not there
_MANY = 10


class Reports(Frozen):
    """How many follow-ups a post has, and where the latest of them is."""

    count: int
    thread_id: int
    message_id: int


class Mark(Frozen):
    """What has become of an article since it was posted."""

    updated_at: datetime | None = None
    retracted: bool = False
    reports: Reports | None = None


UNMARKED = Mark()


class Told(Frozen):
    """An article as a message tells of it now: by its fingerprint and what became of it."""

    article_id: int
    fingerprint: bytes
    mark: Mark = UNMARKED


def marked(told: Iterable[Told], retractions: Retractions) -> tuple[Told, ...]:
    """Return what is told as a subscription wants it: what is retracted may be left as it is."""
    if retractions != "leave":
        return tuple(told)
    return tuple(replace(each, mark=replace(each.mark, retracted=False)) for each in told)


def face(told: Iterable[Told]) -> bytes:
    """Return a fingerprint of what a message shows; that of one article as it is, is its own.

    What members do is no part of it: such counters never draw a message anew.
    """
    parts = [
        each.fingerprint + b"retracted" * each.mark.retracted + _counted(each.mark.reports)
        for each in told
    ]
    if len(parts) == 1 and len(parts[0]) == 16:
        return parts[0]
    return hashlib.sha256(b" ".join(parts)).digest()[:16]


def _counted(reports: Reports | None) -> bytes:
    return f"{reports.count} {reports.message_id}".encode() if reports else b""


def is_retracted(turns: int) -> bool:
    """Whether a post is, that was retracted and restored so often in all."""
    return turns % 2 == 1


def redrawn_from(edited_at: datetime | None, now: datetime) -> datetime:
    """Return from when on a message may be drawn anew."""
    return now if edited_at is None else max(now, edited_at + PAUSE)


def most_of(gone: int, among: int) -> bool:
    """Whether so many files are gone at once that a folder may be missing, not the articles."""
    return gone >= _MANY and 2 * gone > among


def retracted_from(gone: int, among: int, now: datetime) -> datetime:
    """Return from when on posts are marked whose files are gone: they may yet come back."""
    return now + (_BACK_PERHAPS if most_of(gone, among) else _BACK_SOON)
