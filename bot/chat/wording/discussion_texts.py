"""All wording about discussions: the button below a post, `/discuss`, and the answers to them."""

from __future__ import annotations

DISCUSS = "Discuss"

GROUP = "Talk about the news"
ARTICLE = "Open the discussion of any article here, or find the one that there is"

TRENDING = "What is worth talking about: good, hot, discussed here, and new"
TRENDING_TITLE = "Trending"

MOST_DISCUSSED = "Most discussed here"

NO_POST = "That post is not here any more, so there is nothing to discuss it under."
GONE = "Its discussion was deleted, and Discord does not let me open it again."
NOT_HERE = "You may not write or open threads here, so I cannot open a discussion for you."


def nothing_discussed(since: str) -> str:
    """Say that there is nothing to tell; `since` is a Discord timestamp."""
    return f"No news discussed here since {since}."


def inside(thread: str) -> str:
    """Say where the discussion is that the member is in now; `thread` is a mention."""
    return f"You are in: {thread}"


def outside(thread: str) -> str:
    """Say where the discussion is that the member could not be brought into."""
    return f"Here it is: {thread}. It is closed or full, so I could not add you."


def not_open(reason: str) -> str:
    """Say why there is no discussion."""
    return f"I cannot open it now: {reason}"


def activity(replies: int, reactions: int) -> str:
    """Say what members make of a story."""
    counted = ((replies, "reply", "replies"), (reactions, "reaction", "reactions"))
    return " · ".join(f"{n} {one if n == 1 else many}" for n, one, many in counted if n)
