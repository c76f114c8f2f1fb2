import json
from datetime import time, timedelta
from pathlib import Path

import jsonschema
import pytest
import yaml

from bot.config import json_schema, load
from bot.errors import SettingsError
from bot.news.source import Source
from bot.news.subscription import Backlog, Filters, Quiet, Subscription
from bot.settings import RESERVED, Settings, subscription_settings, written

CONFIG = Path(__file__).resolve().parent.parent / "config"

ZONE = "write for example Europe/Berlin"
BACKLOG = "not a backlog: write a duration such as 24h, a number of articles, or all"
DURATION = "not a duration: write for example 30s, 10m, 1h30m or 7d"
ONE_RHYTHM = "give it either `schedule` (a crontab) or `every` (a duration)"

SPACE = """\
subscriptions:
  - name: space
    channel: 1100000000000000001
    every: 10m
"""


@pytest.fixture
def configure(tmp_path):
    """Returns the settings in a text, or what is said against it, without the folder's name."""

    def configured(text, **environment):
        path = tmp_path / "broadsheet.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        try:
            return load(path, environment)
        except SettingsError as error:
            return str(error).replace(f"{tmp_path}/", "")

    return configured


@pytest.mark.parametrize(
    "text", ["", "# nothing yet\n", "database:\nsources:\ndiscord:\n  guild:\n"]
)
def test_every_key_may_be_left_out_or_left_empty(configure, text):
    settings = configure(text)
    assert settings == Settings()
    assert settings.database == "var/broadsheet.db"
    assert settings.discord.api_url == "https://discord.com/api/v10"
    assert (settings.planned(), settings.articles_from()) == ((), ())


def test_a_subscription_has_the_defaults_that_the_shipped_file_shows(configure):
    (planned,) = configure(SPACE).planned()
    assert planned == Subscription(
        name="space",
        channel_id=1_100_000_000_000_000_001,
        every=timedelta(minutes=10),
        limit=5,
        backlog=Backlog(age=timedelta(hours=24)),
    )


