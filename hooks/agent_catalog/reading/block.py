"""The text between the fences of a frontmatter, and where it stands in the file."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, replace

from agent_catalog.model.agent import Field, Reading
from agent_catalog.model.format import Fault, Format
from agent_catalog.reading.marked_yaml import Entry
from agent_catalog.reading.text import Lines

FIRST_LINE = re.compile(r"\s*^([ \t]*)(?=\S)", re.MULTILINE)
"""What stands before the first character of a text; the group is its indentation."""


@dataclass(frozen=True, slots=True)
class Loader:
    """The tool that a file is for, as far as it decides how a frontmatter is read."""

    format: Format
    in_plugin: bool = False
    """Whether it loads the file as an agent of a plugin."""

    @property
    def title(self) -> str:
        """The tool, as sentences call it."""
        return self.format.title

    @property
    def ends_at_dashes(self) -> bool:
        """Whether it ends the frontmatter at the first three dashes, be it within a line."""
        return self.format.reading.closing == "dashes"

    def fault(self, name: str) -> Fault:
        """What a fault of the file does in it."""
        return self.format.fault(name, in_plugin=self.in_plugin)


@dataclass(frozen=True, slots=True)
class Block:
    """The text between the fences, its indentation taken off."""

    lines: Lines
    file: Lines
    first_line: int
    """The line of the file on which the text starts, from 1."""
    loader: Loader
    indent: int = 0
    """The characters of indentation that were taken off."""

    @classmethod
    def of(cls, text: str, offset: int, file: Lines, loader: Loader, *, indented: bool) -> Block:
        """The block of a file.

        Args:
            text: What stands between the fences.
            offset: Where it starts in the file.
            file: The lines of the file.
            loader: The tool that the file is for.
            indented: Whether the fences are indented, and the text with them.
        """
        first_line, _ = file.place(offset)
        block = cls(Lines(text), file, first_line, loader)
        if not indented:
            return block
        dedented = textwrap.dedent(text)
        return replace(block, lines=Lines(dedented), indent=_indent(text) - _indent(dedented))

    @property
    def text(self) -> str:
        """The text."""
        return self.lines.text

    def of_text(self, text: str) -> Block:
        """The same place with another text of as many lines, or of fewer."""
        return replace(self, lines=Lines(text))

    def place(self, offset: int) -> tuple[int, int]:
        """The line and column of the file, from 1, where a character of the text stands."""
        line, column = self.lines.place(offset)
        line += self.first_line - 1
        return line, min(column + self.indent, self.file.width(line))

    def field(self, entry: Entry, reading: Reading) -> Field:
        """What is read of the text as a field of the file."""
        return Field(
            key=entry.key,
            value=entry.value,
            text=self.text[entry.start : entry.end].rstrip(),
            line=self.place(entry.key_start)[0],
            column=self.place(entry.start)[1],
            reading=reading,
        )


def _indent(text: str) -> int:
    first = FIRST_LINE.match(text)
    return len(first[1]) if first else 0
