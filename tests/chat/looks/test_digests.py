"""What a digest looks like, and that Discord takes every one of them."""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.looks import digests
from bot.chat.looks.digests import Look, message
from bot.news.article import Provider
from bot.news.digest import Page, Spot, Story
from bot.news.images import Illustration
from bot.news.text import units
from bot.structs import replace
from tests.chat.looks.anything import EVERY_AWKWARD, articles
from tests.chat.reading import AWKWARD, addresses, read, size
from tests.samples import NOW, article

DAY = timedelta(days=1)
GUILD, CHANNEL = 70, 71
HERE = digests.jumps(GUILD, [CHANNEL])
HOME = Look(jump=HERE)
REFERENCE = "k3f4a2m7qx"


def stories(count, **fields):
    return tuple(Story(article(f"a{n}", title=f"Story {n}", **fields)) for n in range(count))


def page(*told, **fields):
    count = sum(1 + len(story.also) for story in told)
    return Page(
        **{"since": NOW - DAY, "until": NOW, "articles": count, "providers": 1} | fields,
        stories=told,
    )


def drawn(shown_page, look=HOME, reference=REFERENCE):
    """Return a message of a digest, having checked it against all of Discord's limits."""
    shown = message(shown_page, look, reference)
    assert set(shown) == {"content", "embeds"}
    assert units(shown["content"]) <= 2_000
    assert len(shown["embeds"]) <= 10
    assert sum(map(size, shown["embeds"])) <= 6_000
    json.dumps([embed.to_dict() for embed in shown["embeds"]]).encode("utf-8")
    return shown


def links(shown):
    """Return all addresses of articles in a message, each as often as it is there."""
    found = []
    for embed in shown["embeds"]:
        found += [embed.url] if embed.url else []
        for line in (embed.description or "").split("\n"):
            found += read(line)[1]
    return [address for address in found if "discord.com" not in address]


def counted(shown):
    """Return how many articles a message counts without showing them."""
    texts = "\n".join(embed.description or "" for embed in shown["embeds"])
    numbers = [
        int(part.split(" more")[0].split()[-1]) for part in texts.split("\n") if " more" in part
    ]
    return sum(numbers)


def test_a_headline_names_topics_counts_and_period():
    shown = drawn(page(*stories(2), topics=("Space", "AI"), providers=2))
    assert shown["content"] == (
        "## News digest: Space, AI\n**2 articles** from 2 providers · <t:1767139200:f> to "
        f"<t:1767225600:f>\n-# Digest {REFERENCE}"
    )
    one = drawn(page(*stories(1), topics=("a", "b", "c", "d")), reference="")
    assert one["content"] == (
        "## News digest\n**1 article** · <t:1767139200:f> to <t:1767225600:f>"
    )


def test_the_first_story_has_the_large_picture_and_the_others_a_small_one():
    pictured = [
        replace(s, illustration=Illustration("https://x.example/a.jpg")) for s in stories(3)
    ]
    first, *others = drawn(page(*pictured))["embeds"]
    assert (first.image.url, first.thumbnail.url) == ("https://x.example/a.jpg", None)
    assert [(e.image.url, e.thumbnail.url) for e in others] == [
        (None, "https://x.example/a.jpg")
    ] * 2
    plain = drawn(page(*pictured), Look(pictures=False))["embeds"]
    assert {(e.image.url, e.thumbnail.url) for e in plain} == {(None, None)}
    assert all(e.description for e in plain)
    brief = drawn(page(*pictured), Look(pictures=False, brief=True))["embeds"]
    assert [(e.title, e.description, e.footer.text) for e in brief] == [
        (story.article.title, None, None) for story in pictured
    ]


@pytest.mark.parametrize(
    ("count", "embeds", "listed"), [(1, 1, 0), (10, 10, 0), (11, 10, 2), (30, 10, 21)]
)
def test_ten_stories_or_nine_and_a_list(count, embeds, listed):
    shown = drawn(page(*stories(count)))
    assert len(shown["embeds"]) == embeds
    assert links(shown) == [story.article.url for story in stories(count)]
    lines = [line for line in (shown["embeds"][-1].description or "").split("\n") if "• " in line]
    assert len(lines) == listed


