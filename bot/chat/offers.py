"""What people are offered in Discord: every command, and all that is pressed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.chat.asking.answers import Answers
from bot.chat.asking.discuss import Discuss
from bot.chat.asking.lookup import News
from bot.chat.asking.members import Members
from bot.chat.asking.menus import Menus
from bot.chat.asking.opening import RELATED, related
from bot.chat.asking.presses import pressed
from bot.chat.buttons import handled
from bot.chat.client import Client
from bot.chat.looks.below_post import FOLLOW as BUTTON
from bot.chat.looks.below_post import KIND
from bot.chat.looks.telling import FOLLOW
from bot.chat.managing.manage import Publish
from bot.chat.managing.office import Office
from bot.chat.managing.on_demand import Digest
from bot.chat.managing.reviewing import Reviewing
from bot.chat.managing.subscribe import Subscriptions
from bot.chat.managing.why import why
from bot.jobs.discussions import Discussions
from bot.jobs.reviews import REVIEW, Reviews
from bot.jobs.roster import Roster
from bot.settings import Settings
from bot.store.database import Database


def offer(
    client: Client,
    roster: Roster,
    reviews: Reviews,
    lookups: Database,
    settings: Settings,
    now: Callable[[], datetime],
) -> None:
    """Give the client its commands, and what is pressed below posts, cards and answers.

    `lookups` is the database as members ask it.
    """
    publisher, colours = roster.publisher, settings.topic_colours()
    database = publisher.database
    answers = Answers(lookups, colours, now, lambda: publisher.subscriptions)
    office = Office(database, roster, settings.discord.subscriptions_per_server, colours)
    news, subscriptions = News(lookups, answers, now), Subscriptions(office)
    members = Members(database, lookups, lambda: publisher.subscriptions, now)
    for command in (why(office), *members.commands()):
        news.add_command(command)
    client.offer(news, Digest(lookups, publisher, colours))
    discuss = Discuss(lookups, Discussions(publisher))
    client.offer(Publish(database, publisher), subscriptions, discuss)
    client.offer(*Menus(lookups, answers).commands())
    client.add_dynamic_items(pressed(answers), handled(subscriptions.buttons))
    below_post = {**discuss.buttons, BUTTON: members.offer, RELATED: related(answers)}
    client.add_dynamic_items(handled(below_post, KIND))
    client.add_dynamic_items(handled(members.buttons, FOLLOW))
    client.add_dynamic_items(handled(Reviewing(reviews, colours).buttons, REVIEW))
