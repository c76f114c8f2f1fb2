"""What members read that is not the news; what a part alone says is in the modules beside."""

from __future__ import annotations

from datetime import date

_LINKS = 15  # as many as surely fit into a message

READ = "Read the article"
WATCH = "Watch the video"
RELATED = "Related coverage"

NEWS = "Look up the news"
SEARCH = 'Search all the news: every word, "phrases", and -words to leave out'
LATEST = "The latest articles, of all topics or of one"
ARTICLE = "One article in full"
RELATED_TO = "What else there is about the subject of an article"
TOPICS = "What the news is about here, and how much there is of it"
MENU_RELATED = "Related news"
MENU_ABOUT = "Find news about this"
PUBLISH = "Post news now"
PUBLISH_DUE = "Post now the articles that the schedule would post next in this server"
PUBLISH_ARTICLE = "Post one article into this channel"
DIGEST = "What is new, at a glance"
DIGEST_NOW = "Post this server's digests now, ahead of their time"
DIGEST_PREVIEW = "What a digest of the last days would hold, for you alone"

OPTION_TOPIC = "Only this topic"
OPTION_PROVIDER = "Only from this provider"
OPTION_WORDS = 'Words, a "phrase", -without; the last word may be a beginning'
OPTION_SINCE = "Only articles no older than this"
OPTION_SORT = "What comes first"
OPTION_COUNT = "How many articles at most"
OPTION_TITLE = "Words of its title"
OPTION_DAYS = "How many days back"
OPTION_SHARE = "Show the answer to everyone here"

NO_NEWS = "There is no news here yet. Look again once the first articles have come in."
NO_TOPICS = "No article has a topic yet. `/news latest` shows what there is."
NO_RELATED = "I found nothing else about that. `/news search` looks for words of your own."
NO_SUBJECT = "That message has no words or links that I could look for."
NOTHING_ABOUT = "I found no news about that message. `/news search` looks for words of your own."
NO_ARTICLE = "I found no such article. Type a few letters of its title and choose from the list."
CANNOT_SHARE = "You may not write here, or only now and then, so only you can see this."
STAFF_ONLY = "Only members who may manage this server can do that."
NO_DIGESTS = "No channel of this server has a digest yet."
NOTHING_FOR_DIGEST = "There is nothing new for a digest in this server."
SERVERS_ONLY = "That works in a server only. Here you can try `/digest preview`."
NOTHING_DUE = "Nothing is due in this server's channels."
DIGESTS_WAIT = "Digests wait for their time: `/digest now` posts them at once."
NO_SUBSCRIPTIONS = "No channel of this server follows the news yet."
WITHDRAWN = "That article is withdrawn: its file is gone."
STOPPING = "I am about to stop and post nothing new. Try again in a minute."
OUTDATED = "These commands have changed. Restart Discord to see the new ones."
FAILED = "Sorry, that went wrong. Whoever runs me finds out why with this number: {id}"

# Lists, and what can be pressed below them.
LATEST_TITLE = "Latest news"
SEARCH_TITLE = "News with: {words}"
RELATED_TITLE = "Related to: {title}"
ABOUT_TITLE = "News about that message"
ABOUT_WORDS = "closest to: {words}"
TOPICS_TITLE = "Topics"
OPEN = "Open an article"
OPEN_TOPIC = "See the latest of a topic"
PREVIOUS = "Previous"
NEXT = "Next"
SHARE = "Share"
BACK = "Back to the list"
MORE_LIKE_THIS = "Related news"
SHARED = "Shared below."
STALE_BUTTON = "This button is of another version of me: it does nothing any more."
STALE = "This list is from an earlier version of me. Ask anew with `/news`."
GONE = "That article is not there any more. `/news search` finds others."
NO_WORDS = "Type at least one word to look for."
SORTS = {"relevance": "Best match first", "newest": "Newest first"}
AGES = {
    1: "Last 24 hours",
    7: "Last 7 days",
    30: "Last 30 days",
    92: "Last 3 months",
    365: "Last 12 months",
}

# Digests.
DISCUSSION = "Discussion"
POST = "Post"
ALSO_NEW = "Also new"
MORE_NEWS = "More news"
DIGEST_OF_NEWS = "News digest"
DIGEST_CONTINUED = "The digest goes on:"


def digest_title(about: str, kind: str) -> str:
    """Return the headline of a kind of digest; `about` are its topics, "" for all or many."""
    return f"## {kind}: {about}" if about else f"## {kind}"


