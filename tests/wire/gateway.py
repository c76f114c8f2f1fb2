"""The gateway: the websocket that tells the bot what happens, and the ways it can fail."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiohttp import WSMsgType, web

from tests.wire import payloads
from tests.wire.records import Event, Json
from tests.wire.sessions import ENCODERS, Connection, Session
from tests.wire.world import World

HEARTBEAT, IDENTIFY, RESUME = 1, 2, 6
RECONNECT, INVALID_SESSION, HELLO, ACK = 7, 9, 10, 11
GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 0, 1 << 9, 1 << 12
GUILD_MESSAGE_REACTIONS = 1 << 10
MESSAGE_CONTENT = 1 << 15
PRIVILEGED = 1 << 1 | 1 << 8 | MESSAGE_CONTENT  # members, presences, message content
AUTHENTICATION_FAILED, DISALLOWED_INTENTS = 4004, 4014
SESSIONS_KEPT = 8
CLOSE_PATIENCE = 1.0  # seconds for the client to answer a close frame


class Gateway:
    """Serves the websocket and counts what clients do there.

    `refusing` turns connections away with a 503, `silent` accepts them and never says HELLO,
    `acking` off leaves heartbeats without an answer.
    """

    def __init__(self, world: World, heartbeat_interval: float = 41.25) -> None:
        """Serve `world`; the interval is in seconds."""
        self.world = world
        self.url = ""
        self.heartbeat_interval = heartbeat_interval
        self.refusing = self.silent = False
        self.acking = True
        self.connects = self.identifies = self.resumes = self.heartbeats = self.readies = 0
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()
        self._progress = asyncio.Condition()

    # What a test reads and does.

    @property
    def connected(self) -> int:
        """How many websockets are open."""
        return len(self._connections)

    @property
    def served(self) -> int:
        """How many sessions have a websocket that is open."""
        return len(self._served())

    async def ready(self, count: int = 1, within: float = 10.0) -> None:
        """Wait until READY was sent `count` times in all; TimeoutError after `within` seconds."""
        await self._until(lambda: self.readies >= count, within)

    async def resumed(self, count: int = 1, within: float = 10.0) -> None:
        """Wait until sessions were resumed `count` times in all, likewise."""
        await self._until(lambda: self.resumes >= count, within)

    async def beaten(self, count: int = 1, within: float = 10.0) -> None:
        """Wait until `count` heartbeats came in all, likewise."""
        await self._until(lambda: self.heartbeats >= count, within)

    def drop(self) -> None:
        """Cut every connection without a close frame; sessions can be resumed."""
        for connection in tuple(self._connections):
            connection.drop()

    def close(self, code: int = 4000) -> None:
        """Close every connection with a close code."""
        for connection in self._connections:
            connection.close(code)

    def reconnect(self) -> None:
        """Ask every client to reconnect and resume (op 7)."""
        for connection in self._connections:
            connection.send(RECONNECT)

    def request_heartbeats(self) -> None:
        """Ask every client that has a session for a heartbeat at once (op 1)."""
        for connection in self._served():
            connection.send(HEARTBEAT)

    def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every client that its session is invalid (op 9), and forget it unless resumable."""
        for connection in self._served():
            connection.send(INVALID_SESSION, resumable)
        if not resumable:
            self.forget()

    def forget(self) -> None:
        """Lose every session: a resume will be answered with op 9."""
        self._sessions.clear()

    @asynccontextmanager
    async def flapping(self, every: float) -> AsyncIterator[None]:
        """Cut all connections every so many seconds inside the `async with`."""
        task = asyncio.create_task(self._flap(every))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def dispatch(self, event: Event) -> None:
        """Tell every session whose intents and permissions let it know of `event`."""
        if event.place is not None and not self.world.permissions(event.place):
            return
        private = event.place is not None and event.place.guild is None
        for session in self._sessions.values():
            if _wants(session.intents, event.name, private):
                session.dispatch(event.name, event.data)

    # The protocol.

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one websocket."""
        if self.refusing:
            return web.Response(status=503)
        self.connects += 1
        socket = web.WebSocketResponse(timeout=CLOSE_PATIENCE)
        await socket.prepare(request)
        assert request.transport is not None
        encode = ENCODERS[request.query.get("compress", "")]()
        connection = Connection(socket, request.transport, encode)
        self._connections.add(connection)
        writer = asyncio.create_task(connection.write())
        try:
            await self._converse(connection)
        finally:
            writer.cancel()
            self._leave(connection)
        return socket

    async def _converse(self, connection: Connection) -> None:
        if not self.silent:
            connection.send(HELLO, {"heartbeat_interval": int(self.heartbeat_interval * 1000)})
        async for message in connection.socket:
            if message.type is WSMsgType.TEXT:
                await self._take(connection, json.loads(message.data))

    async def _take(self, connection: Connection, frame: Json) -> None:
        data = frame.get("d")
        if frame["op"] == HEARTBEAT:
            self.heartbeats += 1
            await self._tell_progress()
            if self.acking:
                connection.send(ACK)
        elif frame["op"] == IDENTIFY:
            await self._identify(connection, data)
        elif frame["op"] == RESUME:
            await self._resume(connection, data)

    async def _identify(self, connection: Connection, data: Any) -> None:
        self.identifies += 1
        if data["token"] != self.world.token:
            connection.close(AUTHENTICATION_FAILED)
            return
        granted = MESSAGE_CONTENT if self.world.rules.message_content else 0
        if data["intents"] & PRIVILEGED & ~granted:
            connection.close(DISALLOWED_INTENTS)
            return
        session = Session(data["intents"], connection)
        self._sessions[session.id] = session
        while len(self._sessions) > SESSIONS_KEPT:
            self._sessions.pop(next(iter(self._sessions)))
        self._greet(session, data.get("shard") or [0, 1])
        self.readies += 1
        await self._tell_progress()

    def _greet(self, session: Session, shard: list[int]) -> None:
        """Send READY with unavailable guilds, then each guild in full."""
        guilds = list(self.world.guilds.values())
        bot = self.world.bot
        ready = {
            "v": 10,
            "user": payloads.user(bot),
            "guilds": [{"id": str(each.id), "unavailable": True} for each in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": shard,
            "application": {"id": str(bot.id), "flags": 0},
        }
        session.dispatch("READY", ready)
        if session.intents & GUILDS:
            for each in guilds:
                session.dispatch("GUILD_CREATE", self.world.guild_payload(each, full=True))

    async def _resume(self, connection: Connection, data: Any) -> None:
        if data["token"] != self.world.token:
            connection.close(AUTHENTICATION_FAILED)
            return
        session = self._sessions.get(data["session_id"] or "")
        if session is None or not session.can_resume(data["seq"] or 0):
            connection.send(INVALID_SESSION, False)
            return
        self.resumes += 1
        session.replay(connection, data["seq"] or 0)
        await self._tell_progress()

    def _leave(self, connection: Connection) -> None:
        """Part a lost connection from its session; a client's 1000 or 1001 ends the session."""
        self._connections.discard(connection)
        over = not connection.closing and connection.socket.close_code in (1000, 1001)
        for session in tuple(self._sessions.values()):
            if session.connection is connection:
                session.connection = None
                if over:
                    del self._sessions[session.id]

    def _served(self) -> list[Connection]:
        """Return the websockets over which a session runs."""
        return [each.connection for each in self._sessions.values() if each.connection is not None]

    async def _until(self, come: Callable[[], bool], within: float) -> None:
        async with asyncio.timeout(within), self._progress:
            await self._progress.wait_for(come)

    async def _tell_progress(self) -> None:
        async with self._progress:
            self._progress.notify_all()

    async def _flap(self, every: float) -> None:
        while True:
            await asyncio.sleep(every)
            self.drop()


def _wants(intents: int, name: str, private: bool) -> bool:
    """Tell whether a client with these intents gets the event; interactions need none."""
    if name.startswith("INTERACTION"):
        return True
    if name.startswith("MESSAGE_REACTION"):
        return bool(intents & GUILD_MESSAGE_REACTIONS)
    if name.startswith("MESSAGE"):
        return bool(intents & (DIRECT_MESSAGES if private else GUILD_MESSAGES))
    return bool(intents & GUILDS)
