"""All that members read and that is not the news, in one place."""

from __future__ import annotations

_LINKS = 15  # as many as surely fit into a message

READ = "Read the article"
WATCH = "Watch the video"
RELATED = "Related coverage"

NEWS = "Look up the news"
LATEST = "The latest articles, of all topics or of one"
ARTICLE = "One article in full"
TOPICS = "What the news is about here, and how much there is of it"
TOPICS_TITLE = "Topics"
PUBLISH = "Post news now"
PUBLISH_DUE = "Post now what the schedule would post next in this server"
PUBLISH_ARTICLE = "Post one article into this channel"

OPTION_TOPIC = "Only this topic"
OPTION_COUNT = "How many articles"
OPTION_TITLE = "Words of its title"
OPTION_SHARE = "Show the answer to everyone here"

NO_NEWS = "There is no news here yet."
NO_TOPICS = "No article has a topic yet."
NO_ARTICLE = "I found no such article. Type a few letters of its title and choose from the list."
CANNOT_SHARE = "You may not write here, so only you can see this."
STAFF_ONLY = "Only members who may manage this server can do that."
NOTHING_DUE = "Nothing is due in this server's channels."
NO_SUBSCRIPTIONS = "No channel of this server follows the news yet."
WITHDRAWN = "That article is withdrawn: its file is gone."
STOPPING = "I am about to stop and post nothing new. Try again in a minute."
FAILED = "Sorry, that went wrong. Tell whoever runs me: {id}"


def no_news_of(topic: str) -> str:
    """Say that a topic has no articles."""
    return f"There is no news of {topic} yet. `/news topics` shows what there is."


def topic_line(name: str, articles: int, newest: str) -> str:
    """Say how much there is of a topic; `newest` is a Discord timestamp."""
    noun = "article" if articles == 1 else "articles"
    return f"**{name}** · {articles} {noun} · last {newest}"


def posted(links: list[str]) -> str:
    """Say where posts went."""
    noun = "article" if len(links) == 1 else "articles"
    more = [f"… and {len(links) - _LINKS} more"] if len(links) > _LINKS else []
    return "\n".join([f"Posted {len(links)} {noun}:", *links[:_LINKS], *more])


def already(link: str) -> str:
    """Say where an article is already."""
    return f"That article is here already: {link}"


def posted_here(link: str) -> str:
    """Say that a chosen article is posted."""
    return f"Posted: {link}"


def not_posted(reason: str) -> str:
    """Say why a chosen article is not posted."""
    return f"Not posted: {reason}"


def trouble(channel: str, reason: str) -> str:
    """Say why a channel got nothing."""
    return f"{channel}: {reason}"
