"""How a reader gets an agent file to where its tool looks for it, and how to call the agent."""

from __future__ import annotations

import posixpath
import re
import shlex
from dataclasses import dataclass

from agent_catalog.model.agent import Agent
from agent_catalog.model.format import Kind
from agent_catalog.publishing.urls import whole
from agent_catalog.reading.formats.recognition import tool_folder

_PLAIN = re.compile(r"[\w. /:@+-]+")
"""A name that can stand in a command, in any script."""


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
    """None where the tool has no folder to put the file into by itself."""
    plugin: str = ""
    """The plugin that brings the agent along, and that is to be installed instead."""

    @property
    def scopes(self) -> tuple[tuple[str, str], ...]:
        """For what it can be installed: each scope with its words."""
        words = {"project": "This project", "user": "All my projects"}
        return tuple((each.scope, words[each.scope]) for each in self.commands)


@dataclass(frozen=True, slots=True)
class Invocation:
    """A way to call an agent."""

    how: str
    """Where or how, as the start of a sentence."""
    write: str
    """What to write there; empty if nothing is to be written."""


def installation(agent: Agent, raw: str, site_url: str) -> Installation | None:
    """How to install an agent; `None` if it is none, or its tool does not load it.

    Nothing of what is in an agent file becomes part of a command: the file's name, and the
    folders that its tool calls it by, are the last parts of its address, which holds only what is
    safe in a shell.

    Args:
        agent: The agent.
        raw: Where the file is published, below the site's root.
        site_url: The site's root, if it is known.
    """
    if not agent.loadable or agent.kind is not Kind.AGENT:
        return None
    if agent.plugin:
        return Installation("", (), agent.plugin.name)
    inner, name = _inner_folder(agent, raw), posixpath.basename(raw)
    address = shlex.quote(whole(site_url, raw)) if site_url else ""
    return Installation(
        address,
        tuple(
            Command(
                each.scope,
                folder,
                f"mkdir -p {folder} && curl -fsSL ",
                f" -o {folder}/{name}",
            )
            for each in agent.format.install
            for folder in (posixpath.join(each.folder, inner) if inner else each.folder,)
        ),
    )


def _inner_folder(agent: Agent, raw: str) -> str:
    """The folder below the tool's own that the agent is called by, as the file's address has it."""
    if "path" not in agent.format.identity.id:
        return ""
    inner = tool_folder(agent.folder, agent.format)
    depth = len(inner.split("/")) if inner else 0
    return "/".join(raw.split("/")[:-1][-depth:]) if depth else ""


def invocations(agent: Agent) -> tuple[Invocation, ...]:
    """The ways to call an agent; none if its tool does not load it.

    A command names it in quotes where it needs them, and is left out for a name that no shell
    takes as it is shown.
    """
    if not agent.loadable or agent.kind is not Kind.AGENT:
        return ()
    found = []
    for call in agent.format.call:
        if any(_said(agent, key) in values for key, values in call.unless.items()):
            continue
        name = agent.name if "{title}" in call.write else agent.id
        if call.shell and not _PLAIN.fullmatch(name):
            continue
        written = shlex.quote(name) if call.shell else name
        found.append(
            Invocation(call.how, call.write.replace("{id}", written).replace("{title}", written))
        )
    return tuple(found)


def is_not_by_hand(agent: Agent) -> bool:
    """Whether its file says that no user calls it, as with `hidden: true`."""
    return any(
        agent.format.keys[key].types == ("true or false",) and _said(agent, key) in values
        for call in agent.format.call
        for key, values in call.unless.items()
    )


def _said(agent: Agent, key: str) -> str:
    """The value of a key in one word: `true`, `subagent`; empty if it has none."""
    field = agent.field(key)
    value = field.value if field else None
    if isinstance(value, bool):
        return str(value).lower()
    return value.strip() if isinstance(value, str) else ""
