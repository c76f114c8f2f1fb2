"""Which of the articles that have all the words fit best."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.news.query import Query
from bot.news.words import folded, forms, stands_in, words
from bot.structs import Frozen

_IN_TITLE = 4.0
_TOGETHER = 2.0
_FRESH = 1.0
_HALF_AS_FRESH = timedelta(days=30)


class Match(Frozen):
    """An article that has all that was asked for, somewhere."""

    id: int
    title: str
    excerpt: str
    published_at: datetime


def ranked(query: Query, matches: Iterable[Match], now: datetime) -> tuple[int, ...]:
    """Return the ids of `matches`, those that fit best first.

    Four points for the share of the words that the title has, two more if all of them stand
    together there or in the excerpt, and up to one for how new the article is: half of it after a
    month. Of equal ones the newest comes first.
    """
    asked = _Asked(query)
    scored = [(asked.points(match, now), match.id) for match in matches]
    return tuple(key for _, key in sorted(scored, reverse=True))


class _Asked:
    """A question, prepared to be compared with many articles."""

    def __init__(self, query: Query) -> None:
        self._forms = [frozenset(forms(word)) for word in query.words]
        self._beginning = query.beginning
        self._text = " ".join(query.words)

    def points(self, match: Match, now: datetime) -> float:
        title = self._completed(words(match.title))
        share = sum(not each.isdisjoint(title) for each in self._forms)
        together = len(self._forms) > 1 and (
            (share == len(self._forms) and self._in_a_row(title))
            or stands_in(self._text, folded(match.excerpt))
        )
        age = max(now - match.published_at, timedelta())
        return (
            _IN_TITLE * share / max(len(self._forms), 1)
            + _TOGETHER * together
            + _FRESH / (1 + age / _HALF_AS_FRESH)
        )

    def _completed(self, title: list[str]) -> list[str]:
        """Return the words of a title; what begins like the last asked word counts as it."""
        start = self._beginning
        if not start:
            return title
        return [start if word.startswith(start) else word for word in title]

    def _in_a_row(self, title: list[str]) -> bool:
        first, *others = self._forms
        return any(
            title[at] in first
            and all(word in each for word, each in zip(title[at + 1 :], others, strict=False))
            for at in range(len(title) - len(others))
        )
