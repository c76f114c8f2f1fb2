"""Every error that Broadsheet raises itself, sorted by who can put it right.

BroadsheetError
├── SettingsError            whoever wrote the configuration
├── SourceError              whoever keeps the folder of articles
├── ArticleError             whoever wrote the article file
├── StoreError               whoever runs the machine (disk, lock, version of the database)
└── OutletError              Discord, or whoever runs the Discord server
    ├── LoginError           the token or the address of the API is wrong
    ├── ChannelClosed        this channel takes no posts now: gone, or a permission is missing
    │   └── ChannelGone        it is deleted
    ├── PostRefused          Discord will not take this post as it is
    │   ├── DiscussionClosed   it was to go into a discussion that takes nothing (any more)
    │   └── MemberUnreachable  a member takes no direct messages from the bot
    └── FateUnknown          the post may or may not have been made
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum, auto


class BroadsheetError(Exception):
    """Base of all errors; its text names what to mend and where, a line for each fault."""


class SettingsError(BroadsheetError):
    """A setting that cannot be used; the text names file, line, key and the mend."""


class SourceError(BroadsheetError):
    """A source that cannot be read at all; its articles are left as they are."""


class ArticleError(BroadsheetError):
    """One article file that is refused.

    `line` counts from 1 in the file (0: the file as a whole); `field` is a dotted path in the
    front matter ("" where no single field is at fault).
    """

    def __init__(self, reason: str, *, line: int = 0, field: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.field = field


class StoreError(BroadsheetError):
    """The database cannot be opened, is in use by another process, or is from a newer version."""


class OutletError(BroadsheetError):
    """Discord did not do what was asked; `wait` is for how long it asks to be left alone.

    `passing`: nobody has to mend anything.
    """

    passing = False

    def __init__(self, reason: str, *, wait: timedelta = timedelta()) -> None:
        super().__init__(reason)
        self.wait = wait


class LoginError(OutletError):
    """Discord did not let the bot in."""


class ChannelClosed(OutletError):
    """The channel takes nothing now; what was meant for it stays due."""

    def __init__(
        self, reason: str, *, passing: bool = False, wait: timedelta = timedelta()
    ) -> None:
        super().__init__(reason, wait=wait)
        self.passing = passing


class ChannelGone(ChannelClosed):
    """There is no such channel any more: what was to be changed in it is gone with it."""


class Part(Enum):
    """What a post can do without."""

    PICTURE = auto()
    TEXT = auto()


class PostRefused(OutletError):
    """Discord refuses this one post for what it contains.

    `part` is what it may go out without. Not `final`: something in its channel may be mended.
    """

    def __init__(
        self,
        reason: str,
        *,
        part: Part | None = None,
        final: bool = True,
        wait: timedelta = timedelta(),
    ) -> None:
        super().__init__(reason, wait=wait)
        self.part = part
        self.final = final


class DiscussionClosed(PostRefused):
    """The discussion that this was for is locked, gone or not to be opened again."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, final=False)


class MemberUnreachable(PostRefused):
    """A member takes no direct messages from the bot."""


class FateUnknown(OutletError):
    """No answer, or one that leaves open whether the post exists: look before sending again."""

    passing = True
