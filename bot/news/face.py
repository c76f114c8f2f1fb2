"""What a post's message shows, told apart by a fingerprint, and when it is drawn anew."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

EDIT = "edit"  # the kind of errand that draws a message anew
PAUSE = timedelta(minutes=5)  # between two edits of a message


@dataclass(frozen=True, slots=True)
class Mark:
    """What has become of an article since it was posted."""

    updated_at: datetime | None = None


UNMARKED = Mark()


@dataclass(frozen=True, slots=True)
class Told:
    """An article as a message tells of it now: by its fingerprint and what became of it."""

    article_id: int
    fingerprint: bytes
    mark: Mark = UNMARKED


def face(told: Iterable[Told]) -> bytes:
    """Return a fingerprint of what a message shows; that of one article as it is, is its own.

    What only counts something is no part of it: counters never draw a message anew.
    """
    parts = [each.fingerprint for each in told]
    return parts[0] if len(parts) == 1 else hashlib.sha256(b"".join(parts)).digest()[:16]


def redrawn_from(edited_at: datetime | None, now: datetime) -> datetime:
    """Return from when on a message may be drawn anew."""
    return now if edited_at is None else max(now, edited_at + PAUSE)
