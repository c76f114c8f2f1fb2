"""What can be pressed below an answer. All that a press needs to know is in its custom_id."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import discord

from bot.chat import limits
from bot.chat.asking.listing import Listing, fitted, written
from bot.chat.wording import texts
from bot.news.plan import Candidate
from bot.news.text import cut
from bot.store.labels import TopicCount

TEMPLATE = re.compile(r"news:(?P<action>[^:]*):?(?P<state>.*)", re.DOTALL)

Items = tuple[discord.ui.Item[Any], ...]


class Action(StrEnum):
    """What a press does. The names are in messages for ever: none is given another meaning."""

    LIST = "l"  # shows the listing
    SHARE_LIST = "s"  # shows it to all
    ARTICLE = "a"  # shows the chosen article; the listing is where it goes back to
    SHARE_ARTICLE = "p"  # shows an article, by its id, to all
    TOPIC = "t"  # shows the latest of the chosen topic


def below_article(key: int, related: Listing, back: Listing | None) -> Items:
    """Return what is beside the link of an article in full; `back` is the list it is from."""
    items: Items = (
        _button(texts.MORE_LIKE_THIS, Action.LIST, written(related)),
        _button(texts.SHARE, Action.SHARE_ARTICLE, str(key)),
    )
    return items if back is None else (*items, _button(texts.BACK, Action.LIST, written(back)))


def below_list(
    listing: Listing, shown: Sequence[Candidate], last: int, page: str, *, shared: bool
) -> Items:
    """Return what is below a page of articles, of which there are `last`; `page` says which it is.

    A `shared` one is not offered to be shared.
    """
    options = [
        discord.SelectOption(
            label=cut(candidate.article.title, limits.CHOICE),
            value=str(candidate.id),
            description=cut(candidate.article.provider.name, limits.CHOICE) or None,
        )
        for candidate in shown
    ]
    choice = _select(texts.below(texts.OPEN, page), Action.ARTICLE, listing, options)
    return (*choice, *_turning(listing, last), *([] if shared else [_sharing(listing)]))


def below_topics(
    listing: Listing, shown: Sequence[TopicCount], last: int, page: str, *, shared: bool
) -> Items:
    """Return what is below a page of topics, like `below_list`."""
    options = [
        discord.SelectOption(
            label=cut(topic.name, limits.CHOICE),
            value=str(topic.id),
            description=texts.counted(topic.articles),
        )
        for topic in shown
    ]
    choice = _select(texts.below(texts.OPEN_TOPIC, page), Action.TOPIC, listing, options)
    return (*choice, *_turning(listing, last), *([] if shared else [_sharing(listing)]))


def instead(listing: Listing) -> Items:
    """Return the button that searches for other words."""
    label = cut(texts.did_you_mean(listing.words), limits.BUTTON_LABEL)
    return (_button(label, Action.LIST, written(fitted(listing))),)


def _turning(listing: Listing, last: int) -> Items:
    """Return the buttons to the pages before and after; none if there is only one page."""
    if last == 1:
        return ()
    before, after = listing.page - 1, listing.page + 1
    return (
        _button(texts.PREVIOUS, Action.LIST, written(listing.turned(before)), off=before < 0),
        _button(texts.NEXT, Action.LIST, written(listing.turned(after)), off=after >= last),
    )


def _sharing(listing: Listing) -> discord.ui.Item[Any]:
    return _button(texts.SHARE, Action.SHARE_LIST, written(listing))


def _button(label: str, action: Action, state: str, *, off: bool = False) -> discord.ui.Item[Any]:
    custom_id = _custom_id(action, state)
    return discord.ui.Button(label=label, custom_id=custom_id, disabled=off)


def _select(
    placeholder: str, action: Action, listing: Listing, options: list[discord.SelectOption]
) -> Items:
    if not options:
        return ()
    custom_id = _custom_id(action, written(listing))
    select: discord.ui.Select[Any] = discord.ui.Select(
        placeholder=placeholder, custom_id=custom_id, options=options
    )
    return (select,)


def _custom_id(action: Action, state: str) -> str:
    return f"news:{action}:{state}"
