"""What members choose from while they type, and what they chose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from discord import app_commands

from bot.chat import limits
from bot.chat.asking.listing import number
from bot.news.plan import Candidate, concerns
from bot.news.subscription import Subscription
from bot.news.text import cut, units
from bot.store import articles, labels
from bot.store.articles import Title
from bot.store.database import Database

Choices = list[app_commands.Choice[str]]


async def titles(
    database: Database, now: datetime, typed: str, followed: Sequence[Subscription] = ()
) -> Choices:
    """Offer articles by their titles; the value is the article's id.

    Staff of a server is also offered hidden ones that a subscription of theirs follows.
    """
    found = await _titles(database, now, typed, followed)
    return [app_commands.Choice(name=cut(t.title, limits.CHOICE), value=str(t.id)) for t in found]


async def topics(database: Database, now: datetime, typed: str) -> Choices:
    """Offer topics by their names."""
    return _named(await labels.topics_like(database, now, typed, limits.CHOICES))


async def providers(database: Database, now: datetime, typed: str) -> Choices:
    """Offer providers by their names."""
    return _named(await labels.providers_like(database, now, typed, limits.CHOICES))


def _named(names: Iterable[str]) -> Choices:
    return [app_commands.Choice(name=n, value=n) for n in names if 0 < units(n) <= limits.CHOICE]


async def chosen(
    database: Database, now: datetime, typed: str, followed: Sequence[Subscription] = ()
) -> Candidate | None:
    """Return the article chosen from the list, or else the newest with all that was typed."""
    article_id = number(typed)
    candidate = await articles.article(database, article_id) if article_id is not None else None
    # A title may be a number too. Without a word in it, what was typed would fit every title.
    if candidate is None and any(character.isalnum() for character in typed):
        found = await _titles(database, now, typed, followed)
        candidate = await articles.article(database, found[0].id) if found else None
    return candidate if candidate and concerns(candidate, followed, now) else None


async def _titles(
    database: Database, now: datetime, typed: str, followed: Sequence[Subscription]
) -> list[Title]:
    found = [*await articles.titles(database, now, typed, limits.CHOICES)]
    if followed:
        hidden = await articles.hidden(database, now, typed)
        found += [Title(c.id, c.article.title) for c in hidden if concerns(c, followed, now)]
    return sorted(found, key=lambda title: title.id, reverse=True)[: limits.CHOICES]
