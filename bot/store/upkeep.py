"""The index as a whole: made anew where an older version made it, merged where it has grown."""

from __future__ import annotations

import logging

from bot.store import index, stories
from bot.store.database import Database, Transaction
from bot.store.settings import remember, remembered

log = logging.getLogger(__name__)

BATCH = 500  # articles that are changed in one transaction: others wait no longer for theirs
_STEP = 500  # pages that are merged in one transaction
_MANY = 20_000  # articles from which merging shows in lookups

# To be raised whenever something is put into the index in another way: an article is taken out by
# telling what it was put in with.
_VERSION = "2"
_SETTING = "index_version"
_TEXTS = ("article_title", "article_text")


async def complete(database: Database) -> None:
    """Put in what is missing; to be done before any article changes."""
    while await stories.cover_some(database, BATCH):
        pass
    version = await remembered(database, _SETTING)
    if version != _VERSION:
        if version is not None:
            await _empty(database)
        await remember(database, _SETTING, _VERSION)
    done = 0
    while count := await _put_in_some(database):
        if not done:
            log.info("search is being prepared: until then it does not find everything")
        done += count
    if done:
        log.info("search is ready articles=%d", done)
    if done >= _MANY:
        await tidy(database)


async def tidy(database: Database) -> None:
    """Merge the parts that an index has grown in, step by step: others may write in between.

    Lookups take half the time then.
    """
    for table in _TEXTS:
        pages, merged = -_STEP, True  # below zero: begin with all parts
        while merged:
            async with database.transaction() as transaction:
                before = await _changes(transaction)
                await transaction.write(
                    f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (pages,)
                )
                # A merge that has nothing left to do changes one row: the command itself.
                merged = await _changes(transaction) - before > 1
            pages = _STEP


async def grown(database: Database, saved: int) -> None:
    """Merge if so many articles that were saved at once make it worth while."""
    if saved >= _MANY:
        await tidy(database)


async def _put_in_some(database: Database) -> int:
    async with database.transaction() as transaction:
        rows = await transaction.read(
            "SELECT article_id FROM unindexed ORDER BY article_id LIMIT ?", (BATCH,)
        )
        ids = [row["article_id"] for row in rows]
        await index.list_ids(transaction, ids)
        await transaction.write_all(
            "DELETE FROM unindexed WHERE article_id = ?", [(each,) for each in ids]
        )
    return len(ids)


async def _empty(database: Database) -> None:
    """Take everything out; what belongs to which topic stays, as planning goes by it."""
    async with database.transaction() as transaction:
        await transaction.write("INSERT INTO article_text (article_text) VALUES ('delete-all')")
        await transaction.write("INSERT INTO article_title (article_title) VALUES ('delete-all')")
        await transaction.write(
            """INSERT INTO article_title (rowid, title)
            SELECT -id, title FROM article ORDER BY id DESC"""
        )
        await transaction.write("DELETE FROM word")
        for table in ("topic", "provider"):
            await transaction.write(f"UPDATE {table} SET articles = 0, newest = NULL")
        await transaction.write(
            "INSERT OR IGNORE INTO unindexed SELECT id FROM article WHERE listed"
        )


async def _changes(transaction: Transaction) -> int:
    ((changes,),) = await transaction.read("SELECT total_changes()")
    return int(changes)
