"""The stand-in as a process and as a thread, and what it records."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import discord
import pytest
from yarl import URL

from tests.wire import recording
from tests.wire.background import in_background
from tests.wire.client import QuickClient, forum_channel, logged_in, text_channel
from tests.wire.records import Channel
from tests.wire.server import Wire, serve
from tests.wire.world import World

ROOT = Path(__file__).parents[2]
CONTRACT = ROOT.parent / "shared" / "discord"  # the API's own description, where there is one


def answered(api_url: str, path: str, token: str) -> object:
    """Ask the API without discord.py."""
    asked = urllib.request.Request(api_url + path, headers={"Authorization": f"Bot {token}"})
    with urllib.request.urlopen(asked, timeout=5) as reply:
        assert reply.headers["Content-Type"] == "application/json"
        return json.load(reply)


def test_it_runs_as_a_process_that_tells_its_address_and_its_counts() -> None:
    command = [sys.executable, "-m", "tests.wire", "--text", "2", "--forum", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())
        user = answered(address["api_url"], "/users/@me", address["token"])
        os.kill(process.pid, signal.SIGTERM)
        counts = json.loads(process.stdout.readline())
        assert process.wait(timeout=5) == 0
    assert isinstance(user, dict)
    assert user["bot"] is True
    assert {"text-1", "text-2", "media-1"} <= set(address["channels"])
    assert counts["admitted"] == 1


def test_it_runs_in_a_thread_for_callers_without_a_loop(world: World, news: Channel) -> None:
    with in_background(world) as background:
        url, token = background.call(lambda wire: (wire.api_url, wire.world.token))
        channel = answered(url, f"/channels/{news.id}", token)
        count = background.call(lambda wire: len(wire.requests))
    assert isinstance(channel, dict)
    assert channel["name"] == "news"
    assert count == 1


async def test_it_comes_back_on_the_same_port(world: World, news: Channel) -> None:
    async with serve(world) as wire:
        url = wire.api_url
    port = URL(url).port or 0
    async with serve(world, port=port) as again, logged_in(again, QuickClient()) as client:
        await text_channel(client, news).send("after the pause")
    assert again.api_url == url
    assert len(news.messages) == 1


async def test_a_mistake_in_the_stand_in_is_not_taken_for_an_error_of_discord(
    world: World, news: Channel
) -> None:
    with pytest.RaisesGroup(AttributeError):
        async with serve(world) as wire:
            news.messages[1] = None  # type: ignore[assignment]
            url = f"{wire.api_url}/channels/{news.id}/messages"
            await asyncio.to_thread(_ask_in_vain, url, world.token)


async def test_a_body_that_is_no_json_is_refused_and_a_half_request_never_happened(
    wire: Wire, news: Channel
) -> None:
    port = URL(wire.api_url).port or 0
    head = f"POST /api/v10/channels/{news.id}/messages HTTP/1.1\r\nHost: localhost\r\n"
    head += f"Authorization: Bot {wire.world.token}\r\nContent-Length: "
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{head}1\r\n\r\n{{".encode())
    assert (await reader.readline()).split()[1] == b"400"
    assert wire.requests.pop().json == recording.BROKEN
    writer.write(f"{head}1000\r\n\r\n{{".encode())
    writer.close()
    await writer.wait_closed()
    assert not wire.requests
    assert not wire.crashes


def _ask_in_vain(url: str, token: str) -> None:
    with pytest.raises(urllib.error.HTTPError):
        answered(url, "", token)


@pytest.mark.skipif(not CONTRACT.is_dir(), reason="no description of the API beside the repository")
async def test_what_discord_py_sends_keeps_to_the_description_of_the_api(
    client: QuickClient, wire: Wire, news: Channel, forum: Channel, tmp_path: Path
) -> None:
    channel = text_channel(client, news)
    embed = discord.Embed(title="Title", url="https://example.org/a", description="Text")
    message = await channel.send(embed=embed, nonce="news-1")
    await message.create_thread(name="Talk")
    await channel.get_partial_message(message.id).edit(content="changed")
    await forum_channel(client, forum).create_thread(name="Post", embed=embed)
    recorded = tmp_path / "requests.jsonl"
    recording.write(wire.requests, recorded)
    command = [sys.executable, str(CONTRACT / "validate.py"), "--rules", str(recorded)]
    pipe = asyncio.subprocess.PIPE
    checking = await asyncio.create_subprocess_exec(*command, stdout=pipe)
    report = (await checking.communicate())[0].decode()
    assert checking.returncode == 0, report
    assert report.count(": ok") == len(wire.requests)
