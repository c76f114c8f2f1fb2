"""What a subscription looks like: within Discord's limits, whatever it is called."""

from datetime import time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.looks.card import card, listed, packed
from bot.chat.wording import subscription_texts as texts
from bot.jobs.roster import Entry
from bot.news.plan import Candidate, Hold, Verdict
from bot.news.rehearsal import Rehearsal
from bot.news.subscription import Filters, Quiet
from bot.news.text import units
from tests.chat.reading import AWKWARD, read, size
from tests.news.strategies import examples
from tests.samples import NOW, article, subscription

names = st.lists(st.sampled_from(AWKWARD), min_size=1, max_size=40).map("".join)
lists = st.lists(names, max_size=5).map(tuple)


@st.composite
def anything(draw):
    """A subscription with everything that can be said of one, and awkwardly."""
    return subscription(
        name=draw(names)[:100],
        topics=draw(lists),
        match="all",
        filters=Filters(50, *(draw(lists) for _ in range(4)), "video", draw(lists)),
        quiet=Quiet(time(22), time(7)),
        hourly=3,
        discuss="thread",
        follow_ups="post",
        mention=5,
        silent=True,
        retractions="leave",
    )


@examples
@given(anything(), names, st.integers(0, 30))
def test_the_largest_card_fits_and_links_nowhere(wanted, title, count):
    candidates = [Candidate(n, article(f"a{n}", title=title or "x")) for n in range(count)]
    rehearsal = Rehearsal(
        tuple(Verdict(candidate) for candidate in candidates),
        tuple(Verdict(candidate, Hold.TOPIC, title * 3) for candidate in candidates),
    )
    runs = [NOW + timedelta(days=n) for n in range(3)]
    shown = card(texts.NEW_TITLE, wanted, runs, problem=title * 50, rehearsal=rehearsal)
    assert size(shown) <= 6000
    for text in (shown.description, *(field.value for field in shown.fields)):
        for line in text.splitlines():
            assert read(line)[1] == []
            assert "@everyone" not in line


@examples
@given(st.lists(anything(), min_size=1, max_size=2), st.text(max_size=300), st.booleans())
def test_ten_always_fit_into_a_list(wanted, problem, vanished):
    entries = [(Entry(each, {}, vanished=vanished), NOW, problem) for each in wanted * 10][:10]
    shown = listed(entries, "page 1 of 5 · 50 subscriptions")
    assert units(shown.description) <= 4096
    assert shown.description.count(f"<#{wanted[0].channel_id}>") == 10


def test_what_does_not_fit_is_counted():
    assert packed(["one", "two"], 20) == "one\ntwo"
    lines = ["a line of text"] * 9
    assert packed(lines, 60).splitlines()[-1] == "… and 6 more"
    assert units(packed(lines, 60)) <= 60


def test_what_is_not_said_is_not_shown():
    shown = card("{name}", subscription(topics=()), [])
    assert [line.split("** ")[0] for line in shown.description.splitlines()] == [
        "**Channel",
        "**When",
        "**Topics",
        "**At most",
    ]


def week(posted, left_out, title="Harbour Cup final is settled after six hours and one pawn"):
    """A rehearsal with so many of each, titled alike and numbered."""
    told = [
        Verdict(Candidate(n, article(f"a{n}", title=f"{n} {title}")))
        for n in range(posted + left_out)
    ]
    why = "other topic: Board Games, Community"
    held = [Verdict(each.candidate, Hold.TOPIC, why) for each in told[posted:]]
    return Rehearsal(tuple(told[:posted]), tuple(held))


def numbers(shown):
    """The articles that a card lists, by number, under each name; and what it counts instead."""
    found, name = {}, ""
    for field in shown.fields:
        name = field.name if field.name.strip("\u200b") else name
        for line in field.value.splitlines():
            found.setdefault(name, []).append(line.split("> ")[-1].split(" ")[0])
    return found


def test_a_usual_week_is_listed_in_full():
    shown = card(texts.NEW_TITLE, subscription(), [NOW] * 3, rehearsal=week(14, 17))
    assert size(shown) <= 6000
    assert numbers(shown) == {
        texts.WOULD_POST: [str(n) for n in range(14)],
        texts.LEFT_OUT: [str(n) for n in range(14, 31)],
    }


def test_of_a_busy_week_as_much_is_listed_as_fits_and_neither_list_takes_it_all():
    shown = card(texts.NEW_TITLE, subscription(), [NOW] * 3, rehearsal=week(90, 3))
    assert 5700 < size(shown) <= 6000
    assert numbers(shown)[texts.WOULD_POST][-1] == "…"
    assert numbers(shown)[texts.LEFT_OUT] == ["90", "91", "92"]
    both = numbers(card(texts.NEW_TITLE, subscription(), [NOW] * 3, rehearsal=week(90, 90)))
    assert all(len(listed) > 15 and listed[-1] == "…" for listed in both.values())


def test_a_week_with_more_than_was_tried_is_said_to_have_more():
    tried = (Verdict(Candidate(1, article())),)
    shown = card("{name}", subscription(), [NOW], rehearsal=Rehearsal(tried, tried, more=True))
    assert "Of the newest 2 articles this would have posted **1**; the last" in shown.description


def test_an_empty_week_is_said_to_be_empty():
    shown = card("{name}", subscription(), [NOW], rehearsal=Rehearsal())
    assert "There were no articles in the last 7 days." in shown.description
    assert shown.fields == []
