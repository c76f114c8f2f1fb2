"""What people type and press in Discord, and what they read then."""


async def ask(room, command, *, by=None, **options):
    """Return what the bot answers a plain member, or someone else, in the lobby."""
    reply = await (by or room.member).slash(room.channels["lobby"], f"news {command}", **options)
    assert reply.acknowledged
    return reply.response


async def choices(room, command, option, typed):
    """Return what a member is offered to choose from, by name."""
    offered = await room.member.autocomplete(
        room.channels["lobby"], f"news {command}", option, typed
    )
    return {choice["name"]: choice["value"] for choice in offered}


def titles(response):
    """Return the titles of the articles in an answer; what stands above a list has no date."""
    return [embed.title for embed in response.embeds if embed.timestamp is not None]


def above(response):
    """Return what stands above a list: its title, its text and its footer."""
    heading = response.embeds[0]
    return (heading.title, heading.description, heading.footer.text)


def controls(response):
    """Return what can be pressed, by its label or, of a select, what it is for."""
    pressable = [c for row in response.components for c in row["components"]]
    return {c.get("label") or c["placeholder"].partition(" · ")[0]: c for c in pressable}


async def press(response, label, by):
    """Return what a member sees after a press on a button."""
    reply = await by.click(response, label=label)
    return shown_by(reply)


async def choose(response, title, by, placeholder="Open an article"):
    """Return what a member sees after a choice in the select of a list."""
    select = controls(response)[placeholder]
    (value,) = [option["value"] for option in select["options"] if option["label"] == title]
    return shown_by(await by.select(response, [value], custom_id=select["custom_id"]))


def shown_by(reply):
    """Return the last message that an interaction made or changed."""
    assert reply.acknowledged
    return (reply.followups or [reply.response])[-1]


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
