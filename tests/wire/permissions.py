"""Permissions: the bits this bot may need and how a channel narrows or widens them."""

from enum import IntFlag


class Permission(IntFlag):
    """The permission bits (topics/permissions) that some rule of the stand-in looks at."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38


NONE = Permission(0)
ALL = Permission((1 << 52) - 1)  # what ADMINISTRATOR amounts to, bits without a name included

NEWS_BOT = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)  # 309237730304, what an invitation of the bot asks for
MODERATOR = NEWS_BOT | Permission.MANAGE_THREADS

MEMBER = Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES | Permission.READ_MESSAGE_HISTORY
STAFF = MEMBER | Permission.MANAGE_GUILD

# Without SEND_MESSAGES these are implied to be denied (topics/permissions, "implicit permissions").
_NEEDS_SEND = Permission.EMBED_LINKS | Permission.ATTACH_FILES | Permission.MENTION_EVERYONE


def effective(base: Permission, allow: Permission, deny: Permission, thread: bool) -> Permission:
    """Return what is left of `base` in one channel; SEND_MESSAGES has no effect inside threads."""
    if base & Permission.ADMINISTRATOR:
        return ALL
    granted = (base & ~deny) | allow
    if not granted & Permission.VIEW_CHANNEL:
        return NONE
    if not thread and not granted & Permission.SEND_MESSAGES:
        granted &= ~_NEEDS_SEND
    return granted
