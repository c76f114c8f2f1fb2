"""What is to become of posts that were left open, as their subscriptions are now."""

from __future__ import annotations

from enum import Enum, auto

from bot.news.filters import refusal
from bot.news.pace import Pace
from bot.news.plan import Candidate, matched
from bot.news.post import BY_HAND, Post
from bot.news.subscription import Subscription


class Standing(Enum):
    """What is to become of an open post of a subscription, once it is certain that it is not there.

    waits: for the end of quiet hours, or room in the budget · unwanted: given up, so that its
    articles are due again to whoever follows them.
    """

    WANTED = auto()
    WAITS = auto()
    UNWANTED = auto()


def standing(
    post: Post, candidate: Candidate | None, subscription: Subscription | None, pace: Pace
) -> Standing:
    """Return what is to become of an open post; `candidate` is its article, None for a digest.

    `subscription` is the post's own, as it is now, or None if it does not post there any more;
    `pace` is its own. What staff chose is wanted anywhere and at any time, and the second message
    of a digest needs no room beside the first.
    """
    if post.subscription == BY_HAND:
        return Standing.WANTED
    if subscription is None or not _makes(subscription, candidate):
        return Standing.UNWANTED
    full = pace.room == 0 and post.part == 1
    return Standing.WAITS if pace.quiet or full else Standing.WANTED


def _makes(subscription: Subscription, candidate: Candidate | None) -> bool:
    """Whether a subscription makes a post of an article by itself, or (None) a digest."""
    if candidate is None:
        return subscription.post == "digest" or subscription.is_paced
    article = candidate.article
    fits = bool(matched(article, subscription)) and not refusal(article, subscription.filters)
    return fits and (subscription.post == "each" or candidate.alone)
