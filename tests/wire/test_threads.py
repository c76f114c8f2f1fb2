"""Threads and forum posts in the stand-in's world."""

from tests.wire import messages, threads
from tests.wire.permissions import Permission
from tests.wire.records import Channel, ChannelKind, Guild
from tests.wire.trial import NOW, POST, TEXT, posted, refused, sent
from tests.wire.world import World


def test_the_thread_of_an_announcement_is_an_announcement_thread(
    world: World, guild: Guild
) -> None:
    official = world.add_channel(guild, "official", ChannelKind.ANNOUNCEMENT)
    message = sent(world, official, TEXT)
    thread = threads.start_from_message(world, message, {"name": "Talk"}, NOW)
    assert thread.kind is ChannelKind.ANNOUNCEMENT_THREAD


def test_a_thread_needs_its_permission_a_name_and_an_archive_time_that_exists(
    world: World, news: Channel
) -> None:
    message = sent(world, news, TEXT)
    start = threads.start_from_message
    assert refused(start, world, message, {"name": ""}, NOW).code == 50035
    odd = {"name": "Talk", "auto_archive_duration": 61}
    assert refused(start, world, message, odd, NOW).code == 50035
    world.permit(news, deny=Permission.CREATE_PUBLIC_THREADS)
    assert refused(start, world, message, {"name": "Talk"}, NOW).code == 50013


def test_active_threads_are_capped_and_archiving_makes_room(world: World, forum: Channel) -> None:
    world.rules.max_active_threads = 1
    thread = posted(world, forum)
    assert refused(posted, world, forum).code == 160006
    threads.shelve(world, thread, NOW)
    assert posted(world, forum).id != thread.id


def test_writing_wakes_an_archived_thread_but_not_a_locked_one(
    world: World, forum: Channel
) -> None:
    thread = posted(world, forum)
    threads.shelve(world, thread, NOW)
    sent(world, thread, TEXT)
    assert not thread.archived
    threads.shelve(world, thread, NOW, lock=True)
    assert refused(sent, world, thread, TEXT).code == 160005


def test_an_archived_thread_takes_no_change_but_its_return(world: World, forum: Channel) -> None:
    thread = posted(world, forum)
    first = thread.messages[thread.id]
    threads.shelve(world, thread, NOW)
    assert refused(messages.edit, world, first, {"content": "new"}, NOW).code == 50083
    assert refused(threads.edit, world, thread, {"name": "new"}, NOW).code == 50083
    threads.edit(world, thread, {"archived": False, "name": "new"}, NOW)
    assert (thread.archived, thread.name) == (False, "new")


def test_the_tags_of_a_post_are_checked(world: World, guild: Guild, forum: Channel) -> None:
    strict = world.add_channel(guild, "strict", ChannelKind.FORUM, tags=("A",), require_tag=True)
    one = strict.tags[0].id
    assert refused(posted, world, strict).code == 40067
    assert refused(posted, world, strict, {**POST, "applied_tags": [1]}).code == 10087
    assert refused(posted, world, forum, {**POST, "applied_tags": [one] * 6}).code == 50035
    strict.tags[0].moderated = True
    assert refused(posted, world, strict, {**POST, "applied_tags": [one]}).code == 40066
    assert world.threads == {}


def test_a_post_needs_only_send_messages(world: World, forum: Channel) -> None:
    world.permit(forum, deny=Permission.CREATE_PUBLIC_THREADS)
    assert posted(world, forum).parent is forum
    world.permit(forum, deny=Permission.SEND_MESSAGES)
    assert refused(posted, world, forum).code == 50013
