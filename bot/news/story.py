"""Which articles tell the same story, and in whose discussion a further report goes."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.news.article import Article
from bot.news.post import Post
from bot.news.urls import canonical
from bot.structs import Frozen

_FEW = 3  # articles that one of a story lists; one that lists more sums up what is no story of its


class Told(Frozen):
    """An article that is posted in a channel.

    `first` is the post that its story began with there: its own, unless it is a follow-up itself.
    """

    article: Article
    first: Post


def listed(article: Article) -> frozenset[str]:
    """Return the addresses that an article lists, in the form in which they can be compared."""
    others = {canonical(related.url) for related in article.related}
    return frozenset(others - {article.canonical_url})


def tells_of(known: Collection[object], *, back: bool) -> bool:
    """Whether an article tells the story of one that it lists, which lists it `back` or not.

    `known` are all that it lists and that are in question: one that lists many sums up.
    """
    return back or len(known) <= _FEW


def beginnings(article: Article, told: Iterable[Told], known: Collection[str]) -> tuple[Post, ...]:
    """Return the posts to which an article is a follow-up, the latest first.

    It is one to what tells the same story: either lists the other and is no roundup of what is
    `known`, by canonical address. Titles say nothing.
    """
    firsts = {each.first.id: each.first for each in told if _is_one(article, each.article, known)}
    return tuple(firsts[key] for key in sorted(firsts, reverse=True))


def _is_one(article: Article, other: Article, known: Collection[str]) -> bool:
    ours, theirs = listed(article), listed(other)
    there, back = other.canonical_url in ours, article.canonical_url in theirs
    named = there and tells_of(ours.intersection(known), back=back)
    return named or (back and tells_of(theirs.intersection(known), back=there))
