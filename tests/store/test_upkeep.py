"""The index is made anew where it is of an older version, and merged where it has grown."""

import logging

from bot.store import upkeep
from bot.store.settings import remember
from tests.jobs.discord_model import DiscordModel
from tests.jobs.mortal import Died, Mortal
from tests.samples import NOW, article
from tests.store.archive import keep
from tests.store.searched import searched

TITLES = ("Comet seen", "Gulls seen twice", "Robots: seen, counted")


async def parts(database):
    ((count,),) = await database.read("SELECT count(DISTINCT segid) FROM article_text_idx")
    return count


async def spoil(database):
    """Leave the index as another version might have made it, but say nothing of that."""
    async with database.transaction() as transaction:
        await transaction.write("DELETE FROM word")
        await transaction.write("INSERT INTO article_text (article_text) VALUES ('delete-all')")
        await transaction.write("INSERT INTO article_title (article_title) VALUES ('delete-all')")


async def test_tidying_leaves_one_part_and_everything_in_it(database):
    for number in range(40):
        await keep(database, article(f"a{number}", title=TITLES[number % len(TITLES)]))
    before = await searched(database)
    assert await parts(database) > 1
    await upkeep.tidy(database)
    assert await parts(database) == 1
    assert await searched(database) == before
    await keep(database, article("a0", title="Something new"))
    assert await searched(database) != before


async def test_an_index_of_another_version_is_made_anew(database, caplog):
    caplog.set_level(logging.INFO)
    await keep(database, *(article(f"a{n}", title=TITLES[n % 3]) for n in range(5)))
    before = await searched(database)
    await spoil(database)
    await upkeep.complete(database)
    assert await searched(database) != before
    assert caplog.messages == []
    await remember(database, "index_version", "an older one")
    await upkeep.complete(database)
    assert await searched(database) == before
    assert caplog.messages[-1] == "search is ready articles=5"


async def test_an_index_that_is_made_anew_is_whole_however_often_the_process_dies(
    database, monkeypatch
):
    await keep(database, *(article(f"a{n}", title=TITLES[n % 3]) for n in range(9)))
    before = await searched(database)
    monkeypatch.setattr(upkeep, "BATCH", 2)
    deaths = 0
    while True:
        await spoil(database)
        await remember(database, "index_version", "an older one")
        try:
            await upkeep.complete(Mortal(database, DiscordModel(lambda: NOW), steps=deaths))
        except Died:
            deaths += 1
            await upkeep.complete(database)
            assert await searched(database) == before
        else:
            break
    assert deaths > 20
