"""A model of Discord at the outlet's seam: what it keeps, forgets, delays and leaves unanswered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.errors import ChannelClosed, DiscussionClosed, FateUnknown, Part, PostRefused
from bot.jobs.outlet import Dispatch
from bot.news.digest import Page
from bot.news.post import Sent

# Discord remembers a nonce for some minutes only: what is sent later is a second message.
NONCE_WINDOW = timedelta(minutes=3)

# How long a message may exist before a look shows it. It has to be less than the nonce window:
# nobody could tell a message that neither the nonce nor the history knows from one that is lost.
LATENESS = timedelta(seconds=100)

ROOM = 2  # stories that a message of a digest has room for

_LOOK_BACK = timedelta(minutes=1)  # as far before the claim as the real outlet looks


class Answer(Enum):
    """What becomes of one call."""

    FINE = auto()
    LOST_AFTER = auto()  # carried out, but nobody hears of it
    LOST_BEFORE = auto()  # never carried out, and nobody hears of it
    LATE = auto()  # carried out unheard, and for a while no look shows it
    CLOSED = auto()
    PICTURE = auto()
    REFUSED = auto()
    SHUT = auto()  # a discussion takes no follow-up


@dataclass(slots=True)
class Message:
    """A message that Discord took, for ever: `deleted` ones stay in the books.

    `shows` is what a look knows it by, `slugs` are the articles in it, `by` is the subscription
    that sent it; a follow-up has a thread for its place. `missed`: it was deleted before the bot
    could know of it.
    """

    id: int
    channel_id: int
    shows: str
    slugs: tuple[str, ...]
    nonce: str | None
    taken_at: datetime
    visible_at: datetime
    by: str = ""
    mention: int | None = None
    place_id: int = 0
    thread_id: int | None = None
    deleted: bool = False
    missed: bool = False


@dataclass(slots=True)
class DiscordModel:
    """An outlet that answers as scripted, then well; `forums` are channels without a nonce."""

    clock: Callable[[], datetime]
    forums: frozenset[int] = frozenset()
    messages: list[Message] = field(default_factory=list)
    refused: set[tuple[int, str]] = field(default_factory=set)
    script: list[Answer] = field(default_factory=list)

    async def takes_nonces(self, channel_id: int) -> bool:
        """Whether a channel is no forum."""
        return channel_id not in self.forums

    async def send(self, dispatch: Dispatch) -> Sent | None:
        """Take a post, once for each nonce that is remembered."""
        answer = self._answer()
        if answer is Answer.LOST_BEFORE:
            raise FateUnknown("never arrived")
        if answer is Answer.PICTURE and dispatch.pictures:
            raise PostRefused("a picture", part=Part.PICTURE)
        if answer is Answer.REFUSED:
            self.refused |= {(dispatch.post.channel_id, slug) for slug in slugs(dispatch)}
            raise PostRefused("for what it says")
        if answer is Answer.SHUT and dispatch.post.follows is not None:
            raise DiscussionClosed("locked")
        message = self._taken(dispatch, late=answer is Answer.LATE)
        if answer in (Answer.LOST_AFTER, Answer.LATE):
            raise FateUnknown("no answer")
        return None if message.deleted else Sent(message.id, message.thread_id)

    async def find(self, dispatch: Dispatch) -> Sent | None:
        """Look through what is to be seen in the channel since the claim."""
        self._answer_to_question()
        since = dispatch.post.claimed_at - _LOOK_BACK
        for message in self.messages:
            is_it = (message.place_id, message.shows) == (dispatch.post.place_id, dispatch.name)
            if is_it and self.shown(message) and message.taken_at >= since:
                return Sent(message.id, message.thread_id)
        return None

    async def discuss(self, dispatch: Dispatch, message_id: int) -> int:
        """Open the thread of a message, which has the message's id."""
        answer = self._answer()
        message = next(m for m in self.messages if m.id == message_id)
        if answer is Answer.LOST_BEFORE:
            raise FateUnknown("never arrived")
        if answer in (Answer.REFUSED, Answer.PICTURE) or message.deleted:
            raise PostRefused("no such message")
        message.thread_id = message_id
        if answer in (Answer.LOST_AFTER, Answer.LATE):
            raise FateUnknown("no answer")
        return message_id

    async def server_of(self, channel_id: int) -> int:
        """Return the server of a channel."""
        self._answer_to_question()
        return 9

    def holds(self, page: Page) -> int:
        """How many stories a message has room for."""
        return min(ROOM, len(page.stories))

    def of(self, channel_id: int, slug: str) -> list[Message]:
        """Return all messages there ever were of an article in a channel."""
        return [m for m in self.messages if m.channel_id == channel_id and slug in m.slugs]

    def shown(self, message: Message) -> bool:
        """Whether a person or a look sees a message now."""
        return not message.deleted and message.visible_at <= self.clock()

    def _answer(self) -> Answer:
        """Return the next answer; one of a closed channel is no answer but an error."""
        answer = self.script.pop(0) if self.script else Answer.FINE
        if answer is Answer.CLOSED:
            raise ChannelClosed("the permission Send Messages is missing")
        return answer

    def _answer_to_question(self) -> None:
        if self._answer() in (Answer.LOST_AFTER, Answer.LOST_BEFORE, Answer.LATE):
            raise FateUnknown("no answer")

    def _taken(self, dispatch: Dispatch, *, late: bool) -> Message:
        """Return the message that a nonce stands for, made now unless it is remembered."""
        now = self.clock()
        post = dispatch.post
        below = post.part > 1 or post.follows is not None
        forum = post.channel_id in self.forums and not below
        for message in self.messages:
            if message.nonce == post.nonce and now - message.taken_at < NONCE_WINDOW:
                return message
        number = 1_000 + len(self.messages)
        message = Message(
            id=number,
            channel_id=post.channel_id,
            shows=dispatch.name,
            slugs=slugs(dispatch),
            nonce=None if forum else post.nonce,
            taken_at=now,
            # Without a nonce a look is all there is: what it does not show yet would be repeated
            # by anyone. A forum post is there by the time its sender may have given up on it.
            visible_at=now + LATENESS if late and not forum else now,
            by=post.subscription,
            mention=dispatch.mention,
            place_id=post.place_id,
            thread_id=number if forum else None,
        )
        self.messages.append(message)
        return message


def slugs(dispatch: Dispatch) -> tuple[str, ...]:
    """Return the articles that a post shows or counts."""
    if not isinstance(dispatch.subject, Page):
        return (dispatch.subject.slug,)
    return tuple(
        each.slug for story in dispatch.subject.stories for each in (story.article, *story.also)
    )
