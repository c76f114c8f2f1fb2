"""Follow-ups: a further report of a story goes into its discussion, once, or is a post."""

from datetime import timedelta

import pytest

from bot.errors import DiscussionClosed, FateUnknown, PostRefused
from bot.news.activity import Activity
from bot.news.article import Related
from bot.news.post import Fate
from bot.store import activity, stories, upkeep
from bot.structs import replace
from tests.jobs.recording import SERVER
from tests.samples import CHANNEL, NOW, article, subscription
from tests.store.archive import keep, withdraw

SPACE = subscription(discuss="thread", limit=50)
CLOSED = DiscussionClosed("locked")


def related(*slugs):
    return tuple(Related("Elsewhere", article(slug).url) for slug in slugs)


def story(slug, *others, hours=0, **fields):
    """Return an article that lists others, so many hours younger than the first."""
    when = NOW - timedelta(hours=20 - hours)
    return article(slug, related=related(*others), published_at=when, **fields)


async def places(press):
    """Return which article is in whose discussion, None: it is a post of its own."""
    rows = await press.database.read(
        """SELECT a.slug, f.slug AS first FROM post p JOIN article a ON a.id = p.article_id
        LEFT JOIN post q ON q.id = p.follows LEFT JOIN article f ON f.id = q.article_id
        WHERE p.fate = 'posted' ORDER BY p.id"""
    )
    return {row["slug"]: row["first"] for row in rows}


async def test_a_further_report_goes_into_the_discussion_of_the_first_and_opens_none(press):
    await keep(press.database, story("a"), story("b", "a", hours=1), story("c", hours=2))
    first, second, _ = await press.run(SPACE)
    assert await places(press) == {"a": None, "b": "a", "c": None}
    assert (second.place_id, second.thread_id) == (first.message_id, first.message_id)
    assert (second.channel_id, second.wants_discussion) == (CHANNEL, False)
    assert [slug for method, slug in press.outlet.calls if method == "discuss"] == ["a", "c"]
    assert await press.run(SPACE) == ()


async def test_one_that_is_listed_by_a_post_is_a_further_report_too(press):
    await keep(press.database, story("a", "b"), story("b", hours=1))
    await press.run(SPACE)
    assert await places(press) == {"a": None, "b": "a"}


async def test_the_report_of_a_report_goes_into_the_first_discussion(press):
    await keep(press.database, story("a"), story("b", "a", hours=1), story("c", "b", hours=2))
    await press.run(SPACE)
    assert await places(press) == {"a": None, "b": "a", "c": "a"}


async def test_titles_alone_merge_nothing(press):
    await keep(press.database, story("a", title="Same"), story("b", hours=1, title="Same"))
    await press.run(SPACE)
    assert await places(press) == {"a": None, "b": None}


async def test_a_subscription_may_post_each_report(press):
    await keep(press.database, story("a"), story("b", "a", hours=1))
    await press.run(replace(SPACE, follow_ups="post"))
    assert await places(press) == {"a": None, "b": None}


async def test_a_roundup_is_nobodys_follow_up_and_nobody_is_its(press):
    several = [story(slug, hours=n) for n, slug in enumerate("abcd")]
    await keep(press.database, *several, story("all", *"abcdef", hours=5))
    await keep(press.database, story("e", hours=6), story("f", hours=7))
    await press.run(SPACE)
    assert set((await places(press)).values()) == {None}


async def test_a_first_post_without_a_discussion_gets_one_where_posts_have_them(press):
    await keep(press.database, story("a"))
    await press.run(subscription())
    await keep(press.database, story("b", "a", hours=1))
    await press.run(replace(SPACE, discuss="none"))
    assert await places(press) == {"a": None, "b": None}
    await keep(press.database, story("c", "a", hours=2))
    await press.run(SPACE)
    assert (await places(press))["c"] == "a"
    assert (await press.post("a")).thread_id is not None


