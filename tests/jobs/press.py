"""An archive, an outlet and a clock, and publishers that come and go as processes do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.errors import OutletError
from bot.jobs.publish import Publisher
from bot.news.plan import Candidate
from bot.news.post import Post
from bot.news.subscription import Subscription
from bot.store import activity, articles, outbox
from bot.store.activity import Written
from bot.store.database import Database
from tests.jobs.recording import SERVER, RecordingOutlet
from tests.publishing import run
from tests.samples import CHANNEL, NOW, article
from tests.store.archive import keep


@dataclass(slots=True)
class Press:
    """What a publisher works with, and what is left of its work."""

    database: Database
    outlet: RecordingOutlet
    now: datetime = NOW

    def clock(self) -> datetime:
        """Return the time that the test set."""
        return self.now

    def publisher(self, *subscriptions: Subscription, **options: Any) -> Publisher:
        """Return a publisher as a process that just started has it."""
        return Publisher(self.database, self.outlet, subscriptions, self.clock, **options)

    async def run(self, *subscriptions: Subscription) -> tuple[Post, ...]:
        """Run subscriptions in a process that just started and knows no others."""
        return await run(self.publisher(*subscriptions), *subscriptions)

    async def failed(
        self,
        subscription: Subscription,
        *errors: OutletError,
        pause: timedelta = timedelta(),
        arrives: bool = False,
    ) -> Publisher:
        """Let sends fail, each in a run of its own; return the publisher whose runs these were.

        `pause` goes by after each; `arrives` is as for the outlet.
        """
        publisher = self.publisher(subscription)
        self.outlet.fail("send", *errors, arrives=arrives)
        for error in errors:
            with pytest.raises(OutletError) as raised:
                await run(publisher, subscription)
            assert raised.value is error
            self.now += pause
        return publisher

    async def keep(self, *slugs: str, **fields: Any) -> None:
        """Save articles, the first published first, an hour after each other."""
        first = self.now - timedelta(hours=len(slugs))
        for number, slug in enumerate(slugs):
            when = {"published_at": first + timedelta(hours=number)} | fields
            await keep(self.database, article(slug, **when), now=self.now)

    async def stir(self, slug: str, channel_id: int, replies: int, server: int = SERVER) -> None:
        """Let members write so much in the discussion of an article's post."""
        thread_id = (await self.post(slug, channel_id)).thread_id
        assert thread_id is not None
        ids = [thread_id + number for number in range(1, replies + 1)]
        await activity.count(self.database, [Written(server, thread_id, ids, thread_id + replies)])

    async def find(self, slug: str) -> Candidate:
        """Return an article, whether members see it or not."""
        rows = await self.database.read("SELECT id FROM article WHERE slug = ?", (slug,))
        found = await articles.article(self.database, rows[0][0])
        assert found is not None
        return found

    async def post(self, slug: str, channel_id: int = CHANNEL) -> Post:
        """Return the post of an article, which there must be."""
        found = await outbox.find(self.database, channel_id, (await self.find(slug)).id)
        assert found is not None, f"{slug} was never claimed"
        return found

    async def claimed(self, slug: str, subscription: str = "space") -> Post:
        """Leave an article as a process leaves it that dies while it is on its way."""
        found = await self.find(slug)
        post = await outbox.claim(self.database, CHANNEL, found.id, subscription, self.now)
        assert post is not None
        return post

    async def fates(self) -> dict[str, str]:
        """Return what became of every article that was claimed, by slug."""
        rows = await self.database.read(
            "SELECT slug, fate FROM post JOIN article ON article.id = article_id ORDER BY post.id"
        )
        return {row["slug"]: row["fate"] for row in rows}
