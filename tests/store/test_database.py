import asyncio
import sqlite3
import sys
from contextlib import closing
from datetime import timedelta

import pytest

from bot.errors import StoreError
from bot.news.front_matter import VERSION
from bot.news.post import Fate
from bot.store import articles, errands, files, outbox, reviews
from bot.store.database import open_database, open_for_reading
from bot.store.intake import FileRead, save
from bot.store.migrations import MIGRATIONS
from bot.store.settings import remember, remembered
from tests.samples import CHANNEL, NOW, article
from tests.store.archive import keep

OURS = 0x42726473

HOLD = """
import asyncio, sys
from pathlib import Path
from bot.store.database import open_database

async def hold():
    async with open_database(Path(sys.argv[1])):
        print("open", flush=True)
        await asyncio.to_thread(sys.stdin.readline)

asyncio.run(hold())
"""


def sqlite(path, *statements):
    """Run statements on a file without Broadsheet; return the rows of the last one."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            rows = connection.execute(statement).fetchall()
        return rows


async def holder(path):
    """Start another process that has the database open."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HOLD, str(path)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert await asyncio.wait_for(process.stdout.readline(), 30) == b"open\n"
    return process


async def pragma(database, name):
    ((of_reader,),) = await database.read(f"PRAGMA {name}")
    async with database.transaction() as transaction:
        ((of_writer,),) = await transaction.read(f"PRAGMA {name}")
    return of_reader, of_writer


async def test_a_fresh_database_has_seen_every_migration_and_says_whose_it_is(tmp_path):
    path = tmp_path / "var" / "new" / "broadsheet.db"
    async with open_database(path):
        pass
    assert sqlite(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]
    assert sqlite(path, "PRAGMA application_id") == [(OURS,)]


async def test_opened_again_it_is_as_it_was_left(tmp_path):
    path = tmp_path / "broadsheet.db"
    async with open_database(path) as database:
        await remember(database, "colour", "green")
    async with open_database(path) as database:
        assert await remembered(database, "colour") == "green"


async def test_an_older_database_is_brought_up_to_date(tmp_path):
    path = tmp_path / "broadsheet.db"
    sqlite(path, f"PRAGMA application_id = {OURS}")
    async with open_database(path) as database:
        assert await database.read("SELECT count(*) FROM article")
    assert sqlite(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]


async def test_a_migration_that_fails_leaves_nothing_of_itself(tmp_path):
    path = tmp_path / "broadsheet.db"
    sqlite(path, f"PRAGMA application_id = {OURS}", "CREATE TABLE post (mine)")
    with pytest.raises(StoreError, match="already exists"):
        async with open_database(path):
            pass
    assert sqlite(path, "SELECT name FROM sqlite_schema") == [("post",)]
    assert sqlite(path, "PRAGMA user_version") == [(0,)]


@pytest.mark.parametrize("opened", [open_database, open_for_reading])
async def test_a_newer_database_is_refused(tmp_path, opened):
    path = tmp_path / "broadsheet.db"
    async with open_database(path):
        pass
    sqlite(path, f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(StoreError, match="is from a newer version of Broadsheet: upgrade this one"):
        async with opened(path):
            pass
    assert sqlite(path, "PRAGMA user_version") == [(len(MIGRATIONS) + 1,)]


@pytest.mark.parametrize("opened", [open_database, open_for_reading])
async def test_a_database_of_another_program_is_refused_untouched(tmp_path, opened):
    path = tmp_path / "photos.db"
    sqlite(path, "CREATE TABLE photo (name)", "PRAGMA user_version = 1")
    with pytest.raises(StoreError, match="is a database of another program: choose another file"):
        async with opened(path):
            pass
    assert sqlite(path, "SELECT name FROM sqlite_schema") == [("photo",)]
    assert sqlite(path, "PRAGMA journal_mode") == [("delete",)]


@pytest.mark.parametrize("opened", [open_database, open_for_reading])
async def test_a_file_that_is_no_database_is_refused_and_named(tmp_path, opened):
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, today there was fog. " * 100)
    with pytest.raises(StoreError, match=r"notes\.txt: file is not a database"):
        async with opened(path):
            pass
    assert path.read_text().startswith("Dear diary")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("file/broadsheet.db", "File exists"), ("folder", "Is a directory")],
)
async def test_a_place_where_no_file_can_be_is_refused_and_named(tmp_path, name, reason):
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError, match=f"^{tmp_path / name}: {reason}$"):
        async with open_database(tmp_path / name):
            pass


async def test_it_keeps_a_write_ahead_log_and_lets_no_power_cut_undo_a_commit(database):
    assert await pragma(database, "journal_mode") == ("wal", "wal")
    assert await pragma(database, "foreign_keys") == (1, 1)
    assert await pragma(database, "synchronous") == (2, 2)


async def test_a_post_of_no_article_is_refused_by_the_database(database):
    with pytest.raises(StoreError, match="FOREIGN KEY"):
        async with database.transaction() as transaction:
            await transaction.write("INSERT INTO article_topic VALUES (1, 1)")


