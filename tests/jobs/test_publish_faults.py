"""Whatever Discord does, an article is posted once, and none is lost."""

from datetime import timedelta

import pytest

from bot.errors import ChannelClosed, FateUnknown, Part, PostRefused
from bot.news.images import Illustration
from bot.news.post import Fate, Sent
from bot.store import discussions, outbox
from tests.jobs.recording import CLOSED, LONG, NO_ANSWER
from tests.publishing import run
from tests.samples import CHANNEL, subscription
from tests.store.archive import withdraw

SPACE = subscription()
DISCUSSING = subscription(discuss="thread")


async def test_what_a_closed_channel_does_not_take_stays_due_and_is_posted_once(press):
    await press.keep("a", "b")
    publisher = await press.failed(SPACE, CLOSED)
    assert await press.fates() == {"a": "rejected"}
    assert (await press.post("a")).reason == str(CLOSED)
    await run(publisher, SPACE)
    await run(publisher, SPACE)
    assert press.outlet.sent == ["a", "a", "b"]
    assert await press.fates() == {"a": "posted", "b": "posted"}
    assert len(press.outlet.there) == 2


async def test_what_waits_for_its_channel_goes_before_anything_new(press):
    await press.keep("late", published_at=press.now)
    publisher = await press.failed(SPACE, CLOSED)
    await press.keep("early", "chosen")
    await publisher.post((await press.find("chosen")).id, SPACE)
    assert press.outlet.sent == ["late", "late", "chosen"]


async def test_what_waits_for_its_channel_is_not_posted_once_its_article_is_withdrawn(press):
    await press.keep("comet")
    publisher = await press.failed(SPACE, CLOSED)
    await withdraw(press.database, "seeds", "comet")
    await run(publisher, SPACE)
    assert press.outlet.sent == ["comet"]
    await press.keep("comet")
    await run(publisher, SPACE)
    assert press.outlet.sent == ["comet", "comet"]
    assert await press.fates() == {"comet": "posted"}


async def test_a_refused_picture_is_left_out_with_all_others_and_the_post_goes_out(press):
    await press.keep("comet")
    press.outlet.fail("send", PostRefused("embeds.0.image.url: not well formed", part=Part.PICTURE))
    await press.run(SPACE)
    with_picture, without = press.outlet.dispatches
    assert with_picture.illustration != Illustration()
    assert (with_picture.pictures, without.pictures) == (True, False)
    assert with_picture.post == without.post
    assert await press.fates() == {"comet": "posted"}


async def test_a_post_refused_for_a_picture_even_without_any_is_not_tried_for_ever(press):
    await press.keep("comet")
    press.outlet.fail("send", *[PostRefused("image", part=Part.PICTURE)] * 9)
    await press.run(SPACE)
    assert await press.fates() == {"comet": "parked"}
    assert press.outlet.sent == ["comet", "comet", "comet"]


async def test_a_refused_post_is_kept_with_its_reason_and_the_next_ones_go_on(press):
    await press.keep("a", "b", "c")
    press.outlet.fail("send", None, PostRefused("embeds.0.title: too rude"))
    publisher = press.publisher(SPACE)
    assert len(await run(publisher, SPACE)) == 2
    assert await press.fates() == {"a": "posted", "b": "parked", "c": "posted"}
    assert (await press.post("b")).reason == "embeds.0.title: too rude"
    assert await run(publisher, SPACE) == ()
    assert press.outlet.sent == ["a", "b", "c"]


async def test_a_post_without_answer_that_arrived_is_found_and_not_sent_again(press):
    await press.keep("a", "b")
    publisher = await press.failed(SPACE, NO_ANSWER, arrives=True)
    assert await press.fates() == {"a": "unknown"}
    press.now += LONG
    await run(publisher, SPACE)
    assert press.outlet.calls == [("send", "a"), ("find", "a"), ("send", "b")]
    assert (await press.post("a")).message_id == 1_000
    assert await press.fates() == {"a": "posted", "b": "posted"}


async def test_a_post_without_answer_is_sent_again_under_its_nonce_while_that_holds(press):
    await press.keep("comet")
    publisher = await press.failed(SPACE, NO_ANSWER, arrives=True)
    press.now += timedelta(seconds=50)
    await run(publisher, SPACE)
    assert press.outlet.calls == [("send", "comet"), ("send", "comet")]
    first, second = press.outlet.dispatches
    assert first.post.nonce == second.post.nonce
    assert await press.fates() == {"comet": "posted"}


async def test_a_post_without_answer_that_is_not_there_is_sent_again_after_a_look(press):
    await press.keep("comet")
    publisher = await press.failed(SPACE, NO_ANSWER)
    press.now += LONG
    await run(publisher, SPACE)
    assert press.outlet.calls == [("send", "comet"), ("find", "comet"), ("send", "comet")]
    assert await press.fates() == {"comet": "posted"}


async def test_a_clock_that_was_set_back_is_no_reason_to_trust_a_nonce(press):
    await press.keep("comet")
    await press.claimed("comet")
    press.now -= timedelta(seconds=1)
    await press.run(SPACE)
    assert press.outlet.calls == [("find", "comet"), ("send", "comet")]


