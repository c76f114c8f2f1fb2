"""What a subscription would have posted lately, and why it would have left out the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.news.plan import Baselines, Candidate, Verdict, followed, verdicts
from bot.news.subscription import Subscription

PERIOD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The verdicts on the articles of the period, newest first."""

    posted: tuple[Verdict, ...] = ()
    left_out: tuple[Verdict, ...] = ()


def rehearse(
    candidates: Iterable[Candidate], subscription: Subscription, now: datetime
) -> Rehearsal:
    """Plan the period before `now` as if nothing had been posted in it.

    Limit, budget and quiet hours only put off what is posted: they are left out of it.
    """
    since = now - PERIOD
    fresh = [
        replace(candidate, post_state=None, post_reason="")
        for candidate in candidates
        if since <= candidate.article.published_at <= now
    ]
    unhurried = replace(subscription, limit=len(fresh))
    starts = Baselines(dict.fromkeys(followed(subscription), since))
    found = verdicts(fresh, unhurried, starts, now)[::-1]
    return Rehearsal(
        tuple(verdict for verdict in found if verdict.hold is None),
        tuple(verdict for verdict in found if verdict.hold is not None),
    )
