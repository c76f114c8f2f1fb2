"""SIGKILL among faults, while staff decides: each card is there once, and each decision holds."""

import asyncio
import json
import random
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bot.chat.wording import review_texts as texts
from tests.delivery.deaths import DeadlyPlan, live_and_die
from tests.delivery.rig import SITE, Building, Rig, Wanted, addresses, rows
from tests.samples import write
from tests.wire import payloads
from tests.wire.actor import Actor, enter
from tests.wire.components import walk
from tests.wire.permissions import STAFF
from tests.wire.records import Channel, Message

NEWS = Wanted("news")
HELD = 8  # articles
SENT = 2 * HELD  # requests that all of it takes: a card each, and a post at most
CALM = 60.0  # seconds


def reviewing(rig: Rig) -> Channel:
    """Hold articles back, and name the channel in which staff decides about them."""
    news = rig.channels["news"]
    assert news.guild is not None
    staff = rig.background.wire.world.add_channel(news.guild, "staff")
    path = rig.folder / "broadsheet.yaml"
    settings = json.loads(path.read_text("utf-8")) | {"review": {"channel": staff.id}}
    path.write_text(json.dumps(settings), "utf-8")
    lately = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    for number in range(HELD):
        values = {"title": f"Held {number}", "publishedDateTime": lately, "published": False}
        write(rig.folder / "seeds", f"held-{number}", **values)
    return staff


def undecided(staff: Channel) -> list[Message]:
    """Return the cards that can still be pressed."""
    return [
        card
        for card in staff.messages.values()
        if any(each.get("label") == texts.APPROVE for each in walk(card.components))
    ]


async def decide(staff: Channel, people: list[Actor], dice: random.Random) -> None:
    """Let two members of staff press on cards for ever, both at once and of different minds."""
    while True:
        await asyncio.sleep(0.1)
        if cards := undecided(staff):
            shown = payloads.message(dice.choice(cards))
            presses = (
                person.click(shown, label)
                for person, label in zip(people, (texts.APPROVE, texts.REJECT), strict=True)
            )
            with suppress(LookupError):
                await asyncio.gather(*presses, return_exceptions=True)


def decisions(rig: Rig) -> dict[str, bool]:
    """Return what is recorded for each article, by its address."""
    query = "SELECT url, approved FROM decision JOIN article ON id = article_id"
    return dict(rows(rig.folder, query))


def test_sudden_deaths_among_faults_show_each_card_once_and_keep_each_decision(
    building: Building, seed: int, kills: int
) -> None:
    dice, plan = random.Random(seed), DeadlyPlan(seed)
    with building(NEWS, articles=0, faults=plan) as rig:
        staff = rig.background.call(lambda _: reviewing(rig))
        people = rig.background.call(lambda wire: [enter(wire, staff, n, STAFF) for n in "AB"])
        for person in people:
            person.patience = 1.0
        pressing = rig.background.start(decide(staff, people, dice))
        for _ in range(kills):
            live_and_die(rig, plan, dice, SENT, done=lambda _: False)
        rig.background.call(lambda _: plan.clear())
        rig.start()

        def settled(_: object) -> bool:
            if len(staff.messages) < HELD or undecided(staff):
                return False
            return len(rig.channels["news"].messages) >= sum(decisions(rig).values())

        assert rig.wait_until_looked(settled, CALM), rig.log
        pressing.cancel()
        assert rig.stop() == 0
        everything = {f"{SITE}held-{number}" for number in range(HELD)}
        cards = {url: card for card in staff.messages.values() for url in addresses(card)}
        assert (len(staff.messages), cards.keys()) == (HELD, everything), rig.log
        decided = decisions(rig)
        assert decided.keys() == everything
        for url, card in cards.items():
            said = card.embeds[0]["fields"][0]["value"]
            assert said.startswith("Approved" if decided[url] else "Rejected")
        posted = Counter(
            url for post in rig.channels["news"].messages.values() for url in addresses(post)
        )
        assert posted == {url: 1 for url, approved in decided.items() if approved}, rig.log
