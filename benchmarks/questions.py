"""What people may ask of an archive, in words of its own titles."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from benchmarks.archive import NEWEST, Archive
from bot.jobs import lookup
from bot.news.query import LITTLE, Scope
from bot.store import articles, labels
from bot.store.database import Database

NOW = NEWEST + timedelta(days=1)
ANY = Scope()

Lookup = Callable[[], Awaitable[object]]


class Questions:
    """Questions of each kind, ever others: the same ones for the same seed."""

    def __init__(self, database: Database, archive: Archive, seed: int) -> None:
        self._database = database
        self._chance = random.Random(seed)
        self._words = Words(archive, self._chance)
        self._ids: list[int] = []

    async def all(self) -> dict[str, Lookup]:
        """Return each kind of question as a function that asks one of it, ever another."""
        found = await lookup.latest(self._database, ANY, NOW)
        rows = await self._database.read("SELECT id FROM article ORDER BY random() LIMIT 200")
        self._ids = [*found.ids[:10], *(row["id"] for row in rows)]
        return self._searches() | self._others() | self.autocompletes()

    def autocompletes(self) -> dict[str, Lookup]:
        """Return what is asked while somebody types."""
        lengths = {f"titles, {n} letters": partial(self._typed, n) for n in (1, 2, 3, 5)}
        return lengths | {
            "titles, 2 words and 2 letters": partial(self._typed, 2, 2),
            "topics, 2 letters": lambda: labels.topics_like(self._database, NOW, "to", 25),
            "providers, all": lambda: labels.providers_like(self._database, NOW, "", 25),
            "providers, 2 words": lambda: labels.providers_like(
                self._database, NOW, f"pap {self._chance.randrange(1, 30)}", 25
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
        database = self._database
        return {
            "latest": lambda: lookup.latest(database, ANY, NOW),
            "latest of a topic": lambda: lookup.latest(database, Scope(self._some(60)), NOW),
            "latest of topic and provider": lambda: lookup.latest(
                database, Scope(self._some(60), self._some(3_000)), NOW
            ),
            "a page of five": lambda: articles.several(
                database, self._chance.sample(self._ids, 5), NOW
            ),
            "an article": lambda: articles.article(database, self._chance.choice(self._ids)),
            "related": lambda: lookup.related(database, self._chance.choice(self._ids), NOW),
            "about a text": lambda: lookup.about(database, " ".join(self._words.title()), (), NOW),
            "topics": lambda: labels.topic_counts(database, NOW),
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
        words = self._words.adjacent(count) if phrase else self._words.some(count + without)
        if mistyped:
            words[0] = f"{words[0][:2]}q{words[0][2:]}x"
        asked = f'"{" ".join(words)}"' if phrase else " ".join(words)
        if without:
            asked = " ".join([*words[:-1], f"-{words[-1]}"])
        scope = Scope(
            self._some(60) if topic else 0,
            self._some(3_000) if provider else 0,
            NOW - timedelta(days=days) if days else None,
        )
        return await lookup.search(self._database, asked, scope, NOW, newest=newest)

    async def _typed(self, letters: int, words: int = 0) -> object:
        some = [*self._words.some(words), self._words.some(1)[0][:letters]]
        return await articles.titles(self._database, NOW, " ".join(some))

    def _some(self, count: int) -> int:
        return self._chance.randrange(1, count)


class Words:
    """Words that stand in a title together, but for those that are too little to ask for."""

    def __init__(self, archive: Archive, chance: random.Random) -> None:
        self._chance = chance
        self._titles = archive.titles(500, chance)

    def title(self) -> list[str]:
        """Return all words of a title."""
        return self._chance.choice(self._titles)

    def some(self, count: int) -> list[str]:
        """Return some words of one title."""
        while True:
            words = [word for word in dict.fromkeys(self.title()) if word not in LITTLE]
            if len(words) >= count:
                return self._chance.sample(words, count)

    def adjacent(self, count: int) -> list[str]:
        """Return words that stand one behind the other in a title."""
        while True:
            words = self.title()
            at = self._chance.randrange(len(words) - count)
            phrase = words[at : at + count]
            if not set(phrase) & LITTLE:
                return phrase
