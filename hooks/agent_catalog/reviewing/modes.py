"""Permission modes: what an agent does without asking."""

from __future__ import annotations

from agent_catalog.model.agent import Agent
from agent_catalog.model.format import Key, Kind
from agent_catalog.reading.formats.known import known_formats

_KEYS = ("approvalMode", "permissionMode")
"""The keys that set one; of two in a file, the first one wins."""

_FREEDOM = {
    "plan": 0,
    "dontAsk": 0,
    "": 1,
    "default": 1,
    "manual": 1,
    "acceptEdits": 2,
    "auto-edit": 2,
    "auto": 3,
    "bypassPermissions": 4,
    "yolo": 4,
}
"""Permission modes by what runs without a question; those alike in that have one number.

From <https://code.claude.com/docs/en/permission-modes> and
<https://github.com/QwenLM/qwen-code/blob/main/docs/users/features/sub-agents.md> (2026-11).
`dontAsk` denies what the others ask for. Not set means the mode of the session, which is `default`
if nobody changed it.
"""
_UNKNOWN = 9

KNOWN_MODES = frozenset(
    mode
    for format_ in known_formats().values()
    for name in _KEYS
    if name in format_.keys
    for mode in format_.keys[name].values
)
"""The permission modes that are documented."""


def mode_keys(agent: Agent) -> frozenset[str]:
    """The keys that set a permission mode of this agent, if any do."""
    if agent.kind is not Kind.AGENT:
        return frozenset()
    known = agent.format.keys
    return frozenset(each for each in _KEYS if each in known and not agent.is_ignored(each))


def permission_mode(agent: Agent) -> str:
    """The permission mode as written; empty if none is set that has an effect."""
    return _set(agent)[1]


def asks_less(before: Agent | None, after: Agent) -> bool:
    """Whether an agent may ask for less than it did, or than one that sets no mode."""
    old, new = _set(before) if before else _NOT_SET, _set(after)
    if old[0].only.get(old[1]) and old != new:  # elsewhere it has the mode of the session
        old = _NOT_SET
    return old[1] != new[1] and _freedom(new) > _freedom(old)


def is_ranked(agent: Agent) -> bool:
    """Whether it is known what its permission mode asks for."""
    return _freedom(_set(agent)) < _UNKNOWN


def where_alone(agent: Agent) -> str:
    """Where alone its permission mode takes effect; empty if that is everywhere."""
    key, mode = _set(agent)
    return key.only.get(mode, "")


_NOT_SET = (Key(about=""), "")


def _set(agent: Agent) -> tuple[Key, str]:
    """The key that sets its mode, and the mode."""
    keys = mode_keys(agent)
    for name in _KEYS:
        field = agent.field(name) if name in keys else None
        value = field.value if field else None
        if field and value is not None:
            mode = (value if isinstance(value, str) else field.text).strip()
            if mode:
                return agent.format.keys[name], mode
    return _NOT_SET


def _freedom(found: tuple[Key, str]) -> int:
    key, mode = found
    return _FREEDOM.get(mode, _UNKNOWN) if not mode or mode in key.values else _UNKNOWN
