"""Plugins of Claude Code: which agent files they bring along.

A folder is a plugin's if it holds `.claude-plugin/plugin.json`, or lies in a folder `plugins`, for
a plugin needs no manifest; its agents are the Markdown files below its folder `agents`, or what the
manifest names instead. See <https://code.claude.com/docs/en/plugins/manifest-reference> (2026-10).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeAlias

from agent_catalog.model.format import Kind
from agent_catalog.model.limits import cut
from agent_catalog.model.plugin import Plugin

MANIFEST = (".claude-plugin", "plugin.json")
"""Where a plugin's manifest is, below its folder."""
LARGEST_MANIFEST = 256 * 1024
"""Bytes of a manifest that is read."""
_AGENTS = "agents"
_COMMANDS = PurePosixPath("commands")
_SKILLS = PurePosixPath("skills")
_SKILL = "SKILL.md"
_PLUGINS = "plugins"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a plugin, of whose manifest nothing else may be readable."""

    name: str = ""
    agents: tuple[PurePosixPath, ...] = (PurePosixPath(_AGENTS),)
    """Files and folders, below the plugin's."""


Manifests: TypeAlias = Mapping[PurePosixPath, Manifest]
"""Plugins by the paths of their folders, all from one start."""


def read_manifest(data: bytes, folder: str = "") -> Manifest:
    """Read a manifest as far as it can be read; never raises.

    Args:
        data: The file; nothing of one that cannot be read, or is a link.
        folder: The name of the plugin's folder, for one that does not say what it is called.
    """
    value = _json(data)
    name = value.get("name")
    given = name.strip() if isinstance(name, str) else ""
    places = tuple(_places(value.get("agents")))
    return Manifest(cut(given or folder), places or Manifest().agents)


def _json(data: bytes) -> Mapping[str, object]:
    try:
        value = json.loads(data) if len(data) <= LARGEST_MANIFEST else None
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _places(value: object) -> Iterator[PurePosixPath]:
    """The paths that a manifest gives; those that are not below its folder lead nowhere."""
    for each in value if isinstance(value, list) else [value]:
        path = PurePosixPath(each) if isinstance(each, str) else PurePosixPath()
        if path.parts and not path.is_absolute() and ".." not in path.parts:
            yield path


def own_name(folder: PurePosixPath, top: PurePosixPath) -> str:
    """The name of a plugin's folder; empty where that is anybody's choice, as a clone's is.

    Args:
        folder: The plugin's folder.
        top: The source's.
    """
    told = folder.parent.name == _PLUGINS or top in folder.parents
    return folder.name if told else ""


def plugin_of(whole: str, manifests: Manifests) -> Plugin | None:
    """The plugin that a file is an agent, a command or a skill of, if it is one of any.

    Args:
        whole: The file's path.
        manifests: The plugins that have a manifest, by their folders' paths from the same start.
    """
    if not manifests and f"/{_PLUGINS}/" not in f"/{whole}":
        return None
    path = PurePosixPath(whole)
    for folder in path.parents:
        manifest = manifests.get(folder) or _by_place(folder)
        if manifest:
            return _brought_along(path.relative_to(folder), manifest)
    return None


def _by_place(folder: PurePosixPath) -> Manifest | None:
    """What is known of a plugin by where its folder is, if that tells that it is one's."""
    told = folder.parent.name == _PLUGINS and folder.name != _AGENTS
    return Manifest(cut(folder.name)) if told else None


def _brought_along(path: PurePosixPath, manifest: Manifest) -> Plugin | None:
    """The plugin of a file below its folder, if it is an agent, a command or a skill."""
    inner = _below(path, manifest.agents)
    if inner is not None:
        return Plugin(name=manifest.name, folder=inner)
    inner = _below(path, (_COMMANDS,))
    if inner is not None:
        return Plugin(name=manifest.name, kind=Kind.COMMAND, folder=inner)
    inner = _below(path, (_SKILLS,)) if path.name == _SKILL else None
    return None if inner is None else Plugin(name=manifest.name, kind=Kind.SKILL, folder=inner)


def _below(path: PurePosixPath, places: tuple[PurePosixPath, ...]) -> tuple[str, ...] | None:
    """The folders between a place and a file, none for a place that is the file; `None` elsewhere."""
    if path in places:
        return ()
    found = (path.relative_to(each).parts[:-1] for each in places if each in path.parents)
    return next(found, None)
