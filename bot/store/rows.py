"""Articles as rows of the database, and back."""

from __future__ import annotations

import hashlib
import json
import math
from datetime import UTC, datetime
from typing import Any

from bot.news.article import Article, Picture, Provider, Related, fingerprint
from bot.store.database import Row


def article_values(article: Article) -> dict[str, Any]:
    """Return the columns of `article` that are its own, by name."""
    return {
        "source": article.source,
        "slug": article.slug,
        "canonical_url": article.canonical_url,
        "url": article.url,
        "title": article.title,
        "excerpt": article.excerpt,
        "provider": article.provider.name,
        "provider_domain": article.provider.domain,
        "kind": article.kind,
        "published_at": _seconds(article.published_at),
        "quality": article.quality,
        "heat": article.heat,
        "published": article.published,
        "fingerprint": fingerprint(article),
        "details": json.dumps(_details(article), ensure_ascii=False, separators=(",", ":")),
        "body": article.body,
    }


def article_from(row: Row) -> Article:
    """Return the article in a row that has all of the article table's columns."""
    details = json.loads(row["details"])
    return Article(
        source=row["source"],
        slug=row["slug"] or "",
        url=row["url"],
        canonical_url=row["canonical_url"],
        title=row["title"],
        excerpt=row["excerpt"],
        body=row["body"],
        kind=row["kind"],
        category=details["category"],
        provider=Provider(
            row["provider"], row["provider_domain"], _pictures(details["provider_pictures"])
        ),
        published_at=moment(row["published_at"]),
        topics=tuple(details["topics"]),
        quality=row["quality"],
        heat=row["heat"],
        published=bool(row["published"]),
        pictures=_pictures(details["pictures"]),
        related=tuple(_related(item) for item in details["related"]),
        extra=details["extra"],
    )


def moment(seconds: float) -> datetime:
    """Return a stored time as an aware UTC datetime."""
    return datetime.fromtimestamp(seconds, UTC)


def picture_key(provider: Provider, url: str) -> int:
    """Return the number under which a provider's use of a picture is counted."""
    name = provider.domain or provider.name
    digest = hashlib.blake2b(f"{name}\n{url}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def _seconds(when: datetime) -> int:
    return math.floor(when.timestamp())


def _details(article: Article) -> dict[str, Any]:
    return {
        "category": article.category,
        "provider_pictures": [_picture_values(p) for p in article.provider.pictures],
        "pictures": [_picture_values(p) for p in article.pictures],
        "related": [_related_values(related) for related in article.related],
        "extra": article.extra,
        "topics": article.topics,
    }


def _picture_values(picture: Picture) -> tuple[str, int, int, bool]:
    return picture.url, picture.width, picture.height, picture.cached


def _pictures(values: list[Any]) -> tuple[Picture, ...]:
    return tuple(Picture(*value) for value in values)


def _related_values(related: Related) -> tuple[Any, ...]:
    return (
        related.title,
        related.url,
        related.provider,
        None if related.published_at is None else _seconds(related.published_at),
        related.excerpt,
        related.kind,
        related.quality,
        [_picture_values(picture) for picture in related.pictures],
    )


def _related(values: list[Any]) -> Related:
    title, url, provider, seconds, excerpt, kind, quality, pictures = values
    published_at = None if seconds is None else moment(seconds)
    return Related(title, url, provider, published_at, excerpt, kind, quality, _pictures(pictures))
