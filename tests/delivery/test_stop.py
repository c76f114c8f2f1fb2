"""Orderly ends, a second process, and a gateway that is away."""

from tests.delivery.rig import EXACTLY_ONCE, PATIENCE, Building, Wanted
from tests.delivery.slowly import begun, slow
from tests.wire.faults import Fault, FaultPlan, Rule

NEWS = Wanted("news", discuss=True)
LATE = Wanted("late")
LOGIN = ("GET", "/users/@me")


def test_a_stop_in_the_midst_of_sends_lets_them_arrive_and_the_next_start_goes_on(
    building: Building,
) -> None:
    with building(NEWS, LATE, articles=20, faults=slow(0.2)) as rig:
        rig.start()
        assert rig.wait(begun(6))
        assert rig.stop() == 0, rig.log
        there = rig.background.call(lambda _: sum(len(c.messages) for c in rig.channels.values()))
        assert 0 < there < 40
        assert rig.fates() == {"posted": there}
        rig.background.call(lambda wire: wire.faults.clear())
        rig.start()
        tallies = rig.finish()
    assert tallies == rig.tally() == dict.fromkeys(tallies, EXACTLY_ONCE)


def test_a_second_process_on_one_database_refuses_to_start(building: Building) -> None:
    with building(NEWS, articles=10, faults=slow(0.1)) as rig:
        rig.start()
        assert rig.wait(begun(1))
        assert "broadsheet.db is in use by another Broadsheet process" in rig.refused()
        assert rig.finish() == {"news": EXACTLY_ONCE}


def test_while_the_gateway_turns_it_away_news_goes_out_all_the_same(building: Building) -> None:
    with building(NEWS, articles=15, faults=slow(0.2)) as rig:
        rig.background.wire.gateway.refusing = True
        rig.start()
        assert rig.wait(lambda _: "gateway down" in rig.log)
        assert len(rig.channels["news"].messages) < 15
        assert rig.finish() == {"news": EXACTLY_ONCE}
        assert rig.background.wire.gateway.connects == 0


def test_a_discord_that_cannot_be_reached_at_the_start_is_tried_again(building: Building) -> None:
    away = Rule(Fault("status", status=503), *LOGIN, nth=frozenset({1}))
    with building(NEWS, articles=3, faults=FaultPlan([away])) as rig:
        rig.start()
        assert rig.finish() == {"news": EXACTLY_ONCE}
        assert rig.log.count("cut short name=login") == 1
        assert "answered 503" in rig.log
        assert "Unclosed" not in rig.log


def test_a_stop_while_discord_cannot_be_reached_is_an_orderly_end(building: Building) -> None:
    with building(
        NEWS,
        articles=3,
        faults=FaultPlan([Rule(Fault("drop"), "GET", "/users/@me", probability=1.0)]),
    ) as rig:
        rig.start()
        assert rig.wait(lambda _: "cut short name=login" in rig.log)
        assert rig.stop() == 0


def test_a_token_that_is_no_good_any_more_ends_the_program_with_a_clear_line(
    building: Building,
) -> None:
    with building(NEWS, articles=15, faults=slow(0.2)) as rig:
        rig.start()
        assert rig.wait(begun(3))
        good = rig.background.wire.world.token
        rig.background.call(lambda wire: setattr(wire.world, "token", "another"))
        assert rig.ended(PATIENCE)
        assert rig.process.returncode == 2
        assert "set a new DISCORD_TOKEN" in rig.log.splitlines()[-1]
        rig.background.call(lambda wire: setattr(wire.world, "token", good))
        rig.background.call(lambda wire: wire.faults.clear())
        rig.start()
        assert rig.finish() == {"news": EXACTLY_ONCE}
