"""A question to the archive that has a list for an answer, as the buttons under the list carry it.

Nothing is kept for a message: whoever turns a page, now or in a year, asks the same anew.
"""

from __future__ import annotations

from enum import StrEnum

from bot.news.text import cut, whole
from bot.structs import Frozen, replace

PAGE = 5  # articles of a page
_ROOM = 93  # UTF-16 units of a written listing; Discord allows 100 to a button in all
LONGEST = 65  # characters of a search: as many as a button carries beside all options
_PAGES = 100  # more than any list has
_DIGITS = 20
_LARGEST = 1 << 63
_AGES = 36_500  # days
_FIELDS = 8


class Kind(StrEnum):
    """What is listed: the latest, what has certain words, what is near to it, what trends."""

    LATEST = "l"
    SEARCH = "s"
    RELATED = "r"
    ABOUT = "a"
    TOPICS = "t"
    TRENDING = "h"


_KINDS = frozenset(Kind)


class Listing(Frozen):
    """Which articles, and which page of them; pages count from 0.

    `topic` and `provider` are ids of the archive, 0 for any; `days` is how old an article may be,
    0 for any age; `newest` sorts by date what would be sorted by relevance. `number` is how many
    of the latest are wanted in all, 0 for any number; the article that others are related to; or
    the article that a message links, 0 if there is none.
    """

    kind: Kind
    page: int = 0
    topic: int = 0
    provider: int = 0
    days: int = 0
    newest: bool = False
    number: int = 0
    words: str = ""

    def turned(self, page: int) -> Listing:
        """Return the same question at another page."""
        return replace(self, page=page)


def room(listing: Listing) -> int:
    """Return how many UTF-16 units of words a button can carry beside the rest of a listing."""
    return _ROOM - len(written(replace(listing, page=_PAGES, words="")))


def fitted(listing: Listing) -> Listing:
    """Return a listing with its words, as people typed them, cut to what a button can carry."""
    words = " ".join(whole(listing.words).split())
    return replace(listing, words=cut(words, room(listing)))


def written(listing: Listing) -> str:
    """Return a listing as text, of which `read` makes it again."""
    numbers = (
        *(listing.page, listing.topic, listing.provider, listing.days),
        *(int(listing.newest), listing.number),
    )
    return ".".join([listing.kind, *(str(n or "") for n in numbers), listing.words])


def read(text: str) -> Listing | None:
    """Return the listing in `text`, or None if this version of Broadsheet wrote none such."""
    kind, *rest = text.split(".", _FIELDS - 1)
    if kind not in _KINDS or len(rest) != _FIELDS - 1:
        return None
    *written_numbers, words = rest
    numbers = [number(each or "0") for each in written_numbers]
    page, topic, provider, days, newest, which = numbers
    if page is None or topic is None or provider is None or days is None or which is None:
        return None
    if min(page, topic, provider, days) < 0 or days > _AGES or newest not in (0, 1):
        return None
    return Listing(Kind(kind), page, topic, provider, days, bool(newest), which, words)


def number(text: str) -> int | None:
    """Return the number that `text` is, or None if it is none that the archive could hold."""
    digits = text.removeprefix("-")
    if len(digits) > _DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    return int(text) if int(digits) < _LARGEST else None


def pages(total: int) -> int:
    """Return how many pages so many articles fill; an empty list has one too."""
    return max(1, -(-total // PAGE))
