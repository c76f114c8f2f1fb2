"""What managers do with the subscriptions of a server, and what they see then."""

SPACE = {"channel": "space", "topics": ["Space"]}


async def manage(room, what, *, where="lobby", by=None, **options):
    """Return the answer to a command of /subscription."""
    actor = by or room.staff
    reply = await actor.slash(room.channels[where], f"subscription {what}", **options)
    assert reply.response.ephemeral
    return reply


async def told(room, what, *, where="lobby", by=None, **options):
    """Return what a command of /subscription says in words."""
    return (await manage(room, what, where=where, by=by, **options)).response.content


async def shown(room, what, *, where="lobby", by=None, **options):
    """Return what a command of /subscription shows."""
    (embed,) = (await manage(room, what, where=where, by=by, **options)).response.embeds
    return embed


async def add(room, name="tea", channel="lobby", when="hourly", *, by=None, **options):
    """Make a subscription as a manager does: type it, look at it, save it."""
    place = {"channel": room.channels[channel]} | options
    reply = await manage(room, "add", where=channel, by=by, name=name, when=when, **place)
    return await press(room, reply, "Save", by=by)


async def press(room, reply, label, *, by=None):
    """Press a button under an answer; return what the answer is then."""
    await (by or room.staff).click(reply.response, label=label)
    return reply.response


def labels(response):
    """The labels of the buttons under an answer."""
    return [button["label"] for line in response.components for button in line["components"]]


def fields(embed):
    """The fields of an embed, by name."""
    return {field.name: field.value for field in embed.fields}


async def names(room, command="show", typed="", *, where="lobby", by=None):
    """Return the names that are offered while typing."""
    offered = await (by or room.staff).autocomplete(
        room.channels[where], f"subscription {command}", "name", typed
    )
    return {choice["name"]: choice["value"] for choice in offered}


async def check_again(room, reply):
    """Press "Check again" some seconds later; return what the answer is then."""
    await room.env.advance_time(6)
    return await press(room, reply, "Check again")


def running(room):
    """Return the names of the subscriptions that post."""
    return sorted(each.name for each in room.desk.publisher.subscriptions)
