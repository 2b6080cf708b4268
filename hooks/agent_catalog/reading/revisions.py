"""Revisions of a git repository: which files in them are agents, and their bytes.

Files are read as git has them, without a checkout. Nothing of the repository runs: no hook, no
filter, no program that its configuration names. That holds for what comes with a clone or a
fetch; a repository's own configuration git obeys in everything else, and refuses to read it at
all where `safe.directory` says so (<https://git-scm.com/docs/gitsecurityboundary>).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TypeAlias

from agent_catalog.model.catalog import Skipped
from agent_catalog.model.limits import DEEPEST_FOLDER, LARGEST_FILE, LARGEST_SUM, MOST_FILES
from agent_catalog.reading.plugins import (
    LARGEST_MANIFEST,
    MANIFEST,
    Manifest,
    Manifests,
    own_name,
    read_manifest,
)
from agent_catalog.reading.selection import is_skill, reason_to_skip
from agent_catalog.reading.sources import (
    LINK,
    OWN_SITE,
    TOO_DEEP,
    TOO_MANY,
    TOOL_FOLDERS,
    AgentFile,
    Found,
    Source,
    beyond_limit,
    beyond_sum,
    dropped,
    in_plugin,
    own_sites,
    readable,
)

_OPTIONS = (
    "--no-pager",
    "--no-optional-locks",
    "--no-replace-objects",  # a commit is what its id says
    "--literal-pathspecs",
    "-c",
    "core.fsmonitor=false",  # else the name of a program
    "-c",
    f"core.hooksPath={os.devnull}",
)
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",  # a partial clone would fetch what it lacks, by any program
    "GIT_NO_LAZY_FETCH": "1",
}
_LONGEST = 60
"""Seconds that git may take for one answer."""

_LACKS_FILES = "this clone lacks files of the revision; fetch them first"

_OBJECT = re.compile(rb"[0-9a-f]{40,64}\n")
_SUBMODULE = b"160000"
_MODULE = "a submodule, which is another repository"
_FILES = frozenset({b"100644", b"100755", b"100664"})
"""Modes of regular files; the last is that of very old repositories."""

Entry: TypeAlias = tuple[bytes, str, int, bytes]
"""Mode, object id, size in bytes and path of what is in a folder."""


_LOG = (
    "--format=%H %cs",
    "--name-status",
    "-z",
    "--find-renames",
    "-l400",  # files of one commit among which renames are looked for
    "--full-index",
    "--no-show-signature",  # by a program
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=all",
    "--no-diff-merges",
    "--no-color",
)
_LOGGED = re.compile(rb"([0-9a-f]{40,64}) (\d{4}-\d\d-\d\d)")


class RevisionError(ValueError):
    """A repository that git does not read, or not this way; the message is one line."""


class GitFailed(RevisionError):  # noqa: N818 (it is git that says so)
    """What git ends with when it cannot do what it is asked."""


def run_git(
    folder: Path,
    *arguments: str,
    given: bytes = b"",
    environment: Mapping[str, str] | None = None,
    seconds: float = _LONGEST,
) -> bytes:
    """What git answers in a folder; it asks nobody, and no variable leads it elsewhere.

    Args:
        folder: A folder in a repository.
        arguments: What it is asked. There is no shell; names that are not ours are to come after
            `--end-of-options` or `--`.
        given: What it reads.
        environment: Variables beside those that are no matter of git's.
        seconds: How long it may take.

    Raises:
        GitFailed: It cannot do it.
        RevisionError: It is not there, or takes too long.
    """
    git = shutil.which("git")
    if not git:
        raise RevisionError("git is not installed")
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    fixed = {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 (see `arguments`)
            [git, *arguments],
            cwd=folder,
            env=kept | fixed | dict(environment or {}),
            input=given,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RevisionError(f"git took more than {seconds:.0f} seconds") from None
    if done.returncode:
        raise GitFailed(_reason(done.stderr))
    return done.stdout


@dataclass(frozen=True, slots=True)
class Logged:
    """A commit and the files that it changes."""

    commit: str
    date: str
    """When it was committed, where it was: `2025-12-31`."""
    changes: list[tuple[str, str, str]]
    """How (`A`, `M`, `D`, `R`, `T`), and the path before and after."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository, bare or with a working tree."""

    folder: Path
    """A folder in it."""

    def find_commit(self, revision: str) -> str | None:
        """The id of the commit that a revision means, such as `main` or `HEAD~1`.

        Raises:
            RevisionError: This is no repository, or git refuses to read it.
        """
        self._git("rev-parse", "--git-dir")
        return self._find_object(f"{revision}^{{commit}}")

    def find_tree(self, commit: str, folder: str) -> str | None:
        """The id of a folder in a commit, by its path from the repository's top."""
        tree = self._find_object(f"{commit}:{folder}")
        # What a link or a submodule stands for is no folder of this commit.
        return tree if tree and self._git("cat-file", "-t", tree) == b"tree\n" else None

    def find_merge_base(self, one: str, other: str) -> str | None:
        """The id of the commit where two commits parted, the best if there are several."""
        return _object(self._git("merge-base", one, other, fails=True))

    def find_prefix(self, folder: Path) -> str | None:
        """The path of a folder from the top of this repository's working tree, if it is in it.

        Args:
            folder: An absolute path; links on it are not followed.
        """
        top = self.find_top()
        if top is None or not folder.is_relative_to(top):
            return None
        below = folder.relative_to(top)
        return "" if below == Path() else below.as_posix()

    def find_top(self) -> Path | None:
        """The top folder of this repository's working tree, if it has one."""
        top = self._git("rev-parse", "--show-toplevel", fails=True).removesuffix(b"\n")
        return Path(os.fsdecode(top)).resolve() if top else None

    def list_edges(self) -> frozenset[str]:
        """The ids of commits whose parents a shallow clone lacks; they look like first ones."""
        file = self._git("rev-parse", "--git-path", "shallow").removesuffix(b"\n")
        try:
            return frozenset((self.folder / os.fsdecode(file)).read_text("ascii").split())
        except FileNotFoundError:
            return frozenset()

    def log(self, commit: str, folders: Iterable[str]) -> Iterator[Logged]:
        """The commits that lead to one and change a file of some folders, latest first.

        What a merge brings about is told of the commits that it merges.

        Args:
            commit: The id of the last commit.
            folders: Paths from the repository's top; empty for the top itself.
        """
        paths = [folder or "." for folder in folders]
        answer = self._git("log", *_LOG, commit, "--", *paths)
        tokens = iter(answer.split(b"\0"))
        logged: Logged | None = None
        for token in tokens:
            if head := _LOGGED.fullmatch(token):
                if logged:
                    yield logged
                logged = Logged(head[1].decode(), head[2].decode(), [])
            elif logged and token.strip():
                status = token.strip().decode()
                old = next(tokens)
                new = next(tokens) if status[0] in "RC" else old
                logged.changes.append((status[0], readable(old), readable(new)))
        if logged:
            yield logged

    def _find_object(self, name: str) -> str | None:
        if "\0" in name:
            return None
        arguments = ("--verify", "--quiet", "--end-of-options", name)
        return _object(self._git("rev-parse", *arguments, fails=True))

    def list_files(self) -> tuple[str, ...]:
        """The paths, from this folder, of files below it that git tracks or does not ignore.

        Raises:
            RevisionError: This is no repository with a working tree, or git refuses to read it.
        """
        listing = self._git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        return tuple(map(os.fsdecode, listing.split(b"\0")[:-1]))

    def list_tree(self, tree: str, *paths: str) -> Iterator[Entry]:
        """Mode, object id, size in bytes and path of everything below a folder but folders.

        A submodule has the size 0.

        Args:
            tree: The id of the folder, or of a commit for its top.
            paths: What to look at alone; everything, if there are none.

        Raises:
            RevisionError: A file is not in the repository, as may be in a partial clone.
        """
        listing = self._git("ls-tree", "-r", "-z", "-l", "--full-tree", tree, "--", *paths)
        return _entries(listing)

    def find_entry(self, commit: str, path: str) -> Entry | None:
        """What is at a path from the repository's top; links on the way to it are not followed.

        A folder or a submodule has the size 0.

        Raises:
            RevisionError: It is a file that is not in the repository.
        """
        if "\0" in path:
            return None
        listing = self._git("ls-tree", "-z", "-l", "--full-tree", commit, "--", path)
        return next(_entries(listing), None)

    def list_names(self, tree: str) -> Iterator[tuple[str, str]]:
        """Path and object id of everything below a folder but folders."""
        listing = self._git("ls-tree", "-r", "-z", "--full-tree", tree)
        for line in listing.split(b"\0")[:-1]:
            facts, _, path = line.partition(b"\t")
            yield readable(path), facts.split()[2].decode()

    def read_blobs(self, object_ids: Iterable[str]) -> dict[str, bytes]:
        """Files by their object ids."""
        asked = "".join(f"{each}\n" for each in dict.fromkeys(object_ids))
        answer = self._git("cat-file", "--batch", given=asked.encode()) if asked else b""
        blobs = {}
        start = 0
        while start < len(answer):
            head, _, _ = answer[start : start + 200].partition(b"\n")
            start += len(head) + 1
            object_id, _, size = head.split()
            blobs[object_id.decode()] = answer[start : start + int(size)]
            start += int(size) + 1
        return blobs

    def _git(self, command: str, *arguments: str, given: bytes = b"", fails: bool = False) -> bytes:
        """What git answers; nothing if it may fail and does."""
        try:
            return run_git(
                self.folder, *_OPTIONS, command, *arguments, given=given, environment=_ENVIRONMENT
            )
        except GitFailed:
            if fails:
                return b""
            raise


