"""`python -m benchmarks.delivery`: what deaths and faults cost, how fast channels fill, and how
many requests that takes.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers import PASSED
from tests.delivery.deaths import DeadlyPlan, live_and_die
from tests.delivery.rig import ROOT, Rig, Wanted, build, posts
from tests.wire.faults import Fault, FaultPlan, Rule
from tests.wire.limits import MESSAGES, Limits
from tests.wire.server import Wire

_CHANNELS = tuple(Wanted(name) for name in ("north", "south", "west"))
_MANNERS = (
    Wanted("one post for each"),
    Wanted("one post for each, discussed", discuss=True),
    Wanted("a digest", digest=True),
    Wanted("a digest, discussed", discuss=True, digest=True),
)
_KILLS = 10  # rounds in one run: then a calm start, and a new run with a seed of its own
_CALM = 60.0  # seconds that the calm start may take
_MESSAGES, _WINDOW = 5, 5.0  # messages in so many seconds: Discord's limit for one channel
_REQUESTS = 50  # a second: Discord's limit for one bot
_DISTANCES = (0.0, 0.06)  # seconds on the way to Discord and back: next to it, and as usual


@dataclass(slots=True)
class Loop(Rig):
    """A plain loop of `channel.send` in the program's place, under the same accidents."""

    order: str = "after"

    def spawn(self, log: Path) -> subprocess.Popen[bytes]:
        """Start a process of the loop."""
        wire = self.background.wire
        job = {
            "api_url": wire.api_url,
            "gateway_url": wire.gateway.url,
            "channels": [channel.id for channel in self.channels.values()],
            "addresses": self.articles,
        }
        (self.folder / "job.json").write_text(json.dumps(job))
        with log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "benchmarks.peers", self.order],
                cwd=self.folder,
                env={
                    "PATH": os.environ["PATH"],
                    "PYTHONPATH": str(ROOT),
                    "DISCORD_TOKEN": wire.world.token,
                },
                stdout=output,
                stderr=output,
            )


def main() -> None:
    """Print a line for each who posts among accidents, then how fast channels fill, and how."""
    typed = _options()
    wanted = typed.articles * len(_CHANNELS)
    print(
        f"Killed {typed.rounds} times among faults, a calm start after every {_KILLS} of them;"
        f" {typed.articles} articles into {len(_CHANNELS)} channels between two calm starts:"
    )
    print(f"{'':34}{'rounds':>7}{'wanted':>8}{'posts':>7}{'lost':>6}{'repeated':>10}{'429s':>6}")
    for name, order in (
        ("Broadsheet", None),
        ("channel.send, recorded before it", "before"),
        ("channel.send, recorded after it", "after"),
    ):
        counts = Counter[str]()
        for seed, kills in enumerate(_runs(typed.rounds)):
            counts += _survive(seed, kills, typed.articles, order)
        print(
            f"{name:34}{typed.rounds:7}{wanted * len(_runs(typed.rounds)):8}{counts['posts']:7}"
            f"{counts['lost']:6}{counts['repeated']:10}{counts['429s']:6}",
            flush=True,
        )
    print(
        "Here all 429s are faults: the stand-in for Discord has no limits for this part.\n\n"
        f"{typed.channels} channels filled with {typed.each} articles each, under Discord's limits:"
    )
    for distance in _DISTANCES:
        _fill(typed.channels, typed.each, distance)
    print(f"\n{typed.articles} articles into one channel:")
    for wanted in _MANNERS:
        _count_requests(wanted, typed.articles)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="how often each is killed")
    parser.add_argument("--articles", type=int, default=60, help="in each channel, when killed")
    parser.add_argument("--channels", type=int, default=200, help="to fill")
    parser.add_argument("--each", type=int, default=5, help="articles that fill a channel")
    return parser.parse_args()


def _runs(rounds: int) -> list[int]:
    return [min(_KILLS, rounds - done) for done in range(0, rounds, _KILLS)]


