"""What becomes of posts that are there: corrected, retracted, and published to other servers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from bot.errors import PostRefused
from bot.jobs.dispatching import look_of, prepared
from bot.jobs.errands import Kind, Task
from bot.jobs.outlet import Dispatch
from bot.news.crosspost import CROSSPOST
from bot.news.errand import Errand, Wanted
from bot.news.face import DISCUSSION, EDIT, NOTICE, Mark, face, is_retracted, marked
from bot.news.opening import OPENING, REWORDING
from bot.news.post import Fate, Post
from bot.news.subscription import Subscription
from bot.store import crossposts, errands, faces
from bot.store.database import Database
from bot.structs import Frozen


class Deletion(Frozen):
    """The message of a post is to be deleted."""

    dispatch: Dispatch


class Notice(Frozen):
    """A discussion is to be told whether its post is retracted.

    One that is locked, or was put away and began before `since`, is left in peace.
    """

    channel_id: int
    retracted: bool
    since: datetime


class Alignment(Frozen):
    """A discussion is to be called like its post, in a forum, and locked or not.

    `touched`: it is to be locked, or was. One that was put away and began before `since` is left in
    peace.
    """

    dispatch: Dispatch
    locked: bool
    touched: bool
    since: datetime


class Publication(Frozen):
    """A message is to be published to the servers that follow its channel."""

    channel_id: int
    message_id: int


class Corrections(Frozen):
    """Says what becomes of a post and its discussion; `subscriptions` are those of now."""

    database: Database
    subscriptions: Callable[[], Iterable[Subscription]]
    clock: Callable[[], datetime]

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """What its errands come to, by kind."""
        return {
            EDIT: self.edit,
            NOTICE: self.notice,
            DISCUSSION: self.discussion,
            CROSSPOST: self.crosspost,
        }

    async def edit(self, errand: Errand) -> Task | None:
        """Draw a message anew, or delete it, unless it shows already what it is to show."""
        post = await faces.post(self.database, int(errand.subject))
        shown = await faces.of_post(self.database, post.id)
        look = self._look(post)
        told = marked(shown.told, look.retractions)
        wanted = face(told)
        # Once it was tried, it may show what it was to show then.
        if wanted == shown.face and errand.fate is Fate.PLANNED:
            return None
        dispatch = await prepared(
            self.database, post, look, {each.article_id: each.mark for each in told}
        )
        retracted = post.digest_id is None and any(each.mark.retracted for each in told)
        turns = await faces.drawing(self.database, post, self.clock(), retracted=retracted)
        deleted = retracted and look.retractions == "delete"

        async def done(message_id: int | None) -> None:
            if message_id is None:
                await faces.gone(self.database, post)
            await faces.drawn(self.database, post, wanted)
            if not retracted:
                await crossposts.take_up(self.database, post)

        return Task(
            Deletion(dispatch) if deleted else dispatch,
            then=await self._discussed(post, turns, errand.times),
            repeatable=True,
            done=done,
        )

    async def notice(self, errand: Errand) -> Task | None:
        """Tell a discussion what became of its post, if that is still so.

        What was never shown as retracted is not said to be back.
        """
        post_id, turn = map(int, errand.subject.split())
        if await faces.turns(self.database, post_id) != turn:
            return None
        before = _notice(post_id, turn - 1)
        if turn > 1 and await errands.find(self.database, NOTICE, before) is None:
            return None
        post = await faces.post(self.database, post_id)
        return Task(Notice(post.channel_id, is_retracted(turn), self._since(post)))

    async def discussion(self, errand: Errand) -> Task | None:
        """Bring a discussion into line with its post."""
        post = await faces.post(self.database, int(errand.subject.split()[0]))
        turns = await faces.turns(self.database, post.id)
        dispatch = await prepared(
            self.database,
            post,
            self._look(post),
            {post.article_id or 0: Mark(retracted=is_retracted(turns))},
        )
        locked = is_retracted(turns)
        touched = locked or await self._was_told(post, turns)
        alignment = Alignment(dispatch, locked, touched, self._since(post))
        return Task(alignment, repeatable=True)

    async def _was_told(self, post: Post, turns: int) -> bool:
        """Whether a discussion was told of a retraction: others lock none, so it was locked."""
        for turn in range(1, turns, 2):
            told = await errands.find(self.database, NOTICE, _notice(post.id, turn))
            if told is not None and (told.message_id or not told.settled):
                return True
        return False

    async def crosspost(self, errand: Errand) -> Task | None:
        """Publish a post to the servers that follow its channel, unless it is retracted by now.

        A line that there is no news stays where it is. While its article is away but may yet come
        back, it waits.
        """
        post = await faces.post(self.database, int(errand.subject))
        shown = await faces.of_post(self.database, post.id)
        retracted = post.digest_id is None and any(each.mark.retracted for each in shown.told)
        look = self._look(post)
        if post.message_id is None or not shown.told or not look.crosspost:
            return None
        if retracted:
            marked_already = is_retracted(await faces.turns(self.database, post.id))
            if marked_already or look.retractions == "leave":
                return None
            raise PostRefused("its article is away, and may yet come back", final=False)
        return Task(Publication(post.channel_id, post.message_id), repeatable=True)

    async def _discussed(self, post: Post, turns: int, times: int) -> tuple[Wanted, ...]:
        """Return what follows in the discussion of an article's post: locked after the notice.

        A follow-up is in that of another article, which goes on.
        """
        if post.thread_id is None or post.digest_id is not None or post.follows is not None:
            return ()
        align = Wanted(DISCUSSION, f"{post.id} {times}", post.thread_id)
        then: tuple[Wanted, ...] = (align,)
        if turns:
            notice = Wanted(NOTICE, _notice(post.id, turns), post.thread_id)
            then = (notice, align) if is_retracted(turns) else (align, notice)
        if await errands.find(self.database, OPENING, str(post.id)) is None:
            return then
        return (Wanted(REWORDING, f"{post.id} {times}", post.thread_id), *then)

    def _look(self, post: Post) -> Subscription:
        return look_of(self.subscriptions(), post.channel_id, post.subscription)

    def _since(self, post: Post) -> datetime:
        return self.clock() - self._look(post).reopen_within


def _notice(post_id: int, turn: int) -> str:
    return f"{post_id} {turn}"