def read_revision(
    repository: Repository,
    tree: str,
    source: Source,
    above: Manifests = MappingProxyType({}),
    largest_sum: int = LARGEST_SUM,
) -> Found:
    """Read every agent file of a folder in a commit, by the rules that hold for folders on disk.

    Only regular files are read: links and submodules are skipped. A file that is too large is
    not read either; it is an agent file without content that says why.

    Args:
        repository: Where the folder is.
        tree: The id of the folder, from
            [`find_tree`][agent_catalog.reading.revisions.Repository.find_tree].
        source: What the folder is called; nothing is read from its path on disk.
        above: The plugins that the folder lies in, from
            [`plugins_above`][agent_catalog.reading.revisions.plugins_above].
        largest_sum: Of all files read, in bytes.

    Raises:
        RevisionError: The folder cannot be read.
    """
    entries = tuple(repository.list_tree(tree))
    return _read(
        repository, entries, source, {**above, **_plugins(repository, entries, source)}, largest_sum
    )


def read_changed(  # noqa: PLR0913 (two folders, and what they lie in)
    repository: Repository,
    before: str | None,
    after: str | None,
    source: Source,
    *,
    above: tuple[Manifests, Manifests] = (MappingProxyType({}), MappingProxyType({})),
    largest_sum: int = LARGEST_SUM,
) -> tuple[Found, Found]:
    """Read the agent files that differ between a folder in one commit and in another.

    Args:
        repository: Where the folder is.
        before: The id of the folder in the one commit; `None` if it is not there.
        after: Its id in the other.
        source: What the folder is called.
        above: The plugins that it lies in, in the one commit and in the other.
        largest_sum: Of all files read of one commit, in bytes.

    Returns:
        What of each commit is not the same in the other.

    Raises:
        RevisionError: A folder cannot be read.
    """
    old, new = (
        dict.fromkeys(repository.list_tree(tree)) if tree else {} for tree in (before, after)
    )
    gone = [entry for entry in old if entry not in new]
    come = [entry for entry in new if entry not in old]
    of_old, of_new = (
        {**outer, **_plugins(repository, entries, source)}
        for outer, entries in zip(above, (old, new), strict=True)
    )
    return (
        _read(repository, gone, source, of_old, largest_sum),
        _read(repository, come, source, of_new, largest_sum),
    )


