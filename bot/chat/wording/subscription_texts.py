"""All that managers read about subscriptions: options, questions and answers."""

from __future__ import annotations

GROUP = "What is posted in this server, where and when"
ADD = "Let a channel follow the news; you see what it would post before you save"
LIST = "All subscriptions of this server"
SHOW = "One subscription in full"
EDIT = "Change a subscription; what you leave out stays. Discussions have a command of their own"
TALK = "Change how the posts of a subscription are discussed, and whether they are published"
PAUSE = "Post nothing for a subscription until it is resumed"
RESUME = "Let a paused subscription go on"
REMOVE = "Take a subscription away; what it posted stays"
TEST = "See a sample of what a subscription posts, for your eyes only"
RUN = "Post now what is due for a subscription"

NAME = "Its name"
OPTIONS = {
    "name": NAME,
    "rename": "A new name",
    "channel": "Where it posts",
    "when": "Such as “daily at 08:00”, “every 30 minutes”, or a crontab",
    "topics": "Topics to follow, with commas between them; none: all",
    "match": "Whether an article must have any of the topics, or all (any if left out)",
    "post": "Each article by itself (if left out), or a digest: of all that is new, or discussed",
    "min_quality": "Lowest quality; an article of unknown quality always passes",
    "type": "Only articles, or only videos",
    "languages": "Only in these: tags such as en or pt-BR, with commas; en lets en-GB pass, too",
    "providers": "Only from these: names or domains, with commas",
    "without_providers": "Never from these: names or domains, with commas",
    "words": "Only with one of these words or phrases, with commas; 50 at most",
    "without_words": "Never with one of these words or phrases, with commas; 50 at most",
    "quiet": "Quiet hours such as 22:00-07:00; posts come after, in one digest if over the limit",
    "hourly": "Most posts an hour in the channel; more waits, in one digest if over the limit",
    "limit": "Most posts a run, but of a digest; the rest waits for the next (5 if left out)",
    "backlog": "How far back it starts: 24h (if left out), a number of articles, or all",
    "discuss": "Whether to open a thread under each post; a forum always has them",
    "follow_ups": "Further reports of a story: into its thread (if left out), or each a post",
    "opening": "Whether I begin each discussion: excerpt, related coverage, perhaps a question",
    "archive_after": "Silence after which a discussion is put away; as its channel says if not set",
    "reopen_within": "How old one put away may be to be opened again, such as 30d",
    "fallback_tag": "In a forum that wants a tag: which, if none is called like a topic",
    "mention": "A role to ping with each post",
    "silent": "Whether to post without a notification",
    "crosspost": "Whether posts in an announcement channel go to its followers (yes, if left out)",
    "retractions": "What becomes of a post whose article is withdrawn (marked, if left out)",
    "repeat": "Whether a digest holds what was posted singly in its channel, too",
    "nothing_new": "Whether a digest tells that there is nothing new (skip if left out)",
    "timezone": "Its time zone, such as Europe/Berlin",
    "clear": "Take this out",
}

NONE = "Nothing is posted in this server yet. `/subscription add` makes a start."
NO_SUCH = "There is no subscription of that name here. Choose one from the list while you type."
LOCKED = (
    "🔒 That subscription is in the configuration file: whoever runs me changes it there. "
    "Nothing of it can be changed in Discord."
)
FOREIGN_CHANNEL = "`channel`: choose a channel of this server that I can see."
NO_EVERYONE = "`mention`: choose a role, not everyone."
UNMENTIONABLE = "`mention`: nobody may ping that role: allow anyone to mention it, in its settings."
NAME_TAKEN = "`name`: another subscription here has that name: choose another."
GONE = "That is done with: it was saved, cancelled, changed elsewhere, or waited for too long."
NAME_TAKEN_NOW = (
    "Another subscription here has that name by now. Rename or remove that one and press Save "
    "again, or cancel and choose another name."
)
CHANGED = (
    "Someone has changed this subscription since you began, so your change was not saved. "
    "This is how it is now: make your change anew."
)
CANCELLED = "Nothing was changed."
IS_PAUSED = "It is paused: `/subscription resume` lets it go on."
NO_SAMPLE = "None of the newest articles fits, so there is nothing to show."
NO_DISCUSSED_SAMPLE = (
    "Nobody here has replied or reacted to any of the newest fitting articles yet, so there is "
    "nothing to show."
)
UNKNOWN_CHANNEL = "Discord could not be asked about the channel just now. Check again in a minute."

SAVE = "Save"
CHECK = "Check again"
CANCEL = "Cancel"

NEW_TITLE = "New subscription: {name}"
CHANGE_TITLE = "Change of {name}"
SAVED_TITLE = "Saved: {name}"
LIST_TITLE = "Subscriptions"
RUNS = "Next runs"
TO_MEND = "To be mended"
WOULD_POST = "Would have been posted"
LEFT_OUT = "Left out, and why"

