"""Which of the articles that have all the words fit best."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.news.query import Query
from bot.news.words import folded, starts, stems, stems_like, words

_IN_TITLE = 4.0
_TOGETHER = 2.0
_FRESH = 1.0
_HALF_AS_FRESH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Match:
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
        self._words = query.words
        self._stems = stems(self._words)
        self._beginning = query.beginning
        self._starts = (*starts(self._stems), *([self._beginning] if self._beginning else []))
        together = r"[\W_]+".join(map(re.escape, self._words))
        self._together = re.compile(rf"(?<![^\W_]){together}(?![^\W_])")

    def points(self, match: Match, now: datetime) -> float:
        title = self._marked(folded(match.title))
        share = sum(stem in title for stem in self._stems) / max(len(self._stems), 1)
        together = len(self._words) > 1 and (
            _stand_together(self._stems, title)
            or self._together.search(folded(match.excerpt)) is not None
        )
        age = max(now - match.published_at, timedelta())
        return _IN_TITLE * share + _TOGETHER * together + _FRESH / (1 + age / _HALF_AS_FRESH)

    def _marked(self, title: str) -> list[str]:
        """Return the stems of a title's words; what begins like the last word counts as it.

        Nothing of a title that has no asked word for sure.
        """
        if not any(start in title for start in self._starts):
            return []
        found = words(title)
        marked = stems_like(self._starts, found)
        if not self._beginning:
            return marked
        whole = self._stems[self._words.index(self._beginning)]
        return [
            whole if word.startswith(self._beginning) else stem
            for word, stem in zip(found, marked, strict=True)
        ]


def _stand_together(asked: Sequence[str], found: Sequence[str]) -> bool:
    size = len(asked)
    return any(found[at : at + size] == asked for at in range(len(found) - size + 1))
