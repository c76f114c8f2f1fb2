"""An archive to ask questions of, filled without files."""

from datetime import datetime

from bot.news.article import Article
from bot.store import files
from bot.store.database import Database
from bot.store.intake import FileRead, Problem, Saved, save
from tests.samples import NOW


async def keep(
    database: Database, *articles: Article, unpublished: str = "review", now: datetime = NOW
) -> tuple[Saved, ...]:
    """Save articles as if each had just been read from a file of its own."""
    saved: list[Saved] = []
    for source in dict.fromkeys(article.source for article in articles):
        await files.open_source(database, source, unpublished=unpublished, reader_version=1)
        batch = [
            FileRead(f"{article.slug}.md", 1, 1, article)
            for article in articles
            if article.source == source
        ]
        saved += await save(database, source, batch, now)
    return tuple(saved)


async def refuse(database: Database, source: str, slug: str, reason: str) -> None:
    """Remember a file that could not be read."""
    refused = FileRead(f"{slug}.md", 2, 2, None, (Problem(3, "title", reason),))
    await save(database, source, [refused], NOW)


async def withdraw(database: Database, source: str, *slugs: str, now: datetime = NOW) -> int:
    """Forget files as if they had disappeared."""
    return await files.forget(database, source, [f"{slug}.md" for slug in slugs], slugs, now)
