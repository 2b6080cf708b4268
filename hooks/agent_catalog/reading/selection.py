"""Selection: which files of a source are read, and what the others are that are passed over."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from agent_catalog.model.catalog import Skipped
from agent_catalog.reading.formats.known import known_formats
from agent_catalog.reading.formats.recognition import (
    by_path,
    none_of_these,
    other_suffix,
    what_elsewhere,
)

MARKDOWN = frozenset({".md", ".markdown"})
_TOML = ".toml"

NOT_AGENTS = frozenset({"readme", "changelog", "license", "contributing", "claude", "agents"})
"""Stems, in lower case, of Markdown files that stand beside agents and are none."""

DOCUMENT = "a document that stands beside agents"
EXCLUDED = "left out, as the options say"
OF_SKILL = "a file of a skill"
_OF_ANOTHER_FORMAT = "no file that {} reads"

_TOML_AGENT = re.compile(rb"^[ \t]*developer_instructions[ \t]*=", re.MULTILINE)
"""What tells a TOML file in no agent tool's folder for an agent's."""


def unexpected(skipped: Iterable[Skipped]) -> list[Skipped]:
    """What is passed over although somebody may take it for an agent."""
    return [each for each in skipped if each.reason not in {DOCUMENT, EXCLUDED}]


def reason_to_skip(
    path: PurePosixPath,
    whole: str,
    format_: str = "",
    exclude: Iterable[str] = (),
    *,
    in_skill: bool = False,
) -> str | None:
    """Why a regular file is passed over; empty if it is read, `None` if it is of no interest.

    Args:
        path: The file's path below its source.
        whole: The same with the folders that lead to the source.
        format_: The slug that the source's option gives, if it gives one.
        exclude: Patterns of paths below the source that are left out.
        in_skill: Whether it lies below a skill's folder.
    """
    markdown = path.suffix.lower() in MARKDOWN
    what = none_of_these(whole)
    if not markdown and path.suffix != _TOML:
        return what or None
    if any(fnmatchcase(str(path), pattern) for pattern in exclude):
        return EXCLUDED
    reader = known_formats()[format_] if format_ else None
    if reader and (reader.reading.reader == "toml") is markdown:
        return _OF_ANOTHER_FORMAT.format(reader.title)
    if what:
        return what
    if markdown and path.stem.lower() in NOT_AGENTS:
        return DOCUMENT
    return "" if reader else _what_nobody_reads(path, whole, in_skill=in_skill)


def _what_nobody_reads(path: PurePosixPath, whole: str, *, in_skill: bool) -> str:
    """What a file is that no known tool takes for an agent where it lies; empty if one may."""
    if other := other_suffix(whole, path.suffix):
        return _OF_ANOTHER_FORMAT.format(other.title)
    if path.suffix == _TOML:
        return ""
    return what_elsewhere(whole) or (OF_SKILL if in_skill and by_path(whole) is None else "")


def is_skill(folder: PurePosixPath, names: Collection[str]) -> bool:
    """Whether a folder is a skill's: one of `skills` with a SKILL.md, and no plugin.

    Args:
        folder: Its path.
        names: What is in it.
    """
    return folder.parent.name == "skills" and "SKILL.md" in names and ".claude-plugin" not in names


def is_agent(path: PurePosixPath, whole: str, data: bytes, format_: str = "") -> bool:
    """Whether a file that is read is an agent's; a TOML file can be anything."""
    if path.suffix != _TOML or format_:
        return True
    return by_path(whole) is not None or _TOML_AGENT.search(data) is not None