async def test_a_second_opening_in_the_same_process_is_refused(database):
    with pytest.raises(StoreError, match="is in use by another Broadsheet process: stop that one"):
        async with open_database(database.path):
            pass


async def test_another_process_keeps_it_until_it_ends_even_if_it_is_killed(tmp_path):
    path = tmp_path / "broadsheet.db"
    process = await holder(path)
    try:
        with pytest.raises(StoreError, match="is in use by another Broadsheet process: stop that"):
            async with open_database(path):
                pass
    finally:
        process.kill()
        await process.communicate()
    async with open_database(path) as database:
        await remember(database, "colour", "green")


async def test_it_can_be_read_beside_the_process_that_has_it(tmp_path):
    path = tmp_path / "broadsheet.db"
    process = await holder(path)
    try:
        async with open_for_reading(path) as database:
            assert await remembered(database, "colour") is None
    finally:
        await process.communicate(b"\n")
    assert process.returncode == 0


async def test_a_reader_sees_what_is_committed_and_nothing_before(database):
    async with open_for_reading(database.path) as beside:
        async with database.transaction() as transaction:
            await transaction.write("INSERT INTO setting VALUES ('colour', 'green')")
            assert await remembered(database, "colour") is None
            assert await remembered(beside, "colour") is None
        assert await remembered(database, "colour") == "green"
        assert await remembered(beside, "colour") == "green"


async def test_what_is_open_for_reading_cannot_be_written(database):
    async with open_for_reading(database.path) as beside:
        with pytest.raises(StoreError, match="is open for reading only"):
            await remember(beside, "colour", "green")
        with pytest.raises(StoreError, match="readonly"):
            await beside.read("DELETE FROM setting")
    with pytest.raises(StoreError, match="readonly"):
        await database.read("DELETE FROM setting")


async def test_a_database_that_is_not_there_yet_is_not_made_by_reading_it(tmp_path):
    path = tmp_path / "broadsheet.db"
    with pytest.raises(StoreError, match="does not exist yet: `broadsheet import` makes it"):
        async with open_for_reading(path):
            pass
    assert list(tmp_path.iterdir()) == []


async def test_an_older_database_is_not_read_but_told_how_to_upgrade(tmp_path):
    path = tmp_path / "broadsheet.db"
    sqlite(path, f"PRAGMA application_id = {OURS}")
    with pytest.raises(StoreError, match="older version: `broadsheet import` upgrades it"):
        async with open_for_reading(path):
            pass


async def test_a_transaction_that_fails_leaves_nothing_and_the_next_one_works(database):
    async def write_twice():
        async with database.transaction() as transaction:
            await transaction.write("INSERT INTO setting VALUES ('colour', 'green')")
            await transaction.write("INSERT INTO setting VALUES ('colour', 'blue')")

    with pytest.raises(StoreError, match="UNIQUE"):
        await write_twice()
    assert await remembered(database, "colour") is None
    await remember(database, "colour", "red")
    assert await remembered(database, "colour") == "red"


