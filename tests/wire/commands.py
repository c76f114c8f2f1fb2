"""Application commands: registering them and finding one by name."""

import re
from datetime import datetime

from tests.wire.api_errors import ApiError, FormErrors
from tests.wire.records import Json
from tests.wire.world import World

CHAT_INPUT = 1
NAME = re.compile(r"^[-_'\w]{1,32}$")
COMMANDS = 100
DESCRIPTION = 100
CHOICES = OPTIONS = 25


def overwrite(world: World, guild_id: int | None, wanted: list[Json], now: datetime) -> list[Json]:
    """Replace all commands of a guild (None: the global ones) and return them with their ids.

    Only names that did not exist count as creates; 200 of them a day and guild, then 30034.
    """
    check(wanted)
    existing = world.commands.get(guild_id, {})
    fresh = [each["name"] for each in wanted if each["name"] not in existing]
    made = world.created_commands.setdefault(guild_id, [])
    made[:] = [moment for moment in made if (now - moment).days < 1]
    if len(made) + len(fresh) > world.rules.daily_command_creates:
        raise ApiError(30034)
    made += [now] * len(fresh)
    version = str(world.snowflakes.mint(now))
    world.commands[guild_id] = {
        each["name"]: {
            "description": "",  # what Discord says of those in a menu
            **each,
            "id": existing.get(each["name"], {}).get("id") or str(world.snowflakes.mint(now)),
            "application_id": str(world.bot.id),
            "type": each.get("type", CHAT_INPUT),
            "version": version,
            **({"guild_id": str(guild_id)} if guild_id else {}),
        }
        for each in wanted
    }
    return listed(world, guild_id)


def listed(world: World, guild_id: int | None) -> list[Json]:
    """Return the commands of a guild, or the global ones."""
    return list(world.commands.get(guild_id, {}).values())


def find(world: World, guild_id: int | None, name: str) -> Json | None:
    """Return the command a member of the guild sees under `name`; the guild's own win."""
    for scope in (guild_id, None):
        if name in world.commands.get(scope, {}):
            return world.commands[scope][name]
    return None


def check(wanted: list[Json]) -> None:
    """Refuse commands that break a limit with a 50035."""
    form = FormErrors()
    if len(wanted) > COMMANDS:
        form.add((), "BASE_TYPE_MAX_LENGTH", f"Must be {COMMANDS} or fewer in length.")
    names = [each.get("name") for each in wanted]
    for number, each in enumerate(wanted):
        _check_one(form, (number,), each)
        if names.count(each.get("name")) > 1:
            text = "Application command names must be unique"
            form.add((number, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", text)
    form.refuse()


def _check_one(form: FormErrors, at: tuple[str | int, ...], one: Json) -> None:
    """Check a command, an option or a subcommand: they share these rules."""
    name = one.get("name") or ""
    if one.get("type", CHAT_INPUT) == CHAT_INPUT or len(at) > 1:
        if not NAME.match(name) or name != name.lower():
            text = "Command name is invalid"
            form.add((*at, "name"), "APPLICATION_COMMAND_INVALID_NAME", text)
        if not 1 <= len(one.get("description") or "") <= DESCRIPTION:
            text = f"Must be between 1 and {DESCRIPTION} in length."
            form.add((*at, "description"), "BASE_TYPE_BAD_LENGTH", text)
    for part, limit in (("options", OPTIONS), ("choices", CHOICES)):
        if len(one.get(part) or []) > limit:
            text = f"Must be {limit} or fewer in length."
            form.add((*at, part), "BASE_TYPE_MAX_LENGTH", text)
    for number, option in enumerate(one.get("options") or []):
        _check_one(form, (*at, "options", number), option)
