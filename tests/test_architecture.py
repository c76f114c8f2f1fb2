"""The structure that ARCHITECTURE.md promises, checked on the source itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "bot").rglob("*.py"))

# Imports point down: a part may use the parts of the rows above its own, and itself.
LAYERS = (
    ("errors", "structs"),
    ("news",),
    ("notation",),
    ("settings", "sources", "store"),
    ("config", "jobs"),
    ("chat", "demo", "printing"),
    ("desk", "commands"),
    ("app", "demonstration"),
    ("terminal",),
    ("__main__",),
)
RANK = {part: rank for rank, parts in enumerate(LAYERS) for part in parts}

# So do those within chat.
CHAT_LAYERS = (
    "limits",
    "wording",
    "reply",
    "buttons",
    "looks",
    "link",
    "asking",
    "managing",
    "posting",
    "client",
    "offers",
)

# Who may know a library; all others ask them.
OWNERS = {
    "discord": ("chat", "demo"),
    "simcord": ("demo",),
    "PIL": ("demo",),
    "aiosqlite": ("store/database.py",),
    "sqlite3": ("store/database.py",),
    "filelock": ("store/database.py",),
    "apscheduler": ("jobs/schedule.py",),
    "yaml": ("news/document.py",),
    "msgspec": (
        "structs.py",
        "news",
        "sources/folder.py",
        "store/rows.py",
        "settings.py",
        "config.py",
    ),
    "dataclasses": ("structs.py", "jobs/publish.py"),  # slow to make: see bot/structs.py
    "ftfy": ("news/text.py",),
    "w3lib": ("news/urls.py",),
    "yarl": ("news/urls.py", "chat/link/connection.py"),
    "cronsim": ("news/runs.py",),
    "rich": ("printing.py",),
    "Stemmer": ("news/words.py",),
    "rapidfuzz": ("news/spelling.py",),
}

# What a pure module cannot know: no file, clock, process or network.
IMPURE = {"os", "pathlib", "time", "socket", "asyncio", "threading", "random", "logging", "io"}
IMPURE_CALLS = {"open", "print", "input"}


def part_of(module: Path) -> str:
    """The part of the bot that a module is in: a folder, or a module beside them."""
    return module.relative_to(ROOT / "bot").parts[0].removesuffix(".py")


def imports(module: Path) -> Iterator[str]:
    """Every module that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_imports_within_chat_point_down():
    rank = {part: number for number, part in enumerate(CHAT_LAYERS)}
    for module in (ROOT / "bot" / "chat").rglob("*.py"):
        here = module.relative_to(ROOT / "bot" / "chat").parts[0].removesuffix(".py")
        if here == "__init__":
            continue
        for name in imports(module):
            if name.startswith("bot.chat.") and (there := name.split(".")[2]) != here:
                assert rank[there] < rank[here], f"{named(module)} may not import {name}"


def named(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_imports_point_down(module):
    here = part_of(module)
    if here == "__init__":
        return
    for name in imports(module):
        if name.startswith("bot.") and (there := name.split(".")[1]) != here:
            assert RANK[there] < RANK[here], f"{named(module)} may not import {name}"


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_each_library_is_known_to_its_owner_alone(module):
    place = module.relative_to(ROOT / "bot").as_posix()
    for name in imports(module):
        owners = OWNERS.get(name.split(".")[0])
        if owners is not None:
            known = any(place == owner or place.startswith(f"{owner}/") for owner in owners)
            assert known, f"{place} may not import {name}"


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_a_module_says_what_it_is_and_stays_small(module):
    text = module.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text)), f"{named(module)} has no docstring"
    assert len(text.splitlines()) <= 250


@pytest.mark.parametrize(
    "module", [module for module in MODULES if part_of(module) == "news"], ids=named
)
def test_the_news_know_no_file_clock_or_network(module):
    if module.name == "source.py":  # names a folder, and touches nothing
        return
    assert not {name.split(".")[0] for name in imports(module)} & IMPURE
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in IMPURE_CALLS
            assert called not in ("datetime.now", "datetime.utcnow", "datetime.today")


def test_every_module_is_on_the_map():
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    for module in MODULES:
        if module.name not in ("__init__.py",):
            assert f"`{module.stem}`" in text, f"{named(module)} is missing in ARCHITECTURE.md"


def test_nothing_names_a_machine_or_an_index():
    for path in (*ROOT.glob("*.*"), *ROOT.glob("bot/**/*.py"), ROOT / "Makefile"):
        if path.is_file() and path.name != ".git":  # as a second checkout of a repository has
            text = path.read_text("utf-8", errors="replace")
            assert "index-url" not in text
            assert "/work/" not in text