def test_every_setting_reaches_the_work(configure):
    settings = configure("""\
database: news.db
timezone: Europe/Berlin
discord:
  api_url: "http://localhost:8080/api"
  gateway_url: "ws://localhost:1"
  guild: 7
  subscriptions_per_server: 3
sources:
  - folder: ./news/
    unpublished: post
    watch: false
    language: PT_br
subscriptions:
  - name: space
    channel: 5
    topics: ["Deep\\n Space", AI]
    match: all
    schedule: "*/10 * * * MON-FRI"
    timezone: Asia/Tokyo
    limit: 100
    backlog: 20
    min_quality: 50
    providers: {include: [a.example], exclude: [b.example]}
    words: {include: [comet], exclude: [gull]}
    type: video
    languages: [EN, zh_hant, en, no]
    quiet: 22:30-7:00
    hourly: 12
    discuss: thread
    archive_after: 3d
    reopen_within: 14d
    follow_ups: post
    opening: true
    fallback_tag: News
    mention: 9
    silent: true
    retractions: delete
    crosspost: false
  - {name: ai, channel: 6, every: 1d 2h 3m 4s, backlog: all}
  - {name: later, channel: 6, every: 1m, paused: true}
questions: ["What of {topic}?", "Well,\n {{so}}?"]
colours: {Open Source: "#00FF7f"}
""")
    assert settings.questions == ("What of {topic}?", "Well, {{so}}?")
    assert (settings.database.path, settings.discord.guild) == (Path("news.db"), 7)
    assert settings.discord.gateway_url == "ws://localhost:1"
    assert settings.discord.subscriptions_per_server == 3
    news = Source("news", Path("news"), "post", watch=False, language="pt-BR")
    assert settings.articles_from() == (news,)
    assert settings.topic_colours() == {"opensource": 0x00FF7F}
    space, ai = settings.planned()
    assert space == Subscription(
        name="space",
        channel_id=5,
        topics=("Deep Space", "AI"),
        match="all",
        crontab="*/10 * * * MON-FRI",
        timezone="Asia/Tokyo",
        limit=100,
        backlog=Backlog(count=20),
        filters=Filters(
            *(50, ("a.example",), ("b.example",), ("comet",), ("gull",), "video"),
            languages=("en", "zh-Hant", "no"),
        ),
        quiet=Quiet(time(22, 30), time(7)),
        hourly=12,
        discuss="thread",
        archive_after=timedelta(days=3),
        reopen_within=timedelta(days=14),
        follow_ups="post",
        opening=True,
        fallback_tag="News",
        mention=9,
        silent=True,
        retractions="delete",
        crosspost=False,
    )
    assert ai.every == timedelta(days=1, hours=2, minutes=3, seconds=4)
    assert (ai.backlog, ai.timezone) == (Backlog(), "Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a\n", "1: not a list of `key: value` lines"),
        ("databse: x\n", "1: databse: unknown key: did you mean database?"),
        ("\n\nlimit: 5\n", "3: limit: unknown key: take it out"),
        ("database: [x]\n", "1: database: should be text"),
        ("database: ''\n", "1: database: should be text"),
        ('database: "\\0"\n', "1: database: should be text"),
        ("database: a\ndatabase: b\n", "2: the key 'database' stands here twice"),
        ("database: a\n---\nb: c\n", "2: more than one YAML document"),
        ("timezone: Mars/Olympus\n", f"1: timezone: unknown time zone 'Mars/Olympus': {ZONE}"),
        ("timezone: ../../passwd\n", f"1: timezone: unknown time zone '../../passwd': {ZONE}"),
        ("discord: x\n", "1: discord: should be `key: value` lines, not text"),
        ("discord:\n  api_url: ftp://x\n", "2: discord.api_url: not an http or https address"),
        (
            "discord:\n  gateway_url: http://x\n",
            "2: discord.gateway_url: not a ws or wss address",
        ),
        ("discord:\n  guild: home\n", "2: discord.guild: should be a whole number, not text"),
        ("sources: seeds\n", "1: sources: should be a list, not text"),
        ("sources:\n  - watch: true\n", "2: sources.0.folder: missing: add it"),
        (
            "sources:\n  - folder: x\n    unpublished: maybe\n",
            "3: sources.0.unpublished: there is no 'maybe': write post or review or skip",
        ),
        (
            "sources:\n  - folder: x\n    language: English\n",
            "3: sources.0.language: 'English' is no language tag: write for example en or pt-BR",
        ),
        (
            "sources:\n  - folder: a\n  - folder: ./a/\n",
            "3: sources.1.folder: another of the sources has 'a': choose another",
        ),
        (
            'colours:\n  Space: "#3b82f6"\n  AI: blue\n',
            '3: colours.AI: not a colour: write for example "#3b82f6", in quotes',
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_the_mend(configure, text, told):
    assert configure(text) == f"broadsheet.yaml:{told}"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("limitt: 3", "limitt: unknown key: did you mean limit?"),
        ("limit: 0", "limit: should be a whole number >= 1"),
        ("limit: 101", "limit: should be a whole number <= 100"),
        ("limit: five", "limit: should be a whole number, not text"),
        (f"words: {{include: [{'a, ' * 51}]}}", "words.include: should be a list of at most 50"),
        (f"words: {{exclude: [{'a, ' * 51}]}}", "words.exclude: should be a list of at most 50"),
        ("topics: Space", "topics: should be a list, not text"),
        ("topics: [Space, '']", "topics.1: should be text of length >= 1"),
        ("quiet: 22-7", "quiet: no hours of the day: write for example 22:00-07:00"),
        ("quiet: 24:00-07:00", "quiet: no hours of the day: write for example 22:00-07:00"),
        ("quiet: 07:00-07:00", "quiet: quiet all day: nothing would ever be posted"),
        ("hourly: 0", "hourly: should be a whole number >= 1"),
        ("match: some", "match: there is no 'some': write all or any"),
        ("type: podcast", "type: there is no 'podcast': write article or video"),
        ("languages: en", "languages: should be a list, not text"),
        (
            "languages: [en, English]",
            "languages.1: 'English' is no language tag: write for example en or pt-BR",
        ),
        (
            "languages: [[en]]",
            "languages.0: should be a language tag such as en or pt-BR",
        ),
        ("min_quality: -1", "min_quality: should be a whole number >= 0"),
        ("backlog: some", f"backlog: {BACKLOG}"),
        ("backlog: -1", f"backlog: {BACKLOG}"),
        ("backlog: 1.5", f"backlog: {BACKLOG}"),
        ("timezone: CET/Nowhere", f"timezone: unknown time zone 'CET/Nowhere': {ZONE}"),
        ("post: both", "post: there is no 'both': write digest or each"),
        ("nothing_new: say", "nothing_new: there is no 'say': write skip or tell"),
        ("archive_after: 2d", "archive_after: there is no '2d': write 1d or 1h or 3d or 7d"),
        ("discuss: yes", "discuss: there is no 'yes': write none or thread"),
        ("mention: '@here'", "mention: should be a whole number, not text"),
        ("silent: perhaps", "silent: should be true or false, not text"),
        ("providers: {exclude: x}", "providers.exclude: should be a list, not text"),
        ("words: {exclud: [x]}", "words.exclud: unknown key: did you mean exclude?"),
    ],
)
def test_what_is_wrong_with_a_subscription_is_told_with_its_line_and_the_mend(
    configure, line, told
):
    assert configure(f"{SPACE}    {line}\n") == f"broadsheet.yaml:5: subscriptions.0.{told}"


