"""Cases: every accident that can befall one request, each in a channel of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tests.delivery.wanted import Wanted
from tests.wire.faults import BROKEN, CUT, Fault, FaultPlan, Rule, staged
from tests.wire.limits import MESSAGES, Endpoint
from tests.wire.records import Channel
from tests.wire.server import Wire
from tests.wire.world import World

THREAD: Endpoint = ("POST", "/channels/{channel_id}/messages/{message_id}/threads")
FORUM_POST: Endpoint = ("POST", "/channels/{channel_id}/threads")
SENDS = (MESSAGES, THREAD, FORUM_POST)  # all that articles take

LIMITED = {"429": Fault("status", status=429, seconds=0.05)}
REPEATED = {"524": Fault("status", status=524)}  # by discord.py itself, as most of the broken ones
ENDING = BROKEN | REPEATED | LIMITED | CUT  # all that end at once
HANG = {"hang": Fault("hang")}


@dataclass(frozen=True, slots=True)
class Place:
    """What a fault befalls: the so-manieth request to an endpoint, in such a channel."""

    endpoint: Endpoint
    channel: Wanted
    nth: int = 1


# Each request that an article takes: the second one of several, or the only one.
PLACES = (
    Place(MESSAGES, Wanted("send"), 2),
    Place(THREAD, Wanted("thread", discuss=True), 2),
    Place(FORUM_POST, Wanted("forum", forum=True), 2),
    Place(MESSAGES, Wanted("digest", digest=True)),
    Place(THREAD, Wanted("digest-thread", discuss=True, digest=True)),
    Place(FORUM_POST, Wanted("digest-forum", forum=True, digest=True)),
)


@dataclass(frozen=True, slots=True)
class Case:
    """One fault at one place; the channel is called like the case."""

    name: str
    place: Place
    fault: Fault

    @property
    def wanted(self) -> Wanted:
        """The channel in which it happens."""
        return replace(self.place.channel, name=self.name)

    @property
    def possible(self) -> bool:
        """Whether it can happen, and the bot could tell.

        A 429 says that nothing was done. Where a nonce or an id keeps doubles away, a false one
        does no harm; in a forum nothing could tell it from a true one.
        """
        false = self.fault.status == 429 and self.fault.stage == "after"
        return not (false and self.place.endpoint == FORUM_POST)

    def rule(self, channel: Channel) -> Rule:
        """Return the fault as a plan has it."""
        nth = frozenset({self.place.nth})
        return Rule(self.fault, *self.place.endpoint, major=str(channel.id), nth=nth)


def cases(faults: Mapping[str, Fault], places: Iterable[Place]) -> list[Case]:
    """Return each of the faults at each place, before and after the request is carried out."""
    among = [
        Case(f"{place.channel.name}-{name}", place, fault)
        for place in places
        for name, fault in staged(faults).items()
    ]
    return [each for each in among if each.possible]


def names(among: Iterable[Case]) -> list[str]:
    """Return what the cases are called."""
    return [each.name for each in among]


class CasePlan(FaultPlan):
    """A plan of cases, in force for a channel and its discussions, or for its discussions alone."""

    def __init__(self, world: World, *, inside: bool = False) -> None:
        super().__init__()
        self.world, self.inside = world, inside
        self.by_case: dict[str, Rule] = {}

    def begin(self, among: Iterable[Case], channels: Mapping[str, Channel]) -> None:
        """Put cases in force, each in its own one of the channels."""
        self.by_case |= {each.name: self.add(each.rule(channels[each.name])) for each in among}

    def all_struck(self, _: Wire) -> bool:
        """Tell whether every case in force has happened."""
        return all(rule.struck for rule in self.by_case.values())

    def times(self) -> dict[str, int]:
        """Return how often each case has happened, by its name."""
        return {name: rule.struck for name, rule in self.by_case.items()}

    def pick(self, endpoint: Endpoint, major: str) -> Fault | None:
        """Return the fault for this request, if any."""
        thread = self.world.threads.get(int(major)) if major.isdecimal() else None
        if thread is None and self.inside:
            return None
        return super().pick(endpoint, str(thread.parent.id) if thread else major)
