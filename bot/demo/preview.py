# ruff: noqa: SLF001
"""The browser pages of the simulated server, and every private touch of SimCord.

SimCord shows one channel at a time, and a page shows new messages when it is refreshed. The demo
wants many channels at once, all live. What that takes beyond SimCord's public interface is in this
module alone, and done only with the very version it was written against (`VERSION`); with any
other, `window` shows one channel through the public interface.
"""

import asyncio
import io
from collections.abc import Awaitable, Callable, Iterable, Mapping
from importlib.resources import files
from typing import Any

import simcord
from aiohttp import web
from PIL import Image
from simcord import Env, Preview

from bot.demo.server import Community
from bot.demo.window import Assets, look

VERSION = "3.2.1"
OPEN_AT_ONCE = 24

# Lines of our own at the end of two of SimCord's files.
_ADDED = {"/preview.css": "page.css", "/app.js": "page.js"}

Listener = Callable[[str, Mapping[str, Any]], None]


def supported(version: str = simcord.__version__) -> bool:
    """Whether the private parts of this SimCord (of the one installed here) are known."""
    return version == VERSION


def listen(env: Env, listener: Listener) -> None:
    """Hand every gateway event of the simulated Discord to the listener."""
    if not supported():
        return
    env.backend.subscribers.append(listener)


class Windows:
    """One preview for each channel, opened when it is first asked for.

    SimCord refuses two operations at a time, so each click, command and refresh takes its turn.
    """

    def __init__(self, env: Env, community: Community, assets: Assets, overview: str) -> None:
        self.turn = asyncio.Lock()
        self._env = env
        self._community = community
        self._assets = assets
        self._overview = overview
        self._open: dict[int, Preview] = {}

    async def __aenter__(self) -> "Windows":
        return self

    async def __aexit__(self, *_: object) -> None:
        for channel_id in tuple(self._open):
            await self._open.pop(channel_id).close()

    async def address(self, channel_id: int) -> str | None:
        """The address of the page for this channel or thread; None if there is none such."""
        async with self.turn:
            if (preview := self._open.get(channel_id)) is not None and not preview._closed:
                return preview.url
            channel = self._community.channel(channel_id)
            if channel is None:
                return None
            await self._make_room()
            preview = self._env.preview(channel, viewers=self._community.members, **look())
            self._open[channel_id] = await self._prepare(preview).__aenter__()
            self._share()
            return preview.url

    async def refresh(self, channels: Iterable[int] | None) -> None:
        """Show the latest state of these channels, or of all; call it within `turn`."""
        wanted = self._open if channels is None else channels
        for channel_id in tuple(wanted):
            preview = self._open.get(channel_id)
            if preview is not None and not preview._closed:
                _publish(preview)

    def _prepare(self, preview: Preview) -> Preview:
        private: Any = preview
        private._explicit_assets = self._assets
        private._initial_target = _no_target
        private._media_worker = _Trust()
        private._server._SECURITY_HEADERS = self._frameable(private._server._SECURITY_HEADERS)
        private._server._static = _adorned(private._server._static)
        private._action = self._in_turn(private)
        return preview

    def _frameable(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Let the overview, and no other page, show this one inside itself."""
        changed = {name: value for name, value in headers.items() if name != "X-Frame-Options"}
        also = self._overview.replace("127.0.0.1", "localhost")
        changed["Content-Security-Policy"] = headers["Content-Security-Policy"].replace(
            "frame-ancestors 'none'", f"frame-ancestors {self._overview} {also}"
        )
        return changed

    def _in_turn(self, preview: Any) -> Callable[[str | None, Any], Any]:
        act = preview._action

        async def action(context_id: str | None, body: Any) -> Any:
            async with self.turn:
                return await act(context_id, _restamped(preview, context_id, body))

        return action

    def _share(self) -> None:
        private: Any = self._env
        private._preview = _Shared(self._open)

    async def _make_room(self) -> None:
        for channel_id, preview in tuple(self._open.items()):
            if preview._closed or (len(self._open) >= OPEN_AT_ONCE and not _visitors(preview)):
                await self._open.pop(channel_id).close()


def push_clock(env: Env, seconds: float) -> None:
    """Move the simulated clock although the bot is busy with something SimCord cannot see."""
    if supported():
        env.backend.advance_clock(seconds)


def _publish(preview: Any) -> None:
    """Refresh the pages of a preview, without waiting for the bot as SimCord's own refresh does."""
    preview._advance_presentation_time()
    for page in tuple(preview._pages.values()):
        if page is not preview._python:
            preview._publish(page, reason="refresh")


class _Shared:
    """Stands where SimCord keeps its only preview, and lets another one be opened."""

    _closed = True

    def __init__(self, previews: Mapping[int, Preview]) -> None:
        self._previews = previews

    def _mark_action_dispatched(self) -> None:
        for preview in self._previews.values():
            preview._mark_action_dispatched()


def _adorned(serve: Callable[[web.Request], Awaitable[web.Response]]) -> Callable[..., Any]:
    """Serve the files of the page, some with lines of our own at their end."""

    async def static(request: web.Request) -> web.Response:
        response = await serve(request)
        if (name := _ADDED.get(request.path)) is not None:
            added = files("bot.demo").joinpath(name).read_text("utf-8")
            response.text = f"{response.text}\n{added}"
        return response

    return static


def _no_target(viewer: object, channel_id: int) -> None:
    """Nothing to point at: a page opens at its newest message, and stays there."""


class _Trust:
    """Stands in for the process in which SimCord decodes every picture it is given, one by one.

    It protects from hostile pictures, takes half a second for each and refuses a ninth at a time;
    ours are painted here, so their size is all there is to find out.
    """

    async def validate(self, key: str, blob: bytes, *, media_time: float | None = None) -> object:
        from simcord.preview._media import MediaInfo  # this version has it; others need not

        with Image.open(io.BytesIO(blob)) as picture:
            width, height = picture.size
        return MediaInfo("JPEG", width, height, 1, width * height * 3, blob, "image/jpeg")

    def release(self, key: str) -> None:
        """Nothing is kept."""

    async def close(self) -> None:
        """Nothing runs."""


def _visitors(preview: Preview) -> bool:
    return len(preview._pages) > 1  # one page is SimCord's own


def _restamped(preview: Any, context_id: str | None, body: Any) -> Any:
    """The same action, made on what the page will show in a moment.

    A refresh that comes between a page and its reader's click would have the click refused.
    """
    page = preview._pages.get(context_id)
    if page is None or not isinstance(body, Mapping) or "published_revision" not in body:
        return body
    if body.get("sequence") != page.last_sequence + 1:
        return body
    return {**body, "published_revision": page.revision}
