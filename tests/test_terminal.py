"""The program as a person starts it: in a process of its own, in a folder of its own."""

import asyncio
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import load
from bot.news.runs import Count
from bot.settings import written
from bot.store import made, subscriptions
from bot.store.database import open_database
from bot.store.made import Draft, Made
from tests.samples import NOW, write

ROOT = Path(__file__).resolve().parent.parent

SEEDS = "sources: [{folder: seeds}]\n"
SPACE = "subscriptions: [{name: space, channel: 5, topics: [Space], every: 10m, backlog: all}]\n"
NOWHERE = "discord: {api_url: 'http://127.0.0.1:9/api'}\n"  # nobody listens on this port
TOKEN = "MTIzNDU2Nzg5.sekrit.vAlUe"


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def said(self):
        return self.out + self.err


@pytest.fixture
def type_(tmp_path):
    """Types a command in an empty folder; whatever it says, it never shows its inside."""

    def typed(*words, **environment):
        ended = subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | environment,
            capture_output=True,
            timeout=60,
            check=False,
        )
        out, err = ended.stdout.decode(), ended.stderr.decode()
        assert "Traceback" not in out + err
        assert all(c.isprintable() or c == "\n" for c in out + err)
        return Ended(ended.returncode, out, err)

    return typed


@pytest.fixture
def configure(tmp_path):
    """Writes the configuration where it is looked for."""

    def written(text):
        (tmp_path / "config").mkdir(exist_ok=True)
        (tmp_path / "config" / "broadsheet.yaml").write_text(text)
        (tmp_path / "seeds").mkdir(exist_ok=True)

    return written


def cells(table_line):
    return table_line.split()


def test_without_a_command_it_tells_which_there_are(type_):
    for words in ((), ("publish",)):
        ended = type_(*words)
        assert ended.code == 2
        assert ended.err.startswith("usage: broadsheet")
    told = type_("--help")
    assert told.code == 0
    assert all(name in told.out for name in ("demo", "run", "import", "plan", "search", "check"))


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (("plan", "--held", "-4"), "'-4' is no number"),
        (("demo", "--port", "99999"), "'99999' is no number"),
        (("import", "--log-level", "loud"), "invalid choice: 'loud'"),
        (("run", "--token", "x"), "unrecognized arguments"),
    ],
)
def test_a_word_that_cannot_be_used_is_named(type_, words, wrong):
    ended = type_(*words)
    assert ended.code == 2
    assert wrong in ended.err


@pytest.mark.parametrize("command", ["run", "import", "plan", "check"])
def test_without_a_configuration_it_tells_how_to_name_one(type_, command):
    ended = type_(command)
    mend = "config/broadsheet.yaml: not found: name the configuration with --config\n"
    assert (ended.code, ended.out, ended.err) == (2, "", mend)


def test_every_mistake_in_the_configuration_is_a_line(type_, configure):
    configure("databse: x\nsources: [{folder: seeds}, {folder: seeds}]\nlimit: 1\n")
    ended = type_("import")
    assert ended.code == 2
    assert ended.err.splitlines() == [
        "config/broadsheet.yaml:1: databse: unknown key: did you mean database?",
        "config/broadsheet.yaml:3: limit: unknown key: take it out",
    ]


def test_import_counts_what_it_did_and_ends_with_0(type_, configure, tmp_path):
    configure(SEEDS)
    write(tmp_path / "seeds", "comet")
    write(tmp_path / "seeds", "gulls")
    first, second = type_("import"), type_("import")
    assert (first.code, second.code) == (0, 0)
    heading, _, row = first.out.split("\n")[1:4]
    assert cells(heading) == ["source", "added", "updated", "unchanged", "refused"]
    assert cells(row) == ["seeds", "2", "0", "0", "0"]
    assert cells(second.out.split("\n")[3]) == ["seeds", "0", "0", "2", "0"]
    assert (tmp_path / "var" / "broadsheet.db").is_file()


