from datetime import timedelta

from bot.news.article import Picture
from bot.news.images import Illustration
from bot.news.post import Fate, nonce
from bot.news.subscription import Backlog, Filters
from bot.store import outbox, subscriptions
from bot.store.database import open_for_reading
from tests.publishing import run
from tests.samples import CHANNEL, NOW, article, subscription
from tests.store.archive import keep, withdraw

SPACE = subscription()
HOUR = timedelta(hours=1)


async def test_an_article_is_claimed_on_disk_before_it_is_sent_and_settled_after(press):
    await press.keep("comet")
    seen = []

    async def look(dispatch):
        async with open_for_reading(press.database.path) as beside:
            seen.append(await outbox.find(beside, CHANNEL, dispatch.post.article_id))

    press.outlet.before_sending = look
    (posted,) = await press.run(SPACE)
    (on_its_way,) = seen
    assert (on_its_way.fate, on_its_way.message_id) == (Fate.SENDING, None)
    assert on_its_way.nonce == nonce(CHANNEL, posted.article_id)
    assert posted == await press.post("comet")
    assert (posted.fate, posted.message_id) == (Fate.POSTED, 1_000)


async def test_the_oldest_go_first_and_no_more_than_the_limit_in_a_run(press):
    await press.keep("a", "b", "c", "d", "e")
    two = subscription(limit=2)
    publisher = press.publisher(two)
    assert len(await run(publisher, two)) == 2
    assert press.outlet.sent == ["a", "b"]
    await run(publisher, two)
    await run(publisher, two)
    await run(publisher, two)
    assert press.outlet.sent == ["a", "b", "c", "d", "e"]


async def test_a_second_run_posts_nothing_and_neither_does_another_process(press):
    await press.keep("a", "b")
    publisher = press.publisher(SPACE)
    await run(publisher, SPACE)
    assert await run(publisher, SPACE) == ()
    again = press.publisher(SPACE)
    async with again.working():
        assert await run(again, SPACE) == ()
    assert press.outlet.sent == ["a", "b"]


async def test_two_subscriptions_of_one_channel_make_one_post(press):
    await press.keep("comet")
    other = subscription(name="everything")
    publisher = press.publisher(SPACE, other)
    assert len(await run(publisher, SPACE)) == 1
    assert await run(publisher, other) == ()
    assert press.outlet.sent == ["comet"]


async def test_two_channels_each_get_their_post(press):
    await press.keep("comet")
    other = subscription(name="other", channel_id=CHANNEL + 1)
    publisher = press.publisher(SPACE, other)
    await run(publisher, SPACE)
    await run(publisher, other)
    here, there = press.outlet.dispatches
    assert (here.post.channel_id, there.post.channel_id) == (CHANNEL, CHANNEL + 1)
    assert here.post.nonce != there.post.nonce


async def test_only_what_the_subscription_follows_goes_out(press):
    await press.keep("space", quality=90)
    await press.keep("poor", quality=10)
    await press.keep("ai", topics=("AI",))
    await press.keep("tomorrow", published_at=NOW + 24 * HOUR)
    await press.keep("held", published=False)
    await press.keep("gone")
    await withdraw(press.database, "seeds", "gone")
    picky = subscription(topics=("SPACE",), filters=Filters(min_quality=50))
    publisher = press.publisher(picky)
    await run(publisher, picky)
    assert press.outlet.sent == ["space"]
    press.now += 24 * HOUR
    await run(publisher, picky)
    assert press.outlet.sent == ["space", "tomorrow"]


async def test_a_post_is_made_of_what_the_subscription_and_the_article_say(press):
    logo = Picture("https://gazette.example.org/logo.png", 900, 900)
    photo = Picture("https://gazette.example.org/comet.jpg", 600, 400)
    await press.keep("b", "c", pictures=(logo,), topics=("Other",))
    await press.keep("comet", pictures=(logo, photo))
    loud = subscription(topics=("Space",), mention=77, silent=True)
    await press.run(loud)
    (dispatch,) = press.outlet.dispatches
    assert dispatch.subject == (await press.find("comet")).article
    assert dispatch.illustration == Illustration(image=photo.url)
    assert (dispatch.mention, dispatch.silent) == (77, True)


