"""Command data: what Discord's client makes of a typed command, within its own checks.

A member is only offered what was registered, so everything else is a LookupError here.
"""

from typing import Any

from tests.wire import commands, payloads
from tests.wire.permissions import Permission
from tests.wire.records import Guild, Json, Member, Place
from tests.wire.world import World

SUBCOMMAND, GROUP, USER, CHANNEL, ROLE = 1, 2, 6, 7, 8  # option types
BY_ID = (USER, CHANNEL, ROLE)


def offered(world: World, guild: Guild, member: Member, name: str) -> Json:
    """Return the command `name` as the member is offered it."""
    found = commands.find(world, guild.id, name)
    if found is None:
        raise LookupError(f"no command /{name} is registered")
    needed = found.get("default_member_permissions")
    if needed is not None:
        missing = Permission(int(needed)) & ~member.permissions
        everything = member.permissions & Permission.ADMINISTRATOR
        if not everything and (missing or not int(needed)):
            raise LookupError(f"/{name} is not shown to {member.user.name}")
    return found


def command_data(command: Json, path: list[str], typed: Json, focused: str | None = None) -> Json:
    """Return the `data` of the interaction; `path` are the names of group and subcommand."""
    steps: list[Json] = []
    leaf = command
    for name in path:
        leaf = _option(leaf, name)
        steps.append({"name": leaf["name"], "type": leaf["type"]})
    if any(option["type"] in (SUBCOMMAND, GROUP) for option in leaf.get("options") or []):
        raise LookupError(f"/{command['name']} needs a subcommand")
    options = _filled(leaf, typed, focused)
    for step in reversed(steps):
        options = [{**step, "options": options}]
    kept: Json = {key: command[key] for key in ("id", "name", "type", "guild_id") if key in command}
    return {**kept, "options": options}


def resolved(world: World, guild: Guild, place: Place, data: Json) -> Json:
    """Return the objects behind the ids among the options."""
    found: Json = {}
    for option in _leaves(data):
        number = str(option["value"])
        if option["type"] == CHANNEL:
            shown = payloads.place(world.place(int(number)))
            rights = str(int(world.permissions(place)))
            found.setdefault("channels", {})[number] = {**shown, "permissions": rights}
        elif option["type"] == ROLE:
            found.setdefault("roles", {})[number] = payloads.role(guild.roles[int(number)])
        elif option["type"] == USER:
            person = world.users[int(number)]
            found.setdefault("users", {})[number] = payloads.user(person)
            found.setdefault("members", {})[number] = payloads.member(guild, person)
    return found


def _filled(leaf: Json, typed: Json, focused: str | None) -> list[Json]:
    """Return the options with their values, in the order they are declared."""
    declared = {option["name"]: option for option in leaf.get("options") or []}
    if strange := set(typed) - set(declared):
        raise LookupError(f"/{leaf['name']} has no option {', '.join(sorted(strange))}")
    required = {name for name, option in declared.items() if option.get("required")}
    if focused is None and (missing := required - set(typed)):
        raise LookupError(f"/{leaf['name']} needs {', '.join(sorted(missing))}")
    return [
        _value(option, typed[name], focused=name == focused)
        for name, option in declared.items()
        if name in typed
    ]


def _value(option: Json, value: Any, *, focused: bool) -> Json:
    offered_values = [choice["value"] for choice in option.get("choices") or []]
    if offered_values and value not in offered_values:
        raise LookupError(f"{value!r} is not a choice of {option['name']}")
    if focused and not option.get("autocomplete"):
        raise LookupError(f"{option['name']} has no autocompletion")
    sent = str(value) if option["type"] in BY_ID else value
    marked = {"focused": True} if focused else {}
    return {"name": option["name"], "type": option["type"], "value": sent, **marked}


def _option(parent: Json, name: str) -> Json:
    for option in parent.get("options") or []:
        if option["name"] == name and option["type"] in (SUBCOMMAND, GROUP):
            found: Json = option
            return found
    raise LookupError(f"{parent['name']} has no subcommand {name}")


def _leaves(data: Json) -> list[Json]:
    options = data.get("options") or []
    nested = [leaf for option in options for leaf in _leaves(option)]
    return nested + [option for option in options if "value" in option]
