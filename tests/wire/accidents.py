"""Accidents: how a fault looks on the wire."""

import asyncio
import json
import socket
import struct
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tests.wire.api_errors import STATUS_AND_TEXT
from tests.wire.faults import Fault
from tests.wire.limits import too_many

NO_LINGER = struct.pack("ii", 1, 0)


async def strike(
    fault: Fault, request: web.Request, closing: asyncio.Event
) -> web.StreamResponse | None:
    """Let `fault` befall a request whose body was read; None lets the request go on."""
    if fault.kind == "delay":
        await _pause(closing, fault.seconds)
        return None
    if fault.kind == "status":
        return _status(fault)
    if fault.kind == "hang":
        await _pause(closing, fault.seconds or None)
    _cut(request, abruptly=fault.kind == "reset")
    return web.Response(status=500)  # the connection is gone, nobody reads this


def answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return a response as Discord sends it.

    discord.py reads a body as JSON only if the content type is exactly `application/json`.
    """
    if body is None:
        return web.Response(status=204, headers=headers)
    encoded = json.dumps(body).encode()
    return web.Response(
        status=status, body=encoded, content_type="application/json", headers=headers
    )


def _status(fault: Fault) -> web.Response:
    if fault.status == 429:
        headers, told = too_many(fault.seconds, fault.scope)
        if not fault.via:
            del headers["Via"]
        return answer(429, told, headers)
    if fault.code is None:
        text = f"<html><body>{fault.status} cloudflare</body></html>"
        return web.Response(status=fault.status, text=text, content_type="text/html")
    message = STATUS_AND_TEXT.get(fault.code, (0, "Error"))[1]
    return answer(fault.status, {"message": message, "code": fault.code})


def _cut(request: web.Request, *, abruptly: bool) -> None:
    """Close the connection: in order (FIN), or abruptly (RST, by lingering for no time)."""
    transport = request.transport
    if transport is None:
        return  # the client was quicker
    if not abruptly:
        transport.close()
        return
    if (raw := transport.get_extra_info("socket")) is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    transport.abort()


async def _pause(closing: asyncio.Event, seconds: float | None) -> None:
    """Wait so many seconds, None for ever, or until the stand-in closes."""
    try:
        async with asyncio.timeout(seconds):
            await closing.wait()
    except TimeoutError:
        return
