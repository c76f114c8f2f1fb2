"""Articles, subscriptions and files to test with."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.news.article import Article, Picture, Provider
from bot.news.subscription import Backlog, Subscription

# The moment at which SimCord's clock starts, so that pure tests and those on it agree.
NOW = datetime(2026, 1, 1, tzinfo=UTC)

# A moment at which no article lies ahead.
EVER = datetime(9000, 1, 1, tzinfo=UTC)

CHANNEL = 1_100_000_000_000_000_001


def front_matter(body: str = "", **fields: Any) -> str:
    """Return the text of an article file; a field of None is left out."""
    values: dict[str, Any] = {
        "title": "Comet seen over Puddle Bay",
        "excerpt": "It was brighter than the harbour lamp.",
        "publishedDateTime": "2025-12-31T09:00:00Z",
        "webUrl": "https://gazette.example.org/comet",
        "type": "article",
        "quality": 80,
        "heat": -1,
        "published": True,
        "provider": {"name": "Puddle Bay Gazette", "domain": "gazette.example.org"},
        "topics": ["Space"],
        "images": [{"url": "https://gazette.example.org/comet.jpg", "width": 1200, "height": 630}],
    }
    values |= fields
    lines = [
        f"{key}: {json.dumps(value, ensure_ascii=False)}"
        for key, value in values.items()
        if value is not None
    ]
    return "---\n" + "\n".join(lines) + f"\n---\n{body}"


def write(folder: Path, name: str, **fields: Any) -> Path:
    """Write an article file; unless told otherwise its address is made of its name."""
    path = folder / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    fields.setdefault("webUrl", f"https://gazette.example.org/{name}")
    path.write_text(front_matter(**fields), encoding="utf-8")
    return path


def article(slug: str = "comet", **fields: Any) -> Article:
    """Return an article; its address is made of its slug."""
    url = f"https://gazette.example.org/{slug}"
    values: dict[str, Any] = {
        "source": "seeds",
        "slug": slug,
        "url": url,
        "canonical_url": url,
        "title": "Comet seen over Puddle Bay",
        "excerpt": "It was brighter than the harbour lamp.",
        "published_at": NOW - timedelta(hours=15),
        "provider": Provider("Puddle Bay Gazette", "gazette.example.org"),
        "topics": ("Space",),
        "quality": 80,
        "pictures": (Picture("https://gazette.example.org/comet.jpg", 1200, 630),),
    }
    return Article(**values | fields)


def subscription(**fields: Any) -> Subscription:
    """Return a subscription of one channel to all there is."""
    values: dict[str, Any] = {
        "name": "space",
        "channel_id": CHANNEL,
        "every": timedelta(minutes=10),
        "backlog": Backlog(),
    }
    return Subscription(**values | fields)
