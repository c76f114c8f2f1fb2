import os

import pytest

from bot.errors import SourceError
from bot.news.front_matter import VERSION
from bot.store import files
from tests.jobs.desk import Desk, findings, outcome, rewritten
from tests.samples import NOW, write
from tests.sources.trees import moved_too_deep, touched

SAME = {"webUrl": "https://gazette.example.org/comet"}


async def test_files_are_added_updated_or_unchanged(desk):
    write(desk.folder, "comet")
    write(desk.folder, "space/gulls")
    assert outcome(await desk.load()) == {"added": 2}
    assert outcome(await desk.load()) == {"unchanged": 2}
    write(desk.folder, "comet", title="Comet seen again, and brighter")
    assert outcome(await desk.load()) == {"updated": 1, "unchanged": 1}
    told = await desk.told()
    assert told.keys() == {"comet", "space/gulls"}
    assert told["comet"].article.title == "Comet seen again, and brighter"


async def test_a_new_secured_value_alone_is_unchanged_but_kept(desk):
    write(desk.folder, "comet", secured="U2FsdGVkX18=")
    await desk.load()
    write(desk.folder, "comet", secured="U2FsdGVkX19longer=")
    assert outcome(await desk.load()) == {"unchanged": 1}
    assert (await desk.told())["comet"].article.extra["secured"] == "U2FsdGVkX19longer="


async def test_only_files_with_another_time_or_size_are_read(desk):
    path = write(desk.folder, "comet", title="Comet seen over Puddle Bay")
    await desk.load()
    rewritten(path, **SAME, title="Nobody looks at this")
    assert outcome(await desk.load()) == {"unchanged": 1}
    assert (await desk.told())["comet"].article.title == "Comet seen over Puddle Bay"
    os.utime(path, ns=(0, 0))
    assert outcome(await desk.load()) == {"updated": 1}
    assert (await desk.told())["comet"].article.title == "Nobody looks at this"


async def test_a_new_version_of_the_reader_reads_every_file_again(desk):
    path = write(desk.folder, "comet")
    await desk.load()
    rewritten(path, **SAME, title="Read anew")
    await files.open_source(
        desk.database, desk.name, NOW, unpublished="review", reader_version=VERSION + 1
    )
    assert outcome(await desk.load()) == {"updated": 1}
    assert (await desk.told())["comet"].article.title == "Read anew"


async def test_a_refused_file_is_told_again_each_time_without_being_read_again(desk):
    path = write(desk.folder, "comet", title="", excerpt="x" * 99)
    write(desk.folder, "gulls")
    report = await desk.load()
    assert outcome(report) == {"added": 1, "refused": 1}
    assert findings(report)[0][:2] == ("refused", "comet.md")
    rewritten(path, **SAME)
    again = await desk.load()
    assert outcome(again) == {"unchanged": 1, "refused": 1}
    assert again.findings == report.findings
    path.touch()
    assert findings(await desk.load()) == []


async def test_a_refused_file_leaves_its_earlier_article_until_it_goes(desk):
    path = write(desk.folder, "comet")
    await desk.load()
    path.write_text("no front matter any more")
    assert outcome(await desk.load()) == {"refused": 1}
    assert (await desk.told()).keys() == {"comet"}
    path.unlink()
    assert outcome(await desk.load()) == {"withdrawn": 1}
    assert await desk.told() == {}


async def test_one_refused_file_stops_no_other(desk):
    for number in range(5):
        write(desk.folder, f"fine{number}")
        (desk.folder / f"broken{number}.md").write_bytes(b"\xff\xfe" + bytes([number]))
    report = await desk.load()
    assert outcome(report) == {"added": 5, "refused": 5}
    assert {f.problem.line for f in report.findings} == {1}


async def test_parts_that_are_left_out_are_told_but_the_article_is_fine(desk):
    write(desk.folder, "comet", images=[{"url": "ftp://gazette.example.org/comet.jpg"}])
    report = await desk.load()
    assert outcome(report) == {"added": 1}
    assert [(kind, path) for kind, path, _ in findings(report)] == [("left out", "comet.md")]


async def test_a_file_that_goes_withdraws_its_article_and_one_that_returns_restores_it(desk):
    path = write(desk.folder, "comet")
    await desk.load()
    before = await desk.told()
    path.unlink()
    assert outcome(await desk.load()) == {"withdrawn": 1}
    assert await desk.told() == {}
    assert outcome(await desk.load()) == {}
    write(desk.folder, "comet")
    assert outcome(await desk.load()) == {"restored": 1}
    assert await desk.told() == before


async def test_a_file_that_is_moved_keeps_its_id(desk):
    path = write(desk.folder, "comet")
    await desk.load()
    before = (await desk.told())["comet"].id
    path.rename(desk.folder / "2026-comet.md")
    assert outcome(await desk.load()) == {"withdrawn": 1, "restored": 1}
    told = await desk.told()
    assert {slug: found.id for slug, found in told.items()} == {"2026-comet": before}


async def test_a_file_that_only_changes_its_ending_stays_the_same_article(desk):
    path = write(desk.folder, "comet")
    await desk.load()
    path.rename(desk.folder / "comet.txt")
    assert outcome(await desk.load()) == {"unchanged": 1}
    assert (await desk.told()).keys() == {"comet"}


