"""What people type in Discord, and what they read then."""


async def ask(room, command, **options):
    """Return what the bot answers a plain member in the lobby."""
    reply = await room.member.slash(room.channels["lobby"], f"news {command}", **options)
    assert reply.acknowledged
    return reply.response


async def choices(room, command, option, typed):
    """Return what a member is offered to choose from, by name."""
    offered = await room.member.autocomplete(
        room.channels["lobby"], f"news {command}", option, typed
    )
    return {choice["name"]: choice["value"] for choice in offered}


def titles(response):
    return [embed.title for embed in response.embeds]


async def publish(room, what, channel="lobby", *, by=None, **options):
    """Return what the bot tells a member of staff."""
    actor = by or room.staff
    reply = await actor.slash(room.channels[channel], f"publish {what}", **options)
    assert reply.response.ephemeral
    return reply.response.content


def link(room, channel="space", number=0):
    """Return the address of a post in a channel."""
    post = room.posts(channel)[number]
    return f"https://discord.com/channels/{room.guild.id}/{post.channel.id}/{post.id}"
