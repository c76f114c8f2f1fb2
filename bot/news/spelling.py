"""Which known word is nearest to one that nobody wrote."""

from __future__ import annotations

import string
from collections.abc import Mapping

_LONG = 5  # letters from which a word may be two slips away from what was meant
SHORTEST = 3
_LIKELY = 5


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


def nearest(word: str, known: Mapping[str, int]) -> tuple[str, ...]:
    """Return those of `known` that `word` may have been meant to be, the likeliest first.

    `known` tells how many articles have a word: of two that are as near, the usual one is meant.
    """
    from rapidfuzz import process  # costs 30 ms and 3 MB, and most words are known
    from rapidfuzz.distance import OSA

    near = process.extract(
        word, list(known), scorer=OSA.distance, score_cutoff=slips(word), limit=None
    )
    ranked = sorted((distance, -known[candidate], candidate) for candidate, distance, _ in near)
    return tuple(candidate for _, _, candidate in ranked[:_LIKELY])
