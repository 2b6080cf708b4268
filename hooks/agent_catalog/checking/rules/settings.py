"""Rules for the settings of an agent: model, color, permissions, limits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from agent_catalog.checking.rule import (
    CLAUDE_CODE,
    SUBAGENTS,
    Spot,
    codex_example,
    example,
    rule,
)
from agent_catalog.checking.subject import Subject, nearest, quoted
from agent_catalog.model.agent import Field, Value
from agent_catalog.model.finding import Severity
from agent_catalog.reading.facets import models_as_of, retirement_of
from agent_catalog.reading.tools import EVERYTHING

_OTHER_VENDORS = {"gpt": "OpenAI", "gemini": "Google"}
_WHOLE_NUMBER = re.compile(r"[0-9]+")


def _odd(subject: Subject, key: str) -> tuple[Field, str] | None:
    """The field of a key if its value is text, but none that is documented."""
    field = subject.agent.field(key)
    value = subject.text_of(key)
    # What says that there is none says what is done with it anyway.
    known = {*subject.format.keys[key].values, "none"}
    return (field, value) if field and value and value not in known else None


def _choice(subject: Subject, key: str) -> str:
    return f"Write one of {', '.join(f'`{each}`' for each in subject.format.keys[key].values)}."


@rule(
    "model-misspelt",
    severity=Severity.WARNING,
    title="the model is a slip of one that is known",
    why="Claude Code hands the name on as it is. An agent with a model that does not exist fails when it is called.",
    sources=(SUBAGENTS, "https://code.claude.com/docs/en/model-config"),
    bad=example("model: sonet"),
    good=example("model: sonnet"),
    fixable=True,
    formats=CLAUDE_CODE,
)
def model_misspelt(subject: Subject) -> Iterator[Spot]:
    field = subject.agent.field("model")
    if field and (near := nearest_model(subject)):
        yield Spot(
            subject.value_place(field),
            f"there is no model {quoted(subject.text_of('model'))}; the nearest is `{near}`",
            f"Write `{near}` if that is meant.",
        )


def nearest_model(subject: Subject) -> str | None:
    """The known model that the agent's is a slip of, if it is one."""
    if subject.agent.model.group != "not-recognised":
        return None
    return nearest(subject.text_of("model").lower(), subject.format.keys["model"].values)


@rule(
    "model-unknown",
    severity=Severity.INFO,
    title="the model is none that Claude Code is known to have",
    why="Claude Code takes `sonnet`, `opus`, `haiku`, `fable`, `inherit` and full names of Claude "
    "models. With another vendor's model, an agent is for another tool. A new model may be missing "
    "from the list of this rule, which is why it is a note and no more.",
    sources=(SUBAGENTS, "https://code.claude.com/docs/en/model-config"),
    bad=example("model: gpt-5"),
    good=example("model: sonnet"),
    formats=CLAUDE_CODE,
)
def model_unknown(subject: Subject) -> Iterator[Spot]:
    field = subject.agent.field("model")
    group = subject.agent.model.group
    if not field or not isinstance(field.value, str) or nearest_model(subject):
        return
    if group == "not-recognised" or group in _OTHER_VENDORS:
        whose = f": it is one of {_OTHER_VENDORS[group]}" if group in _OTHER_VENDORS else ""
        yield Spot(
            subject.value_place(field),
            f"Claude Code is not known to have the model {quoted(field.value)}{whose}",
            "Write `sonnet`, `opus`, `haiku`, `fable`, `inherit` or the full name of a Claude model.",
        )