def plugins_above(
    repository: Repository, commit: str, source: Source, place: str
) -> dict[PurePosixPath, Manifest]:
    """The plugins that a folder of a commit lies in, by their folders as seen from the source.

    Args:
        repository: Where the commit is.
        commit: Its id.
        source: What the folder is called.
        place: Its path from the repository's top.

    Raises:
        RevisionError: A manifest is not in the repository.
    """
    whole = PurePosixPath(source.folder.as_posix())
    outer = zip(PurePosixPath(place).parents, whole.parents, strict=False)
    folders = {folder.joinpath(*MANIFEST): seen for folder, seen in outer}
    entries = repository.list_tree(commit, *map(str, folders)) if folders else ()
    found = ((PurePosixPath(os.fsdecode(entry[3])), entry) for entry in entries)
    return _manifests(
        repository, ((folders[path], entry) for path, entry in found if path in folders), source
    )


def _plugins(
    repository: Repository, entries: Iterable[Entry], source: Source
) -> dict[PurePosixPath, Manifest]:
    """The plugins below a folder, by their folders as seen from the source."""
    whole = PurePosixPath(source.folder.as_posix())
    paths = ((PurePosixPath(os.fsdecode(entry[3])), entry) for entry in entries)
    found = (
        (PurePosixPath(whole, path).parents[1], entry)
        for path, entry in paths
        if path.parts[-2:] == MANIFEST and TOOL_FOLDERS.isdisjoint(path.parts)
    )
    return _manifests(repository, found, source)


