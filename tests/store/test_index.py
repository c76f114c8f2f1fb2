"""Whatever becomes of articles, they are searched by what they are now, if they are listed."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from bot.news.article import Provider, Related
from bot.store import index
from bot.store.database import open_database
from tests.samples import NOW, article
from tests.store.archive import keep, withdraw
from tests.store.older import before_search
from tests.store.strategies import quickly

TITLES = ("Comet seen", "Gulls seen twice", "Robots: seen, counted", "Über den Kometen")
EDITS = st.fixed_dictionaries(
    {
        "title": st.sampled_from(TITLES),
        "body": st.sampled_from(("", "A harbour lamp.")),
        "topics": st.sampled_from(((), ("Space",), ("Space", "AI"), ("S p a c e",))),
        "provider": st.sampled_from((Provider(""), Provider("Gazette", "g.example"))),
        "related": st.sampled_from(((), (Related("Lamp lit", "https://l.example/"),))),
        "published": st.booleans(),
        "published_at": st.integers(0, 3).map(lambda days: NOW - timedelta(days=days)),
    }
)
SLUGS = st.sampled_from("abc")
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("keep"), SLUGS, EDITS),
        st.tuples(st.just("copy"), SLUGS, EDITS),
        st.tuples(st.just("withdraw"), SLUGS),
        st.tuples(st.just("policy"), st.sampled_from(("post", "review"))),
    ),
    max_size=8,
)


async def searched(database):
    """Return all that lookups go by, by the address of each article."""
    with closing(sqlite3.connect(database.path)) as eye:
        eye.execute("CREATE VIRTUAL TABLE temp.term USING fts5vocab(main, article_text, instance)")
        terms = eye.execute(
            """SELECT canonical_url, term, col, "offset" FROM term JOIN article ON id = doc
            WHERE term NOT LIKE ? ORDER BY 1, 2, 3, 4""",
            (f"{index.EVERY}%",),
        ).fetchall()
        marks, labels = [], []
        for table in ("topic", "provider"):
            marks += eye.execute(
                f"""SELECT canonical_url, {table}.key FROM term
                JOIN {table} ON term = ? || substr('{table}', 1, 1) || {table}.id
                JOIN article ON article.id = doc ORDER BY 1, 2""",
                (index.EVERY,),
            ).fetchall()
            labels += eye.execute(
                f"""SELECT key, articles, newest.canonical_url, group_concat(a.canonical_url)
                FROM {table} JOIN article AS newest ON newest.id = newest
                JOIN (SELECT * FROM article_{table} ORDER BY article_id) ON {table}_id = {table}.id
                JOIN article AS a ON a.id = article_id GROUP BY 1 ORDER BY 1"""
            ).fetchall()
        words = eye.execute("SELECT * FROM word WHERE articles > 0").fetchall()
        everything = eye.execute("SELECT count(*) FROM term WHERE term = ?", (index.EVERY,))
        return terms, marks, labels, words, everything.fetchone()


@quickly
@given(events=EVENTS)
async def test_after_any_history_the_index_is_that_of_a_fresh_archive(events):
    policy = "review"
    with TemporaryDirectory() as folder:
        async with open_database(Path(folder) / "old.db") as old:
            for kind, *what in events:
                if kind == "policy":
                    (policy,) = what
                    await keep(old, unpublished=policy)
                elif kind == "withdraw":
                    await withdraw(old, "seeds", *what)
                else:
                    slug, fields = what
                    other = {"canonical_url": article("a").url} if kind == "copy" else {}
                    await keep(old, article(slug, **fields, **other), unpublished=policy)
            rows = await old.read("SELECT * FROM article WHERE listed ORDER BY id")
            async with open_database(Path(folder) / "fresh.db") as fresh:
                kept = [index.article_from(row) for row in rows]
                await keep(fresh, *kept, unpublished="post")
                assert await searched(old) == await searched(fresh)


async def test_the_index_of_an_older_database_is_made_before_anything_changes(tmp_path):
    path = tmp_path / "broadsheet.db"
    kept = [article(f"a{n}", title=f"Comet number {n}", published=n % 3 > 0) for n in range(12)]
    async with open_database(path) as database:
        await keep(database, *kept)
        whole = await searched(database)
    before_search(path)
    async with open_database(path) as database:
        assert (await searched(database))[0] == []
        await keep(database, kept[0])
        assert await searched(database) == whole
        await withdraw(database, "seeds", "a1")
        assert len((await searched(database))[0]) < len(whole[0])


async def test_tidying_leaves_one_part_and_everything_in_it(database):
    for number in range(40):
        await keep(database, article(f"a{number}", title=TITLES[number % len(TITLES)]))
    before = await searched(database)
    assert await parts(database) > 1
    await index.tidy(database)
    assert await parts(database) == 1
    assert await searched(database) == before
    await keep(database, article("a0", title="Something new"))
    assert await searched(database) != before


async def parts(database):
    ((count,),) = await database.read("SELECT count(DISTINCT segid) FROM article_text_idx")
    return count
