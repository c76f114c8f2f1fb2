"""The words of titles and excerpts, whole: what a beginning, a stem or a slip may have meant.

What is written here is of all that is listed, also of what lies ahead: it is used to ask, and
shown to nobody before it has found something.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.store.database import Database
from bot.store.rows import last_id

_BEGUN = 3  # letters from which the last word may be only the beginning of one
_ENDINGS = 16  # words that a beginning stands for, the usual ones first


async def begun(database: Database, beginning: str) -> tuple[str, ...]:
    """Return the usual longer words that begin like this, if it is long enough to be one."""
    if len(beginning) < _BEGUN:
        return ()
    rows = await database.read(
        """SELECT word FROM word WHERE word > ?1 AND word < ?1 || char(1114111) AND articles > 0
        ORDER BY articles DESC LIMIT ?2""",
        (beginning, _ENDINGS),
    )
    return tuple(row["word"] for row in rows)


async def unknown(database: Database, words: Iterable[str], now: datetime) -> tuple[str, ...]:
    """Return those of some words that no article has which members may see."""
    rows = await database.read(
        """SELECT value FROM json_each(:words) WHERE NOT EXISTS (
            SELECT 1 FROM article_text
            WHERE article_text MATCH '"' || value || '"' AND rowid >= -:last)""",
        {"words": json.dumps(list(words)), "last": last_id(now)},
    )
    return tuple(row["value"] for row in rows)


async def words_like(
    database: Database, word: str, slips: int, others: Sequence[str]
) -> dict[str, int]:
    """Return words about as long as `word` that begin with its first two letters, or are among
    `others`, with the number of articles that have each.
    """
    # They are thousands: as one text they come over in half the time that as many rows take.
    ((found,),) = await database.read(
        """SELECT json_group_object(word, articles) FROM (
            SELECT word, articles FROM word WHERE articles > 0 AND word >= substr(:word, 1, 2)
            AND word < substr(:word, 1, 2) || char(1114111)
            AND length(word) BETWEEN length(:word) - :slips AND length(:word) + :slips
            UNION ALL SELECT word, articles FROM word
            WHERE articles > 0 AND word IN (SELECT value FROM json_each(:others)))""",
        {"word": word, "slips": slips, "others": json.dumps(others)},
    )
    return dict(json.loads(found))


async def counts(database: Database, words: Iterable[str]) -> dict[str, int]:
    """Return how many articles have each of these words; those that none has are left out."""
    rows = await database.read(
        """SELECT word, articles FROM word
        WHERE articles > 0 AND word IN (SELECT value FROM json_each(?))""",
        (json.dumps(list(words)),),
    )
    return {row["word"]: row["articles"] for row in rows}
