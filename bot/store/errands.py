"""What is remembered of errands: promised once, and what became of each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.news.errand import Errand, Wanted
from bot.news.follow import PERSONAL
from bot.news.post import Fate, nonce
from bot.store.database import Database, Row, Transaction
from bot.store.rows import moment

NEEDLESS = "there is nothing to be done any more"  # the reason of what came to nothing

_COLUMNS = """id, kind, subject, place, content, nonce, fate, made_at, claimed_at, tried_at,
    failures, message_id, reason, settled_at, times"""
_OPEN = """settled_at IS NULL AND not_before <= :now
    AND (retry_at IS NULL OR retry_at <= :now)"""
_ENDED = """fate = iif(times = :times, :fate, 'planned'), reason = :reason, content = '{}',
    failures = iif(times = :times, failures, 0), retry_at = NULL,
    settled_at = iif(times = :times, :now, NULL)"""


async def promise(
    transaction: Transaction, wanted: Wanted, now: datetime, begin: datetime | None = None
) -> None:
    """Promise an errand, in the same transaction as what it comes from, unless it was before.

    It is done from `begin` on.
    """
    await _promise(transaction, wanted, now, begin or now, "NOTHING")


async def promise_anew(
    transaction: Transaction, wanted: Wanted, now: datetime, begin: datetime
) -> None:
    """Promise an errand that may come again: it is to be done once more, from `begin` on.

    If it is being done just now, it is done again after that. Only for what is as good done twice.
    """
    anew = """UPDATE SET times = times + 1, not_before = excluded.not_before, settled_at = NULL,
        fate = iif(settled_at IS NULL, fate, 'planned'),
        failures = iif(settled_at IS NULL, failures, 0)"""
    await _promise(transaction, wanted, now, begin, anew)


async def promise_again(transaction: Transaction, wanted: Wanted, now: datetime) -> None:
    """Promise an errand, unless it was before and came to more than nothing."""
    again = f"""UPDATE SET fate = 'planned', content = excluded.content, reason = '',
        failures = 0, retry_at = NULL, settled_at = NULL WHERE reason = '{NEEDLESS}'"""
    await _promise(transaction, wanted, now, now, again)


async def _promise(
    transaction: Transaction, wanted: Wanted, now: datetime, begin: datetime, otherwise: str
) -> None:
    await transaction.write(
        f"""INSERT INTO errand (kind, subject, place, content, nonce, fate, made_at, claimed_at,
            tried_at, not_before)
        VALUES (:kind, :subject, :place, :content, :nonce, 'planned', :now, :now, :now, :begin)
        ON CONFLICT (kind, subject) DO {otherwise}""",
        {
            "kind": wanted.kind,
            "subject": wanted.subject,
            "place": wanted.place,
            "content": json.dumps(dict(wanted.content)),
            "nonce": nonce(wanted.place, f"{wanted.kind} {wanted.subject}"),
            "now": now.timestamp(),
            "begin": begin.timestamp(),
        },
    )


async def add(database: Database, wanted: Iterable[Wanted], now: datetime) -> None:
    """Promise errands, all or none, but for those that came to something before."""
    async with database.transaction() as transaction:
        for each in wanted:
            await promise_again(transaction, each, now)


async def open_places(database: Database, now: datetime) -> tuple[int, ...]:
    """Return the places in which an errand is to be done now, that of the oldest first.

    Members' digests, of which there may be thousands, let all else go before them.
    """
    rows = await database.read(
        f"""SELECT place FROM errand WHERE {_OPEN}
        GROUP BY place ORDER BY min(kind = :last), min(id)""",
        {"now": now.timestamp(), "last": PERSONAL},
    )
    return tuple(place for (place,) in rows)


async def next_in(database: Database, place: int, now: datetime) -> Errand | None:
    """Return which of the errands that are to be done now in a place was promised first."""
    rows = await database.read(
        f"SELECT {_COLUMNS} FROM errand WHERE place = :place AND {_OPEN} ORDER BY id LIMIT 1",
        {"place": place, "now": now.timestamp()},
    )
    return _errand(rows[0]) if rows else None


async def find(database: Database, kind: str, subject: str) -> Errand | None:
    """Return an errand, or None if it was never promised."""
    rows = await database.read(
        f"SELECT {_COLUMNS} FROM errand WHERE kind = ? AND subject = ?", (kind, subject)
    )
    return _errand(rows[0]) if rows else None


async def attempt(
    database: Database,
    errand: Errand,
    now: datetime,
    *,
    since: datetime | None = None,
    content: Mapping[str, Any] | None = None,
) -> Errand:
    """Record one more attempt, on disk, before it is made.

    With `since`, an earlier one may have arrived from then on. `content` replaces what is
    remembered: what all attempts are to have in common.
    """
    return await _changed(
        database,
        """fate = 'sending', claimed_at = :since, tried_at = :now, retry_at = NULL,
        content = :content""",
        errand,
        now=now.timestamp(),
        since=(since or now).timestamp(),
        content=json.dumps(dict(errand.content if content is None else content)),
    )


async def settle(
    database: Database,
    errand: Errand,
    message_id: int | None,
    now: datetime,
    then: Sequence[Wanted] = (),
) -> None:
    """Record that an errand is done, and promise what comes after it; its content is forgotten.

    One that was promised anew meanwhile is to be done again.
    """
    async with database.transaction() as transaction:
        await transaction.write(
            f"""UPDATE errand SET {_ENDED}, message_id = :message WHERE id = :id""",
            {
                "fate": Fate.POSTED,
                "reason": "",
                "message": message_id,
                "now": now.timestamp(),
                "times": errand.times,
                "id": errand.id,
            },
        )
        for each in then:
            await promise(transaction, each, now)


async def give_up(database: Database, errand: Errand, reason: str, now: datetime) -> None:
    """Record that an errand is not to be done any more, and why; its content is forgotten.

    One that was promised anew meanwhile is to be tried again.
    """
    await _changed(
        database,
        _ENDED,
        errand,
        fate=Fate.PARKED,
        reason=reason,
        now=now.timestamp(),
        times=errand.times,
    )


async def wait(
    database: Database,
    errand: Errand,
    fate: Fate,
    reason: str,
    retry_at: datetime,
    *,
    together: bool,
) -> None:
    """Put an errand off, with its failures so far; `together`: the others of its place as well."""
    async with database.transaction() as transaction:
        await transaction.write(
            "UPDATE errand SET fate = ?, reason = ?, retry_at = ?, failures = ? WHERE id = ?",
            (fate, reason, retry_at.timestamp(), errand.failures, errand.id),
        )
        if together:
            await transaction.write(
                """UPDATE errand SET retry_at = max(ifnull(retry_at, 0), ?)
                WHERE place = ? AND settled_at IS NULL""",
                (retry_at.timestamp(), errand.place),
            )


async def hurry(database: Database, channel_ids: Iterable[int]) -> None:
    """Wait no longer in some channels and their discussions: something has changed there."""
    async with database.transaction() as transaction:
        await transaction.write(
            """UPDATE errand SET retry_at = NULL WHERE settled_at IS NULL
            AND retry_at IS NOT NULL AND (place IN (SELECT value FROM json_each(?1))
                OR EXISTS (SELECT 1 FROM post WHERE thread_id = place
                    AND channel_id IN (SELECT value FROM json_each(?1))))""",
            (json.dumps(list(channel_ids)),),
        )


async def _changed(
    database: Database, changes: str, errand: Errand, **parameters: object
) -> Errand:
    async with database.transaction() as transaction:
        rows = await transaction.read(
            f"UPDATE errand SET {changes} WHERE id = :id RETURNING {_COLUMNS}",
            {"id": errand.id, **parameters},
        )
    return _errand(rows[0])


def _errand(row: Row) -> Errand:
    return Errand(
        id=row["id"],
        kind=row["kind"],
        subject=row["subject"],
        place=row["place"],
        content=json.loads(row["content"]),
        nonce=row["nonce"],
        fate=Fate(row["fate"]),
        made_at=moment(row["made_at"]),
        claimed_at=moment(row["claimed_at"]),
        tried_at=moment(row["tried_at"]),
        failures=row["failures"],
        message_id=row["message_id"],
        reason=row["reason"],
        settled=row["settled_at"] is not None,
        times=row["times"],
    )
