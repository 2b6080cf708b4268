"""Source folders: which files in them are agents, and their bytes."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from agent_catalog.model.catalog import Skipped
from agent_catalog.model.limits import DEEPEST_FOLDER, LARGEST_FILE, LARGEST_SUM, MOST_FILES
from agent_catalog.model.plugin import Plugin
from agent_catalog.reading.plugins import (
    MANIFEST,
    Manifest,
    Manifests,
    own_name,
    plugin_of,
    read_manifest,
)
from agent_catalog.reading.selection import is_skill, reason_to_drop, reason_to_skip

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
    format: str = ""
    """The slug of the format of its files; empty to recognise each by itself."""
    exclude: tuple[str, ...] = ()
    """Patterns of paths below the folder that are left out, as in a shell: `drafts/*`."""


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
    too_large: bool = False
    """Whether that is for its size."""
    plugin: Plugin | None = None
    """The plugin that it is an agent of."""

    @property
    def whole_path(self) -> str:
        """The path with the folders that lead to the source, by which tools know their files."""
        return f"{self.source.folder.as_posix()}/{self.path}"

    @property
    def shown(self) -> str:
        """The path that findings give."""
        return str(PurePosixPath(self.source.shown, self.path))


@dataclass(frozen=True, slots=True)
class Found:
    """What a source holds."""

    files: tuple[AgentFile, ...]
    """Sorted by path."""
    skipped: tuple[Skipped, ...]
    """What is passed over, sorted by path."""


LINK = "a symbolic link, which may lead out of the folder"
_SPECIAL = "a pipe, a socket or a device"
TOO_DEEP = f"below more than {DEEPEST_FOLDER} folders"
TOO_MANY = f"behind the first {MOST_FILES:,} agent files"
OWN_SITE = "a site of the agent catalog"

_OWN_FILES = ("catalog.json", "catalog.schema.json")
"""What tells a folder that holds a site of ours."""


def holds_site(folder: Path) -> bool:
    """Whether a folder holds a site of the catalog."""
    return all((folder / name).is_file() for name in _OWN_FILES)


class _Entry(NamedTuple):
    """A file that is read or, with a reason, what is passed over."""

    path: Path
    reason: str = ""


def read_source(source: Source, exclude: Collection[Path] = ()) -> Found:
    """Read every agent file of a folder, hidden folders included.

    Links are skipped: what they point to may lie outside of the folder. So are sites of the
    catalog, which hold copies of agent files.

    Args:
        source: The folder to search.
        exclude: Folders to leave out, such as the site's own, as paths below the source's.
    """
    found = sorted(
        (readable(os.fsencode(each.path.relative_to(source.folder).as_posix())), each)
        for each in _entries(source, source.folder, exclude)
    )
    skipped = [Skipped(path, each.reason) for path, each in found if each.reason]
    kept = [(path, each.path) for path, each in found if not each.reason]
    skipped += [Skipped(path, TOO_MANY) for path, _ in kept[MOST_FILES:]]
    manifests = dict(_manifests(source, (each.path for _, each in found)))
    files = tuple(_read_files(source, kept[:MOST_FILES], manifests, skipped))
    return Found(files, tuple(sorted(skipped)))


def _read_files(
    source: Source,
    paths: Iterable[tuple[str, Path]],
    manifests: Manifests,
    skipped: list[Skipped],
) -> Iterator[AgentFile]:
    """The agent files among some files; what else is passed over is added to a list."""
    total = 0
    for relative, path in paths:
        file = read_file(source, relative, path)
        reason = dropped(file)
        if reason:
            skipped.append(Skipped(relative, reason))
        if reason != "":
            continue
        total += len(file.data)
        if total > LARGEST_SUM:
            total -= len(file.data)
            file = AgentFile(source, relative, b"", beyond_sum(LARGEST_SUM), too_large=True)
        yield in_plugin(file, manifests)


def dropped(file: AgentFile) -> str | None:
    """Why a file is passed over by what it says; empty if it is kept, `None` if of no interest."""
    path, option = PurePosixPath(file.path), file.source.format
    return reason_to_drop(path, file.whole_path, file.data, option, file.error)


def in_plugin(file: AgentFile, manifests: Manifests) -> AgentFile:
    """The file with the plugin that it is an agent of, if it is one of any.

    Args:
        file: The file.
        manifests: What the plugins say of themselves, by their folders.
    """
    plugin = plugin_of(file.whole_path, manifests)
    return replace(file, plugin=plugin) if plugin else file


def _manifests(source: Source, paths: Iterable[Path]) -> Iterator[tuple[PurePosixPath, Manifest]]:
    """The plugins of a source, and those that it lies in, by their folders.

    A manifest that is a link, or too large to be read, tells that there is a plugin, and no more.
    """
    top = PurePosixPath(source.folder.as_posix())
    for path in paths:
        if path.parts[-2:] == MANIFEST:
            relative = path.relative_to(source.folder).as_posix()
            folder = PurePosixPath(path.parents[1].as_posix())
            data = read_file(source, relative, path).data
            yield folder, read_manifest(data, own_name(folder, top))
    yield from _manifests_above(source.folder, top)


def _manifests_above(folder: Path, top: PurePosixPath) -> Iterator[tuple[PurePosixPath, Manifest]]:
    """The plugins that a folder or file lies in, by their folders."""
    for parent in _folders_above(folder):
        path = parent.joinpath(*MANIFEST)
        if path.is_file() or path.is_symlink():
            place = PurePosixPath(parent.as_posix())
            data = read_file(Source(parent), "/".join(MANIFEST), path).data
            yield place, read_manifest(data, own_name(place, top))


def alone(file: AgentFile) -> AgentFile:
    """A file that is read by itself, with the plugin that it is of, if it is of one."""
    top = PurePosixPath(file.source.folder.as_posix())
    return in_plugin(file, dict(_manifests_above(Path(file.whole_path), top)))


def _folders_above(folder: Path) -> Iterator[Path]:
    """The folders that a source lies in, up to the top of its repository."""
    here = folder
    while not (here / ".git").exists() and here != here.parent:
        here = here.parent
        yield here


def _entries(
    source: Source,
    folder: Path,
    exclude: Collection[Path],
    depth: int = 0,
    *,
    in_skill: bool = False,
) -> Iterator[_Entry]:
    """Files that are read, and what is passed over."""
    try:
        with os.scandir(folder) as listing:
            entries = list(listing)
    except OSError as error:
        yield _Entry(folder, f"a folder that cannot be listed: {error.strerror}")
        return
    names = {entry.name for entry in entries}
    if depth and names.issuperset(_OWN_FILES):
        yield _Entry(folder, OWN_SITE)
        return
    below = PurePosixPath(folder.relative_to(source.folder).as_posix())
    in_skill = in_skill or is_skill(below, names)
    for entry in entries:
        path = folder / entry.name
        if entry.is_dir(follow_symlinks=False):
            if entry.name in TOOL_FOLDERS or path in exclude:
                continue
            if depth >= DEEPEST_FOLDER:
                yield _Entry(path, TOO_DEEP)
            else:
                yield from _entries(source, path, exclude, depth + 1, in_skill=in_skill)
        elif _is_linked_folder(entry):
            yield _Entry(path, LINK)
        else:
            below = PurePosixPath(path.relative_to(source.folder).as_posix())
            whole = PurePosixPath(path.as_posix())
            reason = reason_to_skip(
                below, str(whole), source.format, source.exclude, in_skill=in_skill
            )
            if reason is not None:
                yield _Entry(path, _special(entry) or reason)


def _is_linked_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a link that looks like one to a folder; what is there is not looked at."""
    return entry.is_symlink() and not PurePosixPath(entry.name).suffix


