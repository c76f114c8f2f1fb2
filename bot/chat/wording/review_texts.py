"""All wording of the cards by which staff reviews what is held."""

from __future__ import annotations

from bot.news.review import Stage

APPROVE = "Approve"
REJECT = "Reject"
OPEN = "Open"

GONE = "I know no such article any more."
STAFF_ONLY = "Only members who may manage this server can decide about articles."
CHANGED = "It has changed since this was shown. Look at it again: this is what it says now."
TOO_LATE = "Someone was faster: the card says who."

HELD = "Held for review"
HELD_BECAUSE = "Its file says `published: false`. Approve it and it is posted like any other."

_STAGES = {
    Stage.APPROVED: "Approved by {by}, {when}",
    Stage.REJECTED: "Rejected by {by}, {when}",
    Stage.PUBLISHED: "Its file publishes it by now: there is nothing to decide.",
    Stage.WITHDRAWN: "Withdrawn: its file is gone.",
}


def stage(reached: Stage, by: str, when: str) -> str:
    """Say what became of an article; `by` is a mention, `when` a Discord timestamp."""
    return HELD_BECAUSE if reached is Stage.HELD else _STAGES[reached].format(by=by, when=when)


def decided(when: str, *, approved: bool) -> str:
    """Say what staff decided about an article that was held; `when` is a Discord timestamp."""
    return f"Held for review, and {'approved' if approved else 'rejected'} {when}."
