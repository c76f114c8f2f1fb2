"""What a subscription looks like in Discord. Nothing here asks or sends anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import discord

from bot.chat import limits
from bot.chat.looks.embeds import BLUE
from bot.chat.looks.markdown import escaped
from bot.chat.wording import subscription_texts as texts
from bot.jobs.roster import Entry
from bot.news.plan import Verdict
from bot.news.rehearsal import Rehearsal
from bot.news.subscription import Subscription
from bot.news.text import units
from bot.news.when import When, words

_DESCRIPTION = 3000  # of the 6000 units of an embed; fields and a title share the rest
_TO_MEND = 900
_NO_NAME = "\u200b"  # what Discord takes for the name of a field that goes on with the one before
_NAME = 60
_LIST = 150  # of a list of words
_TITLE = 80
_PROBLEM = 150


def moment(when: datetime, style: discord.utils.TimestampStyle = "f") -> str:
    """Return a moment as each reader's own clock has it."""
    return discord.utils.format_dt(when, style)


def runs(times: Iterable[datetime]) -> str:
    """Return the next runs."""
    return " · ".join(moment(when) for when in times)


def called(subscription: Subscription) -> str:
    """Return a subscription's name, safe among markdown."""
    return escaped(subscription.name, _NAME)


def card(
    title: str,
    subscription: Subscription,
    times: Sequence[datetime],
    *,
    state: str = "",
    problem: str = "",
    rehearsal: Rehearsal | None = None,
    note: str = "",
) -> discord.Embed:
    """Return a subscription in full; `title` has a place for its name, `note` ends it."""
    lines = [*filter(None, [state]), texts.facts(_facts(subscription))]
    if times:
        lines.append(f"**{texts.RUNS}** {runs(times)}")
    if rehearsal is not None:
        count = len(rehearsal.posted)
        among = count + len(rehearsal.left_out)
        lines += ["", texts.rehearsed(count, among, more=rehearsal.more), *filter(None, [note])]
    embed = discord.Embed(
        title=title.format(name=called(subscription)),
        description=packed(lines, _DESCRIPTION),
        colour=BLUE,
    )
    if problem:
        embed.add_field(name=f"{texts.TROUBLED} {texts.TO_MEND}", value=escaped(problem, _TO_MEND))
    if rehearsal is not None:
        _rehearse(embed, rehearsal)
    return embed


def listed(entries: Sequence[tuple[Entry, datetime | None, str]], page: str) -> discord.Embed:
    """Return a page of subscriptions, each with its next run and what is to be mended.

    `page` says which it is. Ten of them always fit.
    """
    lines = [_line(*each) for each in entries]
    embed = discord.Embed(title=texts.LIST_TITLE, description="\n".join(lines), colour=BLUE)
    return embed.set_footer(text=page)


def packed(lines: Sequence[str], limit: int) -> str:
    """Return as many lines as fit, and how many do not."""
    if units(whole := "\n".join(lines)) <= limit:
        return whole
    room = limit - units(texts.more(len(lines))) - 1
    kept: list[str] = []
    for line in lines:
        room -= units(line) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join([*kept, texts.more(len(lines) - len(kept))])


