"""`python -m benchmarks.peers before|after`: a plain loop of `channel.send`, to compare with.

As most bots that post news have it: discord.py as it comes, no nonce, what was sent is a line in a
text file, written before the send or after it. What fails is logged, and the loop goes on. Reads
`job.json` in the working directory and the token from DISCORD_TOKEN; runs until it is killed.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

PASSED = "went through all of it"  # printed after each pass
_PAUSE = 1.0  # seconds between two passes
_RECORD = Path("sent.txt")


class PlainLoop(discord.Client):
    """Posts every address into every channel, once it is ready, over and over."""

    def __init__(self, first: bool, channels: list[int], addresses: list[str]) -> None:
        # Ready at once: the two seconds that discord.py waits for more guilds are no part of this.
        super().__init__(intents=discord.Intents(guilds=True), guild_ready_timeout=0.01)
        self.first = first
        self.work = [(channel, address) for address in addresses for channel in channels]
        self.sent = set(_RECORD.read_text().splitlines()) if _RECORD.exists() else set[str]()

    async def on_ready(self) -> None:
        """Go through all of it, again and again."""
        while True:
            for channel, address in self.work:
                try:
                    await self.post(channel, address)
                except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
                    print("failed", channel, address, repr(error), flush=True)
            print(PASSED, flush=True)
            await asyncio.sleep(_PAUSE)

    async def post(self, channel_id: int, address: str) -> None:
        """Post one address into one channel, unless the record says that it is there."""
        line = f"{channel_id} {address}"
        if line in self.sent:
            return
        channel = self.get_channel(channel_id)
        assert isinstance(channel, discord.TextChannel)
        if self.first:
            self.record(line)
        await channel.send(embed=discord.Embed(title=address, url=address))
        if not self.first:
            self.record(line)

    def record(self, line: str) -> None:
        """Write down, for later processes too, that this was sent."""
        with _RECORD.open("a") as file:
            file.write(line + "\n")
        self.sent.add(line)


def main() -> None:
    """Run the loop; the record is written first if the argument is `before`."""
    job = json.loads(Path("job.json").read_text())
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = job["api_url"], yarl.URL(job["gateway_url"])
    loop = PlainLoop(sys.argv[1] == "before", job["channels"], job["addresses"])
    loop.run(os.environ["DISCORD_TOKEN"], log_handler=None)


if __name__ == "__main__":
    main()