@rule(
    "model-without-provider",
    severity=Severity.WARNING,
    title="the model names no provider",
    why="OpenCode takes what stands before the first slash for the provider. `sonnet` and `inherit` are "
    "providers that there are not: the agent fails with `ProviderModelNotFoundError` when it is "
    "called. Without the key it runs on the model of the agent that starts it.",
    sources=(
        "https://opencode.ai/v1/docs/agents",
        "https://github.com/gsd-build/get-shit-done/issues/1156",
    ),
    folder=".opencode/agents",
    bad=example("model: sonnet", name="", tools="", color=""),
    good=example("model: anthropic/claude-sonnet-5", name="", tools="", color=""),
)
def model_without_provider(subject: Subject) -> Iterator[Spot]:
    field = subject.agent.field("model")
    name = subject.text_of("model")
    if field and name and "/" not in name and subject.format.models.provider == "required":
        reported = subject.format.slug == "opencode"  # of others it follows from how they are built
        yield Spot(
            subject.value_place(field),
            f"{quoted(name)} names no provider"
            + (": the agent fails when it is called" if reported else ""),
            "Write `provider/model`, or take the line out for the model of who starts it.",
            None if reported else Severity.INFO,
        )


@rule(
    "model-list",
    severity=Severity.WARNING,
    title="the models are a list, which not every product takes",
    why="VS Code tries a list of models in its order. Copilot CLI refuses the file: `custom agent markdown "
    "frontmatter is malformed: model: Expected string, received array`.",
    sources=(
        "https://github.com/github/copilot-cli/issues/2133",
        "https://github.com/microsoft/hve-core/issues/2066",
    ),
    folder=".github/agents",
    bad=example("model: [GPT-5.4, Claude Sonnet 5]", tools="", color=""),
    good=example("model: GPT-5.4", tools="", color=""),
    formats=("copilot",),
)
def model_list(subject: Subject) -> Iterator[Spot]:
    field = subject.agent.field("model")
    if field and isinstance(field.value, tuple) and subject.text_of("target") != "vscode":
        yield Spot(
            subject.value_place(field),
            "Copilot CLI refuses a file with a list of models; VS Code takes the first that there is",
            "Write one model, or `target: vscode` if the agent is for VS Code alone.",
        )


@rule(
    "model-retired",
    severity=Severity.WARNING,
    title="the model was retired",
    why="Requests to a retired model fail, so the agent fails when it is called. The dates are those "
    "of the platforms that Anthropic operates; Amazon Bedrock and Google Cloud have their own.",
    sources=("https://platform.claude.com/docs/en/about-claude/model-deprecations",),
    bad=example("model: claude-3-5-haiku-20241022"),
    good=example("model: haiku"),
)
def model_retired(subject: Subject) -> Iterator[Spot]:
    field = subject.agent.field("model")
    retired = retirement_of(subject.text_of("model"), subject.format)
    if field and retired:
        yield Spot(
            subject.value_place(field),
            f"pinned to a model that was retired on {retired.on}; `{retired.by}` takes its place "
            f"(as of {models_as_of()})",
            f"Write `{retired.by}`, or the name of a family.",
        )


@rule(
    "color-unknown",
    severity=Severity.INFO,
    title="the color is none that its tool has",
    why="Claude Code has eight colors, drops any other in silence, and shows the agent without one. "
    "OpenCode 1 does not start with another than `#rrggbb` and those of its theme, and Kilo does not "
    "load the file.",
    sources=(SUBAGENTS, "https://github.com/anomalyco/opencode/issues/31481"),
    bad=example(color="color: teal"),
    good=example(color="color: cyan"),
)
def color_unknown(subject: Subject) -> Iterator[Spot]:
    field = subject.agent.field("color")
    colors = subject.format.colors
    if field is None or colors is None or colors.unknown.is_fatal:
        return
    if isinstance(field.value, str) and subject.agent.color.group == "not-recognised":
        known = (*colors.names, *colors.theme)
        shows = " and shows none" if subject.format.slug in CLAUDE_CODE else ""
        yield Spot(
            subject.value_place(field),
            f"{subject.format.title} does not have the color {quoted(field.value)}{shows}",
            f"Write one of {', '.join(f'`{each}`' for each in known)}.",
        )


@rule(
    "color-missing",
    severity=Severity.INFO,
    title="the agent has no color",
    why="Claude Code marks running agents by color. Without one, an agent is harder to tell from the others.",
    sources=(SUBAGENTS,),
    bad=example(color=""),
    good=example(),
    formats=CLAUDE_CODE,
)
def color_missing(subject: Subject) -> Iterator[Spot]:
    agent = subject.agent
    if agent.fields and agent.color.group == "not-set":
        field = agent.field("color")
        name = agent.field("name") or agent.fields[0]
        yield Spot(
            subject.key_place(field or name),
            "the agent has no color to be told by",
            "Add `color:` with red, blue, green, yellow, purple, orange, pink or cyan.",
        )