async def test_an_edited_article_is_not_posted_again(press):
    await press.keep("comet")
    publisher = press.publisher(SPACE)
    await run(publisher, SPACE)
    await press.keep("comet", title="Comet gone")
    assert await run(publisher, SPACE) == ()
    await withdraw(press.database, "seeds", "comet")
    await press.keep("comet", title="Comet back")
    assert await run(publisher, SPACE) == ()


async def test_a_thread_is_opened_under_each_post_that_wants_one(press):
    await press.keep("a", "b")
    discussing = subscription(discuss="thread")
    await press.run(discussing)
    assert press.outlet.calls == [("send", "a"), ("discuss", "a"), ("send", "b"), ("discuss", "b")]
    post = await press.post("a")
    assert (post.thread_id, post.wants_discussion) == (post.message_id, False)


async def test_a_forum_post_is_its_own_discussion(press):
    await press.keep("a")
    press.outlet.forum = True
    discussing = subscription(discuss="thread")
    await press.run(discussing)
    assert press.outlet.calls == [("send", "a")]
    post = await press.post("a")
    assert (post.thread_id, post.wants_discussion) == (post.message_id, False)


async def test_a_run_is_remembered_with_its_time(press):
    await press.run(SPACE)
    assert (await subscriptions.counted(press.database, "space")).since == NOW


async def test_a_chosen_article_is_posted_once_whatever_the_filters_say(press):
    await press.keep("old", quality=1, published_at=NOW - 999 * HOUR)
    picky = subscription(backlog=Backlog(count=0), filters=Filters(min_quality=50))
    publisher = press.publisher(picky)
    chosen = (await press.find("old")).id
    first = await publisher.post(chosen, picky)
    assert first is not None
    assert (first.fate, first.message_id) == (Fate.POSTED, 1_000)
    assert await publisher.post(chosen, picky) == first
    assert press.outlet.sent == ["old"]


async def test_a_channel_starts_with_the_last_day(press):
    await keep(
        press.database,
        article("before", published_at=NOW - 24 * HOUR - timedelta(seconds=1)),
        article("first", published_at=NOW - 24 * HOUR),
        article("second", published_at=NOW),
    )
    day = subscription(backlog=Backlog(age=24 * HOUR))
    await press.run(day)
    assert press.outlet.sent == ["first", "second"]


async def test_a_channel_starts_with_a_number_of_articles_or_all_of_them(press):
    await press.keep("a", "b", "c", "d")
    three = subscription(backlog=Backlog(count=3), limit=1)
    publisher = press.publisher(three)
    for _ in range(5):
        await run(publisher, three)
    assert press.outlet.sent == ["b", "c", "d"]
    everything = subscription(name="all", channel_id=CHANNEL + 1)
    await press.run(everything)
    assert press.outlet.sent[3:] == ["a", "b", "c", "d"]


async def test_a_channel_that_starts_with_none_gets_only_what_is_published_later(press):
    await press.keep("old")
    await press.keep("this-very-second", published_at=NOW)
    none = subscription(backlog=Backlog(count=0))
    publisher = press.publisher(none)
    await run(publisher, none)
    press.now += HOUR
    await press.keep("new", published_at=NOW + timedelta(seconds=1))
    await run(publisher, none)
    assert press.outlet.sent == ["new"]


async def test_where_a_channel_starts_is_kept_over_restarts_and_changes_of_the_backlog(press):
    await press.keep("old")
    none = subscription(backlog=Backlog(count=0))
    await press.run(none)
    press.now += 48 * HOUR
    await press.keep("late-file", published_at=NOW + HOUR)
    for wider in (none, subscription(backlog=Backlog(age=HOUR)), subscription(backlog=Backlog())):
        await press.run(wider)
    assert press.outlet.sent == ["late-file"]


async def test_a_topic_that_is_added_later_starts_afresh(press):
    day = {"backlog": Backlog(age=24 * HOUR), "topics": ("Space",)}
    first = subscription(**day)
    await press.run(first)
    press.now += 96 * HOUR
    await press.keep("old-ai", topics=("AI",), published_at=NOW + 48 * HOUR)
    await press.keep("late-space", topics=("Space",), published_at=NOW + 48 * HOUR)
    await press.keep("new-ai", topics=("AI",), published_at=NOW + 90 * HOUR)
    both = subscription(**day | {"topics": ("Space", "AI")})
    await press.run(both)
    assert press.outlet.sent == ["late-space", "new-ai"]
