"""Plain values fitted into structs."""

from typing import Annotated

import pytest
from msgspec import Meta, Struct

from bot.news.shape import Misfit, fit


class Ship(Struct):
    name: str
    masts: int = 1


class Harbour(Struct, forbid_unknown_fields=True):
    name: str
    depth: Annotated[int, Meta(ge=1)] = 1
    ships: list[Ship] = []


def test_what_fits_is_made_whole():
    value = {"name": "Puddle Bay", "ships": [{"name": "Gull"}]}
    assert fit(value, Harbour, {}) == (Harbour("Puddle Bay", ships=[Ship("Gull")]), ())


MISFITS = {
    "text for a number": ({"depth": "deep"}, ("depth",), "should be a whole number, not text"),
    "number for text": ({"name": 5}, ("name",), "should be text, not a whole number"),
    "out of range": ({"depth": 0}, ("depth",), "should be a whole number >= 1"),
    "no list": ({"ships": {}}, ("ships",), "should be a list, not `key: value` lines"),
    "no mapping": ({"ships": ["Gull"]}, ("ships", 0), "should be `key: value` lines, not text"),
    "nothing for a key": ({"ships": [{}]}, ("ships", 0, "name"), "missing"),
    "unknown key": ({"colour": "red"}, ("colour",), "unknown key"),
    "truth for a number": (
        {"depth": True},
        ("depth",),
        "should be a whole number, not true or false",
    ),
}


@pytest.mark.parametrize(("value", "path", "reason"), MISFITS.values(), ids=MISFITS)
def test_what_does_not_fit_is_told_with_its_place_and_in_words(value, path, reason):
    _, misfits = fit({"name": "Puddle Bay"} | value, Harbour, {})
    assert misfits[0] == Misfit(path, reason)


def test_places_are_those_before_anything_was_left_out():
    ships = [{"name": "Gull"}, {}, {"name": "Tern"}, {"masts": "two"}, {"name": 7}, {"name": "Auk"}]
    harbour, misfits = fit({"name": "Puddle Bay", "ships": ships}, Harbour, {})
    assert harbour is not None
    assert [ship.name for ship in harbour.ships] == ["Gull", "Tern", "Auk"]
    assert sorted(misfit.path[1] for misfit in misfits) == [1, 3, 4]


def test_nothing_is_left_where_a_key_is_missing():
    assert fit({"depth": 3}, Harbour, {}) == (None, (Misfit(("name",), "missing"),))


def test_nothing_is_left_where_a_required_key_does_not_fit():
    value = {"name": "Puddle Bay", "depth": "deep"}
    harbour, misfits = fit(value, Harbour, {}, ("depth",))
    assert harbour is None
    assert [misfit.path for misfit in misfits] == [("depth",)]


@pytest.mark.parametrize("value", [None, 5, "text", []])
def test_nothing_is_left_of_what_is_no_mapping(value):
    harbour, misfits = fit(value, Harbour, {})
    assert harbour is None
    assert [misfit.path for misfit in misfits] == [()]


def test_where_very_much_does_not_fit_the_whole_key_is_left_out():
    harbour, misfits = fit({"name": "Puddle Bay", "ships": [{}] * 99}, Harbour, {})
    assert harbour == Harbour("Puddle Bay")
    assert misfits[-1].path == ("ships",)
    assert misfits[-1].reason.startswith("left out as a whole")
