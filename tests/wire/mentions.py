"""Mentions: whom a message pings (resources/message, "allowed mentions object")."""

import re

from tests.wire.permissions import Permission
from tests.wire.records import Guild, Json

EVERYONE = re.compile(r"@(everyone|here)\b")
ROLE = re.compile(r"<@&(\d+)>")
USER = re.compile(r"<@!?(\d+)>")


def pinged(content: str, allowed: Json | None, guild: Guild | None, rights: Permission) -> Json:
    """Return who is pinged by `content`; only content pings, embeds never do.

    Without `allowed_mentions` a message of the bot pings everything it names, @everyone included.
    A role is pinged if it is mentionable or the writer has MENTION_EVERYONE.
    """
    may_all = bool(rights & Permission.MENTION_EVERYONE)
    roles = {
        number
        for number in ROLE.findall(content)
        if guild and (role := guild.roles.get(int(number))) and (role.mentionable or may_all)
    }
    return {
        "everyone": may_all and bool(EVERYONE.search(content)) and _parses(allowed, "everyone"),
        "roles": sorted(number for number in roles if _allows(allowed, "roles", number)),
        "users": sorted(
            number for number in set(USER.findall(content)) if _allows(allowed, "users", number)
        ),
    }


def _parses(allowed: Json | None, part: str) -> bool:
    return allowed is None or part in (allowed.get("parse") or ())


def _allows(allowed: Json | None, part: str, number: str) -> bool:
    if _parses(allowed, part):
        return True
    return number in map(str, (allowed or {}).get(part) or ())
