"""Account routes: who the bot is, where the gateway is, what it may do in its guilds."""

from tests.wire import commands, payloads, threads
from tests.wire.api_errors import ApiError
from tests.wire.records import Channel, ChannelKind, Json
from tests.wire.routes import Call, Route

IDENTIFIES_A_DAY = 1000
DAY_IN_MILLISECONDS = 86_400_000


def me(call: Call) -> Json:
    """Return the bot's user."""
    return payloads.user(call.world.bot)


def application(call: Call) -> Json:
    """Return the bot's application."""
    bot = call.world.bot
    return {
        "id": str(bot.id),
        "name": bot.name,
        "icon": None,
        "description": "",
        "bot_public": False,
        "bot_require_code_grant": False,
        "owner": {**payloads.user(bot), "id": "1", "username": "owner", "bot": False},
        "verify_key": "0" * 64,
        "team": None,
        "flags": 0,
        "approximate_guild_count": len(call.world.guilds),
    }


def gateway(call: Call) -> Json:
    """Return where the websocket is."""
    return {"url": call.gateway_url}


def gateway_bot(call: Call) -> Json:
    """Return where the websocket is, and how many sessions may still be started today."""
    start = {
        "total": IDENTIFIES_A_DAY,
        "remaining": call.identifies_left,
        "reset_after": DAY_IN_MILLISECONDS,
        "max_concurrency": 1,
    }
    return {"url": call.gateway_url, "shards": 1, "session_start_limit": start}


def open_dm(call: Call) -> Json:
    """Open the direct channel to a person, the same one every time."""
    world = call.world
    person = world.users.get(int(call.json.get("recipient_id", 0)))
    if person is None:
        raise ApiError(10013)
    for channel in world.channels.values():
        if channel.recipient is person:
            return payloads.channel(channel)
    made = Channel(world.snowflakes.mint(call.now), person.name, None, ChannelKind.DM)
    made.recipient = person
    world.channels[made.id] = made
    return payloads.channel(made)


def guilds(call: Call) -> list[Json]:
    """Return the bot's guilds."""
    return [
        {"id": str(each.id), "name": each.name, "owner": False, "permissions": "0", "features": []}
        for each in call.world.guilds.values()
    ]


def guild(call: Call) -> Json:
    """Return a guild."""
    return call.world.guild_payload(call.world.guild(call.id("guild_id")))


def guild_channels(call: Call) -> list[Json]:
    """Return a guild's channels, those the bot may not see included; threads are not."""
    one = call.world.guild(call.id("guild_id"))
    return [payloads.channel(each) for each in call.world.channels.values() if each.guild is one]


def guild_roles(call: Call) -> list[Json]:
    """Return a guild's roles."""
    return [payloads.role(each) for each in call.world.guild(call.id("guild_id")).roles.values()]


def guild_member(call: Call) -> Json:
    """Return a member, the bot included."""
    one = call.world.guild(call.id("guild_id"))
    user_id = call.id("user_id")
    if user_id == one.bot.id:
        return payloads.member(one, one.bot)
    if user_id not in one.members:
        raise ApiError(10007)
    return payloads.member(one, one.members[user_id].user)


def active_threads(call: Call) -> Json:
    """Return the active threads of a guild."""
    found = threads.active(call.world, call.world.guild(call.id("guild_id")))
    return threads.listed(call.world, found)


def list_commands(call: Call) -> list[Json]:
    """Return the commands of a guild, or the global ones."""
    return commands.listed(call.world, _scope(call))


def put_commands(call: Call) -> list[Json]:
    """Replace the commands of a guild, or the global ones."""
    return commands.overwrite(call.world, _scope(call), call.body or [], call.now)


def _scope(call: Call) -> int | None:
    return call.world.guild(call.id("guild_id")).id if "guild_id" in call.path else None


APPLICATION = "/applications/{application_id}"

ROUTES = (
    Route("GET", "/users/@me", me),
    Route("GET", "/users/@me/guilds", guilds),
    Route("POST", "/users/@me/channels", open_dm),
    Route("GET", "/oauth2/applications/@me", application),
    Route("GET", "/applications/@me", application),
    Route("GET", APPLICATION, application),
    Route("GET", "/gateway", gateway, open_to_all=True),
    Route("GET", "/gateway/bot", gateway_bot),
    Route("GET", "/guilds/{guild_id}", guild),
    Route("GET", "/guilds/{guild_id}/channels", guild_channels),
    Route("GET", "/guilds/{guild_id}/roles", guild_roles),
    Route("GET", "/guilds/{guild_id}/members/{user_id}", guild_member),
    Route("GET", "/guilds/{guild_id}/threads/active", active_threads),
    Route("GET", APPLICATION + "/commands", list_commands),
    Route("PUT", APPLICATION + "/commands", put_commands),
    Route("GET", APPLICATION + "/guilds/{guild_id}/commands", list_commands),
    Route("PUT", APPLICATION + "/guilds/{guild_id}/commands", put_commands),
)
