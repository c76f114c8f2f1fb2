"""The community that the demo simulates: one Discord server with its channels and members."""

from collections.abc import Mapping

import discord
from simcord import ChannelHandle, Env, MemberActor

from bot.demo.channels import CHANNELS
from bot.structs import Frozen


class Community(Frozen):
    """The simulated server: its channels in the order shown, and who may look at it."""

    name: str
    channels: tuple[ChannelHandle, ...]
    members: tuple[MemberActor, ...]

    @property
    def ids(self) -> Mapping[str, int]:
        """Channel ids by channel name."""
        return {channel.name or "": channel.id for channel in self.channels}

    def channel(self, channel_id: int) -> ChannelHandle | None:
        """The channel or thread with this id, or None once it is gone."""
        for channel in self.channels:
            for one in (channel, *channel.threads):
                if one.id == channel_id:
                    return one
        return None


NAME = "Puddle Bay Community"
BOT_NAME = "Broadsheet"
WELCOME = (
    "Welcome to Puddle Bay! Articles arrive by themselves in the channels on the left, each with a "
    "thread to talk about it, and as posts in the reading room.\n"
    "Type `/` in the box below to see what the bot can do. "
    "With **Viewing as** above you can be me, an editor, or Bob, a member."
)


async def build(env: Env, keeper: discord.Client) -> Community:
    """Make the server; `keeper` is the client attached to `env`, and lends its rights for it."""
    assert keeper.user is not None
    await keeper.user.edit(username=BOT_NAME)
    guild = env.create_guild(NAME, description="A made-up community on your own machine.")
    channels = [
        guild.create_forum_channel(plan.name)
        if plan.forum
        else guild.create_text_channel(plan.name, topic=plan.about)
        for plan in CHANNELS
    ]
    await env.settle()
    for plan, channel in zip(CHANNELS, channels, strict=True):
        forum = keeper.get_channel(channel.id)
        if isinstance(forum, discord.ForumChannel):
            await forum.edit(
                topic=plan.about, available_tags=[discord.ForumTag(name=tag) for tag in plan.topics]
            )
    staff = guild.create_role("Editors", permissions=discord.Permissions(manage_guild=True))
    alice = env.create_user("alice", global_name="Alice (editor)", avatar="alice")
    bob = env.create_user("bob", global_name="Bob (member)", avatar="bob")
    members = (guild.add_member(alice, roles=(staff,)), guild.add_member(bob))
    await members[0].send(channels[0], WELCOME)
    return Community(NAME, tuple(channels), members)