@pytest.mark.parametrize("question", ["{", "Of {author}?", "{title!r}", "{}"])
def test_a_question_names_only_what_every_reader_of_the_file_knows(configure, question):
    told = configure(f"questions:\n  - 'Of {{title}}?'\n  - '{question}'\n")
    assert told.startswith("broadsheet.yaml:3: questions.1: not a question (")
    assert told.endswith("): in braces it can have {title} {provider} {topic}")


def test_a_question_is_short(configure):
    told = configure(f"questions: ['{'x' * 301}']\n")
    assert told == "broadsheet.yaml:1: questions.0: a question has at most 300 characters"


@pytest.mark.parametrize(
    ("channel", "told"),
    [
        ("general", "should be a whole number, not text"),
        ("0", "should be a whole number >= 1"),
        ("1.5", "should be a whole number, not a number"),
        ("99999999999999999999", "should be a whole number <= 9223372036854775807"),
    ],
)
def test_a_channel_is_a_whole_number_that_discord_can_have_given(configure, channel, told):
    text = f"subscriptions:\n  - name: a\n    channel: {channel}\n    every: 1s\n"
    assert configure(text) == f"broadsheet.yaml:3: subscriptions.0.channel: {told}"


@pytest.mark.parametrize(
    ("rhythm", "told"),
    [
        ("", f"2: subscriptions.0: {ONE_RHYTHM}"),
        ("every: 1m, schedule: '* * * * *'", f"2: subscriptions.0: {ONE_RHYTHM}"),
        ("every: 10", f"3: subscriptions.0.every: {DURATION}"),
        ("every: m", f"3: subscriptions.0.every: {DURATION}"),
        ("every: 0s", "3: subscriptions.0.every: a duration is from 1s to 36500d"),
        ("every: 99999999999999999d", "3: subscriptions.0.every: a duration is from 1s to 36500d"),
        ("schedule: often", "3: subscriptions.0.schedule: no crontab (1 fields instead of 5)"),
        (
            "schedule: '0 0 0 * * *'",
            "3: subscriptions.0.schedule: no crontab (6 fields instead of 5)",
        ),
        ("schedule: '60 * * * *'", "3: subscriptions.0.schedule: no crontab (Bad minute)"),
        ("schedule: '0 0 31 2 *'", "3: subscriptions.0.schedule: no crontab (Bad day-of-month)"),
    ],
)
def test_a_subscription_has_one_rhythm_that_comes_round(configure, rhythm, told):
    text = f"subscriptions:\n  - {{name: a, channel: 5,\n     {rhythm} }}\n"
    assert configure(text).startswith(f"broadsheet.yaml:{told}")


