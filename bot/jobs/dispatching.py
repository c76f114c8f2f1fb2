"""What a post is made of when it goes out, whether it may, and what it can do without."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from bot.errors import Part, PostRefused
from bot.jobs.outlet import Dispatch
from bot.jobs.planning import pace_of
from bot.news.article import Article
from bot.news.digest import EMBEDS, Page, Spot, Story, section
from bot.news.face import UNMARKED, Mark
from bot.news.images import illustration
from bot.news.pace import AT_WILL
from bot.news.plan import Candidate
from bot.news.post import BY_HAND, Fate, Post
from bot.news.standing import Standing, standing
from bot.news.subscription import Subscription
from bot.store import articles, digests, faces, outbox
from bot.store.database import Database
from bot.structs import replace

log = logging.getLogger(__name__)

T = TypeVar("T")

MOST = 400  # articles of a digest that are looked at: no two messages can show more


def look_of(known: Iterable[Subscription], channel_id: int, key: str = "") -> Subscription:
    """Return how posts look in a channel: as this subscription there says, or another, or plain."""
    here = sorted((s for s in known if s.channel_id == channel_id), key=lambda s: s.key != key)
    return here[0] if here else Subscription(name=key or BY_HAND, channel_id=channel_id)


async def prepared(
    database: Database,
    post: Post,
    subscription: Subscription,
    marks: Mapping[int, Mark] | None = None,
) -> Dispatch:
    """Return a post as it goes out: with what the archive says of its articles now.

    A digest's message has all that it holds: each attempt at it shows the same articles. `marks`
    are what has become of them since, by id, once it is there.
    """
    if post.fate is not Fate.POSTED:
        await faces.sends(database, post)
    marks = marks or {}
    if post.digest_id is not None:
        page = await _page(database, post, subscription, marks)
        told = replace(_plain(post, page, subscription), mention=_mention(post, subscription))
        # A line that there is no news must call nobody.
        return told if page.articles else replace(told, mention=None, silent=True)
    article = (await articles.of_post(database, post.id)).article
    if (
        article.url not in post.urls and post.fate is not Fate.POSTED
    ):  # its file has changed since the claim
        post = await outbox.also_shows(database, post, article.url)
    shared = await articles.shared_pictures(database, article)
    return replace(
        _plain(post, article, subscription),
        illustration=illustration(article.pictures, shared),
        mark=marks.get(post.article_id or 0, UNMARKED),
    )


async def ordered(
    database: Database, post: Post, subscriptions: Iterable[Subscription], now: datetime
) -> tuple[Subscription, Standing]:
    """Return how an open post looks, and what is to become of it.

    It looks as its own subscription says, if that still posts in its channel; one that staff chose
    as another does there, but it pings nobody.
    """
    here = [each for each in subscriptions if each.channel_id == post.channel_id]
    if post.subscription == BY_HAND and here:
        return replace(here[0], mention=None), Standing.WANTED
    own = next((each for each in here if each.key == post.subscription), None)
    candidate = None
    if post.article_id is not None:
        candidate = await articles.article(database, post.article_id, post.channel_id)
    pace = await pace_of(database, own, now) if own else AT_WILL
    plain = Subscription(name=post.subscription, channel_id=post.channel_id)
    return own or plain, standing(post, candidate, own, pace)


async def may_go_out(database: Database, post: Post, now: datetime) -> bool:
    """Tell whether a post is still to be made: of an article that staff chose, even if held.

    The second message of a digest waits for the first.
    """
    if post.digest_id is not None:
        return post.part == 1 or (await digests.first_message(database, post)).fate is Fate.POSTED
    candidate = await articles.of_post(database, post.id)
    if post.subscription == BY_HAND or candidate.withdrawn:
        return not candidate.withdrawn
    return candidate.listed and candidate.article.published_at <= now


async def named(database: Database, post: Post) -> str:
    """Return what a log calls a post."""
    if post.digest_id is not None:
        return f"digest {post.reference}"
    return (await articles.of_post(database, post.id)).article.slug


async def with_less(dispatch: Dispatch, act: Callable[[Dispatch], Awaitable[T]]) -> T:
    """Do something with a post, with less in it where Discord refuses a part of it.

    Raises PostRefused if it is refused as it is.
    """
    while True:
        try:
            return await act(dispatch)
        except PostRefused as error:
            less = _lighter(dispatch, error)
            if less is None:
                raise
            log.warning("refused in part post=%s reason=%s", dispatch.name, error)
            dispatch = less


async def stories(
    database: Database,
    told: Sequence[Sequence[Candidate]],
    topics: Sequence[str],
    marks: Mapping[int, Mark] | None = None,
) -> tuple[Story, ...]:
    """Return stories, each given by its articles, with what stands beside them in a digest."""
    spots = await digests.spots(database, (each.id for group in told for each in group))
    plain = tuple(_story(group, topics, spots, marks or {}) for group in told)
    first = [await _illustrated(database, story) for story in plain[:EMBEDS]]
    return (*first, *plain[EMBEDS:])


def _lighter(dispatch: Dispatch, error: PostRefused) -> Dispatch | None:
    """Return what may be taken instead: first without pictures, then titles and links alone."""
    if error.part is Part.PICTURE and dispatch.pictures:
        return replace(dispatch, pictures=False)
    if error.part is not None and not dispatch.brief:
        return replace(dispatch, pictures=False, brief=True)
    return None


def _plain(post: Post, subject: Article | Page, subscription: Subscription) -> Dispatch:
    """Return a post with what its subscription says of all its posts."""
    return Dispatch(
        post,
        subject,
        mention=subscription.mention if post.follows is None else None,
        silent=subscription.silent,
        archive_after=subscription.archive_after,
        reopen_within=subscription.reopen_within,
        opening=subscription.opening,
        fallback_tag=subscription.fallback_tag,
    )


async def _page(
    database: Database, post: Post, subscription: Subscription, marks: Mapping[int, Mark]
) -> Page:
    found = await digests.contents(database, post, MOST)
    first = await digests.first_message(database, post) if post.part > 1 else post
    discussed = subscription.sort == "discussed"
    sections = () if discussed else subscription.topics  # they would break its order
    return Page(
        since=found.since,
        until=found.until,
        stories=await stories(database, found.stories, sections, marks),
        articles=found.articles,
        providers=found.providers,
        topics=subscription.topics,
        others=found.count - sum(map(len, found.stories)),
        discussed=discussed,
        part=post.part,
        thread_id=first.thread_id,
    )


def _story(
    group: Sequence[Candidate],
    topics: Sequence[str],
    spots: Mapping[int, tuple[Spot, ...]],
    marks: Mapping[int, Mark],
) -> Story:
    best = group[0].article
    return Story(
        article=best,
        also=tuple(
            each.article for each in group[1:] if not marks.get(each.id, UNMARKED).retracted
        ),
        section=section(best, topics),
        spots=tuple(spot for each in group for spot in spots.get(each.id, ())),
        mark=marks.get(group[0].id, UNMARKED),
    )


async def _illustrated(database: Database, story: Story) -> Story:
    shared = await articles.shared_pictures(database, story.article)
    return replace(story, illustration=illustration(story.article.pictures, shared))


def _mention(post: Post, subscription: Subscription) -> int | None:
    """Return whom a message of a digest pings: once, however many messages it has."""
    return subscription.mention if post.part == 1 else None
