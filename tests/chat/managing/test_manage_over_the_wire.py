"""/publish over real HTTP, where a channel may be slow."""

from datetime import timedelta

from bot.structs import replace
from tests.chat.wired import place
from tests.samples import article
from tests.wire.actor import enter
from tests.wire.faults import Fault
from tests.wire.limits import MESSAGES
from tests.wire.permissions import STAFF


async def test_a_channel_that_does_not_answer_keeps_no_other_from_its_news(tmp_path):
    async with place(tmp_path) as here:
        (guild,) = here.world.guilds.values()
        tea = here.world.add_channel(guild, "tea")
        async with here.bot(article("comet")):
            (own,) = here.desk.publisher.subscriptions
            here.desk.publisher.subscriptions = (own, replace(own, name="tea", channel_id=tea.id))
            here.wire.faults.next(Fault("hang", seconds=3.0), *MESSAGES)
            staff = enter(here.wire, here.channel, "Ana", STAFF)
            said = (await staff.slash("publish due")).message["content"]
            tried, posted = (each.at for each in here.wire.sent_to(*MESSAGES))
    assert posted - tried < timedelta(seconds=2)
    assert said.startswith("Posted 1 article:")
    assert f"<#{here.channel.id}>: #space: no answer from Discord" in said
