"""Which known word is nearest to one that nobody wrote."""

from __future__ import annotations

import string
from collections.abc import Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

_LONG = 5  # letters from which a word may be two slips away from what was meant
SHORTEST = 3


def slips(word: str) -> int:
    """Return how many letters may be wrong, missing, too many or swapped in a word."""
    return 2 if len(word) >= _LONG else 1


def begun_otherwise(word: str) -> tuple[str, ...]:
    """Return all that a word may be with one slip in its first two letters."""
    first, second, rest = word[:1], word[1:2], word[2:]
    made = [second + rest, first + rest, second + first + rest]
    for letter in string.ascii_lowercase:
        made += [letter + word, first + letter + second + rest]
        made += [letter + second + rest, first + letter + rest]
    return tuple(dict.fromkeys(each for each in made if each != word))


def nearest(word: str, known: Mapping[str, int]) -> str:
    """Return the one of `known` that `word` was meant to be, "" if none is near enough.

    `known` tells how many articles have a word: of two that are as near, the usual one is meant.
    """
    near = process.extract(
        word, list(known), scorer=OSA.distance, score_cutoff=slips(word), limit=None
    )
    ranked = [(distance, -known[candidate], candidate) for candidate, distance, _ in near]
    return min(ranked)[2] if ranked else ""
