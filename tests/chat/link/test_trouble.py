"""What Discord and the network say when something fails, put into our own errors."""

import logging
from datetime import timedelta

import aiohttp
import discord
import pytest

from bot.chat.link.trouble import translated
from bot.errors import ChannelClosed, FateUnknown, LoginError, Part, PostRefused
from tests.newsroom import answer


def invalid(*path):
    """Return a refusal of one part of a form."""
    inner = {"_errors": [{"code": "URL", "message": "Not a well formed URL."}]}
    for part in reversed(path):
        inner = {part: inner}
    return answer(400, 50035, "Invalid Form Body", inner)


@pytest.mark.parametrize(
    ("error", "meaning", "says"),
    [
        (answer(403, 50001, "Missing Access"), ChannelClosed, "Missing Access (code 50001)"),
        (answer(403, 50013, "Missing Permissions"), ChannelClosed, "Permissions (code 50013)"),
        (answer(403, 0), ChannelClosed, "no reason given (code 0)"),
        (answer(404, 10003, "Unknown Channel"), ChannelClosed, "there is no such channel"),
        (answer(404, 10004, "Unknown Guild"), ChannelClosed, "Unknown Guild (code 10004)"),
        (answer(404, 0, "<html>nginx</html>"), ChannelClosed, "nginx"),
        (answer(429, 0), ChannelClosed, "asks to wait"),
        (discord.RateLimited(1800.4), ChannelClosed, "asks to wait 1800 s"),
        (answer(400, 40067, "A tag is required"), PostRefused, "(code 40067)"),
        (answer(404, 10087, "Unknown tag"), PostRefused, "(code 10087)"),
        (answer(403, 40067, "A tag is required"), PostRefused, "(code 40067)"),
        (answer(403, 20009, "Explicit content"), PostRefused, "(code 20009)"),
        (answer(403, 12345, "Something new"), PostRefused, "(code 12345)"),
        (answer(400, 0, "<html>proxy</html>"), ChannelClosed, "proxy"),
        (answer(413, 0), ChannelClosed, "(code 0)"),
        (answer(451, 0), ChannelClosed, "(code 0)"),
        (answer(408, 0), FateUnknown, "Discord answered 408"),
        (answer(400, 160006, "Too many threads"), ChannelClosed, "(code 160006)"),
        (answer(403, 160005, "Thread is locked"), PostRefused, "(code 160005)"),
        (answer(400, 50083, "Thread is archived"), PostRefused, "(code 50083)"),
        (answer(400, 30033, "Too many participants"), PostRefused, "(code 30033)"),
        (answer(404, 10008, "Unknown Message"), PostRefused, "Unknown Message (code 10008)"),
        (answer(400, 50006, "Cannot send an empty message"), PostRefused, "(code 50006)"),
        (answer(403, 200000, "Blocked by AutoMod"), PostRefused, "(code 200000)"),
        (answer(403, 200001, "Blocked by AutoMod"), PostRefused, "(code 200001)"),
        (answer(403, 240000, "Harmful link"), PostRefused, "(code 240000)"),
        (discord.ClientException("two of them"), PostRefused, "two of them"),
        (answer(500, 0), FateUnknown, "Discord answered 500"),
        (answer(503, 0), FateUnknown, "Discord answered 503"),
        (aiohttp.ServerDisconnectedError(), FateUnknown, "(ServerDisconnectedError)"),
        (ConnectionResetError(104, "reset"), FateUnknown, "(ConnectionResetError)"),
        (TimeoutError(), FateUnknown, "(TimeoutError)"),
        (answer(401, 0, "401: Unauthorized"), LoginError, "set a new DISCORD_TOKEN"),
    ],
)
def test_every_failure_has_a_meaning_and_says_where(error, meaning, says):
    with pytest.raises(meaning) as caught, translated("#space"):
        raise error
    assert says in str(caught.value)
    assert meaning is LoginError or str(caught.value).startswith("#space: ")
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is error


@pytest.mark.parametrize(("asked", "wait"), [("90.5", 90.5), ("", 0), ("soon", 0), ("inf", 0)])
def test_how_long_discord_asks_to_wait_is_known(asked, wait):
    error = answer(429, 0)
    error.response.headers = {"Retry-After": asked}
    with pytest.raises(ChannelClosed) as caught, translated("#space"):
        raise error
    assert caught.value.passing
    assert caught.value.wait == timedelta(seconds=wait)


@pytest.mark.parametrize(
    ("path", "part"),
    [
        (("embeds", "0", "image", "url"), Part.PICTURE),
        (("message", "embeds", "0", "thumbnail", "url"), Part.PICTURE),
        (("embeds", "0", "author", "icon_url"), Part.PICTURE),
        (("embeds", "0", "description"), Part.TEXT),
        (("components", "0", "components", "0", "url"), Part.TEXT),
        (("name",), None),
    ],
)
def test_what_is_refused_of_a_post_is_told_apart(path, part):
    with pytest.raises(PostRefused) as caught, translated("#space"):
        raise invalid(*path)
    assert (caught.value.part, caught.value.final) == (part, True)


def test_a_tag_that_a_forum_wants_may_be_added_to_it():
    with pytest.raises(PostRefused) as caught, translated("#forum"):
        raise answer(400, 40067, "A tag is required to create a forum post in this channel")
    assert not caught.value.final


@pytest.mark.parametrize(("status", "code"), [(403, 160005), (400, 50083), (400, 30033)])
def test_a_thread_that_is_locked_put_away_or_full_is_left_in_peace(status, code):
    with pytest.raises(PostRefused) as caught, translated("#space"):
        raise answer(status, code, "no")
    assert caught.value.final


def test_a_long_reason_is_cut():
    with pytest.raises(PostRefused) as caught, translated("#space"):
        raise answer(400, 50035, "x\n" * 9_000)
    assert len(str(caught.value)) < 400


def test_our_own_errors_and_mistakes_pass_unchanged():
    for error in (ChannelClosed("#space: no"), KeyError("a mistake of ours")):
        with pytest.raises(type(error)) as caught, translated("#elsewhere"):
            raise error
        assert caught.value is error


def test_nothing_is_said_while_all_goes_well(caplog):
    with caplog.at_level(logging.DEBUG), translated("#space"):
        pass
    assert caplog.records == []
