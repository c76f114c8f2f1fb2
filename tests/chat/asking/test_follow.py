"""Members choose what they follow, see it, and leave it by one tap."""

import pytest

from bot.chat.wording import follow_texts as texts
from bot.news.follow import TOPICS
from bot.store import follows
from tests.chat.following import choose, described, followed
from tests.chat.people import ask, choices, controls, press, shown_by
from tests.chat.slow import slow
from tests.newsroom import newsroom

SPACE = {"channel": "space", "discuss": "thread"}
BOTH = {"topics": ["Space", "Harbour"]}


@pytest.mark.parametrize("forums", [(), ("space",)])
async def test_below_a_post_a_member_chooses_a_topic_and_a_way(tmp_path, forums):
    async with newsroom(tmp_path / "seeds", SPACE, forums=forums) as room:
        await room.fill(comet=BOTH)
        await room.publish()
        await room.start()
        post = (
            room.posts("space")[0] if not forums else room.channels["space"].threads[0].history()[0]
        )
        offered = await press(post, texts.FOLLOW, room.member)
        assert offered.ephemeral
        labels = [option["label"] for option in controls(offered)[texts.CHOOSE]["options"]]
        assert sorted(labels) == [
            *("Daily digest: Harbour", "Daily digest: Space"),
            *("Mention me: Harbour", "Mention me: Space"),
        ]
        chosen = await choose(room, offered, "Mention me: Harbour")
        assert described(chosen) == texts.confirmed("Harbour", "mention")
        assert await followed(room) == {(room.guild.id, "Harbour"): "mention"}
        left = await press(chosen, texts.STOP_THIS, room.member)
        assert (described(left), await followed(room)) == (texts.NOTHING, {})


async def test_below_a_digest_the_topics_of_all_its_articles_are_offered(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"post": "digest"}) as room:
        await room.fill(comet={}, tide={"topics": ["Harbour"]})
        await room.publish()
        (digest,) = room.posts("space")
        offered = await press(digest, texts.FOLLOW, room.member)
        await choose(room, offered, "Daily digest: Harbour")
        assert await followed(room) == {(room.guild.id, "Harbour"): "digest"}


