"""`python -m benchmarks.lookup`: how long members wait for an answer, up to a million articles."""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from benchmarks import corpus
from benchmarks.archive import NEWEST, Archive
from benchmarks.questions import Lookup, Questions
from benchmarks.waiting import waits
from bot.jobs.ingest import ingest
from bot.news.article import Article
from bot.news.query import LITTLE
from bot.news.source import Source
from bot.store import files, upkeep
from bot.store.database import Database, open_database, reader_beside
from bot.store.intake import FileRead, save

_SIZES = (10_000, 100_000, 1_000_000)
_TOO_LONG = 5.0  # ms in 99 of 100 cases: the aim for a lookup while nothing else happens
_TOO_SLOW = 10.0  # ms in 99 of 100 cases: the aim for a list of titles while news are imported
_TOO_LATE = 50.0  # ms in 95 of 100 cases: the aim for an answer over the wire
_MANY = 100_000  # articles from which answers over the wire are measured


async def timed(ask: Lookup, rounds: int) -> list[float]:
    """Return how long each of so many questions took, in ms, after a few that do not count."""
    for _ in range(5):
        await ask()
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        await ask()
        took.append((time.perf_counter() - began) * 1_000)
    return took


def quantile(numbers: Sequence[float], share: float) -> float:
    """Return the number below which that share of the others is."""
    return sorted(numbers)[min(int(len(numbers) * share), len(numbers) - 1)]


async def measure(typed: argparse.Namespace, folder: Path) -> None:
    """Fill an archive to each size, and print what its lookups take."""
    for size in typed.sizes:
        path, archive = folder / f"{size}.db", Archive(size)
        async with open_database(path) as database:
            began = time.perf_counter()
            await fill(database, archive)
            rate = size / (time.perf_counter() - began)
        told = f"{rate:,.0f} saved a second, {path.stat().st_size / 1e6:,.0f} MB"
        print(f"\n{size:,} articles: {told}\n{'ms':34}{'p50':>8}{'p99':>8}", flush=True)
        async with open_database(path) as database:
            await _report(database, archive, typed.rounds)
        _compare(path, archive, typed.plain)
        if size == typed.over_the_wire:
            print(f"From a command to its answer\n{'ms':34}{'p50':>8}{'p95':>8}", flush=True)
            for name, took in (await waits(path, archive, typed.rounds // 4)).items():
                _line(name, took, _TOO_LATE, 0.95)
        async with open_database(path) as database, reader_beside(database) as lookups:
            await _while_importing(database, lookups, archive, typed)


async def fill(database: Database, archive: Archive) -> None:
    """Save the articles of an archive."""
    await files.open_source(database, "archive", NEWEST, unpublished="post", reader_version=1)
    for batch in archive.batches():
        await save(database, "archive", [_read(each) for each in batch], NEWEST)
    await upkeep.tidy(database)


def _read(article: Article) -> FileRead:
    return FileRead(f"{article.slug}.md", 1, 1, article)


async def _report(database: Database, archive: Archive, rounds: int) -> None:
    gc.freeze()  # as the bot does; what makes up the archive is no part of it
    for name, ask in (await Questions(database, archive, 5).all()).items():
        _line(name, await timed(ask, rounds), _TOO_LONG)


def _line(name: str, took: Sequence[float], aim: float | None = None, share: float = 0.99) -> None:
    late = quantile(took, share)
    told = f"  over {aim:g}" if aim is not None and late > aim else ""
    print(f"{name:34}{quantile(took, 0.5):8.2f}{late:8.2f}{told}", flush=True)


def _compare(path: Path, archive: Archive, rounds: int) -> None:
    """Print what plain SQL takes for one word on the same data."""
    chance = random.Random(5)
    words = [
        word for title in archive.titles(rounds, chance) for word in title if word not in LITTLE
    ][:: max(1, 200 // rounds)][:rounds]
    with closing(sqlite3.connect(path)) as plain:
        for name, sql in (
            (
                "plain: ORDER BY bm25, 1 word",
                """SELECT rowid FROM article_text WHERE article_text MATCH '"' || ? || '"'
                ORDER BY bm25(article_text) LIMIT 5""",
            ),
            (
                "plain: LIKE, 1 word",
                """SELECT id FROM article WHERE title LIKE '%' || ?1 || '%'
                OR excerpt LIKE '%' || ?1 || '%' ORDER BY id DESC LIMIT 5""",
            ),
        ):
            took = []
            for word in words:
                began = time.perf_counter()
                plain.execute(sql, (word,)).fetchall()
                took.append((time.perf_counter() - began) * 1_000)
            _line(name, took)


async def _while_importing(
    database: Database, lookups: Database, archive: Archive, typed: argparse.Namespace
) -> None:
    source = Source("corpus", database.path.with_name("files"))
    if not source.folder.exists():
        corpus.write(source.folder, typed.imported)
    questions = Questions(lookups, archive, 6)
    kinds = await questions.all()
    typing = questions.autocompletes().keys()
    took: dict[str, list[float]] = {name: [] for name in kinds}
    began = time.perf_counter()
    importing = asyncio.create_task(ingest(database, source, datetime.now(NEWEST.tzinfo)))
    while not importing.done():
        for name, ask in kinds.items():
            started = time.perf_counter()
            await ask()
            took[name].append((time.perf_counter() - started) * 1_000)
            await asyncio.sleep(0.002)
    await importing
    rate = typed.imported / (time.perf_counter() - began)
    print(f"\nDuring an import of {typed.imported:,} files, {rate:,.0f} a second")
    print(f"{'ms':34}{'p50':>8}{'p99':>8}")
    for name, times in took.items():
        _line(name, times, _TOO_SLOW if name in typing else None)


def main() -> None:
    """Print what each lookup takes at each size, alone and beside an import."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=_SIZES, help="articles")
    parser.add_argument("--rounds", type=int, default=400, help="questions of each kind")
    parser.add_argument(
        "--over-the-wire", type=int, default=_MANY, help="size at which whole answers are timed"
    )
    parser.add_argument("--plain", type=int, default=20, help="questions in plain SQL")
    parser.add_argument("--imported", type=int, default=20_000, help="files to import meanwhile")
    parser.add_argument("--folder", type=Path, help="where the archive is made and stays")
    typed = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(typed, typed.folder or Path(folder)))


if __name__ == "__main__":
    main()
