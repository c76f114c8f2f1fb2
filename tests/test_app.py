"""What the bot says of its channels when it starts."""

import pytest

from bot.app import _warn_of_channels
from bot.errors import ChannelClosed
from tests.chat.managing.subscribing import SPACE, add
from tests.newsroom import newsroom


async def test_a_bot_that_could_post_nowhere_says_so_and_does_not_start(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.forbid("space", "send_messages")
        with pytest.raises(ChannelClosed, match="space: #space: give the bot the permission"):
            await _warn_of_channels(room.desk)


async def test_members_cannot_keep_the_bot_from_starting(tmp_path, caplog):
    async with newsroom(tmp_path / "seeds") as room:
        await add(room)
        await room.start()
        await room.forbid("lobby", "send_messages")
        await _warn_of_channels(room.desk)
    assert (
        "channel not ready subscription=tea: #lobby: give the bot the permission Send Messages"
        in caplog.text
    )
