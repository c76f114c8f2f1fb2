"""The limits of a message body in the stand-in's world."""

import pytest

from tests.wire.records import Channel, Json
from tests.wire.trial import refused, sent
from tests.wire.world import World


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"content": "x" * 2001}, "content"),
        ({"content": "x", "nonce": "n" * 26}, "nonce"),
        ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title"),
        ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description"),
        ({"embeds": [{"footer": {"text": "x" * 2049}}]}, "embeds.0.footer.text"),
        ({"embeds": [{"author": {"name": "x" * 257}}]}, "embeds.0.author.name"),
        ({"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}, "embeds.0.fields"),
        ({"embeds": [{"fields": [{"name": " ", "value": "v"}]}]}, "embeds.0.fields.0.name"),
        ({"embeds": [{"fields": [{"name": "n", "value": "v" * 1025}]}]}, "embeds.0.fields.0.value"),
        ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds"),
        ({"embeds": [{"title": "x"}] * 11}, "embeds"),
        ({"embeds": [{"title": "x", "color": 0x1000000}]}, "embeds.0.color"),
        ({"embeds": [{"title": "x", "timestamp": "soon"}]}, "embeds.0.timestamp"),
        ({"embeds": [{"image": {"url": "javascript:alert(1)"}}]}, "embeds.0.image.url"),
        ({"embeds": [{"image": {"url": "data:image/png;base64,AA"}}]}, "embeds.0.image.url"),
        ({"embeds": [{"thumbnail": {"url": "https://"}}]}, "embeds.0.thumbnail.url"),
        ({"embeds": [{"url": "attachment://a.png"}]}, "embeds.0.url"),
        ({"embeds": [{"url": "https://example.org/" + "x" * 2048}]}, "embeds.0.url"),
        ({"content": "x", "components": [{"type": 2}]}, "components.0.type"),
        ({"content": "x", "flags": 1 << 15}, "content"),
        (
            {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
            "allowed_mentions",
        ),
    ],
)
def test_a_broken_limit_is_an_invalid_form_body_that_names_the_field(
    world: World, news: Channel, body: Json, path: str
) -> None:
    error = refused(sent, world, news, body)
    assert (error.status, error.code) == (400, 50035)
    node = error.errors or {}
    for step in path.split("."):
        node = node[step]
    assert node["_errors"]
    assert news.messages == {}


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2000},
        {"embeds": [{"title": "x" * 256 + " ", "description": "y" * 4096}]},
        {"embeds": [{"description": "x" * 3000}] * 2},
        {"embeds": [{"title": "t", "image": {"url": "attachment://a.png"}}]},
        {"embeds": [{"title": "t", "timestamp": "2030-05-01T12:00:00+00:00"}]},
    ],
)
def test_a_body_at_its_limits_is_taken(world: World, news: Channel, body: Json) -> None:
    assert sent(world, news, body).id in news.messages


def test_an_empty_message_is_refused(world: World, news: Channel) -> None:
    assert refused(sent, world, news, {"embeds": []}).code == 50006
