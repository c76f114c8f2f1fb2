"""The bot of the demo: the sample articles, posted into the channels of the simulated server."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from bot import demo
from bot.config import fitted
from bot.demo.channels import STAFF, ChannelPlan
from bot.demo.terms import require_packages
from bot.desk import Desk, open_desk
from bot.errors import SettingsError
from bot.news.article import Article, Picture
from bot.settings import Settings
from bot.sources import folder

_HINTS = (
    "`/news search` finds every word of the articles, `/news latest` shows what is new",
    "`/news article` and `/news related` find an article while you type its title",
    "`/news topics` shows what it is all about, and which channel follows it",
    "Discuss below a post, or `/discuss article`, leads into its discussion",
    "Reply there or react to a post, and look at `/news trending`",
    "Follow below a post, or `/news follow`: its next discussions mention you",
    "#digest sums up all that is new every minute; `/digest preview` does for you alone",
    "As Alice, decide in #staff about what is held back",
    "As Alice, `/publish due` posts at once what would come next",
    "`/subscription add` lets another channel follow the news, `/news why` tells what became of it",
)
_EVER = "36500d"  # the samples keep their dates
_EVERY = 12  # seconds between two posts in the first channel; each further one takes _MORE longer
_MORE = 5


async def show(seeds: Path, *, port: int | None, browser: bool, say: Callable[[str], None]) -> int:
    """Run the demo with the articles in `seeds` until Ctrl-C; return the exit code.

    Raises SettingsError if the packages of the demo are missing or its port is taken, SourceError
    if there is no such folder.
    """
    require_packages()
    articles = await asyncio.to_thread(_articles, seeds)
    pictures = tuple(picture for article in articles for picture in _pictures(article))
    with tempfile.TemporaryDirectory(prefix="broadsheet-") as place:

        def opener(channels: Mapping[str, int]) -> AbstractAsyncContextManager[Desk]:
            return open_desk(_settings(seeds, Path(place), channels))

        options = demo.Options(say=say, pictures=pictures, hints=_HINTS, port=port, browser=browser)
        await demo.play(opener, options)
    return 0


def _articles(seeds: Path) -> list[Article]:
    paths = sorted(folder.scan(seeds).files)
    readings = folder.read_all(seeds, seeds.as_posix(), paths)
    return [reading.article for reading in readings if reading.article is not None]


def _pictures(article: Article) -> Iterator[Picture]:
    yield from article.pictures
    yield from article.provider.pictures
    for related in article.related:
        yield from related.pictures


def _manner(plan: ChannelPlan, number: int) -> dict[str, str]:
    if plan.digest:  # not at once: by the full minute there are posts that it can lead to
        return {"post": "digest", "schedule": "* * * * *"}
    return {"every": f"{_EVERY + number * _MORE}s"}


def _settings(seeds: Path, place: Path, channels: Mapping[str, int]) -> Settings:
    following = [plan for plan in demo.CHANNELS if plan.topics]
    settings, mistakes = fitted(
        {
            "database": str(place / "demo.db"),
            "sources": [{"folder": str(seeds), "language": "en"}],
            "review": {"channel": channels[STAFF], "backlog": _EVER},
            "subscriptions": [
                {
                    "name": plan.name,
                    "channel": channels[plan.name],
                    "topics": list(plan.topics),
                    "limit": 1,
                    "backlog": "all",
                    "discuss": "thread",
                    **_manner(plan, number),
                }
                for number, plan in enumerate(following)
            ],
        }
    )
    if settings is None or mistakes:
        raise SettingsError("; ".join(mistake.reason for mistake in mistakes))
    return settings
