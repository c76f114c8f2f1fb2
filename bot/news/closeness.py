"""How close articles are to each other by what they are about."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from bot.news.query import LITTLE, Phrase
from bot.news.words import forms, words
from bot.structs import Frozen

_TELLING = 6  # words of a text by which its neighbours are looked for
_PAIRED = 3  # of the rarest of them, that are also looked for two at a time
_SHORTEST = 3
_ELSEWHERE = 0.5


class Neighbour(Frozen):
    """An article that has some telling words of another, somewhere, and some of its topics."""

    id: int
    title: str
    words: frozenset[str]
    topics: tuple[int, ...] = ()


def telling(text: str, counts: Mapping[str, int]) -> tuple[str, ...]:
    """Return the words of `text` that say most about it: the rarest ones, rarest first.

    `counts` says how many articles have each word in their title.
    """
    known = [word for word in candidates(text) if counts.get(word)]
    return tuple(sorted(known, key=lambda word: counts[word])[:_TELLING])


def questions(telling: Sequence[str]) -> tuple[tuple[Phrase, ...], ...]:
    """Return what neighbours have: any one of the telling words, or two of the rarest.

    Of a word that many articles have only the newest are looked at; with two, older ones, too.
    """
    single = [((word,),) for word in telling]
    pairs = [((first,), (second,)) for first, second in combinations(telling[:_PAIRED], 2)]
    return (*single, *pairs)


def candidates(text: str) -> tuple[str, ...]:
    """Return the words of `text` that may say something about it, each once."""
    found = dict.fromkeys(words(text))
    return tuple(w for w in found if len(w) >= _SHORTEST and w not in LITTLE)


def rarity(articles: int) -> float:
    """Return what it counts to share something with so many articles: 1 with one, ever less."""
    return 1 / math.log2(1 + max(articles, 1))


def closest(
    told: Mapping[str, int], topics: Mapping[int, int], neighbours: Iterable[Neighbour]
) -> tuple[int, ...]:
    """Return the ids of the neighbours, the closest first.

    Each telling word counts the more the fewer articles have it in their title (its number in
    `told`): in full if the neighbour's title has it, half if only the rest of it has. Each shared
    topic counts in the same way, by its number in `topics`. Of equally close ones the newest
    comes first.
    """
    asked = {word: rarity(articles) for word, articles in told.items()}
    of_topics = {topic: rarity(articles) for topic, articles in topics.items()}
    meant: dict[str, set[str]] = defaultdict(set)
    for word in told:
        for form in forms(word):
            meant[form].add(word)
    telling = frozenset(meant)
    scored = []
    for neighbour in neighbours:
        seen = telling.intersection(words(neighbour.title))
        titled = {word for form in seen for word in meant[form]}
        points = sum(of_topics[topic] for topic in neighbour.topics)
        for word, weight in asked.items():
            if word in titled:
                points += weight
            elif word in neighbour.words:
                points += weight * _ELSEWHERE
        scored.append((points, neighbour.id))
    return tuple(key for _, key in sorted(scored, reverse=True))
