"""What a subscription would post, tried on the archive's newest articles."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from bot.jobs.planning import stirring
from bot.news.plan import Baselines, Candidate, followed, verdicts
from bot.news.query import Query, Scope
from bot.news.rehearsal import PERIOD, Rehearsal, rehearse, rehearsed
from bot.news.subscription import Subscription
from bot.store import articles, search
from bot.store.database import Database
from bot.structs import replace

_PAGE = 200
_MOST = 2_000  # articles that a rehearsal looks at; a busy week has more
_BEGINNING = datetime.min.replace(tzinfo=UTC)


async def rehearsal(
    database: Database,
    subscription: Subscription,
    now: datetime,
    guild_id: int | None = None,
    most: int = _MOST,
) -> Rehearsal:
    """Return what a subscription, which need not be there yet, would have posted lately.

    What is discussed is what members of the server make of it: if it is not said, of any.
    Looks at the newest articles, `most` at most, beside the event loop: posts and answers go on.
    """
    found, seen = Rehearsal(), 0
    before: int | None = None
    while page := await articles.backwards(database, now - PERIOD, now, before, _PAGE):
        if seen >= most:
            return replace(found, more=True)
        decided = await asyncio.to_thread(rehearse, page, subscription, now)
        found += rehearsed(await stirring(database, subscription, decided, guild_id))
        seen += len(page)
        before = page[-1].id
    return found


async def samples(
    database: Database, subscription: Subscription, now: datetime
) -> tuple[Candidate, ...]:
    """Return what would be posted if only the newest articles were there, oldest first."""
    matches = await search.newest(database, Query(), Scope(), now, _PAGE)
    newest = await articles.several(database, [match.id for match in matches], now)
    since = Baselines(dict.fromkeys(followed(subscription), _BEGINNING))
    found = verdicts(newest, replace(subscription, limit=_PAGE), since, now)
    return tuple(verdict.candidate for verdict in found if verdict.hold is None)