def test_import_tells_of_each_refused_file_what_to_mend_and_ends_with_1(type_, configure, tmp_path):
    configure(SEEDS)
    write(tmp_path / "seeds", "comet")
    write(tmp_path / "seeds", "copy", webUrl="https://gazette.example.org/comet")
    write(tmp_path / "seeds", "space/undated", publishedDateTime="soon")
    (tmp_path / "seeds" / "empty.md").touch()
    ended = type_("import")
    assert ended.code == 1
    assert ended.out.strip().splitlines()[-3:] == [
        "duplicate  seeds/copy.md: webUrl: tells the same story as seeds/comet",
        "refused    seeds/empty.md:1: no front matter: the first line must be ---",
        "refused    seeds/space/undated.md:4: publishedDateTime: "
        "not a date such as 2026-05-31T14:00:00Z",
    ]


def test_import_takes_a_file_or_a_folder_of_a_source_or_of_none(type_, configure, tmp_path):
    configure(SEEDS)
    write(tmp_path / "seeds", "comet")
    write(tmp_path / "seeds", "space/gulls")
    write(tmp_path / "letters", "mail")
    write(tmp_path / "letters", "card")
    ended = type_("import", "seeds/space", "letters/mail.md", "./letters")
    assert ended.code == 0
    rows = [cells(line) for line in ended.out.split("\n")[3:6]]
    assert rows == [
        ["seeds", "1", "0", "0", "0"],
        ["letters", "1", "0", "0", "0"],
        ["letters", "1", "0", "1", "0"],
    ]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("seeds/typo.md", "seeds/typo.md: there is no such file or folder\n"),
        ("nowhere", "nowhere: there is no such file or folder\n"),
        ("config/broadsheet.yaml", "config/broadsheet.yaml: not an article file: its name must "),
        (b"caf\xe9", "caf�: its name is not UTF-8: rename it\n"),
        ("evil\x1b]0;owned\x07.pdf", "evil�]0;owned�.pdf: not an article file: its name must "),
    ],
)
def test_import_refuses_a_path_that_it_cannot_load(type_, configure, tmp_path, path, told):
    configure(SEEDS)
    os.mkdir(os.fsencode(tmp_path) + b"/caf\xe9")
    (tmp_path / "evil\x1b]0;owned\x07.pdf").touch()
    ended = type_("import", path)
    assert ended.code == 2
    assert ended.err.startswith(told)


def test_a_folder_that_is_missing_is_told_after_the_others_are_loaded(type_, configure, tmp_path):
    configure("sources: [{folder: gone}, {folder: seeds}]\n")
    write(tmp_path / "seeds", "comet")
    ended = type_("import")
    assert (ended.code, ended.err) == (2, "gone: No such file or directory\n")
    assert cells(ended.out.split("\n")[3]) == ["seeds", "1", "0", "0", "0"]


def test_the_database_can_be_named_in_three_places(type_, configure, tmp_path):
    configure("database: configured.db\n")
    assert type_("import").code == 0
    assert type_("import", BROADSHEET_DATABASE="environment.db").code == 0
    typed = type_("import", "--database", "typed.db", BROADSHEET_DATABASE="environment.db")
    assert typed.code == 0
    assert {path.name for path in tmp_path.glob("*.db")} == {
        "configured.db",
        "environment.db",
        "typed.db",
    }


def test_a_configuration_may_be_somewhere_else(type_, tmp_path):
    (tmp_path / "mine.yaml").write_text("database: here.db\n")
    assert type_("import", "--config", "mine.yaml").code == 0
    assert (tmp_path / "here.db").is_file()


async def test_a_database_in_use_is_not_touched(type_, configure, tmp_path):
    configure("database: x.db\n" + NOWHERE)
    mend = "x.db is in use by another Broadsheet process: stop that one first\n"
    async with open_database(tmp_path / "x.db"):
        for command in ("import", "run"):
            ended = type_(command, DISCORD_TOKEN=TOKEN)
            assert (ended.code, ended.out, ended.err) == (2, "", mend)
        assert type_("plan").code == 0


@pytest.mark.parametrize(
    ("database", "told"),
    [
        ("seeds", "seeds: Is a directory\n"),
        ("config/broadsheet.yaml", "config/broadsheet.yaml: file is not a database\n"),
        ("config/broadsheet.yaml/x.db", "config/broadsheet.yaml/x.db: "),
    ],
)
def test_a_database_that_cannot_be_had_is_named(type_, configure, database, told):
    configure(SEEDS + "#" * 1_000)
    ended = type_("import", "--database", database)
    assert ended.code == 2
    assert ended.err.startswith(told)


