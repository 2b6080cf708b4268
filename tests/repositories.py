"""Real git repositories in folders of their own, for tests."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from sites import Tree, write_tree

_ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(folder: Path, *arguments: str, given: bytes = b"", day: str = "2025-01-01") -> str:
    """Run git in a folder on some day; what it says, without the last line's end."""
    time = f"{day}T00:00:00Z"
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=_ENVIRONMENT | {"GIT_AUTHOR_DATE": time, "GIT_COMMITTER_DATE": time},
        input=given,
        capture_output=True,
        check=True,
        timeout=60,
    )
    return done.stdout.decode().removesuffix("\n")


def repository(folder: Path, tree: Tree) -> Path:
    """Make a repository whose branch `main` has one commit with these files."""
    folder.mkdir(exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    commit(folder, tree)
    return folder


def commit(folder: Path, tree: Tree | None = None, day: str = "2025-01-01") -> str:
    """Commit everything in the folder and these files on some day, and tell the id."""
    write_tree(folder, tree or {})
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "--allow-empty", "-m", "Change", day=day)
    return git(folder, "rev-parse", "HEAD")
