"""A digest: what is new in one message or two, and how much of it fits into each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime

from bot.news.article import Article, topic_key
from bot.news.face import UNMARKED, Mark
from bot.news.images import Illustration
from bot.news.text import units
from bot.structs import Frozen

# Discord's limits: embeds of a message, UTF-16 units over all of them, and of one description.
EMBEDS = 10
UNITS = 6000
BLOCK = 4096
CLOSING = 100  # units kept free for the line that counts what is not shown


class Spot(Frozen):
    """Where an article is posted by itself; `thread_id` is its discussion, if there is one."""

    channel_id: int
    message_id: int
    thread_id: int | None = None


class Story(Frozen):
    """An article of a digest with those that also cover it; `section` is the topic it stands under.

    `spots` are where it is posted already, in whatever server; `mark` is what has become of the
    article since the digest was posted.
    """

    article: Article
    also: tuple[Article, ...] = ()
    section: str = ""
    illustration: Illustration = Illustration()
    spots: tuple[Spot, ...] = ()
    mark: Mark = UNMARKED


class Page(Frozen):
    """One message of a digest: its stories, the best first.

    `articles` and `providers` count the whole digest, `topics` are what it is about (none: all).
    `others` are articles of this message that are only counted; `discussed`: it tells what members
    make most of. The second message has `part` 2
    and, in a forum, is written into the thread of the first.
    """

    since: datetime
    until: datetime
    stories: tuple[Story, ...]
    articles: int
    providers: int
    topics: tuple[str, ...] = ()
    others: int = 0
    discussed: bool = False
    part: int = 1
    thread_id: int | None = None


class Line(Frozen):
    """A story as a line of a list; `heading` is what stands over it and its likes."""

    text: str
    heading: str = ""


class Packed(Frozen):
    """How a message is filled: its first stories as embeds, the next so many as lines of a list.

    `closed`: some are left, and the last of the lists has room to count them.
    """

    embeds: int
    lines: int
    lists: tuple[str, ...]
    closed: bool = False

    @property
    def stories(self) -> int:
        """How many stories are shown, from the first on."""
        return self.embeds + self.lines


def provider_key(article: Article) -> str:
    """Return what two articles of the same provider have in common; "" if nothing is known."""
    return (article.provider.domain or article.provider.name).casefold()


def section(article: Article, topics: Sequence[str]) -> str:
    """Return the topic under which an article stands; "" where there is but one, or none of them.

    The first of the topics that it carries.
    """
    keys = {topic_key(name) for name in article.topics}
    found = (topic for topic in topics if topic_key(topic) in keys)
    return next(found, "") if len(topics) > 1 else ""


def arranged(stories: Sequence[Story]) -> tuple[Story, ...]:
    """Put stories together by section: the section with the best story first."""
    order = list(dict.fromkeys(story.section for story in stories))
    return tuple(sorted(stories, key=lambda story: order.index(story.section)))


def pack(sizes: Sequence[int], lines: Sequence[Line], *, part: int = 1, others: int = 0) -> Packed:
    """Fill a message with stories, the best first; what fits in neither way is left to be counted.

    `sizes` are their units as embeds of their own, `lines` the same stories as lines, each of at
    most 4096 units. Only the first message has embeds; `others` are to be counted in any case.
    """
    embeds = _embeds(sizes, others) if part == 1 else 0
    room, most = UNITS - sum(sizes[:embeds]), EMBEDS - embeds
    rest = lines[embeds:]
    whole = lists(rest)
    if not others and _fit(whole, room, most):
        return Packed(embeds, len(rest), whole)

    def too_many(count: int) -> bool:
        return not _fit(_closed(rest[:count]), room, most)

    fitting = max(bisect_right(range(len(rest) + 1), False, key=too_many) - 1, 0)
    return Packed(embeds, fitting, lists(rest[:fitting]), closed=True)


def lists(lines: Sequence[Line]) -> tuple[str, ...]:
    """Return lines under their headings, in as few texts of at most 4096 units as they take."""
    groups: dict[str, list[str]] = {}
    for line in lines:
        over = [f"\n{line.heading}"] if line.heading else []  # an empty line sets it off
        groups.setdefault(line.heading, over).append(line.text)
    texts: list[str] = []
    for text in (each for group in groups.values() for each in group):
        if texts and units(texts[-1]) + 1 + units(text) <= BLOCK:
            texts[-1] += f"\n{text}"
        else:
            texts.append(text.lstrip("\n"))
    return tuple(texts)


def closing(lists_of_lines: Sequence[str], line: str) -> tuple[str, ...]:
    """Return the lists with a last line, in a text of its own if the last one is full."""
    *before, last = lists_of_lines or ("",)
    if last and units(last) + 1 + units(line) > BLOCK:
        return (*before, last, line)
    return (*before, f"{last}\n{line}".strip())


def _embeds(sizes: Sequence[int], others: int) -> int:
    """Return how many of the first stories stand by themselves.

    Where not all do, an embed and some room are kept for the list of the rest.
    """
    if not others and len(sizes) <= EMBEDS and sum(sizes) <= UNITS:
        return len(sizes)
    total = count = 0
    for size in sizes[: EMBEDS - 1]:
        total += size
        if total > UNITS - CLOSING:
            break
        count += 1
    return count


def _closed(lines: Sequence[Line]) -> tuple[str, ...]:
    return closing(lists(lines), "x" * CLOSING)


def _fit(texts: Sequence[str], room: int, most: int) -> bool:
    return len(texts) <= most and sum(map(units, texts)) <= room
