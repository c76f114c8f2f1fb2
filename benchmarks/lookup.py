"""`python -m benchmarks.lookup`: how long members wait for an answer, up to a million articles."""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks import corpus
from benchmarks.archive import NEWEST, Archive
from bot.jobs import lookup
from bot.jobs.ingest import ingest
from bot.news.article import Article
from bot.news.query import LITTLE, Scope
from bot.news.source import Source
from bot.store import articles, files, labels
from bot.store.database import Database, open_database
from bot.store.intake import FileRead, save

_SIZES = (10_000, 100_000, 1_000_000)
_ANY = Scope()
_TOO_LONG = 5.0  # ms in 99 of 100 cases: the aim for a lookup while nothing else happens
_TOO_SLOW = 10.0  # ms in 99 of 100 cases: the aim for a list of titles while news are imported

Lookup = Callable[[], Awaitable[object]]


class Questions:
    """What people may ask of an archive, in words of its own titles."""

    def __init__(self, database: Database, archive: Archive, seed: int) -> None:
        self._database = database
        self._chance = random.Random(seed)
        self._now = NEWEST + timedelta(days=1)
        self._titles = archive.titles(500, self._chance)
        self._ids: list[int] = []

    async def all(self) -> dict[str, Lookup]:
        """Return each kind of question as a function that asks one of it, ever another."""
        found = await lookup.latest(self._database, _ANY, self._now)
        rows = await self._database.read("SELECT id FROM article ORDER BY random() LIMIT 200")
        self._ids = [*found.ids[:10], *(row["id"] for row in rows)]
        return self._searches() | self._others() | self.autocompletes()

    def autocompletes(self) -> dict[str, Lookup]:
        """Return what is asked while somebody types."""
        lengths = {f"titles, {n} letters": partial(self._typed, n) for n in (1, 2, 3, 5)}
        return lengths | {
            "titles, 2 words and 2 letters": partial(self._typed, 2, 2),
            "topics, 2 letters": lambda: labels.topics_like(self._database, self._now, "to", 25),
            "providers, all": lambda: labels.providers_like(self._database, self._now, "", 25),
            "providers, 2 words": lambda: labels.providers_like(
                self._database, self._now, f"pap {self._chance.randrange(1, 30)}", 25
            ),
        }

    def _searches(self) -> dict[str, Lookup]:
        search = self._search
        return {
            **{f"search, {n} word{'s' * (n > 1)}": partial(search, n) for n in (1, 2, 3, 4)},
            "search, 2 words, newest first": partial(search, 2, newest=True),
            "search, phrase": partial(search, 2, phrase=True),
            "search, 2 words but a third": partial(search, 2, without=True),
            "search, 1 word of a topic": partial(search, 1, topic=True),
            "search, 2 words of a topic": partial(search, 2, topic=True),
            "search, 2 words of a provider": partial(search, 2, provider=True),
            "search, 2 words of a month": partial(search, 2, days=30),
            "search, mistyped": partial(search, 2, mistyped=True),
        }

    def _others(self) -> dict[str, Lookup]:
        database, now = self._database, self._now
        return {
            "latest": lambda: lookup.latest(database, _ANY, now),
            "latest of a topic": lambda: lookup.latest(database, Scope(self._some(60)), now),
            "latest of topic and provider": lambda: lookup.latest(
                database, Scope(self._some(60), self._some(3_000)), now
            ),
            "a page of five": lambda: articles.several(
                database, self._chance.sample(self._ids, 5), now
            ),
            "an article": lambda: articles.article(database, self._chance.choice(self._ids)),
            "related": lambda: lookup.related(database, self._chance.choice(self._ids), now),
            "about a text": lambda: lookup.about(database, " ".join(self._title()), (), now),
            "topics": lambda: labels.topic_counts(database, now),
        }

    async def _search(
        self,
        count: int,
        *,
        newest: bool = False,
        phrase: bool = False,
        without: bool = False,
        topic: bool = False,
        provider: bool = False,
        days: int = 0,
        mistyped: bool = False,
    ) -> object:
        words = self._adjacent(count) if phrase else self._some_words(count + without)
        if mistyped:
            words[0] = f"{words[0][:2]}q{words[0][2:]}x"
        asked = f'"{" ".join(words)}"' if phrase else " ".join(words)
        if without:
            asked = " ".join([*words[:-1], f"-{words[-1]}"])
        scope = Scope(
            self._some(60) if topic else 0,
            self._some(3_000) if provider else 0,
            self._now - timedelta(days=days) if days else None,
        )
        return await lookup.search(self._database, asked, scope, self._now, newest=newest)

    async def _typed(self, letters: int, words: int = 0) -> object:
        some = [*self._some_words(words), self._some_words(1)[0][:letters]]
        return await articles.titles(self._database, self._now, " ".join(some))

    def _some(self, count: int) -> int:
        return self._chance.randrange(1, count)

    def _title(self) -> list[str]:
        return self._chance.choice(self._titles)

    def _some_words(self, count: int) -> list[str]:
        """Return words of one title, but for those that are too little to ask for."""
        while True:
            words = [word for word in dict.fromkeys(self._title()) if word not in LITTLE]
            if len(words) >= count:
                return self._chance.sample(words, count)

    def _adjacent(self, count: int) -> list[str]:
        while True:
            words = self._title()
            at = self._chance.randrange(len(words) - count)
            phrase = words[at : at + count]
            if not set(phrase) & LITTLE:
                return phrase


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
    path = folder / "archive.db"
    async with open_database(path) as database:
        done = 0
        for size in typed.sizes:
            archive = Archive(size)
            began = time.perf_counter()
            await fill(database, archive, done)
            rate = (size - done) / (time.perf_counter() - began)
            done = size
            told = f"{rate:,.0f} saved a second, {megabytes(folder):,.0f} MB"
            print(f"\n{size:,} articles: {told}", flush=True)
            await _report(database, archive, typed.rounds, _TOO_LONG)
            await _compare(path, archive, typed.plain)
        print("\nDuring an import of files:", flush=True)
        await _while_importing(database, archive, typed, folder)


