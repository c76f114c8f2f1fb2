"""Buttons that know all they need by their id."""

import pytest

from bot.chat import texts
from bot.chat.buttons import Button, row
from tests.newsroom import newsroom


async def press(room, button, *, label):
    place = room.desk.client.get_channel(room.channels["lobby"].id)
    with room.arranging():
        message = await place.send("old", view=row(button))
    return await room.staff.click(message, label=label)


async def test_what_breaks_is_told_to_who_pressed_and_to_the_log(tmp_path, caplog):
    async with newsroom(tmp_path / "seeds") as room:

        async def broken(interaction, subject):
            raise RuntimeError(subject)

        room.desk.client.offer(buttons={"break": broken})
        result = await press(room, Button("break", "abc", label="Break"), label="Break")
        assert result.response.content.startswith(texts.FAILED.partition("{")[0])
        assert result.response.ephemeral
    (record,) = [r for r in caplog.records if "button failed" in r.getMessage()]
    assert str(record.exc_info[1]) == "abc"


@pytest.mark.parametrize("subject", ["not hex", "a" * 65, "../x"])
def test_a_button_holds_no_more_than_an_id_has_room_for(subject):
    with pytest.raises(ValueError, match="must match the template"):
        Button("save", subject)


def test_the_longest_id_is_one_that_discord_takes():
    longest = Button("a" * 20, "f" * 64)
    assert len(longest.custom_id) <= 100
