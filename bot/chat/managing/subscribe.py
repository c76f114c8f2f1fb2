"""/subscription: what is posted in a server, managed by those who manage it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from discord import app_commands

from bot.chat import limits
from bot.chat.asking.choosing import Choices
from bot.chat.asking.places import FOR_MANAGERS
from bot.chat.buttons import Handler
from bot.chat.looks.card import called, runs, state_of
from bot.chat.managing import options
from bot.chat.managing.drafts import Drafts
from bot.chat.managing.manage import held_back, manages, say, told_of
from bot.chat.managing.office import Office
from bot.chat.managing.overview import Overview
from bot.chat.reply import Interaction, offer
from bot.chat.wording import subscription_texts as texts
from bot.chat.wording import texts as common
from bot.errors import OutletError
from bot.jobs.roster import Entry
from bot.jobs.session import Run
from bot.news.text import cut, units
from bot.news.when import PRESETS
from bot.store import labels, made
from bot.store.made import Made

_Name = app_commands.Range[str, 1, 100]


class Subscriptions(app_commands.Group, name="subscription", description=texts.GROUP):
    """Everything about the subscriptions of one server, for those who may manage it."""

    def __init__(self, office: Office) -> None:
        super().__init__(**FOR_MANAGERS)
        self._office = office
        self._drafts = Drafts(office)
        self._overview = Overview(office)

    @property
    def buttons(self) -> dict[str, Handler]:
        """What the buttons under its answers do, by action."""
        return {**self._drafts.buttons, **self._overview.buttons}

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Let through only who may manage this server."""
        return manages(interaction)

    @app_commands.command(description=texts.ADD)
    @options.for_new
    async def add(self, interaction: Interaction, /, **given: Any) -> None:
        """Show a new subscription and what it would have posted, to be saved or not."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        if self._office.is_full(interaction):
            await say(interaction, texts.full(self._office.most))
            return
        await self._drafts.propose(interaction, given)

    @app_commands.command(description=texts.EDIT)
    @options.for_change
    async def edit(self, interaction: Interaction, /, **given: Any) -> None:
        """Show a change of a subscription and what it would have posted, to be saved or not."""
        if found := await self._own(interaction, given["name"]):
            await self._drafts.propose(interaction, given, found[0])

    @app_commands.command(description=texts.TALK)
    @options.for_talk
    async def discussions(self, interaction: Interaction, /, **given: Any) -> None:
        """Show a change of how its posts are discussed, to be saved or not."""
        if found := await self._own(interaction, given["name"]):
            await self._drafts.propose(interaction, given, found[0])

    @app_commands.command(name="list", description=texts.LIST)
    async def show_all(self, interaction: Interaction) -> None:
        """Show all of this server, with what is to be mended."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._overview.show_all(interaction)

    @app_commands.command(description=texts.SHOW)
    @app_commands.describe(name=texts.NAME)
    async def show(self, interaction: Interaction, name: _Name) -> None:
        """Show one in full, with what is to be mended."""
        if entry := await self._found(interaction, name):
            await self._overview.show(interaction, entry)

    @app_commands.command(description=texts.PAUSE)
    @app_commands.describe(name=texts.NAME)
    async def pause(self, interaction: Interaction, name: _Name) -> None:
        """Stop one until it is resumed."""
        if found := await self._own(interaction, name):
            entry, own = found
            await made.pause(self._office.database, own.id, own.guild_id, paused=True)
            await self._office.roster.refresh()
            await say(interaction, texts.paused(called(entry.subscription)))

    @app_commands.command(description=texts.RESUME)
    @app_commands.describe(name=texts.NAME)
    async def resume(self, interaction: Interaction, name: _Name) -> None:
        """Let one go on."""
        if found := await self._own(interaction, name):
            entry, own = found
            if entry.broken:
                await say(interaction, state_of(entry))
                return
            coming = runs(await self._office.runs(entry.subscription))
            await made.pause(self._office.database, own.id, own.guild_id, paused=False)
            await self._office.roster.refresh()
            subscription = entry.subscription
            together = subscription.post == "digest" or subscription.is_paced
            bound = "" if together else texts.a_run(subscription.limit)
            await say(interaction, texts.resumed(called(subscription), bound, coming))

    @app_commands.command(description=texts.REMOVE)
    @app_commands.describe(name=texts.NAME)
    async def remove(self, interaction: Interaction, name: _Name) -> None:
        """Take one away, or one that is no more in the file off the list."""
        entry = await self._found(interaction, name)
        if entry is None:
            return
        if entry.made is not None:
            await made.remove(self._office.database, entry.made.id, entry.made.guild_id)
        elif entry.vanished:
            await made.forget_file(self._office.database, entry.subscription.name)
        else:
            await say(interaction, texts.LOCKED)
            return
        await self._office.roster.refresh()
        await say(interaction, texts.removed(called(entry.subscription)))

    @app_commands.command(description=texts.TEST)
    @app_commands.describe(name=texts.NAME)
    async def test(self, interaction: Interaction, name: _Name) -> None:
        """Show the newest article that fits as it would be posted."""
        entry = await self._found(interaction, name)
        if entry is not None and entry.broken:
            await say(interaction, state_of(entry))
        elif entry is not None:
            await self._overview.sample(interaction, entry)

    @app_commands.command(description=texts.RUN)
    @app_commands.describe(name=texts.NAME)
    async def run(self, interaction: Interaction, name: _Name) -> None:
        """Post what is due now."""
        entry = await self._found(interaction, name)
        if entry is None:
            return
        if not entry.runs:
            paused = entry.paused and not entry.vanished
            await say(interaction, texts.IS_PAUSED if paused else state_of(entry))
            return
        try:
            done = await self._office.roster.publisher.session(entry.subscription)
        except OutletError as error:
            told = common.trouble(f"<#{entry.subscription.channel_id}>", str(error))
        else:
            told = _ran(interaction, entry, done)
        await say(interaction, told)

    @add.autocomplete("topics")
    @edit.autocomplete("topics")
    async def _topics(self, interaction: Interaction, typed: str) -> Choices:
        return await offer(interaction, self._topic_lists(typed))

    @add.autocomplete("languages")
    @edit.autocomplete("languages")
    async def _languages(self, interaction: Interaction, typed: str) -> Choices:
        return await offer(interaction, self._language_lists(typed))

    @add.autocomplete("when")
    @edit.autocomplete("when")
    async def _whens(self, interaction: Interaction, typed: str) -> Choices:
        fitting = [preset for preset in PRESETS if typed.casefold() in preset.casefold()]
        return choices((preset, preset) for preset in fitting)

    @add.autocomplete("timezone")
    @edit.autocomplete("timezone")
    async def _zones(self, interaction: Interaction, typed: str) -> Choices:
        return choices((zone, zone) for zone in options.zones(typed, limits.CHOICES))

    @edit.autocomplete("name")
    @discussions.autocomplete("name")
    @show.autocomplete("name")
    @pause.autocomplete("name")
    @resume.autocomplete("name")
    @remove.autocomplete("name")
    @test.autocomplete("name")
    @run.autocomplete("name")
    async def _names(self, interaction: Interaction, typed: str) -> Choices:
        return choices(self._office.names(interaction, typed) if manages(interaction) else ())

    async def _topic_lists(self, typed: str) -> Choices:
        """Return what is typed with commas, with each topic that its last part may become."""
        chosen, last = options.being_typed(typed)
        office = self._office
        found = await labels.topics_like(office.database, office.now, last, limits.CHOICES)
        return choices((topics, topics) for topics in options.lists(chosen, found))

    async def _language_lists(self, typed: str) -> Choices:
        """Return what is typed with commas, with each language that its last part may become."""
        found = await labels.languages(self._office.database, self._office.now)
        return choices((tags, tags) for tags in options.languages(typed, found))

    async def _found(self, interaction: Interaction, chosen: str) -> Entry | None:
        """Return a subscription of this server, having told whoever asks if there is none."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        entry = self._office.find(interaction, chosen)
        if entry is None:
            await say(interaction, texts.NO_SUCH)
        return entry

    async def _own(self, interaction: Interaction, chosen: str) -> tuple[Entry, Made] | None:
        """Return one that can be changed in Discord, having told whoever asks if there is none."""
        entry = await self._found(interaction, chosen)
        if entry is None:
            return None
        if entry.made is None:
            await say(interaction, texts.LOCKED)
            return None
        return entry, entry.made


def choices(named: Iterable[tuple[str, str]]) -> Choices:
    """Return what to choose from, by name and value, as many as Discord takes."""
    fitting = [pair for pair in named if units(pair[1]) <= limits.CHOICE]
    return [
        app_commands.Choice(name=cut(n, limits.CHOICE), value=v)
        for n, v in fitting[: limits.CHOICES]
    ]


def _ran(interaction: Interaction, entry: Entry, done: Run) -> str:
    """Return what a run posted and what it held back."""
    told = [*told_of(interaction, done.posts), *filter(None, [held_back(done)])]
    return "\n".join(told) or texts.nothing_due(called(entry.subscription))
