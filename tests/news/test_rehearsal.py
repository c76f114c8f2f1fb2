"""What a subscription would have posted in the last seven days."""

from datetime import time, timedelta

from bot.news.plan import Candidate, Hold
from bot.news.rehearsal import PERIOD, rehearse, rehearsed
from bot.news.subscription import Filters, Quiet
from tests.samples import NOW, article, subscription


def candidate(number, *, hours=1, **fields):
    known = {name: fields.pop(name) for name in ("listed", "post_state") if name in fields}
    news = article(f"a{number}", published_at=NOW - timedelta(hours=hours), **fields)
    return Candidate(number, news, **known)


def tried(candidates, wanted, now):
    return rehearsed(rehearse(candidates, wanted, now))


def test_it_tells_what_would_have_been_posted_and_why_not_the_rest():
    found = tried(
        [
            candidate(1, hours=3),
            candidate(2, hours=2, quality=10),
            candidate(3, hours=1),
            candidate(4, topics=("Sea",)),
            candidate(5, listed=False),
            candidate(6, listed=False, topics=("Sea",)),
        ],
        subscription(topics=("Space",), filters=Filters(min_quality=50)),
        NOW,
    )
    assert [verdict.candidate.id for verdict in found.posted] == [3, 1]
    assert {verdict.candidate.id: verdict.why for verdict in found.left_out} == {
        2: "quality 10 is below 50",
        4: "other topic: Sea",
        5: "held by `published: false`",
    }


def test_what_was_posted_counts_as_if_it_had_not_been():
    found = tried([candidate(1, post_state="posted")], subscription(), NOW)
    assert [verdict.candidate.id for verdict in found.posted] == [1]


def test_limit_budget_and_quiet_hours_only_put_off_and_do_not_count():
    slow = subscription(limit=1, hourly=1, quiet=Quiet(time(0), time(23, 59)))
    assert len(tried([candidate(n) for n in range(9)], slow, NOW).posted) == 9


def test_nothing_is_kept_but_what_is_told():
    wanted = subscription(filters=Filters(words=("rejoice",)))
    found = tried([candidate(1, body="We rejoice."), candidate(2, body="We do not.")], wanted, NOW)
    (posted,), (left_out,) = found.posted, found.left_out
    assert (posted.candidate.article.body, left_out.candidate.article.body) == ("", "")


def test_only_the_period_counts():
    week = PERIOD / timedelta(hours=1)
    found = tried(
        [candidate(1, hours=week), candidate(2, hours=week + 1), candidate(3, hours=-1)],
        subscription(),
        NOW,
    )
    assert [verdict.candidate.id for verdict in found.posted] == [1]
    assert found.left_out == ()


def test_an_article_must_have_all_topics_where_all_are_wanted():
    both = subscription(topics=("Space", "Sea"), match="all")
    found = tried([candidate(1), candidate(2, topics=("sea", "Tea", "SPACE"))], both, NOW)
    assert [verdict.candidate.id for verdict in found.posted] == [2]
    (left_out,) = found.left_out
    assert (left_out.hold, left_out.why) == (Hold.TOPIC, "not all of the topics: Space")