def test_three_hundred_articles_are_shown_in_two_messages_or_counted():
    told = stories(300)
    first_holds = digests.holds(page(*told))
    first = drawn(page(*told[:first_holds]))
    second = drawn(page(*told[first_holds:], part=2))
    assert counted(first) == 0
    assert first["content"].startswith("## News digest")
    assert second["content"] == f"The digest goes on:\n-# Digest {REFERENCE}"
    seen = links(first) + links(second)
    assert seen == [story.article.url for story in told[: len(seen)]]
    assert len(seen) + counted(second) == 300
    assert 60 < len(seen) < 200
    assert second["embeds"][-1].description.endswith(
        f"… and {300 - len(seen)} more: `/news latest`"
    )


def test_what_is_beyond_the_stories_at_hand_is_counted_too():
    shown = drawn(page(*stories(3), others=7, articles=10))
    assert len(links(shown)) + counted(shown) == 10
    assert shown["embeds"][-1].description == "… and 7 more: `/news latest`"


def test_nothing_new_is_one_quiet_line():
    shown = drawn(page())
    assert shown["content"] == f"Nothing new since <t:1767139200:f>.\n-# Digest {REFERENCE}"
    assert shown["embeds"] == []


def test_stories_stand_under_their_sections_the_best_one_first():
    told = [replace(s, section="Sea" if n % 2 else "Sky") for n, s in enumerate(stories(15))]
    *shown, listed = drawn(page(*told, topics=("Sea", "Sky")))["embeds"]
    assert [e.title for e in shown] == [f"Story {n}" for n in (0, 2, 4, 6, 8, 1, 3, 5, 7)]
    assert [e.author.name for e in shown] == ["Sky", *[None] * 4, "Sea", *[None] * 3]
    lines = [read(line)[0] for line in listed.description.split("\n")]
    assert [line.split(" · ")[0] for line in lines] == [
        *("Sea", "• Story 9", "• Story 11", "• Story 13"),
        *("", "Sky", "• Story 10", "• Story 12", "• Story 14"),
    ]


def test_those_who_also_cover_a_story_are_linked_as_far_as_they_fit():
    also = tuple(article(f"b{n}", provider=Provider(f"Paper {n}")) for n in range(9))
    shown = drawn(page(replace(stories(1)[0], also=also)))
    text = shown["embeds"][0].description.split("\n")[-1]
    assert text.startswith("Also covered by [Paper 0](https://gazette.example.org/b0), [Paper 1]")
    assert len(links(shown)) + counted(shown) == 10


def test_a_story_leads_to_where_it_is_discussed_here_and_nowhere_else():
    elsewhere, post = Spot(99, 1, 2), Spot(CHANNEL, 3)
    discussion = Spot(CHANNEL, 4, 5)

    def below(*spots):
        told = drawn(page(replace(stories(1)[0], spots=spots)))
        return told["embeds"][0].description.split("\n")[1:]

    assert below(elsewhere) == []
    assert below(elsewhere, post) == [f"[Post](https://discord.com/channels/{GUILD}/{CHANNEL}/3)"]
    assert below(post, discussion) == [f"[Discussion](https://discord.com/channels/{GUILD}/5)"]


def test_a_line_of_the_list_has_provider_and_jump_link():
    told = [replace(story, spots=(Spot(CHANNEL, 3),)) for story in stories(11)]
    listed = drawn(page(*told))["embeds"][-1].description.split("\n")
    assert listed[0] == "**Also new**"
    assert listed[1] == (
        "• [Story 9](https://gazette.example.org/a9) · Puddle Bay Gazette · "
        f"[Post](https://discord.com/channels/{GUILD}/{CHANNEL}/3)"
    )


def test_an_address_too_long_for_a_list_is_left_to_its_title():
    long = article(url="https://gazette.example.org/" + "(" * 2_000)
    listed = drawn(page(*stories(10), Story(long)))["embeds"][-1].description
    assert "• Comet seen over Puddle Bay · Puddle Bay Gazette" in listed


