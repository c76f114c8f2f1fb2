"""The living bot: the real desk beside the stand-in, in one process and in virtual time."""

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from discord.gateway import KeepAliveHandler

from bot import app
from bot.config import fitted
from bot.desk import Desk, open_desk
from tests.delivery.rig import SITE, Tally, fates, tallies
from tests.delivery.virtual_time import wall_clock
from tests.delivery.wanted import Wanted, configuration, furnished
from tests.samples import NOW, write
from tests.wire.client import pointed_at
from tests.wire.limits import Limits
from tests.wire.records import Channel
from tests.wire.server import Wire, serve
from tests.wire.world import World

BEAT = 30.0  # seconds between heartbeats, half of what discord.py waits for any word
LIMIT = 5  # posts in one run
LOOK_EVERY = 1.0  # seconds between looks at the stand-in


@dataclass(slots=True)
class Life:
    """The bot at work; `articles` are the addresses that belong in every channel."""

    folder: Path
    desk: Desk
    wire: Wire
    wanted: Mapping[str, Wanted]
    channels: Mapping[str, Channel]
    articles: list[str] = field(default_factory=list)

    def write(self, count: int = 1) -> None:
        """Put so many new articles into the folder."""
        for _ in range(count):
            name = f"story-{len(self.articles)}"
            write(
                self.folder / "seeds",
                name,
                title=f"What happened in {name}",
                publishedDateTime=f"{wall_clock():%Y-%m-%dT%H:%M:%SZ}",
            )
            self.articles.append(SITE + name)

    def tally(self) -> dict[str, Tally]:
        """Count what is in each channel."""
        return tallies(self.wire.world, self.channels, self.wanted, tuple(self.articles))

    def fates(self) -> Counter[str]:
        """Return how many posts have which fate in the bot's database."""
        return fates(self.folder)

    async def wait(self, met: Callable[[], bool], within: float) -> bool:
        """Look until `met`; False if it never was within so many seconds."""
        for _ in range(int(within / LOOK_EVERY)):
            if met():
                return True
            await asyncio.sleep(LOOK_EVERY)
        return met()

    async def wait_until_complete(self, within: float) -> bool:
        """Wait until every article and every discussion is in every channel, and is known to be."""
        return await self.wait(self._is_complete, within)

    def _is_complete(self) -> bool:
        there = all(each.complete for each in self.tally().values())
        return there and self.fates().keys() <= {"posted"}


@asynccontextmanager
async def living(
    folder: Path, wanted: Sequence[Wanted], *, every: str = "1s", watch: bool = True
) -> AsyncIterator[Life]:
    """Let the bot live until the block ends; then it stops in order.

    The stand-in has no faults yet, and no rate limits.
    """
    world = World(NOW)
    channels = furnished(world, wanted)
    async with serve(world, limits=Limits({}, None), clock=wall_clock) as wire:
        written = configuration(
            folder, wanted, channels, wire.api_url, every=every, limit=LIMIT, watch=watch
        )
        settings, mistakes = fitted(written)
        assert settings is not None, mistakes
        (folder / "seeds").mkdir()
        with pointed_at(wire):
            async with open_desk(settings, wall_clock) as desk, desk.client:
                life = Life(folder, desk, wire, {w.name: w for w in wanted}, channels)
                async with _at_work(life):
                    yield life


@asynccontextmanager
async def _at_work(life: Life) -> AsyncIterator[None]:
    """Do what the program does until it is told to stop; raises whatever ends that before."""
    work = asyncio.create_task(app._work(life.desk, life.wire.world.token))
    beating = asyncio.create_task(_beat(life.wire))
    try:
        await life.wire.gateway.ready()
        yield
        assert not work.done(), work.result()
    finally:
        for task in (work, beating):
            task.cancel()
        await asyncio.gather(work, beating, return_exceptions=True)
        await close_forgotten(life)


async def _beat(wire: Wire) -> None:
    """Ask for heartbeats: discord.py's own come from a thread that lives in real time."""
    while True:
        await asyncio.sleep(BEAT)
        wire.gateway.request_heartbeats()


async def close_forgotten(life: Life) -> None:
    """Close connections that discord.py gave up while they came about, and never closed.

    Each has a thread that does so after a minute, of real time.
    """
    for thread in _keepers():
        if thread.ws is not life.desk.client.ws:
            await thread.ws.close(4000)
            thread.stop()


def _keepers() -> list[KeepAliveHandler]:
    return [each for each in threading.enumerate() if isinstance(each, KeepAliveHandler)]
