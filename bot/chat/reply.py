"""How the bot answers: in time, to the asker alone or to all, and politely when it fails."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.chat import limits
from bot.chat.wording import texts
from bot.structs import Frozen, replace

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

_PATIENCE = 1.5  # seconds until the asker sees that the bot thinks; Discord gives up after three
_TYPING = 2.5  # seconds for what is offered to someone who types; there it cannot think aloud
_NETWORK = (discord.HTTPException, aiohttp.ClientError, OSError)
_OVER = (10062, 40060)  # the asker waits no longer, or has an answer


class Answer(Frozen):
    """What the bot says; one without `embeds` is a note, which is for the asker alone.

    `items` are what can be pressed below it.
    """

    text: str = ""
    embeds: tuple[discord.Embed, ...] = ()
    items: tuple[discord.ui.Item[Any], ...] = ()


async def reply(
    interaction: Interaction,
    work: Coroutine[Any, Any, Answer],
    *,
    share: bool = False,
    patience: float = _PATIENCE,
) -> None:
    """Answer the asker, or with `share` everyone where the asker may write."""
    answer = await _in_time(interaction, work, patience)
    if not (share and answer.embeds):
        await _say(interaction, answer)
    elif may_write(interaction):
        await _share(interaction, answer)
    else:
        text = "\n".join(filter(None, [texts.CANNOT_SHARE, answer.text]))
        await _say(interaction, replace(answer, text=text))


async def exchange(
    interaction: Interaction, work: Coroutine[Any, Any, Answer], *, patience: float = _PATIENCE
) -> None:
    """Put the answer in the place of the message whose control was pressed.

    A message that others see stays as it is: the answer to that is for the presser alone. A note
    never takes the place of a list.
    """
    if not is_private(interaction):
        await reply(interaction, work, patience=patience)
        return
    answer = await _in_time(interaction, work, patience, thinking=False)
    if not answer.embeds:
        await _say(interaction, answer)
    elif interaction.response.is_done():
        await interaction.edit_original_response(**_shown(answer, edit=True))
    else:
        await interaction.response.edit_message(**_shown(answer, edit=True))


async def offer(
    interaction: Interaction, work: Coroutine[Any, Any, list[app_commands.Choice[str]]]
) -> list[app_commands.Choice[str]]:
    """Return what someone who types can choose from: nothing if that goes wrong."""
    try:
        return (await asyncio.wait_for(work, _TYPING))[: limits.CHOICES]
    except Exception as error:  # there is nobody to tell while typing
        log.error("nothing offered interaction=%d", interaction.id, exc_info=error)
        return []


def may_write(interaction: Interaction) -> bool:
    """Whether the asker may write where the answer would appear, as often as they like."""
    channel, may = interaction.channel, interaction.permissions
    if slowed(interaction, channel):
        return False
    if isinstance(channel, discord.Thread):
        return may.send_messages_in_threads
    return interaction.guild_id is None or may.send_messages


def slowed(interaction: Interaction, channel: object) -> bool:
    """Whether the asker may write in a channel only so often.

    What the bot writes for them is not slowed down: in a slow channel only staff may share.
    """
    may = interaction.permissions
    slow = bool(getattr(channel, "slowmode_delay", 0))
    return slow and not (may.manage_messages or may.manage_channels)


def is_private(interaction: Interaction) -> bool:
    """Whether nobody but the presser sees the message with the control."""
    return interaction.message is not None and interaction.message.flags.ephemeral


@asynccontextmanager
async def apologising(interaction: Interaction) -> AsyncIterator[None]:
    """Tell the member politely that something went wrong, if it does; the log has the rest.

    For what no command tree looks after: whatever is raised inside ends here.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001  # a control has nobody above it to tell
        await apologise(interaction, error)


async def apologise(interaction: Interaction, error: Exception) -> None:
    """Tell the member that something went wrong, with the number under which the log has it."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    if isinstance(cause, discord.HTTPException) and cause.code in _OVER:
        log.warning("no answer given interaction=%d reason=%s", interaction.id, cause)
        return
    log.error("not answered interaction=%d", interaction.id, exc_info=error)
    await tell(interaction, texts.FAILED.format(id=interaction.id))


async def tell(interaction: Interaction, text: str) -> None:
    """Say something to the asker alone; that it could not be said is only logged."""
    try:
        await _say(interaction, Answer(text))
    except _NETWORK as error:
        log.warning("no answer given interaction=%d reason=%s", interaction.id, error)


async def _in_time(
    interaction: Interaction,
    work: Coroutine[Any, Any, Answer],
    patience: float,
    *,
    thinking: bool = True,
) -> Answer:
    """Return the answer; if it takes long, let Discord show the asker that it is on its way."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=patience)
        if not task.done():
            await interaction.response.defer(ephemeral=True, thinking=thinking)
        return await task
    finally:
        task.cancel()


async def _say(interaction: Interaction, answer: Answer) -> None:
    """Say it to the asker alone."""
    if not interaction.response.is_done():
        await interaction.response.send_message(**_shown(answer), ephemeral=True)
    elif interaction.response.type is discord.InteractionResponseType.deferred_channel_message:
        await interaction.edit_original_response(**_shown(answer, edit=True))
    else:
        await interaction.followup.send(**_shown(answer), ephemeral=True)


async def _share(interaction: Interaction, answer: Answer) -> None:
    """Say it to all. A thought that the asker alone saw cannot be turned into a shared answer."""
    if interaction.response.is_done():
        await _say(interaction, Answer(texts.SHARED))
        await interaction.followup.send(**_shown(answer))
    else:
        await interaction.response.send_message(**_shown(answer))


def _shown(answer: Answer, *, edit: bool = False) -> dict[str, Any]:
    shown: dict[str, Any] = {"content": answer.text or None, "embeds": list(answer.embeds)}
    if answer.items or edit:
        shown["view"] = row(*answer.items) if answer.items else None
    return shown


def row(*items: discord.ui.Item[Any]) -> discord.ui.View:
    """Return items as Discord takes them; nothing in the client remembers the message."""
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    view.stop()
    return view
