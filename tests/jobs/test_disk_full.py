"""A full disk: what cannot be remembered is not sent."""

import pytest

from bot.errors import StoreError
from tests.publishing import run
from tests.samples import subscription

SPACE = subscription(limit=200)


async def fill_disk(database):
    """Leave SQLite not one page more than it has."""
    await database._writer.execute("PRAGMA max_page_count = 1")  # never below what is in use


async def free_disk(database):
    """Let the file grow again."""
    await database._writer.execute("PRAGMA max_page_count = 1000000")


async def test_nothing_is_sent_that_a_full_disk_cannot_remember_and_all_is_sent_later(press):
    slugs = [f"a{number:03}" for number in range(120)]
    await press.keep(*slugs)
    publisher = press.publisher(SPACE)
    await fill_disk(press.database)
    with pytest.raises(StoreError, match="full"):
        await run(publisher, SPACE)
    sent = list(press.outlet.sent)
    assert len(sent) < len(slugs)
    assert set(sent) <= (await press.fates()).keys()
    await free_disk(press.database)
    await run(publisher, SPACE)
    assert press.outlet.sent == slugs
    assert await press.fates() == dict.fromkeys(slugs, "posted")
