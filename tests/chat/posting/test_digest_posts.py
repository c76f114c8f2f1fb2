"""Digests on their way into channels: what goes over the wire, and what a look takes for them."""

import aiohttp
import discord
import pytest

from bot.chat.looks import digests
from bot.chat.posting.observer import DiscordObserver
from bot.errors import FateUnknown
from bot.news.post import Fate
from tests.chat.dispatches import SEND, SEND_TO_FORUM, dispatch, publish_unanswered
from tests.chat.people import publish
from tests.newsroom import answer, newsroom
from tests.publishing import run
from tests.samples import article

DAILY = {"channel": "space", "post": "digest"}
EACH = {"channel": "space", "name": "each"}
LONG = 200  # seconds: a nonce may have lapsed, and no request is still being carried out
BAD_PICTURE = {
    "embeds": {"3": {"thumbnail": {"url": {"_errors": [{"code": "URL", "message": "Not one"}]}}}}
}
TOO_LONG = {"embeds": {"_errors": [{"code": "MAX_EMBED_SIZE_EXCEEDED", "message": "6000"}]}}


def many(count):
    """Return files of so many articles, with titles that make a long list."""
    return {
        f"story{n}": {"title": f"Story {n} of the harbour " + "and on " * 9} for n in range(count)
    }


async def outbox_of(room):
    rows = await room.desk.database.read("SELECT part, fate, message_id FROM post ORDER BY id")
    return [tuple(row) for row in rows]


async def test_a_digest_goes_out_in_one_message_under_its_nonce_and_pings_nobody(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY) as room:
        await room.fill(comet={"title": "@everyone <@1>"}, gull={})
        (post,) = await room.publish()
        (body,) = room.requests("POST", "/channels/*/messages")
        assert (body["nonce"], body["enforce_nonce"]) == (post.nonce, True)
        assert body["allowed_mentions"] == {"parse": []}
        assert body["content"].endswith(f"\n-# Digest {post.reference}")
        (shown,) = room.posts("space")
        assert [embed.title for embed in shown.embeds] == ["@\u200beveryone \\<@1\\>", "Gull"]
        assert (shown.id, shown.mention_everyone) == (post.message_id, False)
        assert await room.publish() == ()


async def test_a_role_is_pinged_once_and_a_silent_digest_notifies_nobody(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY | {"silent": True}) as room:
        readers = room.guild.create_role("readers", mentionable=True)
        room.subscriptions[0]["mention"] = readers.id
        await room.start()
        await room.fill(**many(50))
        await room.publish()
        first, second = room.requests("POST", "/channels/*/messages")
        assert first["content"].startswith(f"{readers.mention}\n## News digest\n**50 articles**")
        assert first["allowed_mentions"] == {"parse": [], "roles": [readers.id]}
        assert second["allowed_mentions"] == {"parse": []}
        assert (first["flags"], second["flags"]) == (1 << 12, 1 << 12)
        assert first["nonce"] != second["nonce"]


async def test_a_long_digest_takes_a_second_message_and_counts_the_rest(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY | {"discuss": "thread"}) as room:
        await room.fill(**many(120))
        first, second = await room.publish()
        assert (first.part, second.part) == (1, 2)
        shown = [m for m in room.channels["space"].history() if m.embeds]
        assert [m.id for m in shown] == [first.message_id, second.message_id]
        assert "more: `/news latest`" in shown[1].embeds[-1].description
        (thread,) = room.channels["space"].threads
        assert thread.name.startswith("News digest · ")
        assert await room.publish() == ()


async def test_what_a_budget_would_hold_back_is_one_digest_and_told_as_one(tmp_path):
    slow = {"channel": "space", "hourly": 2, "limit": 3}
    async with newsroom(tmp_path / "seeds", slow) as room:
        await room.fill(**many(4))
        said = await publish(room, "due")
        (shown,) = room.posts("space")
        assert said == f"Posted:\n{shown.jump_url}"
        assert shown.content.startswith("## News digest\n**4 articles**")
        assert await room.publish() == ()


async def test_a_digest_leads_to_posts_and_discussions_of_its_own_server_alone(tmp_path):
    other = {"channel": "talk", "discuss": "thread"}
    async with newsroom(tmp_path / "seeds", other, DAILY) as room:
        abroad = room.env.create_guild("Elsewhere")
        room.channels["abroad"] = abroad.create_text_channel("abroad")
        room.subscriptions.insert(0, {"name": "abroad", "channel": "abroad", "discuss": "thread"})
        await room.start()
        await room.fill(comet={})
        await room.publish()
        (thread,) = room.channels["talk"].threads
        (shown,) = room.posts("space")
        assert shown.embeds[0].description.split("\n")[1] == (
            f"[Discussion](https://discord.com/channels/{room.guild.id}/{thread.id})"
        )


