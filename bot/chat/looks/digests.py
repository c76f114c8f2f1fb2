"""What a digest looks like in Discord. Nothing here asks or sends anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import discord

from bot.chat import limits
from bot.chat.looks import embeds
from bot.chat.looks.markdown import escaped, link
from bot.chat.wording import discussion_texts, texts
from bot.news.article import Article
from bot.news.digest import (
    EMBEDS,
    UNITS,
    Line,
    Packed,
    Page,
    Spot,
    Story,
    arranged,
    closing,
    pack,
)
from bot.news.images import Illustration
from bot.news.text import cut, in_one_line, units
from bot.structs import Frozen, field, replace

# The most that each story takes as an embed: ten of them fill a message to the last character.
_STORY = UNITS // EMBEDS
_TITLE = 200
_FIRST_EXCERPT = 300
_EXCERPT = 160
_NAME = 40  # of a provider
_SECTION = 60
_ALSO = 250  # for all that also covers a story
_LINE_TITLE = 100
_LONGEST_LINK = 1_000  # an address that is longer would take the place of a dozen lines
_TOPICS = 3  # that a headline names
_TOPIC = 60
_REFERENCE = re.compile(texts.digest_reference("([a-z2-7]{10})"))
# The longest jump link there can be: what a message holds is decided before it is known which of
# them lead anywhere in its server.
_DISCORD = "https://discord.com/channels"
_LONGEST_JUMP = "/".join([_DISCORD, *["9" * 19] * 3])

Jump = Callable[[Spot], str | None]


class Look(Frozen):
    """How a digest is drawn; `jump` gives the address of a spot in the reader's own server."""

    colours: Mapping[str, int] = field(default_factory=dict)
    jump: Jump = lambda _: _LONGEST_JUMP
    pictures: bool = True
    brief: bool = False


def message(page: Page, look: Look, reference: str = "") -> dict[str, Any]:
    """Return content and embeds of one message of a digest; without a reference it is a preview."""
    packed = _packed(page, look)
    if packed.stories < len(page.stories):
        # Discussions were opened since these were promised: links go before a story does.
        bare = replace(look, jump=lambda _: None)
        if (without := _packed(page, bare)).stories == len(page.stories):
            look, packed = bare, without
    shown = arranged(page.stories[: packed.embeds])
    drawn = _drawn(shown, look)
    for embed, (before, story) in zip(drawn, pairwise((None, *shown)), strict=True):
        if story and story.section and (before is None or before.section != story.section):
            embed.set_author(name=cut(story.section, _SECTION))
    if drawn and look.pictures and not look.brief:
        best = Illustration() if shown[0].mark.retracted else shown[0].illustration
        drawn[0].set_image(url=best.image)
        drawn[0].set_thumbnail(url=best.thumbnail)
    lists = packed.lists
    left = page.others + sum(1 + len(story.also) for story in page.stories[packed.stories :])
    if packed.closed:
        lists = closing(lists, texts.and_more(left))
    drawn += [discord.Embed(description=text, colour=embeds.BLUE) for text in lists]
    return {"content": _content(page, reference), "embeds": drawn}


def holds(page: Page) -> int:
    """How many of a page's stories a message shows, from the first on."""
    return _packed(page, Look()).stories


def jumps(guild_id: int, channel_ids: Iterable[int]) -> Jump:
    """Return what makes links to spots in these channels of a server, and to no others."""
    return jumps_into(dict.fromkeys(channel_ids, guild_id))


def jumps_into(servers: Mapping[int, int]) -> Jump:
    """Return what makes links to spots in channels of which the server is known."""

    def jump(spot: Spot) -> str | None:
        guild_id = servers.get(spot.channel_id)
        if guild_id is None:
            return None
        if spot.thread_id is not None:  # a channel of its own
            return f"{_DISCORD}/{guild_id}/{spot.thread_id}"
        return f"{_DISCORD}/{guild_id}/{spot.channel_id}/{spot.message_id}"

    return jump


def reference(content: str) -> str | None:
    """Return which digest a message says that it is of, or None if it is of none.

    Only its last line says that: what stands above it may come from anywhere.
    """
    found = _REFERENCE.fullmatch(content.rpartition("\n")[2])
    return found[1] if found else None


def thread_name(page: Page) -> str:
    """Return the name of a digest's forum post or discussion, which Discord shows as it is."""
    name = texts.digest_name(_about(page, escape=False), page.until, _kind(page))
    return cut(name, limits.THREAD_NAME)


def topics(page: Page) -> tuple[str, ...]:
    """Return the topics of a digest's stories, those of the best first."""
    return tuple(dict.fromkeys(name for story in page.stories for name in story.article.topics))


