"""The rules of the stand-in's world, without a wire."""

from datetime import timedelta

import pytest

from tests.wire import commands, messages
from tests.wire.mentions import pinged
from tests.wire.permissions import ALL, NEWS_BOT, Permission
from tests.wire.records import Channel, ChannelKind, Guild, Json
from tests.wire.snowflakes import born
from tests.wire.trial import NOW, TEXT, posted, refused, sent
from tests.wire.world import Rules, World


def test_ids_tell_their_time_and_grow_even_when_the_clock_steps_back(
    world: World, news: Channel
) -> None:
    first, second = sent(world, news, TEXT), sent(world, news, TEXT, NOW - timedelta(hours=1))
    assert born(first.id) == NOW
    assert second.id > first.id


def test_a_nonce_is_forgotten_after_its_window_only(world: World, news: Channel) -> None:
    body = {**TEXT, "nonce": "n", "enforce_nonce": True}
    first = sent(world, news, body)
    almost = NOW + world.rules.nonce_window - timedelta(milliseconds=1)
    assert sent(world, news, body, almost) is first
    assert sent(world, news, body, NOW + world.rules.nonce_window) is not first


def test_a_nonce_names_one_message_whatever_the_channel_but_not_whatever_the_author(
    world: World, guild: Guild, news: Channel
) -> None:
    other = world.add_channel(guild, "other")
    body = {**TEXT, "nonce": "n", "enforce_nonce": True}
    first = sent(world, news, body)
    assert sent(world, other, body) is first
    ana = world.add_user("Ana")
    assert messages.post(world, other, ana, body, NOW) is not first


def test_a_nonce_that_is_not_enforced_does_not_hold_back(world: World, news: Channel) -> None:
    body = {**TEXT, "nonce": "n"}
    assert sent(world, news, body) is not sent(world, news, body)


@pytest.mark.parametrize(
    ("denied", "body", "code"),
    [
        (Permission.VIEW_CHANNEL, TEXT, 50001),
        (Permission.SEND_MESSAGES, TEXT, 50013),
        (Permission.EMBED_LINKS, {"embeds": [{"title": "x"}]}, 50013),
    ],
)
def test_a_missing_permission_refuses_a_message(
    world: World, news: Channel, denied: Permission, body: Json, code: int
) -> None:
    world.permit(news, deny=denied)
    assert refused(sent, world, news, body).code == code


def test_sends_to_what_is_gone_or_takes_no_messages_are_refused(
    world: World, guild: Guild, news: Channel, forum: Channel
) -> None:
    category = world.add_channel(guild, "all", ChannelKind.CATEGORY)
    assert refused(sent, world, forum, TEXT).code == 40058
    assert refused(sent, world, category, TEXT).code == 50008
    world.remove_channel(news)
    assert refused(world.place, news.id).code == 10003


def test_automatic_moderation_blocks_texts_and_titles(
    world: World, news: Channel, forum: Channel
) -> None:
    world.rules.blocked_words = ("casino",)
    assert refused(sent, world, news, {"embeds": [{"title": "Casino news"}]}).code == 200000
    body = {"name": "The casino", "message": TEXT}
    assert refused(posted, world, forum, body).code == 200001


def test_young_messages_can_be_kept_out_of_the_history(world: World, news: Channel) -> None:
    world.rules.history_lag = timedelta(seconds=2)
    message = sent(world, news, TEXT)
    assert messages.history(world, news, messages.Page(), NOW + timedelta(seconds=1)) == []
    assert messages.history(world, news, messages.Page(), NOW + timedelta(seconds=2)) == [message]


def test_the_words_of_others_are_hidden_without_the_intent(world: World, news: Channel) -> None:
    theirs = messages.post(world, news, world.add_user("Ana"), TEXT, NOW)
    assert messages.shown(world, theirs)["content"] == ""
    assert messages.shown(world, sent(world, news, TEXT))["content"] == "text"
    world.rules.message_content = True
    assert messages.shown(world, theirs)["content"] == "text"


def test_only_allowed_mentions_ping(world: World, guild: Guild) -> None:
    role = world.add_role(guild, "Readers")
    hidden = world.add_role(guild, "Staff", mentionable=False)
    text = f"@everyone <@&{role.id}> <@&{hidden.id}> <@7>"
    assert pinged(text, {"parse": []}, guild, ALL) == {"everyone": False, "roles": [], "users": []}
    assert pinged(text, {"roles": [role.id]}, guild, NEWS_BOT)["roles"] == [str(role.id)]
    assert pinged(text, None, guild, NEWS_BOT) == {
        "everyone": False,
        "roles": [str(role.id)],
        "users": ["7"],
    }
    assert pinged(text, None, guild, ALL)["everyone"]


def test_commands_keep_their_ids_and_creates_are_capped_by_the_day(
    world: World, guild: Guild
) -> None:
    world.rules.daily_command_creates = 2
    news: Json = {"name": "news", "description": "The latest"}
    [first] = commands.overwrite(world, guild.id, [news], NOW)
    [again] = commands.overwrite(world, guild.id, [{**news, "description": "News"}], NOW)
    assert again["id"] == first["id"]
    more = [{**news, "name": name} for name in ("topics", "sources")]
    assert refused(commands.overwrite, world, guild.id, more, NOW).code == 30034
    tomorrow = NOW + timedelta(days=1)
    assert len(commands.overwrite(world, guild.id, more, tomorrow)) == 2


@pytest.mark.parametrize("name", ["News", "a b", "", "x" * 33])
def test_a_bad_command_name_is_refused(world: World, name: str) -> None:
    wanted = [{"name": name, "description": "d"}]
    assert refused(commands.overwrite, world, None, wanted, NOW).code == 50035


def test_rules_can_be_set_when_the_world_is_made() -> None:
    world = World(NOW, Rules(nonce_window=timedelta(0)))
    channel = world.add_channel(world.add_guild("Newsroom"), "news")
    body = {**TEXT, "nonce": "n", "enforce_nonce": True}
    assert sent(world, channel, body) is not sent(world, channel, body)
