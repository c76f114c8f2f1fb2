"""What changes about an article changes in its posts, where they are."""

import aiohttp
import pytest

from bot.news.face import EDIT
from bot.news.post import Fate
from bot.store import errands, outbox
from tests.chat.dispatches import BAD_PICTURE, PATCH, edits, errand, only_post, publish_unanswered
from tests.newsroom import answer, newsroom
from tests.samples import write

SPACE = {"channel": "space"}
DATE = "2025-12-31T09:00:00+00:00"
COMET = {"title": "Comet", "publishedDateTime": DATE}


async def change(room, name="comet", **fields):
    """Change an article's file, and do what is to be done then."""
    write(room.folder, name, **COMET | fields)
    await room.ingest()
    await room.desk.errands.run()


def change_meanwhile(room, **fields):
    """Let the article's file change while the next request is on its way."""
    through = room.desk.client.http.request

    async def slow(route, **options):
        room.desk.client.http.request = through
        write(room.folder, "comet", **COMET | fields)
        await room.ingest()
        return await through(route, **options)

    room.desk.client.http.request = slow


async def posted(room):
    """Post an article, and let an hour pass."""
    await room.fill(comet=COMET)
    await room.publish()
    await room.env.advance_time(3600)


def stamp(room):
    """The present time as Discord shows it."""
    return f"<t:{int(room.env.now().timestamp())}:f>"


async def test_a_changed_article_edits_its_posts_and_says_when(tmp_path):
    everywhere = (SPACE, {"channel": "news"})
    async with newsroom(tmp_path / "seeds", *everywhere) as room:
        await posted(room)
        await change(room, title="Comet, really", excerpt="Brighter than the moon.")
        for channel in ("space", "news"):
            (message,) = room.posts(channel)
            (embed,) = message.embeds
            assert embed.title == "Comet, really"
            assert embed.description == f"Brighter than the moon.\n\n*Updated {stamp(room)}*"
            assert embed.image.url == "https://gazette.example.org/comet.jpg"
            labels = [each.label for row in message.components for each in row.children]
            assert labels == ["Read the article", "Discuss", "Follow"]
        assert len(edits(room)) == 2
        await room.desk.errands.run()
        assert len(edits(room)) == 2


