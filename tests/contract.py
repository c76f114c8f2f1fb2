"""Discord's own description of its API, held against the requests of a test.

The description and its checker are too large to be part of this repository; they are used where
they lie in a folder beside it.
"""

import functools
import importlib.util
import json
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import simcord

FOLDER = Path(__file__).parents[2] / "shared" / "discord"


def available() -> bool:
    """Whether there is a description to hold requests against."""
    return (FOLDER / "openapi.json").is_file()


def violations(requests: Iterable[simcord.HttpLogEntry]) -> list[str]:
    """Return what Discord would refuse of these requests; nothing without a description."""
    if not available():
        return []
    return [
        told
        for each in requests
        for told in _violations(each.method, each.path, json.dumps(each.json))
    ]


# Every bot publishes the same commands when it starts: that request alone takes longest to check.
@functools.lru_cache(maxsize=100)
def _violations(method: str, path: str, body: str) -> list[str]:
    record = {"method": method, "path": path, "json": json.loads(body)}
    template, errors = _contract().check(record)
    errors += _module("extra_rules").check(template, record)
    return [f"{method} {path} {where}: {text}" for _, where, text in errors]


@functools.cache
def _contract() -> Any:
    return _module("validate").Contract(FOLDER / "openapi.json")


@functools.cache
def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
