"""The database file: opened, brought up to date, and kept to one process."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiosqlite
from filelock import FileLock, Timeout

from bot.errors import StoreError
from bot.store.migrations import MIGRATIONS
from bot.structs import Frozen, field

_APPLICATION_ID = 0x42726473  # "Brds": tells our files from any other SQLite database
_KEPT = 16_000  # KiB of pages that a reader remembers, eight times what is usual
_OLDEST_SQLITE = (3, 37, 0)  # the first with STRICT tables

Row = sqlite3.Row
Parameters = Sequence[Any] | Mapping[str, Any]


class Database(Frozen):
    """One writer and one reader on the same file.

    A connection does one thing at a time: with lookups on a connection of their own, an import
    does not delay them.
    """

    path: Path
    _reader: aiosqlite.Connection
    _writer: aiosqlite.Connection | None = None
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def read(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Return all rows of a query, as of the last commit."""
        with _translated(self.path):
            return list(await self._reader.execute_fetchall(sql, parameters))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Write all or nothing; what is inside has the writer to itself."""
        if self._writer is None:
            raise StoreError(f"{self.path} is open for reading only")
        async with self._writing:
            with _translated(self.path):
                try:  # from here on: a BEGIN that nobody waits for any more still happens
                    await self._writer.execute("BEGIN IMMEDIATE")
                    yield Transaction(self._writer)
                    await self._writer.execute("COMMIT")
                except BaseException:
                    await self._writer.rollback()
                    raise


class Transaction(Frozen):
    """What can be done while a transaction is open."""

    _connection: aiosqlite.Connection

    async def read(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Return all rows of a query, or of a write with RETURNING."""
        return list(await self._connection.execute_fetchall(sql, parameters))

    async def write(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one statement; return how many rows it changed."""
        cursor = await self._connection.execute(sql, parameters)
        return cursor.rowcount

    async def write_all(self, sql: str, parameters: Sequence[Parameters]) -> None:
        """Run one statement for each of `parameters`."""
        if parameters:
            await self._connection.executemany(sql, parameters)


@asynccontextmanager
async def open_database(path: Path) -> AsyncIterator[Database]:
    """Open the database for this process alone, making or upgrading it first.

    Raises StoreError if another process has it, it is damaged, no database of ours, or newer
    than this program.
    """
    with _translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    _try(path, "ab")
    async with AsyncExitStack() as stack:
        stack.enter_context(_held(path))
        writer = await stack.enter_async_context(_connection(path))
        with _translated(path):
            await _migrate(writer, path)
        reader = await stack.enter_async_context(_connection(path))
        with _translated(path):
            await _only_read(reader)
        yield Database(path, reader, writer)


@asynccontextmanager
async def reader_beside(database: Database) -> AsyncIterator[Database]:
    """Open one more reader on a database that is open: a long question there delays none here."""
    async with _connection(database.path) as reader:
        with _translated(database.path):
            await _only_read(reader)
        yield Database(database.path, reader)


@asynccontextmanager
async def open_for_reading(path: Path) -> AsyncIterator[Database]:
    """Open an existing database beside the process that has it; nothing can be written.

    Raises StoreError if there is none, or it is not one that this version can read.
    """
    with _translated(path):
        there = await asyncio.to_thread(path.exists)
    if not there:
        raise StoreError(f"{path} does not exist yet: `broadsheet import` makes it")
    _try(path, "rb")
    async with _connection(path) as reader:
        with _translated(path):
            await _only_read(reader)
            version = await _version(reader, path)
        if version < len(MIGRATIONS):
            raise StoreError(f"{path} is from an older version: `broadsheet import` upgrades it")
        yield Database(path, reader)


def _try(path: Path, mode: str) -> None:
    """Open the file once: the disk says better than SQLite why it cannot be had.

    Nor does aiosqlite end a connection cleanly that could not be made.
    """
    with _translated(path):
        path.open(mode).close()


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold the database's lock file; the system frees it whenever the process ends."""
    try:
        real = path.resolve()  # the lock is beside the file itself, not beside a link to it
        lock = FileLock(real.with_name(real.name + ".lock"), timeout=0)
        lock.acquire()
    except Timeout:
        raise StoreError(
            f"{path} is in use by another Broadsheet process: stop that one first"
        ) from None
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()


@asynccontextmanager
async def _connection(path: Path) -> AsyncIterator[aiosqlite.Connection]:
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old: 3.37 or newer is needed")
    with _translated(path):
        connection = await aiosqlite.connect(path, isolation_level=None)
    try:
        with _translated(path):
            connection.row_factory = sqlite3.Row
            await connection.execute("PRAGMA foreign_keys = ON")
            await connection.execute("PRAGMA busy_timeout = 5000")
            # FULL: a claim that a power cut could undo would be no claim.
            await connection.execute("PRAGMA synchronous = FULL")
            await connection.execute("PRAGMA temp_store = MEMORY")
        yield connection
    finally:
        await connection.close()


async def _only_read(connection: aiosqlite.Connection) -> None:
    await connection.execute("PRAGMA query_only = ON")
    # A lookup in a large archive reads a hundred pages. They are not mapped: what is touched of a
    # mapping for the first time takes several times as long as to copy it.
    await connection.execute(f"PRAGMA cache_size = -{_KEPT}")


async def _version(connection: aiosqlite.Connection, path: Path) -> int:
    """Return how many migrations the database has seen; refuse what is not ours to open."""
    ((application,),) = await connection.execute_fetchall("PRAGMA application_id")
    ((version,),) = await connection.execute_fetchall("PRAGMA user_version")
    ((tables,),) = await connection.execute_fetchall("SELECT count(*) FROM sqlite_schema")
    if tables and application != _APPLICATION_ID:
        raise StoreError(f"{path} is a database of another program: choose another file")
    if version > len(MIGRATIONS):
        raise StoreError(f"{path} is from a newer version of Broadsheet: upgrade this one")
    return int(version)


async def _migrate(connection: aiosqlite.Connection, path: Path) -> None:
    version = await _version(connection, path)
    await connection.execute_fetchall("PRAGMA journal_mode = WAL")
    for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
        marks = (f"PRAGMA application_id = {_APPLICATION_ID}", f"PRAGMA user_version = {number}")
        try:
            script = ";\n".join(["BEGIN IMMEDIATE", *statements, *marks, "COMMIT"])
            await connection.executescript(script)
        except BaseException:
            await connection.rollback()
            raise


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn what SQLite or the disk says into a StoreError that names the file."""
    try:
        yield
    except sqlite3.Error as error:
        mend = ": stop the bot and put back a copy" if _is_damage(error) else ""
        raise StoreError(f"{path}: {error}{mend}") from error
    except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
        raise StoreError(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def _is_damage(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_CORRUPT
