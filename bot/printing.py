"""Tables, lists and progress in a terminal."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text

from bot.jobs.digests import Edition
from bot.jobs.ingest import Report
from bot.jobs.lookup import Found
from bot.news.article import Article
from bot.news.plan import Candidate, Verdict
from bot.news.subscription import Subscription
from bot.news.text import cut, readable

_TITLE = 100  # characters of a title in a list
_ALWAYS = ("added", "updated", "unchanged", "refused")
_OUTCOMES = ("added", "updated", "restored", "unchanged", "duplicate", "withdrawn", "refused")


def print_line(line: str) -> None:
    """Print one line as it is, without what could command the terminal."""
    _console().print(_seen(line))


def print_import(reports: Sequence[Report]) -> None:
    """Print a table of what became of the files, then what is to be mended, a line each."""
    shown = [o for o in _OUTCOMES if o in _ALWAYS or any(r.counts[o] for r in reports)]
    table = Table("source", *(Column(name, justify="right") for name in shown), box=SIMPLE_HEAD)
    for report in reports:
        table.add_row(_seen(report.source), *(str(report.counts[name]) for name in shown))
    console = _console()
    console.print(table)
    for report in reports:
        for finding in sorted(report.findings, key=lambda f: (f.kind, f.path, f.problem.line)):
            console.print(_seen(f"{finding.kind:<9}  {finding.told(report.source)}"))


def print_plan(
    subscription: Subscription,
    verdicts: Sequence[Verdict],
    made: Edition,
    run: datetime,
    most: int,
) -> None:
    """Print what is due for a subscription, and why the newest `most` others are held back.

    `made` is the digest that would be made of it, if it is posted as one; `run` is when.
    """
    due = [verdict for verdict in verdicts if verdict.hold is None and not verdict.digest]
    held = [verdict for verdict in reversed(verdicts) if verdict.hold is not None]
    console = _console()
    when = run.astimezone().strftime("%Y-%m-%d %H:%M %Z")
    heading = f"{subscription.name} → channel {subscription.channel_id}, next run {when}"
    console.print()
    console.print(_seen(heading))
    console.print("─" * len(heading))
    _print_digest(console, made)
    for verdict in due:
        console.print(_seen(f"  post  {_line(verdict.candidate)}"))
    if not due and not made.stories:
        console.print("  nothing is due")
    for verdict in held[:most]:
        console.print(_seen(f"  hold  {_line(verdict.candidate)} – {verdict.why}"))
    if len(held) > most:
        counts = Counter(verdict.hold for verdict in held[most:])
        rest = ", ".join(f"{n} {hold.value}" for hold, n in counts.most_common() if hold)
        console.print(f"  and {len(held) - most} more held back: {rest}")


def print_found(shown: Sequence[Article], found: Found) -> None:
    """Print articles, two lines each, or what to search for instead."""
    for article in shown:
        print_line(f"{_dated(article)}  {article.provider.name}".rstrip())
        print_line(f"                  {article.url}")
    rest = len(found.ids) - len(shown)
    if rest:
        print_line(f"and {rest}{' or more' if found.more else ''} other{'s' * (rest > 1)}")
    if not found.ids:
        nearest = f": did you mean {found.nearest}?" if found.nearest else ""
        print_line(f"No article has all of that{nearest}")


@contextmanager
def progress_bar(name: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far the work is; nothing where no person is looking."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
    with bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _console() -> Console:
    return Console(soft_wrap=True, highlight=False)


def _seen(text: str) -> Text:
    """Return `text` to print as it is: file names may hold anything, even escape sequences."""
    return Text(readable(text))


def _print_digest(console: Console, made: Edition) -> None:
    """Print a digest's stories with their scores, those that also cover one below it."""
    if not made.stories:
        return
    articles, stories = sum(map(len, made.ids)), len(made.stories)
    since = made.since.astimezone().strftime("%Y-%m-%d %H:%M %Z")
    console.print(f"  a digest of what is new since {since}: {articles} in {stories} stories")
    for story in made.stories:
        console.print(_seen(f"  {story.score:4.0f}  {_line(story.best)}"))
        for candidate in story.also:
            console.print(_seen(f"  also  {_line(candidate)}"))


def _line(candidate: Candidate) -> str:
    return _dated(candidate.article)


def _dated(article: Article) -> str:
    return f"{article.published_at:%Y-%m-%d %H:%M}  {cut(article.title, _TITLE)}"
