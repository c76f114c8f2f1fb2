"""Much that changes at once changes in parts: others write in between."""

from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.store import files
from bot.store.database import Database
from bot.store.upkeep import BATCH
from tests.samples import EVER, NOW, article
from tests.store.archive import keep, latest
from tests.store.searched import searched

MANY = 2 * BATCH + 10


@dataclass(frozen=True)
class Counted:
    """A database that counts its transactions, and ends the process after so many."""

    database: Database
    counts: Counter
    last: int = 1_000_000

    @asynccontextmanager
    async def transaction(self):
        if self.counts["begun"] >= self.last:
            raise KeyboardInterrupt
        self.counts["begun"] += 1
        async with self.database.transaction() as transaction:
            yield transaction

    async def read(self, sql, parameters=()):
        return await self.database.read(sql, parameters)


def many(**fields):
    return [article(f"a{n}", title=f"Comet {n % 7}", excerpt="", **fields) for n in range(MANY)]


async def listed(database):
    ((count,),) = await database.read("SELECT count(*) FROM article WHERE listed")
    return count


async def policy(database, unpublished, counts, **options):
    counted = Counted(database, counts, **options)
    await files.open_source(counted, "seeds", NOW, unpublished=unpublished, reader_version=1)


async def test_many_articles_are_withdrawn_in_parts(database):
    await keep(database, *many(), article("stays"))
    counts = Counter()
    slugs = [f"a{n}" for n in range(MANY)]
    paths = [f"{slug}.md" for slug in slugs]
    gone = await files.forget(Counted(database, counts), "seeds", paths, slugs, NOW)
    assert (gone, await listed(database)) == (MANY, 1)
    assert counts["begun"] == 4
    assert [each.article.slug for each in await latest(database, EVER)] == ["stays"]


async def test_what_published_false_means_is_changed_in_parts_and_taken_up_again(database):
    await keep(database, *many(published=False))
    before, counts = await searched(database), Counter()
    try:
        await policy(database, "post", counts, last=2)
    except KeyboardInterrupt:
        counts.clear()
    assert 0 < await listed(database) < MANY
    await policy(database, "post", counts)
    assert await listed(database) == MANY
    assert len((await searched(database))[0]) > MANY
    await policy(database, "review", counts)
    assert await listed(database) == 0
    assert await searched(database) == before
