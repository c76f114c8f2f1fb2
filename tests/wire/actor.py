"""The actor: a member of a guild who uses the bot as people do, and sees what it answers."""

import asyncio
from dataclasses import dataclass
from typing import Any

from tests.wire import interactions, messages, payloads
from tests.wire.command_data import command_data, offered, resolved
from tests.wire.components import walk
from tests.wire.permissions import MEMBER, Permission
from tests.wire.records import Guild, Interaction, Json, Member, Message, MessageFlag, Place
from tests.wire.server import Wire

LARGEST_UPLOAD = 10 * 1024 * 1024
ROW, TEXT_INPUT, LABEL = 1, 4, 18  # component types


@dataclass(frozen=True, slots=True)
class Answer:
    """What the member sees: a message (a message object), choices, or a modal.

    `kind` is the type of the callback: 4 message, 5 deferred, 6 and 7 update, 8 choices, 9 modal.
    """

    kind: int
    message: Json | None = None
    ephemeral: bool = False
    choices: tuple[Json, ...] = ()
    modal: Json | None = None
    follow_ups: tuple[Json, ...] = ()


@dataclass(slots=True)
class Actor:
    """A member in one channel; every act waits for the bot's answer.

    Acts raise TimeoutError when the bot does not answer within `patience` seconds, and LookupError
    for what a member could not do: a command that is not there, a button that is not shown.
    """

    wire: Wire
    place: Place
    guild: Guild
    member: Member
    patience: float = 5.0

    def say(self, text: str) -> Message:
        """Write a message."""
        world, now = self.wire.world, self.wire.clock()
        return messages.post(world, self.place, self.member.user, {"content": text}, now)

    async def slash(self, command: str, **options: Any) -> Answer:
        """Use a slash command such as `news latest`; channels, roles and users by their id."""
        return await self._act(interactions.COMMAND, self._command(command, options))

    async def complete(self, command: str, option: str, typed: Any, **others: Any) -> Answer:
        """Type into an option and return the choices the bot offers."""
        data = self._command(command, {**others, option: typed}, focused=option)
        return await self._act(interactions.AUTOCOMPLETE, data)

    async def click(self, message: Json, button: str) -> Answer:
        """Press the button with this label or custom_id."""
        return await self._act(interactions.COMPONENT, _used(message, button), message)

    async def select(self, message: Json, menu: str, *values: str) -> Answer:
        """Choose values in the select menu with this placeholder or custom_id."""
        data = {**_used(message, menu), "values": list(values)}
        return await self._act(interactions.COMPONENT, data, message)

    async def submit(self, modal: Json, **texts: str) -> Answer:
        """Fill the text inputs of a modal, by custom_id, and submit it."""
        filled = [_filled(row, texts) for row in modal["components"]]
        data = {"custom_id": modal["custom_id"], "components": filled}
        return await self._act(interactions.MODAL_SUBMIT, data)

    def _command(self, command: str, typed: Json, focused: str | None = None) -> Json:
        world = self.wire.world
        name, *path = command.split()
        found = offered(world, self.guild, self.member, name)
        data = command_data(found, path, typed, focused)
        return {**data, "resolved": resolved(world, self.guild, self.place, data)}

    async def _act(self, kind: int, data: Json, message: Json | None = None) -> Answer:
        world = self.wire.world
        one = interactions.begin(world, kind, self.member, self.place, self.wire.clock())
        event = self._event(one, data)
        if message is not None:
            one.source = interactions.find_message(world, self.place, int(message["id"]))
            event["message"] = payloads.message(one.source)
        moved = asyncio.Event()
        one.notify = moved.set
        world.tell("INTERACTION_CREATE", event)
        async with asyncio.timeout(self.patience):
            while not interactions.settled(one):
                moved.clear()
                await moved.wait()
        return _seen(one)

    def _event(self, one: Interaction, data: Json) -> Json:
        rights = str(int(self.wire.world.permissions(self.place)))
        guild_id = str(self.guild.id)
        return {
            "id": str(one.id),
            "application_id": str(self.wire.world.bot.id),
            "type": one.kind,
            "token": one.token,
            "version": 1,
            "data": data,
            "guild_id": guild_id,
            "guild": {"id": guild_id, "locale": "en-US", "features": []},
            "channel_id": str(self.place.id),
            "channel": {**payloads.place(self.place), "permissions": rights},
            "member": payloads.acting_member(self.guild, self.member),
            "app_permissions": rights,
            "locale": "en-US",
            "guild_locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {"0": guild_id},
            "context": 0,
            "attachment_size_limit": LARGEST_UPLOAD,
        }


def enter(wire: Wire, place: Place, name: str = "Ana", permissions: Permission = MEMBER) -> Actor:
    """Let a new member of the guild come to a channel or thread."""
    if place.guild is None:
        raise LookupError("a direct channel has no members")
    return Actor(wire, place, place.guild, wire.world.add_member(place.guild, name, permissions))


def _seen(one: Interaction) -> Answer:
    """Return what the member sees once the interaction is settled."""
    answer = one.answer or {}
    data = answer.get("data") or {}
    others = [each for each in one.messages.values() if each is not one.message]
    return Answer(
        kind=answer["type"],
        message=payloads.message(one.message) if one.message else None,
        ephemeral=bool(one.message and one.message.flags & MessageFlag.EPHEMERAL),
        choices=tuple(data.get("choices") or ()),
        modal=data if answer["type"] == interactions.MODAL else None,
        follow_ups=tuple(payloads.message(each) for each in others),
    )


def _used(message: Json, name: str) -> Json:
    """Return type and custom_id of the component that a member would know as `name`."""
    for component in walk(message["components"]):
        known = (component.get("label"), component.get("placeholder"), component.get("custom_id"))
        if name in known and component.get("custom_id"):
            if component.get("disabled"):
                raise LookupError(f"{name} is disabled")
            return {"component_type": component["type"], "custom_id": component["custom_id"]}
    raise LookupError(f"the message has no {name}")


def _filled(row: Json, texts: dict[str, str]) -> Json:
    """Return a row or label of a modal with the text of its input."""
    if row["type"] == ROW:
        return {**row, "components": [_filled(each, texts) for each in row["components"]]}
    if row["type"] == LABEL:
        return {**row, "component": _filled(row["component"], texts)}
    if row["type"] != TEXT_INPUT:
        return row
    name = row["custom_id"]
    return {"type": TEXT_INPUT, "custom_id": name, "value": texts.get(name, row.get("value") or "")}