ONLY_FROM_NOW_ON = "What only this change lets in is posted if it is published after you save."

LOCK = "🔒"
PAUSED = "⏸️ paused"
VANISHED = "⏸️ paused: no longer in the configuration file"
TROUBLED = "⚠️"


def broken(reason: str) -> str:
    """Say why a subscription can be read no more, and what to do."""
    return f"{TROUBLED} posts nothing, for it cannot be read any more: {reason}. Edit or remove it"


CHANNEL = "Channel"
WHEN = "When"
TOPICS = "Topics"
QUALITY = "Quality"
TYPE = "Type"
LANGUAGES = "Languages"
PROVIDERS = "Providers"
NOT_PROVIDERS = "Never from"
WORDS = "Words"
NOT_WORDS = "Never with"
QUIET = "Quiet hours"
LIMIT = "At most"
LOOKS = "Posts"
ALL = "all"
ALL_OF = "all of "
AS_DIGEST = "as a digest"
MOST_DISCUSSED = "of what is discussed most here"
REPEATS = "with what was posted singly, too"
TELLS = "or that there is nothing new"
THREADS = "with a thread under each"
OPENS = "beginning each discussion"
APART = "further reports of a story by themselves"
SILENT = "without a notification"
DELETES = "deletes what is retracted"
UNPUBLISHED = "not published to other servers"
LEAVES = "leaves what is retracted"


def better(quality: int) -> str:
    """Say which quality is enough."""
    return f"{quality} or better"


def only(kind: str) -> str:
    """Say which type is let through."""
    return f"only {kind}s"


def pings(role: str) -> str:
    """Say whom posts ping; `role` is a mention."""
    return f"pinging {role}"


def a_run(limit: int) -> str:
    """Say how many posts a run makes."""
    return f"{limit} a run"


def hourly(budget: int) -> str:
    """Say how many posts a channel gets within an hour."""
    return f"{budget} an hour in the channel"


def full(most: int) -> str:
    """Say that a server has as many subscriptions as it may."""
    return (
        f"This server has {most} subscriptions, and no more are allowed. Remove one, or let one "
        "follow more topics with `/subscription edit`."
    )


def full_now(most: int) -> str:
    """Say that a server has as many subscriptions as it may by now."""
    return f"{full(most)} Then press Save again."


def wrong(option: str, reason: str) -> str:
    """Say what is wrong with an option."""
    return f"`{option}`: {reason}"


def rehearsed(posted: int, articles: int, *, more: bool) -> str:
    """Say how many of the last seven days' articles would have been posted.

    With `more` only the newest were looked at.
    """
    if not articles:
        return "There were no articles in the last 7 days."
    if more:
        return (
            f"Of the newest {articles} articles this would have posted **{posted}**; "
            "the last 7 days have more, which I did not try."
        )
    return f"In the last 7 days this would have posted **{posted} of {articles}**."


def page(number: int, pages: int, total: int) -> str:
    """Say which page of the subscriptions this is."""
    return f"page {number} of {pages} · {total} {'subscription' if total == 1 else 'subscriptions'}"


def more(count: int) -> str:
    """Say how many lines do not fit."""
    return f"… and {count} more"


def paused(name: str) -> str:
    """Say that a subscription is paused."""
    return f"⏸️ **{name}** is paused. What comes in the meantime waits for `/subscription resume`."


def resumed(name: str, bound: str, runs: str) -> str:
    """Say that a subscription goes on; `bound` is how much at once, `runs` are its next runs."""
    meantime = "What came in the meantime is posted too"
    up_to = f", up to {bound}" if bound else ""
    return f"▶️ **{name}** goes on. {meantime}{up_to}.\n{RUNS}: {runs}"


def removed(name: str) -> str:
    """Say that a subscription is gone."""
    return f"**{name}** is removed. What it posted stays."


def sample_digest(channel: str, scores: str) -> str:
    """Say what a sample of a digest is, and what its stories scored, the best first."""
    told = (
        f"So a digest of the newest fitting articles would look in {channel}. Nothing was posted."
    )
    return f"{told}\n-# Scores, the best first: {scores}"


def sample(channel: str) -> str:
    """Say what a sample is; `channel` is a mention."""
    return f"So the newest fitting article would look in {channel}. Nothing was posted."


def nothing_due(name: str) -> str:
    """Say that a subscription has nothing to post."""
    return f"Nothing is due for **{name}**."


def made_by(member: int, when: str) -> str:
    """Say who made a subscription; `when` is a Discord timestamp."""
    return f"Made by <@{member}> {when}"


FROM_FILE = f"{LOCK} From the configuration file, where alone it can be changed"


def facts(values: dict[str, str]) -> str:
    """Return lines of what a subscription is."""
    return "\n".join(f"**{label}** {value}" for label, value in values.items() if value)
