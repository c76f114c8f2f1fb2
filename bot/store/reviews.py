"""Articles that are held for review, and what staff decided about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.news.review import Decision
from bot.store import faces, index
from bot.store.database import Database, Row
from bot.store.rows import first_id, moment

_VERSION = "lower(substr(hex(fingerprint), 1, 8))"


@dataclass(frozen=True, slots=True)
class Held:
    """An article that nobody has decided about; its address stays when its date is corrected."""

    id: int
    canonical_url: str


async def held(database: Database, since: datetime, kind: str, count: int) -> tuple[Held, ...]:
    """Return held articles published since, the oldest first, for which there is no such errand."""
    rows = await database.read(
        # By that index: of a source most articles are listed, and far older.
        """SELECT id, canonical_url FROM article INDEXED BY article_held
        WHERE NOT listed AND withdrawn_at IS NULL AND NOT published AND id >= :first
        AND source IN (SELECT name FROM source WHERE unpublished = 'review')
        AND NOT EXISTS (SELECT 1 FROM decision WHERE article_id = article.id)
        AND NOT EXISTS (SELECT 1 FROM errand WHERE kind = :kind AND subject = canonical_url)
        ORDER BY id LIMIT :count""",
        {"first": first_id(since), "kind": kind, "count": count},
    )
    return tuple(Held(row["id"], row["canonical_url"]) for row in rows)


async def decision(database: Database, article_id: int) -> Decision | None:
    """Return what was decided about an article, or None."""
    rows = await database.read("SELECT * FROM decision WHERE article_id = ?", (article_id,))
    return _decision(rows[0]) if rows else None


async def version(database: Database, article_id: int) -> str:
    """Return by what the present version of an article is told from others: eight digits."""
    rows = await database.read(f"SELECT {_VERSION} FROM article WHERE id = ?", (article_id,))
    return str(rows[0][0]) if rows else ""


async def decide(database: Database, article_id: int, seen: str, decided: Decision) -> bool:
    """Decide about the version of a held article that was seen; one that is approved is listed.

    Returns False if there is nothing to decide any more, someone was faster, or it has changed.
    """
    async with database.transaction() as transaction:
        new = await transaction.write(
            f"""INSERT INTO decision SELECT id, ?, ?, ? FROM article
            WHERE id = ? AND NOT listed AND withdrawn_at IS NULL AND {_VERSION} = ?
            ON CONFLICT (article_id) DO NOTHING""",
            (decided.approved, decided.by, decided.at.timestamp(), article_id, seen),
        )
        if new and decided.approved:
            await transaction.write("UPDATE article SET listed = 1 WHERE id = ?", (article_id,))
            await index.list_ids(transaction, [article_id])
            await faces.changed(transaction, [article_id], decided.at)
    return bool(new)


def _decision(row: Row) -> Decision:
    return Decision(bool(row["approved"]), row["decided_by"], moment(row["decided_at"]))
