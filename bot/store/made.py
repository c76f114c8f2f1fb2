"""Subscriptions made in Discord, and drafts of such that someone has still to confirm."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from bot.news.subscription import MADE_IN_DISCORD
from bot.store.database import Database, Row, Transaction
from bot.store.rows import moment
from bot.store.subscriptions import forget, rename
from bot.structs import Frozen

_DRAFTS_LAST = timedelta(days=1)


class Denial(Enum):
    """Why a draft is not saved."""

    GONE = auto()  # the draft, or the subscription that it changes
    CHANGED = auto()  # the subscription, since the change was drafted
    NAME_TAKEN = auto()
    FULL = auto()


class Made(Frozen):
    """A subscription of one server; `written` is what a file would say of it, but for its name.

    Each change but a pause makes a new `version` of it.
    """

    guild_id: int
    name: str
    written: Mapping[str, Any]
    made_by: int
    made_at: datetime
    id: int = 0
    version: int = 1


class Draft(Frozen):
    """A subscription as it is to become; `changes` is the id of the one there is, if any.

    Its version is that of which it is a change.
    """

    made: Made
    changes: int | None = None
    id: int = 0


def name_key(name: str) -> str:
    """Return what makes two names the same name in one server."""
    return " ".join(name.casefold().split())


async def made(database: Database) -> tuple[Made, ...]:
    """Return all subscriptions that were made in Discord, by server and name."""
    rows = await database.read("SELECT * FROM subscription ORDER BY guild_id, name_key")
    return tuple(_made(row) for row in rows)


async def keep(database: Database, draft: Draft) -> int:
    """Remember a draft and return its id; those that are long unconfirmed are forgotten."""
    async with database.transaction() as transaction:
        forgotten = (draft.made.made_at - _DRAFTS_LAST).timestamp()
        await transaction.write("DELETE FROM draft WHERE made_at < ?", (forgotten,))
        rows = await transaction.read(
            """INSERT INTO draft
                (guild_id, name, written, made_by, made_at, version, subscription_id)
            SELECT :guild_id, :name, :written, :made_by, :made_at, :version, :changes
            WHERE :changes IS NULL OR EXISTS (SELECT 1 FROM subscription WHERE id = :changes)
            RETURNING id""",
            _values(draft),
        )
    return int(rows[0][0]) if rows else 0


async def draft(database: Database, draft_id: int, guild_id: int) -> Draft | None:
    """Return a draft of this server, or None if it was saved, cancelled or forgotten."""
    rows = await database.read(
        "SELECT * FROM draft WHERE id = ? AND guild_id = ?", (draft_id, guild_id)
    )
    return _draft(rows[0]) if rows else None


async def cancel(database: Database, draft_id: int, guild_id: int) -> None:
    """Forget a draft of this server."""
    async with database.transaction() as transaction:
        await transaction.write(
            "DELETE FROM draft WHERE id = ? AND guild_id = ?", (draft_id, guild_id)
        )


async def save(database: Database, draft_id: int, guild_id: int, most: int) -> Made | Denial:
    """Make or change the subscription that a draft of this server describes, once.

    No server gets more than `most`. A change leaves it paused or not, as it is by now, and is not
    made to what has become another since it was drafted.
    """
    async with database.transaction() as transaction:
        rows = await transaction.read(
            "SELECT * FROM draft WHERE id = ? AND guild_id = ?", (draft_id, guild_id)
        )
        if not rows:
            return Denial.GONE
        wanted = _draft(rows[0])
        denial = await _denial(transaction, wanted, most)
        if denial is not None:
            return denial
        saved = await (_insert if wanted.changes is None else _update)(transaction, wanted)
        await transaction.write("DELETE FROM draft WHERE id = ?", (draft_id,))
    return saved


async def pause(database: Database, made_id: int, guild_id: int, *, paused: bool) -> bool:
    """Pause or resume a subscription of this server; return whether it is there."""
    async with database.transaction() as transaction:
        changed = await transaction.write(
            """UPDATE subscription SET written = CASE WHEN :paused
                THEN json_set(written, '$.paused', json('true'))
                ELSE json_remove(written, '$.paused') END
            WHERE id = :id AND guild_id = :guild_id""",
            {"paused": paused, "id": made_id, "guild_id": guild_id},
        )
    return changed > 0


async def remove(database: Database, made_id: int, guild_id: int) -> bool:
    """Forget a subscription of this server; return whether it was there. Its posts stay known."""
    async with database.transaction() as transaction:
        removed = await transaction.write(
            "DELETE FROM subscription WHERE id = ? AND guild_id = ?", (made_id, guild_id)
        )
        if removed:
            await forget(transaction, f"{MADE_IN_DISCORD}{made_id}")
    return removed > 0


async def remember_file(database: Database, subscriptions: Mapping[str, Mapping[str, Any]]) -> None:
    """Remember the subscriptions of the configuration file, by name."""
    rows = [(name, json.dumps(written)) for name, written in subscriptions.items()]
    async with database.transaction() as transaction:
        await transaction.write_all(
            """INSERT INTO file_subscription VALUES (?, ?)
            ON CONFLICT DO UPDATE SET written = excluded.written""",
            rows,
        )


async def remembered_file(database: Database) -> dict[str, dict[str, Any]]:
    """Return the subscriptions that the configuration file has or had, by name."""
    rows = await database.read("SELECT name, written FROM file_subscription ORDER BY name")
    return {name: json.loads(written) for name, written in rows}


async def rename_file(database: Database, old: str, new: str) -> None:
    """Let a subscription of the configuration file go on under another name."""
    async with database.transaction() as transaction:
        await transaction.write("UPDATE file_subscription SET name = ? WHERE name = ?", (new, old))
        await rename(transaction, old, new)


async def forget_file(database: Database, name: str) -> None:
    """Forget a subscription that is no more in the file, and where it started and ran."""
    async with database.transaction() as transaction:
        await transaction.write("DELETE FROM file_subscription WHERE name = ?", (name,))
        await forget(transaction, name)


async def _denial(transaction: Transaction, wanted: Draft, most: int) -> Denial | None:
    guild_id, key = wanted.made.guild_id, name_key(wanted.made.name)
    rows = await transaction.read(
        "SELECT id, name_key, version FROM subscription WHERE guild_id = ?", (guild_id,)
    )
    if wanted.changes is not None:
        now = [row["version"] for row in rows if row["id"] == wanted.changes]
        if now != [wanted.made.version]:
            return Denial.CHANGED if now else Denial.GONE
    others = {row["id"]: row["name_key"] for row in rows if row["id"] != wanted.changes}
    if key in others.values():
        return Denial.NAME_TAKEN
    return Denial.FULL if wanted.changes is None and len(others) >= most else None


async def _insert(transaction: Transaction, wanted: Draft) -> Made:
    rows = await transaction.read(
        """INSERT INTO subscription (guild_id, name, name_key, written, made_by, made_at)
        VALUES (:guild_id, :name, :name_key, :written, :made_by, :made_at) RETURNING *""",
        _values(wanted),
    )
    return _made(rows[0])


async def _update(transaction: Transaction, wanted: Draft) -> Made:
    rows = await transaction.read(
        """UPDATE subscription SET name = :name, name_key = :name_key, version = version + 1,
            written = CASE WHEN json_extract(written, '$.paused')
                THEN json_set(:written, '$.paused', json('true'))
                ELSE json_remove(:written, '$.paused') END
        WHERE id = :changes RETURNING *""",
        _values(wanted),
    )
    return _made(rows[0])


def _values(draft: Draft) -> dict[str, Any]:
    made = draft.made
    return {
        "guild_id": made.guild_id,
        "name": made.name,
        "name_key": name_key(made.name),
        "written": json.dumps(made.written),
        "made_by": made.made_by,
        "made_at": made.made_at.timestamp(),
        "version": made.version,
        "changes": draft.changes,
    }


def _made(row: Row) -> Made:
    return Made(
        guild_id=row["guild_id"],
        name=row["name"],
        written=json.loads(row["written"]),
        made_by=row["made_by"],
        made_at=moment(row["made_at"]),
        id=row["id"],
        version=row["version"],
    )


def _draft(row: Row) -> Draft:
    return Draft(_made(row), row["subscription_id"], id=row["id"])
