"""Selection: which files of a source are read, and what the others are that are passed over."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from agent_catalog.model.catalog import Skipped
from agent_catalog.model.format import Kind
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
"""Stems, in lower case, of Markdown files that are documents beside agents, if without frontmatter."""

DOCUMENT = "a document that stands beside agents"
EXCLUDED = "left out, as the options say"
OF_SKILL = "a file of a skill"
_OF_ANOTHER_FORMAT = "no file that {} reads"
_UNLOADED = "{} takes no file of such a name for an agent"

_TOML_AGENT = re.compile(rb"^[ \t]*developer_instructions[ \t]*=", re.MULTILINE)
"""What tells a TOML file in no agent tool's folder for an agent's."""

_FRONTMATTER = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*(?:[\r\n]|\Z)")
"""How a file with a frontmatter starts."""


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
    """Why a regular file is not opened; empty if it is, `None` if it is of no interest.

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


def reason_to_drop(
    path: PurePosixPath, whole: str, data: bytes, format_: str = "", error: str = ""
) -> str | None:
    """Why a file is passed over by what it says; empty if it is an agent's, `None` if of no interest.

    Args:
        path: The file's path below its source.
        whole: The same with the folders that lead to the source.
        data: What it says.
        format_: The slug that the source's option gives, if it gives one.
        error: Why it could not be read, if it could not.
    """
    if path.suffix == _TOML:
        read = format_ or by_path(whole) or _TOML_AGENT.search(data)
        return "" if read else None
    if path.stem.lower() not in NOT_AGENTS:
        return ""
    if error:
        return error
    tool = by_path(whole, format_)
    if not _FRONTMATTER.match(data):
        taken = tool and tool.kind is Kind.AGENT and tool.format.reading.documents
        return "" if taken else DOCUMENT
    if tool and any(fnmatchcase(path.name, name) for name in tool.format.reading.unloaded):
        return _UNLOADED.format(tool.format.title)
    return ""
