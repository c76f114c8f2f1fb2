"""A review: what staff decides about an article that is held back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from bot.news.plan import Candidate
from bot.structs import Frozen


class Stage(StrEnum):
    """Where an article is that was held for review: undecided, decided, or out of staff's hands."""

    HELD = "held"
    APPROVED = "approved"
    REJECTED = "rejected"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Decision(Frozen):
    """What was decided about an article, who did it and when; the first one stands."""

    approved: bool
    by: int
    at: datetime


def stage(candidate: Candidate, decision: Decision | None) -> Stage:
    """Return where an article is: its file has the last word, then whoever decided first."""
    if candidate.withdrawn:
        return Stage.WITHDRAWN
    if decision is not None and decision.approved:
        return Stage.APPROVED
    if candidate.listed:
        return Stage.PUBLISHED
    return Stage.HELD if decision is None else Stage.REJECTED
