"""`python -m tests.wire`: the stand-in as a process.

Prints one line of JSON when it serves (addresses, token, ids of guilds and channels) and one with
its counts when SIGTERM or SIGINT ends it.
"""

import argparse
import asyncio
import json
import signal
import sys
from datetime import UTC, datetime

from tests.wire.limits import MESSAGES, Limits, Quota
from tests.wire.records import ChannelKind, Json
from tests.wire.server import Wire, serve
from tests.wire.world import World

KINDS = {
    "text": ChannelKind.TEXT,
    "announcement": ChannelKind.ANNOUNCEMENT,
    "forum": ChannelKind.FORUM,
    "media": ChannelKind.MEDIA,
}


def options() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.wire", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--token", default="wire-token")
    parser.add_argument("--guilds", type=int, default=1)
    for kind in KINDS:
        default = 3 if kind == "text" else 1
        parser.add_argument(f"--{kind}", type=int, default=default, help="channels per guild")
    parser.add_argument("--messages", type=int, default=5, help="per channel and --window")
    parser.add_argument("--window", type=float, default=5.0, help="seconds")
    parser.add_argument("--overall", type=int, default=50, help="requests a second")
    return parser.parse_args()


def furnished(wanted: argparse.Namespace) -> World:
    """Return a world with the guilds and channels asked for."""
    world = World(datetime.now(UTC), token=wanted.token)
    for number in range(wanted.guilds):
        guild = world.add_guild(f"Guild {number + 1}")
        for name, kind in KINDS.items():
            tags = ("News",) if kind in (ChannelKind.FORUM, ChannelKind.MEDIA) else ()
            for count in range(getattr(wanted, name)):
                world.add_channel(guild, f"{name}-{count + 1}", kind, tags=tags)
    return world


def address(wire: Wire) -> Json:
    """Return what a bot has to know, ids as strings as everywhere in the API."""
    return {
        "api_url": wire.api_url,
        "gateway_url": wire.gateway.url,
        "token": wire.world.token,
        "guilds": [str(guild_id) for guild_id in wire.world.guilds],
        "channels": {channel.name: str(channel.id) for channel in wire.world.channels.values()},
    }


def say(line: Json) -> None:
    """Print one line of JSON at once."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


async def run(wanted: argparse.Namespace) -> None:
    """Serve until a signal comes."""
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    quotas = {MESSAGES: Quota(wanted.messages, wanted.window)}
    limits = Limits(quotas, Quota(wanted.overall, 1.0))
    async with serve(furnished(wanted), limits=limits, port=wanted.port) as wire:
        say(address(wire))
        await over.wait()
        say(wire.statistics())


if __name__ == "__main__":
    asyncio.run(run(options()))