def test_plan_needs_an_import_first(type_, configure, tmp_path):
    configure(SPACE)
    ended = type_("plan")
    mend = "var/broadsheet.db does not exist yet: `broadsheet import` makes it\n"
    assert (ended.code, ended.out, ended.err) == (2, "", mend)
    assert not (tmp_path / "var").exists()


def test_plan_shows_what_is_due_and_what_holds_the_rest(type_, configure, tmp_path):
    configure(SEEDS + SPACE)
    write(tmp_path / "seeds", "comet", title="Comet seen")
    write(tmp_path / "seeds", "robot", title="Robot naps", topics=["Robotics"])
    write(tmp_path / "seeds", "held", title="Not yet", published=False)
    write(tmp_path / "seeds", "also", title="Neither", published=False)
    assert type_("import").code == 0
    first, second = type_("plan", "--held", "1"), type_("plan")
    assert first.code == 0
    heading, _, due, hold, more = first.out.strip().splitlines()
    assert heading.startswith("space → channel 5, next run ")
    assert due == "  post  2025-12-31 09:00  Comet seen"
    assert hold.startswith("  hold  2025-12-31 09:00  ")
    assert "2 more held back: " in more
    assert "Robot naps – other topic: Robotics" in second.out
    assert "Not yet – held by `published: false`" in second.out


def test_plan_tells_the_next_run_as_the_last_one_has_it(type_, configure, tmp_path):
    configure(SEEDS + SPACE.replace("every: 10m", "every: 2d"))
    type_("import")
    last = datetime.now(UTC) - timedelta(days=1)

    async def ran():
        async with open_database(tmp_path / "var" / "broadsheet.db") as database:
            await subscriptions.count_from(database, "space", Count(last, str(timedelta(days=2))))

    asyncio.run(ran())
    coming = (last + timedelta(days=2)).astimezone().strftime("%Y-%m-%d %H:%M")
    assert f"next run {coming} " in type_("plan").out


def test_plan_says_where_a_language_is_to_be_said_until_it_is(type_, configure, tmp_path):
    english = SPACE.replace("every:", "languages: [en], every:")
    configure(SEEDS + english)
    write(tmp_path / "seeds", "comet", title="Comet seen", language="English")
    imported = type_("import")
    mend = "language: 'English' is no language tag: write for example en or pt-BR"
    assert f"left out   seeds/comet.md:13: {mend}\n" in imported.out
    why = "Comet seen – language unknown: say `language:` in its file or for its source\n"
    assert why in type_("plan").out
    configure(SEEDS.replace("}", ", language: EN}") + english)
    type_("import")
    assert "  post  2025-12-31 09:00  Comet seen\n" in type_("plan").out


def test_plan_shows_what_a_digest_would_hold_with_the_scores(type_, configure, tmp_path):
    configure(SEEDS + SPACE.replace("every: 10m", "post: digest, limit: 1, every: 1d"))
    gull = "https://gazette.example.org/gull"
    write(tmp_path / "seeds", "comet", title="Comet seen", quality=90)
    write(tmp_path / "seeds", "gull", title="Gull counted", quality=60)
    write(
        tmp_path / "seeds",
        "again",
        title="Gull counted again",
        quality=40,
        related=[{"title": "Gull counted", "webUrl": gull}],
    )
    write(tmp_path / "seeds", "robot", title="Robot naps", topics=["Robotics"])
    assert type_("import").code == 0
    _, _, digest, *stories, hold = type_("plan").out.strip().splitlines()
    assert digest.startswith("  a digest of what is new since 2025-12-31 09:00")
    assert digest.endswith(": 3 in 2 stories")
    assert stories == [
        "    52  2025-12-31 09:00  Comet seen",
        "    30  2025-12-31 09:00  Gull counted",
        "  also  2025-12-31 09:00  Gull counted again",
    ]
    assert hold.endswith("Robot naps – other topic: Robotics")


def test_plan_without_subscriptions_tells_what_to_add(type_, configure):
    configure(SEEDS)
    type_("import")
    ended = type_("plan")
    assert ended.code == 0
    assert "add one under `subscriptions`" in ended.out


def found(ended):
    """Return the addresses that a search printed, in their order."""
    return [line.strip().rpartition("/")[2] for line in ended.out.splitlines() if "://" in line]


