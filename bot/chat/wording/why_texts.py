"""All that managers read about what became of an article in their server."""

from __future__ import annotations

WHY = "What became of an article in this server, stage by stage"
ARTICLE = "Words of its title"

LISTED = "Members can look it up."
NOWHERE = "This server has no subscription, so nothing asked for it."
UNKNOWN = "unknown"
BY_HAND = "by hand"
DUE_BUT_PAUSED = "⏸️ it would be due, but this is paused"


def archived(file: str, when: str) -> str:
    """Say where an article comes from; `when` is a Discord timestamp."""
    return f"**In the archive** from {file}, published {when}"


def carries(topics: str, quality: str, language: str) -> str:
    """Say what filters see of an article; its language only if that is known."""
    seen = f"**Topics** {topics or 'none'} · **Quality** {quality}"
    return f"{seen} · **Language** {language}" if language else seen


def unlisted(reason: str) -> str:
    """Say why members cannot look an article up."""
    return f"Members cannot look it up: {reason}."


def posted(when: str, link: str, by: str, *, deleted: bool = False) -> str:
    """Say that an article was posted; `by` is another subscription, or by hand."""
    maker = f" ({by})" if by else ""
    return f"✅ posted {when}{maker}{', and deleted since' if deleted else ''}: {link}"


def held(reason: str, *, underway: bool) -> str:
    """Say what holds an article back."""
    return f"{'📤' if underway else '✋'} {reason}"


def due(when: str) -> str:
    """Say that an article is posted with the next run."""
    return f"⏳ due with the next run, {when}"
