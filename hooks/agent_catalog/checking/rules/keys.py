"""Rules for the keys of the frontmatter and the types of their values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from agent_catalog.checking.formats import owners
from agent_catalog.checking.rule import SUBAGENTS, Spot, example, rule
from agent_catalog.checking.subject import Subject, nearest, quoted
from agent_catalog.model.agent import Field, Value
from agent_catalog.model.finding import Severity
from agent_catalog.reading.keys import KNOWN_KEYS

_JOINTS = re.compile(r"[-_ ]")
_NORMAL = {key.lower(): key for key in sorted(KNOWN_KEYS)}
SKILLS_KEYS = frozenset({"allowed-tools", "allowed_tools", "allowedTools"})
"""What looks like a limit to the tools of an agent, and is none."""

_TEXT, _LIST, _MAP, _TRUTH, _NUMBER = "text", "a list", "a map", "true or false", "a number"
KEY_TYPES: Mapping[str, tuple[str, ...]] = {
    "tools": (_TEXT, _LIST),
    "disallowedTools": (_TEXT, _LIST),
    "model": (_TEXT,),
    "permissionMode": (_TEXT,),
    "skills": (_TEXT, _LIST),
    "mcpServers": (_LIST, _MAP),
    "hooks": (_MAP,),
    "memory": (_TEXT,),
    "background": (_TRUTH,),
    "omitClaudeMd": (_TRUTH,),
    "effort": (_TEXT, _NUMBER),
    "isolation": (_TEXT,),
    "color": (_TEXT,),
    "initialPrompt": (_TEXT,),
    "experimental": (_MAP,),
}
"""Of the keys that have no rule of their own for it: https://code.claude.com/docs/en/sub-agents"""


def nearest_key(key: str) -> str | None:
    """The known key that an unknown one is a slip of, if it is one."""
    near = nearest(_JOINTS.sub("", key).lower(), _NORMAL)
    return _NORMAL[near] if near else None


def _unknown(subject: Subject) -> Iterator[Field]:
    for field in subject.agent.fields:
        if field.key not in KNOWN_KEYS and field.key not in SKILLS_KEYS:
            yield field


def _is_slip(field: Field) -> bool:
    near = nearest_key(field.key)
    same = near and _JOINTS.sub("", field.key).lower() == near.lower()
    return bool(same) or (near is not None and not owners(field.key))


@rule(
    "key-misspelt",
    severity=Severity.WARNING,
    title="a key is a slip of one that Claude Code knows",
    why="Claude Code ignores keys that it does not know, without a word. With `tool:` for `tools:` "
    "an agent inherits every tool; with `modle:` it runs on another model.",
    sources=(SUBAGENTS,),
    bad=example("modle: opus"),
    good=example("model: opus"),
    fixable=True,
    claude=True,
)
def key_misspelt(subject: Subject) -> Iterator[Spot]:
    for field in _unknown(subject):
        if _is_slip(field):
            near = nearest_key(field.key)
            yield Spot(
                subject.key_place(field),
                f"there is no key {quoted(field.key)}, so Claude Code ignores it; the nearest is `{near}`",
                f"Write `{near}:` if that is meant, or take the line out.",
            )


@rule(
    "key-unknown",
    severity=Severity.INFO,
    title="a key is none that Claude Code knows",
    why="Claude Code ignores keys that it does not know, and so may every other tool: `version` and "
    "`category` tell people something, but no agent acts on them.",
    sources=(SUBAGENTS,),
    bad=example("category: quality"),
    good=example(),
    claude=True,
)
def key_unknown(subject: Subject) -> Iterator[Spot]:
    for field in _unknown(subject):
        if not _is_slip(field):
            tools = owners(field.key)
            whose = f"; it is a key of {' and '.join(tools)}" if tools else ""
            yield Spot(
                subject.key_place(field),
                f"Claude Code ignores the key {quoted(field.key)}{whose}",
                "Leave it if people or other tools read it; else take it out.",
            )


@rule(
    "allowed-tools",
    severity=Severity.WARNING,
    title="`allowed-tools` does not limit the tools of an agent",
    why="`allowed-tools` is a key of skills and commands. In an agent file Claude Code ignores it, "
    "and an agent without `tools` inherits every tool of the session.",
    sources=(SUBAGENTS, "https://agentskills.io/specification"),
    bad=example(tools="allowed-tools: Read, Grep"),
    good=example(),
    fixable=True,
    claude=True,
)
def allowed_tools(subject: Subject) -> Iterator[Spot]:
    has_tools = subject.agent.field("tools") is not None
    for field in subject.agent.fields:
        if field.key in SKILLS_KEYS:
            follows = "" if has_tools else ", so the agent inherits every tool"
            yield Spot(
                subject.key_place(field),
                f"Claude Code ignores {quoted(field.key)} in an agent{follows}",
                "Take the line out; `tools` says it." if has_tools else "Write `tools:`.",
            )


@rule(
    "value-type",
    severity=Severity.WARNING,
    title="a value is of another type than its key takes",
    why="Claude Code drops a value that it cannot use, without a word, and goes on as if the key "
    "were not there: hooks that are no map never run.",
    sources=(SUBAGENTS,),
    bad=example("hooks: format-on-save"),
    good=example(
        "hooks:\n  PostToolUse:\n    - matcher: Edit\n      hooks:\n"
        "        - type: command\n          command: make format"
    ),
    claude=True,
)
def value_type(subject: Subject) -> Iterator[Spot]:
    for field in subject.agent.fields:
        types = KEY_TYPES.get(field.key)
        if types and field.value is not None and not _is_any(field.value, types):
            yield Spot(
                subject.value_place(field),
                f"`{field.key}` takes {' or '.join(types)}, but this is {_type(field.value)}",
                f"Write {' or '.join(types)}.",
            )


def _is_any(value: Value, types: tuple[str, ...]) -> bool:
    if types == (_TRUTH,) and value in {"true", "false"}:
        return True
    return _type(value) in types


def _type(value: Value) -> str:
    names = {str: _TEXT, bool: _TRUTH, int: _NUMBER, float: _NUMBER, tuple: _LIST, dict: _MAP}
    return names[type(value)]
