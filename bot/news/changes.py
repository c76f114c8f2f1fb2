"""What freshly read articles mean for those already known: added, updated, the same, a copy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.news.article import Article, fingerprint


class Change(StrEnum):
    """What reading a file did to the archive."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    RESTORED = "restored"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive remembers of an article; `id` is None for one of the batch at hand."""

    id: int | None
    source: str
    slug: str | None
    canonical_url: str
    fingerprint: bytes
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Intent:
    """What is to be done with one article: insert (`id` None), overwrite, or (a copy) nothing.

    `displaced` is an article whose file now tells another story: it gives up its slug.
    `original` names the file that already tells the story of a copy.
    """

    change: Change
    article: Article
    id: int | None = None
    displaced: int | None = None
    original: str = ""


def reconcile(articles: Iterable[Article], known: Iterable[Known]) -> tuple[Intent, ...]:
    """Decide on each of `articles`, in order; `known` are those with a slug or URL of theirs.

    The story is known by its canonical URL first: a second file that tells it is a copy, unless
    the first has gone, for then the file was only moved.
    """
    by_slug: dict[tuple[str, str], Known] = {}
    by_url: dict[str, Known] = {}
    for row in known:
        by_url[row.canonical_url] = row
        if row.slug is not None:
            by_slug[row.source, row.slug] = row
    intents: list[Intent] = []
    for article in articles:
        intent = _intent(article, by_slug, by_url)
        intents.append(intent)
        _remember(intent, by_slug, by_url)
    return tuple(intents)


def _intent(
    article: Article, by_slug: dict[tuple[str, str], Known], by_url: dict[str, Known]
) -> Intent:
    own = by_slug.get((article.source, article.slug))
    same = by_url.get(article.canonical_url)
    displaced = own.id if own is not None and same is not None and own is not same else None
    if same is not None and same is not own and not same.withdrawn:
        original = f"{same.source}/{same.slug}"
        return Intent(Change.DUPLICATE, article, displaced=displaced, original=original)
    row = same or own
    if row is None:
        return Intent(Change.ADDED, article)
    if row.withdrawn:
        change = Change.RESTORED
    elif row.fingerprint == fingerprint(article):
        change = Change.UNCHANGED
    else:
        change = Change.UPDATED
    return Intent(change, article, id=row.id, displaced=displaced)


def _remember(
    intent: Intent, by_slug: dict[tuple[str, str], Known], by_url: dict[str, Known]
) -> None:
    """Note what `intent` does, for the articles after it."""
    article = intent.article
    own = by_slug.get((article.source, article.slug))
    if own is not None and intent.displaced is not None:
        by_url[own.canonical_url] = replace(own, slug=None, withdrawn=True)
        del by_slug[article.source, article.slug]
    elif own is not None and intent.change is not Change.DUPLICATE:
        by_url.pop(own.canonical_url, None)
    if intent.change is Change.DUPLICATE:
        return
    row = Known(
        intent.id, article.source, article.slug, article.canonical_url, fingerprint(article)
    )
    by_slug[article.source, article.slug] = by_url[article.canonical_url] = row
