"""Members using a bot: commands, autocompletion, buttons and modals over the wire."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import discord
import pytest
from discord import app_commands

from tests.wire import interactions
from tests.wire.actor import enter
from tests.wire.api_errors import ApiError
from tests.wire.client import QuickClient, logged_in
from tests.wire.permissions import Permission
from tests.wire.records import Channel, Guild, Interaction, Json
from tests.wire.server import Wire
from tests.wire.world import World

NOW = datetime(2030, 5, 1, 12, tzinfo=UTC)
TOPICS = ("Law", "Science")


class Question(discord.ui.Modal, title="Ask"):
    """A modal with one line."""

    line: discord.ui.TextInput["Question"] = discord.ui.TextInput(label="What?", custom_id="line")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Repeat the line."""
        await interaction.response.send_message(f"You asked: {self.line.value}")


class Pages(discord.ui.View):
    """A button that turns the page, one that asks, and a menu."""

    @discord.ui.button(label="Next", custom_id="next")
    async def turn(self, interaction: discord.Interaction, _: "discord.ui.Button[Pages]") -> None:
        """Show the next page."""
        await interaction.response.edit_message(content="page 2")

    @discord.ui.button(label="Ask", custom_id="ask")
    async def ask(self, interaction: discord.Interaction, _: "discord.ui.Button[Pages]") -> None:
        """Open the modal."""
        await interaction.response.send_modal(Question())

    @discord.ui.select(
        placeholder="Topic", options=[discord.SelectOption(label=each) for each in TOPICS]
    )
    async def choose(
        self, interaction: discord.Interaction, menu: "discord.ui.Select[Pages]"
    ) -> None:
        """Answer later, to the member alone."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send(f"chose {menu.values[0]}")


class Commands(app_commands.Group, name="news", description="News"):
    """The commands `/news …`."""

    @app_commands.command()
    async def latest(self, interaction: discord.Interaction, topic: str) -> None:
        """Show the latest of a topic."""
        embed = discord.Embed(title=f"Latest of {topic}")
        await interaction.response.send_message(embed=embed, ephemeral=True)

    @latest.autocomplete("topic")
    async def topics(self, _: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Offer the topics that contain what was typed."""
        found = (each for each in TOPICS if typed.lower() in each.lower())
        return [app_commands.Choice(name=each, value=each) for each in found]

    @app_commands.command()
    async def slow(self, interaction: discord.Interaction) -> None:
        """Think before answering."""
        await interaction.response.defer()
        await interaction.edit_original_response(content="thought")

    @app_commands.command()
    async def pages(self, interaction: discord.Interaction) -> None:
        """Show a message with components."""
        await interaction.response.send_message("page 1", view=Pages())

    @app_commands.command()
    async def where(self, interaction: discord.Interaction, channel: discord.TextChannel) -> None:
        """Name a channel."""
        await interaction.response.send_message(f"in {channel.name}")


@app_commands.command()
@app_commands.default_permissions(manage_guild=True)
async def manage(interaction: discord.Interaction) -> None:
    """Do what only some may."""
    await interaction.response.send_message("managed")


@pytest.fixture
async def bot(wire: Wire, guild: Guild) -> AsyncIterator[QuickClient]:
    """A bot whose commands are registered in the guild."""
    client = QuickClient()
    tree = app_commands.CommandTree(client)
    tree.add_command(Commands(), guild=discord.Object(guild.id))
    tree.add_command(manage)
    async with logged_in(wire, client):
        await tree.sync(guild=discord.Object(guild.id))
        await tree.sync()
        yield client


@pytest.mark.usefixtures("bot")
async def test_a_slash_command_is_answered_to_the_member_alone(wire: Wire, news: Channel) -> None:
    answer = await enter(wire, news).slash("news latest", topic="Law")
    assert answer.message is not None
    assert [each["title"] for each in answer.message["embeds"]] == ["Latest of Law"]
    assert answer.ephemeral
    assert news.messages == {}
    assert wire.unknown == []


@pytest.mark.usefixtures("bot")
async def test_typing_into_an_option_offers_choices(wire: Wire, news: Channel) -> None:
    answer = await enter(wire, news).complete("news latest", "topic", "sci")
    assert [each["value"] for each in answer.choices] == ["Science"]