@rule(
    "permission-mode-unknown",
    severity=Severity.WARNING,
    title="the permission mode is none that is known",
    why="Claude Code ignores a mode that it does not know: the agent runs with the permissions of "
    "the session, which may be wider than its author means.",
    sources=(SUBAGENTS,),
    bad=example("permissionMode: readOnly"),
    good=example("permissionMode: plan"),
    formats=CLAUDE_CODE,
)
def permission_mode_unknown(subject: Subject) -> Iterator[Spot]:
    if not subject.agent.plugin and (odd := _odd(subject, "permissionMode")):
        field, value = odd
        yield Spot(
            subject.value_place(field),
            f"there is no permission mode {quoted(value)}",
            _choice(subject, "permissionMode"),
        )


@rule(
    "bypass-permissions",
    severity=Severity.WARNING,
    title="the agent is to run without asking",
    why="Where the session itself bypasses permissions, the agent changes files and runs commands "
    "without asking. Elsewhere Claude Code does not heed `bypassPermissions` of a subagent since "
    "2.1.267; older releases do, and so may whoever copies the file.",
    sources=(SUBAGENTS, "https://code.claude.com/docs/en/permission-modes"),
    bad=example("permissionMode: bypassPermissions"),
    good=example("permissionMode: acceptEdits"),
    formats=CLAUDE_CODE,
)
def bypass_permissions(subject: Subject) -> Iterator[Spot]:
    field = subject.agent.field("permissionMode")
    if field and field.value == "bypassPermissions" and not subject.agent.plugin:
        yield Spot(
            subject.value_place(field),
            "the agent is to run commands and change files without asking, where the session allows it",
            "Write `acceptEdits` or `default`, or accept this with a reason.",
        )


@rule(
    "sandbox-off",
    severity=Severity.WARNING,
    title="the agent is to run without a sandbox",
    why="With `danger-full-access` an agent changes any file, runs any command and reaches the network. "
    "Since version 0.149 Codex runs it in the sandbox of the session that starts it; older releases do "
    "as the file says, and so may whoever copies it.",
    sources=(
        "https://developers.openai.com/codex/concepts/sandboxing",
        "https://github.com/openai/codex/issues/45482",
    ),
    file="reviewer.toml",
    folder=".codex/agents",
    bad=codex_example('sandbox_mode = "danger-full-access"'),
    good=codex_example('sandbox_mode = "workspace-write"'),
    formats=("codex",),
)
def sandbox_off(subject: Subject) -> Iterator[Spot]:
    field = subject.agent.field("sandbox_mode")
    if field and field.value == "danger-full-access":
        yield Spot(
            subject.value_place(field),
            "the agent is to run without a sandbox",
            "Write `workspace-write` or `read-only`, or accept this with a reason.",
        )


@rule(
    "effort-unknown",
    severity=Severity.INFO,
    title="the effort is none that is known",
    why="Claude Code ignores an effort that it does not know, and takes that of the session.",
    sources=(SUBAGENTS,),
    bad=example("effort: maximum"),
    good=example("effort: max"),
    formats=CLAUDE_CODE,
)
def effort_unknown(subject: Subject) -> Iterator[Spot]:
    if odd := _odd(subject, "effort"):
        field, value = odd
        yield Spot(
            subject.value_place(field),
            f"there is no effort {quoted(value)}",
            _choice(subject, "effort"),
        )


@rule(
    "memory-unknown",
    severity=Severity.WARNING,
    title="the memory is none that is known",
    why="Claude Code ignores a memory that it does not know: the agent remembers nothing.",
    sources=(SUBAGENTS,),
    bad=example("memory: global"),
    good=example("memory: user"),
    formats=CLAUDE_CODE,
)
def memory_unknown(subject: Subject) -> Iterator[Spot]:
    if odd := _odd(subject, "memory"):
        field, value = odd
        yield Spot(
            subject.value_place(field),
            f"there is no memory {quoted(value)}",
            _choice(subject, "memory"),
        )


