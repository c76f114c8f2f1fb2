"""Posts on their way into the channels of a newsroom, and what comes of them."""

import aiohttp
import pytest

from bot.errors import FateUnknown
from bot.jobs.outlet import Dispatch
from bot.news.post import Fate, Post, nonce
from bot.store import errands, outbox
from tests.samples import article

SEND = "POST /channels/{channel_id}/messages"
OPEN = "POST /channels/{channel_id}/messages/{message_id}/threads"
SEND_TO_FORUM = "POST /channels/{channel_id}/threads"
PATCH = "PATCH /channels/{channel_id}/messages/{message_id}"
JOIN = "PUT /channels/{channel_id}/thread-members/{user_id}"

BAD_PICTURE = {
    "embeds": {"0": {"image": {"url": {"_errors": [{"code": "URL", "message": "Not an image"}]}}}}
}


def dispatch(room, channel="space", *, number=1, **fields):
    """Return a post on its way into a channel."""
    channel_id = room.channels[channel].id if channel in room.channels else int(channel)
    fields = {"article": article()} | fields
    mark, now, urls = nonce(channel_id, number), room.env.now(), (fields["article"].url,)
    post = Post(number, channel_id, number, "space", mark, Fate.SENDING, now, now, urls=urls)
    return Dispatch(post, fields.pop("article"), **fields)


async def publish_unanswered(room, error=None, *, arrives, forum=False):
    """Publish, and get no answer to the first post; it arrives all the same, or it does not."""
    error = error or aiohttp.ServerDisconnectedError()
    room.upset(SEND_TO_FORUM if forum else SEND, error, done=arrives)
    with pytest.raises(FateUnknown):
        await room.publish()


async def only_post(room, channel="space"):
    """Return the outbox's entry of a channel's only article."""
    ((key,),) = await room.desk.database.read("SELECT id FROM article")
    return await outbox.find(room.desk.database, room.channels[channel].id, key)


async def errand(room, kind, turn=""):
    """Return the errand of a kind that comes of a channel's only post, or of a turn of it."""
    subject = f"{(await only_post(room)).id} {turn}".strip()
    return await errands.find(room.desk.database, kind, subject)


def edits(room):
    """Return the bodies of all edits of messages."""
    return room.requests("PATCH", "/channels/*/messages/*")
