"""A trial: what a test of the rules does to a world without a wire."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.wire import forum, messages
from tests.wire.api_errors import ApiError
from tests.wire.records import Channel, Json, Message, Place, Thread
from tests.wire.world import World

NOW = datetime(2030, 5, 1, 12, tzinfo=UTC)
TEXT: Json = {"content": "text"}
POST: Json = {"name": "Post", "message": TEXT}


def refused(act: Callable[..., object], *arguments: Any) -> ApiError:
    """Return the error with which an act ends."""
    with pytest.raises(ApiError) as caught:
        act(*arguments)
    return caught.value


def sent(world: World, place: Place, body: Json, now: datetime = NOW) -> Message:
    """Send a message as the bot."""
    return messages.post(world, place, world.bot, body, now)


def posted(world: World, channel: Channel, body: Json = POST) -> Thread:
    """Start a forum post as the bot."""
    return world.threads[forum.start_post(world, channel, body, NOW).id]
