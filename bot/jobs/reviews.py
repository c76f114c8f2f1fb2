"""Reviews: a card in the staff channel for each article that is held, and what becomes of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.jobs.errands import Kind, Task
from bot.news.errand import Errand, Wanted
from bot.news.images import Illustration, illustration
from bot.news.plan import Candidate
from bot.news.review import Decision, Stage, stage
from bot.store import articles, errands, reviews
from bot.store.database import Database
from bot.structs import Frozen

log = logging.getLogger(__name__)

REVIEW = "review"
_BATCH = 200  # cards that are promised in one go


class Card(Frozen):
    """What a card shows: an article, where it is by now, and who decided if anyone did.

    `version` tells what it shows from what the article may be later.
    """

    candidate: Candidate
    version: str
    illustration: Illustration
    stage: Stage
    decision: Decision | None = None


class Reviews(Frozen):
    """Keeps the staff channel, if there is one, told of what is held.

    Each source begins with what was published `backlog` ago. Another channel is shown what is
    undecided by then.
    """

    database: Database
    channel_id: int | None
    backlog: timedelta
    clock: Callable[[], datetime]

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """What its errands come to, by kind."""
        return {REVIEW: self._card}

    async def promise(self) -> None:
        """Promise a card for each held article that has none in this channel; raises StoreError."""
        channel_id = self.channel_id
        if channel_id is None:
            return
        await reviews.begin(self.database, self.clock() - self.backlog)
        while waiting := await reviews.held(self.database, REVIEW, channel_id, _BATCH):
            wanted = [
                Wanted(
                    REVIEW,
                    reviews.card_of(channel_id, each.canonical_url),
                    channel_id,
                    {"article": each.id},
                )
                for each in waiting
            ]
            await errands.add(self.database, wanted, self.clock())
            log.info("held for review articles=%d channel=%d", len(wanted), channel_id)

    async def is_staffed(self, channel_id: int) -> bool:
        """Whether staff is shown cards in a channel, or was: nowhere else is anything decided."""
        return await reviews.any_shown(self.database, REVIEW, channel_id)

    async def card(self, article_id: int) -> Card | None:
        """Return what the card of an article shows now; None if there is no such article."""
        candidate = await articles.article(self.database, article_id)
        if candidate is None:
            return None
        version = await reviews.version(self.database, candidate.id)
        decided = await reviews.decision(self.database, candidate.id)
        shared = await articles.shared_pictures(self.database, candidate.article)
        shown = illustration(candidate.article.pictures, shared)
        return Card(candidate, version, shown, stage(candidate, decided), decided)

    async def decide(
        self, article_id: int, seen: str, *, approved: bool, by: int
    ) -> tuple[Card | None, bool]:
        """Decide about the version of a held article that was seen.

        Returns its card, and whether it was this that decided. What is approved is due like any
        other.
        """
        card = await self.card(article_id)
        if card is None or card.stage is not Stage.HELD:
            return card, False
        decided = Decision(approved, by, self.clock())
        ours = await reviews.decide(self.database, card.candidate.id, seen, decided)
        if ours:
            log.info(
                "%s article=%s by=%d",
                *("approved" if approved else "rejected", card.candidate.article.slug, by),
            )
        return await self.card(article_id), ours

    async def _card(self, errand: Errand) -> Task | None:
        """Show an article that is still to be decided about, if staff still reads there."""
        if errand.place != self.channel_id:
            return None
        card = await self.card(errand.content["article"])
        if card is None or not await reviews.is_undecided(self.database, card.candidate.id):
            return None
        return Task(card)
