"""What becomes of posts and discussions whose article is withdrawn, and back again."""

import aiohttp
import pytest

from bot.chat.wording import correction_texts as texts
from bot.news.face import DISCUSSION, NOTICE
from bot.news.post import Fate
from bot.store import errands
from tests.chat.dispatches import PATCH, SEND, edits, errand, only_post
from tests.newsroom import answer, newsroom
from tests.samples import write

SPACE = {"channel": "space"}
TALKED = SPACE | {"discuss": "thread"}
DELETE = "DELETE /channels/{channel_id}/messages/{message_id}"
CHANNEL = "PATCH /channels/{channel_id}"
COMET = {"title": "Comet", "publishedDateTime": "2025-12-31T09:00:00+00:00"}


async def posted(room, **files):
    """Post articles, and let an hour pass."""
    await room.fill(**(files or {"comet": COMET}))
    await room.publish()
    await room.env.advance_time(3600)


async def settled(room, later=61):
    """Load the folder, and do what is to be done then."""
    await room.ingest()
    await room.later(later)
    await room.desk.errands.run()  # what follows in discussions


async def withdraw(room, *names, later=61):
    """Take files away."""
    for name in names or ["comet"]:
        (room.folder / f"{name}.md").unlink()
    await settled(room, later)


async def discussion(room, channel="space"):
    """The only thread of a channel, and what the bot wrote there that is no post."""
    (place,) = room.channels[channel].threads
    told = [m.content for m in place.history() if m.content and not m.embeds]
    with room.arranging():
        return await room.desk.client.fetch_channel(place.id), told