@pytest.mark.usefixtures("bot")
async def test_a_deferred_answer_is_the_one_that_comes_later(wire: Wire, news: Channel) -> None:
    answer = await enter(wire, news).slash("news slow")
    assert answer.kind == interactions.DEFERRED
    assert answer.message is not None
    assert answer.message["content"] == "thought"
    assert [each.content for each in news.messages.values()] == ["thought"]


@pytest.mark.usefixtures("bot")
async def test_a_channel_option_arrives_resolved(wire: Wire, news: Channel) -> None:
    answer = await enter(wire, news).slash("news where", channel=news.id)
    assert answer.message is not None
    assert answer.message["content"] == "in news"


@pytest.mark.usefixtures("bot")
async def test_buttons_menus_and_modals_reach_the_bot(wire: Wire, news: Channel) -> None:
    ana = enter(wire, news)
    shown = (await ana.slash("news pages")).message
    assert shown is not None
    turned = await ana.click(shown, "Next")
    assert [each.content for each in news.messages.values()] == ["page 2"]
    chosen = await ana.select(turned.message or {}, "Topic", "Law")
    assert (chosen.message or {})["content"] == "chose Law"
    assert chosen.ephemeral
    opened = await ana.click(turned.message or {}, "Ask")
    asked = await ana.submit(opened.modal or {}, line="why?")
    assert (asked.message or {})["content"] == "You asked: why?"


@pytest.mark.usefixtures("bot")
async def test_members_are_only_offered_what_is_there_for_them(wire: Wire, news: Channel) -> None:
    ana = enter(wire, news)
    for words, options in (
        ("weather", {}),
        ("news", {}),
        ("news latest", {}),
        ("news slow", {"topic": "Law"}),
        ("manage", {}),
    ):
        with pytest.raises(LookupError):
            await ana.slash(words, **options)
    answer = await enter(wire, news, "Root", Permission.MANAGE_GUILD).slash("manage")
    assert (answer.message or {})["content"] == "managed"


async def test_a_bot_that_does_not_answer_is_a_timeout(
    bot: QuickClient, wire: Wire, news: Channel
) -> None:
    ana = enter(wire, news)
    ana.patience = 0.05
    await bot.close()
    with pytest.raises(TimeoutError):
        await ana.slash("news slow")


ANSWER: Json = {"type": interactions.MESSAGE, "data": {"content": "here"}}


def used(world: World, guild: Guild, news: Channel) -> Interaction:
    """Begin the use of a command."""
    ana = world.add_member(guild, "Ana")
    return interactions.begin(world, interactions.COMMAND, ana, news, NOW)


def test_an_answer_after_three_seconds_is_too_late(
    world: World, guild: Guild, news: Channel
) -> None:
    late = NOW + world.rules.interaction_deadline + timedelta(milliseconds=1)
    with pytest.raises(ApiError) as refused:
        interactions.respond(world, used(world, guild, news), ANSWER, late)
    assert refused.value.code == 10062


def test_a_second_answer_is_refused_and_the_first_stays(
    world: World, guild: Guild, news: Channel
) -> None:
    one = used(world, guild, news)
    interactions.respond(world, one, ANSWER, NOW)
    with pytest.raises(ApiError) as refused:
        interactions.respond(world, one, ANSWER, NOW)
    assert refused.value.code == 40060
    assert len(news.messages) == 1


def test_a_token_ends_after_its_lifetime(world: World, guild: Guild, news: Channel) -> None:
    one = used(world, guild, news)
    interactions.respond(world, one, ANSWER, NOW)
    over = NOW + world.rules.token_lifetime + timedelta(seconds=1)
    with pytest.raises(ApiError) as refused:
        interactions.follow_up(world, one, {"content": "more"}, over)
    assert refused.value.code == 50027
    used(world, guild, news)
    assert one.token in world.interactions


def test_too_many_choices_are_refused(world: World, guild: Guild, news: Channel) -> None:
    choices = [{"name": str(number), "value": str(number)} for number in range(26)]
    body = {"type": interactions.CHOICES, "data": {"choices": choices}}
    with pytest.raises(ApiError) as refused:
        interactions.respond(world, used(world, guild, news), body, NOW)
    assert refused.value.code == 50035
