"""The way to Discord: where it is, logging in, and staying connected."""

from __future__ import annotations

import asyncio
import logging
import random

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.chat.link.identify import TooManyConnections
from bot.chat.link.traffic import call, traced
from bot.chat.link.trouble import TOKEN_REFUSED
from bot.errors import ChannelClosed, FateUnknown, LoginError, OutletError

log = logging.getLogger(__name__)

_NETWORK = (aiohttp.ClientError, OSError)  # TimeoutError is an OSError
# Discord resets the token of a bot that identifies 1,000 times in a day: once in 86.4 s.
_PAUSE = (90.0, 300.0)
_TOKEN_REFUSED, _INTENTS_REFUSED = 4004, 4014
_SERVER_ERROR = 500
_TOO_MANY = 429


def use_address(api_url: str) -> None:
    """Talk to the API at `api_url`; discord.py keeps its address in its classes."""
    Route.BASE = api_url.rstrip("/")


def visitor() -> discord.Client:
    """Return a client that only looks around: no commands, no gateway."""
    return discord.Client(intents=discord.Intents(guilds=True), http_trace=traced())


async def log_in(client: discord.Client, token: str, api_url: str) -> None:
    """Log in; after a FateUnknown it may be called again.

    Raises LoginError that tells whether the token or the address is to be mended, FateUnknown if
    there is no answer.
    """
    token = token.strip()
    if any(character.isspace() or not character.isprintable() for character in token):
        raise LoginError("DISCORD_TOKEN holds a space or line break: copy the token alone")
    if not token:
        raise LoginError("DISCORD_TOKEN is not set: put the bot's token into that variable")
    try:
        async with call(api_url):
            await _try(client, token, api_url)
    except (ChannelClosed, FateUnknown) as error:
        # The next login opens its own session.
        await client.http.close()
        client.http.connector = discord.utils.MISSING
        raise FateUnknown(str(error), wait=error.wait) from error


async def _try(client: discord.Client, token: str, api_url: str) -> None:
    try:
        await client.login(token)
    except discord.LoginFailure:
        raise LoginError(
            "Discord does not accept DISCORD_TOKEN: copy the token anew from the Developer Portal"
        ) from None
    except discord.HTTPException as error:
        if error.status >= _SERVER_ERROR or error.status == _TOO_MANY:
            raise
        raise LoginError(f"{api_url} answered {error.status}: is it Discord's API?") from error
    except (TypeError, KeyError, ValueError) as error:  # an answer, but not one of Discord's
        raise LoginError(f"{api_url} does not answer as Discord does: is it its API?") from error
    except _NETWORK as error:
        raise FateUnknown(f"{api_url} cannot be reached ({type(error).__name__})") from error


async def stay_connected(client: discord.Client, gateway_url: str | None) -> None:
    """Keep the gateway connection up until the client is closed.

    Raises LoginError if Discord turns the bot away for good. While the gateway is down, posts go
    on: they need the API alone.
    """
    while not client.is_closed():
        try:
            address = gateway_url or await _gateway(client)
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(address)
            await client.connect()
        except TooManyConnections as error:  # discord.py gives a hook no time for such a pause
            log.warning("gateway down error=%s", error)
            await asyncio.sleep(error.wait.total_seconds())
        except discord.PrivilegedIntentsRequired:
            raise LoginError(f"Discord closed the gateway with {_INTENTS_REFUSED}") from None
        except discord.ConnectionClosed as error:
            if error.code == _TOKEN_REFUSED:
                raise LoginError(TOKEN_REFUSED) from error
            raise LoginError(f"Discord closed the gateway with {error.code}") from error
        except OutletError as error:
            await _pause(str(error), error.wait.total_seconds())
        # AttributeError: what discord.py 2.7 raises when its very first connection fails.
        except (discord.HTTPException, AttributeError, *_NETWORK) as error:
            await _pause(type(error).__name__)


async def _pause(error: str, asked: float = 0.0) -> None:
    pause = max(random.uniform(*_PAUSE), asked)
    log.warning("gateway down error=%s retry_in=%ds", error, pause)
    await asyncio.sleep(pause)


async def _gateway(client: discord.Client) -> str:
    async with call("gateway"):
        try:
            return (await client.http.get_bot_gateway())[1]
        except (TypeError, KeyError) as error:  # an answer, but not one of Discord's
            raise FateUnknown("gateway: that is no answer of Discord's") from error
