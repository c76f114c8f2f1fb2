"""Members who follow topics: how, and what they are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

MENTION = "mention"  # the kind of errand that mentions members in a discussion
NEWS = timedelta(days=1)  # after that nobody is mentioned for a post any more
MENTIONED = 75  # members whom one message names: all their mentions surely fit into it

# closed: a digest that was switched off, since the member takes no direct messages.
Way = Literal["mention", "digest", "closed"]


@dataclass(frozen=True, slots=True)
class Mention:
    """Members who are to be told that a post's discussion is open, and the topics they follow."""

    post_id: int
    users: tuple[int, ...]
    topics: tuple[str, ...]
