"""Posts in forum and media channels, over real HTTP: tags, names and when they are put away."""

from datetime import UTC, datetime

import pytest

from bot.config import fitted
from bot.desk import open_desk
from bot.news.text import units
from tests.samples import NOW, article
from tests.store.archive import keep
from tests.wire.client import logged_in
from tests.wire.records import ChannelKind
from tests.wire.server import serve
from tests.wire.world import World

LONG = "The harbour lamp of Puddle Bay was out for a night, and the gulls went on without it; " * 2
FORUMS = pytest.mark.parametrize("kind", [ChannelKind.FORUM, ChannelKind.MEDIA])


async def posted(tmp_path, *articles, kind=ChannelKind.FORUM, tags=(), require=False, **fields):
    """Publish articles into a forum; return its threads, and the forum."""
    world = World(datetime.now(UTC))
    guild = world.add_guild("Puddle Bay")
    forum = world.add_channel(guild, "forum", kind, tags=tags, require_tag=require)
    followed = {"name": "forum", "channel": forum.id, "every": "10m", "backlog": "all"} | fields
    database = str(tmp_path / "broadsheet.db")
    settings, wrong = fitted({"database": database, "subscriptions": [followed]})
    assert not wrong
    async with serve(world) as wire, open_desk(settings, lambda: NOW) as desk:
        await keep(desk.database, *articles)
        async with logged_in(wire, desk.client):
            await desk.publisher.run(desk.publisher.subscriptions[0])
        assert wire.unknown == []
    return world.threads_of(forum), forum


@FORUMS
async def test_a_post_has_its_topics_as_tags_and_a_name_cut_at_a_word(tmp_path, kind):
    story = article(title=LONG, topics=("Gulls", "Space"))
    ((post,), forum) = await posted(tmp_path, story, kind=kind, tags=("Tea", "space", "gulls"))
    names = {tag.id: tag.name for tag in forum.tags}
    assert [names[tag] for tag in post.tags] == ["gulls", "space"]
    assert units(post.name) <= 100
    assert LONG.startswith(post.name.removesuffix("…"))
    assert LONG[len(post.name) - 1] in " ;"


@FORUMS
async def test_the_fallback_tag_is_for_a_forum_that_wants_one_and_has_no_better(tmp_path, kind):
    stories = (article("a", topics=("Space",)), article("b", topics=("Soup",)))
    tags = ("News", "Space")
    (posts, forum) = await posted(
        tmp_path, *stories, kind=kind, tags=tags, require=True, fallback_tag="news"
    )
    names = {tag.id: tag.name for tag in forum.tags}
    assert sorted([names[tag] for tag in post.tags] for post in posts) == [["News"], ["Space"]]


async def test_where_no_tag_is_wanted_the_fallback_is_not_given(tmp_path):
    ((post,), _) = await posted(
        tmp_path, article(topics=("Soup",)), tags=("News",), fallback_tag="News"
    )
    assert post.tags == ()


@FORUMS
@pytest.mark.parametrize(("after", "minutes"), [("1h", 60), ("7d", 10080)])
async def test_a_post_is_put_away_as_the_subscription_says(tmp_path, kind, after, minutes):
    ((post,), _) = await posted(tmp_path, article(), kind=kind, archive_after=after)
    assert post.archive_minutes == minutes