async def test_a_report_is_a_post_while_the_first_waits_for_its_discussion(press):
    await keep(press.database, story("a"), story("b", "a", hours=1))
    press.outlet.fail("discuss", FateUnknown("no answer"))
    await press.run(SPACE)
    assert await places(press) == {"a": None, "b": None}
    assert [s for m, s in press.outlet.calls if m == "discuss"].count("a") == 1


async def test_a_report_is_a_post_if_the_first_can_have_no_discussion(press):
    await keep(press.database, story("a"))
    await press.run(subscription())
    await keep(press.database, story("b", "a", hours=1))
    press.outlet.fail("discuss", PostRefused("its message is gone"))
    await press.run(SPACE)
    assert await places(press) == {"a": None, "b": None}


async def test_a_report_is_a_post_with_a_discussion_if_that_of_the_first_takes_nothing(press):
    await keep(press.database, story("a"))
    await press.run(SPACE)
    await keep(press.database, story("b", "a", hours=1))
    press.outlet.fail("send", CLOSED)
    (post,) = await press.run(SPACE)
    assert await places(press) == {"a": None, "b": None}
    one, other = press.outlet.dispatches[-2:]
    assert one.post.nonce != other.post.nonce  # one nonce counts for all channels
    assert (one.post.place_id, other.post.place_id) == ((await press.post("a")).thread_id, CHANNEL)
    assert ("discuss", "b") in press.outlet.calls
    assert (await press.post("b")).thread_id == post.message_id


async def test_what_is_withdrawn_is_followed_by_nothing(press):
    await keep(press.database, story("a"), story("b", "a", hours=1))
    await press.run(SPACE)
    await withdraw(press.database, "seeds", "a")
    await keep(press.database, story("c", "a", hours=2), story("d", "b", hours=3))
    await press.run(SPACE)
    assert await places(press) == {"a": None, "b": "a", "c": None, "d": None}


async def test_another_channel_and_a_digest_are_no_place_for_a_report(press):
    await keep(press.database, story("a"))
    await press.run(replace(SPACE, channel_id=CHANNEL + 1))
    await press.run(subscription(name="digest", post="digest"))
    await keep(press.database, story("b", "a", hours=1))
    await press.run(SPACE)
    assert (await places(press))["b"] is None


async def test_a_digest_tells_of_a_report_as_of_anything(press):
    await keep(press.database, story("a"))
    await press.run(SPACE)
    await keep(press.database, story("b", "a", hours=1))
    wanted = subscription(name="digest", post="digest")
    (post,) = await press.run(wanted)
    assert (post.digest_id is not None, post.follows) == (True, None)


async def test_what_staff_choose_is_posted_by_itself(press):
    await keep(press.database, story("a"))
    await press.run(SPACE)
    await keep(press.database, story("b", "a", hours=1))
    await press.publisher(SPACE).post((await press.find("b")).id, SPACE)
    assert await places(press) == {"a": None, "b": None}


async def test_a_report_pings_nobody(press):
    pinging = replace(SPACE, mention=5)
    await keep(press.database, story("a"), story("b", "a", hours=1))
    await press.run(pinging)
    assert [each.mention for each in press.outlet.dispatches] == [5, None]


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize("forum", [True, False])
async def test_a_report_of_unknown_fate_is_there_once_also_after_the_nonce(press, forum, arrives):
    press.outlet.forum = forum
    await keep(press.database, story("a"))
    await press.run(SPACE)
    await keep(press.database, story("b", "a", hours=1))
    await press.failed(SPACE, FateUnknown("no answer"), arrives=arrives)
    press.now += timedelta(seconds=20)  # in a forum, too, it has a nonce
    await press.run(SPACE)
    assert press.outlet.sent == ["a", "b", "b"]
    assert await places(press) == {"a": None, "b": "a"}


