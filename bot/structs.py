"""Classes of named fields, made by msgspec.

As dataclasses they would take two fifths of the time in which the bot's modules are imported, since
each would have its methods written as source and compiled at every start.
"""

from typing import TYPE_CHECKING, dataclass_transform

from msgspec import Struct, field, to_builtins

if TYPE_CHECKING:  # mypy checks what this one is told to replace
    from dataclasses import replace
else:
    from msgspec.structs import replace

__all__ = ("Frozen", "Struct", "field", "replace", "to_builtins")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Frozen(Struct, frozen=True):
    """What stays as it was made: equal to its like, and as hashable as its fields."""