def _rehearse(embed: discord.Embed, rehearsal: Rehearsal) -> None:
    """Add what would have been posted and what not, as much of each as the embed has room for."""
    posted = [_told(verdict) for verdict in rehearsal.posted]
    left_out = [f"{_told(v)} – {escaped(v.why, _TITLE)}" for v in rehearsal.left_out]
    shown = [embed.title, embed.description, *(t for f in embed.fields for t in (f.name, f.value))]
    room = limits.EMBEDS - sum(units(text or "") for text in shown)
    others = units("\n".join([texts.LEFT_OUT, *left_out]))
    # Each has half of it, and what the other does not need.
    room -= _add_list(embed, texts.WOULD_POST, posted, max(room // 2, room - others))
    _add_list(embed, texts.LEFT_OUT, left_out, room)


def _add_list(embed: discord.Embed, name: str, lines: Sequence[str], room: int) -> int:
    """Add lines in as many fields as they take, and return how much of the room that is."""
    if not lines:
        return 0
    fields = [""]
    for line in packed(lines, room - units(name)).splitlines():
        if fields[-1] and units(fields[-1]) + 1 + units(line) > limits.FIELD:
            fields.append("")
        fields[-1] += f"\n{line}" if fields[-1] else line
    names = [name, *[_NO_NAME] * (len(fields) - 1)]
    for field_name, value in zip(names, fields, strict=True):
        embed.add_field(name=field_name, value=value, inline=False)
    return sum(map(units, (*names, *fields)))


def _told(verdict: Verdict) -> str:
    article = verdict.candidate.article
    return f"{moment(article.published_at, 'd')} {escaped(article.title, _TITLE)}"


def _line(entry: Entry, following: datetime | None, problem: str) -> str:
    subscription = entry.subscription
    marks = "" if entry.made else f"{texts.LOCK} "
    parts = [f"{marks}**{called(subscription)}**", f"<#{subscription.channel_id}>"]
    if state := state_of(entry):
        parts.append(state)
    else:
        parts.append(escaped(_when(subscription), _NAME))
        parts += [moment(following, "R")] if following else []
    line = " · ".join(parts)
    return f"{line}\n{texts.TROUBLED} {escaped(problem, _PROBLEM)}" if problem else line


def state_of(entry: Entry) -> str:
    """Return why a subscription does not run, or nothing."""
    if entry.broken:
        return texts.broken(escaped(entry.broken, _PROBLEM))
    if entry.vanished:
        return texts.VANISHED
    return texts.PAUSED if entry.paused else ""


def _facts(subscription: Subscription) -> dict[str, str]:
    filters = subscription.filters
    topics = _words(subscription.topics) or texts.ALL
    all_of = texts.ALL_OF if subscription.match == "all" and subscription.topics else ""
    quiet = subscription.quiet
    zone = escaped(subscription.timezone, _NAME)
    mention = f"<@&{subscription.mention}>" if subscription.mention else ""
    return {
        texts.CHANNEL: f"<#{subscription.channel_id}>",
        texts.WHEN: f"{escaped(_when(subscription), 100)} ({zone})",
        texts.TOPICS: all_of + topics,
        texts.QUALITY: texts.better(filters.min_quality) if filters.min_quality else "",
        texts.TYPE: texts.only(filters.kind) if filters.kind else "",
        texts.LANGUAGES: _words(filters.languages),
        texts.PROVIDERS: _words(filters.providers),
        texts.NOT_PROVIDERS: _words(filters.not_providers),
        texts.WORDS: _words(filters.words),
        texts.NOT_WORDS: _words(filters.not_words),
        texts.QUIET: f"{quiet.start:%H:%M}–{quiet.end:%H:%M}" if quiet else "",
        texts.LIMIT: " · ".join(_bounds(subscription)),
        texts.LOOKS: " · ".join(_looks(subscription) + ([texts.pings(mention)] if mention else [])),
    }


def _bounds(subscription: Subscription) -> list[str]:
    hourly = subscription.hourly
    budget = [texts.hourly(hourly)] if hourly else []
    each = [texts.a_run(subscription.limit)] if subscription.post == "each" else []
    return each + budget


def _looks(subscription: Subscription) -> list[str]:
    said = {
        texts.AS_DIGEST: subscription.post == "digest",
        texts.MOST_DISCUSSED: subscription.sort == "discussed",
        texts.REPEATS: subscription.repeat and subscription.sort != "discussed",
        texts.TELLS: subscription.nothing_new == "tell",
        texts.THREADS: subscription.discuss == "thread",
        texts.OPENS: subscription.opening,
        texts.APART: subscription.follow_ups == "post",
        texts.SILENT: subscription.silent,
        texts.UNPUBLISHED: not subscription.crosspost,
        texts.DELETES: subscription.retractions == "delete",
        texts.LEAVES: subscription.retractions == "leave",
    }
    return [text for text, holds in said.items() if holds]


def _when(subscription: Subscription) -> str:
    return words(When(subscription.crontab, subscription.every))


def _words(named: Sequence[str]) -> str:
    return escaped(", ".join(named), _LIST)
