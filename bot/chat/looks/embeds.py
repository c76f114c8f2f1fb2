"""What an article looks like in Discord. Nothing here asks or sends anything."""

from __future__ import annotations

import colorsys
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import discord

from bot.chat import limits
from bot.chat.looks.markdown import escaped, link
from bot.chat.wording import correction_texts, texts
from bot.news.article import Article, Related, topic_key
from bot.news.face import UNMARKED, Mark
from bot.news.images import Illustration, illustration
from bot.news.opening import SHOWN
from bot.news.text import cut, units
from bot.store.labels import TopicCount

_FOOTER = 240  # with it all parts of an embed together stay below the limit of a message

BLUE = 0x5865F2  # Discord's own
_GREY = 0x80848E

_RELATED_TITLE = 120
_RELATED_PROVIDER = 40
_COMPACT_TITLE = 200
_COMPACT_EXCERPT = 120
_TOPIC = 80
_CHANNELS = 4


def post(
    article: Article,
    shown: Illustration,
    colours: Mapping[str, int],
    *,
    icon: bool = True,
    mark: Mark = UNMARKED,
    more: str = "",
) -> discord.Embed:
    """Return an article in full; `colours` are by topic key, `icon` is the provider's logo.

    `mark` is what has become of it since, `more` what is said of its follow-ups.
    """
    embed = brief(article, colours, mark=mark, more=more)
    if mark.retracted:
        return embed
    note = embed.description or ""
    room = limits.DESCRIPTION - units(f"\n\n{note}") if note else limits.DESCRIPTION
    excerpt = escaped(article.excerpt, room)
    embed.description = "\n\n".join(part for part in (excerpt, note) if part) or None
    if article.provider.name:
        embed.set_author(
            name=cut(article.provider.name, limits.AUTHOR),
            icon_url=_icon(article) if icon else None,
        )
    if related := _related(article.related):
        embed.add_field(name=texts.RELATED, value=related, inline=False)
    if article.topics:
        embed.set_footer(text=cut(" · ".join(article.topics), _FOOTER))
    embed.set_image(url=shown.image)
    embed.set_thumbnail(url=shown.thumbnail)
    return embed


def brief(
    article: Article,
    colours: Mapping[str, int],
    title: int = limits.TITLE,
    mark: Mark = UNMARKED,
    more: str = "",
) -> discord.Embed:
    """Return an article's title with its link, in at most so many units of `title`.

    Of what is retracted nothing else is shown in full, either.
    """
    embed = _base(article, colours, title)
    if mark.retracted:
        embed.title = struck(article.title, title)
        embed.colour = discord.Colour(_GREY)
    said = (note(mark), "" if mark.retracted else more)
    embed.description = "\n".join(line for line in said if line) or None
    return embed


def struck(title: str, limit: int) -> str:
    """Return a title struck through."""
    return f"~~{escaped(title, limit - 4)}~~"


def coverage(related: Sequence[Related], most: int, room: int) -> str:
    """Return so many lines of links at most; one whose address does not fit is passed over."""
    lines: list[str] = []
    for item in related:
        line = _related_line(item)
        if len(lines) < most and units(line) <= room:
            lines.append(line)
            room -= units(line) + 1
    return "\n".join(lines)


def follow_ups(mark: Mark, guild_id: int) -> str:
    """Say how many follow-ups a post of a server has, with a link; "" if none."""
    reports = mark.reports
    if reports is None:
        return ""
    place = f"{guild_id}/{reports.thread_id}/{reports.message_id}"
    return correction_texts.more(reports.count, f"https://discord.com/channels/{place}")


def note(mark: Mark) -> str:
    """Say what has become of an article since it was posted; "" if nothing."""
    if mark.retracted:
        return correction_texts.RETRACTED
    if mark.updated_at is None:
        return ""
    return correction_texts.updated(discord.utils.format_dt(mark.updated_at, "f"))


