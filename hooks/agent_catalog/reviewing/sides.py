"""What is compared: two folders, two git revisions, or one of each, as catalogs."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from agent_catalog.config import default_label
from agent_catalog.model.catalog import Catalog
from agent_catalog.reading.catalog import catalog_from
from agent_catalog.reading.linked_folders import LinkError, find_linked
from agent_catalog.reading.revisions import (
    Repository,
    RevisionError,
    plugins_above,
    read_revision,
)
from agent_catalog.reading.sources import Found, Source, read_source

USUAL_FOLDERS = ("agents", ".claude/agents")
"""Where the agents of a revision are, if nobody says where."""


class SideError(ValueError):
    """What is to be compared is not there or not clear; the message says what to do."""


class Labelled(NamedTuple):
    """A folder of agents below a side."""

    label: str
    """What tells it from the others; may be empty."""
    folder: str


@dataclass(frozen=True, slots=True)
class _Side:
    """A folder on disk, or a commit and a folder in it."""

    written: str
    commit: str = ""
    """Empty for a folder on disk."""
    folder: str | None = None
    """The folder; for a commit from its top, and `None` if it is not said."""
    named: bool = False
    """Whether it is a commit, and its folder is said with it."""


def read_sides(
    base: str,
    head: str,
    sources: Sequence[Labelled] = (),
    *,
    here: Path,
    merge_base: bool = False,
) -> tuple[Catalog, Catalog]:
    """Read the catalogs of both sides.

    A side is a folder, a revision (`main`), or a folder in a revision (`main:agents`). Where one
    side alone says in which folder the agents are, those of a revision are in the same one; where
    none does, they are in one of the [usual][agent_catalog.reviewing.sides.USUAL_FOLDERS]. A
    folder that only one of the sides has is empty in the other, unless that names it itself.
    Links to a folder of a revision are followed as that revision has them.

    Args:
        base: What to compare with.
        head: What is reviewed.
        sources: The folders of agents below each side, if it is not the side itself.
        here: The folder from which folders and the repository are seen.
        merge_base: Whether to compare with the commit at which `head`, or the commit that is
            checked out, parted from `base`.

    Raises:
        SideError: A side is neither a folder nor a revision, or both, or has no such folder; or a
            link leads from it out of the repository.
        RevisionError: Git does not read the repository.
    """
    repository = Repository(here)
    one, other = _find_side(base, repository), _find_side(head, repository)
    if merge_base:
        one = _parted(one, other, repository)
    if not sources:
        one, other = _with_folders(one, other, repository)
    shown = _name(one, other, repository)
    found = [_read((one, other), source, shown, repository) for source in _labelled(sources)]
    before = catalog_from([old for old, _ in found])
    return before, catalog_from([new for _, new in found], before)


# From words to sides


def _find_side(written: str, repository: Repository) -> _Side:
    on_disk = (repository.folder / written).is_dir()
    if written.startswith((".", "/")):  # no revision does
        if not on_disk:
            raise SideError(f"there is no folder {written!r}")
        return _Side(written, folder=written)
    try:
        revision = _find_revision(written, repository)
    except RevisionError as error:
        if not on_disk:
            raise SideError(f"there is no folder {written!r}, and git says: {error}") from None
        revision = None
    if on_disk and revision:
        raise SideError(
            f"{written!r} is a folder and a revision: "
            f"write './{written}' for the folder or '{written}^0' for the revision"
        )
    if not (on_disk or revision):
        hint = "; give BASE and HEAD as two arguments" if ".." in written else ""
        raise SideError(f"{written!r} is neither a folder nor a revision{hint}")
    return revision or _Side(written, folder=written)


def _find_revision(written: str, repository: Repository) -> _Side | None:
    name, colon, folder = written.partition(":")
    commit = repository.find_commit(name)
    if commit is None:
        return None
    if not colon:
        return _Side(written, commit)
    return _Side(written, commit, _inner(folder, written), named=True)


def _inner(folder: str, written: str) -> str:
    """A path from the top of a repository, in its one form."""
    path = PurePosixPath(folder.strip("/"))
    if folder.startswith("./") or ".." in path.parts:
        raise SideError(f"{written!r}: the path starts at the top of the repository, without dots")
    return "" if path == PurePosixPath() else path.as_posix()


def _parted(base: _Side, head: _Side, repository: Repository) -> _Side:
    other = head.commit or repository.find_commit("HEAD")
    if not (base.commit and other):
        raise SideError(f"--merge-base: {base.written!r} is no revision")
    commit = repository.find_merge_base(base.commit, other)
    if commit is None:
        raise SideError(
            f"{base.written!r} and {head.written!r} have no commit in common, "
            "or this clone does not go back to it"
        )
    return replace(base, commit=commit)


# Which folders are read


def _with_folders(base: _Side, head: _Side, repository: Repository) -> tuple[_Side, _Side]:
    """The sides, those that are commits with the folder that the other side or custom tells."""
    if base.folder is not None and head.folder is not None:
        return base, head
    told = [place for side in (base, head) for place in _places(side, repository)]
    silent = [side for side in (base, head) if side.folder is None]
    there = (place for place in told if any(_tree(side, place, repository) for side in silent))
    folder = next(there, told[0]) if told else _usual(silent, repository)
    return (
        base if base.folder is not None else replace(base, folder=folder),
        head if head.folder is not None else replace(head, folder=folder),
    )


def _places(side: _Side, repository: Repository) -> tuple[str, ...]:
    """Paths of a side's folder from the top of the repository, if it says one that is there.

    A folder on disk has two where a link leads to it: as it is written, which a revision may have
    otherwise, and where it really is.
    """
    if side.folder is None:
        return ()
    if side.commit:
        return (side.folder,)
    folder = Path(os.path.abspath(repository.folder / side.folder))  # noqa: PTH100 (keeps links)
    prefixes = (repository.find_prefix(folder), repository.find_prefix(folder.resolve()))
    return tuple(dict.fromkeys(prefix for prefix in prefixes if prefix is not None))


def _usual(sides: Sequence[_Side], repository: Repository) -> str:
    """The usual folder that the commits have; of two, the one that is all there is in the other."""
    trees: dict[str, list[str | None]] = {}
    problems: list[SideError] = []
    for folder in USUAL_FOLDERS:
        try:
            trees[folder] = [_tree(side, folder, repository) for side in sides]
        except SideError as error:
            problems.append(error)
    there = [folder for folder, own in trees.items() if any(own)]
    for folder in there:
        if all(_holds(trees[folder], trees[other]) for other in there):
            return folder
    if problems and not there:
        raise problems[0]
    which = " and ".join(there) if there else f"neither {' nor '.join(USUAL_FOLDERS)}"
    name = sides[-1].written
    raise SideError(
        f"{name!r} has {which}: say where its agents are, "
        f"as in '{name}:agents' or with --source agents"
    )


def _holds(trees: Sequence[str | None], others: Sequence[str | None]) -> bool:
    """Whether a folder is, in each commit, the same as another or all that there is of both."""
    return all(other in {tree, None} for tree, other in zip(trees, others, strict=True))


def _tree(side: _Side, folder: str, repository: Repository) -> str | None:
    """The id of a folder in a side that is a commit.

    Raises:
        SideError: A link leads from it out of the repository, or in a circle.
    """
    try:
        return find_linked(repository, side.commit, folder)
    except LinkError as error:
        raise SideError(f"{side.written!r}: {error}") from None


def _labelled(sources: Sequence[Labelled]) -> Sequence[Labelled]:
    """The sources with labels; without sources, the side itself."""
    if not sources:
        return [Labelled("", "")]
    several = len(sources) > 1
    labelled = [
        Labelled(label or (default_label(Path(folder)) if several else ""), _inner(folder, folder))
        for label, folder in sources
    ]
    for label, count in Counter(source.label for source in labelled).items():
        if count > 1:
            raise SideError(f"two folders have the label {label!r}: write LABEL=FOLDER")
    return labelled


def _name(base: _Side, head: _Side, repository: Repository) -> str:
    """What both sides are called in reports: where they are, if that is the same place."""
    if not (base.commit or head.commit):
        return ""
    others = _places(head, repository)
    return next((place for place in _places(base, repository) if place in others), "")


def _read(
    sides: Sequence[_Side], source: Labelled, shown: str, repository: Repository
) -> list[Found]:
    """What both sides hold of a source, under one name so that equal files are equal."""
    folder = Source(repository.folder / source.folder, source.label, source.folder or shown)
    found = [_read_side(side, folder, source.folder, repository) for side in sides]
    for side, each in zip(sides, found, strict=True):
        if each is None and (side.named or found == [None, None]):
            place = source.folder or side.folder
            raise SideError(f"{side.written!r} has no folder {place!r}")
    return [each or Found((), ()) for each in found]


def _read_side(side: _Side, source: Source, below: str, repository: Repository) -> Found | None:
    place = PurePosixPath(side.folder or "", below)
    if not side.commit:
        path = repository.folder / place
        return read_source(replace(source, folder=path.resolve())) if path.is_dir() else None
    inner = "" if place == PurePosixPath() else str(place)
    tree = _tree(side, inner, repository)
    if tree is None:
        return None
    # Tools know their files by the folders that they are in.
    seen = replace(source, folder=(repository.find_top() or repository.folder) / place)
    above = plugins_above(repository, side.commit, seen, inner)
    return read_revision(repository, tree, seen, above)
