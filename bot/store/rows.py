"""Articles as rows of the database, and back; posts out of rows."""

from __future__ import annotations

import hashlib
import json
import math
from datetime import UTC, datetime
from typing import Any

import msgspec

from bot.news.article import Article, Picture, Provider, Related
from bot.news.follow import NEWS
from bot.news.post import BY_HAND, Fate, Post
from bot.news.subscription import Terms
from bot.store.database import Row
from bot.structs import Frozen

VISIBLE = "article.listed AND article.id <= :last"  # to members; :last is last_id(now)
_SHIFT = 20  # bits of an article's id below its publication time in seconds

# Whether a post is news to followers. Anyone can take any article out of the archive by hand, with
# /discuss: that is only if it was published lately.
IS_NEWS = f"""(subscription <> '{BY_HAND}'
    OR (article_id >> {_SHIFT}) >= settled_at - {NEWS.total_seconds()})"""

POST_COLUMNS = """id, channel_id, article_id, digest_id, part, subscription, nonce, fate,
    claimed_at, tried_at, attempts, urls, settled_at, message_id, thread_id, discussion, reason,
    follows"""


def called_now(article_id: str) -> str:
    """Return the SQL for what an article is called now that may have had another id before.

    It had if its date was corrected. `article_id` is SQL, too, such as a parameter.
    """
    return f"ifnull((SELECT article_id FROM former_id WHERE id = {article_id}), {article_id})"


class _Details(Frozen, array_like=True):
    """The parts of an article that no query asks for; new ones go to the end."""

    category: str
    provider_pictures: tuple[Picture, ...]
    pictures: tuple[Picture, ...]
    related: tuple[Related, ...]
    topics: tuple[str, ...]
    extra: dict[str, Any]


def article_values(article: Article, fingerprint: bytes) -> dict[str, Any]:
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
        "published_at": math.floor(article.published_at.timestamp()),
        "quality": article.quality,
        "heat": article.heat,
        "published": article.published,
        "fingerprint": fingerprint,
        "details": _encoded(article),
        "body": article.body,
        "language": article.language,
    }


def article_from(row: Row, usual_language: str = "") -> Article:
    """Return the article in a row that has all of the article table's columns.

    `usual_language` is the one where its file says none.
    """
    details = msgspec.json.decode(row["details"], type=_Details)
    return Article(
        source=row["source"],
        slug=row["slug"] or "",
        url=row["url"],
        canonical_url=row["canonical_url"],
        title=row["title"],
        excerpt=row["excerpt"],
        body=row["body"],
        kind=row["kind"],
        category=details.category,
        language=row["language"] or usual_language,
        provider=Provider(row["provider"], row["provider_domain"], details.provider_pictures),
        published_at=moment(row["published_at"]),
        topics=details.topics,
        quality=row["quality"],
        heat=row["heat"],
        published=bool(row["published"]),
        pictures=details.pictures,
        related=details.related,
        extra=details.extra,
    )


def post_from(row: Row) -> Post:
    """Return the post in a row with the `POST_COLUMNS`."""
    return Post(
        id=row["id"],
        channel_id=row["channel_id"],
        article_id=row["article_id"],
        digest_id=row["digest_id"],
        part=row["part"],
        subscription=row["subscription"],
        nonce=row["nonce"],
        fate=Fate(row["fate"]),
        claimed_at=moment(row["claimed_at"]),
        tried_at=moment(row["tried_at"]),
        attempts=row["attempts"],
        urls=tuple(json.loads(row["urls"])),
        settled=row["settled_at"] is not None,
        message_id=row["message_id"],
        thread_id=row["thread_id"],
        wants_discussion=row["discussion"] == "wanted",
        reason=row["reason"],
        follows=row["follows"],
    )


def terms_written(terms: Terms) -> str:
    """Return the terms of a subscription as they are remembered."""
    return msgspec.json.encode(terms).decode()


def terms_from(written: str) -> Terms:
    """Return remembered terms of a subscription."""
    return msgspec.json.decode(written, type=Terms)


def moment(seconds: float) -> datetime:
    """Return a stored time as an aware UTC datetime."""
    return datetime.fromtimestamp(seconds, UTC)


def last_id(now: datetime) -> int:
    """Return the highest id that an article published by `now` can have: ids sort by time."""
    return (math.floor(now.timestamp()) + 1 << _SHIFT) - 1


def first_id(since: datetime) -> int:
    """Return the lowest id that an article published at `since` or later can have."""
    return math.ceil(since.timestamp()) << _SHIFT


def moment_of(article_id: int) -> datetime:
    """Return when the article with an id was published."""
    return moment(article_id >> _SHIFT)


def picture_key(provider: Provider, url: str) -> int:
    """Return the number under which a provider's use of a picture is counted."""
    return _number(f"{provider.domain or provider.name}\n{url}")


def address_key(url: str) -> int:
    """Return the number under which it is kept who lists a canonical address."""
    return _number(url)


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), signed=True)


def _encoded(article: Article) -> str:
    details = _Details(
        article.category,
        article.provider.pictures,
        article.pictures,
        article.related,
        article.topics,
        dict(article.extra),
    )
    return msgspec.json.encode(details).decode()