@pytest.mark.parametrize(
    ("words", "slugs"),
    [
        (("comet",), ["comet", "gull"]),
        (("comet", "--newest"), ["gull", "comet"]),
        (("COMETS", "seen"), ["comet"]),
        (('"comet seen"',), ["comet"]),
        (("comet", "--", "-gull"), ["comet"]),
        (("comet", "--count", "1"), ["comet"]),
        (("comet", "--topic", "harbour"), ["gull"]),
        (("comet", "--provider", "puddle bay gazette"), ["comet", "gull"]),
    ],
)
def test_search_finds_articles_by_their_words(type_, configure, tmp_path, words, slugs):
    configure(SEEDS)
    write(tmp_path / "seeds", "comet", title="Comet seen", publishedDateTime="2025-01-01T00:00:00Z")
    gull = {"title": "Gull counted", "excerpt": "Under the comet.", "topics": ["Harbour"]}
    write(tmp_path / "seeds", "gull", **gull, publishedDateTime="2025-01-02T00:00:00Z")
    type_("import")
    ended = type_("search", *words)
    assert (ended.code, ended.err) == (0, "")
    assert found(ended) == slugs
    assert "2025-01-01 00:00  Comet seen  Puddle Bay Gazette" in ended.out or "gull" in slugs[:1]
    assert ("and 1 other" in ended.out) == ("--count" in words)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("comit",), "No article has all of that: did you mean comet?\n"),
        (("xyzzy",), "No article has all of that\n"),
        (("comet", "--topic", "Tea"), "No article has the topic Tea\n"),
        (("comet", "--topic", "Space", "--provider", "Tea"), "No article has the provider Tea\n"),
    ],
)
def test_search_that_finds_nothing_says_so_and_ends_with_1(type_, configure, tmp_path, words, told):
    configure(SEEDS)
    write(tmp_path / "seeds", "comet", title="Comet seen")
    type_("import")
    ended = type_("search", *words)
    assert (ended.code, ended.out) == (1, told)


async def make(path, *wanted):
    """Make subscriptions as members do in Discord, by server, name and what a file would say."""
    async with open_database(path) as database:
        for guild_id, name, written in wanted:
            found = Made(guild_id, name, written, made_by=3, made_at=NOW)
            draft_id = await made.keep(database, Draft(found))
            assert isinstance(await made.save(database, draft_id, guild_id, 50), Made)


def test_what_was_made_in_discord_is_exported_as_a_file_has_it(type_, configure, tmp_path):
    configure(SPACE)
    tea = {
        "channel": 6,
        "every": "10m",
        "languages": ["no", "pt-BR"],
        "words": {"exclude": ["no", "1e5"]},
        "paused": True,
    }
    sea = {"channel": 7, "schedule": "0 8 * * MON-FRI", "topics": ["Zürich"]}
    asyncio.run(make(tmp_path / "var/broadsheet.db", (8, "tea", tea), (9, "space", sea)))
    ended = type_("subscriptions", "export")
    assert ended.code == 0
    assert "  # made in server 8 by member 3\n  - name: tea\n    channel: 6\n" in ended.out
    (tmp_path / "made.yaml").write_text(ended.out)
    found = load(tmp_path / "made.yaml", {}).subscriptions
    assert [written(each) for each in found] == [
        {"name": "tea", **tea},
        {"name": "space (9)", **sea},
    ]
    planned = type_("plan")
    assert "space → channel 7, next run" in planned.out
    assert "tea" not in planned.out
    only = type_("subscriptions", "export", "--server", "9")
    assert "Zürich" in only.out
    assert "tea" not in only.out
    assert type_("subscriptions", "export", "--server", "10").out == "subscriptions: []\n"


def test_what_was_made_in_discord_and_can_be_read_no_more_does_not_spoil_an_export(
    type_, configure, tmp_path
):
    configure(SPACE)
    tea, bad = {"channel": 6, "every": "10m"}, {"channel": 7, "every": "never"}
    database = tmp_path / "var/broadsheet.db"
    asyncio.run(make(database, (8, "bad", bad)))
    alone = type_("subscriptions", "export").out
    assert alone.startswith(
        "subscriptions: []\n  # made in server 8 by member 3\n  # left out, as "
    )
    asyncio.run(make(database, (8, "tea", tea)))
    ended = type_("subscriptions", "export")
    assert "  # - name: bad\n  #   channel: 7\n" in ended.out
    (tmp_path / "made.yaml").write_text(ended.out)
    found = load(tmp_path / "made.yaml", {}).subscriptions
    assert [each.name for each in found] == ["tea"]


