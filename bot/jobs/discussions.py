"""Discussions that members ask for: found or opened, and the member brought in."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.jobs.dispatching import look_of, prepared
from bot.jobs.outlet import Presence
from bot.jobs.publish import Publisher
from bot.news.post import Fate, Post
from bot.news.subscription import Subscription
from bot.store import digests, discussions, outbox
from bot.structs import Frozen, replace


class Discussion(Frozen):
    """Where an article is discussed, and whether the member who asked is in there."""

    thread_id: int
    presence: Presence


class Asker(Frozen):
    """A member, and what the server lets them do: the bot does nothing else for them.

    Whether they may write in discussions, open one below what is there, and post here.
    """

    id: int
    writes: bool
    opens: bool
    posts: bool


class Discussions(Frozen):
    """Finds and opens discussions; two members at once are brought into the same one.

    What cannot be discussed is told by a reason, which is "" if there is no post; None if there
    is no discussion and the member may open none. Raises OutletError if Discord does nothing now.
    """

    publisher: Publisher

    @property
    def now(self) -> datetime:
        """The time by which everything is told."""
        return self.publisher.clock()

    async def below(
        self, channel_id: int, article_id: int, asker: Asker
    ) -> Discussion | str | None:
        """Bring a member into the discussion below a post that is in a channel."""
        post = await self._find(channel_id, article_id)
        return "" if post is None else await self._join(post, asker)

    async def of(self, channel_id: int, article_id: int, asker: Asker) -> Discussion | str | None:
        """Bring a member into the discussion of any article; it is posted if it was not yet.

        It goes out like what staff chose: once, as its channel has it, and pings nobody.
        """
        post = await self._find(channel_id, article_id)
        if post is None:
            if not asker.posts:
                return None
            wanted = replace(self._look(channel_id), mention=None, discuss="thread")
            post = await self.publisher.post(article_id, wanted)
        if post is None:
            return "Broadsheet is about to stop"
        if post.fate is not Fate.POSTED:
            return post.reason or "it is on its way"
        return await self._join(post, asker)

    async def _find(self, channel_id: int, article_id: int) -> Post | None:
        """Return what an article is in a channel in: its post, or the digest that holds it."""
        post = await outbox.find(self.publisher.database, channel_id, article_id)
        return post if post is not None and post.fate is Fate.POSTED else None

    async def _join(self, post: Post, asker: Asker) -> Discussion | str | None:
        if post.part > 1:  # of a digest the first message alone is discussed
            post = await digests.first_message(self.publisher.database, post)
        if post.message_id is None:
            return ""
        if post.thread_id is not None:
            found = await self._bring(post, post.thread_id, asker)
            if found.presence is not Presence.GONE or post.follows is not None:
                return found
        if not asker.opens:
            return None
        return await self._bring(post, await self._opened(post, post.message_id), asker)

    async def _opened(self, post: Post, message_id: int) -> int:
        """Open the discussion; if another member was faster, Discord returns theirs."""
        publisher = self.publisher
        dispatch = await prepared(publisher.database, post, self._look(post.channel_id, post))
        thread_id = await publisher.outlet.discuss(dispatch, message_id)
        await discussions.opened(
            publisher.database, post, thread_id, self.now, opening=dispatch.opening
        )
        return thread_id

    async def _bring(self, post: Post, thread_id: int, asker: Asker) -> Discussion:
        reopened = self._look(post.channel_id, post).reopen_within if asker.writes else timedelta()
        presence = await self.publisher.outlet.join(post, thread_id, asker.id, self.now - reopened)
        return Discussion(thread_id, presence)

    def _look(self, channel_id: int, post: Post | None = None) -> Subscription:
        return look_of(self.publisher.subscriptions, channel_id, post.subscription if post else "")
