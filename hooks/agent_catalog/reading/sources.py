"""Source folders: which files in them are agents, and their bytes."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MARKDOWN = frozenset({".md", ".markdown"})

NOT_AGENTS = frozenset({"readme", "changelog", "license", "contributing", "claude", "agents"})
"""Stems, in lower case, of Markdown files that stand beside agents and are none."""

TOOL_FOLDERS = frozenset({".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__"})
"""Folders that tools keep for themselves; what is in them is never an agent."""

_READABLE = re.compile(rb"\\(\\|x[0-9a-f]{2})")


@dataclass(frozen=True, slots=True)
class Source:
    """A folder of agent files."""

    folder: Path
    label: str = ""
    """What tells it from the other sources, in URLs and on pages; empty for an only one."""
    shown: str = ""
    """How findings name the folder: a POSIX path that is not absolute."""
    in_project: bool = True
    """Whether the folder lies below the project's, so that it can be found on the web with it."""


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
    """What is passed over: read-mes and the like, links, and folders that cannot be listed.

    Of a revision, submodules as well.
    """


def read_source(source: Source, exclude: Collection[Path] = ()) -> Found:
    """Read every agent file of a folder, hidden folders included.

    Links are skipped: what they point to may lie outside of the folder.

    Args:
        source: The folder to search.
        exclude: Folders to leave out, such as the site's own, as paths below the source's.
    """
    files: list[AgentFile] = []
    skipped: list[str] = []
    for path in _entries(source.folder, exclude):
        relative = readable(os.fsencode(path.relative_to(source.folder).as_posix()))
        if path.is_symlink() or path.stem.lower() in NOT_AGENTS or os.path.isdir(path):  # noqa: PTH112 (does not raise)
            skipped.append(relative)
        else:
            files.append(read_file(source, relative, path))
    return Found(tuple(sorted(files, key=lambda file: file.path)), tuple(sorted(skipped)))


def _entries(folder: Path, exclude: Collection[Path]) -> Iterator[Path]:
    """Markdown files, and the folders that are links or cannot be listed."""
    unlisted: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=unlisted.append):
        here = Path(parent)
        folders[:] = [
            name for name in folders if name not in TOOL_FOLDERS and here / name not in exclude
        ]
        yield from (path for path in map(here.joinpath, folders) if path.is_symlink())
        for path in map(here.joinpath, names):
            if path.suffix.lower() in MARKDOWN and not _is_special(path):
                yield path
    yield from (Path(error.filename) for error in unlisted)


def _is_special(path: Path) -> bool:
    """Whether it is a pipe or a device; of what cannot be looked at, reading will say why."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISLNK(mode))


def read_file(source: Source, relative: str, path: Path) -> AgentFile:
    """Read one file of a source, given its path below it; what fails is told in the result."""
    try:
        return AgentFile(source, relative, path.read_bytes())
    except OSError as error:
        return AgentFile(source, relative, b"", error.strerror or type(error).__name__)


def readable(name: bytes) -> str:
    """A file's path as text that no other path has, whatever bytes it is made of."""
    return name.replace(b"\\", b"\\\\").decode("utf-8", errors="backslashreplace")


def file_name(path: str) -> str:
    """The name by which the system knows a file, from its path as `readable` has it."""
    raw = _READABLE.sub(
        lambda found: bytes.fromhex(found[1].decode()[1:]) if found[1] != b"\\" else b"\\",
        path.encode(),
    )
    return os.fsdecode(raw)