def _special(entry: os.DirEntry[str]) -> str:
    """What an entry is that is no regular file."""
    if entry.is_symlink():
        return LINK
    return "" if entry.is_file(follow_symlinks=False) else _SPECIAL


def read_file(source: Source, relative: str, path: Path) -> AgentFile:
    """Read one file of a source, given its path below it; what fails is told in the result.

    Links are not followed, not even one that has just been put in the place of a file or folder.
    Of a file that is too large, no more is read than tells that it is.
    """
    try:
        descriptor = _open(source.folder, path)
    except OSError as error:
        reason = LINK if error.errno == errno.ELOOP else error.strerror
        return AgentFile(source, relative, b"", reason or type(error).__name__)
    with os.fdopen(descriptor, "rb") as file:
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return AgentFile(source, relative, b"", _SPECIAL)
            data = file.read(LARGEST_FILE + 1)
        except OSError as error:
            return AgentFile(source, relative, b"", error.strerror or type(error).__name__)
    return sized(AgentFile(source, relative, data))


def sized(file: AgentFile) -> AgentFile:
    """The file or, if it is too large, one without content that says so."""
    if len(file.data) <= LARGEST_FILE:
        return file
    return replace(file, data=b"", error=beyond_limit(LARGEST_FILE), too_large=True)


_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Not to follow a link, nor to wait for the other end of a pipe; Windows has neither."""


def _open(folder: Path, path: Path) -> int:
    """Open a file below a folder, no part of whose path below it is a link.

    Raises:
        OSError: It cannot be opened, or a part is a link.
    """
    if os.open not in os.supports_dir_fd:  # Windows
        return os.open(path, os.O_RDONLY | _NO_LINK)
    *parents, name = path.relative_to(folder).parts
    here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for parent in parents:
            flags = os.O_RDONLY | os.O_DIRECTORY | _NO_LINK
            below = os.open(parent, flags, dir_fd=here)
            os.close(here)
            here = below
        return os.open(name, os.O_RDONLY | _NO_LINK, dir_fd=here)
    finally:
        os.close(here)


def beyond_limit(most: int) -> str:
    """That a file is too large to be read."""
    return f"it has more than {most:,} bytes, and so much is not read"


def beyond_sum(most: int) -> str:
    """That a file comes behind too many others to be read."""
    return f"with it, all files have more than {most:,} bytes"


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


def own_sites(paths: Iterable[PurePosixPath]) -> frozenset[PurePosixPath]:
    """The folders, but the top one, that hold a site of ours, given the paths of all files."""
    found: dict[PurePosixPath, set[str]] = {}
    for path in paths:
        if path.name in _OWN_FILES and path.parent != PurePosixPath():
            found.setdefault(path.parent, set()).add(path.name)
    return frozenset(folder for folder, names in found.items() if len(names) == len(_OWN_FILES))
