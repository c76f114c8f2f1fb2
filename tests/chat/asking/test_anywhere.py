"""Members ask from servers, from direct messages, and from where the bot itself is not."""

from contextlib import contextmanager

from tests.chat.people import ask, choose, press, shown_by, titles
from tests.newsroom import newsroom

SPACE = {"channel": "space"}
STORIES = {f"story{n}": {} for n in range(7)}
GROUP_MESSAGE, ELSEWHERE = 3, 4242  # a kind of channel; a server without the bot


@contextmanager
def coming(room, **changes):
    """Let interactions come with other values than those of the simulation."""
    backend = room.env.backend
    emit = backend.emit

    def changed(event, payload, *rest, **more):
        if event == "INTERACTION_CREATE":
            payload = payload | changes
            payload = {key: value for key, value in payload.items() if value is not None}
        return emit(event, payload, *rest, **more)

    backend.emit = changed
    try:
        yield
    finally:
        backend.emit = emit


def user_installed(room, user, **changes):
    """Let interactions come as those of an app that a member has installed, not the server."""
    return coming(room, authorizing_integration_owners={"1": str(user.id)}, **changes)


async def whole_conversation(room, actor, *channel):
    """Look all that up which a member can look up, and return the last list."""
    for command, options in (
        ("search", {"words": "story"}),
        ("article", {"title": "story3"}),
        ("related", {"title": "story3"}),
        ("topics", {"share": True}),
    ):
        reply = await actor.slash(*channel, f"news {command}", **options)
        assert reply.response is not None, command
    assert await actor.autocomplete(*channel, "news latest", "topic", "sp")
    reply = (await actor.slash(*channel, "news latest")).response
    assert reply.ephemeral
    reply = await press(reply, "Next", actor)
    reply = await choose(reply, "Story6", actor)
    reply = await press(reply, "Back to the list", actor)
    assert titles(reply) == ["Story5", "Story6"]
    return reply


async def test_everything_works_in_a_direct_message(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        member = room.member.user
        assert [name for name in member.available_commands() if "publish" in name] == []
        reply = await whole_conversation(room, member)
        shared = await press(reply, "Share", member)
        assert (titles(shared), shared.ephemeral) == (["Story5", "Story6"], False)
        reply = await member.slash("news topics")
        assert "<#" not in reply.response.embeds[0].description


async def test_everything_works_among_friends_as_an_app_of_ones_own(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        member = room.member.user
        group = {"id": str(member.dm_channel.id), "type": GROUP_MESSAGE, "recipients": []}
        with user_installed(room, member, context=2, channel=group):
            reply = await whole_conversation(room, member)
            shared = await press(reply, "Share", member)
            assert not shared.ephemeral


async def test_everything_works_in_a_server_without_the_bot(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        lobby = room.channels["lobby"]
        guild = {"id": str(ELSEWHERE), "locale": "de", "features": []}
        with user_installed(room, room.member, guild_id=str(ELSEWHERE), guild=guild):
            reply = await whole_conversation(room, room.member, lobby)
            shared = await press(reply, "Share", room.member)
            assert not shared.ephemeral
            told = await ask(room, "topics")
            assert "<#" not in told.embeds[0].description
            message = await room.member.send(lobby, "https://gazette.example.org/story3")
            asked = await room.member.context_menu(lobby, "Find news about this", message)
            assert titles(asked.response)[0] == "Story3"


async def test_the_language_of_the_asker_changes_nothing(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        usual = await ask(room, "latest")
        for locale in ("de", "zh-TW", "xx-unknown"):
            with coming(room, locale=locale, guild_locale=locale):
                reply = await ask(room, "latest", share=True)
                assert reply.embeds == usual.embeds
                assert titles(await press(reply, "Next", room.member)) == ["Story5", "Story6"]


async def test_without_a_channel_to_look_at_the_answer_comes_all_the_same(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(**STORIES)
        with coming(room, channel=None):
            reply = await room.member.slash(room.channels["lobby"], "news latest", share=True)
        assert len(titles(shown_by(reply))) == 5
