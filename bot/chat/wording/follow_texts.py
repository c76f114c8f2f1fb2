"""All wording about topics that members follow: buttons, `/news follow`, and what they are told."""

from __future__ import annotations

FOLLOW = "Follow"
STOP = "Stop mentioning me"
STOP_THIS = "Stop following"
STOP_ALL = "Stop following everything"
NO_DIGESTS = "Stop these digests"
MY_TOPICS = "My topics"
AGAIN = "Send me digests again"

COMMAND = "Follow a topic: be mentioned in discussions, or get a digest once a day"
LIST = "The topics that you follow, and how to stop"
OPTION_TOPIC = "The topic"
OPTION_HOW = "How you hear of what is new"
WAYS = {
    "mention": "Mention me in the discussion of each new post",
    "digest": "A digest by direct message, once a day at most",
}

CHOOSE = "Choose a topic and how you hear of it"
CHOOSE_TITLE = "Follow a topic of this"
CHOOSE_HOW = (
    "**Mention me**: in the discussion of each new post, never in the channel.\n"
    "**Daily digest**: by direct message, on days that bring something new."
)
DROP = "Stop following a topic"
LIST_TITLE = "Your topics"
NOTHING = (
    "You follow no topic. Press **Follow** under a post, or type `/news follow`, and you hear of "
    "what is new."
)
NO_TOPIC = "I know no topic of this. `/news follow` offers all that there are."
SERVERS_ONLY = "You follow topics in a server: try that there, where I post the news."
STOPPED = "Done: you are not mentioned for these topics any more."
STOPPED_DIGESTS = "Done: you get no digest from me any more."
TOO_MANY = "You follow as many topics as you can. `/news following` lets you leave some."
CLOSED = (
    "Your digests are off: Discord says that you take no direct messages from me. Allow them in "
    "the privacy settings of the server, then press the button below."
)

_LINES = {
    "mention": "mentioned in discussions",
    "digest": "a digest by direct message",
    "closed": "a digest, switched off",
}
_CONFIRMED = {
    "mention": "You are mentioned in the discussion of each new post about {topic} here.",
    "digest": "You get a digest of what is new here about {topic}, by direct message, "
    "on each day that brings any.",
}
_NOT_POSTED = "No channel that you see here posts about it so far."
_NOT_DISCUSSED = (
    "These posts have no discussion here until a member opens one: a digest tells you of them all."
)


def new(topics: str, mentions: str) -> str:
    """Tell followers of topics that a discussion is open."""
    return f"New for those who follow {topics}: {mentions}"


def option(topic: str, way: str) -> str:
    """Say what is chosen; it is cut at its end, so the way comes first."""
    return f"{'Mention me' if way == 'mention' else 'Daily digest'}: {topic}"


def confirmed(topic: str, way: str, *, posted: bool = True, discussed: bool = True) -> str:
    """Say what a member has chosen, and what stands against it: that nothing may come of it."""
    chosen = _CONFIRMED[way].format(topic=f"**{topic}**")
    if not posted:
        return f"{chosen}\n{_NOT_POSTED}"
    return chosen if discussed or way != "mention" else f"{chosen}\n{_NOT_DISCUSSED}"


def line(topic: str, server: str, way: str) -> str:
    """Say how a member follows a topic; `server` is its name, or empty."""
    return f"**{topic}**{f' in {server}' if server else ''} · {_LINES[way]}"
