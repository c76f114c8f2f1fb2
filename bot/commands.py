"""The commands of the terminal that need no Discord: import, plan, search and export."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import SourceError
from bot.jobs import lookup
from bot.jobs.digests import foreseen
from bot.jobs.ingest import Report, ingest
from bot.jobs.planning import explain, next_runs
from bot.jobs.roster import entries
from bot.news import document
from bot.news.query import Scope
from bot.news.source import Source
from bot.news.text import cut, in_one_line
from bot.printing import print_found, print_import, print_line, print_plan, progress_bar
from bot.settings import Settings
from bot.sources.folder import ENDINGS
from bot.store import articles, labels
from bot.store.database import Database, open_database, open_for_reading

_ANY = labels.Label(0, "")


async def import_articles(settings: Settings, paths: Iterable[Path]) -> int:
    """Load the sources, or what is below `paths`; return 1 if any file is refused, else 0.

    Raises SourceError, once all others are loaded, if a folder cannot be read.
    """
    wanted = [_wanted(settings, path) for path in paths]
    wanted = wanted or [(source, "") for source in settings.articles_from()]
    done: list[Report] = []
    failures: list[str] = []
    async with open_database(settings.database.path) as database:
        for source, within in wanted:
            try:
                done.append(await _import(database, source, within))
            except SourceError as error:
                failures.append(str(error))
    print_import(done)
    if failures:
        raise SourceError("\n".join(failures))
    return 1 if any(report.counts["refused"] for report in done) else 0


async def show_plan(settings: Settings, held: int) -> int:
    """Print for every subscription what is due now, and for the rest what holds it back."""
    now = datetime.now(UTC)
    async with open_for_reading(settings.database.path) as database:
        known = await entries(database, settings.subscriptions, settings.timezone)
        running = [entry.subscription for entry in known if entry.runs]
        for subscription in running:
            verdicts = await explain(database, subscription, now)
            next_digest = await foreseen(database, subscription, verdicts, now)
            (run,) = await next_runs(database, subscription, now, 1)
            print_plan(subscription, verdicts, next_digest, run, held)
    if not running:
        print_line("No channel follows the news yet: add one under `subscriptions`.")
    return 0


async def search_archive(
    settings: Settings, words: str, *, topic: str, provider: str, newest: bool, count: int
) -> int:
    """Print the articles that have all the words, best first; return 1 if there are none."""
    now = datetime.now(UTC)
    async with open_for_reading(settings.database.path) as database:
        of_topic = await labels.topic(database, now, topic) if topic else _ANY
        of_provider = await labels.provider(database, now, provider) if provider else _ANY
        if of_topic is None or of_provider is None:
            kind, name = ("provider", provider) if of_topic else ("topic", topic)
            print_line(f"No article has the {kind} {name}")
            return 1
        scope = Scope(of_topic.id, of_provider.id)
        found = await lookup.search(database, words, scope, now, newest=newest)
        shown = await articles.several(database, found.ids[:count], now)
    print_found([each.article for each in shown], found)
    return 0 if shown else 1


async def export_subscriptions(settings: Settings, server: int | None) -> int:
    """Print the subscriptions made in Discord, of one server or of all, as a file has them.

    One that can be read no more is a comment with the reason: a file would be refused for it.
    """
    async with open_for_reading(settings.database.path) as database:
        known = await entries(database, settings.subscriptions, settings.timezone)
    found = [(e.made, e.broken) for e in known if e.made and server in (None, e.made.guild_id)]
    used = {settings.name for settings in settings.subscriptions}
    usable = any(not broken for _, broken in found)
    lines = ["subscriptions:"] if usable else ["subscriptions: []"]
    for each, broken in found:
        name = each.name if each.name not in used else f"{cut(each.name, 75)} ({each.guild_id})"
        used.add(name)
        lines.append(f"  # made in server {each.guild_id} by member {each.made_by}")
        if broken:
            lines.append(f"  # left out, as it cannot be read any more: {in_one_line(broken)}")
        written = document.write([{"name": name, **each.written}])
        lines += [f"  {'# ' if broken else ''}{line}" for line in written.splitlines()]
    for line in lines:
        print_line(line)
    return 0


async def _import(database: Database, source: Source, within: str) -> Report:
    now = datetime.now(UTC)
    with progress_bar(source.name) as progress:
        return await ingest(database, source, now, within=within, progress=progress)


def _wanted(settings: Settings, path: Path) -> tuple[Source, str]:
    """Return the source that `path` belongs to, and what part of it; any other is its own."""
    target = path.resolve()
    if not target.exists():
        raise SourceError(f"{path}: there is no such file or folder")
    for source in settings.articles_from():
        folder = source.folder.resolve()
        if target.is_relative_to(folder):
            within = target.relative_to(folder).as_posix()
            return source, "" if within == "." else within + ("/" if target.is_dir() else "")
    if not _is_utf_8(path):
        raise SourceError(f"{path}: its name is not UTF-8: rename it")
    if target.is_dir():
        return Source(path.as_posix(), path), ""
    if not path.name.lower().endswith(ENDINGS):
        raise SourceError(
            f"{path}: not an article file: its name must end in {' or '.join(ENDINGS)}"
        )
    return Source(path.parent.as_posix(), path.parent), path.name


def _is_utf_8(path: Path) -> bool:
    return not any(0xD800 <= ord(c) <= 0xDFFF for c in path.as_posix())  # what stands for a byte