def _survive(seed: int, kills: int, articles: int, order: str | None) -> Counter[str]:
    """Kill it so many times, let it end in peace, and count what came of it."""
    dice, plan = random.Random(seed), DeadlyPlan(seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        build(Path(folder), _CHANNELS, articles=articles, faults=plan) as program,
    ):
        rig = program if order is None else _loop(program, order)
        try:
            for _ in range(kills):
                live_and_die(rig, plan, dice, max(1, articles * len(_CHANNELS) // kills))
            rig.background.call(lambda _: plan.clear())
            _end_in_peace(rig)
        finally:
            rig.kill()
    # Counted last: whatever was still on its way has arrived now.
    wire, tallies = rig.background.wire, rig.tally().values()
    return Counter(
        {
            "posts": sum(len(posts(wire.world, each)) for each in rig.channels.values()),
            "lost": sum(len(each.lost) for each in tallies),
            "repeated": sum(len(each.repeated) for each in tallies),
            "429s": _refused(wire),
        }
    )


def _loop(program: Rig, order: str) -> Loop:
    return Loop(
        program.folder,
        program.background,
        program.articles,
        program.wanted,
        program.channels,
        order=order,
    )


def _end_in_peace(rig: Rig) -> None:
    """Start it once more and give it the time to do all that it still means to do."""
    if not isinstance(rig, Loop):
        rig.start()
        rig.finish(within=_CALM)
        return
    before = rig.log.count(PASSED) if (rig.folder / "log").exists() else 0
    rig.start()
    assert rig.wait(lambda _: rig.log.count(PASSED) > before, _CALM), rig.log


def _refused(wire: Wire) -> int:
    return sum(each.status == 429 for each in wire.requests)


def _fill(channels: int, each: int, distance: float) -> None:
    """Print how long it takes to fill the channels, and how long it has to take."""
    total = channels * each
    # So many windows have to end before the last message may come.
    windows = math.ceil(each / _MESSAGES) - 1, math.ceil(total / _REQUESTS) - 1
    bound = max(windows[0] * _WINDOW, windows[1] * 1.0)
    away = Rule(Fault("delay", seconds=distance), *MESSAGES, probability=1.0)
    with (
        tempfile.TemporaryDirectory() as folder,
        build(
            Path(folder),
            [Wanted(f"channel-{number}") for number in range(channels)],
            articles=each,
            faults=FaultPlan([away]),
        ) as rig,
    ):
        rig.background.call(lambda wire: setattr(wire, "limits", Limits()))
        rig.start()
        rig.wait(lambda _: _there(rig) >= total, within=_CALM + 3 * bound)
        rig.stop()
        assert _there(rig), rig.log
    wire = rig.background.wire
    moments = [m.created for channel in rig.channels.values() for m in channel.messages.values()]
    took = (max(moments) - min(moments)).total_seconds()
    efficiency = f"{bound / took:.2f}" if bound else "none, for the limits allow it at once"
    print(
        f"  {distance * 1000:3.0f} ms away: {len(moments)} of {total} posts in {took:.2f} s, at"
        f" least {bound:.0f} s; efficiency {efficiency}, 429s {_refused(wire)}",
        flush=True,
    )


def _count_requests(wanted: Wanted, articles: int) -> None:
    """Print how many requests post the articles, what the program sends at its start left out."""
    with (
        tempfile.TemporaryDirectory() as folder,
        build(Path(folder), [wanted], articles=articles) as rig,
    ):
        rig.start()
        tallies = rig.finish(within=_CALM)
    assert tallies[wanted.name].complete, rig.log
    places = [each.endpoint for each in rig.background.wire.requests if each.endpoint]
    count = sum(method == "POST" and "/channels/" in path for method, path in places)
    print(f"  {wanted.name:30}{count:5} requests, {articles / count:5.1f} articles a request")


def _there(rig: Rig) -> int:
    return sum(len(channel.messages) for channel in rig.channels.values())


if __name__ == "__main__":
    main()
