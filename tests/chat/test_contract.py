"""Whether requests are held against Discord's own description of its API."""

import pytest
import simcord

from tests import contract


def send(**body):
    """Return a message on its way."""
    values = {"content": "hello", "nonce": "n", "enforce_nonce": True} | body
    return simcord.HttpLogEntry("POST", "/channels/12/messages", {}, values, None)


REFUSED = (
    (send(content=""), "nothing to send"),
    (send(nonce="n" * 26), "length 26, limit 25"),
    (send(enforce_nonce=None), "no nonce+enforce_nonce"),
    (send(embeds=[{"title": "t" * 257}]), "length 257, limit 256"),
    (send(embeds=[{"description": "d" * 4_000}] * 2), "8000 > 6000"),
    (send(embeds=[{"title": "t", "url": "javascript:alert(1)"}]), "scheme of"),
    (simcord.HttpLogEntry("POST", "/channels/12/articles", {}, {}, None), "no such operation"),
)


@pytest.mark.skipif(not contract.available(), reason="no ../shared/discord beside the repository")
def test_a_request_that_discord_would_refuse_is_noticed():
    assert contract.violations([send()]) == []
    for request, told in REFUSED:
        assert told in contract.violations([request])[0]
