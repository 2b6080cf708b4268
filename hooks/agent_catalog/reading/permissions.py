"""Permissions: what a map from tools to `allow`, `ask` and `deny` lets an agent use.

Rules come in the order of the file, and of those that fit a tool the last one holds. A tool whose
last rule denies it whatever it is called with is taken away; one with rules by pattern stays. See
<https://opencode.ai/v1/docs/permissions>; the deprecated map `tools` stands before them, with
`true` for allow and `false` for deny.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from itertools import chain

from agent_catalog.model.agent import Value
from agent_catalog.model.format import Format
from agent_catalog.model.tool import Gets, ToolEntry, ToolMode
from agent_catalog.reading.tools import EVERYTHING, read_entry, refused


class Action(StrEnum):
    """What a rule says of a tool."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of a permission map."""

    name: str
    """Of tools, with `*` for any characters."""
    pattern: str
    """What they are called with; `*` for anything."""
    action: Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """What the maps of a file come to."""

    mode: ToolMode
    allowed: tuple[ToolEntry, ...]
    """The tools that are named and not taken away, with whether the agent is asked first."""
    denied: tuple[ToolEntry, ...]
    rules: tuple[Rule, ...]

    @property
    def asks(self) -> bool:
        """Whether the user is asked before any tool that is not named."""
        last = _last(EVERYTHING, self.rules)
        return last is not None and last.action is Action.ASK

    def judged(self, entry: ToolEntry, format_: Format, *, subagent: bool) -> ToolEntry:
        """A tool of the session with whether the agent gets it.

        Args:
            entry: The tool.
            format_: The format of the file.
            subagent: Whether the agent is a subagent and nothing else.
        """
        by_name = entry.tool is not None and entry.tool.name in format_.tools.by_name
        if subagent and by_name and all(rule.name != entry.name for rule in self.rules):
            return refused(entry)
        return _judged(entry, self.rules, format_)


def read_permissions(permission: Value, tools: Value, format_: Format) -> Permissions:
    """What an agent may use by its permissions.

    Args:
        permission: A map, or one action for everything.
        tools: The deprecated map from tools to whether the agent has them.
        format_: The format of the file.
    """
    rules = tuple(_rules(_merged(permission, tools, format_)))
    entries = [
        read_entry(name, format_)
        for name in dict.fromkeys(chain(_names(tools), _names(permission)))
        if name != EVERYTHING
    ]
    judged = [_judged(entry, rules, format_) for entry in entries]
    allowed = tuple(each for each in judged if each.gets is not Gets.NO)
    default = _last(EVERYTHING, rules)
    mode = ToolMode.ALL
    if default and default.action is Action.DENY:
        mode = ToolMode.LISTED if allowed else ToolMode.NONE
    return Permissions(
        mode=mode,
        allowed=allowed,
        denied=tuple(each for each in judged if each.gets is Gets.NO),
        rules=rules,
    )


def _names(value: Value) -> Iterable[str]:
    return value if isinstance(value, Mapping) else ()


def _merged(permission: Value, tools: Value, format_: Format) -> Mapping[str, Value]:
    """The permissions of both maps; a key of `permission` takes the place that `tools` gave it."""
    merged: dict[str, Value] = {}
    if isinstance(tools, Mapping):
        for name, given in tools.items():
            if isinstance(given, bool):
                action = Action.ALLOW if given else Action.DENY
                merged[format_.tools.switches.get(name, name)] = action.value
    if isinstance(permission, str):
        merged[EVERYTHING] = permission
    elif isinstance(permission, Mapping):
        merged |= permission
    return merged


def _rules(permission: Mapping[str, Value]) -> Iterator[Rule]:
    for name, value in permission.items():
        patterns = value if isinstance(value, Mapping) else {EVERYTHING: value}
        for pattern, action in patterns.items():
            if isinstance(action, str) and action in set(Action):
                yield Rule(name, pattern, Action(action))


def _permission(entry: ToolEntry, format_: Format) -> str:
    """The permission under which a tool stands: `edit` for `write`."""
    name = entry.tool.name if entry.tool else entry.name
    groups = format_.tools.together.items()
    return next((permission for permission, group in groups if name in group), name)


def _about(name: str, rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(each for each in rules if fnmatchcase(name, each.name))


def _last(name: str, rules: Iterable[Rule]) -> Rule | None:
    return next(reversed(_about(name, rules)), None)


def outcome(entry: ToolEntry, rules: Iterable[Rule], format_: Format) -> Action | None:
    """What becomes of a tool; `None` where it depends on what the tool is called with."""
    about = _about(_permission(entry, format_), rules)
    whole = [place for place, each in enumerate(about) if each.pattern == EVERYTHING]
    last = about[whole[-1]].action if whole else _default(entry, format_)
    # Patterns that say the same as what holds for all else change nothing.
    after = about[whole[-1] + 1 :] if whole else about
    return last if all(each.action is last for each in after) else None


def _default(entry: ToolEntry, format_: Format) -> Action:
    """What becomes of a tool that no rule is about."""
    if entry.tool and entry.tool.name in format_.tools.off:
        return Action.DENY
    return Action.ASK if entry.tool and entry.tool.asks else Action.ALLOW


def _judged(entry: ToolEntry, rules: Sequence[Rule], format_: Format) -> ToolEntry:
    action = outcome(entry, rules, format_)
    if action is Action.DENY:
        return refused(entry)
    if entry.gets is not Gets.YES or action is Action.ALLOW:
        return entry
    if action is Action.ASK:
        return replace(
            entry, gets=Gets.DEPENDS, why="asks-first", condition="only after asking the user"
        )
    return replace(
        entry,
        gets=Gets.DEPENDS,
        why="by-pattern",
        condition="depending on what it is called with, as the patterns of the file say",
        patterns=tuple(
            (each.pattern, each.action.value) for each in _about(_permission(entry, format_), rules)
        ),
    )
