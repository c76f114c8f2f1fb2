"""Buttons that know all they need by their id."""

import discord

from bot.chat.buttons import button, handled
from bot.chat.reply import row
from bot.chat.wording import texts
from tests.newsroom import newsroom


async def test_what_breaks_is_told_to_who_pressed_and_to_the_log(tmp_path, caplog):
    async with newsroom(tmp_path / "seeds") as room:

        async def broken(interaction, subject):
            raise RuntimeError(subject)

        room.desk.client.add_dynamic_items(handled({"break": broken}))
        place = room.desk.client.get_channel(room.channels["lobby"].id)
        with room.arranging():
            message = await place.send("old", view=row(button("break", "abc", label="Break")))
        result = await room.staff.click(message, label="Break")
        assert result.response.content.startswith(texts.FAILED.partition("{")[0])
        assert result.response.ephemeral
    (record,) = [r for r in caplog.records if "not answered" in r.getMessage()]
    assert str(record.exc_info[1]) == "abc"


async def test_a_button_that_no_version_made_is_said_to_be_out_of_date(tmp_path, caplog):
    async with newsroom(tmp_path / "seeds") as room:
        place = room.desk.client.get_channel(room.channels["lobby"].id)
        for kind in ("subscription", "post", "follow", "review"):
            with room.arranging():
                old = row(button("conquer", "abc", label="Conquer", kind=kind))
                message = await place.send("old", view=old)
            result = await room.staff.click(message, label="Conquer")
            assert (result.response.content, result.response.ephemeral) == (
                texts.STALE_BUTTON,
                True,
            )
    assert "not answered" not in caplog.text


async def test_nothing_in_the_client_remembers_a_message_with_buttons(tmp_path):
    async with newsroom(tmp_path / "seeds") as room:
        client = room.desk.client
        place = client.get_channel(room.channels["lobby"].id)
        with room.arranging():
            await place.send("old", view=row(button("look", label="Check again")))
        assert client.persistent_views == []
        assert not client._connection._view_store._synced_message_views


def test_the_longest_id_is_one_that_discord_takes():
    longest = button("cancel", f"{(1 << 63) - 1:x}", label="Cancel")
    assert isinstance(longest, discord.ui.Button)
    assert len(longest.custom_id) <= 100
