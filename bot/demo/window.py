"""One page in the browser, through SimCord's public interface alone."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol

from simcord import Env, Preview
from tzlocal import get_localzone_name

from bot.demo.server import Community

Assets = Mapping[str, tuple[str, bytes]]


class Pages(Protocol):
    """Browser pages that show the server, and the lock under which SimCord may be used."""

    turn: asyncio.Lock

    async def refresh(self, channels: Iterable[int] | None) -> None:
        """Show the latest state of these channels, or of all; call it within `turn`."""


def look() -> dict[str, Any]:
    """A whole conversation, with its times in the time zone of this machine."""
    try:
        zone = get_localzone_name()
    except LookupError:
        zone = "UTC"
    return {"layout": "channel", "locale": "en-GB", "timezone": zone}


class Window:
    """One channel through the public interface, for a SimCord of another version."""

    def __init__(self, preview: Preview) -> None:
        self.turn = asyncio.Lock()
        self._preview = preview

    async def refresh(self, channels: Iterable[int] | None) -> None:
        """Show the latest state; while a click is under way SimCord refuses, so try again later."""
        await self._preview.refresh()


@asynccontextmanager
async def one_window(
    env: Env, community: Community, assets: Assets, port: int | None
) -> AsyncIterator[tuple[Window, str]]:
    """The page of the second channel alone (the first gets no articles), and its address."""
    async with env.preview(
        community.channels[1],
        viewers=community.members,
        assets=dict(assets),
        port=port,
        **look(),
    ) as preview:
        yield Window(preview), preview.url
