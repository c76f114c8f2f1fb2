"""The promises, from a file on disk to a message in Discord and back."""

from tests.newsroom import newsroom
from tests.samples import write

SPACE = {"channel": "space", "topics": ["Space"], "discuss": "thread"}


async def test_a_file_becomes_a_post_with_a_thread_and_news_answers(tmp_path):
    write(tmp_path / "seeds", "comet", title="Comet seen")
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.ingest()
        await room.publish()
        (post,) = room.posts("space")
        assert post.embeds[0].title == "Comet seen"
        assert post.embeds[0].url == "https://gazette.example.org/comet"
        (thread,) = room.channels["space"].threads
        assert (thread.id, thread.name) == (post.id, "Comet seen")
        answer = await room.member.slash(room.channels["lobby"], "news latest")
        assert answer.ephemeral
        assert [embed.title for embed in answer.response.embeds] == ["Comet seen"]
