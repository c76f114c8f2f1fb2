"""An errand: something to be done once in Discord that is no post."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.news.post import REFERENCE, Fate
from bot.structs import Frozen, field


class Wanted(Frozen):
    """An errand that nobody has promised yet: no two have the same kind and subject.

    `place` is where it happens: a channel, a thread, or a member who gets a direct message. Those
    of one place are done one after the other. `content` is what its kind has to remember.
    """

    kind: str
    subject: str
    place: int
    content: Mapping[str, Any] = field(default_factory=dict)


class Errand(Frozen):
    """A promised errand; its fate is told in the same words as that of a post.

    planned and rejected: certainly not done · posted: done, by `message_id` if it is a message
    that is still there · parked: given up, with its reason. `failures` counts the
    attempts that came to nothing, `times` how often it was promised.
    """

    id: int
    kind: str
    subject: str
    place: int
    content: Mapping[str, Any]
    nonce: str
    fate: Fate
    made_at: datetime
    claimed_at: datetime
    tried_at: datetime
    failures: int = 0
    message_id: int | None = None
    reason: str = ""
    settled: bool = False
    times: int = 1

    @property
    def reference(self) -> str:
        """What a message says of itself, in words or in the id of a button, to be found again."""
        return self.nonce[:REFERENCE]
