"""Channels in trouble, from the start on: the others get their news as ever."""

from tests.delivery.cases import FORUM_POST
from tests.delivery.rig import EXACTLY_ONCE, PATIENCE, Building
from tests.delivery.wanted import Wanted
from tests.wire.faults import Fault, Rule
from tests.wire.limits import MESSAGES, Endpoint
from tests.wire.permissions import Permission
from tests.wire.records import Channel
from tests.wire.server import Wire

SOON = 15.0  # seconds; for an answer the bot waits four times as long
CHANNEL: Endpoint = ("GET", "/channels/{channel_id}")
SILENT = Fault("hang")
FORBIDDEN = Fault("status", status=403, code=50013)
LATE = Fault("delay", seconds=6.0)  # longer than the start waits for what channels are like


def always(fault: Fault, endpoint: Endpoint, channel: Channel) -> Rule:
    """Return the rule by which a fault strikes whenever a channel is asked."""
    return Rule(fault, *endpoint, major=str(channel.id), probability=1.0)


def test_channels_that_never_answer_or_take_nothing_delay_no_other(building: Building) -> None:
    troubled = (Wanted("silent"), Wanted("forbidden"), Wanted("forum", forum=True))
    with building(*troubled, Wanted("news", discuss=True), articles=5) as rig:
        channels = rig.channels
        faults = (
            always(SILENT, CHANNEL, channels["silent"]),
            always(SILENT, MESSAGES, channels["silent"]),
            always(FORBIDDEN, MESSAGES, channels["forbidden"]),
            always(SILENT, FORUM_POST, channels["forum"]),
        )

        def served(_: Wire) -> bool:
            return rig.tally()["news"] == EXACTLY_ONCE

        rig.background.call(lambda wire: wire.faults.rules.extend(faults))
        rig.start()
        assert rig.wait(served, SOON), rig.log
        assert all(rule.struck for rule in faults)


def test_a_bot_that_could_post_nowhere_ends_however_late_that_is_known(building: Building) -> None:
    with building(Wanted("news"), articles=1) as rig:
        world = rig.background.wire.world
        for guild in world.guilds.values():
            guild.bot_role.permissions = Permission.VIEW_CHANNEL
            guild.roles[guild.id].permissions = Permission.VIEW_CHANNEL
        late = always(LATE, CHANNEL, rig.channels["news"])
        rig.background.call(lambda wire: wire.faults.add(late))
        rig.start()
        assert rig.ended(PATIENCE)
        assert rig.process.returncode == 2
        assert "#news: give the bot the permission" in rig.log.splitlines()[-1]
        assert "Traceback" not in rig.log
        assert rig.tally()["news"].lost == rig.articles