async def test_a_cancelled_transaction_leaves_nothing_and_the_next_one_works(database):
    inside = asyncio.Event()

    async def write_and_wait():
        async with database.transaction() as transaction:
            await transaction.write("INSERT INTO setting VALUES ('colour', 'green')")
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_and_wait())
    await asyncio.wait_for(inside.wait(), 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await remembered(database, "colour") is None
    await remember(database, "colour", "red")


async def test_a_transaction_cancelled_while_it_begins_does_not_stay_open(database):
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        task = asyncio.create_task(remember(database, "colour", "green"))
        await asyncio.wait({task}, timeout=0.05)
        task.cancel()
        await asyncio.wait({task}, timeout=0.05)
        other.execute("ROLLBACK")
    with pytest.raises(asyncio.CancelledError):
        await task
    await remember(database, "colour", "red")
    assert await remembered(database, "colour") == "red"


async def test_transactions_wait_for_each_other(database):
    async def count_up():
        async with database.transaction() as transaction:
            ((value,),) = await transaction.read(
                "SELECT ifnull(max(CAST(value AS INTEGER)), 0) FROM setting"
            )
            await transaction.write(
                "INSERT OR REPLACE INTO setting VALUES ('count', ?)", (str(value + 1),)
            )

    await asyncio.gather(*(count_up() for _ in range(20)))
    assert await remembered(database, "count") == "20"


async def older(path, version):
    """Make a database as an older version left it, with five articles; return their ids."""
    now = path.with_name("now.db")
    async with open_database(now) as database:
        for slug in SLUGS:
            await keep(database, article(slug))
    for statement in (s for migration in MIGRATIONS[:version] for s in migration):
        sqlite(path, statement)
    columns = ", ".join(row[1] for row in sqlite(path, "PRAGMA table_info(article)"))
    sqlite(
        path,
        f"PRAGMA application_id = {OURS}",
        f"PRAGMA user_version = {version}",
        f"ATTACH '{now}' AS now",
        f"INSERT INTO article SELECT {columns} FROM now.article",
    )
    return [key for (key,) in sqlite(path, "SELECT id FROM article ORDER BY id")]


SLUGS = ("a", "b", "c", "d", "e")


async def test_titles_of_an_older_version_are_offered_the_newest_first(tmp_path):
    path = tmp_path / "broadsheet.db"
    ids = await older(path, 19)
    async with open_database(path) as database:
        offered = await articles.titles(database, NOW, article("a").title)
    assert [title.id for title in offered] == ids[::-1]


async def test_what_the_first_version_remembers_of_its_posts_is_kept(tmp_path):
    path = tmp_path / "broadsheet.db"
    ids = await older(path, 1)
    fates = ("planned", "sending", "posted", "unknown", "rejected")
    for key, fate in zip(ids, fates, strict=True):
        sqlite(
            path,
            f"""INSERT INTO post (channel_id, article_id, subscription, nonce, fate, claimed_at)
            VALUES ({CHANNEL}, {key}, 'space', 'n{key}', '{fate}', 7.0)""",
        )
    async with open_database(path) as database:
        posts = [await outbox.find(database, CHANNEL, key) for key in ids]
    after = [Fate.REJECTED, Fate.SENDING, Fate.POSTED, Fate.UNKNOWN, Fate.PARKED]
    assert [post.fate for post in posts] == after
    assert [post.settled for post in posts] == [False, False, True, False, True]
    assert {post.urls for post in posts} == {(article(slug).url,) for slug in SLUGS}


async def test_what_the_second_version_remembers_of_its_posts_is_kept(tmp_path):
    path = tmp_path / "broadsheet.db"
    ids = await older(path, 2)
    columns = """id, channel_id, article_id, subscription, nonce, fate, reason, claimed_at,
        tried_at, attempts, retry_at, settled_at, urls, message_id, thread_id, discussion"""
    fates = ("planned", "sending", "posted", "unknown", "parked")
    for key, fate in zip(ids, fates, strict=True):
        sqlite(
            path,
            f"""INSERT INTO post ({columns}) VALUES ({key % 1000 + 40}, {CHANNEL}, {key}, 'space',
            'n{key}', '{fate}', 'why', 7.0, 8.0, 3, 9.0, 10.0, '["u"]', 5, 6, 'wanted')""",
        )
    everything = f"SELECT {columns} FROM post ORDER BY id"
    before = sqlite(path, everything)
    async with open_database(path) as database:
        post = await outbox.find(database, CHANNEL, ids[1])
    assert sqlite(path, everything) == before
    assert (post.fate, post.digest_id, post.part) == (Fate.SENDING, None, 1)
    assert sqlite(path, "PRAGMA foreign_key_check") == []


async def test_cards_of_before_are_those_of_their_channel_and_reviews_go_on(tmp_path):
    path = tmp_path / "broadsheet.db"
    await older(path, 15)
    since = NOW - timedelta(days=3)
    sqlite(
        path,
        "INSERT INTO source (name, unpublished) VALUES ('seeds', 'review'), ('other', 'skip')",
        f"INSERT INTO setting VALUES ('reviewed_since', '{since.isoformat()}')",
        """INSERT INTO errand (kind, subject, place, content, nonce, fate, made_at, claimed_at,
        tried_at) VALUES ('review', 'https://x.example/a', 5, '{}', 'n', 'planned', 7, 7, 7)""",
    )
    async with open_database(path) as database:
        card = reviews.card_of(5, "https://x.example/a")
        assert (await errands.find(database, "review", card)).nonce == "n"
        rows = await database.read("SELECT name, reviewed_since FROM source ORDER BY name")
        assert [tuple(row) for row in rows] == [("other", None), ("seeds", since.timestamp())]
        assert await remembered(database, "reviewed_since") is None


async def test_articles_of_before_have_no_language_until_their_files_are_read_again(tmp_path):
    path = tmp_path / "broadsheet.db"
    ids = await older(path, 17)
    sqlite(
        path,
        "INSERT INTO source (name, unpublished, reviewed_since) VALUES ('seeds', 'review', 5.0)",
        f"INSERT INTO file VALUES ('seeds', 'a.md', 1, 1, 'article', {ids[0]}, '[]')",
        f"INSERT INTO setting VALUES ('reader_version', '{VERSION - 1}')",
    )
    before = sqlite(path, "SELECT id, title, updated_at, fingerprint FROM article")
    async with open_database(path) as database:
        assert {each.article.language for each in await articles.in_channel(database, 1)} == {""}
        await files.open_source(
            database, "seeds", NOW, unpublished="review", reader_version=VERSION, language="de"
        )
        assert await files.known_files(database, "seeds") == {"a.md": (1, -2)}
        await save(database, "seeds", [FileRead("a.md", 1, 1, article("a", language="en"))], NOW)
        told = {c.article.slug: c.article.language for c in await articles.in_channel(database, 1)}
        assert told == {"a": "en"} | dict.fromkeys(SLUGS[1:], "de")
        ((since,),) = await database.read("SELECT reviewed_since FROM source")
        assert since == 5.0
    assert sqlite(path, "SELECT id, title, updated_at, fingerprint FROM article") == before
