"""The rig: articles, channels, the stand-in, and the program itself in a process of its own."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.chat.asking.opening import RELATED
from bot.chat.looks.below_post import KIND
from bot.chat.wording.texts import DIGEST_CONTINUED
from tests.delivery.wanted import DATABASE, Wanted, configuration, furnished
from tests.samples import write
from tests.wire.background import Background, in_background
from tests.wire.faults import FaultPlan
from tests.wire.limits import Limits
from tests.wire.records import Channel, ChannelKind, Message, Thread
from tests.wire.server import Wire
from tests.wire.world import World

ROOT = Path(__file__).resolve().parents[2]
LOOK_EVERY = 0.01  # seconds between looks at the stand-in
PATIENCE = 20.0  # seconds, for whatever a test waits for
LONG = timedelta(minutes=2)  # so long after a try nobody is still making a forum post
LAST_WORD = timedelta(minutes=3)  # so long after a try a look is the last word on any post
LINK = re.compile(r"\]\(([^)]+)\)")
SITE = "https://gazette.example.org/"


@dataclass(frozen=True, slots=True)
class Tally:
    """How the articles fared in one channel, by address: a right end leaves all of it empty."""

    lost: tuple[str, ...]
    repeated: tuple[str, ...]
    undiscussed: tuple[str, ...]
    strange: int = 0

    @property
    def complete(self) -> bool:
        """Whether nothing is missing; something may be there twice."""
        return not self.lost and not self.undiscussed


EXACTLY_ONCE = Tally((), (), ())


@dataclass(slots=True)
class Rig:
    """The program and its Discord; `articles` are the addresses that belong in every channel.

    With `reports` every second article is a further report of the one before it.
    """

    folder: Path
    background: Background
    articles: tuple[str, ...]
    wanted: Mapping[str, Wanted]
    channels: Mapping[str, Channel]
    reports: bool = False
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    _said: int = field(default=0, init=False)

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        """The program that was started last."""
        assert self._process is not None, "not started"
        return self._process

    @property
    def log(self) -> str:
        """All that the program has said so far, in every process."""
        return (self.folder / "log").read_text("utf-8", errors="replace")

    def write(self, count: int) -> None:
        """Put so many new articles into the folder, which is read when the program starts."""
        for number in range(len(self.articles), len(self.articles) + count):
            name = f"story-{number}"
            before = {"title": "Before", "webUrl": f"{SITE}story-{number - 1}"}
            related = [before] if self.reports and number % 2 else None
            title = f"What happened in {name}"
            write(self.folder / "seeds", name, title=title, related=related)
            self.articles = (*self.articles, SITE + name)

    def start(self) -> None:
        """Start the program."""
        log = self.folder / "log"
        self._said = len(self.log) if log.exists() else 0
        self._process = self.spawn(self.folder / "log")

    def spawn(self, log: Path) -> "subprocess.Popen[bytes]":
        """Start one more process of the program on the same configuration."""
        token = self.background.wire.world.token
        with log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "bot", "run", "--config", "broadsheet.yaml"],
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DISCORD_TOKEN": token},
                stdout=output,
                stderr=output,
            )

    def kill(self) -> None:
        """End the program with SIGKILL, in the midst of whatever it does."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def stop(self) -> int:
        """Ask the program with SIGTERM to end; return its exit code."""
        # Until it says something, a signal just kills it: it has not begun yet.
        assert self.wait(lambda _: len(self.log) > self._said), "not a word"
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def wait(
        self, met: Callable[[Wire], bool], within: float = PATIENCE, *, may_end: bool = False
    ) -> bool:
        """Look at the stand-in until `met`; False if it never was within so many seconds.

        The program has to live meanwhile, unless it may end: then its end ends the wait.
        """
        end = time.monotonic() + within
        while not self.background.call(met):
            if self.ended(LOOK_EVERY):
                if may_end:
                    return False
                raise AssertionError(f"ended with {self.process.returncode}:\n{self.log}")
            if time.monotonic() > end:
                return False
        return True

    def ended(self, within: float) -> bool:
        """Tell whether the program ends within so many seconds."""
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            return False
        return True

    def refused(self) -> str:
        """Start one more process, which ends because it cannot begin; return its only line."""
        log = self.folder / "second"
        second = self.spawn(log)
        try:
            assert second.wait(PATIENCE) == 2
        finally:
            second.kill()
        (line,) = log.read_text("utf-8").splitlines()
        return line

    def leap(self, ahead: timedelta) -> None:
        """Let Discord's clock, by which the program goes too, leap ahead."""

        def later(wire: Wire) -> None:
            before = wire.clock
            wire.clock = lambda: before() + ahead

        self.background.call(later)

    def wait_until_looked(self, met: Callable[[Wire], bool], within: float) -> bool:
        """Wait until `met`, if need be until nothing is of unknown fate any more."""
        if self.wait(met, within):
            return True
        self.leap(LAST_WORD)
        return self.wait(met, 2 * within)

    def wait_until_complete(self, within: float = PATIENCE) -> bool:
        """Wait until every article and every discussion is in every channel."""
        return self.wait(lambda _: all(each.complete for each in self.tally().values()), within)

    def finish(self, within: float = PATIENCE) -> dict[str, Tally]:
        """Wait until all is there, stop in order, and return what is where then.

        What the program was about to send twice, it has sent when it ends.
        """
        self.wait_until_complete(within)
        code = self.stop()
        assert code == 0, self.log
        return self.background.call(lambda _: self.tally())

    def tally(self) -> dict[str, Tally]:
        """Count what is in each channel; to be called where the stand-in is, or at its end."""
        world = self.background.wire.world
        return tallies(world, self.channels, self.wanted, self.articles)

    def fates(self) -> Counter[str]:
        """Return how many posts have which fate in the program's database."""
        return fates(self.folder)

    def on_their_way(self) -> frozenset[tuple[int, int]]:
        """Return the channel and the part of each post of which the program knows no end yet."""
        query = "SELECT channel_id, part FROM post WHERE fate IN ('sending', 'unknown')"
        return frozenset(rows(self.folder, query))


