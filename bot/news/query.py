"""What a person asks of the archive, read from what they typed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from bot.news.words import WORD, words
from bot.structs import Frozen

_WORDS = 12  # of one question: each costs a walk through the index
_PHRASE = 6  # words of a phrase: the walk is long where all of them are usual
_CHUNK = re.compile(r'(-?)(?:["“”„«»]([^"“”„«»]*)["“”„«»]?|([^\s"“”„«»]+))')

# Little words that most articles have: what they are asked for together with says enough.
LITTLE = frozenset(
    words("""
    a about after all also an and are as at be been but by can could did do does for from
    had has have he her his how i if in into is it its more most no not of on or our over
    she so than that the their them then there these they this to up was we were what when
    which who why will with would you your
""")
)

Phrase = tuple[str, ...]  # folded words that stand one behind the other; mostly one


class Scope(Frozen):
    """Which part of the archive is asked: ids of a topic and a provider, 0 for any."""

    topic: int = 0
    provider: int = 0
    since: datetime | None = None


class Query(Frozen):
    """What has to be in an article, every one of it, and what must not be.

    `beginning` is the last word again if it may be only the beginning of one.
    """

    wanted: tuple[Phrase, ...] = ()
    unwanted: tuple[Phrase, ...] = ()
    beginning: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """All wanted words in the order in which they were typed."""
        return tuple(word for phrase in self.wanted for word in phrase)


def read(typed: str) -> Query:
    """Return the question in any text: words, "phrases", and -either of them to leave out.

    Little words count only in phrases, or where there is nothing else. Of a long question, and of
    a long phrase, only the beginning is asked.
    """
    wanted: list[Phrase] = []
    unwanted: list[Phrase] = []
    little: list[Phrase] = []
    beginning = ""
    for minus, quoted, bare in _CHUNK.findall(typed):
        phrase = tuple(words(quoted or bare))
        beginning = ""
        if not phrase:
            continue
        if minus:
            unwanted.append(phrase)
        elif bare and len(phrase) == 1 and phrase[0] in LITTLE:
            little.append(phrase)
        else:
            wanted.append(phrase)
            beginning = phrase[-1] if bare and len(phrase) == 1 else ""
    kept = _bounded(dict.fromkeys(wanted or little))
    last = kept[-1:] == ((beginning,),)
    return Query(kept, _bounded(unwanted), beginning if last else "")


def _bounded(phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    """Return the first of some phrases, as many as have no more words than may be asked."""
    kept: list[Phrase] = []
    left = _WORDS
    for phrase in phrases:
        if left:
            kept.append(phrase[: min(left, _PHRASE)])
            left -= len(kept[-1])
    return tuple(kept)


def respelt(typed: str, better: dict[str, str]) -> str:
    """Return what was typed with some of its (folded) words replaced."""

    def replaced(match: re.Match[str]) -> str:
        (*same, last) = words(match[0]) or [""]
        return match[0] if same else better.get(last, match[0])

    return WORD.sub(replaced, typed)
