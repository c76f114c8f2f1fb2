"""Posts in forum and media channels, over real HTTP: tags, names and when they are put away."""

import pytest

from bot.news.text import units
from tests.chat.wired import place
from tests.samples import article
from tests.wire.records import ChannelKind

LONG = "The harbour lamp of Puddle Bay was out for a night, and the gulls went on without it; " * 2
FORUMS = pytest.mark.parametrize("kind", [ChannelKind.FORUM, ChannelKind.MEDIA])


async def posted(tmp_path, *articles, kind=ChannelKind.FORUM, **fields):
    """Publish articles into a forum; return its threads, and the forum."""
    async with place(tmp_path, kind, **fields) as here, here.bot(*articles):
        await here.publish()
    return here.world.threads_of(here.channel), here.channel


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
        tmp_path, *stories, kind=kind, tags=tags, require_tag=True, fallback_tag="news"
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
