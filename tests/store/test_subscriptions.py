from datetime import UTC, datetime, timedelta

from bot.news.plan import Baselines
from bot.news.runs import Count
from bot.news.subscription import Filters, Terms
from bot.store import subscriptions
from bot.store.rows import terms_written
from bot.store.settings import remember, remembered
from bot.structs import replace
from tests.samples import CHANNEL, NOW, article, subscription
from tests.store.archive import keep, withdraw


async def test_a_start_once_settled_stays_and_new_topics_join_it(database):
    day = timedelta(days=1)
    await subscriptions.set_baselines(database, "space", CHANNEL, {"space": NOW})
    await subscriptions.set_baselines(database, "space", CHANNEL, {"space": NOW - day, "ai": NOW})
    found = await subscriptions.baselines(database, "space", CHANNEL)
    assert found == Baselines({"space": NOW, "ai": NOW})


async def test_a_start_counts_for_one_subscription_in_one_channel(database):
    await subscriptions.set_baselines(database, "space", CHANNEL, {"": NOW})
    assert await subscriptions.baselines(database, "space", CHANNEL + 1) == Baselines({})
    assert await subscriptions.baselines(database, "other", CHANNEL) == Baselines({})


async def test_a_channel_that_is_left_has_no_start_any_more(database):
    await subscriptions.set_baselines(database, "space", CHANNEL, {"": NOW})
    await subscriptions.set_baselines(database, "other", CHANNEL, {"": NOW})
    await subscriptions.set_baselines(database, "space", CHANNEL + 1, {"": NOW})
    assert await subscriptions.baselines(database, "space", CHANNEL) == Baselines({})
    assert await subscriptions.baselines(database, "other", CHANNEL) == Baselines({"": NOW})


async def test_the_beginning_of_time_can_be_a_start(database):
    beginning = datetime.min.replace(tzinfo=UTC)
    await subscriptions.set_baselines(database, "space", CHANNEL, {"": beginning})
    found = await subscriptions.baselines(database, "space", CHANNEL)
    assert found == Baselines({"": beginning})


async def test_a_start_within_a_second_leaves_out_what_was_published_as_it_began(database):
    start = NOW + timedelta(microseconds=1)
    await subscriptions.set_baselines(database, "space", CHANNEL, {"": start})
    found = await subscriptions.baselines(database, "space", CHANNEL)
    assert NOW < found.by_topic[""] <= NOW + timedelta(seconds=1)


async def test_the_newest_are_those_that_members_may_see_of_the_topics_asked_for(database):
    hours = {"a": 1, "b": 2, "c": 3, "held": 4, "gone": 5, "other": 6}
    times = {slug: NOW - timedelta(hours=age) for slug, age in hours.items()}
    await keep(
        database,
        *(
            article(
                slug,
                published_at=when,
                published=slug != "held",
                topics=("Other",) if slug == "other" else ("Space", "AI"),
            )
            for slug, when in times.items()
        ),
    )
    await withdraw(database, "seeds", "gone")
    a, b, c, other = (times[slug] for slug in ("a", "b", "c", "other"))
    assert await subscriptions.newest(database, ["space", "ai"], 10, NOW) == [a, b, c]
    assert await subscriptions.newest(database, ["space"], 2, NOW) == [a, b]
    assert await subscriptions.newest(database, [""], 10, NOW) == [a, b, c, other]
    assert await subscriptions.newest(database, ["knitting"], 10, NOW) == []


async def test_from_when_runs_are_counted_is_remembered_by_subscription(database):
    assert await subscriptions.counted(database, "space") is None
    await subscriptions.count_from(database, "space", Count(NOW, "0 8 * * * UTC"))
    later = Count(NOW + timedelta(minutes=10), "0:10:00")
    await subscriptions.count_from(database, "space", later)
    await subscriptions.count_from(database, "other", Count(NOW))
    assert await subscriptions.counted(database, "space") == later


async def test_a_value_is_remembered_in_place_of_an_earlier_one(database):
    assert await remembered(database, "commands") is None
    await remember(database, "commands", "one")
    await remember(database, "commands", "two")
    assert await remembered(database, "commands") == "two"


async def test_terms_are_remembered_once_for_each_edit_of_them(database):
    strict = subscription(
        topics=("AI",), match="all", repeat=True, filters=Filters(90, words=("tea",), kind="video")
    )
    for hours, each in enumerate((strict, replace(strict, limit=9), subscription(), strict)):
        await subscriptions.note_terms(database, each, NOW + timedelta(hours=hours))
    await subscriptions.note_terms(database, subscription(name="other"), NOW)
    found = await subscriptions.baselines(database, "space", CHANNEL)
    times = [NOW + timedelta(hours=hours) for hours in (0, 2, 3)]
    assert found.terms == tuple(zip(times, (strict.terms, Terms(), strict.terms), strict=True))


async def test_the_languages_of_a_subscription_are_among_its_terms(database):
    english = subscription(filters=Filters(languages=("en",)))
    for hours, each in enumerate((subscription(), english, english)):
        await subscriptions.note_terms(database, each, NOW + timedelta(hours=hours))
    found = await subscriptions.baselines(database, "space", CHANNEL)
    assert found.terms == ((NOW, Terms()), (NOW + timedelta(hours=1), english.terms))


async def test_terms_of_before_languages_are_read_and_are_no_edit(database):
    strict = subscription(filters=Filters(90, not_words=("tea",)))
    before = terms_written(strict.terms).replace(',"languages":[]', "")
    assert "languages" not in before
    async with database.transaction() as transaction:
        await transaction.write("INSERT INTO terms VALUES (1, 'space', ?, ?)", (7.0, before))
    await subscriptions.note_terms(database, strict, NOW)
    found = await subscriptions.baselines(database, "space", CHANNEL)
    assert found.terms == ((datetime.fromtimestamp(7, UTC), strict.terms),)


async def test_a_topic_that_is_left_out_and_added_again_starts_anew(database):
    both = subscription(topics=("Space", "AI"))
    await subscriptions.note_terms(database, both, NOW)
    await subscriptions.set_baselines(database, "space", CHANNEL, {"space": NOW, "ai": NOW})
    await subscriptions.note_terms(database, replace(both, topics=("AI",)), NOW)
    await subscriptions.note_terms(database, both, NOW)
    assert (await subscriptions.baselines(database, "space", CHANNEL)).by_topic == {"ai": NOW}


async def test_topics_that_are_chosen_among_all_start_where_all_did(database):
    day = timedelta(days=1)
    await subscriptions.note_terms(database, subscription(), NOW)
    await subscriptions.set_baselines(database, "space", CHANNEL, {"": NOW - day, "ai": NOW})
    await subscriptions.note_terms(database, subscription(topics=("AI", "Space")), NOW)
    found = await subscriptions.baselines(database, "space", CHANNEL)
    assert found.by_topic == {"ai": NOW - day, "space": NOW - day}


async def test_topics_keep_their_start_when_all_are_followed(database):
    await subscriptions.note_terms(database, subscription(topics=("AI",)), NOW)
    await subscriptions.set_baselines(database, "space", CHANNEL, {"ai": NOW})
    await subscriptions.note_terms(database, subscription(), NOW)
    assert (await subscriptions.baselines(database, "space", CHANNEL)).by_topic == {"ai": NOW}
