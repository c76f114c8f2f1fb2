"""All wording about what becomes of articles after they were posted."""

from __future__ import annotations


def updated(time: str) -> str:
    """Say since when a post shows what it does; the time is a Discord timestamp."""
    return f"*Updated {time}*"