def test_file_names_cannot_command_the_terminal(type_, configure, tmp_path):
    configure(SEEDS + SPACE)
    for name in ("evil\x1b[31mred", "bell\x07", "new\nrefused    fine", "rtl\u202egpj"):
        (tmp_path / "seeds" / f"{name}.md").write_text("no front matter")
        write(tmp_path / "seeds", f"{name}2", webUrl="https://gazette.example.org/comet")
    os.close(os.open(os.fsencode(tmp_path) + b"/seeds/caf\xe9\x1b.md", os.O_CREAT))
    ended = type_("import", "--log-level", "debug")
    assert ended.code == 1
    told = [line for line in ended.out.splitlines() if line.startswith(("refused", "duplicate"))]
    assert len(told) == 8
    assert not any(line.startswith("refused    fine") for line in told)
    assert type_("plan", "--log-level", "debug").code == 0


def test_folder_names_cannot_command_the_terminal_through_the_log(type_, configure, tmp_path):
    configure("")
    write(tmp_path / "evil\x1b[31m\nred", "comet")
    ended = type_("import", "evil\x1b[31m\nred", "--log-level", "info")
    assert ended.code == 0
    assert "ingested source=evil�[31m�red added=1" in ended.err


def test_what_a_terminal_cannot_show_does_not_stop_it(type_, configure, tmp_path):
    configure(SEEDS + SPACE)
    write(tmp_path / "seeds", "komet", title="Komet über 雾")
    (tmp_path / "seeds" / "пусто.md").touch()
    for encoding in ("ascii", "latin-1"):
        assert type_("import", PYTHONIOENCODING=encoding).code == 1
    ended = type_("plan", PYTHONIOENCODING="ascii")
    assert ended.code == 0
    assert "Komet ?ber ?" in ended.out


def test_the_log_tells_no_article_bodies(type_, configure, tmp_path):
    configure(SEEDS + SPACE)
    write(tmp_path / "seeds", "comet", body="Nobody but subscribers reads this.")
    for command in ("import", "plan"):
        ended = type_(command, "--log-level", "debug")
        assert ended.code == 0
        assert "subscribers" not in ended.said


def test_without_a_token_it_tells_where_to_put_it(type_, configure):
    configure(SEEDS + NOWHERE)
    ended = type_("run")
    mend = "DISCORD_TOKEN is not set: put the bot's token into that variable\n"
    assert (ended.code, ended.out, ended.err) == (2, "", mend)


def test_an_address_that_cannot_be_reached_is_named_and_the_token_is_not(type_, configure):
    configure(SEEDS + SPACE + NOWHERE)
    ended = type_("check", "--log-level", "debug", DISCORD_TOKEN=TOKEN)
    assert ended.code == 2
    assert "http://127.0.0.1:9/api cannot be reached" in ended.out
    assert "sekrit" not in ended.said


def test_check_says_of_each_part_whether_it_is_fit(type_, configure):
    configure("sources: [{folder: gone}, {folder: seeds}]\n" + NOWHERE)
    ended = type_("check", DISCORD_TOKEN=TOKEN)
    assert ended.code == 2
    assert ended.out.splitlines()[:4] == [
        "ok    configuration",
        "mend  source gone: there is no such folder",
        "ok    source seeds",
        "ok    database var/broadsheet.db",
    ]
    assert ended.out.splitlines()[4].startswith(
        "mend  Discord: http://127.0.0.1:9/api cannot be reached"
    )
    assert "sekrit" not in ended.said


def test_check_finds_a_database_of_another_kind(type_, configure):
    configure("database: config/broadsheet.yaml\n" + NOWHERE + "#" * 1_000)
    ended = type_("check")
    assert ended.code == 2
    mend = "mend  database config/broadsheet.yaml: config/broadsheet.yaml: file is not a database"
    assert mend in ended.out.splitlines()
    assert "mend  Discord: DISCORD_TOKEN is not set" in ended.out