def test_what_only_digests_have_is_set_for_digests_alone(configure):
    daily = configure(SPACE + "    post: digest\n    repeat: true\n    nothing_new: tell\n")
    (planned,) = daily.planned()
    assert (planned.post, planned.repeat, planned.nothing_new) == ("digest", True, "tell")
    weekly = configure(SPACE + "    post: digest\n    sort: discussed\n").planned()[0]
    assert (weekly.sort, weekly.repeat) == ("discussed", True)
    for line in ("repeat: true", "sort: discussed", "nothing_new: tell"):
        assert configure(f"{SPACE}    {line}\n") == (
            "broadsheet.yaml:2: subscriptions.0: `repeat`, `sort` and `nothing_new` are for "
            "digests: add `post: digest` or take them out"
        )


def test_a_bad_crontab_is_mended_by_an_example(configure):
    told = configure("subscriptions:\n  - {name: a, channel: 5, schedule: often}\n")
    assert told.endswith('write five fields, such as "*/10 * * * *" for every ten minutes')


def test_names_are_given_once(configure):
    again = SPACE + SPACE.partition("\n")[2]
    assert configure(again) == (
        "broadsheet.yaml:5: subscriptions.1.name: "
        "another of the subscriptions has 'space': choose another"
    )


def test_all_mistakes_are_told_at_once(configure):
    told = configure(f"timezon: UTC\n{SPACE}    limit: 0\ncolours: {{a: 1, b: 2}}\n")
    assert [line.partition(": ")[2].partition(": ")[0] for line in told.splitlines()] == [
        "timezon",
        "subscriptions.0.limit",
        "colours.a",
        "colours.b",
    ]


@pytest.mark.parametrize(
    "text", ["a: [1\n", "database: 'x\n", "\tx: 1\n", "a: &a [*a]\n", "a: !!python/x b\n"]
)
def test_what_is_no_yaml_is_refused_with_its_line(configure, text):
    assert configure(text).startswith(("broadsheet.yaml:1: ", "broadsheet.yaml:2: "))


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(configure):
    told = configure(b"timezone: UTC\ndatabase: caf\xe9.db\n")
    assert told == "broadsheet.yaml:2: not UTF-8 text: save the file as UTF-8"


def test_a_byte_order_mark_and_windows_line_ends_are_fine(configure):
    assert configure(b"\xef\xbb\xbfdatabase: news.db\r\n").database == "news.db"


def test_a_file_that_cannot_be_had_is_told_how_to_name_another(tmp_path):
    with pytest.raises(SettingsError, match=r"none\.yaml: not found: .* with --config$"):
        load(tmp_path / "none.yaml", {})
    with pytest.raises(SettingsError, match=r"cannot be read: Is a directory$"):
        load(tmp_path, {})


