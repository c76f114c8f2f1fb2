"""Subscriptions made in Discord: kept apart by server, and saved once each."""

from datetime import timedelta

import pytest

from bot.news.plan import Baselines
from bot.news.runs import Count
from bot.store import made, subscriptions
from bot.store.made import Denial, Draft, Made
from bot.structs import replace
from tests.samples import CHANNEL, NOW, subscription

HERE, THERE = 7, 8
SPACE = Made(HERE, "Space", {"channel": CHANNEL, "every": "10m"}, made_by=1, made_at=NOW)


async def saved(database, wanted=SPACE, changes=None, most=50):
    draft_id = await made.keep(database, Draft(wanted, changes))
    return await made.save(database, draft_id, wanted.guild_id, most)


async def test_a_draft_becomes_a_subscription_once(database):
    draft_id = await made.keep(database, Draft(SPACE))
    assert await made.made(database) == ()
    found = await made.save(database, draft_id, HERE, 50)
    assert replace(found, id=0) == SPACE
    assert await made.made(database) == (found,)
    assert await made.save(database, draft_id, HERE, 50) is Denial.GONE
    assert await made.draft(database, draft_id, HERE) is None


async def test_a_name_is_one_of_its_server_alone_however_it_is_spelt(database):
    await saved(database)
    assert await saved(database, replace(SPACE, name=" SPACE ")) is Denial.NAME_TAKEN
    abroad = await saved(database, replace(SPACE, guild_id=THERE))
    assert [each.guild_id for each in await made.made(database)] == [HERE, THERE]
    other = await saved(database, replace(SPACE, name="sea"))
    assert await saved(database, SPACE, changes=other.id) is Denial.NAME_TAKEN
    assert (await saved(database, replace(SPACE, name="SEA"), changes=other.id)).name == "SEA"
    assert abroad in await made.made(database)


async def test_no_server_has_more_than_it_may(database):
    for name in ("a", "b"):
        await saved(database, replace(SPACE, name=name), most=2)
    assert await saved(database, replace(SPACE, name="c"), most=2) is Denial.FULL
    assert (await saved(database, replace(SPACE, name="c", guild_id=THERE), most=2)).name == "c"
    first, *_ = await made.made(database)
    assert (await saved(database, replace(SPACE, name="d"), changes=first.id, most=2)).name == "d"


async def test_a_change_is_never_made_to_what_has_become_another_meanwhile(database):
    found = await saved(database)
    drafts = [
        await made.keep(database, Draft(replace(found, written={"channel": n}), found.id))
        for n in (1, 2)
    ]
    assert await made.pause(database, found.id, HERE, paused=True)  # that is no change
    first = await made.save(database, drafts[0], HERE, 50)
    assert (first.written, first.version) == ({"channel": 1, "paused": True}, 2)
    assert await made.save(database, drafts[1], HERE, 50) is Denial.CHANGED
    assert await made.made(database) == (first,)
    again = await saved(database, replace(first, written={"channel": 3}), changes=found.id)
    assert again.version == 3


async def test_nothing_of_another_server_can_be_had_or_changed(database):
    found = await saved(database)
    draft_id = await made.keep(database, Draft(SPACE))
    assert await made.draft(database, draft_id, THERE) is None
    await made.cancel(database, draft_id, THERE)
    assert await made.save(database, draft_id, THERE, 50) is Denial.GONE
    assert not await made.pause(database, found.id, THERE, paused=True)
    assert not await made.remove(database, found.id, THERE)
    foreign = Draft(replace(SPACE, guild_id=THERE, name="x"), found.id)
    foreign_id = await made.keep(database, foreign)
    assert await made.save(database, foreign_id, THERE, 50) is Denial.GONE
    assert await made.made(database) == (found,)
    assert await made.draft(database, draft_id, HERE) is not None


async def test_a_change_keeps_the_key_and_whether_it_is_paused(database):
    found = await saved(database)
    assert await made.pause(database, found.id, HERE, paused=True)
    changed = await saved(database, replace(SPACE, written={"channel": 5}), changes=found.id)
    assert (changed.id, changed.written) == (found.id, {"channel": 5, "paused": True})
    assert await made.pause(database, found.id, HERE, paused=False)
    paused = replace(SPACE, written={"channel": 6, "paused": True}, version=2)
    changed = await saved(database, paused, changes=found.id)
    assert changed.written == {"channel": 6}


async def test_what_is_removed_is_forgotten_and_its_key_never_given_again(database):
    found = await saved(database)
    key = f"discord:{found.id}"
    await subscriptions.set_baselines(database, key, CHANNEL, {"": NOW})
    await subscriptions.note_terms(database, subscription(id=found.id), NOW)
    await subscriptions.count_from(database, key, Count(NOW))
    assert await made.remove(database, found.id, HERE)
    assert not await made.remove(database, found.id, HERE)
    assert await subscriptions.baselines(database, key, CHANNEL) == Baselines({})
    assert await subscriptions.counted(database, key) is None
    assert (await saved(database)).id > found.id


async def test_a_change_of_what_is_removed_meanwhile_is_not_saved(database):
    found = await saved(database)
    draft_id = await made.keep(database, Draft(SPACE, found.id))
    await made.remove(database, found.id, HERE)
    assert await made.save(database, draft_id, HERE, 50) is Denial.GONE
    assert await made.keep(database, Draft(SPACE, found.id)) == 0


@pytest.mark.parametrize(("hours", "there"), [(23, True), (25, False)])
async def test_a_draft_that_nobody_confirms_is_forgotten_after_a_day(database, hours, there):
    draft_id = await made.keep(database, Draft(SPACE))
    later = replace(SPACE, made_at=NOW + timedelta(hours=hours))
    await made.keep(database, Draft(later))
    assert (await made.draft(database, draft_id, HERE) is not None) is there


async def test_what_vanished_from_the_file_is_not_forgotten_until_it_is_asked_for(database):
    both = {"space": {"channel": 1}, "sea": {"channel": 2}}
    await made.remember_file(database, both)
    await made.remember_file(database, {"sea": {"channel": 3}})
    assert await made.remembered_file(database) == both | {"sea": {"channel": 3}}
    await subscriptions.count_from(database, "space", Count(NOW))
    await made.forget_file(database, "space")
    assert await made.remembered_file(database) == {"sea": {"channel": 3}}
    assert await subscriptions.counted(database, "space") is None
