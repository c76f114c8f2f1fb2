"""Two files that tell the same story: one of them is its article, whatever becomes of the other."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store import articles, outbox
from bot.store.database import open_database
from tests.jobs.desk import Desk, findings, outcome
from tests.samples import CHANNEL, EVER, NOW, write
from tests.store.archive import latest

COMET = "https://gazette.example.org/comet"


@pytest.fixture
def other(desk, tmp_path):
    """A second source with the same archive."""
    folder = tmp_path / "other"
    folder.mkdir()
    return Desk(desk.database, folder, "other")


async def test_a_copy_in_the_same_folder_is_told_and_not_shown_twice(desk):
    write(desk.folder, "a", webUrl=COMET)
    write(desk.folder, "b", webUrl=COMET + "?utm_source=letter#top")
    report = await desk.load()
    assert outcome(report) == {"added": 1, "duplicate": 1}
    assert findings(report) == [("duplicate", "b.md", "tells the same story as seeds/a")]
    assert (await desk.told()).keys() == {"a"}
    again = await desk.load()
    assert outcome(again) == {"unchanged": 1, "duplicate": 1}
    assert again.findings == report.findings


async def test_a_copy_in_another_source_is_told_and_not_shown_twice(desk, other):
    write(desk.folder, "a", webUrl=COMET)
    write(other.folder, "b", webUrl=COMET)
    await desk.load()
    report = await other.load()
    assert outcome(report) == {"duplicate": 1}
    assert findings(report) == [("duplicate", "b.md", "tells the same story as seeds/a")]


async def test_a_copy_takes_over_the_article_and_its_post_when_the_original_goes(desk):
    write(desk.folder, "a", webUrl=COMET)
    write(desk.folder, "b", webUrl=COMET, title="The copy")
    await desk.load()
    original = (await desk.told())["a"].id
    await outbox.claim(desk.database, CHANNEL, original, "space", NOW)
    (desk.folder / "a.md").unlink()
    assert outcome(await desk.load()) == {"withdrawn": 1, "restored": 1}
    copy = (await desk.told())["b"]
    assert (copy.id, copy.article.title) == (original, "The copy")
    assert await outbox.find(desk.database, CHANNEL, copy.id) is not None
    write(desk.folder, "a", webUrl=COMET)
    assert outcome(await desk.load()) == {"unchanged": 1, "duplicate": 1}


async def test_a_copy_in_another_source_takes_over_too(desk, other):
    write(desk.folder, "a", webUrl=COMET)
    write(other.folder, "b", webUrl=COMET)
    await desk.load()
    await other.load()
    original = (await desk.told())["a"].id
    (desk.folder / "a.md").unlink()
    await desk.load()
    assert outcome(await other.load()) == {"restored": 1}
    assert (await desk.told())["b"].id == original


async def test_a_copy_tells_its_story_once_the_original_tells_another(desk):
    write(desk.folder, "a", webUrl=COMET)
    write(desk.folder, "b", webUrl=COMET)
    await desk.load()
    write(desk.folder, "a", webUrl="https://gazette.example.org/something-else")
    assert outcome(await desk.load()) == {"updated": 1, "added": 1}
    told = await desk.told()
    assert {slug: found.article.canonical_url for slug, found in told.items()} == {
        "a": "https://gazette.example.org/something-else",
        "b": COMET,
    }


async def test_files_that_exchange_their_stories_lose_neither(desk):
    urls = [f"https://gazette.example.org/{name}" for name in "xyz"]
    for name, url in zip("abc", urls, strict=True):
        write(desk.folder, name, webUrl=url)
    await desk.load()
    for name, url in zip("abc", urls[1:] + urls[:1], strict=True):
        write(desk.folder, name, webUrl=url, title="Exchanged with another")
    await desk.load()
    told = await desk.told()
    assert sorted(found.article.canonical_url for found in told.values()) == urls


async def test_a_file_that_takes_anothers_story_as_that_one_turns_to_a_new_one_is_told(desk):
    write(desk.folder, "a", webUrl=COMET)
    write(desk.folder, "b", webUrl=COMET + "-2")
    await desk.load()
    write(desk.folder, "a", webUrl=COMET + "-2", title="The second")
    write(desk.folder, "b", webUrl=COMET + "-3", title="The third")
    await desk.load()
    told = await desk.told()
    assert {found.article.canonical_url for found in told.values()} == {COMET + "-2", COMET + "-3"}


_FILES = [(source, name) for source in ("seeds", "other") for name in ("a", "b", "c")]
_DAY = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(_FILES, st.one_of(st.none(), st.integers(1, 4)))
)


@settings(max_examples=40)
@given(st.lists(_DAY, min_size=1, max_size=5))
async def test_whatever_files_do_every_story_is_told_once(days):
    with TemporaryDirectory() as place:
        async with open_database(Path(place) / "broadsheet.db") as database:
            desks = [Desk(database, Path(place) / name, name) for name in ("seeds", "other")]
            state: dict[tuple[str, str], int] = {}
            for number, day in enumerate(days):
                state = {**state, **day}
                state = {key: story for key, story in state.items() if story is not None}
                for each in desks:
                    _arrange(each, state, number)
                for each in desks + desks:
                    await each.load()
                await _check(database, set(state.values()))


def _arrange(desk, state, day):
    desk.folder.mkdir(exist_ok=True)
    for source, name in _FILES:
        if source != desk.name:
            continue
        story = state.get((source, name))
        if story is None:
            (desk.folder / f"{name}.md").unlink(missing_ok=True)
        else:
            url = f"https://gazette.example.org/{story}"
            write(desk.folder, name, webUrl=url, title=f"Story {story}" + " again" * day)


async def _check(database, stories):
    told = await latest(database, EVER, count=100)
    assert sorted(found.article.canonical_url for found in told) == [
        f"https://gazette.example.org/{story}" for story in sorted(stories)
    ]
    for story in stories:
        assert len(await articles.titles(database, EVER, f"story {story}")) == 1
    async with database.transaction() as transaction:  # the title index agrees with the titles
        await transaction.write(
            "INSERT INTO article_title (article_title, rank) VALUES ('integrity-check', 1)"
        )
