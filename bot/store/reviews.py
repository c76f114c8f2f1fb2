"""Articles that are held for review, and what staff decided about them."""

from __future__ import annotations

from datetime import datetime

from bot.news.review import Decision
from bot.store import faces, index
from bot.store.database import Database, Row
from bot.store.errands import NEEDLESS
from bot.store.rows import moment
from bot.structs import Frozen

_VERSION = "lower(substr(hex(fingerprint), 1, 8))"


# What staff has to decide about.
_UNDECIDED = """NOT listed AND withdrawn_at IS NULL AND NOT published
    AND NOT EXISTS (SELECT 1 FROM decision WHERE article_id = article.id)"""


class Held(Frozen):
    """An article that nobody has decided about; its address stays when its date is corrected."""

    id: int
    canonical_url: str


async def begin(database: Database, since: datetime) -> None:
    """Note from which publication time on sources are reviewed, of those that newly are."""
    new = "unpublished = 'review' AND reviewed_since IS NULL"
    if not await database.read(f"SELECT 1 FROM source WHERE {new}"):  # it is asked all the time
        return
    async with database.transaction() as transaction:
        await transaction.write(
            f"UPDATE source SET reviewed_since = ? WHERE {new}", (since.timestamp(),)
        )


async def held(database: Database, kind: str, channel_id: int, count: int) -> tuple[Held, ...]:
    """Return what is held since its source is reviewed and has no such errand in a channel.

    The oldest come first. An errand that came to nothing, as its article was not held just then,
    is none.
    """
    rows = await database.read(
        # By that index: of a source most articles are listed, and far older.
        f"""SELECT id, canonical_url FROM article INDEXED BY article_held
        JOIN source ON source.name = article.source
        WHERE {_UNDECIDED} AND unpublished = 'review'
        AND id >= (SELECT CAST(min(reviewed_since) AS INTEGER) << 20 FROM source)
        AND id >= CAST(reviewed_since AS INTEGER) << 20
        AND NOT EXISTS (SELECT 1 FROM errand WHERE kind = :kind AND reason <> :needless
            AND subject = :channel || ' ' || canonical_url)
        ORDER BY id LIMIT :count""",
        {"kind": kind, "channel": channel_id, "needless": NEEDLESS, "count": count},
    )
    return tuple(Held(row["id"], row["canonical_url"]) for row in rows)


async def is_undecided(database: Database, article_id: int) -> bool:
    """Whether staff has to decide about an article, as its source has it now."""
    rows = await database.read(
        f"""SELECT 1 FROM article JOIN source ON source.name = article.source
        WHERE id = ? AND unpublished = 'review' AND {_UNDECIDED}""",
        (article_id,),
    )
    return bool(rows)


def card_of(channel_id: int, canonical_url: str) -> str:
    """Return the subject of the errand that shows an article in a channel, once."""
    return f"{channel_id} {canonical_url}"


async def any_shown(database: Database, kind: str, channel_id: int) -> bool:
    """Whether there ever was such an errand for a channel."""
    rows = await database.read(
        """SELECT 1 FROM errand WHERE kind = :kind
        AND subject BETWEEN :channel || ' ' AND :channel || '!' LIMIT 1""",
        {"kind": kind, "channel": channel_id},
    )
    return bool(rows)


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
