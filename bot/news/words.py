"""Words of a text, as the search compares them: without case and accents, and by their stem.

What is done here is what SQLite's full text index does with the same text: `unicode61` with
`remove_diacritics 2`, and the Porter stemmer, of which it has a slightly different one: what is
found is up to SQLite, how it is ranked to this.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache

WORD = re.compile(r"[^\W_]+")
_LATIN = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
_MARKS = range(0x300, 0x370)  # accents that stand behind their letter
_ENDINGS = (
    "",
    "s",
    "e",
    "es",
    "ed",
    "ing",
    "er",
    "ers",
    "y",
    "ies",
    "ied",
    "al",
    "ly",
    "ion",
    "ions",
)
_SHORTEST = 3  # letters; SQLite stems no shorter word


def _plain_letters() -> dict[int, str]:
    """Return what is left of each accented letter; SQLite keeps those that are none of ASCII."""
    decomposed = ((code, unicodedata.normalize("NFD", chr(code))) for code in _LATIN)
    letters = {
        code: parts[0]
        for code, parts in decomposed
        if len(parts) > 1 and parts[0].isascii() and chr(code).lower() != "ǡ"  # which it keeps, too
    }
    return letters | dict.fromkeys(_MARKS, "") | dict.fromkeys(map(ord, "ſẛ"), "s")


_PLAIN = _plain_letters()
_ASCII = bytes(ord(c.lower()) if c.isalnum() else ord(" ") for c in map(chr, range(128)))
_SPACED = _ASCII.ljust(256)  # as bytes.translate wants it; there are only these 128


def folded(text: str) -> str:
    """Return `text` without case and accents."""
    text = text.lower()
    return text if text.isascii() else text.translate(_PLAIN)


def words(text: str) -> list[str]:
    """Return the words of `text`, folded, in their order."""
    if text.isascii():  # mostly; it takes a quarter of the time in this way
        return text.encode().translate(_SPACED).decode().split()
    return WORD.findall(folded(text))


@cache
def _stemmer() -> Callable[[str], str]:
    from Stemmer import Stemmer  # takes 1 MB, and only who searches needs it

    # Its own memory of words takes milliseconds to make room, more than a stem takes to be found.
    return Stemmer("porter", 0).stemWord  # type: ignore[no-any-return]


def stems(some: Iterable[str]) -> list[str]:
    """Return the stem of each of some folded words: English ones are cut, others stay."""
    stem = _stemmer()
    return [stem(word) if len(word) >= _SHORTEST and word.isascii() else word for word in some]


def of_other_stems(word: str, others: Sequence[str]) -> tuple[str, ...]:
    """Return the first of `others` of each stem, but for the stem of `word`."""
    by_stem = dict(zip(reversed(stems(others)), reversed(others), strict=True))
    by_stem.pop(stems([word])[0], None)
    return tuple(by_stem.values())


@lru_cache(maxsize=1_000)  # of one word they are asked for up to three times in a search
def forms(word: str) -> tuple[str, ...]:
    """Return the usual forms of a folded word, its own first: all have the same stem."""
    (stem,) = stems([word])
    roots = (word, stem, stem[:-1])
    likely = dict.fromkeys((word, *(root + ending for root in roots for ending in _ENDINGS)))
    return tuple(each for each, its in zip(likely, stems(likely), strict=True) if its == stem)


def stands_in(phrase: str, text: str) -> bool:
    """Tell whether folded words stand in a folded text as they are, and not within other words."""
    at = text.find(phrase)
    while at >= 0:
        end = at + len(phrase)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            return True
        at = text.find(phrase, at + 1)
    return False
