"""Whatever becomes of articles, they are searched by what they are now, if they are listed."""

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
from tests.store.searched import searched
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
ONE_CHANGE = st.one_of(
    st.builds(dict, published=st.booleans()),
    st.builds(dict, body=st.sampled_from(("", "A harbour lamp."))),
    st.builds(dict, quality=st.integers(0, 100)),
)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("keep"), SLUGS, EDITS),
        st.tuples(st.just("copy"), SLUGS, EDITS),
        st.tuples(st.just("edit"), SLUGS, ONE_CHANGE),
        st.tuples(st.just("withdraw"), SLUGS),
        st.tuples(st.just("policy"), st.sampled_from(("post", "review"))),
    ),
    max_size=8,
)


@quickly
@given(events=EVENTS)
async def test_after_any_history_the_index_is_that_of_a_fresh_archive(events):
    policy, last = "review", {}
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
                    # Every change of all fields at once would hide one that is overlooked.
                    fields = last.get(slug, {}) | fields if kind == "edit" else fields
                    last[slug] = fields
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
