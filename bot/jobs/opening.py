"""A post's discussion: opened once the post is there, and begun by the bot if that is wanted."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.errors import ChannelClosed, FateUnknown, PostRefused
from bot.jobs.dispatching import may_go_out
from bot.jobs.errands import Kind, Task
from bot.jobs.outlet import Dispatch, Outlet
from bot.news.errand import Errand
from bot.news.face import is_retracted
from bot.news.opening import OPENING, REWORDING, Opening, Rewording, is_late, opening
from bot.news.post import Post
from bot.news.runs import pause_after
from bot.store import articles, discussions, errands, faces
from bot.store.database import Database
from bot.structs import Frozen

log = logging.getLogger(__name__)


async def open_discussion(
    database: Database, outlet: Outlet, now: datetime, dispatch: Dispatch, post: Post
) -> bool:
    """Open the discussion of a post that is there; return whether others may be tried.

    A failure is remembered, and harms neither the post nor the run.
    """
    if post.message_id is None:  # someone has deleted it
        return True
    try:
        thread_id = await outlet.discuss(dispatch, post.message_id)
    except PostRefused as error:
        log.warning("no discussion post=%s reason=%s", dispatch.name, error)
        await discussions.failed(database, post, str(error))
    except (ChannelClosed, FateUnknown) as error:
        log.warning("no discussion yet channel=%d reason=%s", post.channel_id, error)
        retry_at = now + pause_after(post.attempts + 1, random.random(), error.wait)
        await discussions.wait(database, post, str(error), retry_at)
        return False
    else:
        await discussions.opened(database, post, thread_id, now, opening=dispatch.opening)
    return True


class Openings(Frozen):
    """Says what is said first in discussions; `questions` are templates to choose from."""

    database: Database
    outlet: Outlet
    questions: Sequence[str]
    clock: Callable[[], datetime]

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """What its errands come to, by kind."""
        return {OPENING: self.opening, REWORDING: self.rewording}

    async def opening(self, errand: Errand) -> Task | None:
        """Begin a discussion: not late, and not of an article that members may not see."""
        now = self.clock()
        post = await faces.post(self.database, int(errand.subject))
        if is_late(errand.made_at, now) or not await may_go_out(self.database, post, now):
            return None
        said = await self._said(post)
        return Task(said) if said.says_anything else None

    async def rewording(self, errand: Errand) -> Task | None:
        """Say anew what was said first, as the article is now; nothing while it is retracted."""
        post = await faces.post(self.database, int(errand.subject.split()[0]))
        first = await errands.find(self.database, OPENING, str(post.id))
        if first is not None and not first.settled:
            raise PostRefused("its discussion is only about to begin", final=False)
        if first is None or first.message_id is None:
            return None
        retracted = is_retracted(await faces.turns(self.database, post.id))
        said = None if retracted else await self._said(post)
        deed = Rewording(post.channel_id, first.message_id, said, first.reference)
        return Task(deed, repeatable=True)

    async def _said(self, post: Post) -> Opening:
        found = await articles.of_post(self.database, post.id)
        inside = not await self.outlet.takes_nonces(post.channel_id)
        return opening(found.id, found.article, self.questions, inside=inside)
