"""A small bot, and a browser without a screen, to try the playground with."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
import discord
from discord import app_commands

URL = "https://example.org/harbour.jpg"


class Press(discord.ui.View):
    """One button that outlives restarts."""

    def __init__(self):
        super().__init__(timeout=None)

    @discord.ui.button(label="Useful", custom_id="useful")
    async def useful(self, interaction, button):
        await interaction.response.send_message("Noted.", ephemeral=True)


class Paper(discord.Client):
    """Posts on demand; answers one command and one button."""

    def __init__(self, channels: Mapping[str, int]):
        super().__init__(intents=discord.Intents.default())
        self.channels = channels
        self.gave_up = False
        self.tree = app_commands.CommandTree(self)

        @self.tree.command(description="What is new")
        async def news(interaction: discord.Interaction):
            await interaction.response.send_message("Nothing new.", ephemeral=True)

    async def setup_hook(self):
        await self.tree.sync()
        self.add_view(Press())

    async def on_message(self, message: discord.Message):
        """A post called "Wait" keeps the paper busy, for a minute at most."""
        if message.embeds and message.embeds[0].title == "Wait":
            try:
                async with asyncio.timeout(60):
                    await asyncio.Event().wait()
            except TimeoutError:
                self.gave_up = True

    async def post(self, channel: str, title: str, picture: str = URL) -> discord.Message:
        embed = discord.Embed(title=title, description="It landed.").set_image(url=picture)
        target = self.get_channel(self.channels[channel])
        return await target.send(embed=embed, view=Press())


class Desk:
    """The bot of a paper; opens it as the playground asks, and notes what happened when."""

    def __init__(self):
        self.client: Paper | None = None
        self.events: list[str] = []
        self.at_work = asyncio.Event()

    @asynccontextmanager
    async def open(self, channels: Mapping[str, int]) -> AsyncIterator["Desk"]:
        self.client = Paper(channels)
        self.events.append("opened")
        yield self
        self.events.append("closed" if self.client.is_closed() else "left open")

    @asynccontextmanager
    async def working(self):
        self.events.append("working" if self.client.is_ready() else "not ready")
        self.at_work.set()
        yield
        self.events.append("idle")


class Browser:
    """One page of a preview, spoken to as its script does."""

    def __init__(self, session: aiohttp.ClientSession, url: str):
        self._session = session
        self.origin, _, self._capability = url.partition("/#")
        self.state: dict = {}
        self._sequence = 0

    async def open(self) -> "Browser":
        self.state = await self._call("POST", "/api/pages", {})
        return self

    async def look(self) -> dict:
        self.state = await self._call("GET", "/api/state")
        return self.state

    async def act(self, kind: str, **fields: object) -> dict:
        """Do something on the page as it was when last looked at."""
        self._sequence += 1
        body = {
            "protocol_version": 3,
            "sequence": self._sequence,
            "request_id": f"r{self._sequence}",
            "generation": self.state["context"]["generation"],
            "bot_generation": self.state["botGeneration"],
            "published_revision": self.state["publishedRevision"],
            "kind": kind,
            **fields,
        }
        return await self._call("POST", "/api/action", body)

    async def picture(self, asset: str) -> str:
        """The kind of file that the page gets for a picture."""
        url = f"{self.origin}/api/assets/{asset}"
        async with self._session.get(url, headers=self._headers()) as answer:
            assert answer.status == 200
            assert (await answer.read()).startswith(b"\xff\xd8")
            return answer.content_type

    def text(self) -> str:
        return str(self.state["messages"])

    def _headers(self) -> dict[str, str]:
        context = {"X-Simcord-Context": self.state["context"]["id"]} if self.state else {}
        return {"X-Simcord-Capability": self._capability, **context}

    async def _call(self, method: str, path: str, body: object = None) -> dict:
        async with self._session.request(
            method, self.origin + path, json=body, headers=self._headers()
        ) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()
