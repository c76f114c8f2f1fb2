"""Many files at once are read by worker processes: the same work, only sooner."""

import logging
import multiprocessing
import os
import signal

from bot.store import index
from tests.jobs.desk import outcome
from tests.samples import front_matter, write

TINY = {"images": None, "provider": None, "excerpt": None, "heat": None}


def many(folder, count):
    """Write that many small files, each tenth of them broken."""
    folder.mkdir(exist_ok=True)
    for number in range(count):
        url = f"https://gazette.example.org/{number}"
        title = "" if number % 10 == 0 else f"Article {number}"
        path = folder / f"{number % 7}" / f"{number:04}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(front_matter(title=title, webUrl=url, **TINY))


async def stored(desk):
    """Return everything that is remembered, as it is in the tables."""
    tables = ("article", "topic", "article_topic", "provider", "word", "file")
    return {t: [tuple(r) for r in await desk.database.read(f"SELECT * FROM {t}")] for t in tables}


async def ids(transaction):
    return await transaction.read("SELECT id FROM article")


async def test_workers_leave_the_same_archive_as_one_process(desk):
    many(desk.folder, 1_100)
    children = set()

    def look(done, total):
        children.update(multiprocessing.active_children())

    report = await desk.load(progress=look)
    assert children
    assert outcome(report) == {"added": 990, "refused": 110}
    with_workers = await stored(desk)

    async with desk.database.transaction() as transaction:
        await index.take_out(transaction, [row["id"] for row in await ids(transaction)])
        for table in ("file", "article", "topic", "provider", "word"):
            await transaction.write(f"DELETE FROM {table}")
    children.clear()
    for start in range(7):
        await desk.load(f"{start}/", progress=look)
    assert not children
    assert {t: sorted(rows) for t, rows in (await stored(desk)).items()} == with_workers


async def test_workers_that_are_killed_lose_nothing(desk, caplog):
    many(desk.folder, 3_100)
    killed = []

    def kill_all(done, total):
        for child in [] if killed else multiprocessing.active_children():
            os.kill(child.pid, signal.SIGKILL)
            killed.append(child.pid)

    with caplog.at_level(logging.WARNING):
        report = await desk.load(progress=kill_all)
    assert killed
    assert outcome(report) == {"added": 2_790, "refused": 310}
    assert "worker process died" in caplog.text


async def test_few_files_are_read_without_starting_a_process(desk, tmp_path):
    write(desk.folder, "comet")
    children = []
    await desk.load(progress=lambda *_: children.extend(multiprocessing.active_children()))
    assert children == []
