"""Posts on their way into the channels of a newsroom."""

from bot.jobs.outlet import Dispatch
from bot.news.post import Fate, Post, nonce
from bot.store import outbox
from tests.samples import article

SEND = "POST /channels/{channel_id}/messages"
OPEN = "POST /channels/{channel_id}/messages/{message_id}/threads"
SEND_TO_FORUM = "POST /channels/{channel_id}/threads"


def dispatch(room, channel="space", *, number=1, **fields):
    """Return a post on its way into a channel."""
    channel_id = room.channels[channel].id if channel in room.channels else int(channel)
    fields = {"article": article()} | fields
    mark, now, urls = nonce(channel_id, number), room.env.now(), (fields["article"].url,)
    post = Post(number, channel_id, number, "space", mark, Fate.SENDING, now, now, urls=urls)
    return Dispatch(post, fields.pop("article"), **fields)


async def only_post(room, channel="space"):
    """Return the outbox's entry of a channel's only article."""
    ((key,),) = await room.desk.database.read("SELECT id FROM article")
    return await outbox.find(room.desk.database, room.channels[channel].id, key)
