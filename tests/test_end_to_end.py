"""The promises, from a file on disk to a message in Discord and back."""

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path

from tests.chat.dispatches import publish_unanswered
from tests.chat.people import titles
from tests.jobs.desk import outcome
from tests.newsroom import newsroom
from tests.samples import write

SEEDS = Path(__file__).parents[1] / "seeds"
SPACE = {"channel": "space", "topics": ["Space"], "discuss": "thread"}


async def news(room, what="latest", **options):
    """Return the titles that a member sees."""
    reply = await room.member.slash(room.channels["lobby"], f"news {what}", **options)
    assert reply.ephemeral
    return titles(reply.response)


def posted(room, channel):
    """Return the titles of the articles in the bot's messages in a channel, oldest first."""
    return [title for message in room.posts(channel) for title in titles(message)]


async def run(room):
    """Load the folder and run every subscription; return what loading it counted."""
    report = await room.ingest()
    await room.publish()
    return outcome(report)


async def test_a_file_becomes_a_post_with_a_thread_and_news_answers(tmp_path):
    write(tmp_path / "seeds", "comet", title="Comet seen")
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        assert await run(room) == {"added": 1}
        (post,) = room.posts("space")
        assert post.embeds[0].title == "Comet seen"
        assert post.embeds[0].url == "https://gazette.example.org/comet"
        (thread,) = room.channels["space"].threads
        assert (thread.id, thread.name) == (post.id, "Comet seen")
        assert await news(room) == ["Comet seen"]
        assert await news(room, "article", title="comet") == ["Comet seen"]


async def test_each_channel_gets_what_it_follows_oldest_first(tmp_path):
    for day, topics in enumerate((["Space"], ["Tea"], ["space", "Tea"], ["Fog"]), start=1):
        date = f"2025-12-0{5 - day}T09:00:00Z"
        write(
            tmp_path / "seeds", f"day{day}", title=str(day), publishedDateTime=date, topics=topics
        )
    tea = {"channel": "tea", "topics": ["Tea", "Space"]}
    async with newsroom(tmp_path / "seeds", SPACE, tea) as room:
        await run(room)
        assert posted(room, "space") == ["3", "1"]
        assert posted(room, "tea") == ["3", "2", "1"]
        assert await news(room) == ["1", "2", "3", "4"]


async def test_run_again_posts_nothing(tmp_path):
    write(tmp_path / "seeds", "comet")
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await run(room)
        before = len(room.env.http_requests)
        for _ in range(3):
            assert await run(room) == {"unchanged": 1}
            await room.env.advance_time(86_400)
        assert len(room.env.http_requests) == before


async def test_restarted_it_posts_nothing(tmp_path):
    write(tmp_path / "seeds", "comet")
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await run(room)
        before = len(room.requests("POST", "*"))
        for _ in range(2):
            await room.start()
            async with room.desk.publisher.working():
                assert await run(room) == {"unchanged": 1}
        assert len(room.requests("POST", "*")) == before
        assert len(room.posts("space")) == 1


async def test_restarted_after_a_lost_answer_it_finds_the_post(tmp_path):
    write(tmp_path / "seeds", "comet", title="Comet seen")
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.ingest()
        await publish_unanswered(room, arrives=True)
        await room.env.advance_time(100)  # seconds: its nonce may have lapsed
        await room.start()
        async with room.desk.publisher.working():
            await run(room)
        assert posted(room, "space") == ["Comet seen"]
        (thread,) = room.channels["space"].threads
        assert thread.id == room.posts("space")[0].id