def compact(
    article: Article, shared: frozenset[str], colours: Mapping[str, int], note: str = ""
) -> discord.Embed:
    """Return an article as one of a list, with a short note: ten of them fit into a message."""
    embed = _base(article, colours, _COMPACT_TITLE)
    embed.description = escaped(article.excerpt, _COMPACT_EXCERPT) or None
    if below := " · ".join(filter(None, [cut(article.provider.name, _RELATED_PROVIDER), note])):
        embed.set_footer(text=below)
    shown = illustration(article.pictures, shared)
    embed.set_thumbnail(url=shown.image or shown.thumbnail)
    return embed


def heading(
    title: str,
    *,
    scope: str = "",
    footer: str = "",
    subject: Article | None = None,
) -> discord.Embed:
    """Return what stands above a list; of a `subject` the coverage that it lists itself."""
    embed = discord.Embed(title=cut(title, limits.TITLE), description=scope or None, colour=BLUE)
    if subject is not None:
        embed.url = subject.url
        if related := _related(subject.related):
            embed.add_field(name=texts.RELATED, value=related, inline=False)
    if footer:
        embed.set_footer(text=footer)
    return embed


def topic_line(topic: TopicCount, channels: Sequence[str]) -> str:
    """Return a line about a topic and the channels, as mentions, that follow it."""
    newest = discord.utils.format_dt(topic.newest, "R")
    name = escaped(topic.name, _TOPIC)
    return texts.topic_line(name, topic.articles, newest, _some(channels))


def topics(lines: Sequence[str], everything: Sequence[str], footer: str) -> discord.Embed:
    """Return topics as a list; `everything` are the channels that follow them all."""
    below = [texts.follows_all(_some(everything))] if everything else []
    text = "\n".join([*lines, *below])
    embed = discord.Embed(title=texts.TOPICS_TITLE, description=text, colour=BLUE)
    return embed.set_footer(text=footer)


def link_button(article: Article, label: str = "") -> tuple[discord.ui.Item[Any], ...]:
    """Return the button that opens an article's page; none if its address is too long for one."""
    if len(article.url) > limits.BUTTON_URL:
        return ()
    usual = texts.WATCH if article.kind == "video" else texts.READ
    return (discord.ui.Button(label=label or usual, url=article.url),)


def thread_name(article: Article, mark: Mark = UNMARKED) -> str:
    """Return the name of an article's discussion, which Discord shows as it is."""
    title = correction_texts.retracted(article.title) if mark.retracted else article.title
    return cut(title, limits.THREAD_NAME)


def colour(article: Article, colours: Mapping[str, int]) -> int:
    """Return the colour of the first topic that has one, else one that its name always gets."""
    keys = [topic_key(name) for name in article.topics]
    for key in keys:
        if key in colours:
            return colours[key]
    if not keys:
        return BLUE
    hue = hashlib.sha256(keys[0].encode()).digest()[0] / 256
    red, green, blue = (round(255 * part) for part in colorsys.hsv_to_rgb(hue, 0.6, 0.85))
    return red << 16 | green << 8 | blue


def _base(article: Article, colours: Mapping[str, int], title: int) -> discord.Embed:
    return discord.Embed(
        title=escaped(article.title, title),
        url=article.url,
        colour=colour(article, colours),
        timestamp=article.published_at,
    )


def _some(channels: Sequence[str]) -> str:
    more = ", …" if len(channels) > _CHANNELS else ""
    return ", ".join(channels[:_CHANNELS]) + more


def _icon(article: Article) -> str | None:
    pictures = article.provider.pictures
    return pictures[0].url if pictures else None


def _related(related: Sequence[Related]) -> str:
    return coverage(related, SHOWN, limits.FIELD)


def _related_line(item: Related) -> str:
    parts = [link(item.title, item.url, _RELATED_TITLE)]
    if item.provider:
        parts.append(escaped(item.provider, _RELATED_PROVIDER))
    if item.published_at is not None:
        parts.append(discord.utils.format_dt(item.published_at, "R"))
    return " · ".join(parts)
