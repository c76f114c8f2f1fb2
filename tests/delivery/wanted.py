"""What is wanted: the channels of a proof, in the stand-in and in a configuration."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.wire.records import Channel, ChannelKind
from tests.wire.world import World

DATABASE = "broadsheet.db"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A channel that follows everything; with `both` singly and in digests, whichever is first."""

    name: str
    forum: bool = False
    discuss: bool = False
    digest: bool = False
    opening: bool = False
    both: bool = False
    news: bool = False
    retractions: str = "mark"

    @property
    def kind(self) -> ChannelKind:
        """What kind of channel it is."""
        if self.forum:
            return ChannelKind.FORUM
        return ChannelKind.ANNOUNCEMENT if self.news else ChannelKind.TEXT


def furnished(world: World, wanted: Iterable[Wanted]) -> dict[str, Channel]:
    """Make a guild with these channels; return them by name."""
    guild = world.add_guild("Newsroom")
    return {each.name: world.add_channel(guild, each.name, each.kind) for each in wanted}


def configuration(
    folder: Path,
    wanted: Iterable[Wanted],
    channels: Mapping[str, Channel],
    api_url: str,
    *,
    every: str = "1s",
    limit: int = 100,
    watch: bool = False,
) -> dict[str, object]:
    """Return the configuration of a bot whose database and articles are in `folder`."""
    subscriptions = [
        {
            "name": f"{each.name} {post}",
            "channel": channels[each.name].id,
            "every": every,
            "backlog": "all",
            "limit": limit,
            "post": post,
            "discuss": "thread" if each.discuss else "none",
            "opening": each.opening,
            "retractions": each.retractions,
        }
        for each in wanted
        for post in ("digest", "each")
        if each.both or each.digest == (post == "digest")
    ]
    return {
        "database": str(folder / DATABASE),
        "discord": {"api_url": api_url},
        "sources": [{"folder": str(folder / "seeds"), "watch": watch}],
        "subscriptions": subscriptions,
    }
