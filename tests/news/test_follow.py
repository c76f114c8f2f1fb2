"""What is new for a member: each article once, where the member may see it and follows it."""

from datetime import timedelta

import pytest

from bot.news.follow import Shown, news_for
from tests.samples import NOW

HERE, THERE, HIDDEN = 1, 2, 3  # channels
BAY, HILL = 10, 20  # servers
SPACE, TEA = 100, 200  # topics
SERVERS = {HERE: BAY, THERE: HILL}
TOPICS = {BAY: {SPACE}, HILL: {SPACE, TEA}}
HOUR = timedelta(hours=1)


def shown(channel, hours, *topics, key=7):
    return Shown(key, channel, NOW + hours * HOUR, frozenset(topics or [SPACE]))


CASES = {
    "posted in the period": ([shown(HERE, 1)], {7}),
    "at its very end": ([shown(HERE, 24)], {7}),
    "at its very beginning, so in the one before": ([shown(HERE, 0)], set()),
    "before it": ([shown(HERE, -1)], set()),
    "after it": ([shown(HERE, 25)], set()),
    "where the member does not look": ([shown(HIDDEN, 1)], set()),
    "of a topic that is followed elsewhere alone": ([shown(HERE, 1, TEA)], set()),
    "of one topic of several": ([shown(HERE, 1, TEA, SPACE)], {7}),
    "told before, from another channel": ([shown(HERE, -1), shown(THERE, 2)], set()),
    "posted before where it did not count": ([shown(HERE, -1, TEA), shown(THERE, 2, TEA)], {7}),
    "hidden before": ([shown(HIDDEN, -1), shown(HERE, 2)], {7}),
    "twice in the period": ([shown(HERE, 1), shown(THERE, 2)], {7}),
    "again after it": ([shown(HERE, 1), shown(THERE, 30)], {7}),
    "several": ([shown(HERE, 1), shown(THERE, 2, TEA, key=8), shown(HERE, 2, TEA, key=9)], {7, 8}),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_new_for_a_member(case):
    postings, expected = CASES[case]
    day = (NOW, NOW + 24 * HOUR)
    assert news_for(postings, SERVERS, TOPICS, *day) == expected
    assert news_for(reversed(postings), SERVERS, TOPICS, *day) == expected
