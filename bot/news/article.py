"""An article and its parts, as frozen values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from bot.structs import Frozen, field

Kind = Literal["article", "video"]


class Picture(Frozen):
    """A picture by its address; a width or height of 0 is unknown."""

    url: str
    width: int = 0
    height: int = 0
    cached: bool = False


class Provider(Frozen):
    """Who published an article; `pictures` are its logos."""

    name: str
    domain: str = ""
    pictures: tuple[Picture, ...] = ()


class Related(Frozen):
    """Other coverage that an article lists; never posted on its own."""

    title: str
    url: str
    provider: str = ""
    published_at: datetime | None = None
    excerpt: str = ""
    kind: Kind = "article"
    quality: int | None = None
    pictures: tuple[Picture, ...] = ()


class Article(Frozen):
    """One news item.

    Identity is (source, slug); `canonical_url` is a second unique key. A quality or heat of None
    is unknown, as is a `language` of "", which else is a tag. `published` is the aggregator's own
    bar, not whether a post went out. `extra` keeps, for export alone, what Broadsheet does not use
    itself.
    """

    source: str
    slug: str
    url: str
    canonical_url: str
    title: str
    published_at: datetime
    excerpt: str = ""
    body: str = ""
    kind: Kind = "article"
    category: str = ""
    language: str = ""
    provider: Provider = Provider("")
    topics: tuple[str, ...] = ()
    quality: int | None = None
    heat: int | None = None
    published: bool = True
    pictures: tuple[Picture, ...] = ()
    related: tuple[Related, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


def topic_key(name: str) -> str:
    """Return what makes two spellings of a topic the same topic: no case, no spacing."""
    return "".join(name.casefold().split())


def fingerprint(article: Article) -> bytes:
    """Return a digest of what a post shows; equal digests mean nothing to correct in Discord."""
    shown = (
        article.url,
        article.title,
        article.excerpt,
        article.published_at,
        article.kind,
        article.provider,
        article.topics,
        article.pictures,
        [(r.title, r.url, r.provider, r.published_at) for r in article.related],
    )
    return hashlib.sha256(msgspec.json.encode(shown)).digest()[:16]