async def test_a_forum_post_is_looked_for_and_not_missed_while_it_may_still_be_made(press):
    press.outlet.forum = True
    await press.keep("comet")
    press.outlet.fail("send", NO_ANSWER)
    publisher = press.publisher(SPACE)
    for _ in range(3):
        with pytest.raises(FateUnknown):
            await run(publisher, SPACE)
        press.now += timedelta(seconds=25)
    await run(publisher, SPACE)
    finds = [("find", "comet")] * 3
    assert press.outlet.calls == [("send", "comet"), *finds, ("send", "comet")]
    assert await press.fates() == {"comet": "posted"}


async def test_an_article_that_discord_never_answers_for_does_not_hold_up_the_others(press):
    await press.keep("a", "b")
    publisher = await press.failed(SPACE, NO_ANSWER, NO_ANSWER, NO_ANSWER, pause=LONG)
    await run(publisher, SPACE)
    assert await press.fates() == {"a": "parked", "b": "posted"}
    assert (await press.post("a")).reason == str(NO_ANSWER)
    press.outlet.calls.clear()
    press.outlet.fail("send", NO_ANSWER)
    await press.keep("c")
    press.now += timedelta(hours=1)
    await run(publisher, SPACE)
    assert press.outlet.calls == [("find", "a"), ("send", "a"), ("send", "c")]
    assert await press.fates() == {"a": "parked", "b": "posted", "c": "posted"}
    press.now += timedelta(hours=1)
    await publisher.catch_up(CHANNEL)
    assert await press.fates() == dict.fromkeys("abc", "posted")


async def test_what_may_be_there_is_not_sent_again_once_its_article_is_withdrawn(press):
    await press.keep("comet")
    publisher = await press.failed(SPACE, NO_ANSWER)
    await withdraw(press.database, "seeds", "comet")
    press.now += LONG
    await run(publisher, SPACE)
    assert press.outlet.sent == ["comet"]
    assert (await press.post("comet")).reason.startswith("its article is held or withdrawn")
    await press.keep("comet")
    press.now += LONG
    await run(publisher, SPACE)
    assert await press.fates() == {"comet": "posted"}


async def test_a_refusal_of_what_may_be_there_is_believed_only_after_a_look(press):
    await press.keep("comet")
    press.outlet.fail("send", NO_ANSWER, arrives=True)
    press.outlet.fail("send", PostRefused("too rude"))
    publisher = press.publisher(SPACE)
    with pytest.raises(FateUnknown):
        await run(publisher, SPACE)
    await run(publisher, SPACE)
    assert press.outlet.calls == [("send", "comet"), ("send", "comet"), ("find", "comet")]
    assert await press.fates() == {"comet": "posted"}


async def test_a_tag_that_a_forum_lacks_parks_one_article_until_it_is_there(press):
    await press.keep("a", "b")
    press.outlet.fail("send", PostRefused("a tag is required", final=False))
    publisher = press.publisher(SPACE)
    await run(publisher, SPACE)
    assert await press.fates() == {"a": "parked", "b": "posted"}
    await outbox.hurry(press.database, [CHANNEL])
    await publisher.catch_up(CHANNEL)
    assert await press.fates() == {"a": "posted", "b": "posted"}


async def test_a_parked_article_that_staff_chooses_is_tried_once_more(press):
    await press.keep("comet")
    press.outlet.fail("send", PostRefused("too rude"))
    publisher = press.publisher(SPACE)
    await run(publisher, SPACE)
    post = await publisher.post((await press.find("comet")).id, SPACE)
    assert post is not None
    assert post.fate is Fate.POSTED


async def test_a_text_that_discord_refuses_is_left_out_and_title_and_link_go_out(press):
    await press.keep("comet")
    press.outlet.fail("send", PostRefused("embeds.0.description: too long", part=Part.TEXT))
    await press.run(SPACE)
    whole, brief = press.outlet.dispatches
    assert (whole.brief, brief.brief) == (False, True)
    assert await press.fates() == {"comet": "posted"}


async def test_a_channel_that_cannot_be_looked_into_gets_nothing_new(press):
    await press.keep("a", "b")
    press.outlet.fail("send", NO_ANSWER)
    press.outlet.fail("find", CLOSED, NO_ANSWER)
    publisher = press.publisher(SPACE)
    for _ in range(3):
        with pytest.raises((ChannelClosed, FateUnknown)):
            await run(publisher, SPACE)
        press.now += LONG
    assert press.outlet.sent == ["a"]
    assert await press.fates() == {"a": "unknown"}
    await run(publisher, SPACE)
    assert press.outlet.sent == ["a", "a", "b"]


async def test_what_a_dead_process_left_on_its_way_is_looked_for_before_anything_new(press):
    await press.keep("sent", "unsent", "new")
    for slug in ("sent", "unsent"):
        await press.claimed(slug)
    press.now += LONG
    press.outlet.there[(await press.post("sent")).nonce] = Sent(7)
    publisher = press.publisher(SPACE)
    async with publisher.working():
        await run(publisher, SPACE)
    assert press.outlet.calls == [
        ("find", "sent"),
        ("find", "unsent"),
        ("send", "unsent"),
        ("send", "new"),
    ]
    assert set((await press.fates()).values()) == {"posted"}


