"""Single values that Broadsheet remembers about itself."""

from __future__ import annotations

from bot.store.database import Database


async def remembered(database: Database, key: str) -> str | None:
    """Return a remembered value, or None."""
    rows = await database.read("SELECT value FROM setting WHERE key = ?", (key,))
    return str(rows[0][0]) if rows else None


async def remember(database: Database, key: str, value: str) -> None:
    """Remember a value in place of an earlier one."""
    async with database.transaction() as transaction:
        await transaction.write(
            "INSERT INTO setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            (key, value),
        )