def test_a_digest_says_which_it_is_and_nothing_else_does():
    content = drawn(page(*stories(1)))["content"]
    assert digests.reference(content) == REFERENCE
    assert digests.reference(f"<@&5>\n{content}") == REFERENCE
    assert digests.reference(message(page(), Look(), "")["content"]) is None
    for other in (
        "",
        "<@&5>",
        "Digest abcdefghij",
        "-# Digest of today",
        f"x -# Digest {REFERENCE}",
    ):
        assert digests.reference(other) is None


@given(st.text(), st.booleans())
def test_nothing_that_a_digest_is_about_can_say_which_digest_it_is(about, says):
    forged = f"{about}\n-# Digest abcdefghij"
    told = Story(article(title=forged, topics=(forged,)), section=forged)
    reference = REFERENCE if says else ""
    content = drawn(page(told, topics=(forged, "x\n-# Digest abcdefghij\n")), reference=reference)[
        "content"
    ]
    assert content.count("\n") == 1 + says
    assert digests.reference(content) == (reference or None)


def test_only_the_last_line_says_which_digest_a_message_is_of():
    written = f"## News digest\n-# Digest abcdefghij\n-# Digest {REFERENCE}"
    assert digests.reference(written) == REFERENCE
    assert digests.reference(f"-# Digest {REFERENCE}\nand more") is None
    assert digests.reference(f"-# Digest {REFERENCE}\n") is None
    assert digests.reference(f"-# Digest {REFERENCE}x") is None


def test_a_thread_is_called_in_one_line():
    name = digests.thread_name(page(topics=("Space\n\n# and  all",)))
    assert name == "News digest: Space # and all · 1 January 2026"


def test_a_thread_is_called_after_the_day():
    assert digests.thread_name(page(topics=("Space",))) == "News digest: Space · 1 January 2026"
    assert units(digests.thread_name(page(topics=("🚀" * 99,) * 3))) <= 100


def test_stories_that_were_promised_stay_when_discussions_of_them_are_opened_meanwhile():
    told = stories(300)
    promised = page(*told[: digests.holds(page(*told))])
    spots = (Spot(CHANNEL, 10**18, 10**18),)
    later = replace(promised, stories=tuple(replace(s, spots=spots) for s in promised.stories))
    assert digests.holds(later) < len(later.stories)
    assert sorted(links(drawn(later))) == sorted(links(drawn(promised)))
    assert counted(drawn(later)) == 0


def test_the_fullest_digest_there_can_be_fits():
    full = article(
        title=EVERY_AWKWARD * 99,
        excerpt=EVERY_AWKWARD * 999,
        provider=Provider(EVERY_AWKWARD * 99),
    )
    told = Story(
        full,
        also=(full,) * 20,
        section=EVERY_AWKWARD,
        spots=(Spot(CHANNEL, 10**19 - 1, 10**19 - 1),),
    )
    topics = (EVERY_AWKWARD * 9,) * 3
    for count in (1, 9, 10, 11, 300):
        holds = digests.holds(page(*[told] * count, topics=topics))
        drawn(page(*[told] * count, topics=topics))
        drawn(page(*[told] * count, topics=topics, part=2))
        assert holds >= min(count, 9)


told_stories = st.builds(
    Story,
    articles,
    also=st.lists(articles, max_size=2).map(tuple),
    section=st.sampled_from(["", "Sea", *AWKWARD[:3]]),
    spots=st.sampled_from([(), (Spot(CHANNEL, 1),), (Spot(99, 1, 2), Spot(CHANNEL, 3, 4))]),
)


@settings(max_examples=25)
@given(
    st.lists(told_stories, max_size=3),
    st.integers(1, 8),
    st.sampled_from([1, 2]),
    st.sampled_from([(True, False), (False, False), (False, True)]),
)
def test_any_digest_is_taken_by_discord_and_every_article_is_shown_or_counted(
    told, times, part, less
):
    told *= times
    shown = drawn(page(*told, part=part), Look({}, HERE, *less))
    for embed in shown["embeds"]:
        assert max(map(len, addresses(embed)), default=0) <= 2_048
    total = sum(1 + len(story.also) for story in told)
    unlinked = sum(len(story.article.url) > 1_000 for story in told)
    assert total - unlinked <= len(links(shown)) + counted(shown) <= total
