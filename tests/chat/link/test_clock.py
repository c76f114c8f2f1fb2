"""The time that counts is Discord's, wherever this machine's clock stands."""

from datetime import timedelta

import pytest

from bot.chat.link.clock import Clock
from tests.samples import NOW

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("wrong", [HOUR, -HOUR])
def test_a_clock_that_is_much_too_wrong_is_put_right_and_told(caplog, wrong):
    clock = Clock(lambda: NOW + wrong)
    clock.compare(NOW)
    assert clock() == NOW
    assert f"wrong by={wrong.total_seconds():.0f}s" in caplog.text
    caplog.clear()
    clock.compare(NOW)
    assert caplog.text == ""


def test_a_second_more_or_less_changes_nothing(caplog):
    clock = Clock(lambda: NOW)
    clock.compare(NOW + timedelta(seconds=9))
    assert (clock(), caplog.text) == (NOW, "")


def test_a_clock_that_is_set_right_meanwhile_is_believed_again():
    times = [NOW + HOUR, NOW, NOW]
    clock = Clock(lambda: times[0])
    clock.compare(NOW)
    times.pop(0)
    clock.compare(NOW)
    assert clock() == NOW
