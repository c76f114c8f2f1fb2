"""A process that may die at any step that it takes outside itself."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.errors import StoreError
from bot.jobs.outlet import Dispatch
from bot.news.digest import Page
from bot.news.post import Sent
from bot.store.database import Database, Row, Transaction
from tests.jobs.discord_model import DiscordModel


class Died(BaseException):
    """The process is no more; nothing in it may catch this."""


@dataclass(slots=True)
class Mortal:
    """A process's database and outlet in one: each step to either is one at which it may die.

    `steps` are those it has left (None: no end in sight), `writes` the transactions that the disk
    has room for. `meddle` happens once, before the so-manieth question or post from now.
    """

    database: Database
    discord: DiscordModel
    steps: int | None = None
    writes: int | None = None
    meddle: tuple[int, Callable[[], Awaitable[object]]] | None = None

    @property
    def dead(self) -> bool:
        """Whether the process is no more."""
        return self.steps is not None and self.steps < 0

    def step(self) -> None:
        """Live on, or not."""
        if self.steps is not None:
            self.steps -= 1
        if self.dead:
            raise Died

    async def read(self, sql: str, parameters: Any = ()) -> list[Row]:
        """Read from the real database."""
        await self._meddled()
        self.step()
        rows = await self.database.read(sql, parameters)
        self.step()
        return rows

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Write to the real database; death before the commit undoes it, death after does not."""
        self.step()
        async with self.database.transaction() as transaction:
            self.step()
            yield transaction
            self._take_room()
            self.step()
        self.step()

    async def takes_nonces(self, channel_id: int) -> bool:
        """Whether a channel is no forum."""
        return await self.discord.takes_nonces(channel_id)

    async def send(self, dispatch: Dispatch) -> Sent | None:
        """Send, and die before it arrives, or before the answer does."""
        await self._meddled()
        self.step()
        try:
            return await self.discord.send(dispatch)
        finally:
            self.step()

    async def find(self, dispatch: Dispatch) -> Sent | None:
        """Look."""
        self.step()
        return await self.discord.find(dispatch)

    async def server_of(self, channel_id: int) -> int:
        """Ask for the server of a channel."""
        self.step()
        return await self.discord.server_of(channel_id)

    def holds(self, page: Page) -> int:
        """How many stories a message has room for."""
        return self.discord.holds(page)

    async def discuss(self, dispatch: Dispatch, message_id: int) -> int:
        """Open a thread, and die before or after."""
        self.step()
        try:
            return await self.discord.discuss(dispatch, message_id)
        finally:
            self.step()

    async def _meddled(self) -> None:
        if self.meddle is None:
            return
        left, happen = self.meddle
        self.meddle = (left - 1, happen) if left else None
        if not left:
            await happen()

    def _take_room(self) -> None:
        if self.writes is not None:
            if self.writes == 0:
                raise StoreError("database or disk is full")
            self.writes -= 1
