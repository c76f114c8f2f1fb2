"""The language of an article, from its file or its source to what a subscription lets pass."""

import pytest

from bot.jobs import planning
from bot.news.front_matter import VERSION
from bot.news.subscription import Filters
from tests.jobs.desk import Desk, findings, outcome
from tests.samples import NOW, subscription, write

SAID = {"british": "en-GB", "english": "en_us", "french": "fr", "wrong": "English", "silent": None}
ENGLISH = subscription(limit=50, filters=Filters(languages=("en",)))
UNKNOWN = "language unknown: say `language:` in its file or for its source"


async def reasons(desk, wanted=ENGLISH):
    """Return what holds each article back, by slug; nothing for what is due."""
    explained = await planning.explain(desk.database, wanted, NOW)
    return {verdict.candidate.article.slug: verdict.why for verdict in explained}


async def remembered(desk):
    """What an article may not lose or repeat when only its language changes."""
    errands = await desk.database.read("SELECT * FROM errand")
    kept = await desk.database.read("SELECT id, updated_at, fingerprint, listed FROM article")
    return [tuple(row) for row in (*errands, *kept)]


@pytest.fixture
def filled(desk):
    """A folder with an article in each of these languages, or in none."""
    for slug, tag in SAID.items():
        write(desk.folder, slug, language=tag)
    return desk


async def test_a_subscription_gets_what_is_in_its_languages_and_says_of_the_rest_why_not(filled):
    report = await filled.load()
    assert outcome(report) == {"added": 5}
    told = "'English' is no language tag: write for example en or pt-BR"
    assert findings(report) == [("left out", "wrong.md", told)]
    assert report.findings[0].problem.field == "language"
    assert await reasons(filled) == {
        "british": "",
        "english": "",
        "french": "language fr is not among those included",
        "wrong": UNKNOWN,
        "silent": UNKNOWN,
    }
    assert set((await reasons(filled, subscription(limit=50))).values()) == {""}
    baselines = await planning.starts(filled.database, ENGLISH, NOW)
    due = await planning.due(filled.database, ENGLISH, baselines, NOW)
    assert {each.article.slug for each in due.single} == {"british", "english"}


async def test_what_a_source_says_counts_for_files_that_do_not_say_it(filled):
    filled.language = "de"
    await filled.load()
    german = subscription(limit=50, filters=Filters(languages=("de",)))
    due = {slug for slug, why in (await reasons(filled, german)).items() if not why}
    assert due == {"wrong", "silent"}


async def test_a_change_of_what_a_source_says_counts_at_once_and_changes_no_article(filled):
    await filled.load()
    before = await remembered(filled)
    for tag, why in (
        ("en", ""),
        ("en-AU", ""),
        ("nl", "language nl is not among those included"),
        ("", UNKNOWN),
    ):
        filled.language = tag
        assert outcome(await filled.load()) == {"unchanged": 5}
        found = await reasons(filled)
        assert (found["silent"], found["wrong"], found["british"]) == (why, why, "")
        assert found["french"] == "language fr is not among those included"
        assert await remembered(filled) == before


async def test_a_file_that_says_it_later_changes_nothing_that_is_shown(filled):
    await filled.load()
    before = await remembered(filled)
    write(filled.folder, "silent", language="en")
    assert outcome(await filled.load()) == {"unchanged": 5}
    assert (await reasons(filled))["silent"] == ""
    assert await remembered(filled) == before


async def test_files_that_an_older_version_read_are_read_again_and_no_post_is_touched(filled):
    await filled.load()
    before = await remembered(filled)
    async with filled.database.transaction() as transaction:
        await transaction.write("UPDATE article SET language = ''")
        await transaction.write("UPDATE setting SET value = '1' WHERE key = 'reader_version'")
    assert VERSION > 1
    assert set((await reasons(filled)).values()) == {UNKNOWN}
    assert outcome(await filled.load()) == {"unchanged": 5}
    assert (await reasons(filled))["british"] == ""
    assert await remembered(filled) == before


async def test_an_article_that_another_source_takes_over_is_in_the_language_of_that(desk, tmp_path):
    other = Desk(desk.database, tmp_path / "other", "other", language="fr")
    write(desk.folder, "comet")
    write(other.folder, "comet")
    desk.language = "en"
    await desk.load()
    await other.load()
    assert await reasons(desk) == {"comet": ""}
    (desk.folder / "comet.md").unlink()
    await desk.load()
    await other.load()
    assert await reasons(desk) == {"comet": "language fr is not among those included"}
