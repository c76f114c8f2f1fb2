"""Cards of what is held, over real HTTP: two press at once, and each card goes out once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.wording import review_texts as texts
from bot.config import fitted
from bot.desk import open_desk
from bot.store import reviews
from tests.samples import article
from tests.store.archive import keep
from tests.wire import payloads
from tests.wire.actor import enter
from tests.wire.client import logged_in
from tests.wire.faults import Fault
from tests.wire.permissions import MEMBER, Permission
from tests.wire.server import serve
from tests.wire.world import World

STAFF = MEMBER | Permission.MANAGE_GUILD
SEND = ("POST", "/channels/{channel_id}/messages")


def started(tmp_path):
    """Return a world with a staff channel, and the settings of a bot that reviews there."""
    world = World(datetime.now(UTC))
    channel = world.add_channel(world.add_guild("Puddle Bay"), "staff")
    values = {"database": str(tmp_path / "broadsheet.db"), "review": {"channel": channel.id}}
    settings, wrong = fitted(values)
    assert not wrong
    return world, channel, settings


def held(slug):
    """Return an article that is held."""
    lately = datetime.now(UTC) - timedelta(hours=1)
    return article(slug, published=False, published_at=lately)


async def test_of_two_who_press_at_once_one_decides_and_the_card_says_who(tmp_path):
    world, channel, settings = started(tmp_path)
    async with serve(world) as wire, open_desk(settings) as desk:
        await keep(desk.database, held("comet"))
        await desk.reviews.promise()
        async with logged_in(wire, desk.client):
            await desk.errands.run()
            (card,) = channel.messages.values()
            people = [enter(wire, channel, name, STAFF) for name in ("Ana", "Ben")]
            shown = payloads.message(card)
            answers = await asyncio.gather(
                people[0].click(shown, texts.APPROVE), people[1].click(shown, texts.REJECT)
            )
            notes = [note["content"] for each in answers for note in each.follow_ups]
            assert notes == [texts.TOO_LATE]
            ((key,),) = await desk.database.read("SELECT id FROM article")
            decided = await reviews.decision(desk.database, key)
            said = card.embeds[0]["fields"][0]["value"]
            verb = "Approved" if decided.approved else "Rejected"
            assert said.startswith(f"{verb} by <@{decided.by}>")
        assert wire.unknown == []


@pytest.mark.parametrize(
    ("kind", "stage", "later"),
    [
        ("status", "after", timedelta(seconds=20)),
        ("drop", "after", timedelta(minutes=10)),
        ("reset", "before", timedelta(seconds=20)),
        ("reset", "before", timedelta(minutes=10)),
    ],
)
async def test_each_card_goes_out_once_whatever_happens_and_after_a_restart(
    tmp_path, kind, stage, later
):
    world, channel, settings = started(tmp_path)
    passed = timedelta()

    def clock():
        return datetime.now(UTC) + passed

    async with serve(world, clock=clock) as wire:
        async with open_desk(settings, clock) as desk:
            await keep(desk.database, held("comet"), held("gull"))
            await desk.reviews.promise()
            wire.faults.next(Fault(kind, stage, status=503), *SEND)
            async with logged_in(wire, desk.client):
                await desk.errands.run()
        for _ in range(3):
            passed += later
            async with open_desk(settings, clock) as desk:
                await desk.reviews.promise()
                async with logged_in(wire, desk.client):
                    await desk.errands.run()
        assert sum(wire.faults.struck.values()) == 1
    assert sorted(m.embeds[0]["url"] for m in channel.messages.values()) == [
        held("comet").url,
        held("gull").url,
    ]
