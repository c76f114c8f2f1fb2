"""Sessions: what the gateway remembers of a client, beyond the life of one connection."""

import asyncio
import importlib
import json
import secrets
import zlib
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.wire.records import Json

REPLAYED = 1000  # events kept for a resume

Encoder = Callable[[str], str | bytes]


def plain(text: str) -> str:
    """Encode nothing."""
    return text


def zlib_stream() -> Encoder:
    """Return the encoder of one connection: one zlib context, flushed after each message."""
    context = zlib.compressobj()
    return lambda text: context.compress(text.encode()) + context.flush(zlib.Z_SYNC_FLUSH)


def zstd_stream() -> Encoder:
    """Return the encoder of one connection: one Zstandard frame, flushed after each message.

    discord.py asks for it where it finds a decoder, which is then here too: on Python 3.14 in the
    standard library, before that the package `zstandard`.
    """
    try:
        modern = importlib.import_module("compression.zstd").ZstdCompressor()
    except ModuleNotFoundError:
        package = importlib.import_module("zstandard")
        older = package.ZstdCompressor().compressobj()
        flush = package.COMPRESSOBJ_FLUSH_BLOCK
        return lambda text: older.compress(text.encode()) + older.flush(flush)
    return lambda text: modern.compress(text.encode(), mode=modern.FLUSH_BLOCK)


ENCODERS: dict[str, Callable[[], Encoder]] = {
    "": lambda: plain,
    "zlib-stream": zlib_stream,
    "zstd-stream": zstd_stream,
}  # by the `compress` of the websocket's URL


@dataclass(slots=True, eq=False)
class Connection:
    """One websocket; what is sent is queued, so that events keep their order."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport
    encode: Encoder
    queue: asyncio.Queue[Json | int] = field(default_factory=asyncio.Queue)
    closing: bool = False

    def send(self, op: int, data: Any = None) -> None:
        """Queue one message that is not an event."""
        self.queue.put_nowait({"op": op, "d": data, "s": None, "t": None})

    def send_event(self, seq: int, name: str, data: Json) -> None:
        """Queue one event."""
        self.queue.put_nowait({"op": 0, "d": data, "s": seq, "t": name})

    def close(self, code: int) -> None:
        """Close with a close code, once everything queued has left."""
        self.closing = True
        self.queue.put_nowait(code)

    async def write(self) -> None:
        """Send what is queued until the connection is gone."""
        with suppress(ConnectionError):
            while not isinstance(frame := await self.queue.get(), int):
                encoded = self.encode(json.dumps(frame))
                if isinstance(encoded, str):
                    await self.socket.send_str(encoded)
                else:
                    await self.socket.send_bytes(encoded)
            await self.socket.close(code=frame)

    def drop(self) -> None:
        """Cut the connection without a close frame."""
        self.transport.abort()


@dataclass(slots=True, eq=False)
class Session:
    """One IDENTIFY and all that follows; without connection its events wait for a resume."""

    intents: int
    connection: Connection | None
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    seq: int = 0
    sent: deque[tuple[int, str, Json]] = field(default_factory=lambda: deque(maxlen=REPLAYED))

    def dispatch(self, name: str, data: Json) -> None:
        """Send one event, or keep it for the resume."""
        self.seq += 1
        self.sent.append((self.seq, name, data))
        if self.connection is not None:
            self.connection.send_event(self.seq, name, data)

    def can_resume(self, seq: int) -> bool:
        """Tell whether everything after `seq` is still known."""
        return seq <= self.seq and (not self.sent or self.sent[0][0] <= seq + 1)

    def replay(self, connection: Connection, seq: int) -> None:
        """Go on over a new connection with everything after `seq`."""
        self.connection = connection
        for number, name, data in self.sent:
            if number > seq:
                connection.send_event(number, name, data)
        self.dispatch("RESUMED", {})
