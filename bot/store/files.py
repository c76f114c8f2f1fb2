"""What is remembered of a source's files, so that only changed ones are read again."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from bot.news.face import retracted_from
from bot.store import faces, index, upkeep
from bot.store.database import Database, Transaction
from bot.store.intake import Problem

Stamp = tuple[int, int]  # the file's mtime in nanoseconds and its size in bytes

_READER = "reader_version"


async def open_source(
    database: Database,
    source: str,
    now: datetime,
    *,
    unpublished: str,
    reader_version: int,
    language: str = "",
) -> None:
    """Note what is said of a source, and which version of the reader reads it.

    That is how it treats `published: false`, and the language of files that say none. Where the
    reader has changed, all files count as changed: each has a size below zero until it is read
    again.
    """
    await upkeep.complete(database)
    before = await database.read("SELECT unpublished FROM source WHERE name = ?", (source,))
    if before and before[0]["unpublished"] != unpublished:
        await _relist(database, source, unpublished, now)
    async with database.transaction() as transaction:
        await transaction.write(
            """INSERT INTO source (name, unpublished, language) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET unpublished = excluded.unpublished,
            language = excluded.language,
            reviewed_since = iif(unpublished = excluded.unpublished, reviewed_since, NULL)""",
            (source, unpublished, language),
        )
        await _forget_older_readings(transaction, str(reader_version))


async def _relist(database: Database, source: str, unpublished: str, now: datetime) -> None:
    """Show or hide what `published: false` means from now on, in posts too."""
    ids = [0]
    while ids:
        async with database.transaction() as transaction:
            rows = await transaction.read(
                """SELECT id, listed FROM article WHERE source = ?1 AND withdrawn_at IS NULL
                AND listed <> (published OR ?2 = 'post' OR EXISTS (
                    SELECT 1 FROM decision WHERE article_id = article.id AND approved))
                LIMIT ?3""",
                (source, unpublished, upkeep.BATCH),
            )
            ids = [row["id"] for row in rows]
            await index.unlist(transaction, ids)
            await transaction.write(
                """UPDATE article SET listed = NOT listed
                WHERE id IN (SELECT value FROM json_each(?))""",
                (json.dumps(ids),),
            )
            hidden = [row["id"] for row in rows if row["listed"]]
            shown = [row["id"] for row in rows if not row["listed"]]
            await index.list_ids(transaction, shown)
            begin = retracted_from(len(hidden), len(hidden), now)
            await faces.changed(transaction, hidden, now, begin)
            await faces.changed(transaction, shown, now)


async def _forget_older_readings(transaction: Transaction, version: str) -> None:
    changed = await transaction.write(
        """INSERT INTO setting (key, value) VALUES (?, ?)
        ON CONFLICT DO UPDATE SET value = excluded.value WHERE value <> excluded.value""",
        (_READER, version),
    )
    if changed > 0:
        await transaction.write("UPDATE file SET size = -1 - size WHERE size >= 0")


async def known_files(database: Database, source: str) -> dict[str, Stamp]:
    """Return the stamp of every file of `source`, as it was when it was read, by path."""
    rows = await database.read("SELECT path, mtime_ns, size FROM file WHERE source = ?", (source,))
    return {path: (mtime_ns, size) for path, mtime_ns, size in rows}


async def copies_alone(database: Database, source: str) -> list[str]:
    """Return the copies in `source` whose original is gone or tells another story now."""
    rows = await database.read(
        """SELECT path FROM file LEFT JOIN article ON article.id = article_id
        WHERE file.source = ? AND outcome = 'duplicate'
        AND (article.id IS NULL OR withdrawn_at IS NOT NULL) ORDER BY path""",
        (source,),
    )
    return [path for (path,) in rows]


async def known_problems(
    database: Database, source: str
) -> list[tuple[str, str, tuple[Problem, ...]]]:
    """Return path, outcome and what is to be mended for every refused or duplicate file."""
    rows = await database.read(
        """SELECT path, outcome, problems FROM file
        WHERE source = ? AND outcome <> 'article' ORDER BY path""",
        (source,),
    )
    return [
        (path, outcome, tuple(Problem(*item) for item in json.loads(problems)))
        for path, outcome, problems in rows
    ]


async def forget(
    database: Database,
    source: str,
    gone: Collection[str],
    slugs: Collection[str],
    now: datetime,
) -> int:
    """Drop files that are gone and withdraw the articles with these slugs; return how many.

    Files are dropped last: if it is cut short, what is left is found gone again.
    """
    ((among,),) = await database.read("SELECT count(*) FROM file WHERE source = ?", (source,))
    begin = retracted_from(len(gone), among, now)
    withdrawn, ordered = 0, sorted(slugs)
    for start in range(0, len(ordered), upkeep.BATCH):
        some = ordered[start : start + upkeep.BATCH]
        async with database.transaction() as transaction:
            withdrawn += await _withdraw(transaction, source, some, now, begin)
    async with database.transaction() as transaction:
        await transaction.write_all(
            "DELETE FROM file WHERE source = ? AND path = ?", [(source, path) for path in gone]
        )
    return withdrawn


async def _withdraw(
    transaction: Transaction, source: str, slugs: Sequence[str], now: datetime, begin: datetime
) -> int:
    rows = await transaction.read(
        """SELECT id FROM article WHERE source = ? AND withdrawn_at IS NULL
        AND slug IN (SELECT value FROM json_each(?))""",
        (source, json.dumps(slugs)),
    )
    ids = [row["id"] for row in rows]
    await index.unlist(transaction, ids)
    await faces.changed(transaction, ids, now, begin)
    return await transaction.write(
        """UPDATE article SET withdrawn_at = ?, listed = 0
        WHERE id IN (SELECT value FROM json_each(?))""",
        (now.timestamp(), json.dumps(ids)),
    )
