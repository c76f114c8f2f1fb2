"""A channel that the real bot follows, over real HTTP and a real websocket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.config import fitted
from bot.desk import Desk, open_desk
from bot.news.article import Article
from bot.settings import Settings
from tests.publishing import run
from tests.store.archive import keep
from tests.wire.client import logged_in
from tests.wire.permissions import NEWS_BOT, Permission
from tests.wire.records import Channel, ChannelKind, Thread
from tests.wire.server import Wire, serve
from tests.wire.world import World


@dataclass
class Place:
    """A channel, and the bot while it is there; `later` is how far time has gone on."""

    world: World
    channel: Channel
    settings: Settings
    later: timedelta = timedelta()
    _wire: Wire | None = None
    _desk: Desk | None = None

    @property
    def wire(self) -> Wire:
        """The stand-in for Discord."""
        assert self._wire is not None
        return self._wire

    @property
    def desk(self) -> Desk:
        """The bot that was there last."""
        assert self._desk is not None
        return self._desk

    @property
    def thread(self) -> Thread:
        """The first discussion in the channel."""
        return self.world.threads_of(self.channel)[0]

    def clock(self) -> datetime:
        """Return the time that it is for Discord and the bot."""
        return datetime.now(UTC) + self.later

    @asynccontextmanager
    async def bot(self, *articles: Article) -> AsyncIterator[None]:
        """Let the bot be there for a while, with more articles in its archive."""
        async with open_desk(self.settings, self.clock) as desk:
            self._desk = desk
            await keep(desk.database, *articles)
            async with logged_in(self.wire, desk.client):
                yield

    async def publish(self) -> None:
        """Run the subscription; raises OutletError where the channel takes nothing."""
        await run(self.desk.publisher, *self.desk.publisher.subscriptions)


@asynccontextmanager
async def place(
    folder: Path,
    kind: ChannelKind = ChannelKind.TEXT,
    *,
    may: Permission = NEWS_BOT,
    tags: tuple[str, ...] = (),
    require_tag: bool = False,
    review: bool = False,
    questions: tuple[str, ...] = (),
    **subscription: Any,
) -> AsyncIterator[Place]:
    """Serve a channel that the bot follows, and in which it may show cards to staff.

    The bot itself is not there yet.
    """
    world = World(datetime.now(UTC))
    guild = world.add_guild("Puddle Bay", may)
    channel = world.add_channel(guild, "space", kind, tags=tags, require_tag=require_tag)
    followed = {"name": "space", "channel": channel.id, "every": "10m", "backlog": "all"}
    values = {
        "database": str(folder / "broadsheet.db"),
        "subscriptions": [followed | subscription],
        "review": {"channel": channel.id} if review else {},
        "questions": list(questions),
    }
    settings, wrong = fitted(values)
    assert settings is not None
    assert not wrong
    here = Place(world, channel, settings)
    async with serve(world, clock=here.clock) as here._wire:
        yield here
        assert here.wire.unknown == []
