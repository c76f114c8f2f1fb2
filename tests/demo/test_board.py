"""What the overview shows after the events of a server."""

from bot.demo.board import Board

FORUM = {
    "id": "1100000000000000001",
    "type": 15,
    "name": "reading-room",
    "available_tags": [{"id": "7", "name": "Space"}],
}
SPACE = {"id": "1100000000000000002", "type": 0, "name": "space", "topic": "Rockets."}
AUTHOR = {"username": "broadsheet", "global_name": "Broadsheet"}


def said(channel: str, message: str = "1100000000000000009", **fields: object) -> dict:
    return {
        "id": message,
        "channel_id": channel,
        "type": 0,
        "author": AUTHOR,
        "timestamp": "2026-11-23T06:00:00+00:00",
        **fields,
    }


def board(*events: tuple[str, dict]) -> Board:
    made = Board()
    made.note("GUILD_CREATE", {"channels": [FORUM, SPACE]})
    for event, payload in events:
        made.note(event, payload)
    return made


def test_a_channel_shows_its_latest_post():
    embed = {"title": r"Moon \*probe\*", "description": "It landed."}
    place = board(("MESSAGE_CREATE", said(SPACE["id"], embeds=[embed]))).place(int(SPACE["id"]))
    assert (place.line, place.author, place.count) == ("Moon *probe*", "Broadsheet", 1)


def test_a_channel_shows_the_headline_of_its_latest_digest():
    embed = {"title": "Moon probe", "description": "It landed."}
    content = "## News digest: Space\n**3 articles**"
    place = board(("MESSAGE_CREATE", said(SPACE["id"], content=content, embeds=[embed])))
    assert place.place(int(SPACE["id"])).line == "News digest: Space"


def test_a_thread_shows_the_post_under_which_it_was_opened():
    post = said(SPACE["id"], embeds=[{"title": "Moon probe", "image": {"url": "https://x/a.jpg"}}])
    thread = {"id": post["id"], "type": 11, "name": "talk", "parent_id": SPACE["id"]}
    place = board(("MESSAGE_CREATE", post), ("THREAD_CREATE", thread)).place(int(post["id"]))
    assert (place.kind, place.parent) == ("thread", SPACE["id"])
    assert (place.opening.title, place.opening.picture) == ("Moon probe", "https://x/a.jpg")


def test_a_forum_post_shows_its_tags_and_keeps_its_opening_message():
    thread = {
        "id": "1100000000000000005",
        "type": 11,
        "name": "Moon",
        "parent_id": FORUM["id"],
        "applied_tags": ["7", "8"],
    }
    place = board(
        ("THREAD_CREATE", thread),
        ("MESSAGE_CREATE", said(thread["id"], content="The long read.")),
        ("MESSAGE_CREATE", said(thread["id"], content="Thanks!")),
    ).place(int(thread["id"]))
    assert place.tags == ("Space",)
    assert (place.opening.summary, place.line, place.count) == ("The long read.", "Thanks!", 2)


def test_a_notice_that_a_thread_was_opened_is_not_the_latest_post():
    changed = board(("MESSAGE_CREATE", said(SPACE["id"], content="talk", type=18)))
    assert changed.place(int(SPACE["id"])).count == 0


def test_an_edited_post_is_shown_as_it_is_now_also_where_it_is_discussed():
    post = said(SPACE["id"], embeds=[{"title": "Moon probe", "description": "It landed."}])
    thread = {"id": post["id"], "type": 11, "name": "talk", "parent_id": SPACE["id"]}
    edited = {"title": "~~Moon probe~~", "description": "**Retracted**"}
    changed = board(
        ("MESSAGE_CREATE", post),
        ("THREAD_CREATE", thread),
        ("MESSAGE_CREATE", said(thread["id"], "1100000000000000010", content="Thanks!")),
        ("MESSAGE_UPDATE", said(SPACE["id"], embeds=[edited])),
    )
    assert changed.place(int(SPACE["id"])).line == "Moon probe"
    talk = changed.place(int(thread["id"]))
    assert (talk.opening.summary, talk.line, talk.count) == ("Retracted", "Thanks!", 1)


def test_the_time_of_a_correction_is_shown_as_one():
    embed = {"title": "Moon", "description": "It landed.\n\n*Updated <t:1767225600:f>*"}
    forum = {"id": "1100000000000000005", "type": 11, "name": "Moon", "parent_id": FORUM["id"]}
    changed = board(
        ("THREAD_CREATE", forum),
        ("MESSAGE_CREATE", said(forum["id"], embeds=[{"title": "Moon"}])),
        ("MESSAGE_UPDATE", said(forum["id"], embeds=[embed])),
    )
    opening = changed.place(int(forum["id"])).opening
    assert opening.summary == "It landed. Updated 01/01/2026, 00:00"


def test_changes_are_told_once():
    changed = board(("MESSAGE_UPDATE", said(SPACE["id"], content="mended")))
    assert changed.changed() == {int(SPACE["id"])}
    assert changed.changed() == set()


def test_a_deleted_thread_is_gone():
    assert board(("CHANNEL_DELETE", SPACE)).place(int(SPACE["id"])) is None
