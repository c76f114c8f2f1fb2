"""Discord's limits for what the bot shows, in UTF-16 units unless they are counts."""

from __future__ import annotations

from bot.news.digest import BLOCK, UNITS

CONTENT = 2000  # of a message

TITLE = 256  # of an embed
DESCRIPTION = BLOCK
FIELD = 1024
AUTHOR = 256
EMBEDS = UNITS  # of all embeds of a message together

THREAD_NAME = 100
BUTTON_LABEL = 80
BUTTON_URL = 512

CHOICES = 25  # in one select, or offered at once to someone who types
CHOICE = 100  # of the name, the value and the description of one
