"""Subscriptions that someone is about to save: shown with what they would do, then confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import discord

from bot.chat.buttons import Handler, button
from bot.chat.looks.card import card, state_of
from bot.chat.managing.manage import manages, say
from bot.chat.managing.office import Office
from bot.chat.managing.options import named, option_at, written_from
from bot.chat.reply import Interaction, row
from bot.chat.wording import subscription_texts as texts
from bot.chat.wording import texts as common
from bot.config import fitted_subscription
from bot.jobs.rehearsing import rehearsal
from bot.jobs.roster import Entry
from bot.news.subscription import Subscription
from bot.store import made
from bot.store.made import Denial, Draft, Made, name_key
from bot.structs import Frozen, replace


class Drafts(Frozen):
    """Takes what was typed, shows what it comes to, and saves it once someone says yes.

    A draft is in the database: its buttons know no more than its id, and outlive a restart.
    """

    office: Office

    @property
    def buttons(self) -> dict[str, Handler]:
        """What the buttons under a draft do, by action."""
        return {"save": self._save, "check": self._check, "cancel": self._cancel}

    async def propose(
        self, interaction: Interaction, given: Mapping[str, Any], changed: Entry | None = None
    ) -> None:
        """Show a new subscription, or a change of one, or what is wrong with it."""
        before = changed.written if changed else {"name": named(given["name"])}
        draft, wrong = self._drafted(interaction, given, before, changed)
        if draft is None:
            await say(interaction, "\n".join(wrong))
            return
        draft_id = await made.keep(self.office.database, draft)
        await self._show(interaction, replace(draft, id=draft_id))

    def _drafted(
        self,
        interaction: Interaction,
        given: Mapping[str, Any],
        before: Mapping[str, Any],
        changed: Entry | None,
    ) -> tuple[Draft | None, list[str]]:
        """Return a draft of what was typed, or what is wrong with it."""
        try:
            values = written_from(given, before)
        except ValueError as error:
            return None, [texts.wrong("when", str(error))]
        _, misfits = fitted_subscription(values)
        wrong = [texts.wrong(option_at(misfit), misfit.reason) for misfit in misfits]
        wrong += self._unfit(interaction, given, values, changed)
        if wrong or interaction.guild_id is None:
            return None, list(dict.fromkeys(wrong))
        name = values.pop("name")
        wanted = Made(interaction.guild_id, name, values, interaction.user.id, self.office.now)
        own = changed.made if changed else None
        if own is None:
            return Draft(wanted), []
        return Draft(replace(wanted, version=own.version), own.id), []

    def _unfit(
        self,
        interaction: Interaction,
        given: Mapping[str, Any],
        values: Mapping[str, Any],
        changed: Entry | None,
    ) -> list[str]:
        """Return what this server has against it: another's channel or name, a role to be left."""
        wrong: list[str] = []
        guild, role = interaction.guild, given.get("mention")
        if guild is None or guild.get_channel(values.get("channel", 0)) is None:
            wrong.append(texts.FOREIGN_CHANNEL)
        if role is not None and role.is_default():
            wrong.append(texts.NO_EVERYONE)
        elif role is not None and not role.mentionable:
            wrong.append(texts.UNMENTIONABLE)
        name = name_key(str(values.get("name", "")))
        others = (entry for entry in self.office.entries(interaction) if entry is not changed)
        if any(name_key(entry.subscription.name) == name for entry in others):
            wrong.append(texts.NAME_TAKEN)
        return wrong

    async def _show(self, interaction: Interaction, draft: Draft) -> None:
        """Show what a draft comes to, with the buttons to decide."""
        office = self.office
        wanted = office.subscription(replace(draft.made, id=draft.changes or 0))
        if wanted is None or draft.id == 0:
            await finish(interaction, texts.GONE)
            return
        (problem,) = await office.problems(interaction.client, wanted)
        times, state = await self._times(interaction, wanted)
        embed = card(
            texts.CHANGE_TITLE if draft.changes else texts.NEW_TITLE,
            wanted,
            times,
            state=state,
            problem=problem,
            rehearsal=await rehearsal(office.database, wanted, office.now, interaction.guild_id),
            note=texts.ONLY_FROM_NOW_ON if self._lets_in_others(wanted) else "",
        )
        subject = f"{draft.id:x}"
        check = [button("check", subject, label=texts.CHECK)] if problem else []
        save = button("save", subject, label=texts.SAVE, style=discord.ButtonStyle.success)
        view = row(save, *check, button("cancel", subject, label=texts.CANCEL))
        await interaction.edit_original_response(content=None, embed=embed, view=view)

    async def _times(
        self, interaction: Interaction, wanted: Subscription
    ) -> tuple[Sequence[datetime], str]:
        """Return when it would run next; or, where it is paused, nothing but that."""
        entries = self.office.entries(interaction)
        if any(each.paused and each.subscription.key == wanted.key for each in entries):
            return (), texts.PAUSED
        return await self.office.runs(wanted), ""

    def _lets_in_others(self, wanted: Subscription) -> bool:
        """Whether a change is of what passes; a topic that is added has a start of its own."""
        entries = self.office.roster.entries
        terms = (e.subscription.terms for e in entries if e.subscription.key == wanted.key)
        return any(replace(each, topics=wanted.topics) != wanted.terms for each in terms)

    async def _draft(self, interaction: Interaction, subject: str) -> Draft | None:
        """Return the draft that a button is about, having told whoever may not or came too late."""
        if not manages(interaction) or interaction.guild_id is None:
            await interaction.response.send_message(common.STAFF_ONLY, ephemeral=True)
            return None
        await interaction.response.defer()
        number = int(subject or "0", 16)
        found = None
        if number < 1 << 63:
            found = await made.draft(self.office.database, number, interaction.guild_id)
        if found is None:
            await finish(interaction, texts.GONE)
        return found

    async def _check(self, interaction: Interaction, subject: str) -> None:
        if (draft := await self._draft(interaction, subject)) is not None:
            await self._show(interaction, draft)

    async def _cancel(self, interaction: Interaction, subject: str) -> None:
        if (draft := await self._draft(interaction, subject)) is not None:
            await made.cancel(self.office.database, draft.id, draft.made.guild_id)
            await finish(interaction, texts.CANCELLED)

    async def _save(self, interaction: Interaction, subject: str) -> None:
        draft = await self._draft(interaction, subject)
        if draft is None:
            return
        office, guild = self.office, interaction.guild
        if guild is None or guild.get_channel(draft.made.written["channel"]) is None:
            await finish(interaction, texts.FOREIGN_CHANNEL)
            return
        saved = await made.save(office.database, draft.id, draft.made.guild_id, office.most)
        if isinstance(saved, Denial):
            await self._deny(interaction, draft, saved)
            return
        await office.roster.refresh()
        if (wanted := office.subscription(saved)) is not None:
            times, state = await self._times(interaction, wanted)
            embed = card(texts.SAVED_TITLE, wanted, times, state=state)
            await interaction.edit_original_response(content=None, embed=embed, view=None)

    async def _deny(self, interaction: Interaction, draft: Draft, denial: Denial) -> None:
        """Say why nothing was saved: much may have changed since it was drafted.

        What can be mended elsewhere leaves the buttons, to be pressed again.
        """
        if denial is Denial.GONE:
            await finish(interaction, texts.GONE)
        elif denial is Denial.CHANGED:
            await self._show_changed(interaction, draft)
        else:
            full = texts.full_now(self.office.most)
            told = full if denial is Denial.FULL else texts.NAME_TAKEN_NOW
            await interaction.edit_original_response(content=told)

    async def _show_changed(self, interaction: Interaction, draft: Draft) -> None:
        """Show what someone else has made of a subscription; the change is forgotten."""
        office = self.office
        await made.cancel(office.database, draft.id, draft.made.guild_id)
        await office.roster.refresh()
        ids = {entry.made.id: entry for entry in office.entries(interaction) if entry.made}
        if (entry := ids.get(draft.changes or 0)) is None:
            await finish(interaction, texts.GONE)
            return
        found = entry.subscription
        runs = await office.runs(found) if entry.runs else ()
        embed = card("{name}", found, runs, state=state_of(entry))
        await interaction.edit_original_response(content=texts.CHANGED, embed=embed, view=None)


async def finish(interaction: Interaction, text: str) -> None:
    """Put a last word in place of a message with buttons."""
    await interaction.edit_original_response(content=text, embeds=[], view=None)