async def test_an_article_that_got_another_date_still_has_its_topics(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await room.publish()
        await room.fill(comet={"publishedDateTime": "2025-12-30T00:00:00Z"})
        offered = await press(room.posts("space")[0], texts.FOLLOW, room.member)
        assert texts.CHOOSE in controls(offered)


async def test_an_article_without_topics_says_how_else_to_follow(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={"topics": None})
        await room.publish()
        told = await press(room.posts("space")[0], texts.FOLLOW, room.member)
        assert (told.content, told.ephemeral) == (texts.NO_TOPIC, True)


async def test_a_topic_is_followed_by_command_one_way_at_a_time(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet=BOTH)
        assert list(await choices(room, "follow", "topic", "har")) == ["Harbour"]
        told = await ask(room, "follow", topic=" HARBOUR", how="mention")
        assert (told.ephemeral, described(told)) == (True, texts.confirmed("Harbour", "mention"))
        await ask(room, "follow", topic="harbour", how="digest")
        assert await followed(room) == {(room.guild.id, "Harbour"): "digest"}
        told = await ask(room, "follow", topic="*Tea*", how="mention")
        assert r"\*Tea\*" in told.content


@pytest.mark.parametrize(
    ("subscription", "forums", "says"),
    [
        ({"discuss": "none"}, (), {"discussed": False}),
        ({"discuss": "none"}, ("space",), {}),
        ({"topics": ["Harbour"], "discuss": "thread"}, (), {"posted": False}),
        ({"topics": ["Space"], "discuss": "thread"}, (), {}),
    ],
)
async def test_who_would_hear_nothing_is_told_so(tmp_path, subscription, forums, says):
    async with newsroom(
        tmp_path / "seeds", {"channel": "space"} | subscription, forums=forums
    ) as room:
        await room.fill(comet={})
        for way in ("mention", "digest"):
            told = await ask(room, "follow", topic="Space", how=way)
            assert described(told) == texts.confirmed("Space", way, **says)


async def test_what_is_posted_where_a_member_may_not_look_is_told_to_nobody(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        there = room.desk.client.get_channel(room.channels["space"].id)
        with room.arranging():
            await there.set_permissions(there.guild.default_role, view_channel=False)
            await room.env.settle()
        told = await ask(room, "follow", topic="Space", how="mention")
        assert described(told) == texts.confirmed("Space", "mention", posted=False)


async def test_what_a_member_follows_is_listed_and_left_from_the_list(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet=BOTH)
        assert described(await ask(room, "following")) == texts.NOTHING
        await ask(room, "follow", topic="Space", how="mention")
        await ask(room, "follow", topic="Harbour", how="digest")
        await ask(room, "follow", topic="Harbour", how="digest", by=room.staff)
        listed = await ask(room, "following")
        assert described(listed).splitlines() == [
            texts.line("Harbour", "", "digest"),
            texts.line("Space", "", "mention"),
        ]
        left = await choose(room, listed, "Space", what=texts.DROP)
        assert described(left) == texts.line("Harbour", "", "digest")
        gone = await press(left, texts.STOP_ALL, room.member)
        assert (described(gone), await followed(room)) == (texts.NOTHING, {})
        assert await followed(room, room.staff) == {(room.guild.id, "Harbour"): "digest"}


async def test_in_a_direct_message_the_list_names_the_server_and_following_needs_one(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await ask(room, "follow", topic="Space", how="mention")
        listed = await room.member.user.slash("news following")
        assert described(listed.response) == texts.line("Space", "Puddle Bay", "mention")
        told = await room.member.user.slash("news follow", topic="Space", how="digest")
        assert told.response.content == texts.SERVERS_ONLY
        await choose(room, listed.response, "Space", by=room.member.user, what=texts.DROP)
        assert await followed(room) == {}


async def test_nobody_follows_more_than_one_list_can_show(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        names = [f"Topic {number}" for number in range(TOPICS + 1)]
        await room.fill(comet={"topics": names})
        for name in names[:-1]:
            await ask(room, "follow", topic=name, how="mention")
        told = await ask(room, "follow", topic=names[-1], how="mention")
        assert told.content == texts.TOO_MANY
        changed = await ask(room, "follow", topic=names[0], how="digest")
        assert changed.embeds
        assert len(controls(await ask(room, "following"))[texts.DROP]["options"]) == TOPICS


async def test_a_choice_that_is_too_much_changes_nothing(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        names = [f"Topic {number}" for number in range(TOPICS + 1)]
        await room.fill(comet={"topics": names})
        for name in names[:-1]:
            await ask(room, "follow", topic=name, how="digest")
        await follows.switch_off(room.desk.database, room.member.id)
        told = await ask(room, "follow", topic=names[-1], how="digest")
        assert told.content == texts.TOO_MANY
        assert set((await followed(room)).values()) == {"closed"}


async def test_the_longest_list_can_be_read_and_left(tmp_path):
    """Names as long as they get, marks and all, in servers that are called like that, too."""
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        names = [f"{number:02}{'*_' * 49}" for number in range(TOPICS)]
        await room.fill(comet={"topics": names})
        guild = room.env.create_guild("_" * 100)
        guild.add_member(room.member.user)
        await room.env.settle()
        for name in names:
            await ask(room, "follow", topic=name, how="digest")
        async with room.desk.database.transaction() as transaction:
            await transaction.write("UPDATE follow SET guild_id = ?", (guild.id,))
        await follows.switch_off(room.desk.database, room.member.id)
        listed = await ask(room, "following")
        assert len(described(listed)) <= 4096
        assert described(listed).endswith(texts.CLOSED)
        options = controls(listed)[texts.DROP]["options"]
        assert {option["description"] for option in options} == {"_" * 100}
        await press(listed, texts.STOP_ALL, room.member)
        assert await followed(room) == {}


async def test_what_no_version_wrote_is_answered_politely(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await room.publish()
        offered = await press(room.posts("space")[0], texts.FOLLOW, room.member)
        await follows.leave_all(room.desk.database, room.member.id)
        select = controls(offered)[texts.CHOOSE]
        async with room.desk.database.transaction() as transaction:
            await transaction.write("DELETE FROM article_topic")
            await transaction.write("UPDATE topic SET id = id + 1000")
        reply = await room.member.select(
            offered, [select["options"][0]["value"]], custom_id=select["custom_id"]
        )
        assert shown_by(reply).content.startswith("This list is from an earlier version")
        assert await followed(room) == {}


@pytest.mark.parametrize("label", [texts.STOP_ALL, texts.STOP_THIS])
async def test_while_much_is_written_a_press_is_answered_in_time(tmp_path, label):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        shown = await ask(room, "follow", topic="Space", how="mention")
        if label == texts.STOP_ALL:
            shown = await ask(room, "following")
        async with slow(room, writing=True):
            left = await press(shown, label, room.member)
        assert (described(left), await followed(room)) == (texts.NOTHING, {})
        deferred = [b for b in room.requests("POST", "/interactions/*/callback") if b["type"] == 6]
        assert len(deferred) == 1


def test_every_way_has_its_words():
    chosen = [
        texts.confirmed("Space", "mention", **says)
        for says in ({}, {"discussed": False}, {"posted": False})
    ]
    assert len(set(chosen)) == 3
    assert texts.confirmed("Space", "digest", discussed=False) == texts.confirmed("Space", "digest")
    for way in ("mention", "digest", "closed"):
        assert texts.line("Space", "Puddle Bay", way).startswith("**Space** in Puddle Bay · ")
    assert len(texts.WAYS) == 2
    assert all(len(name) <= 100 for name in texts.WAYS.values())
