"""What a subscription would have posted lately, and why it would have left out the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.news.plan import Baselines, Candidate, Verdict, concerns, followed, slim, verdicts
from bot.news.subscription import Subscription
from bot.structs import Frozen, replace

PERIOD = timedelta(days=7)


class Rehearsal(Frozen):
    """The verdicts on the articles of the period, newest first; `more`: on its newest alone."""

    posted: tuple[Verdict, ...] = ()
    left_out: tuple[Verdict, ...] = ()
    more: bool = False

    def __add__(self, older: Rehearsal) -> Rehearsal:
        """Return this rehearsal followed by one of older articles."""
        return Rehearsal(
            self.posted + older.posted, self.left_out + older.left_out, self.more or older.more
        )


def rehearsed(decided: Sequence[Verdict]) -> Rehearsal:
    """Return the verdicts on a page of the period, newest first, as its rehearsal."""
    return Rehearsal(
        tuple(verdict for verdict in decided if verdict.hold is None),
        tuple(verdict for verdict in decided if verdict.hold is not None),
    )


def rehearse(
    candidates: Iterable[Candidate], subscription: Subscription, now: datetime
) -> tuple[Verdict, ...]:
    """Plan the period before `now`, newest first, as if nothing had been posted in it.

    Limit, budget and quiet hours only put off what is posted: they are left out of it.
    """
    since = now - PERIOD
    fresh = [
        replace(candidate, post_state=None, post_reason="")
        for candidate in candidates
        if since <= candidate.article.published_at <= now
        and concerns(candidate, [subscription], now)
    ]
    unhurried = replace(subscription, limit=len(fresh))
    starts = Baselines(dict.fromkeys(followed(subscription), since))
    return tuple(
        replace(verdict, candidate=slim(verdict.candidate))
        for verdict in reversed(verdicts(fresh, unhurried, starts, now))
    )