async def test_a_folder_that_is_missing_withdraws_nothing(desk):
    write(desk.folder, "comet")
    await desk.load()
    away = desk.folder.rename(desk.folder.with_name("away"))
    with pytest.raises(SourceError, match=r"seeds: No such file or directory$"):
        await desk.load()
    assert (await desk.told()).keys() == {"comet"}
    away.rename(desk.folder)
    assert outcome(await desk.load()) == {"unchanged": 1}


async def test_what_cannot_be_looked_at_for_now_is_not_withdrawn(desk):
    write(desk.folder, "a")
    write(desk.folder, "long name")
    write(desk.folder, "subfolder/comet")
    touched(desk.folder, "subfolder/empty.md")
    assert outcome(await desk.load()) == {"added": 3, "refused": 1}
    desk.folder = moved_too_deep(desk.folder)
    report = await desk.load()
    assert (await desk.told()).keys() == {"a", "long name", "subfolder/comet"}
    assert [path for _, path, _ in findings(report)] == [
        "long name.md",
        "subfolder/",
        "subfolder/empty.md",
    ]
    assert outcome(report) == {"unchanged": 2, "refused": 3}


async def test_of_files_whose_names_collide_one_is_told_and_the_others_are_refused(desk):
    write(desk.folder, "comet").rename(desk.folder / "comet.MD")
    write(desk.folder, "comet", webUrl="https://gazette.example.org/other")
    write(desk.folder, "Comet", webUrl="https://gazette.example.org/third")
    report = await desk.load()
    assert outcome(report) == {"added": 2, "refused": 1}
    reason = "the same name as comet.MD but for its ending or spelling"
    assert findings(report) == [("refused", "comet.md", reason)]
    assert (await desk.told()).keys() == {"comet", "Comet"}


async def test_strange_files_are_told_and_stop_nothing(desk):
    write(desk.folder, "comet")
    os.mkfifo(desk.folder / "pipe.md")
    (desk.folder / "loop.md").symlink_to("loop.md")
    (desk.folder / "out.md").symlink_to("/etc/hostname")
    os.close(os.open(bytes(desk.folder) + b"/caf\xe9.md", os.O_CREAT))
    report = await desk.load()
    assert outcome(report) == {"added": 1, "refused": 4}
    assert {path for _, path, _ in findings(report)} == {
        "pipe.md",
        "loop.md",
        "out.md",
        r"'caf\udce9.md'",
    }


@pytest.mark.parametrize(("policy", "seen"), [("post", 1), ("review", 0), ("skip", 0)])
async def test_the_source_says_what_becomes_of_unpublished_articles(desk, policy, seen):
    write(desk.folder, "comet", published=False)
    desk.unpublished = policy
    assert outcome(await desk.load()) == {"added": 1}
    assert len(await desk.told()) == seen


async def test_a_change_of_that_policy_counts_at_once_without_reading_anything(desk):
    path = write(desk.folder, "comet", published=False, excerpt="x" * 99)
    await desk.load()
    rewritten(path, **SAME, title="Nobody looks at this", published=False)
    desk.unpublished = "post"
    assert outcome(await desk.load()) == {"unchanged": 1}
    assert (await desk.told())["comet"].article.title == "Comet seen over Puddle Bay"
    desk.unpublished = "review"
    await desk.load()
    assert await desk.told() == {}


async def test_a_part_of_the_folder_can_be_loaded_alone(desk):
    write(desk.folder, "space/comet")
    write(desk.folder, "ai/gulls")
    touched(desk.folder, "space/empty.md", "ai/empty.md")
    report = await desk.load("space/")
    assert outcome(report) == {"added": 1, "refused": 1}
    assert [path for _, path, _ in findings(report)] == ["space/empty.md"]
    assert (await desk.told()).keys() == {"space/comet"}
    await desk.load()
    (desk.folder / "ai" / "gulls.md").unlink()
    (desk.folder / "space" / "comet.md").unlink()
    assert outcome(await desk.load("space/")) == {"withdrawn": 1, "refused": 1}
    assert (await desk.told()).keys() == {"ai/gulls"}
    assert outcome(await desk.load("ai/gulls.md")) == {"withdrawn": 1}


async def test_two_sources_do_not_disturb_each_other(desk, tmp_path):
    other = Desk(desk.database, tmp_path / "other", "other")
    write(desk.folder, "comet")
    write(other.folder, "comet", webUrl="https://other.example.org/comet")
    assert outcome(await desk.load()) == {"added": 1}
    assert outcome(await other.load()) == {"added": 1}
    (desk.folder / "comet.md").unlink()
    assert outcome(await desk.load()) == {"withdrawn": 1}
    assert outcome(await other.load()) == {"unchanged": 1}


async def test_progress_goes_up_to_what_there_is_to_read(desk):
    for number in range(600):
        write(desk.folder, f"a{number}")
    seen = []
    await desk.load(progress=lambda done, total: seen.append((done, total)))
    assert len(seen) > 1
    assert seen == sorted(set(seen))
    assert (seen[-1], {total for _, total in seen}) == ((600, 600), {600})
    seen.clear()
    await desk.load(progress=lambda done, total: seen.append((done, total)))
    assert seen == []
