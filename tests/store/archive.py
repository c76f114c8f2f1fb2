"""An archive to ask questions of, filled without files."""

from datetime import datetime, timedelta
from typing import Any

from bot.news.article import Article
from bot.news.plan import Candidate
from bot.news.query import Query, Scope
from bot.store import articles, files, labels, search
from bot.store.database import Database
from bot.store.intake import FileRead, Problem, Saved, save
from tests.samples import NOW, article

ANY = labels.Label(0, "any topic")


def aged(slug: str, days: float, **fields: Any) -> Article:
    """Return an article that was published so many days ago."""
    return article(slug, published_at=NOW - timedelta(days=days), **fields)


async def keep(
    database: Database, *stories: Article, unpublished: str = "review", now: datetime = NOW
) -> tuple[Saved, ...]:
    """Save articles as if each had just been read from a file of its own."""
    saved: list[Saved] = []
    for source in dict.fromkeys(story.source for story in stories):
        await files.open_source(database, source, NOW, unpublished=unpublished, reader_version=1)
        batch = [
            FileRead(f"{story.slug}.md", 1, 1, story) for story in stories if story.source == source
        ]
        saved += await save(database, source, batch, now)
    return tuple(saved)


async def latest(
    database: Database, now: datetime, *, topic: str | None = None, count: int = 5
) -> tuple[Candidate, ...]:
    """Return the newest articles that members may see, of one topic or all."""
    label = await labels.topic(database, now, topic) if topic is not None else ANY
    if label is None:
        return ()
    found = await search.newest(database, Query(), Scope(topic=label.id), now, count)
    return await articles.several(database, [match.id for match in found], now)


async def refuse(database: Database, source: str, slug: str, reason: str) -> None:
    """Remember a file that could not be read."""
    refused = FileRead(f"{slug}.md", 2, 2, None, (Problem(3, "title", reason),))
    await save(database, source, [refused], NOW)


async def withdraw(database: Database, source: str, *slugs: str, now: datetime = NOW) -> int:
    """Forget files as if they had disappeared."""
    return await files.forget(database, source, [f"{slug}.md" for slug in slugs], slugs, now)
