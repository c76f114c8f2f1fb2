"""The first message of a discussion, as members see it."""

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.asking.opening import message
from bot.chat.wording import correction_texts, discussion_texts, texts
from bot.news.article import Related
from bot.news.opening import Opening
from bot.news.text import units
from bot.structs import replace
from tests.chat.dispatches import SEND
from tests.chat.people import above, shown_by
from tests.news.strategies import awkward_text, examples
from tests.newsroom import newsroom
from tests.samples import NOW, article

SPACE = {"channel": "space", "discuss": "thread", "opening": True}
ASKED = ("Would “{title}” by {provider} change {topic} for you?",)
QUESTION = "Would “Comet” by Puddle Bay Gazette change Space for you?"
OTHERS = [
    {
        "title": f"Other {n}",
        "webUrl": f"https://gazette.example.org/other-{n}",
        "provider": {"name": "The Tidewater"},
        "publishedDateTime": "2025-12-30T09:00:00Z",
    }
    for n in range(7)
]


async def begun(room, channel="space"):
    """Return the messages of the bot in a channel's only discussion, but for a post."""
    await room.desk.errands.run()
    (thread,) = room.channels[channel].threads
    return [m for m in thread.history() if not any(embed.url for embed in m.embeds)]


async def test_a_discussion_begins_with_excerpt_coverage_and_a_question(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"mention": 5}) as room:
        room.questions = ASKED
        await room.start()
        await room.fill(comet={"related": OTHERS})
        await room.publish()
        (first,) = await begun(room)
        assert first.content == QUESTION
        excerpt, coverage = first.embeds
        assert excerpt.description == "It was brighter than the harbour lamp."
        lines = coverage.description.splitlines()
        assert coverage.title == texts.RELATED
        assert len(lines) == len(OTHERS)
        assert lines[0] == (
            "[Other 0](https://gazette.example.org/other-0) · The Tidewater · <t:1767085200:R>"
        )
        (thread,) = room.channels["space"].threads
        (body,) = room.requests("POST", f"/channels/{thread.id}/messages")
        assert body["allowed_mentions"] == {"parse": []}
        assert body["flags"] == 1 << 12  # nobody is notified
        assert not any("image" in embed or "thumbnail" in embed for embed in body["embeds"])


async def test_in_a_forum_only_what_the_post_does_not_show_is_said_again(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE, forums=("space",)) as room:
        room.questions = ASKED
        await room.start()
        await room.fill(comet={"related": OTHERS})
        await room.publish()
        (first,) = await begun(room)
        assert first.content == QUESTION
        (coverage,) = first.embeds
        assert [line[:9] for line in coverage.description.splitlines()] == [
            "[Other 5]",
            "[Other 6]",
        ]


@pytest.mark.parametrize(("forums", "count"), [((), 1), (("space",), 0)])
async def test_without_questions_none_is_asked(tmp_path, forums, count):
    async with newsroom(tmp_path / "seeds", SPACE, forums=forums) as room:
        await room.fill(comet={})
        await room.publish()
        found = await begun(room)
        assert [m.content for m in found] == [""] * count


async def test_unless_it_is_wanted_nothing_is_said(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"opening": False}) as room:
        room.questions = ASKED
        await room.start()
        await room.fill(comet={})
        await room.publish()
        assert await begun(room) == []


async def test_a_discussion_that_a_member_opens_begins_so_too_and_once(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"discuss": "none"}) as room:
        await room.fill(comet={})
        await room.publish()
        for _ in range(2):
            await room.member.click(room.posts("space")[0], label=discussion_texts.DISCUSS)
            assert len(await begun(room)) == 1
            await room.start()


