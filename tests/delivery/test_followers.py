"""SIGKILL among faults, while followers are told: each is told once, in threads and in private."""

import random
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta

from tests.delivery.deaths import DeadlyPlan, live_and_die
from tests.delivery.rig import Building, Rig, Wanted
from tests.delivery.wanted import DATABASE
from tests.wire.permissions import Permission
from tests.wire.records import ChannelKind

CHANNEL = Wanted("news", discuss=True)
MEMBERS = 3  # who are mentioned, and as many who read digests
OLD, NEW = 2, 6  # articles
SENT = 3 * NEW + MEMBERS  # requests that all of it takes: posts, threads, mentions and digests
TOLD = 30.0  # seconds; what waits for its nonce to lapse is looked for after two minutes


def followed(rig: Rig) -> None:
    """Let members follow the topic of all articles, and the morning be over without a round."""
    world, guild = rig.background.wire.world, rig.channels["news"].guild
    assert guild is not None
    guild.roles[guild.id].permissions = Permission.VIEW_CHANNEL
    ways = ["mention", "digest"] * MEMBERS
    people = [world.add_member(guild, f"reader {n}").user.id for n in range(len(ways))]
    with closing(sqlite3.connect(rig.folder / DATABASE)) as database, database:
        ((topic,),) = database.execute("SELECT id FROM topic")
        rows = [(guild.id, who, topic, way, 0.0) for who, way in zip(people, ways, strict=True)]
        database.executemany("INSERT INTO follow VALUES (?, ?, ?, ?, ?)", rows)
        database.execute("UPDATE post SET settled_at = settled_at - 3600")
        missed = (datetime.now(UTC) - timedelta(days=2)).isoformat()
        database.execute("UPDATE setting SET value = ? WHERE key = 'last_round'", (missed,))


def mentions(rig: Rig) -> Counter[str]:
    """Count in how many messages followers are mentioned in each discussion, and elsewhere."""
    channel = rig.channels["news"]
    found: Counter[str] = Counter()
    for message in channel.messages.values():
        found["in the channel"] += "<@" in message.content
        thread = message.thread
        if thread is not None:
            found[thread.name] += sum("<@" in each.content for each in thread.messages.values())
    return +found


def digests(rig: Rig) -> list[int]:
    """Count the direct messages that each reader got."""
    channels = rig.background.wire.world.channels.values()
    return sorted(len(each.messages) for each in channels if each.kind is ChannelKind.DM)


def told(rig: Rig) -> bool:
    return len(mentions(rig)) >= NEW and len(digests(rig)) == MEMBERS and all(digests(rig))


def test_sudden_deaths_among_faults_tell_every_follower_once(
    building: Building, seed: int, kills: int
) -> None:
    dice, plan = random.Random(seed), DeadlyPlan(seed)
    with building(CHANNEL, articles=OLD, faults=plan) as rig:
        rig.start()
        rig.finish()
        rig.background.call(lambda _: followed(rig))
        rig.write(NEW)
        for _ in range(kills):
            live_and_die(rig, plan, dice, SENT)
        rig.background.call(lambda _: plan.clear())
        rig.start()
        assert rig.wait_until_looked(lambda _: told(rig), TOLD), rig.log
        assert rig.stop() == 0
        expected = {f"What happened in story-{number}": 1 for number in range(OLD, OLD + NEW)}
        assert mentions(rig) == expected, rig.log
        assert digests(rig) == [1] * MEMBERS, rig.log