def digest_name(about: str, day: date, kind: str) -> str:
    """Return what the thread of a digest is called."""
    title = f"{kind}: {about}" if about else kind
    return f"{title} · {day.day} {day:%B %Y}"


def digest_counts(articles: int, providers: int, since: str, until: str) -> str:
    """Say how much there is in a digest; the times are Discord timestamps."""
    noun = "article" if articles == 1 else "articles"
    by = f" from {providers} providers" if providers > 1 else ""
    return f"**{articles} {noun}**{by} · {since} to {until}"


def digest_reference(reference: str) -> str:
    """Return the line by which a digest is known again."""
    return f"-# Digest {reference}"


def nothing_new(since: str) -> str:
    """Say that there is nothing to tell; `since` is a Discord timestamp."""
    return f"Nothing new since {since}."


def and_more(count: int) -> str:
    """Say how much is not shown, and where it is."""
    return f"… and {count} more: `/news latest`"


def also(links: list[str], more: int) -> str:
    """Say who else covers a story; `more` of them are not named."""
    counted = [f"{more} more"] if more else []
    return f"Also covered by {', '.join(links + counted)}"


def nothing_in(days: int, topic: str) -> str:
    """Say that the last days brought nothing, of a topic if one is given."""
    time = "day" if days == 1 else f"{days} days"
    of_topic = f" of {topic}" if topic else ""
    return f"The last {time} brought no news{of_topic}. `/news latest` shows older ones."


def digests_posted(links: list[str]) -> str:
    """Say where digests went, and what else was posted."""
    return "\n".join(["Posted:", *links[:_LINKS]])


def no_news_of(topic: str) -> str:
    """Say that a topic has no articles."""
    return f"There is no news of {topic} yet. `/news topics` shows what there is."


def no_news_from(provider: str) -> str:
    """Say that a provider has no articles."""
    return f"There is no news from {provider} yet. Choose a provider from the list as you type."


def nothing_here(scope: str) -> str:
    """Say that a part of the archive has no articles; `scope` names it."""
    return f"There is no news there: {scope}. Leave out an option to see more."


def nothing_with(words: str, scope: str) -> str:
    """Say that a search found nothing, and what to try; `scope` names where, or is empty."""
    where = f" ({scope})" if scope else ""
    wider = "leave out the topic, provider or time" if scope else "try other ones"
    return f"I found nothing with {words}{where}. Use fewer words, or {wider}."


def did_you_mean(words: str) -> str:
    """Offer other words."""
    return f"Did you mean: {words}"


def age(days: int) -> str:
    """Say from which time articles are."""
    return AGES.get(days, f"Last {days} days")


def page(number: int, pages: int, total: int, *, more: bool) -> str:
    """Say which page this is of how many; with `more` these are the first `total` of more."""
    among = f"the first {total} of more" if more else counted(total)
    return f"page {number} of {pages} · {among}"


def below(select: str, page: str) -> str:
    """Say what a select is for, and below which page it is."""
    return f"{select} · {page}"


def counted(total: int) -> str:
    """Say how many articles there are."""
    return f"{total} {'article' if total == 1 else 'articles'}"


def topic_page(number: int, pages: int, total: int) -> str:
    """Say which page of the topics this is."""
    return f"page {number} of {pages} · {total} {'topic' if total == 1 else 'topics'}"


def topic_line(name: str, articles: int, newest: str, channels: str) -> str:
    """Say how much there is of a topic; `newest` is a Discord timestamp, `channels` follow it."""
    followed = f" · in {channels}" if channels else ""
    return f"**{name}** · {counted(articles)} · last {newest}{followed}"


def follows_all(channels: str) -> str:
    """Say which channels follow every topic."""
    return f"All topics: {channels}"


def posted(links: list[str]) -> str:
    """Say where posts went."""
    more = [f"… and {len(links) - _LINKS} more"] if len(links) > _LINKS else []
    return "\n".join([f"Posted {counted(len(links))}:", *links[:_LINKS], *more])


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


def waiting(count: int, comes: str, *, quiet: bool) -> str:
    """Say how much quiet hours or a budget hold back; it comes at a Discord timestamp."""
    why = "it is quiet there now" if quiet else "the budget of this hour is used up"
    if count == 1:
        return f"1 article waits: {why}. It comes from {comes} on."
    return f"{count} articles wait: {why}. They come from {comes} on."
