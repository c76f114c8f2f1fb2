"""Discussions that members ask for, over real HTTP: at once, put away, locked, full."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.chat.wording import discussion_texts as texts
from tests.chat.wired import place
from tests.samples import article
from tests.wire import payloads, threads
from tests.wire.actor import enter
from tests.wire.permissions import MEMBER, MODERATOR, NEWS_BOT, Permission

TALKS = MEMBER | Permission.CREATE_PUBLIC_THREADS | Permission.SEND_MESSAGES_IN_THREADS
INSIDE, OUTSIDE = texts.inside("<#it>"), texts.outside("<#it>")


@asynccontextmanager
async def posted(tmp_path, **fields):
    """A channel with a post, and the bot that posted it."""
    async with place(tmp_path, **fields) as here, here.bot(article()):
        await here.publish()
        yield here


def posts(here):
    """The messages in the channel that show an article."""
    return [message for message in here.channel.messages.values() if message.embeds]


async def press(here, member):
    """Return what a member is told who presses the button below the post."""
    (post,) = posts(here)
    told = await member.click(payloads.message(post), texts.DISCUSS)
    return told.message["content"].replace(str(post.id), "it")


@pytest.mark.parametrize("discuss", ["none", "thread"])
async def test_members_who_press_at_once_meet_in_one_discussion(tmp_path, discuss):
    async with posted(tmp_path, discuss=discuss) as here:
        people = [enter(here.wire, here.channel, f"member {n}", TALKS) for n in range(4)]
        assert await asyncio.gather(*(press(here, each) for each in people)) == [INSIDE] * 4
        assert {each.member.user.id for each in people} <= here.thread.members


async def test_members_who_ask_at_once_get_one_post_and_one_discussion(tmp_path):
    async with place(tmp_path) as here, here.bot(article()):
        people = [enter(here.wire, here.channel, f"member {n}", TALKS) for n in range(4)]
        title = article().title
        answers = await asyncio.gather(
            *(each.slash("discuss article", title=title) for each in people)
        )
        (post,) = posts(here)
        assert {a.message["content"] for a in answers} == {texts.inside(f"<#{post.id}>")}
        assert {each.member.user.id for each in people} <= here.thread.members


def shelve(here, *, lock=False):
    """Put the discussion away."""
    threads.shelve(here.world, here.thread, here.clock(), lock=lock)


async def test_a_discussion_that_was_put_away_lately_is_opened_again(tmp_path):
    async with posted(tmp_path, discuss="thread") as here:
        here.later = timedelta(days=29)
        shelve(here)
        member = enter(here.wire, here.channel, "Ana", TALKS)
        assert await press(here, member) == INSIDE
        assert not here.thread.archived
        assert member.member.user.id in here.thread.members


@pytest.mark.parametrize(("fields", "days"), [({}, 31), ({"reopen_within": "1d"}, 2)])
async def test_an_old_one_stays_put_away_and_is_only_shown(tmp_path, fields, days):
    async with posted(tmp_path, discuss="thread", **fields) as here:
        here.later = timedelta(days=days)
        shelve(here)
        assert await press(here, enter(here.wire, here.channel, "Ana", TALKS)) == OUTSIDE
        assert here.thread.archived


@pytest.mark.parametrize("may", [NEWS_BOT, MODERATOR])
async def test_one_that_is_locked_is_left_in_peace(tmp_path, may):
    async with posted(tmp_path, discuss="thread", may=may) as here:
        shelve(here, lock=True)
        assert await press(here, enter(here.wire, here.channel, "Ana", TALKS)) == OUTSIDE
        assert (here.thread.archived, here.thread.locked) == (True, True)


async def test_nobody_is_brought_into_one_that_is_locked_or_full(tmp_path):
    async with posted(tmp_path, discuss="thread") as here:
        here.thread.locked = True
        assert await press(here, enter(here.wire, here.channel, "Ana", TALKS)) == OUTSIDE
        here.thread.locked = False
        here.world.rules.max_thread_members = len(here.thread.members)
        assert await press(here, enter(here.wire, here.channel, "Ben", TALKS)) == OUTSIDE
        shelve(here)
        assert await press(here, enter(here.wire, here.channel, "Eve", TALKS)) == OUTSIDE


async def test_where_there_is_no_room_to_open_it_again_the_member_is_told(tmp_path):
    async with posted(tmp_path, discuss="thread") as here:
        shelve(here)
        here.world.rules.max_active_threads = 0
        told = await press(here, enter(here.wire, here.channel, "Ana", TALKS))
        assert told.startswith(texts.not_open("#space: Maximum number of active threads"))
        assert here.thread.archived
