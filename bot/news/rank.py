"""Which stories come first in a digest, and which articles tell the same story."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.news.activity import Activity, average, share
from bot.news.digest import provider_key
from bot.news.plan import Candidate
from bot.news.story import listed, tells_of
from bot.structs import Frozen

# What each can add to a score; together the hundred that a story can have.
_QUALITY, _FRESHNESS, _HEAT, _TALK = 50, 20, 15, 15
_FURTHER = 0.8  # what each further story of a provider counts of the one before
_ALSO = 3  # articles that stand with a better one, at most


class Ranked(Frozen):
    """A story: its best article, those that also cover it, and what it scored."""

    best: Candidate
    also: tuple[Candidate, ...]
    score: float


def rank(
    candidates: Iterable[Candidate],
    since: datetime,
    until: datetime,
    activity: Mapping[int, Activity] | None = None,
) -> tuple[Ranked, ...]:
    """Return the stories of a period, the best first; `activity` is what members do, by id.

    A score adds up quality (50), freshness within the period (20), heat (15) and what members make
    of it (15). A quality or heat that is unknown counts as much as the known ones here do
    on average. Each further story of one provider counts a fifth less than the one before. An
    article stands with a better one, as one of three at most, if either lists the other as related;
    titles say nothing. One that lists more than three of these sums up: what it lists tells the
    same story only if it lists it, too. Of equals the later one comes first.
    """
    everything = tuple(candidates)
    scores = _scores(everything, since, until, activity or {})
    ordered = sorted(everything, key=lambda each: _place(each, scores[each.id]))
    return _varied([Ranked(*told, scores[told[0].id]) for told in _stories(ordered)])


def most_discussed(
    candidates: Iterable[Candidate], activity: Mapping[int, Activity]
) -> tuple[Ranked, ...]:
    """Return the stories of which members make anything, those of which they make most first.

    Their score is just that: two for each reply, one for each reaction. One story is what it is for
    `rank`.
    """
    scores = {key: float(each.weight) for key, each in activity.items()}
    stirring = [each for each in candidates if scores.get(each.id)]
    ordered = sorted(stirring, key=lambda each: _place(each, scores[each.id]))
    return tuple(Ranked(*told, scores[told[0].id]) for told in _stories(ordered))


def _scores(
    candidates: Sequence[Candidate],
    since: datetime,
    until: datetime,
    activity: Mapping[int, Activity],
) -> dict[int, float]:
    quality = average(each.article.quality for each in candidates)
    heat = average(each.article.heat for each in candidates)
    length = max((until - since).total_seconds(), 1.0)
    scores: dict[int, float] = {}
    for each in candidates:
        article = each.article
        age = (until - article.published_at).total_seconds()
        scores[each.id] = (
            _QUALITY * share(article.quality, quality)
            + _FRESHNESS * min(max(1 - age / length, 0.0), 1.0)
            + _HEAT * share(article.heat, heat)
            + _TALK * activity.get(each.id, Activity()).share
        )
    return scores


def _place(candidate: Candidate, score: float) -> tuple[float, float, int]:
    """Return by what stories are sorted: whatever order they come in, equals stand alike."""
    return -score, -candidate.article.published_at.timestamp(), -candidate.id


def _stories(ordered: Sequence[Candidate]) -> list[tuple[Candidate, tuple[Candidate, ...]]]:
    """Put with each article, from the best on, those that tell its story; each is in one story.

    Only with the best itself: what is related to something related may be about anything.
    """
    place = {each.id: number for number, each in enumerate(ordered)}
    linked = _linked(ordered)
    taken: set[int] = set()
    stories: list[tuple[Candidate, tuple[Candidate, ...]]] = []
    for each in ordered:
        if each.id not in taken:
            also = heapq.nsmallest(_ALSO, linked[each.id] - taken, key=place.__getitem__)
            taken |= {each.id, *also}
            stories.append((each, tuple(ordered[place[other]] for other in also)))
    return stories


def _linked(candidates: Sequence[Candidate]) -> dict[int, set[int]]:
    """Return by article which others may tell its story."""
    by_url = {each.article.canonical_url: each for each in candidates}
    known = {
        each.id: {by_url[url].id for url in listed(each.article) & by_url.keys()}
        for each in candidates
    }
    linked: dict[int, set[int]] = {each.id: set() for each in candidates}
    for key, others in known.items():
        for other in others:
            if tells_of(others, back=key in known[other]):
                linked[key].add(other)
                linked[other].add(key)
    return linked


def _varied(stories: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """Bring stories, the best first, into the order in which no provider takes over."""
    waiting: dict[str, list[Ranked]] = {}
    for story in reversed(stories):
        waiting.setdefault(_provider(story), []).append(story)
    heads = [_head(queue[-1], 0, name) for name, queue in waiting.items()]
    heapq.heapify(heads)
    result: list[Ranked] = []
    while heads:
        (score, *_), earlier, name = heapq.heappop(heads)
        story = waiting[name].pop()
        result.append(Ranked(story.best, story.also, -score))
        if waiting[name]:
            heapq.heappush(heads, _head(waiting[name][-1], earlier + 1, name))
    return tuple(result)


def _head(story: Ranked, earlier: int, name: str) -> tuple[tuple[float, float, int], int, str]:
    return _place(story.best, story.score * _FURTHER**earlier), earlier, name


def _provider(story: Ranked) -> str:
    """Return who published a story; of whom nothing is known, each is another."""
    name = provider_key(story.best.article)
    return f"name {name}" if name else f"id {story.best.id}"