async def test_whom_a_post_pinged_stays_and_nobody_is_pinged_again(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        readers = room.guild.create_role("readers", mentionable=True)
        room.subscriptions[0]["mention"] = readers.id
        await room.start()
        await posted(room)
        await change(room, title="Comet, really")
        (message,) = room.posts("space")
        assert (message.content, message.embeds[0].title) == (readers.mention, "Comet, really")
        (body,) = edits(room)
        assert body["allowed_mentions"] == {"parse": []}
        assert "content" not in body


async def test_what_no_post_shows_edits_none(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await posted(room)
        await change(room, heat=900, quality=99)
        await change(room, secured="other")
        await change(room, language="en")
        write(room.folder, "comet", body="A longer text.", **COMET)
        await room.ingest()
        await room.desk.errands.run()
        assert edits(room) == []


async def test_what_is_changed_and_changed_back_edits_nothing(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await posted(room)
        write(room.folder, "comet", **COMET | {"title": "Comet, really"})
        await room.ingest()
        await change(room)
        assert edits(room) == []


async def test_a_post_is_edited_at_most_once_in_five_minutes_and_ends_with_the_last_state(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await posted(room)
        await change(room, title="Second")
        for title in ("Third", "Fourth"):
            await room.env.advance_time(100)
            await change(room, title=title)
        assert room.posts("space")[0].embeds[0].title == "Second"
        await room.later(99)
        assert len(edits(room)) == 1
        await room.later(2)
        assert room.posts("space")[0].embeds[0].title == "Fourth"
        assert len(edits(room)) == 2


async def test_a_permission_that_comes_back_ends_no_five_minutes(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await posted(room)
        await change(room, title="Second")
        await change(room, title="Third")
        await errands.hurry(room.desk.database, [room.channels["space"].id])
        await room.desk.errands.run()
        assert len(edits(room)) == 1


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize(
    "error", [answer(503, 0), aiohttp.ServerDisconnectedError(), answer(429, 0), TimeoutError()]
)
async def test_an_edit_without_an_answer_is_made_again_until_it_is_there(tmp_path, error, done):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await posted(room)
        room.upset(PATCH, error, done=done)
        await change(room, title="Comet, really")
        await room.later(10)
        (message,) = room.posts("space")
        assert message.embeds[0].title == "Comet, really"
        done_with = await errand(room, EDIT)
        assert (done_with.fate, done_with.settled) == (Fate.POSTED, True)


async def test_what_changes_while_an_edit_is_on_its_way_is_edited_after_it(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await posted(room)
        change_meanwhile(room, title="Third")
        await change(room, title="Second")
        assert room.posts("space")[0].embeds[0].title == "Second"
        await room.later(301)
        assert room.posts("space")[0].embeds[0].title == "Third"


async def test_what_changes_while_a_post_is_on_its_way_is_edited_after_it(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet=COMET)
        change_meanwhile(room, title="Second")
        await room.publish()
        assert room.posts("space")[0].embeds[0].title == "Comet"
        await room.desk.errands.run()
        assert room.posts("space")[0].embeds[0].title == "Second"


async def test_what_changes_before_a_lost_post_is_found_is_edited_once_it_is(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet=COMET)
        await publish_unanswered(room, arrives=True)
        await room.env.advance_time(200)
        write(room.folder, "comet", **COMET | {"title": "Second"})
        await room.ingest()
        await room.publish()
        assert room.posts("space")[0].embeds[0].title == "Comet"
        await room.desk.errands.run()
        (message,) = room.posts("space")
        assert message.embeds[0].title == "Second"


async def test_what_goes_out_as_it_is_needs_no_edit(tmp_path):
    both = (SPACE, {"channel": "morning", "post": "digest"})
    async with newsroom(tmp_path / "seeds", *both, forums=("space",)) as room:
        await room.fill(comet=COMET, moon={})
        await room.publish()
        await room.desk.errands.run()
        assert edits(room) == []


@pytest.mark.parametrize(
    "error", [answer(404, 10008, "Unknown Message"), answer(404, 10003, "Unknown Channel")]
)
async def test_of_a_post_that_someone_deleted_nothing_is_edited_any_more(tmp_path, error):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await posted(room)
        room.upset(PATCH, error)
        await change(room, title="Second")
        await room.env.advance_time(400)
        await change(room, title="Third")
        assert edits(room) == []
        assert (await only_post(room)).message_id is None


@pytest.mark.parametrize("code", [30046, 20022])
async def test_where_discord_takes_no_more_edits_for_now_those_of_the_channel_wait(tmp_path, code):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet=COMET, moon=COMET | {"title": "Moon"})
        await room.publish()
        room.upset(PATCH, answer(400, code, "Try again later"))
        write(room.folder, "moon", **COMET | {"title": "Moon, really"})
        await change(room, title="Comet, really")
        assert edits(room) == []
        await room.later(10)
        titles = {each.embeds[0].title for each in room.posts("space")}
        assert titles == {"Comet, really", "Moon, really"}


async def test_a_picture_that_discord_refuses_is_left_out_of_the_edit(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await posted(room)
        room.upset(PATCH, answer(400, 50035, "Invalid Form Body", BAD_PICTURE))
        await change(room, title="Comet, really")
        (embed,) = room.posts("space")[0].embeds
        assert (embed.title, embed.image.url) == ("Comet, really", None)


async def test_a_forum_post_is_edited_even_when_it_was_put_away_and_is_put_away_again(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, forums=("space",)) as room:
        await posted(room)
        room.upset(PATCH, answer(400, 50083, "archived"))
        await change(room, title="Comet, really")
        (thread,) = room.channels["space"].threads
        (message,) = (each for each in thread.history() if each.embeds)
        assert message.embeds[0].title == "Comet, really"
        changes = room.requests("PATCH", f"/channels/{thread.id}")
        assert changes == [{"archived": False}, {"archived": True}]


async def test_a_forum_post_is_put_away_again_when_discord_refuses_its_picture(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, forums=("space",)) as room:
        await posted(room)
        room.upset(PATCH, answer(400, 50035, "Invalid Form Body", BAD_PICTURE))
        room.upset(PATCH, answer(400, 50083, "archived"))
        await change(room, title="Comet, really")
        (thread,) = room.channels["space"].threads
        (message,) = (each for each in thread.history() if each.embeds)
        assert message.embeds[0].title == "Comet, really"
        *_, last = room.requests("PATCH", f"/channels/{thread.id}")
        assert last == {"archived": True}


async def test_the_message_of_another_bot_is_tried_to_be_edited_only_once(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await posted(room)
        refusal = answer(403, 50005, "Cannot edit a message authored by another user")
        room.upset(PATCH, refusal)
        await change(room, title="Comet, really")
        given_up = await errand(room, EDIT)
        assert (given_up.fate, given_up.settled) == (Fate.PARKED, True)


async def test_a_digest_that_tells_of_it_is_edited_too_and_keeps_its_headline(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"post": "digest"}) as room:
        await room.fill(comet=COMET, moon={"title": "Moon"})
        await room.publish()
        await room.env.advance_time(3600)
        before = room.posts("space")[0].content
        await change(room, title="Comet, really")
        (message,) = room.posts("space")
        assert message.content == before
        found = {embed.title: embed.description for embed in message.embeds}
        assert f"*Updated {stamp(room)}*" in found["Comet, really"]
        assert "Updated" not in found["Moon"]


async def test_a_corrected_date_leaves_its_post_with_buttons_that_work(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await posted(room)
        await change(room, publishedDateTime="2025-12-30T09:00:00+00:00")
        (message,) = room.posts("space")
        assert message.embeds[0].timestamp.day == 30
        answered = await room.member.click(message, label="Discuss")
        assert answered.response.content.startswith("You are in: ")


async def test_what_was_posted_by_hand_is_edited_as_well(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet=COMET)
        (subscription,) = room.desk.publisher.subscriptions
        (key,) = [row[0] for row in await room.desk.database.read("SELECT id FROM article")]
        await room.desk.publisher.post(key, subscription)
        await room.env.advance_time(60)
        await change(room, title="Comet, really")
        assert room.posts("space")[0].embeds[0].title == "Comet, really"


async def as_another_reader_left_it(room):
    """Let all be as if an earlier version had read the files, and made the posts of them."""
    async with room.desk.database.transaction() as transaction:
        await transaction.write("UPDATE article SET fingerprint = zeroblob(16)")
        await transaction.write("UPDATE post SET shown = zeroblob(16)")
        await transaction.write("UPDATE setting SET value = '0' WHERE key = 'reader_version'")


async def test_posts_of_an_earlier_version_are_taken_as_they_are(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await posted(room)
        await as_another_reader_left_it(room)
        await room.ingest()
        kept = (room.folder / "comet.md").read_text()
        await room.withdraw("comet")
        (room.folder / "comet.md").write_text(kept)
        await room.ingest()
        await room.desk.errands.run()
        assert edits(room) == []
        await change(room, title="Comet, really")
        assert len(edits(room)) == 1
        post = await outbox.find(
            room.desk.database, room.channels["space"].id, (await only_post(room)).article_id
        )
        assert post.message_id is not None


async def test_what_changed_while_the_bot_got_a_new_version_is_edited(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await posted(room)
        await as_another_reader_left_it(room)
        await change(room, title="Comet, really")
        assert room.posts("space")[0].embeds[0].title == "Comet, really"


async def test_a_new_version_is_no_update_of_an_article_also_if_all_files_are_written_anew(
    tmp_path,
):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await posted(room)
        await as_another_reader_left_it(room)
        await change(room)  # the same, written later
        assert edits(room) == []
        for file in (None, COMET):
            if file is None:
                (room.folder / "comet.md").unlink()
            else:
                write(room.folder, "comet", **file)
            await room.ingest()
            await room.later(400)
        assert len(edits(room)) == 2
        assert "Updated" not in room.posts("space")[0].embeds[0].description