async def test_the_server_is_asked_for_its_channels_while_the_gateway_is_down(tmp_path):
    async with newsroom(tmp_path / "seeds", {"channel": "talk"}, DAILY) as room:
        await room.fill(comet={})
        talk, daily = room.desk.publisher.subscriptions
        await run(room.desk.publisher, talk)
        room.desk.client._connection._guilds.clear()
        await run(room.desk.publisher, daily)
        (shown,) = room.posts("space")
        assert f"{room.channels['talk'].id}/" in shown.embeds[0].description


async def test_what_members_talk_about_comes_first(tmp_path):
    other = {"channel": "talk", "discuss": "thread"}
    async with newsroom(tmp_path / "seeds", other, DAILY) as room:
        await room.fill(comet={"quality": 80}, gull={"quality": 85})
        talk, daily = room.desk.publisher.subscriptions
        await run(room.desk.publisher, talk)
        by_name = {thread.name: thread for thread in room.channels["talk"].threads}
        for _ in range(5):
            await room.member.send(by_name["Comet"], "What a tail!")
        await room.desk.tally.settle(DiscordObserver(room.desk.client))
        await run(room.desk.publisher, daily)
        (shown,) = room.posts("space")
        assert [embed.title for embed in shown.embeds] == ["Comet", "Gull"]


async def test_a_digest_of_what_is_discussed_says_so_and_starts_a_discussion_of_that_name(tmp_path):
    here = {"channel": "space", "discuss": "thread"}
    weekly = here | {"name": "weekly", "post": "digest", "sort": "discussed"}
    async with newsroom(tmp_path / "seeds", here, weekly) as room:
        await room.fill(comet={}, gull={})
        await room.publish()
        (thread,) = [t for t in room.channels["space"].threads if t.name == "Gull"]
        await room.member.send(thread, "Not that one again")
        await room.desk.tally.settle(DiscordObserver(room.desk.client))
        await room.publish()
        shown = room.posts("space")[-1]
        assert shown.content.startswith("## Most discussed here\n**1 article** · ")
        assert [embed.title for embed in shown.embeds] == ["Gull"]
        names = [t.name for t in room.channels["space"].threads if t.id == shown.id]
        assert names[0].startswith("Most discussed here · ")


async def test_that_nothing_was_discussed_is_a_line(tmp_path):
    told = {"channel": "space", "post": "digest", "sort": "discussed", "nothing_new": "tell"}
    async with newsroom(tmp_path / "seeds", told) as room:
        await room.fill(comet={})
        await room.publish()
        (shown,) = room.channels["space"].history()
        assert shown.content.startswith("No news discussed here since <t:")


async def test_nothing_new_is_a_line_without_embeds(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY | {"nothing_new": "tell"}) as room:
        await room.publish()
        (shown,) = room.channels["space"].history()
        assert shown.content.startswith("Nothing new since <t:")
        assert shown.embeds == []


@pytest.mark.parametrize(
    ("errors", "left"),
    [([BAD_PICTURE], "text"), ([BAD_PICTURE, TOO_LONG], "titles"), ([TOO_LONG], "titles")],
)
async def test_what_discord_refuses_goes_out_with_less(tmp_path, errors, left):
    async with newsroom(tmp_path / "seeds", DAILY) as room:
        await room.fill(comet={}, gull={})
        refuse(room, *(answer(400, 50035, "Invalid Form Body", each) for each in errors))
        await room.publish()
        (shown,) = room.posts("space")
        assert [embed.url for embed in shown.embeds] == [
            f"https://gazette.example.org/{name}" for name in ("comet", "gull")
        ]
        assert {embed.thumbnail.url or embed.image.url for embed in shown.embeds} == {None}
        assert {bool(embed.description) for embed in shown.embeds} == {left == "text"}


def refuse(room, error, *more):
    """Let one request to send after the other fail."""
    room.upset(SEND, error)
    if more:
        through = room.desk.client.http.request

        async def request(route, **options):
            try:
                return await through(route, **options)
            except discord.HTTPException:
                refuse(room, *more)
                raise

        room.desk.client.http.request = request


