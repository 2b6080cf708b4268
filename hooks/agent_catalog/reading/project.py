"""The files of a project that links may lead to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from agent_catalog.reading.revisions import Repository, RevisionError


@dataclass(frozen=True)
class Project:
    """A folder, and which files and folders below it are a part of it.

    Under git these are the files that git tracks or would track if it were told to: two builds of
    one state agree, and nobody learns from a link whether an ignored file is there. Elsewhere it
    is what is on the disk. No symbolic link is followed, nor is one looked at what it leads to.
    """

    folder: Path

    def holds(self, path: str) -> bool:
        """Whether a path below the folder, normalised, is that of a file or folder of it."""
        if path == ".":
            return True
        parts = PurePosixPath(path).parts
        if path.startswith("/") or ".." in parts or "\0" in path:
            return False
        return path in self._known if self._known else self._is_there(parts)

    @cached_property
    def _known(self) -> frozenset[str]:
        """The paths that git knows, folders included; nothing if there is no git, or none is known."""
        try:
            files = Repository(self.folder).list_files()
        except RevisionError:
            return frozenset()
        known: set[str] = set()
        for file in files:
            path = file
            while path and path not in known:
                known.add(path)
                path = path.rpartition("/")[0]
        return frozenset(known)

    def _is_there(self, parts: tuple[str, ...]) -> bool:
        path = self.folder
        for part in parts:
            path /= part
            try:
                if path.is_symlink() or not os.path.lexists(path):
                    return False
            except (OSError, ValueError):  # a name that no file can have
                return False
        return True
