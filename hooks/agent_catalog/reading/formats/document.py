"""A document: what an agent file says, whatever it is written in."""

from __future__ import annotations

from dataclasses import dataclass

from agent_catalog.model.agent import Field
from agent_catalog.model.finding import Flaw


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The fields of a file and its prompt."""

    fields: tuple[Field, ...]
    prompt: str
    prompt_line: int
    """1-based line of the file on which the prompt starts."""
    flaws: tuple[Flaw, ...]
    has_fields: bool = True
    """Whether the file has a place for fields at all: a frontmatter, or TOML."""