def _manifests(
    repository: Repository, found: Iterable[tuple[PurePosixPath, Entry]], source: Source
) -> dict[PurePosixPath, Manifest]:
    """What manifests say; one that is a link, or too large to be read, says nothing."""
    whole = PurePosixPath(source.folder.as_posix())
    ids = {
        folder: object_id if mode in _FILES and size <= LARGEST_MANIFEST else ""
        for folder, (mode, object_id, size, _) in found
    }
    blobs = repository.read_blobs(filter(None, ids.values()))
    return {
        folder: read_manifest(blobs.get(object_id, b""), own_name(folder, whole))
        for folder, object_id in ids.items()
    }


def _read(
    repository: Repository,
    entries: Iterable[Entry],
    source: Source,
    manifests: Manifests,
    largest_sum: int,
) -> Found:
    listed = [
        (mode, object_id, size, readable(name), PurePosixPath(os.fsdecode(name)))
        for mode, object_id, size, name in entries
    ]
    sites = own_sites(path for *_, path in listed)
    skills = _skills(path for *_, path in listed)
    skipped: list[Skipped] = []
    sizes: dict[str, tuple[str, int]] = {}
    for mode, object_id, size, name, path in sorted(listed, key=lambda each: each[3]):
        if not TOOL_FOLDERS.isdisjoint(path.parts[:-1]) or not sites.isdisjoint(path.parents):
            continue
        reason = _reason_to_skip(mode, path, source, in_skill=not skills.isdisjoint(path.parents))
        if reason == "" and len(sizes) >= MOST_FILES:
            reason = TOO_MANY
        if reason:
            skipped.append(Skipped(name, reason))
        elif reason is not None:
            sizes[name] = object_id, size
    skipped += [Skipped(readable(os.fsencode(site.as_posix())), OWN_SITE) for site in sites]
    refused = dict(_refused(sizes, largest_sum))
    blobs = repository.read_blobs(
        object_id for path, (object_id, _) in sizes.items() if path not in refused
    )
    files = (
        AgentFile(source, path, b"", refused[path], too_large=True)
        if path in refused
        else AgentFile(source, path, blobs[sizes[path][0]])
        for path in sorted(sizes)
    )
    kept = []
    for file in files:
        dropping = dropped(file)
        if dropping:
            skipped.append(Skipped(file.path, dropping))
        elif dropping is not None:
            kept.append(in_plugin(file, manifests))
    return Found(tuple(kept), tuple(sorted(skipped)))


def _skills(paths: Iterable[PurePosixPath]) -> frozenset[PurePosixPath]:
    """The folders of skills, given the paths of all files."""
    found: dict[PurePosixPath, set[str]] = {}
    for path in paths:
        found.setdefault(path.parent, set()).add(path.name)
        if path.parent.name == ".claude-plugin":
            found.setdefault(path.parent.parent, set()).add(path.parent.name)
    return frozenset(folder for folder, names in found.items() if is_skill(folder, names))


def _reason_to_skip(
    mode: bytes, path: PurePosixPath, source: Source, *, in_skill: bool
) -> str | None:
    """Why an entry is passed over; empty if it is read, `None` if it is of no interest."""
    if mode == _SUBMODULE:
        return _MODULE
    whole = PurePosixPath(source.folder.as_posix(), path)
    reason = reason_to_skip(path, str(whole), source.format, source.exclude, in_skill=in_skill)
    if mode not in _FILES:
        return LINK if reason is not None or not path.suffix else None
    if reason is not None and len(path.parts) > DEEPEST_FOLDER + 1:
        return TOO_DEEP
    return reason


def _refused(sizes: dict[str, tuple[str, int]], largest_sum: int) -> Iterator[tuple[str, str]]:
    """Which files are not read, and why."""
    total = 0
    for path, (_, size) in sorted(sizes.items()):
        if size > LARGEST_FILE:
            yield path, beyond_limit(LARGEST_FILE)
        elif total + size > largest_sum:
            yield path, beyond_sum(largest_sum)
        else:
            total += size


def _entries(listing: bytes) -> Iterator[Entry]:
    for line in listing.split(b"\0")[:-1]:
        facts, _, path = line.partition(b"\t")
        mode, kind, object_id, size = facts.split()
        if kind == b"blob" and not size.isdigit():
            raise RevisionError(_LACKS_FILES)
        yield mode, object_id.decode(), int(size) if kind == b"blob" else 0, path


def _object(answer: bytes) -> str | None:
    return answer.decode().strip() if _OBJECT.fullmatch(answer) else None


def _reason(errors: bytes) -> str:
    if b"promisor remote" in errors:
        return _LACKS_FILES
    lines = errors.decode("utf-8", errors="replace").splitlines()
    return next((line for line in lines if line.startswith("fatal: ")), "fatal: git failed")[7:]