def megabytes(folder: Path) -> float:
    """Return the size of the database in a folder."""
    return sum(each.stat().st_size for each in folder.glob("archive.db*")) / 1e6


async def fill(database: Database, archive: Archive, first: int) -> None:
    """Save the articles of an archive from number `first` on."""
    await files.open_source(database, "archive", unpublished="post", reader_version=1)
    for batch in archive.batches(first):
        await save(database, "archive", [_read(each) for each in batch], NEWEST)


def _read(article: Article) -> FileRead:
    return FileRead(f"{article.slug}.md", 1, 1, article)


async def _report(database: Database, archive: Archive, rounds: int, aim: float) -> None:
    print(f"{'ms':34}{'p50':>8}{'p99':>8}")
    for name, ask in (await Questions(database, archive, 5).all()).items():
        _line(name, await timed(ask, rounds), aim)


def _line(name: str, took: Sequence[float], aim: float | None = None) -> None:
    late = quantile(took, 0.99)
    told = f"  over {aim:g}" if aim is not None and late > aim else ""
    print(f"{name:34}{quantile(took, 0.5):8.2f}{late:8.2f}{told}", flush=True)


async def _compare(path: Path, archive: Archive, rounds: int) -> None:
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
    database: Database, archive: Archive, typed: argparse.Namespace, folder: Path
) -> None:
    corpus.write(folder / "files", typed.imported)
    source = Source("corpus", folder / "files")
    questions = Questions(database, archive, 6)
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
    print(f"{rate:,.0f} files a second meanwhile; each asked {len(took['latest'])} times")
    print(f"{'ms':34}{'p50':>8}{'p99':>8}")
    for name, times in took.items():
        _line(name, times, _TOO_SLOW if name in typing else None)


def main() -> None:
    """Print what each lookup takes at each size, alone and beside an import."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=_SIZES, help="articles")
    parser.add_argument("--rounds", type=int, default=400, help="questions of each kind")
    parser.add_argument("--plain", type=int, default=20, help="questions in plain SQL")
    parser.add_argument("--imported", type=int, default=20_000, help="files to import meanwhile")
    parser.add_argument("--folder", type=Path, help="where the archive is made and stays")
    typed = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(typed, typed.folder or Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