def test_a_token_in_the_file_is_refused_and_not_repeated(configure):
    told = configure("discord:\n  token: MTIz.secret.value\n")
    assert told == "broadsheet.yaml:2: discord.token: unknown key: take it out"


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("BROADSHEET_DATABASE", "other.db", lambda s: s.database == "other.db"),
        ("BROADSHEET_DATABASE", "", lambda s: s.database == "var/broadsheet.db"),
        ("BROADSHEET_DISCORD__GUILD", "12", lambda s: s.discord.guild == 12),
        ("BROADSHEET_DISCORD", "{guild: 12}", lambda s: s.discord.guild == 12),
        ("BROADSHEET_SOURCES", "[{folder: x}]", lambda s: s.articles_from()[0].name == "x"),
        (
            "BROADSHEET_COLOURS__SPACE",
            "'#112233'",
            lambda s: s.topic_colours()["space"] == 0x112233,
        ),
        ("BROADSHEETX", "anything", lambda s: s.database == "news.db"),
        ("DISCORD_TOKEN", "anything", lambda s: s.database == "news.db"),
    ],
)
def test_a_variable_overrides_the_key_that_it_names(configure, name, value, read):
    settings = configure("database: news.db\ndiscord: {api_url: 'http://x/'}\n", **{name: value})
    assert read(settings)
    if name.startswith("BROADSHEET_DISCORD__"):
        assert settings.discord.api_url == "http://x/"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("BROADSHEET_TIMEZONE", "Mars", f"BROADSHEET_TIMEZONE: unknown time zone 'Mars': {ZONE}"),
        ("BROADSHEET_DATABSE", "x", "BROADSHEET_DATABSE: unknown key: did you mean database?"),
        ("BROADSHEET_DATABASE__X", "1", "BROADSHEET_DATABASE__X: should be text"),
        (
            "BROADSHEET_DISCORD__API_URL",
            "nope",
            "BROADSHEET_DISCORD__API_URL: not an http or https address",
        ),
        ("BROADSHEET_SOURCES", "[{folder", "BROADSHEET_SOURCES: broken YAML: "),
        ("BROADSHEET_SOURCES", "[{watch: true}]", "BROADSHEET_SOURCES: 0.folder: missing: add it"),
        (
            "BROADSHEET_SUBSCRIPTIONS__0__LIMIT",
            "2",
            "BROADSHEET_SUBSCRIPTIONS__0__LIMIT: should be a list",
        ),
    ],
)
def test_a_variable_that_cannot_be_used_is_named(configure, name, value, told):
    assert configure("database: news.db\n" + SPACE, **{name: value}).startswith(told)


@pytest.mark.parametrize("name", ["discord:5", "by hand"])  # made in Discord; chosen by staff
def test_a_name_that_could_be_taken_for_another_kind_of_subscription_is_refused(configure, name):
    told = configure(f"subscriptions:\n  - {{name: '{name}', channel: 5, every: 1m}}\n")
    assert told.endswith(f":2: subscriptions.0: {RESERVED}: choose another")


def test_an_empty_topic_is_refused_as_it_would_be_all_of_them(configure):
    told = configure("subscriptions:\n  - {name: a, channel: 5, every: 1m, topics: [' ']}\n")
    assert told.endswith("a topic is empty: name it, or leave `topics` out to follow all")


def test_a_subscription_is_written_as_it_was_read_without_what_is_usual(configure):
    values = {
        "name": "space",
        "channel": 5,
        "topics": ["Space"],
        "match": "all",
        "every": "10m",
        "backlog": "20",
        "languages": ["en", "pt-BR"],
        "words": {"exclude": ["gull"]},
        "quiet": "22:00-07:00",
        "hourly": 3,
        "paused": True,
    }
    settings, mistakes = subscription_settings(values)
    assert mistakes == ()
    assert written(settings) == values
    assert subscription_settings(written(settings))[0] == settings


def test_the_json_schema_is_that_of_the_settings():
    text = (CONFIG / "broadsheet.schema.json").read_text("utf-8")
    assert text == json.dumps(json_schema(), indent=2) + "\n", "out of date: run `make schema`"
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_the_shipped_configuration_fits_its_schema():
    text = (CONFIG / "broadsheet.yaml").read_text("utf-8")
    jsonschema.validate(yaml.safe_load(text), json_schema())
    with pytest.raises(jsonschema.ValidationError, match="databse"):
        jsonschema.validate({"databse": "x"}, json_schema())
