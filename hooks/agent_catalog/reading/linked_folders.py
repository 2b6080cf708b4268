"""Folders of a commit behind symbolic links, which lead where the commit has it.

A link is a file with a mode of its own in git, and the way to go as its content
(<https://git-scm.com/docs/gitdatamodel>). The way is gone as POSIX resolves paths
(<https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap04.html>), from folder to folder
of the commit; what is on disk has no part in it. Git's own `--follow-symlinks` will not do: it
takes the `.` of `./agents` for a name.
"""

from __future__ import annotations

import os

from agent_catalog.reading.revisions import Repository, RevisionError

MOST_LINKS = 40
"""Links on the way to a folder, as on Linux; a circle has more."""
_MOST_STEPS = 500
"""Steps of the way, for each of which git is asked."""
_LONGEST_LINK = 4096
"""Bytes of where a link leads, as on Linux."""
_FOLDER, _LINK = b"040000", b"120000"


class LinkError(RevisionError):
    """A folder from which links lead away; the message has it as it was asked for."""


def find_linked(repository: Repository, commit: str, folder: str) -> str | None:
    """The id of a folder in a commit; links to it, and on the way to it, are followed.

    Args:
        repository: Where the commit is.
        commit: Its id.
        folder: A path from the repository's top, without dots.

    Returns:
        The id, or `None` if the commit has no such folder: nothing, a file or a submodule.

    Raises:
        LinkError: A link leads out of the repository, or in a circle.
        RevisionError: Git does not read the repository, or it lacks a link.
    """
    tree = repository.find_tree(commit, folder)
    if tree or ".." in folder.split("/"):
        return tree
    path = _without_links(repository, commit, folder)
    return None if path is None else repository.find_tree(commit, path)


def _without_links(repository: Repository, commit: str, folder: str) -> str | None:
    """The path of a folder that has no link in it, if the way leads from folder to folder."""
    here: list[str] = []
    ahead = _steps(folder)
    links = 0
    for _ in range(_MOST_STEPS):
        if not ahead:
            return "/".join(here)
        step = ahead.pop()
        if step == "..":
            if not here:
                raise LinkError(f"{folder!r} leads out of the repository by a symbolic link")
            here.pop()
            continue
        mode, target = _look(repository, commit, "/".join([*here, step]))
        if mode == _FOLDER:
            here.append(step)
        elif target.startswith("/"):
            raise LinkError(f"{folder!r} leads out of the repository by a symbolic link")
        elif target and links < MOST_LINKS:
            links += 1
            ahead += _steps(target)
        elif target:
            break
        else:
            return None
    raise LinkError(f"{folder!r} leads in a circle, or through too many symbolic links")


def _steps(way: str) -> list[str]:
    """The names on a way, the first one last."""
    return [step for step in reversed(way.split("/")) if step not in {"", "."}]


def _look(repository: Repository, commit: str, path: str) -> tuple[bytes, str]:
    """The mode of what is in a commit, and where it leads; empty if it is no link."""
    entry = repository.find_entry(commit, path)
    if entry is None:
        return b"", ""
    mode, object_id, size, _ = entry
    if mode != _LINK or size > _LONGEST_LINK:
        return mode, ""
    return mode, os.fsdecode(repository.read_blobs([object_id])[object_id])
