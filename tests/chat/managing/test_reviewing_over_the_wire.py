"""Cards of what is held, over real HTTP: two press at once, and each card goes out once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.wording import review_texts as texts
from bot.store import reviews
from tests.chat.wired import place
from tests.samples import article
from tests.wire import payloads
from tests.wire.actor import enter
from tests.wire.faults import Fault
from tests.wire.limits import MESSAGES
from tests.wire.permissions import STAFF


def held(slug):
    """Return an article that is held."""
    lately = datetime.now(UTC) - timedelta(hours=1)
    return article(slug, published=False, published_at=lately)


async def show_cards(here):
    """Show staff what is held and has no card yet."""
    await here.desk.reviews.promise()
    await here.desk.errands.run()


async def test_of_two_who_press_at_once_one_decides_and_the_card_says_who(tmp_path):
    async with place(tmp_path, review=True) as here, here.bot(held("comet")):
        await show_cards(here)
        (card,) = here.channel.messages.values()
        people = [enter(here.wire, here.channel, name, STAFF) for name in ("Ana", "Ben")]
        shown = payloads.message(card)
        answers = await asyncio.gather(
            people[0].click(shown, texts.APPROVE), people[1].click(shown, texts.REJECT)
        )
        notes = [note["content"] for each in answers for note in each.follow_ups]
        assert notes == [texts.TOO_LATE]
        ((key,),) = await here.desk.database.read("SELECT id FROM article")
        decided = await reviews.decision(here.desk.database, key)
        said = card.embeds[0]["fields"][0]["value"]
        verb = "Approved" if decided.approved else "Rejected"
        assert said.startswith(f"{verb} by <@{decided.by}>")


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
    async with place(tmp_path, review=True) as here:
        here.wire.faults.next(Fault(kind, stage, status=503), *MESSAGES)
        async with here.bot(held("comet"), held("gull")):
            await show_cards(here)
        for _ in range(3):
            here.later += later
            async with here.bot():
                await show_cards(here)
        assert sum(here.wire.faults.struck.values()) == 1
    assert sorted(m.embeds[0]["url"] for m in here.channel.messages.values()) == [
        held("comet").url,
        held("gull").url,
    ]