async def test_a_digest_that_discord_refuses_goes_out_article_by_article(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY) as room:
        await room.fill(comet={}, gull={})
        room.upset(SEND, answer(400, 200000, "Blocked by AutoMod"))
        posts = await room.publish()
        assert [len(shown.embeds) for shown in room.posts("space")] == [1, 1]
        assert [post.digest_id for post in posts] == [None, None]
        assert [shown.content for shown in room.posts("space")] == ["", ""]
        assert (await outbox_of(room))[0] == (1, "parked", None)


@pytest.mark.parametrize("part", [1, 2])
@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("forums", [(), ("space",)])
async def test_a_message_whose_answer_is_lost_is_there_once(tmp_path, part, done, forums):
    async with newsroom(tmp_path / "seeds", DAILY, forums=forums) as room:
        await room.fill(**many(50))
        endpoint = SEND_TO_FORUM if forums and part == 1 else SEND
        if part == 2 and not forums:
            refuse_second(room, aiohttp.ServerDisconnectedError(), done=done)
        else:
            room.upset(endpoint, aiohttp.ServerDisconnectedError(), done=done)
        with pytest.raises(FateUnknown):
            await room.publish()
        await room.env.advance_time(LONG)
        await room.publish()
        assert [fate for _, fate, _ in await outbox_of(room)] == ["posted", "posted"]
        contents = [m.content.split("\n")[0] for m in everything(room)]
        assert contents == ["## News digest", "The digest goes on:"]


def refuse_second(room, error, *, done):
    """Let the second message that is sent fail."""
    through = room.desk.client.http.request

    async def request(route, **options):
        sent = await through(route, **options)
        if f"{route.method} {route.path}" == SEND:
            room.desk.client.http.request = through
            room.upset(SEND, error, done=done)
        return sent

    room.desk.client.http.request = request


def everything(room):
    """Return all that the bot wrote in a channel, or in the threads of a forum."""
    channel = room.channels["space"]
    client = room.desk.client
    places = [channel]
    if isinstance(client.get_channel(channel.id), discord.ForumChannel):
        places = channel.threads
    return [m for place in places for m in place.history() if m.author.id == client.user.id]


async def test_in_a_forum_a_digest_is_one_post_with_the_rest_in_its_thread(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY, forums=("space",)) as room:
        await room.fill(**many(50))
        first, second = await room.publish()
        (thread,) = room.channels["space"].threads
        assert thread.name.startswith("News digest · ")
        assert first.thread_id == thread.id
        (body,) = room.requests("POST", f"/channels/{thread.id}/messages")
        assert body["nonce"] == second.nonce
        assert [m.content.split("\n")[0] for m in everything(room)] == [
            "## News digest",
            "The digest goes on:",
        ]


async def test_a_forum_post_that_is_deleted_lets_the_rest_go_out_alone(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY, forums=("space",)) as room:
        await room.fill(**many(50))
        await publish_unanswered(room, arrives=False)
        (thread,) = room.channels["space"].threads
        with room.arranging():
            await room.desk.client.get_channel(thread.id).delete()
            await room.env.settle()
        await room.env.advance_time(LONG)
        posts = await room.publish()
        rows = await room.desk.database.read(
            "SELECT count(*) FROM digest_article WHERE post_id IS NULL"
        )
        assert len(posts) == rows[0][0] > 0
        assert {post.digest_id for post in posts} == {None}


async def test_a_look_never_takes_a_digest_for_an_article_nor_an_article_for_a_digest(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY) as room:
        await room.fill(comet={})
        (post,) = await room.publish()
        outlet = room.desk.publisher.outlet
        alone = dispatch(room, article=article("comet"))
        assert await outlet.find(alone) is None
        sent = await outlet.send(alone)
        assert await outlet.find(alone) == sent
        made = await room.desk.publisher._delivery._prepared(
            post, room.desk.publisher.subscriptions[0]
        )
        assert (await outlet.find(made)).message_id == post.message_id != sent.message_id
        assert digests.reference(room.posts("space")[1].content) is None


async def test_two_digests_are_not_taken_for_each_other(tmp_path):
    async with newsroom(tmp_path / "seeds", DAILY | {"nothing_new": "tell"}) as room:
        await room.publish()
        await room.env.advance_time(1)
        await publish_unanswered(room, arrives=False)
        await room.env.advance_time(LONG)
        await room.publish()
        fates = [fate for _, fate, _ in await outbox_of(room)]
        assert set(fates) == {Fate.POSTED}
        assert len({m.id for m in everything(room)}) == len(fates) == 2