async def test_followers_are_mentioned_after_it(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await room.member.slash(room.channels["space"], "news follow", topic="Space", how="mention")
        await room.publish()
        first, second = await begun(room)
        assert first.embeds
        assert room.member.mention in second.content


async def test_a_further_report_begins_no_discussion(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await room.publish()
        link = {"title": "x", "webUrl": "https://gazette.example.org/comet"}
        await room.fill(tail={"related": [link]})
        await room.publish()
        assert len(await begun(room)) == 1


async def test_a_digest_has_no_opening(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE | {"post": "digest"}) as room:
        await room.fill(comet={})
        await room.publish()
        assert await begun(room) == []


async def test_what_is_withdrawn_or_late_is_not_begun(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await room.publish()
        await room.env.advance_time(25 * 3600)
        assert await begun(room) == []
    async with newsroom(tmp_path / "again" / "seeds", SPACE) as room:
        await room.fill(comet={})
        await room.publish()
        await room.withdraw("comet")
        assert await begun(room) == []


async def test_its_button_shows_related_news_to_whoever_presses_it_also_after_a_restart(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={"title": "Comet near the harbour"})
        await room.publish()
        (first,) = await begun(room)
        await room.fill(other={"title": "Comet far from the harbour"})
        await room.start()
        reply = shown_by(await room.member.click(first, label=texts.MORE_LIKE_THIS))
        assert reply.ephemeral
        assert above(reply)[0] == "Related to: Comet near the harbour"


@examples
@given(
    st.text(max_size=9000),
    st.lists(st.tuples(awkward_text, st.integers(0, 1500)), max_size=100),
    awkward_text,
)
def test_whatever_an_article_says_fits_and_pings_nobody(excerpt, related, title):
    others = tuple(
        Related(text, f"https://gazette.example.org/{'x' * length}", text, NOW)
        for text, length in related
    )
    about = article(title=title)
    deed = Opening(7, about, excerpt, others, "{title} " * 30, {"title": title})
    shown = message(deed, {}, "abcdefghij")
    assert units(shown["content"] or "") <= 2000
    assert sum(len(embed) for embed in shown["embeds"]) <= 6000
    assert all(units(embed.description) <= 4096 for embed in shown["embeds"])
    assert "@everyone" not in (shown["content"] or "")
    (below,) = shown["view"].children
    assert "abcdefghij" in below.custom_id
    assert units(below.custom_id) <= 100


def test_a_long_excerpt_is_there_in_full():
    deed = Opening(7, article(), "word " * 700, (), "", {})
    (embed,) = message(deed, {}, "abcdefghij")["embeds"]
    assert embed.description == ("word " * 700).strip()
    assert message(replace(deed, excerpt=""), {}, "x")["embeds"] == []


async def changed(room, later=3600, **comet):
    """Change the article's file, or take it away, and do what is to be done later."""
    if comet:
        await room.fill(comet=comet)
    else:
        await room.withdraw("comet")
    await room.env.advance_time(later)
    for _ in range(2):
        await room.desk.errands.run()


async def test_what_is_corrected_or_retracted_is_so_in_the_beginning_of_its_discussion(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        room.questions = ASKED
        await room.start()
        await room.fill(comet={"related": OTHERS})
        await room.publish()
        await begun(room)
        await changed(room, title="Comet, really", excerpt="It was Venus.")
        first, *_ = await begun(room)
        assert "“Comet, really”" in first.content
        assert [embed.description for embed in first.embeds] == ["It was Venus."]
        labels = [each.label for row in first.components for each in row.children]
        await changed(room)
        first, *_ = await begun(room)
        assert (first.content, first.embeds) == (correction_texts.RETRACTED, [])
        await changed(room, title="Comet, really", excerpt="It was Venus.")
        first, *_ = await begun(room)
        assert [embed.description for embed in first.embeds] == ["It was Venus."]
        assert [each.label for row in first.components for each in row.children] == labels


async def test_what_changes_while_a_discussion_is_being_begun_is_corrected_in_there(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await room.publish()
        room.upset(SEND, aiohttp.ServerDisconnectedError(), done=True)
        await room.desk.errands.run()
        await changed(room, later=1, excerpt="It was Venus.")  # before anybody looks for it
        await room.env.advance_time(4000)
        first, *_ = await begun(room)
        await room.env.advance_time(10)
        first, *_ = await begun(room)
        assert [embed.description for embed in first.embeds] == ["It was Venus."]


async def test_where_nothing_is_left_to_quote_a_discussion_begins_with_the_title(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await room.publish()
        await begun(room)
        await changed(room, excerpt="")
        first, *_ = await begun(room)
        assert (first.content, first.embeds) == ("Comet", [])


async def test_a_beginning_that_was_deleted_is_not_missed(tmp_path):
    async with newsroom(tmp_path / "seeds", SPACE) as room:
        await room.fill(comet={})
        await room.publish()
        (first,) = await begun(room)
        (thread,) = room.channels["space"].threads
        with room.arranging():
            place = await room.desk.client.fetch_channel(thread.id)
            await place.get_partial_message(first.id).delete()
        await changed(room, excerpt="It was Venus.")
        assert await begun(room) == []
        open_ones = await room.desk.database.read("SELECT 1 FROM errand WHERE settled_at IS NULL")
        assert list(open_ones) == []
