"""Source folders: which files in them are agents, and their bytes."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MARKDOWN = frozenset({".md", ".markdown"})

NOT_AGENTS = frozenset({"readme", "changelog", "license", "contributing", "claude", "agents"})
"""Stems, in lower case, of Markdown files that stand beside agents and are none."""

_TOOL_FOLDERS = frozenset({".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__"})


@dataclass(frozen=True, slots=True)
class Source:
    """A folder of agent files."""

    folder: Path
    label: str = ""
    """What tells it from the other sources, in URLs and on pages; empty for an only one."""
    shown: str = ""
    """How findings name the folder: a POSIX path that is not absolute."""


@dataclass(frozen=True, slots=True)
class AgentFile:
    """A Markdown file of a source, as bytes."""

    source: Source
    path: str
    """POSIX path below the source folder; a byte that is no UTF-8 stands as `\\xff`.

    A backslash in a name is doubled, so that no two files have one path.
    """
    data: bytes
    error: str = ""
    """Why it could not be read, if it could not."""

    @property
    def shown(self) -> str:
        """The path that findings give."""
        return str(PurePosixPath(self.source.shown, self.path))


@dataclass(frozen=True, slots=True)
class Found:
    """What a source holds."""

    files: tuple[AgentFile, ...]
    """Sorted by path."""
    skipped: tuple[str, ...]
    """Paths of Markdown files that are no agents: read-mes and the like, and links."""


def read_source(source: Source, exclude: Collection[Path] = ()) -> Found:
    """Read every agent file of a folder, hidden folders included.

    Links are skipped: what they point to may lie outside of the folder.

    Args:
        source: The folder to search.
        exclude: Folders to leave out, such as the site's own, as paths below the source's.
    """
    files, skipped = [], []
    for path in _markdown_files(source.folder, exclude):
        relative = _readable(path.relative_to(source.folder))
        if path.is_symlink() or path.stem.lower() in NOT_AGENTS:
            skipped.append(relative)
        else:
            files.append(_read(source, relative, path))
    return Found(tuple(sorted(files, key=lambda file: file.path)), tuple(sorted(skipped)))


def _markdown_files(folder: Path, exclude: Collection[Path]) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        here = Path(parent)
        folders[:] = [
            name for name in folders if name not in _TOOL_FOLDERS and here / name not in exclude
        ]
        for name in names:
            path = here / name
            if path.suffix.lower() in MARKDOWN and (path.is_file() or path.is_symlink()):
                yield path


def _read(source: Source, relative: str, path: Path) -> AgentFile:
    try:
        return AgentFile(source, relative, path.read_bytes())
    except OSError as error:
        return AgentFile(source, relative, b"", error.strerror or type(error).__name__)


def _readable(path: Path) -> str:
    name = path.as_posix().replace("\\", "\\\\")
    return os.fsencode(name).decode("utf-8", errors="backslashreplace")