@rule(
    "isolation-unknown",
    severity=Severity.WARNING,
    title="the isolation is none that is known",
    why="Claude Code ignores an isolation that it does not know: the agent works in the same folder "
    "as everything else.",
    sources=(SUBAGENTS,),
    bad=example("isolation: container"),
    good=example("isolation: worktree"),
    formats=CLAUDE_CODE,
)
def isolation_unknown(subject: Subject) -> Iterator[Spot]:
    if odd := _odd(subject, "isolation"):
        field, value = odd
        yield Spot(
            subject.value_place(field),
            f"there is no isolation {quoted(value)}",
            _choice(subject, "isolation"),
        )


@rule(
    "max-turns-invalid",
    severity=Severity.WARNING,
    title="`maxTurns` is no whole number above zero",
    why="Claude Code ignores such a value: the agent goes on without a limit.",
    sources=(SUBAGENTS,),
    bad=example("maxTurns: unlimited"),
    good=example("maxTurns: 40"),
    formats=CLAUDE_CODE,
)
def max_turns_invalid(subject: Subject) -> Iterator[Spot]:
    field = subject.agent.field("maxTurns")
    if field and field.value is not None and not _is_count(field):
        yield Spot(
            subject.value_place(field),
            f"{quoted(field.text)} is no whole number above zero",
            "Write a number such as `40`, or take the line out for no limit.",
        )


def _is_count(field: Field) -> bool:
    value = field.value
    if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value):
        return int(value) > 0
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


@rule(
    "handoff-unknown",
    severity=Severity.INFO,
    title="an agent is named that is not in the catalog",
    why="VS Code finds the agents of `handoffs` and `agents` by their names. The one that is named may be "
    "a user's or an organization's; otherwise the button leads nowhere, and the agent cannot be started.",
    sources=("https://code.visualstudio.com/docs/agents/reference/custom-agent-file-reference",),
    folder=".github/agents",
    bad=example("agents: [Change Mender]", tools="", color=""),
    good=example("agents: [reviewer]", tools="", color=""),
    formats=("copilot",),
    whole=True,
)
def handoff_unknown(subject: Subject) -> Iterator[Spot]:
    known = {each.casefold() for each in subject.around.names[subject.agent.source]}
    known |= {each.casefold() for each in subject.format.agents}
    for key in ("agents", "handoffs"):
        field = subject.agent.field(key)
        for name in dict.fromkeys(_agents_named(field.value)) if field else ():
            if name.casefold() not in known:
                yield Spot(
                    subject.value_place(field, name) if field else (1, 1),
                    f"there is no agent {quoted(name)} in these folders",
                    "Check the name: it is the other agent's `name`, or its file's.",
                )


def _agents_named(value: Value) -> Iterator[str]:
    """The agents of a list of names, or of handoffs."""
    for each in value if isinstance(value, tuple) else ():
        name = each.get("agent") if isinstance(each, Mapping) else each
        if isinstance(name, str) and name.strip() not in {"", EVERYTHING}:
            yield name.strip()


@rule(
    "ignored-in-plugin",
    severity=Severity.WARNING,
    title="a key has no effect in the agent of a plugin",
    why="Claude Code ignores `permissionMode`, `mcpServers`, `hooks` and `initialPrompt` in agents "
    "that a plugin brings along: a hook that is to stop something never runs.",
    sources=(SUBAGENTS,),
    folder="plugins/review/agents",
    bad=example("permissionMode: plan"),
    good=example(),
    formats=CLAUDE_CODE,
)
def ignored_in_plugin(subject: Subject) -> Iterator[Spot]:
    if not subject.agent.plugin:
        return
    for field in subject.agent.fields:
        key = subject.format.keys.get(field.key)
        if key and not key.in_plugins:
            yield Spot(
                subject.key_place(field),
                f"Claude Code ignores `{field.key}` in the agents of plugins",
                "Take it out, and set it where the plugin is used.",
            )
