"""What freshly read articles mean for those already known: added, updated, the same, a copy."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from bot.news.article import Article, fingerprint
from bot.structs import Frozen, replace


class Change(StrEnum):
    """What reading a file did to the archive."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    RESTORED = "restored"
    DUPLICATE = "duplicate"


class Known(Frozen):
    """What the archive remembers of an article; `id` is None for one of the batch at hand."""

    id: int | None
    source: str
    slug: str | None
    canonical_url: str
    fingerprint: bytes
    withdrawn: bool = False


class Intent(Frozen):
    """What is to be done with one article: insert (`id` None), overwrite, or (a copy) nothing.

    `displaced` is an article whose file now tells another story: it gives up its slug.
    `original` names the file that already tells the story of a copy. `fingerprint` is the
    article's.
    """

    change: Change
    article: Article
    fingerprint: bytes
    id: int | None = None
    displaced: int | None = None
    original: str = ""


def reconcile(articles: Iterable[Article], known: Iterable[Known]) -> tuple[Intent, ...]:
    """Decide on each of `articles`, in order; `known` are those with a slug or URL of theirs.

    The story is known by its canonical URL first: a second file that tells it is a copy, unless
    the first has gone or now tells another story, for then the file was only moved.
    """
    batch = tuple(articles)
    archive = _Archive(batch, known)
    intents: list[Intent] = []
    for article in batch:
        intents.append(archive.intent(article))
        archive.apply(intents[-1])
    return tuple(intents)


class _Archive:
    """What is known, as it will be once the articles so far are saved."""

    def __init__(self, batch: Iterable[Article], known: Iterable[Known]) -> None:
        self._told = {(a.source, a.slug): a.canonical_url for a in batch}
        self._urls = set(self._told.values())
        self._by_slug: dict[tuple[str, str | None], Known] = {}
        self._by_url: dict[str, Known] = {}
        for row in known:
            self._by_url[row.canonical_url] = row
            if row.slug is not None:
                self._by_slug[row.source, row.slug] = row

    def intent(self, article: Article) -> Intent:
        mark = fingerprint(article)
        own = self._by_slug.get((article.source, article.slug))
        same = self._by_url.get(article.canonical_url)
        displaced = None
        if own is not None and own is not same and (same or own.canonical_url in self._urls):
            displaced, own = own.id, None
        if same is not None and same is not own and self._stays(same):
            original = f"{same.source}/{same.slug}"
            return Intent(Change.DUPLICATE, article, mark, displaced=displaced, original=original)
        row = same or own
        if row is None:
            return Intent(Change.ADDED, article, mark, displaced=displaced)
        if row.withdrawn:
            change = Change.RESTORED
        elif row.fingerprint == mark:
            change = Change.UNCHANGED
        else:
            change = Change.UPDATED
        return Intent(change, article, mark, id=row.id, displaced=displaced)

    def apply(self, intent: Intent) -> None:
        article = intent.article
        key = (article.source, article.slug)
        own = self._by_slug.get(key)
        if own is not None and intent.displaced is not None:
            self._by_url[own.canonical_url] = replace(own, slug=None, withdrawn=True)
            del self._by_slug[key]
        elif own is not None and intent.change is not Change.DUPLICATE:
            self._by_url.pop(own.canonical_url, None)
        if intent.change is Change.DUPLICATE:
            return
        if moved := self._by_url.get(article.canonical_url):
            self._by_slug.pop((moved.source, moved.slug), None)
        row = Known(intent.id, *key, article.canonical_url, intent.fingerprint)
        self._by_slug[key] = self._by_url[article.canonical_url] = row

    def _stays(self, row: Known) -> bool:
        """Tell whether a file goes on telling the story of `row`, as far as the batch shows."""
        told = self._told.get((row.source, row.slug or ""), row.canonical_url)
        return not row.withdrawn and told == row.canonical_url
