"""Faults: what may go wrong between the bot and Discord, and a seeded plan of when."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from tests.wire.limits import Endpoint

Kind: TypeAlias = Literal["status", "drop", "reset", "hang", "delay"]
Stage: TypeAlias = Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong with one request.

    Kinds: `status` answers with a status of its own, `drop` closes the connection without an
    answer, `reset` aborts it (RST), `hang` does not answer for `seconds` (0: until the stand-in
    closes) and then drops, `delay` only waits `seconds`. A delay runs on when the client has gone,
    so that a message can appear after the death of its sender.
    Stages: `before` anything was done, or `after` it was done and only the answer is lost.
    """

    kind: Kind
    stage: Stage = "before"
    status: int = 500
    code: int | None = None  # JSON error code; without one the body is Cloudflare's HTML
    seconds: float = 0.0  # of a delay or hang, or the retry_after of a 429
    scope: str = "user"  # of a 429: user, shared or global
    via: bool = True  # without Via a 429 is a ban by Cloudflare


STAGES: tuple[Stage, Stage] = ("before", "after")
BROKEN = {str(code): Fault("status", status=code) for code in (500, 502, 503, 504, 520)}
CUT = {"drop": Fault("drop"), "reset": Fault("reset")}


def staged(faults: Mapping[str, Fault]) -> dict[str, Fault]:
    """Return each of the faults before and after the request is carried out, by name and stage."""
    return {
        f"{name}-{stage}": replace(fault, stage=stage)
        for name, fault in faults.items()
        for stage in STAGES
    }


@dataclass(slots=True)
class Rule:
    """When a fault strikes: on the `nth` matching requests (from 1), or with a `probability`.

    `method`, `route` (a template such as `/channels/{channel_id}/messages`) and `major` (the id of
    the channel, guild or webhook in the path) match everything when left out.
    """

    fault: Fault
    method: str | None = None
    route: str | None = None
    major: str | None = None
    nth: frozenset[int] = frozenset()
    probability: float = 0.0
    most: int | None = None  # strike no more often than this
    seen: int = field(default=0, init=False)
    struck: int = field(default=0, init=False)

    def strikes(self, endpoint: Endpoint, major: str, dice: random.Random) -> bool:
        """Tell whether the rule applies to this request, and count it."""
        pairs = zip((self.method, self.route, self.major), (*endpoint, major), strict=True)
        if any(wanted not in (None, got) for wanted, got in pairs):
            return False
        self.seen += 1
        if self.most is not None and self.struck >= self.most:
            return False
        hit = self.seen in self.nth or dice.random() < self.probability
        self.struck += hit
        return hit


class FaultPlan:
    """The rules in force; the first that strikes decides. The same seed repeats the same dice."""

    def __init__(self, rules: Iterable[Rule] = (), seed: int = 0) -> None:
        self.rules = list(rules)
        self.dice = random.Random(seed)
        self.struck: Counter[tuple[str, str]] = Counter()  # by kind and stage

    def add(self, rule: Rule) -> Rule:
        """Put a rule in force."""
        self.rules.append(rule)
        return rule

    def next(self, fault: Fault, method: str, route: str, times: int = 1) -> Rule:
        """Let the next `times` requests to one endpoint suffer `fault`."""
        return self.add(Rule(fault, method, route, probability=1.0, most=times))

    def clear(self) -> None:
        """Let everything go well from now on."""
        self.rules.clear()

    def pick(self, endpoint: Endpoint, major: str) -> Fault | None:
        """Return the fault for this request, if any."""
        for rule in self.rules:
            if rule.strikes(endpoint, major, self.dice):
                self.struck[rule.fault.kind, rule.fault.stage] += 1
                return rule.fault
        return None
