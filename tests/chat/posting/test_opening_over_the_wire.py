"""The first message of a discussion over real HTTP: there once, whatever befalls it."""

from datetime import timedelta

import pytest

from tests.chat.wired import place
from tests.samples import article
from tests.wire.faults import BROKEN, CUT, staged
from tests.wire.limits import MESSAGES
from tests.wire.records import ChannelKind

QUESTION = "What do you make of it?"
FAULTS = staged({name: (BROKEN | CUT)[name] for name in ("500", "503", "504", "drop", "reset")})
OPENING = {"discuss": "thread", "opening": True, "questions": (QUESTION,)}


async def start_anew(here):
    """Let a new process do its errands."""
    async with here.bot():
        await here.desk.errands.run()


@pytest.mark.parametrize("kind", [ChannelKind.TEXT, ChannelKind.FORUM])
@pytest.mark.parametrize("later", [timedelta(seconds=20), timedelta(minutes=10)])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_it_is_there_once_whatever_happens_and_after_restarts(tmp_path, kind, fault, later):
    async with place(tmp_path, kind, **OPENING) as here:
        async with here.bot(article()):
            await here.publish()
        here.wire.faults.next(fault, *MESSAGES)
        await start_anew(here)
        for _ in range(3):
            here.later += later
            await start_anew(here)
        assert sum(here.wire.faults.struck.values()) == 1
        (thread,) = here.world.threads_of(here.channel)
        assert [m.content for m in thread.messages.values()].count(QUESTION) == 1
