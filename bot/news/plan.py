"""What is due in a channel, and for everything held back, why."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable
from datetime import datetime, timedelta
from enum import Enum

from bot.news.article import Article, topic_key
from bot.news.filters import refusal
from bot.news.pace import AT_WILL, Pace, makes_digest
from bot.news.subscription import Backlog, Subscription, Terms
from bot.structs import Frozen, replace

_EDITED = "older than the edit that lets it in"


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
    UNDISCUSSED = "for this digest: nobody here has replied or reacted yet"


class Candidate(Frozen):
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


class Verdict(Frozen):
    """Whether one article is due in one channel: `hold` None means yes; `why` is for people.

    `digest`: it goes into a digest, not out by itself.
    """

    candidate: Candidate
    hold: Hold | None = None
    why: str = ""
    digest: bool = False


class Baselines(Frozen):
    """From which publication time on each followed topic counts, by topic key.

    The key "" stands for all topics; beside it are topics that were followed by their names before
    and keep their start. A topic without an entry does not count yet. `terms` are those that the
    subscription had so far, each with the time from which on; the first of them before that, too.
    What an edit lets in counts from then on: an article counts through a topic that was followed
    when it was published only if the terms of that time let it pass as well.
    """

    by_topic: dict[str, datetime]
    terms: tuple[tuple[datetime, Terms], ...] = ()

    def terms_at(self, moment: datetime) -> Terms | None:
        """Return the terms that a moment had, as far as any are known."""
        held = [terms for since, terms in self.terms if since <= moment]
        return held[-1] if held else self.terms[0][1] if self.terms else None


def followed(subscription: Subscription | Terms) -> tuple[str, ...]:
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
    rest = pace.after(1) if together and waiting else pace
    result: list[Verdict] = []
    due = 0
    for verdict in decided:
        if verdict.hold is None:
            digest = together and not verdict.candidate.alone
            due += not digest
            turn, left = (1, pace) if digest else (due, rest)
            verdict = _in_turn(replace(verdict, digest=digest), turn, subscription, left)
        result.append(verdict)
    return tuple(result)


def discussed(decided: Iterable[Verdict], stirring: Container[int]) -> tuple[Verdict, ...]:
    """Hold back from a digest the articles that stir nobody: those whose ids are not `stirring`."""
    why = Hold.UNDISCUSSED
    return tuple(
        replace(each, hold=why, why=why.value)
        if each.hold is None and each.digest and each.candidate.id not in stirring
        else each
        for each in decided
    )


def concerns(candidate: Candidate, subscriptions: Iterable[Subscription], now: datetime) -> bool:
    """Whether an article is any business of those who have these subscriptions.

    What members may see is everybody's. What is held, withdrawn or of a later date is told only
    where one of its topics is followed.
    """
    article = candidate.article
    if hidden_by(candidate, now) is None:
        return True
    carried = {"", *map(topic_key, article.topics)}
    return any(carried.intersection(followed(subscription)) for subscription in subscriptions)


def slim(candidate: Candidate) -> Candidate:
    """Return a candidate without what only filters look at: there may be very many of them."""
    return replace(candidate, article=replace(candidate.article, body="", extra={}))


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
    if candidate.post_state is not None and not _is_repeated(candidate, subscription, baselines):
        return _kept_by_its_post(candidate, candidate.post_state)
    hidden = hidden_by(candidate, now)
    if hidden in (Hold.WITHDRAWN, Hold.UNPUBLISHED):
        return Verdict(candidate, hidden, hidden.value)
    if not matched(article, subscription):
        topics = ", ".join(article.topics) or "none"
        what = "not all of the topics" if subscription.match == "all" else Hold.TOPIC.value
        return Verdict(candidate, Hold.TOPIC, f"{what}: {topics}")
    if why := refusal(article, subscription.filters):
        return Verdict(candidate, Hold.FILTER, why)
    if why := _too_old(article, subscription, baselines):
        return Verdict(candidate, Hold.BASELINE, why)
    if hidden is not None:
        return Verdict(candidate, hidden, hidden.value)
    return Verdict(candidate)


def hidden_by(candidate: Candidate, now: datetime) -> Hold | None:
    """Return why members cannot look an article up, None if they can."""
    if candidate.withdrawn:
        return Hold.WITHDRAWN
    if not candidate.listed:
        return Hold.UNPUBLISHED
    return Hold.FUTURE if candidate.article.published_at > now else None


def _is_repeated(candidate: Candidate, subscription: Subscription, baselines: Baselines) -> bool:
    before = baselines.terms_at(candidate.article.published_at)
    repeat = subscription.repeat and (before is None or before.repeat)
    return repeat and candidate.post_state == "posted" and not candidate.digested


def _kept_by_its_post(candidate: Candidate, state: str) -> Verdict:
    hold = {"posted": Hold.POSTED, "parked": Hold.PARKED}.get(state, Hold.UNDERWAY)
    reason = f": {candidate.post_reason}" if candidate.post_reason else ""
    return Verdict(candidate, hold, f"{hold.value}{reason}")


def matched(article: Article, subscription: Subscription | Terms) -> Collection[str]:
    """Return the keys of the followed topics that the article carries; none if not as wanted."""
    keys = followed(subscription)
    if keys == ("",):
        return keys
    carried = {topic_key(name) for name in article.topics} & set(keys)
    return carried if subscription.match == "any" or len(carried) == len(keys) else ()


def _too_old(article: Article, subscription: Subscription, baselines: Baselines) -> str:
    """Return why an article does not count by when it was published, or nothing."""
    through = set(matched(article, subscription))
    if "" in through:  # what was followed by its name before has kept its start
        through.update(map(topic_key, article.topics))
    starts = {key: baselines.by_topic.get(key) for key in through}
    keys = {key for key, start in starts.items() if start and article.published_at >= start}
    if not keys:
        return Hold.BASELINE.value
    before = baselines.terms_at(article.published_at)
    if before is None:
        return ""
    known = set(followed(before))
    if "" not in known and not keys <= known:
        return ""
    return "" if matched(article, before) and not refusal(article, before.filters) else _EDITED