def _packed(page: Page, look: Look) -> Packed:
    first = page.stories[:EMBEDS]
    sizes = [_size(*each) for each in zip(_drawn(first, look), first, strict=True)]
    sizes += [0] * (len(page.stories) - len(sizes))  # they cannot be embeds anyway
    lines = [Line(_line(story, look), _heading(page, story)) for story in page.stories]
    return pack(sizes, lines, part=page.part, others=page.others)


def _content(page: Page, reference: str) -> str:
    if page.part > 1:
        lines = [texts.DIGEST_CONTINUED]
    elif not page.articles:
        since = discord.utils.format_dt(page.since, "f")
        nothing = discussion_texts.nothing_discussed if page.discussed else texts.nothing_new
        lines = [nothing(since)]
    else:
        since, until = (discord.utils.format_dt(time, "f") for time in (page.since, page.until))
        lines = [
            texts.digest_title(_about(page, escape=True), _kind(page)),
            texts.digest_counts(page.articles, page.providers, since, until),
        ]
    return "\n".join(lines + ([texts.digest_reference(reference)] if reference else []))


def _kind(page: Page) -> str:
    return discussion_texts.MOST_DISCUSSED if page.discussed else texts.DIGEST_OF_NEWS


def _about(page: Page, *, escape: bool) -> str:
    if not 0 < len(page.topics) <= _TOPICS:
        return ""
    return ", ".join(
        escaped(t, _TOPIC) if escape else cut(in_one_line(t), _TOPIC) for t in page.topics
    )


def _drawn(stories: Sequence[Story], look: Look) -> list[discord.Embed]:
    """Return stories as embeds; the best one is told at some length."""
    return [
        _embed(story, look, _EXCERPT if number else _FIRST_EXCERPT)
        for number, story in enumerate(stories)
    ]


def _embed(story: Story, look: Look, excerpt: int) -> discord.Embed:
    """Return a story as one of several embeds, with what it takes in all within its share."""
    article = story.article
    embed = embeds.brief(article, look.colours, _TITLE)
    note = embeds.note(story.mark)
    if story.mark.retracted:
        return embeds.brief(article, look.colours, _TITLE, story.mark)
    if look.brief:
        embed.description = "\n".join(line for line in (note, _also(story.also)) if line) or None
        return embed
    if article.provider.name:
        embed.set_footer(text=cut(article.provider.name, _NAME))
    room = _STORY - _size(embed, story) - units(note) - 1
    jump = _jump(story, look)
    also = _also(story.also, min(_ALSO, room - units(jump) - 2))
    room -= units(jump) + units(also) + 2
    lines = (escaped(article.excerpt, min(excerpt, room)), note, jump, also)
    embed.description = "\n".join(line for line in lines if line) or None
    if look.pictures:
        shown = story.illustration
        embed.set_thumbnail(url=shown.image or shown.thumbnail)
    return embed


def _size(embed: discord.Embed, story: Story) -> int:
    """Return what an embed takes of a message, the heading of its section included."""
    parts = (embed.title, embed.description, embed.footer.text, cut(story.section, _SECTION))
    return sum(units(part or "") for part in parts)


def _line(story: Story, look: Look) -> str:
    article = story.article
    title = escaped(article.title, _LINE_TITLE)
    if story.mark.retracted:
        return f"• {embeds.struck(article.title, _LINE_TITLE)} · {embeds.note(story.mark)}"
    if len(article.url) <= _LONGEST_LINK:
        title = link(article.title, article.url, _LINE_TITLE)
    provider = escaped(article.provider.name, _NAME)
    beside = ("", "") if look.brief else (provider, _jump(story, look))
    parts = (title, *beside, _also(story.also))
    return "• " + " · ".join(part for part in parts if part)


def _heading(page: Page, story: Story) -> str:
    """Return what stands over a line: its section, if the digest has any."""
    if story.section:
        return f"**{escaped(story.section, _SECTION)}**"
    return f"**{texts.ALSO_NEW if page.part == 1 else texts.MORE_NEWS}**"


def _jump(story: Story, look: Look) -> str:
    """Return a link to where a story is discussed in this server, or else where it is posted."""
    found = [(address, spot) for spot in story.spots if (address := look.jump(spot))]
    for address, spot in found:
        if spot.thread_id is not None:
            return f"[{texts.DISCUSSION}]({address})"
    return f"[{texts.POST}]({found[0][0]})" if found else ""


def _also(articles: Sequence[Article], room: int = _ALSO) -> str:
    """Return links to those who also cover a story, as many as fit, the others counted."""
    if not articles:
        return ""
    told: list[str] = []
    left = len(articles)
    for article in articles:
        name = link(article.provider.name or article.title, article.url, _NAME)
        counted = texts.also([*told, name], left - 1)
        if units(counted) > room:
            break
        told.append(name)
        left -= 1
    text = texts.also(told, left)
    return text if units(text) <= room else ""
