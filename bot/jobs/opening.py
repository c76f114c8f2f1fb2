"""A post's discussion, opened once the post is there."""

from __future__ import annotations

import logging
import random
from datetime import datetime

from bot.errors import ChannelClosed, FateUnknown, PostRefused
from bot.jobs.outlet import Dispatch, Outlet
from bot.news.post import Post
from bot.news.runs import pause_after
from bot.store import discussions
from bot.store.database import Database

log = logging.getLogger(__name__)


async def open_discussion(
    database: Database, outlet: Outlet, now: datetime, dispatch: Dispatch, post: Post
) -> bool:
    """Open the discussion of a post that is there; return whether others may be tried.

    A failure is remembered, and harms neither the post nor the run.
    """
    assert post.message_id is not None  # a post that was deleted wants no discussion
    try:
        thread_id = await outlet.discuss(dispatch, post.message_id)
    except PostRefused as error:
        log.warning("no discussion post=%s reason=%s", dispatch.name, error)
        await discussions.failed(database, post, str(error))
    except (ChannelClosed, FateUnknown) as error:
        log.warning("no discussion yet channel=%d reason=%s", post.channel_id, error)
        retry_at = now + pause_after(post.attempts + 1, random.random())
        await discussions.wait(database, post, str(error), retry_at)
        return False
    else:
        await discussions.opened(database, post, thread_id, now)
    return True