async def test_left_to_itself_it_loads_and_posts_before_and_after_a_restart(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        for number, name in enumerate(("comet", "gull"), start=1):
            write(tmp_path / "seeds", name, title=name)
            async with room.desk.working(), asyncio.timeout(10):
                while len(room.channels["space"].threads) < number:
                    await room.env.settle()
            await room.start()
        assert posted(room, "space") == ["comet", "gull"]
        assert await news(room) == ["gull", "comet"]


async def test_a_changed_ciphertext_changes_nothing(tmp_path):
    write(tmp_path / "seeds", "comet", secured="3f9a")
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await run(room)
        before = len(room.env.http_requests)
        write(tmp_path / "seeds", "comet", secured="77c01b")
        assert await run(room) == {"unchanged": 1}
        assert len(room.env.http_requests) == before
        sent = "".join(str(request.json) for request in room.env.http_requests)
        assert "3f9a" not in sent


async def test_an_edited_file_changes_its_article_and_is_not_posted_again(tmp_path):
    write(tmp_path / "seeds", "comet", title="Gull seen")
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await run(room)
        write(tmp_path / "seeds", "comet", title="Comet seen", topics=["Space", "Harbour"])
        assert await run(room) == {"updated": 1}
        assert await news(room) == ["Comet seen"]
        assert await news(room, "latest", topic="harbour") == ["Comet seen"]
        assert await news(room, "article", title="comet") == ["Comet seen"]
        assert await news(room, "article", title="gull") == []
        assert len(room.posts("space")) == 1


async def test_a_removed_file_is_neither_posted_nor_shown_until_it_comes_back(tmp_path):
    path = write(tmp_path / "seeds", "comet", title="Comet seen")
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.ingest()
        path.unlink()
        assert await run(room) == {"withdrawn": 1}
        assert (room.posts("space"), await news(room)) == ([], [])
        write(tmp_path / "seeds", "comet", title="Comet seen")
        assert await run(room) == {"restored": 1}
        assert posted(room, "space") == ["Comet seen"]
        assert await news(room) == ["Comet seen"]


async def test_a_file_that_comes_back_is_not_posted_again(tmp_path):
    path = write(tmp_path / "seeds", "comet")
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await run(room)
        path.unlink()
        assert await run(room) == {"withdrawn": 1}
        write(tmp_path / "seeds", "elsewhere/comet", webUrl="https://gazette.example.org/comet")
        assert await run(room) == {"restored": 1}
        assert len(room.posts("space")) == 1


async def test_broken_files_do_not_stop_the_good_ones(tmp_path):
    seeds = tmp_path / "seeds"
    write(seeds, "a", title=None)
    write(seeds, "b", title="Comet seen")
    write(seeds, "c", webUrl="javascript:alert(1)")
    write(seeds, "d", title="Gull counted")
    (seeds / "e.md").write_bytes(b"---\ntitle: \xff\n---\n")
    async with newsroom(seeds, SPACE) as room:
        assert await run(room) == {"added": 2, "refused": 3}
        assert sorted(posted(room, "space")) == ["Comet seen", "Gull counted"]
        write(seeds, "a", title="Mended")
        assert await run(room) == {"added": 1, "unchanged": 2, "refused": 2}
        assert posted(room, "space")[2:] == ["Mended"]


async def test_two_files_of_one_story_are_one_post(tmp_path):
    seeds = tmp_path / "seeds"
    write(seeds, "a", title="Comet seen", webUrl="https://gazette.example.org/comet")
    write(seeds, "b", title="Seen", webUrl="https://gazette.example.org/comet?utm_source=feed#top")
    async with newsroom(seeds, SPACE) as room:
        assert await run(room) == {"added": 1, "duplicate": 1}
        assert posted(room, "space") == ["Comet seen"]
        assert await news(room) == ["Comet seen"]


async def test_two_subscriptions_of_one_channel_post_an_article_once(tmp_path):
    write(tmp_path / "seeds", "comet", topics=["Space", "Tea"])
    tea = {"channel": "space", "name": "tea", "topics": ["Tea"]}
    async with newsroom(tmp_path / "seeds", SPACE, tea) as room:
        await run(room)
        assert len(room.posts("space")) == 1


async def test_the_article_that_a_real_aggregator_wrote_is_posted_whole(tmp_path):
    (tmp_path / "seeds").mkdir()
    shutil.copy(SEEDS / "computer-vision" / "facial-recognition-ban.md", tmp_path / "seeds")
    subscription = {"channel": "vision", "topics": ["computer vision"], "discuss": "thread"}
    async with newsroom(tmp_path / "seeds", subscription, unpublished="post") as room:
        assert await run(room) == {"added": 1}
        (post,) = room.posts("vision")
        (embed,) = post.embeds
        title = "Human Rights Organizations Call for Corporate Ban on Facial Recognition Tech"
        address = (
            "https://www.nextgov.com/emerging-tech/2021/04/human-rights-organizations-call-"
            "corporate-ban-facial-recognition-tech/173363/"
        )
        assert (embed.title, embed.url, embed.author.name) == (title, address, "Nextgov")
        assert embed.timestamp == datetime(2021, 4, 15, 13, tzinfo=UTC)
        assert embed.footer.text == "Computer Vision · AI"
        assert embed.image.url.endswith("/NGbiometrics20210414/open-graph.jpg")
        first, second = embed.fields[0].value.split("\n")
        assert first.startswith("[Waterville City Council to consider ban on facial recognition")
        assert first.endswith("software/) · Portland Press Herald · <t:1618883940:R>")
        assert second.endswith("in-city/) · Kennebec Journal · <t:1618864260:R>")
        assert [thread.name for thread in room.channels["vision"].threads] == [title]
        assert await news(room, "latest", topic="AI") == [title]


async def test_what_the_aggregator_holds_back_waits_for_review(tmp_path):
    (tmp_path / "seeds").mkdir()
    shutil.copy(SEEDS / "computer-vision" / "facial-recognition-ban.md", tmp_path / "seeds")
    async with newsroom(tmp_path / "seeds", {"channel": "vision"}) as room:
        assert await run(room) == {"added": 1}
        assert (room.posts("vision"), await news(room)) == ([], [])
