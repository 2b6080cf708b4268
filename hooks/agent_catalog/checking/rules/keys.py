"""Rules for the keys of the frontmatter and the types of their values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent_catalog.checking.rule import (
    CLAUDE_CODE,
    SUBAGENTS,
    Rule,
    Spot,
    codex_example,
    example,
    rule,
)
from agent_catalog.checking.rules.permissions import (
    denying_in_vain,
    disagreeing,
    limiting_nothing,
)
from agent_catalog.checking.subject import Subject, nearest, quoted
from agent_catalog.model.agent import Field
from agent_catalog.model.finding import Severity
from agent_catalog.model.format import Effect, Format
from agent_catalog.reading.faults import in_words, other_value, type_message, wrong_type
from agent_catalog.reading.formats.known import DEFAULT, known_formats

_JOINTS = re.compile(r"[-_ ]")
SKILLS_KEYS = frozenset({"allowed-tools", "allowed_tools", "allowedTools"})
"""What looks like a limit to the tools of an agent, and is none."""
LISTS_OF_TOOLS = SKILLS_KEYS | {"tools", "disallowedTools"}


MISSING = Rule(
    code="key-missing",
    severity=Severity.ERROR,
    title="a key that its tool needs is not there",
    why="Codex ignores an agent without `developer_instructions`, which is its prompt, with a warning "
    "at its start.",
    sources=("https://developers.openai.com/codex/subagents",),
    file="reviewer.toml",
    folder=".codex/agents",
    bad=codex_example(prompt=""),
    good=codex_example(),
)


def nearest_key(key: str, format_: Format) -> str | None:
    """The known key that an unknown one is a slip of, if it is one."""
    normal = {name.lower(): name for name in sorted(format_.keys)}
    near = nearest(_JOINTS.sub("", key).lower(), normal)
    return normal[near] if near else None


def owners(key: str, format_: Format) -> list[str]:
    """The tools that have a key which another has not."""
    others = (each for each in known_formats().values() if each != format_)
    return [each.title for each in others if key in each.keys]


def _unknown(subject: Subject) -> Iterator[Field]:
    """Keys that the format has not, and for which its tool loads the file all the same."""
    format_ = subject.format
    if format_.fault("key-unknown").effect.is_fatal:
        return
    for field in subject.agent.fields:
        if field.key not in format_.keys and not _is_told_apart(field, subject):
            yield field


def _is_told_apart(field: Field, subject: Subject) -> bool:
    """Whether a key that the format has not means so much that a rule of its own tells of it."""
    if field.key in SKILLS_KEYS and subject.format.slug in CLAUDE_CODE:
        return True
    return field is denying_in_vain(subject) or lists_in_vain(field, subject.format)


def lists_in_vain(field: Field, format_: Format) -> bool:
    """Whether a key lists tools for a tool that limits no agent by a list."""
    return format_.tools.shape == "readonly" and field.key in LISTS_OF_TOOLS


def _is_slip(field: Field, format_: Format) -> bool:
    near = nearest_key(field.key, format_)
    same = near and _JOINTS.sub("", field.key).lower() == near.lower()
    return bool(same) or (near is not None and not owners(field.key, format_))


@rule(
    "key-misspelt",
    severity=Severity.WARNING,
    title="a key is a slip of one that its tool knows",
    why="Most tools ignore keys that they do not know, without a word. With `tool:` for `tools:` "
    "an agent inherits every tool; with `modle:` it runs on another model.",
    sources=(SUBAGENTS,),
    bad=example("modle: opus"),
    good=example("model: opus"),
    fixable=True,
)
def key_misspelt(subject: Subject) -> Iterator[Spot]:
    title = subject.format.title
    for field in _unknown(subject):
        if _is_slip(field, subject.format):
            near = nearest_key(field.key, subject.format)
            yield Spot(
                subject.key_place(field),
                f"{title} has no key {quoted(field.key)}: {_ignored(subject)}; the nearest is `{near}`",
                f"Write `{near}:` if that is meant, or take the line out.",
            )


@rule(
    "key-unknown",
    severity=Severity.INFO,
    title="a key is none that its tool knows",
    why="Claude Code ignores keys that it does not know, and names them with `--debug` since 2.1.296; "
    "Copilot marks them, OpenCode passes them on to the model's provider, and Gemini CLI and Codex do "
    "not load the file. `version` and `category` tell people something, but no agent acts on them.",
    sources=(SUBAGENTS,),
    bad=example("category: quality"),
    good=example(),
)
def key_unknown(subject: Subject) -> Iterator[Spot]:
    title = subject.format.title
    for field in _unknown(subject):
        if not _is_slip(field, subject.format):
            whose = _whose(field.key, subject.format)
            yield Spot(
                subject.key_place(field),
                f"{title} has no key {quoted(field.key)}: {_ignored(subject)}{whose}",
                "Leave it if people or other tools read it; else take it out.",
                Severity.INFO,
            )


def _ignored(subject: Subject) -> str:
    """What becomes of a key that the format has not."""
    fault = subject.format.fault("key-unknown")
    if fault.effect is Effect.UNKNOWN:
        return "its documentation does not say what becomes of it"
    return fault.clause


_MOST_NAMED = 3
"""Tools that a message names."""


def _whose(key: str, format_: Format) -> str:
    """Which tools have the key, if others do."""
    titles = owners(key, format_)
    if not titles:
        return ""
    # A page speaks of the most frequent tool only if its file is for it.
    if format_.slug != DEFAULT:
        return f"; it is a key of {'another tool' if len(titles) == 1 else 'other tools'}"
    if len(titles) > _MOST_NAMED:
        titles = [*titles[:_MOST_NAMED], f"{len(titles) - _MOST_NAMED} more"]
    *most, last = titles
    return f"; it is a key of {', '.join(most)} and {last}" if most else f"; it is a key of {last}"


@rule(
    "key-deprecated",
    severity=Severity.INFO,
    title="a key has another one in its place today",
    why="The tool still takes the key, or has kept it without an effect. The one of today works "
    "with every release to come.",
    sources=("https://opencode.ai/v1/docs/agents",),
    folder=".opencode/agents",
    bad=example("maxSteps: 20", name="", tools="", color=""),
    good=example("steps: 20", name="", tools="", color=""),
)
def key_deprecated(subject: Subject) -> Iterator[Spot]:
    told = limiting_nothing(subject) or disagreeing(subject)
    for field in subject.agent.fields:
        key = subject.format.keys.get(field.key)
        if key and key.deprecated and not key.idle and field is not told:
            yield Spot(
                subject.key_place(field),
                f"{subject.format.title} has another key in place of `{field.key}` today",
                f"Write {key.deprecated}.",
            )


@rule(
    "key-without-effect",
    severity=Severity.WARNING,
    title="a key is one that its tool takes and does nothing with",
    why="OpenCode takes `prompt` of a Markdown file and puts the text below the frontmatter in its "
    "place: what the key says never reaches the model. Codex takes every key of its configuration in an "
    "agent's file, and since version 0.149 applies few of them: an agent has the MCP servers, the "
    "approvals and the hooks of the session that starts it. VS Code does not read `mcp-servers`, so with "
    "`target: vscode` nobody does.",
    sources=(
        "https://github.com/anomalyco/opencode/issues/47616",
        "https://github.com/openai/codex/issues/40130",
        "https://github.com/openai/codex/issues/20135",
    ),
    folder=".opencode/agents",
    bad=example("prompt: Be strict.", name="", tools="", color=""),
    good=example(
        name="",
        tools="",
        color="",
        prompt="Be strict. You review changes. Say what is wrong, where, and how to mend it.",
    ),
)
def key_without_effect(subject: Subject) -> Iterator[Spot]:
    for field in subject.agent.fields:
        key = subject.format.keys.get(field.key)
        if key and key.idle:
            instead = f"Write {key.deprecated}, and take it out." if key.deprecated else ""
            yield Spot(
                subject.key_place(field),
                f"`{field.key}` has no effect in an agent's file of {subject.format.title}",
                instead or "Take it out, and set it for the session.",
            )
        elif beside := subject.agent.idle_beside(field.key):
            yield Spot(
                subject.key_place(field),
                f"`{field.key}` has no effect beside `{beside}` in {subject.format.title}",
                "Take one of the two out.",
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
    formats=CLAUDE_CODE,
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
    "were not there: hooks that are text never run. With hooks that are a list it drops the whole "
    "agent. OpenCode does not start, and Codex and Gemini CLI do not load the file.",
    sources=(SUBAGENTS,),
    bad=example("hooks: format-on-save"),
    good=example(
        "hooks:\n  PostToolUse:\n    - matcher: Edit\n      hooks:\n"
        "        - type: command\n          command: make format"
    ),
)
def value_type(subject: Subject) -> Iterator[Spot]:
    for field in subject.agent.fields:
        key = subject.format.keys.get(field.key)
        if key is None or _has_rule(field, subject) or subject.agent.is_ignored(field.key):
            continue
        fault = wrong_type(field, key, subject.format)
        if fault and not fault.effect.is_fatal:
            yield Spot(
                subject.value_place(field),
                type_message(field, key, fault),
                f"Write {' or '.join(map(in_words, key.types))}.",
                Severity.INFO if fault.effect is Effect.UNKNOWN else None,
            )


def _has_rule(field: Field, subject: Subject) -> bool:
    """Whether a rule of its own tells of a value of a wrong type."""
    if field.key == "maxTurns" and subject.format.slug in CLAUDE_CODE:
        return True
    return any(
        flaw.code.endswith("-not-text") and flaw.line == field.line for flaw in subject.agent.flaws
    )


_TOLD_ALONE = frozenset({"color", "model", "permissionMode", "effort", "memory", "isolation"})
"""Keys whose values have rules of their own."""


@rule(
    "value-unknown",
    severity=Severity.INFO,
    title="a value is none of the few that its key takes",
    why="The documentation lists the words that this key takes. What its tool does with another is "
    "said beside the finding where it is known; it may be a new one, too.",
    sources=("https://docs.github.com/en/copilot/reference/custom-agents-configuration",),
    folder=".github/agents",
    bad=example("target: jetbrains", tools="", color=""),
    good=example("target: vscode", tools="", color=""),
)
def value_unknown(subject: Subject) -> Iterator[Spot]:
    for field in subject.agent.fields:
        key = subject.format.keys.get(field.key)
        if key is None or field.key in _TOLD_ALONE or subject.agent.is_ignored(field.key):
            continue
        fault = other_value(field, key, subject.format)
        if fault and not fault.effect.is_fatal:
            yield Spot(
                subject.value_place(field),
                f"`{field.key}` is not documented to take {quoted(str(field.value))}",
                f"Write one of {', '.join(f'`{each}`' for each in key.values)}.",
            )
