"""Posts corrected in place: what a message is to show now, against what was sent last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.jobs.dispatching import look_of, prepared
from bot.jobs.errands import Kind, Task
from bot.news.errand import Errand
from bot.news.face import EDIT, face
from bot.news.post import Fate
from bot.news.subscription import Subscription
from bot.store import faces
from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class Corrections:
    """Says what the message of a post is to be drawn as; `subscriptions` are those of now."""

    database: Database
    subscriptions: Callable[[], Iterable[Subscription]]
    clock: Callable[[], datetime]

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """What its errands come to, by kind."""
        return {EDIT: self.edit}

    async def edit(self, errand: Errand) -> Task | None:
        """Draw a message anew, unless it shows already what it is to show."""
        post = await faces.post(self.database, int(errand.subject))
        shown = await faces.of_post(self.database, post.id)
        wanted = face(shown.told)
        # Once it was tried, it may show what it was to show then.
        if post.message_id is None or (wanted == shown.face and errand.fate is Fate.PLANNED):
            return None
        subscription = look_of(self.subscriptions(), post.channel_id, post.subscription)
        marks = {each.article_id: each.mark for each in shown.told}
        dispatch = await prepared(self.database, post, subscription, marks)
        await faces.drawing(self.database, post, self.clock())

        async def done(message_id: int | None) -> None:
            if message_id is None:
                await faces.gone(self.database, post)
            else:
                await faces.drawn(self.database, post, wanted)

        return Task(dispatch, repeatable=True, done=done)