async def test_a_withdrawn_article_is_struck_through_where_it_was_posted(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await posted(room)
        await withdraw(room)
        (message,) = room.posts("space")
        (embed,) = message.embeds
        assert (embed.title, embed.description) == ("~~Comet~~", texts.RETRACTED)
        assert (embed.image.url, embed.fields) == (None, [])
        labels = [each.label for row in message.components for each in row.children]
        assert labels == ["Read the article", "Discuss", "Follow"]


@pytest.mark.parametrize("forums", [(), ("space",)])
async def test_its_discussion_is_told_and_locked_and_all_that_is_undone_when_it_is_back(
    tmp_path, forums
):
    async with newsroom(tmp_path / "seeds", TALKED, forums=forums) as room:
        await posted(room)
        await withdraw(room)
        thread, told = await discussion(room)
        assert thread.locked
        assert [text.splitlines()[0] for text in told] == [texts.STRUCK]
        assert thread.name == ("Retracted: Comet" if forums else "Comet")
        write(room.folder, "comet", **COMET)
        await settled(room, later=301)
        thread, told = await discussion(room)
        assert not thread.locked
        assert [text.splitlines()[0] for text in told] == [texts.STRUCK, texts.RESTORED]
        assert thread.name == "Comet"
        place = room.channels["space"].threads[0] if forums else room.channels["space"]
        (message,) = (each for each in place.history() if each.embeds)
        assert message.embeds[0].title == "Comet"
        assert texts.RETRACTED not in message.embeds[0].description
        assert message.embeds[0].image.url is not None
        before = len(room.env.http_requests)
        await room.desk.errands.run()
        assert len(room.env.http_requests) == before


async def test_an_article_that_is_unpublished_is_retracted_and_published_again_restored(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await posted(room)
        write(room.folder, "comet", **COMET, published=False)
        await settled(room)
        assert room.posts("space")[0].embeds[0].title == "~~Comet~~"
        write(room.folder, "comet", **COMET)
        await settled(room, later=301)
        assert room.posts("space")[0].embeds[0].title == "Comet"


async def test_a_held_article_that_staff_posted_is_retracted_only_when_it_is_withdrawn(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet=COMET | {"published": False})
        (subscription,) = room.desk.publisher.subscriptions
        ((key,),) = await room.desk.database.read("SELECT id FROM article")
        await room.desk.publisher.post(key, subscription)
        write(room.folder, "comet", **COMET | {"title": "Comet, really"}, published=False)
        await settled(room)
        assert room.posts("space")[0].embeds[0].title == "Comet, really"
        await withdraw(room, later=301)
        assert room.posts("space")[0].embeds[0].title == "~~Comet, really~~"


async def test_a_file_that_is_only_replaced_or_moved_retracts_nothing(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await posted(room)
        await withdraw(room, later=30)
        write(room.folder, "moved", **COMET, webUrl="https://gazette.example.org/comet")
        await settled(room, later=400)
        assert edits(room) == []


async def test_with_delete_the_post_is_deleted_and_its_discussion_stays(tmp_path):
    async with newsroom(tmp_path / "seeds", TALKED | {"retractions": "delete"}) as room:
        await posted(room)
        await withdraw(room)
        assert room.posts("space") == []
        thread, told = await discussion(room)
        assert (thread.locked, len(told)) == (True, 1)
        assert (await only_post(room)).message_id is None
        write(room.folder, "comet", **COMET)
        await settled(room, later=400)
        assert await room.publish() == ()


@pytest.mark.parametrize(
    "error", [answer(404, 10008, "Unknown Message"), answer(502, 0), TimeoutError()]
)
async def test_a_post_is_deleted_once_whatever_discord_answers(tmp_path, error):
    async with newsroom(tmp_path / "seeds", SPACE | {"retractions": "delete"}) as room:
        await posted(room)
        room.upset(DELETE, error, done=True)
        await withdraw(room)
        await room.later(10)
        assert room.posts("space") == []
        assert (await only_post(room)).message_id is None


async def test_with_leave_nothing_happens(tmp_path):
    async with newsroom(tmp_path / "seeds", TALKED | {"retractions": "leave"}) as room:
        await posted(room)
        await withdraw(room)
        assert edits(room) == []
        thread, told = await discussion(room)
        assert (thread.locked, told) == (False, [])


async def test_without_manage_threads_it_is_marked_and_told_all_the_same(tmp_path, caplog):
    async with newsroom(tmp_path / "seeds", TALKED) as room:
        await posted(room)
        room.upset(CHANNEL, answer(403, 50013, "Missing Permissions"))
        await withdraw(room)
        thread, told = await discussion(room)
        assert (thread.locked, len(told)) == (False, 1)
        assert room.posts("space")[0].embeds[0].title == "~~Comet~~"
        assert f"<#{thread.id}>: give the bot the permission Manage Threads" in caplog.text


async def test_a_notice_without_an_answer_is_there_once(tmp_path):
    async with newsroom(tmp_path / "seeds", TALKED) as room:
        await posted(room)
        room.upset(SEND, aiohttp.ServerDisconnectedError(), done=True)
        await withdraw(room)
        await room.later(200)
        thread, told = await discussion(room)
        assert (thread.locked, len(told)) == (True, 1)
        assert (await errand(room, NOTICE, 1)).message_id


async def test_what_is_no_longer_so_is_not_said(tmp_path):
    async with newsroom(tmp_path / "seeds", TALKED) as room:
        await posted(room)
        await room.forbid("space", "send_messages_in_threads")
        await withdraw(room)
        write(room.folder, "comet", **COMET)
        await settled(room, later=301)
        await room.forbid("space")
        await settled(room, later=4000)
        thread, told = await discussion(room)
        assert [text.splitlines()[0] for text in told] == [texts.RESTORED]
        assert not thread.locked


async def test_a_discussion_that_was_put_away_long_ago_is_left_in_peace(tmp_path):
    async with newsroom(tmp_path / "seeds", TALKED | {"reopen_within": "1d"}) as room:
        await posted(room)
        await room.env.advance_time(90_000)
        with room.arranging():
            thread = await room.desk.client.fetch_channel((await only_post(room)).thread_id)
            await thread.edit(archived=True)
        await withdraw(room)
        thread, told = await discussion(room)
        assert (thread.archived, thread.locked, told) == (True, False, [])
        assert room.posts("space")[0].embeds[0].title == "~~Comet~~"


async def test_a_discussion_that_was_deleted_is_no_longer_thought_of(tmp_path):
    async with newsroom(tmp_path / "seeds", TALKED) as room:
        await posted(room)
        with room.arranging():
            thread = await room.desk.client.fetch_channel((await only_post(room)).thread_id)
            await thread.delete()
        await withdraw(room)
        for kind in (NOTICE, DISCUSSION):
            assert (await errand(room, kind, 1)).settled


async def test_in_a_digest_the_story_alone_is_struck_through(tmp_path):
    async with newsroom(tmp_path / "seeds", TALKED | {"post": "digest"}) as room:
        await posted(room, comet=COMET, moon={"title": "Moon"})
        before = room.posts("space")[0].content
        await withdraw(room)
        (message,) = room.posts("space")
        assert message.content == before
        assert {embed.title for embed in message.embeds} == {"~~Comet~~", "Moon"}
        thread, told = await discussion(room)
        assert (thread.locked, told) == (False, [])


async def test_in_the_list_of_a_digest_it_is_struck_through_too(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"post": "digest"}) as room:
        many = {f"a{n:02}": {"title": f"Story {n}", "quality": 99 - n} for n in range(12)}
        await posted(room, **many)
        await withdraw(room, "a11")
        (message,) = room.posts("space")
        assert f"• ~~Story 11~~ · {texts.RETRACTED}" in message.embeds[-1].description


@pytest.mark.parametrize(("there", "gone", "waits"), [(30, 16, True), (30, 14, False)])
async def test_when_most_of_a_source_is_gone_an_hour_is_left_to_put_it_back(
    tmp_path, caplog, there, gone, waits
):
    names = [f"a{n:02}" for n in range(there)]
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await posted(room, **{name: {} for name in names})
        await withdraw(room, *names[:gone])
        assert len(edits(room)) == (0 if waits else gone)
        assert ("unless the files come back" in caplog.text) is waits
        await room.later(3600)
        assert len(edits(room)) == gone


async def test_a_folder_that_comes_back_within_the_hour_has_changed_nothing(tmp_path):
    names = [f"a{n:02}" for n in range(20)]
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        files = {name: {} for name in names}
        await posted(room, **files)
        kept = {name: (room.folder / f"{name}.md").read_text() for name in names}
        await withdraw(room, *names)
        for name, text in kept.items():
            (room.folder / f"{name}.md").write_text(text)
        await settled(room, later=4000)
        assert edits(room) == []


async def test_what_is_approved_by_staff_is_no_longer_retracted(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await posted(room)
        write(room.folder, "comet", **COMET, published=False)
        await settled(room)
        ((key,),) = await room.desk.database.read("SELECT id FROM article")
        seen = (await room.desk.reviews.card(key)).version
        await room.desk.reviews.decide(key, seen, approved=True, by=room.staff.id)
        await room.later(301)
        assert room.posts("space")[0].embeds[0].title == "Comet"
        assert (await only_post(room)).fate is Fate.POSTED


async def test_posts_follow_what_the_configuration_makes_of_unpublished_articles(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, unpublished="post") as room:
        await posted(room, comet=COMET | {"published": False})
        for policy, title in (("review", "~~Comet~~"), ("post", "Comet")):
            room.source["unpublished"] = policy
            await room.start()
            await settled(room, later=400)
            assert room.posts("space")[0].embeds[0].title == title


async def test_when_many_are_hidden_by_the_configuration_an_hour_is_left_to_undo_it(tmp_path):
    names = [f"a{n:02}" for n in range(10)]
    async with newsroom(tmp_path / "seeds", SPACE, unpublished="post") as room:
        await posted(room, **{name: {"published": False} for name in names})
        room.source["unpublished"] = "skip"
        await room.start()
        await settled(room, later=3000)
        assert edits(room) == []
        await settled(room, later=601)
        assert len(edits(room)) == 10


DELETED_CHANNEL = {
    "edit": (SPACE, ()),
    "discussion": (TALKED, ()),
    "delete": (SPACE | {"retractions": "delete"}, ()),
    "publication": (SPACE, ("space",)),
}


@pytest.mark.parametrize(
    ("wanted", "announcements"), DELETED_CHANNEL.values(), ids=DELETED_CHANNEL.keys()
)
async def test_what_is_left_to_do_in_a_channel_ends_when_it_is_deleted(
    tmp_path, wanted, announcements
):
    async with newsroom(tmp_path / "seeds", wanted, announcements=announcements) as room:
        await posted(room)
        with room.arranging():
            await room.desk.client.get_channel(room.channels["space"].id).delete()
            await room.env.settle()
        if announcements:
            await room.desk.errands.run()
        else:
            await withdraw(room)
        assert (await only_post(room)).message_id is None or announcements
        open_ones = await room.desk.database.read("SELECT 1 FROM errand WHERE settled_at IS NULL")
        assert list(open_ones) == []


@pytest.mark.parametrize("forums", [(), ("space",)])
async def test_a_discussion_is_locked_once_the_bot_may(tmp_path, forums):
    async with newsroom(tmp_path / "seeds", TALKED, forums=forums) as room:
        await posted(room)
        await room.forbid("space", "manage_threads")
        await withdraw(room)
        await room.later(4000)
        thread, told = await discussion(room)
        assert (thread.locked, len(told)) == (False, 1)
        assert not any(
            "locked" in body for body in room.requests("PATCH", f"/channels/{thread.id}")
        )
        await room.forbid("space")
        await errands.hurry(room.desk.database, [room.channels["space"].id])
        await room.desk.errands.run()
        thread, told = await discussion(room)
        assert (thread.locked, len(told)) == (True, 1)


async def test_a_discussion_that_moderators_locked_stays_so_when_its_story_is_back(tmp_path):
    async with newsroom(tmp_path / "seeds", TALKED) as room:
        await posted(room)
        with room.arranging():
            thread = await room.desk.client.fetch_channel((await only_post(room)).thread_id)
            await thread.edit(locked=True)
        await withdraw(room)
        write(room.folder, "comet", **COMET)
        await settled(room, later=400)
        thread, told = await discussion(room)
        assert (thread.locked, told) == (True, [])


async def test_the_discussion_of_a_deleted_post_is_opened_when_its_story_is_back(tmp_path):
    async with newsroom(tmp_path / "seeds", TALKED | {"retractions": "delete"}) as room:
        await posted(room)
        await withdraw(room)
        write(room.folder, "comet", **COMET)
        await settled(room, later=400)
        thread, told = await discussion(room)
        assert not thread.locked
        assert [text.splitlines()[0] for text in told] == [texts.STRUCK, texts.RESTORED]


async def test_what_was_never_marked_is_not_said_to_be_back(tmp_path):
    async with newsroom(tmp_path / "seeds", TALKED) as room:
        await posted(room)
        room.upset(PATCH, answer(403, 50013, "Missing Permissions"))
        await withdraw(room)
        write(room.folder, "comet", **COMET)
        await settled(room, later=4000)
        thread, told = await discussion(room)
        assert (thread.locked, told) == (False, [])
