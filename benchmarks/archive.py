"""Articles in any number, in words as frequent as in real text, made without files."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.news.article import Article, Picture, Provider, Related
from bot.news.query import LITTLE

BATCH = 1_000  # articles that are made, and saved, at a time
NEWEST = datetime(2026, 11, 1, tzinfo=UTC)
_APART = timedelta(minutes=5)
_VOCABULARY = 200_000
_TOPICS, _PROVIDERS = 60, 3_000
_TITLE, _EXCERPT, _BODY, _RELATED = 10, 40, 150, 9  # words
_WITH_BODY = 10  # one article in so many has text below its front matter


class Archive:
    """The same `count` articles each time, the oldest first.

    The n-th most frequent word is as frequent as in running text: 1 / (n + 2.7). The first ones are
    the little words of English, the others are made up.
    """

    def __init__(self, count: int, seed: int = 1) -> None:
        self.count = count
        self._seed = seed
        self.words = _vocabulary()
        weights = (1 / (rank + 2.7) for rank in range(1, len(self.words) + 1))
        self._cumulated = list(itertools.accumulate(weights))

    def batches(self) -> Iterator[list[Article]]:
        """Yield all articles."""
        for start in range(0, self.count, BATCH):
            yield self._batch(start, min(BATCH, self.count - start))

    def titles(self, number: int, chance: random.Random) -> list[list[str]]:
        """Return the words of some titles, chosen by `chance` among all articles."""
        starts = [chance.randrange(0, self.count, BATCH) for _ in range(number // 20 + 1)]
        made = [a.title.split() for start in starts for a in self._batch(start, 20)]
        return made[:number]

    def _batch(self, start: int, size: int) -> list[Article]:
        chance = random.Random(f"{self._seed} {start}")
        each = _TITLE + _EXCERPT + _RELATED
        words = iter(chance.choices(self.words, cum_weights=self._cumulated, k=size * each))
        return [self._article(start + n, chance, words) for n in range(size)]

    def _article(self, number: int, chance: random.Random, words: Iterator[str]) -> Article:
        url = f"https://paper.example.org/{number}"
        topics = {int(min(chance.paretovariate(0.7), _TOPICS)) for _ in range(2)}
        provider = int(min(chance.paretovariate(0.5), _PROVIDERS))
        body = ""
        if number % _WITH_BODY == 0:
            body = " ".join(chance.choices(self.words, cum_weights=self._cumulated, k=_BODY))
        title, excerpt, other = (
            " ".join(itertools.islice(words, size)) for size in (_TITLE, _EXCERPT, _RELATED)
        )
        return Article(
            source="archive",
            slug=str(number),
            url=url,
            canonical_url=url,
            title=title,
            excerpt=excerpt,
            body=body,
            published_at=NEWEST - _APART * (self.count - number),
            provider=Provider(f"Paper {provider}", f"paper-{provider}.example.org"),
            topics=tuple(f"Topic {topic}" for topic in topics),
            quality=70,
            pictures=(Picture(f"{url}.jpg", 1200, 630),),
            related=(Related(other, f"https://other.example.net/{number}"),),
        )


def _vocabulary() -> list[str]:
    """Return made-up words, short ones first, behind the little words of English."""
    chance = random.Random(7)
    made = dict.fromkeys(sorted(LITTLE))
    while len(made) < _VOCABULARY:
        syllables = 1 + min(4, len(made) // 2_000 + chance.randrange(2))
        word = "".join(
            chance.choice("bcdfghjklmnprstvwz") + chance.choice("aeiou") for _ in range(syllables)
        )
        made[word + chance.choice(["", "n", "r", "s", "t", "ing", "ed", "er", "ly", "tion"])] = None
    return list(made)
