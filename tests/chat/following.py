"""What members follow, and how they choose it."""

from bot.chat.wording import follow_texts as texts
from bot.store import follows
from tests.chat.people import controls, shown_by


async def followed(room, user=None):
    """What a member follows, and how."""
    found = await follows.of_member(room.desk.database, (user or room.member).id)
    return {(each.guild_id, each.topic): each.way for each in found}


async def choose(room, response, start, by=None, what=texts.CHOOSE):
    """Choose the option that begins like this in a select; return what is shown then."""
    select = controls(response)[what]
    (value,) = [o["value"] for o in select["options"] if o["label"].startswith(start)]
    reply = await (by or room.member).select(response, [value], custom_id=select["custom_id"])
    return shown_by(reply)


def described(response):
    """Return the words of an answer's only embed."""
    (embed,) = response.embeds
    return embed.description
