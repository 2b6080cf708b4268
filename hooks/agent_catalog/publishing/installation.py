"""How a reader gets an agent file to where agent tools look for it."""

from __future__ import annotations

import posixpath
import shlex
from dataclasses import dataclass

from agent_catalog.publishing.urls import whole

FOLDERS = {"project": ".claude/agents", "user": "~/.claude/agents"}
"""Where Claude Code looks: https://code.claude.com/docs/en/sub-agents (2026-11)."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command for a shell, in two parts with the file's address between them."""

    scope: str
    """`project` or `user`."""
    folder: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Installation:
    """The commands that install one agent, for a project or for a user."""

    address: str
    """The file's URL, quoted for a shell; empty if the site's is not known."""
    commands: tuple[Command, ...]


def installation(raw: str, site_url: str) -> Installation:
    """How to install an agent.

    Nothing of what is in an agent file becomes part of a command: the file's name is the last
    part of its address, which holds only what is safe in a shell.

    Args:
        raw: Where the file is published, below the site's root.
        site_url: The site's root, if it is known.
    """
    name = posixpath.basename(raw)
    address = shlex.quote(whole(site_url, raw)) if site_url else ""
    return Installation(
        address,
        tuple(
            Command(scope, folder, f"mkdir -p {folder} && curl -fsSL ", f" -o {folder}/{name}")
            for scope, folder in FOLDERS.items()
        ),
    )
