"""Counts of what members do: each reply once, in the server where it was written."""

from datetime import timedelta

import pytest

from bot.news.activity import Activity
from bot.news.post import Sent
from bot.store import activity, outbox
from bot.store.activity import Reacted, Written
from tests.samples import NOW, article
from tests.store.archive import keep

HERE, ABROAD, CHANNEL = 3, 4, 500
DAY = timedelta(days=1)


@pytest.fixture
async def posts(database):
    """Two articles, each posted with a discussion: 1000 and 2000 are their messages and threads."""
    await keep(database, article("a"), article("b", published_at=NOW - 2 * DAY))
    found = []
    for slug, number in (("a", 1000), ("b", 2000)):
        ((key,),) = await database.read("SELECT id FROM article WHERE slug = ?", (slug,))
        post = await outbox.claim(database, CHANNEL, key, "space", NOW)
        found.append(await outbox.settle(database, post, Sent(number, number), NOW))
    return found


def wrote(thread, *ids, server=HERE, upto=0):
    return Written(server, thread, ids, max([upto, *ids]))


async def done(database, posts, server=HERE):
    """Return replies and reactions of each article."""
    found = await activity.of(database, server, [post.article_id for post in posts])
    return [found.get(post.article_id, Activity()) for post in posts]


async def test_replies_and_reactions_are_counted_for_the_post_that_they_are_about(database, posts):
    await activity.count(
        database,
        [wrote(1000, 1001, 1002), wrote(77, 78)],
        [Reacted(HERE, 1000, 3), Reacted(HERE, 2000, 1), Reacted(HERE, 77, 1)],
    )
    assert await done(database, posts) == [Activity(2, 3), Activity(0, 1)]
    assert await done(database, posts, ABROAD) == [Activity(), Activity()]


async def test_a_reply_counts_once_however_often_it_is_told_of(database, posts):
    await activity.count(database, [wrote(1000, 1001, 1003)])
    await activity.count(database, [wrote(1000, 1001, 1003, 1004)])
    await activity.count(database, [wrote(1000, 1003, upto=1010)])
    await activity.count(database, [wrote(1000, 1009, 1011)])
    assert (await done(database, posts))[0] == Activity(4, 0)


async def test_a_reply_that_was_deleted_counts_no_more(database, posts):
    await activity.count(database, [wrote(1000, 1001, 1002, 1003), wrote(2000, 2001)])
    # A post, what was never counted, what is elsewhere, and more than there are.
    await activity.uncount(database, {1000: [1000, 1002, 1009], 77: [1001], 2000: [1900, 2001]})
    assert await done(database, posts) == [Activity(2, 0), Activity()]


async def test_a_discussion_that_was_deleted_has_no_replies_any_more(database, posts):
    await activity.count(database, [wrote(1000, 1001), wrote(2000, 2001)], [Reacted(HERE, 1000, 1)])
    await activity.uncount(database, {1000: None, 77: None})
    assert await done(database, posts) == [Activity(0, 1), Activity(1, 0)]
    await activity.count(database, [wrote(1000, 1001)])
    assert (await done(database, posts))[0] == Activity(0, 1)


async def test_reactions_are_never_fewer_than_none_and_can_be_counted_anew(database, posts):
    await activity.count(database, [], [Reacted(HERE, 1000, -2)])
    await activity.count(database, [], [Reacted(HERE, 1000, 1)])
    assert (await done(database, posts))[0] == Activity(0, 1)
    await activity.count(database, [], [Reacted(HERE, 1000, -5)])
    assert (await done(database, posts))[0] == Activity()
    await activity.set_reactions(database, HERE, {1000: 7, 77: 1})
    assert await done(database, posts) == [Activity(0, 7), Activity()]


async def test_discussions_that_are_behind_are_those_with_a_later_message(database, posts):
    await activity.count(database, [wrote(1000, 1005)])
    seen = await activity.behind(database, {1000: 1005, 2000: 2000, 77: 99})
    assert seen == ()
    (behind,) = await activity.behind(database, {1000: 1006, 2000: 2000})
    assert (behind.thread_id, behind.seen, behind.channel_id) == (1000, 1005, CHANNEL)
    (first,) = await activity.behind(database, {2000: 2001})
    assert (first.thread_id, first.seen) == (2000, 2000)
    assert await activity.channels(database) == (CHANNEL,)


async def test_the_latest_posts_are_found_and_those_that_messages_are(database, posts):
    newest = await activity.newest(database, NOW - DAY, NOW, 5)
    assert {each.message_id for each in newest} == {1000, 2000}
    assert len(await activity.newest(database, NOW - DAY, NOW, 1)) == 1
    assert await activity.newest(database, NOW + DAY, NOW, 5) == ()
    assert await activity.newest(database, NOW - DAY, NOW - DAY, 5) == ()
    (found,) = await activity.at(database, [2000, 77])
    assert found.post_id == posts[1].id


async def test_up_to_when_was_counted_is_known_once_nothing_was_missed(database, posts):
    await activity.count(database, [wrote(1000, 1001)])
    assert await activity.counted(database) is None
    await activity.count(database, [wrote(1000, 1002)], [], NOW)
    assert await activity.counted(database) == NOW
    await activity.caught_up(database, NOW + DAY)
    assert await activity.counted(database) == NOW + DAY


async def test_what_stirs_is_what_members_may_see_of_a_time_and_a_topic(database, posts):
    await keep(database, article("held", published=False), article("ai", topics=("AI",)))
    await activity.count(database, [wrote(1000, 1001)], [Reacted(ABROAD, 2000, 1)])

    async def told(server, days, topic=0):
        period = (NOW - timedelta(days=days), NOW)
        found = await activity.stirring(database, server, period, topic, 50)
        titles = dict(await database.read("SELECT id, slug FROM article"))
        return {titles[each.id]: each.activity for each in found}

    assert await told(HERE, 7) == {"a": Activity(1, 0), "b": Activity(), "ai": Activity()}
    assert await told(ABROAD, 7) == {"a": Activity(), "b": Activity(0, 1), "ai": Activity()}
    assert set(await told(HERE, 1)) == {"a", "ai"}
    ((ai,),) = await database.read("SELECT id FROM topic WHERE name = 'AI'")
    assert set(await told(HERE, 7, ai)) == {"ai"}


async def test_what_members_talk_about_stirs_however_much_is_newer(database, posts):
    await keep(database, *(article(f"n{n}", published_at=NOW - n * DAY / 9) for n in range(9)))
    await activity.count(database, [wrote(2000, 2001)])

    async def told(server, days):
        period = (NOW - timedelta(days=days), NOW)
        return {each.id for each in await activity.stirring(database, server, period, 0, 3)}

    talked_about = posts[1].article_id
    assert talked_about in await told(HERE, 7)
    assert talked_about not in await told(ABROAD, 7) | await told(HERE, 1)
