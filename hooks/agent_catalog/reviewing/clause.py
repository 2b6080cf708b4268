"""A clause: one thing that changed, in words of ours and texts of a file.

What comes from a file stands in a slot of its own, so that each format can show it in the way that
is safe there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias


class SlotKind(Enum):
    """What a slot holds."""

    NAME = auto()
    """Of an agent."""
    ID = auto()
    """What an agent's tool calls it: a name, behind those of a plugin or of folders."""
    PATH = auto()
    """Of an agent's file, below its source."""
    TOOL = auto()
    """An entry of a tool list, or the name of a tool."""
    SERVER = auto()
    FACET = auto()
    """A model or a color."""
    MODE = auto()
    """A permission mode."""
    KEY = auto()
    """Of the frontmatter."""
    CODE = auto()
    """Of a finding."""
    DETAIL = auto()
    """Any text, which may be left out."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Text of a file, among words of ours."""

    kind: SlotKind
    text: str
    """As written."""
    title: str = ""
    """What we call it, where that is known: the group of a model, a tool without its specifier."""


Part: TypeAlias = "str | Slot"
"""Words of ours, or a slot."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that changed, in parts."""

    parts: tuple[Part, ...]
    escalation: bool = False


def named(words: str, slots: Sequence[Slot], plural: str = "") -> Iterator[Iterable[Part]]:
    """What is told of one thing or of several: `lost the tools Bash, Edit`; nothing of none."""
    if slots:
        words = (plural or f"{words}s") if len(slots) > 1 else words
        yield [f"{words} ", *listing(slots)]


def listing(parts: Iterable[Part]) -> Iterator[Part]:
    """The parts with commas between them."""
    for index, part in enumerate(parts):
        if index:
            yield ", "
        yield part
