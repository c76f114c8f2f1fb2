"""What the README says, held against the program."""

import re
from pathlib import Path

import discord
import msgspec
import pytest

from bot.chat.asking.lookup import News
from bot.chat.link.preflight import missing
from bot.chat.managing.manage import Publish
from bot.chat.managing.on_demand import Digest
from bot.chat.managing.subscribe import Subscriptions
from bot.config import load
from bot.news import front_matter
from bot.settings import Section
from bot.terminal import parser

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
CONFIGURATION = (ROOT / "config" / "broadsheet.yaml").read_text("utf-8")


@pytest.mark.parametrize("group", [News, Digest, Publish, Subscriptions])
def test_every_slash_command_is_in_the_readme(group):
    name = group.__discord_app_commands_group_name__
    for command in group.__discord_app_commands_group_children__:
        assert f"`/{name} {command.name}" in README


def test_the_lookup_for_managers_is_in_the_readme():
    assert "`/news why " in README


def test_every_command_of_the_terminal_is_in_the_readme_and_no_other():
    told = set(re.findall(r"^\| `broadsheet (\w+)", README, re.MULTILINE))
    (commands,) = (a for a in parser()._actions if a.choices)
    assert told == set(commands.choices)


def test_the_invitation_asks_for_exactly_the_permissions_that_are_checked():
    (number,) = re.findall(r"permissions=(\d+)`", README)
    asked = discord.Permissions(int(number))
    assert missing(asked, forum=False, threads=True) == ""
    assert missing(asked, forum=True, threads=True) == ""
    for name in (name for name, wanted in asked if wanted):
        without = discord.Permissions(asked.value)
        without.update(**{name: False})
        without.embed_links &= without.send_messages  # as Discord has it
        assert missing(without, forum=False, threads=True) != "", name


def test_every_link_into_the_repository_leads_somewhere():
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", README):
        assert (ROOT / target).is_file(), target


def test_every_make_target_named_exists():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"^\s*make (\w+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_article_in_the_readme_is_one():
    (text,) = re.findall(r"```yaml\n(---\n.*?)```", README, re.DOTALL)
    article, notes = front_matter.parse(text.encode(), source="readme", slug="example")
    assert article.title.startswith("Comet Applecart")
    assert notes == ()


def test_the_shipped_configuration_is_valid_and_shows_every_key():
    settings = load(ROOT / "config" / "broadsheet.yaml", {})
    assert len(settings.subscriptions) == 3
    for section in Section.__subclasses__():
        for field in msgspec.structs.fields(section):
            if field.encode_name != "every":
                assert re.search(rf"\b{field.encode_name}:", CONFIGURATION), field.encode_name
    assert "`every:" in CONFIGURATION
