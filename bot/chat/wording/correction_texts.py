"""All wording about what becomes of articles after they were posted."""

from __future__ import annotations

RETRACTED = "**Retracted**"
STRUCK = "This story has been retracted, so its discussion ends here."
RESTORED = "This story is back: it is retracted no longer, and can be discussed again."


def updated(time: str) -> str:
    """Say since when a post shows what it does; the time is a Discord timestamp."""
    return f"*Updated {time}*"


def more(reports: int, address: str) -> str:
    """Say how many further reports there are; the address is that of the latest."""
    return f"[{reports} more {'report' if reports == 1 else 'reports'}]({address})"


def retracted(title: str) -> str:
    """Return what a forum post is called whose article is retracted."""
    return f"Retracted: {title}"


def notice(retracted: bool, reference: str) -> str:
    """Tell a discussion what became of its post; the last line tells one notice from another."""
    return f"{STRUCK if retracted else RESTORED}\n-# Notice {reference}"
