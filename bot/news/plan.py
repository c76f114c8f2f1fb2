"""What is due in a channel, and for everything held back, why."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.news.article import Article, topic_key
from bot.news.filters import refusal
from bot.news.pace import AT_WILL, Pace, makes_digest
from bot.news.post import BY_HAND, Post
from bot.news.subscription import Backlog, Subscription


class Hold(Enum):
    """Why an article is not posted in a channel now."""

    POSTED = "already in this channel"
    UNDERWAY = "on its way"
    PARKED = "put aside"
    WITHDRAWN = "withdrawn: its file is gone"
    UNPUBLISHED = "held by `published: false`"
    TOPIC = "other topic"
    FILTER = "filtered"
    BASELINE = "older than where this channel starts"
    FUTURE = "not yet: its date lies ahead"
    LIMIT = "over the limit of this run"
    QUIET = "quiet hours"
    BUDGET = "over the budget of this hour"


class Standing(Enum):
    """What is to become of an open post of a subscription, once it is certain that it is not there.

    waits: for the end of quiet hours, or room in the budget · unwanted: given up, so that its
    articles are due again to whoever follows them.
    """

    WANTED = auto()
    WAITS = auto()
    UNWANTED = auto()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article as the planner sees it: with its key and what became of it so far.

    `listed`: members may see it. `post_state` is that of its post in the channel in question, or of
    the digest it is in there, or None if it has none; `post_reason` is what went wrong with that
    last. `digested`: it is in a digest there, or was; `alone`: Discord refused that digest, and it
    goes out by itself.
    """

    id: int
    article: Article
    listed: bool = True
    withdrawn: bool = False
    post_state: str | None = None
    post_reason: str = ""
    digested: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one article is due in one channel: `hold` None means yes; `why` is for people.

    `digest`: it goes into a digest, not out by itself.
    """

    candidate: Candidate
    hold: Hold | None = None
    why: str = ""
    digest: bool = False


@dataclass(frozen=True, slots=True)
class Baselines:
    """From which publication time on each followed topic counts, by topic key.

    The key "" stands for all topics. A topic without an entry does not count yet.
    """

    by_topic: dict[str, datetime]


def followed(subscription: Subscription) -> tuple[str, ...]:
    """Return the keys under which `subscription` remembers where it starts."""
    return tuple(dict.fromkeys(topic_key(name) for name in subscription.topics)) or ("",)


def start(backlog: Backlog, newest: Iterable[datetime], now: datetime) -> datetime:
    """Return from which publication time on a newly followed channel or topic counts.

    `newest` are the publication times of what it follows, latest first.
    """
    if backlog.age is not None:
        return now - backlog.age
    if backlog.count is None:
        return datetime.min.replace(tzinfo=now.tzinfo)
    first = now + timedelta(microseconds=1)  # with a count of 0: only what is yet to come
    for _, moment in zip(range(backlog.count), newest, strict=False):
        first = moment
    return first


def verdicts(
    candidates: Iterable[Candidate],
    subscription: Subscription,
    baselines: Baselines,
    now: datetime,
    pace: Pace = AT_WILL,
    *,
    put_off: bool = False,
) -> tuple[Verdict, ...]:
    """Return the verdict on each candidate, oldest first.

    At most `limit` of them are due, and no more than `pace` has room for. A digest is one post,
    whatever goes into it. `put_off`: quiet hours put off a run, and this is the one after them.
    """
    ordered = sorted(candidates, key=lambda c: (c.article.published_at, c.id))
    decided = [_verdict(candidate, subscription, baselines, now) for candidate in ordered]
    waiting = sum(verdict.hold is None and not verdict.candidate.alone for verdict in decided)
    together = makes_digest(subscription, waiting, pace, put_off=put_off)
    result: list[Verdict] = []
    due = 0
    for verdict in decided:
        if verdict.hold is None:
            digest = together and not verdict.candidate.alone
            due += not digest
            turn = 1 if digest else due
            verdict = _in_turn(replace(verdict, digest=digest), turn, subscription, pace)
        result.append(verdict)
    return tuple(result)


def concerns(candidate: Candidate, subscriptions: Iterable[Subscription], now: datetime) -> bool:
    """Whether an article is any business of those who have these subscriptions.

    What members may see is everybody's. What is held, withdrawn or of a later date is told only
    where one of its topics is followed.
    """
    article = candidate.article
    if candidate.listed and article.published_at <= now:
        return True
    carried = {"", *map(topic_key, article.topics)}
    return any(carried.intersection(followed(subscription)) for subscription in subscriptions)


def slim(candidate: Candidate) -> Candidate:
    """Return a candidate without what only filters look at: there may be very many of them."""
    return replace(candidate, article=replace(candidate.article, body="", extra={}))


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
    fits = bool(_matched(article, subscription)) and not refusal(article, subscription.filters)
    return fits and (subscription.post == "each" or candidate.alone)


def _in_turn(due: Verdict, turn: int, subscription: Subscription, pace: Pace) -> Verdict:
    """Return the verdict on what is due as number `turn` of this run, counted from 1."""
    candidate = due.candidate
    if turn > subscription.limit:
        return Verdict(candidate, Hold.LIMIT, f"over the limit of {subscription.limit}")
    if pace.quiet and subscription.quiet is not None:
        hours = f"{subscription.quiet.start:%H:%M}–{subscription.quiet.end:%H:%M}"
        return Verdict(candidate, Hold.QUIET, f"{Hold.QUIET.value} ({hours})")
    if pace.room is not None and turn > pace.room:
        budget = f"over the budget of {subscription.hourly} an hour in this channel"
        return Verdict(candidate, Hold.BUDGET, budget)
    return due


def _verdict(
    candidate: Candidate, subscription: Subscription, baselines: Baselines, now: datetime
) -> Verdict:
    article = candidate.article
    if candidate.post_state is not None and not _is_repeated(candidate, subscription):
        return _kept_by_its_post(candidate, candidate.post_state)
    if candidate.withdrawn:
        return Verdict(candidate, Hold.WITHDRAWN, Hold.WITHDRAWN.value)
    if not candidate.listed:
        return Verdict(candidate, Hold.UNPUBLISHED, Hold.UNPUBLISHED.value)
    if not _matched(article, subscription):
        topics = ", ".join(article.topics) or "none"
        what = "not all of the topics" if subscription.match == "all" else Hold.TOPIC.value
        return Verdict(candidate, Hold.TOPIC, f"{what}: {topics}")
    if why := refusal(article, subscription.filters):
        return Verdict(candidate, Hold.FILTER, why)
    if not _counts(article, subscription, baselines):
        return Verdict(candidate, Hold.BASELINE, Hold.BASELINE.value)
    if article.published_at > now:
        return Verdict(candidate, Hold.FUTURE, Hold.FUTURE.value)
    return Verdict(candidate)


def _is_repeated(candidate: Candidate, subscription: Subscription) -> bool:
    return subscription.repeat and candidate.post_state == "posted" and not candidate.digested


def _kept_by_its_post(candidate: Candidate, state: str) -> Verdict:
    hold = {"posted": Hold.POSTED, "parked": Hold.PARKED}.get(state, Hold.UNDERWAY)
    reason = f": {candidate.post_reason}" if candidate.post_reason else ""
    return Verdict(candidate, hold, f"{hold.value}{reason}")


def _matched(article: Article, subscription: Subscription) -> Collection[str]:
    """Return the keys of the followed topics that the article carries; none if not as wanted."""
    keys = followed(subscription)
    if keys == ("",):
        return keys
    carried = {topic_key(name) for name in article.topics} & set(keys)
    return carried if subscription.match == "any" or len(carried) == len(keys) else ()


def _counts(article: Article, subscription: Subscription, baselines: Baselines) -> bool:
    starts = (baselines.by_topic.get(key) for key in _matched(article, subscription))
    return any(start is not None and article.published_at >= start for start in starts)