Building = Callable[..., AbstractContextManager[Rig]]


def rows(folder: Path, query: str) -> list[Any]:
    """Return what a query finds in the database in `folder`, whoever uses it."""
    with closing(sqlite3.connect(folder / DATABASE, timeout=5)) as database:
        return database.execute(query).fetchall()


def fates(folder: Path) -> Counter[str]:
    """Return how many posts have which fate in the database in `folder`."""
    return Counter(fate for (fate,) in rows(folder, "SELECT fate FROM post"))


def posts(world: World, channel: Channel) -> list[Message]:
    """Return what is posted in a channel or in its discussions, which are a forum's posts."""
    inside = [each for thread in world.threads_of(channel) for each in thread.messages.values()]
    own = channel.messages.values() if channel.kind is not ChannelKind.FORUM else ()
    return [*own, *(each for each in inside if each.embeds and not begins(each))]


def begins(message: Message) -> bool:
    """Tell whether a message is the one that begins a discussion."""
    return f"{KIND}:{RELATED}:" in str(message.components)


def tallies(
    world: World,
    channels: Mapping[str, Channel],
    wanted: Mapping[str, Wanted],
    articles: tuple[str, ...],
) -> dict[str, Tally]:
    """Count what is in each channel."""
    return {
        name: _counted(posts(world, channel), articles, wanted[name].discuss)
        for name, channel in channels.items()
    }


def _counted(found: Sequence[Message], articles: tuple[str, ...], discuss: bool) -> Tally:
    there = Counter(url for each in found for url in addresses(each))
    discussed = {url for each in found if _is_discussed(each) for url in addresses(each)}
    return Tally(
        lost=tuple(url for url in articles if not there[url]),
        repeated=tuple(url for url in articles if there[url] > 1),
        undiscussed=tuple(url for url in articles if discuss and url not in discussed),
        strange=there.total() - sum(there[url] for url in articles),
    )


def addresses(message: Message) -> list[str]:
    """Return the addresses of articles in a message: those of its embeds, and of its list."""
    urls = [embed["url"] for embed in message.embeds if embed.get("url")]
    texts = (embed.get("description") or "" for embed in message.embeds)
    return urls + [url for text in texts for url in LINK.findall(text) if url.startswith(SITE)]


def _is_discussed(message: Message) -> bool:
    """Tell whether a message has a thread or is in one, or goes on with a digest that has it."""
    inside = message.thread is not None or isinstance(message.place, Thread)
    return inside or message.content.startswith(DIGEST_CONTINUED)


@contextmanager
def build(
    folder: Path,
    wanted: Sequence[Wanted],
    *,
    articles: int,
    faults: FaultPlan | None = None,
    reports: bool = False,
) -> Iterator[Rig]:
    """Write everything and serve it until the block ends; the program is not started yet.

    The stand-in has no rate limits here: they would make the proof long, not better.
    """
    world = World(datetime.now(UTC))
    channels = furnished(world, wanted)
    with in_background(world, limits=Limits({}, None), faults=faults) as background:
        named = {each.name: each for each in wanted}
        rig = Rig(folder, background, (), named, channels, reports)
        rig.write(articles)
        written = configuration(Path(), wanted, channels, background.wire.api_url)
        (folder / "broadsheet.yaml").write_text(json.dumps(written), "utf-8")
        try:
            yield rig
        finally:
            if rig._process is not None:
                rig.kill()