async def test_what_a_dead_process_left_is_taken_up_without_any_run(press):
    await press.keep("comet")
    await press.claimed("comet")
    press.now += LONG
    await press.publisher(SPACE).catch_up(CHANNEL)
    assert press.outlet.calls == [("find", "comet"), ("send", "comet")]
    assert await press.fates() == {"comet": "posted"}


async def test_a_closed_channel_is_not_asked_for_one_discussion_after_the_other(press):
    await press.keep("a", "b", "c")
    press.outlet.fail("discuss", *[CLOSED] * 5)
    publisher = press.publisher(DISCUSSING)
    await run(publisher, DISCUSSING)
    await run(publisher, DISCUSSING)
    press.now += timedelta(minutes=1)
    await run(publisher, DISCUSSING)
    await run(publisher, DISCUSSING)
    discussed = [slug for method, slug in press.outlet.calls if method == "discuss"]
    assert discussed == ["a", "b", "c", "a"]
    press.now += timedelta(hours=1)
    press.outlet.calls.clear()
    await run(publisher, DISCUSSING)
    press.now += timedelta(hours=1)
    await run(publisher, DISCUSSING)
    assert press.outlet.calls == [("discuss", slug) for slug in "aabc"]


async def test_what_cannot_be_taken_up_at_the_start_stays_and_the_start_goes_on(press):
    await press.keep("comet")
    await press.claimed("comet")
    press.now += LONG
    press.outlet.fail("find", CLOSED, CLOSED)
    publisher = press.publisher(SPACE)
    for attempt in (publisher.catch_up(CHANNEL), run(publisher, SPACE)):
        with pytest.raises(ChannelClosed):
            await attempt
    assert await press.fates() == {"comet": "unknown"}


async def test_a_post_of_a_subscription_that_is_no_more_is_still_brought_to_its_end(press):
    await press.keep("comet")
    await press.claimed("comet", subscription="renamed-since")
    press.now += LONG
    await press.run(DISCUSSING)
    assert press.outlet.calls == [("find", "comet"), ("send", "comet"), ("discuss", "comet")]
    assert await press.fates() == {"comet": "posted"}


async def test_a_post_that_someone_deleted_is_settled_and_not_posted_again(press):
    await press.keep("comet")
    publisher = await press.failed(DISCUSSING, NO_ANSWER)
    press.outlet.deleted.add((await press.post("comet")).nonce)
    press.now += LONG
    await run(publisher, DISCUSSING)
    await run(publisher, DISCUSSING)
    post = await press.post("comet")
    assert (post.fate, post.message_id, post.wants_discussion) == (Fate.POSTED, None, False)
    assert press.outlet.sent == ["comet", "comet"]


@pytest.mark.parametrize("trouble", [CLOSED, NO_ANSWER])
async def test_a_thread_that_could_not_be_opened_is_opened_by_the_next_run(press, trouble):
    await press.keep("a", "b")
    press.outlet.fail("discuss", trouble)
    publisher = press.publisher(DISCUSSING)
    assert len(await run(publisher, DISCUSSING)) == 2
    assert (await press.post("a")).wants_discussion
    press.outlet.calls.clear()
    press.now += timedelta(minutes=1)
    await press.run(DISCUSSING)
    assert ("discuss", "a") in press.outlet.calls
    assert (await press.post("a")).thread_id == 1_000
    assert await discussions.undiscussed(press.database, CHANNEL, press.now) == ()


async def test_a_thread_that_discord_refuses_is_given_up_and_the_post_stays(press):
    await press.keep("a", "b")
    press.outlet.fail("discuss", PostRefused("threads are not allowed here"))
    publisher = press.publisher(DISCUSSING)
    assert len(await run(publisher, DISCUSSING)) == 2
    await run(publisher, DISCUSSING)
    post = await press.post("a")
    assert (post.fate, post.reason) == (Fate.POSTED, "threads are not allowed here")
    assert [call for call in press.outlet.calls if call == ("discuss", "a")] == [("discuss", "a")]


async def test_a_chosen_article_that_cannot_be_sent_tells_why_and_stays_due(press):
    await press.keep("comet")
    press.outlet.fail("send", CLOSED)
    publisher = press.publisher(SPACE)
    chosen = (await press.find("comet")).id
    with pytest.raises(ChannelClosed):
        await publisher.post(chosen, SPACE)
    post = await publisher.post(chosen, SPACE)
    assert post is not None
    assert post.fate is Fate.POSTED


async def test_a_chosen_article_that_discord_refuses_comes_back_with_its_reason(press):
    await press.keep("comet")
    press.outlet.fail("send", PostRefused("too rude"))
    post = await press.publisher(SPACE).post((await press.find("comet")).id, SPACE)
    assert post is not None
    assert (post.fate, post.reason) == (Fate.PARKED, "too rude")
