"""The known formats, from the data files beside this module."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import msgspec

from agent_catalog.model.format import Format

DEFAULT = "claude-code"
"""The format of a file that nothing tells: that of most agent files."""
_OF_MAIN_ONLY = frozenset({"why", "text", "tools", "main", "unless", "source"})
"""What is said of a limit that keeps a tool from subagents wherever they run."""
_NO_FORMATS = frozenset({"models.toml", "elsewhere.toml"})


@cache
def known_formats() -> Mapping[str, Format]:
    """Every known format by its slug, in the order of the site."""
    folder = files(__package__)
    texts = {
        each.name.removesuffix(".toml"): each.read_text(encoding="utf-8")
        for each in folder.iterdir()
        if each.name.endswith(".toml") and each.name not in _NO_FORMATS
    }
    formats = [msgspec.convert(_facts(slug, text), Format) for slug, text in texts.items()]
    formats.sort(key=lambda each: each.order)
    return MappingProxyType({each.slug: each for each in formats})


@cache
def elsewhere() -> Mapping[str, str]:
    """Patterns of paths of Markdown that is none of a known format's, and what it is."""
    text = (files(__package__) / "elsewhere.toml").read_text(encoding="utf-8")
    found: dict[str, str] = dict(tomllib.loads(text)["paths"])
    for each in known_formats().values():
        found |= each.recognition.elsewhere
    return found


def format_reading(reader: str) -> Format:
    """The first format whose files are read in one of the ways: `markdown`, `toml`."""
    return next(each for each in known_formats().values() if each.reading.reader == reader)


def _facts(slug: str, text: str) -> dict[str, Any]:
    """The fields of a format: tools get their names, and what stands in a table of its own its place."""
    facts: dict[str, Any] = tomllib.loads(text)
    facts["slug"] = slug
    facts["where"] = facts.setdefault("errors", {}).pop("where", {})
    facts["plugin_errors"] = facts.pop("plugin", {}).get("errors", {})
    tools = facts.setdefault("tools", {})
    former = defaultdict(list)
    for old, new in tools.get("renamed", {}).items():
        former[new].append(old)
    main_only = {
        name
        for limit in facts.get("limits", ())
        if limit.get("main") is False and limit.keys() <= _OF_MAIN_ONLY
        for name in limit.get("tools", ())
    }
    tools["known"] = {
        name: row
        | {
            "name": name,
            "format": slug,
            "former": former[name],
            "main_only": name in main_only,
        }
        for name, row in tools.get("known", {}).items()
    }
    return facts
