"""Routes: the endpoints of API v10 that the stand-in answers, and what each is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.wire.api_errors import invalid
from tests.wire.limits import Endpoint
from tests.wire.records import Json, Place
from tests.wire.world import World

MAJOR = ("channel_id", "guild_id", "webhook_id", "token", "interaction_id")


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as its handler sees it."""

    world: World
    now: datetime
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    gateway_url: str
    identifies_left: int

    def id(self, name: str) -> int:
        """Return an id of the path."""
        return int(self.path[name])

    @property
    def place(self) -> Place:
        """The channel or thread of the path; raises 10003."""
        return self.world.place(self.id("channel_id"))

    @property
    def json(self) -> Json:
        """The body as an object; none is an empty one."""
        return self.body or {}

    def number(self, name: str, default: int | None = None) -> int | None:
        """Return a number of the query; raises 50035 for anything else."""
        text = self.query.get(name)
        if text is None:
            return default
        if not text.isdecimal():
            raise invalid((name,), "NUMBER_TYPE_COERCE", f'Value "{text}" is not int.')
        return int(text)


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint; `open_to_all` needs no bot token because its path has a secret of its own.

    The handler returns what the answer's body is made of, None for 204 without a body.
    """

    method: str
    template: str
    handler: Callable[[Call], Any]
    open_to_all: bool = False
    status: int = 200

    @property
    def endpoint(self) -> Endpoint:
        """Method and template: the name of the endpoint in limits, faults and recordings."""
        return self.method, self.template

    def major(self, path: Mapping[str, str]) -> str:
        """Return the path's top-level resources, for which limits are counted apart."""
        return "+".join(path[name] for name in MAJOR if name in path)