async def test_one_whose_discussion_is_closed_meanwhile_is_a_post_once_it_is_not_there(press):
    await keep(press.database, story("a"))
    await press.run(SPACE)
    await keep(press.database, story("b", "a", hours=1))
    press.outlet.fail("send", FateUnknown("no answer"), CLOSED, CLOSED)
    with pytest.raises(FateUnknown):
        await press.run(SPACE)
    press.now += timedelta(seconds=20)
    await press.run(SPACE)
    assert (await press.post("b")).fate is Fate.PARKED  # the first attempt may yet appear
    press.now += timedelta(minutes=10)
    await press.run(SPACE)
    assert await places(press) == {"a": None, "b": None}
    assert len(press.outlet.there) == 2


async def test_one_that_did_arrive_before_its_discussion_was_closed_is_found_there(press):
    await keep(press.database, story("a"))
    await press.run(SPACE)
    await keep(press.database, story("b", "a", hours=1))
    press.outlet.fail("send", FateUnknown("no answer"), arrives=True)
    press.outlet.fail("send", CLOSED)
    with pytest.raises(FateUnknown):
        await press.run(SPACE)
    press.now += timedelta(seconds=20)
    await press.run(SPACE)
    assert await places(press) == {"a": None, "b": "a"}


async def test_a_file_that_lists_others_now_is_followed_by_those(press):
    await keep(press.database, story("a", "b"))
    await press.run(SPACE)
    await keep(press.database, story("a", "c"))
    await keep(press.database, story("b", hours=1), story("c", hours=2))
    await press.run(SPACE)
    assert await places(press) == {"a": None, "b": None, "c": "a"}


async def test_a_corrected_date_loses_no_relation(press):
    await keep(press.database, story("a", "b"))
    await press.run(SPACE)
    await keep(press.database, story("a", "b", hours=3), story("b", hours=4))
    await press.run(SPACE)
    assert await places(press) == {"a": None, "b": "a"}


async def test_what_an_earlier_version_posted_is_followed_once_it_was_looked_through(press):
    several = [story(f"a{n}", f"b{n}") for n in range(5)]
    await keep(press.database, *several)
    await press.run(SPACE)
    async with press.database.transaction() as transaction:
        await transaction.write("DELETE FROM coverage")
        await transaction.write("INSERT INTO uncovered SELECT article_id FROM post")
    assert await stories.cover_some(press.database, 2) == 2
    await upkeep.complete(press.database)
    assert await stories.cover_some(press.database, 2) == 0
    await keep(press.database, *(story(f"b{n}", hours=1) for n in range(5)))
    await press.run(SPACE)
    assert {f"b{n}": f"a{n}" for n in range(5)}.items() <= (await places(press)).items()


async def test_who_lists_what_is_found_by_keys_alone(press):
    steps = []

    class Explaining:
        async def read(self, sql, parameters):
            plan = await press.database.read(f"EXPLAIN QUERY PLAN {sql}", parameters)
            steps.extend(row["detail"] for row in plan)
            return await press.database.read(sql, parameters)

    await keep(press.database, story("a"), story("b", "a"))
    await press.run(SPACE)
    new = story("c", "a")
    found = await stories.told(Explaining(), CHANNEL, new)
    await stories.known(Explaining(), [new])
    assert [each.article.slug for each in found] == ["a"]
    assert any("coverage" in step for step in steps)
    through = [s for s in steps if s.startswith("SCAN") and "json_each" not in s]
    assert through == [], steps


async def test_what_members_write_counts_for_the_article_that_the_discussion_began_with(press):
    await keep(press.database, story("a"), story("b", "a", hours=1))
    await press.run(SPACE)
    first, report = await press.post("a"), await press.post("b")
    heard = [activity.Written(SERVER, first.thread_id, [5_000], 5_000)]
    reacted = [activity.Reacted(SERVER, report.message_id, 1)]
    await activity.count(press.database, heard, reacted)
    ids = (first.article_id, report.article_id)
    told = await activity.of(press.database, SERVER, ids)
    assert told == {ids[0]: Activity(1, 0), ids[1]: Activity(0, 1)}
    (place,) = await activity.behind(press.database, {first.thread_id: 6_000})
    assert place.post_id == first.id
