"""Rules for permissions: maps from tools to what an agent may do with them, as OpenCode has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agent_catalog.checking.rule import Rule, Spot, example, rule
from agent_catalog.checking.subject import Subject, nearest
from agent_catalog.model.agent import Field, Value
from agent_catalog.model.finding import Severity
from agent_catalog.model.format import Format
from agent_catalog.reading.permissions import Action, outcome, read_permissions
from agent_catalog.reading.tools import EVERYTHING, read_entry

_OF_PERMISSIONS = ("opencode", "kilo")
_FOLDER = ".opencode/agents"
_DOCS = "https://opencode.ai/v1/docs/permissions"
_SCHEMA = "https://github.com/anomalyco/opencode/blob/dev/packages/core/src/v1/config/permission.ts"
_AGENT_SCHEMA = (
    "https://github.com/anomalyco/opencode/blob/dev/packages/core/src/v1/config/agent.ts"
)
_GOVERNED = (
    "https://github.com/anomalyco/opencode/blob/dev/packages/opencode/src/permission/index.ts"
)
_DENIES = frozenset({Action.ASK, Action.DENY})


def _example(*keys: str) -> str:
    return example(*keys, name="", tools="", color="")


INVALID = Rule(
    code="permission-invalid",
    severity=Severity.ERROR,
    title="a permission has a value that its tool does not take",
    why="A permission is `allow`, `ask` or `deny`, or a map from patterns to these. `question`, "
    "`webfetch`, `websearch` and `doom_loop` take no patterns, and in `tools` there is only true and "
    "false. OpenCode 1 does not start with anything else, and Kilo does not load the file.",
    sources=(_SCHEMA, _AGENT_SCHEMA),
    folder=_FOLDER,
    bad=_example("permission:", "  webfetch:", '    "https://example.org/*": allow'),
    good=_example("permission:", "  webfetch: ask"),
)


@rule(
    "permissions-map",
    severity=Severity.ERROR,
    title="`permissions` is a map, by which nothing is denied",
    why="OpenCode 1 has the key `permission`. `permissions` it passes on to the model's provider, so "
    "whatever the map denies is allowed. OpenCode 2 has `permissions`, as a list of rules.",
    sources=(_DOCS, "https://opencode.ai/v2/docs/permissions"),
    folder=_FOLDER,
    bad=_example("permissions:", "  bash: deny"),
    good=_example("permission:", "  bash: deny"),
    formats=_OF_PERMISSIONS,
)
def permissions_map(subject: Subject) -> Iterator[Spot]:
    if field := denying_in_vain(subject):
        yield Spot(
            subject.key_place(field),
            f"{subject.format.title} does not know `permissions` as a map: nothing is denied by it",
            "Write `permission`.",
        )


def denying_in_vain(subject: Subject) -> Field | None:
    """The map of permissions that stands under another key than the tool reads, if it denies any."""
    field = subject.agent.field("permissions")
    if subject.format.slug not in _OF_PERMISSIONS or field is None:
        return None
    return field if isinstance(field.value, Mapping) and _denies(field.value) else None


def _denies(value: Value) -> bool:
    """Whether a permission, or one within it, denies anything or asks."""
    if isinstance(value, Mapping):
        return any(map(_denies, value.values()))
    return value is False or (isinstance(value, str) and value in _DENIES)


@rule(
    "permission-without-effect",
    severity=Severity.WARNING,
    title="a permission that is denied governs nothing",
    why="All tools that change files stand under the permission `edit`: `write: deny` denies "
    "nothing, and neither does `apply_patch: deny`. Of the deprecated map `tools`, `write`, `edit` and "
    "`patch` count, `apply_patch` and `multiedit` do not. A slip of the pen such as `webftech` is the "
    "name of no tool at all.",
    sources=(_GOVERNED, _AGENT_SCHEMA),
    folder=_FOLDER,
    bad=_example("permission:", "  write: deny"),
    good=_example("permission:", "  edit: deny"),
    formats=_OF_PERMISSIONS,
)
def permission_without_effect(subject: Subject) -> Iterator[Spot]:
    for field, names in _maps(subject):
        for name, value in names.items():
            governor = _governor(name, field.key, subject.format)
            if _denies(value) and governor != name:
                yield Spot(
                    subject.value_place(field, name, word=True),
                    f"`{name}` governs nothing, so nothing is denied by it; what may be meant is `{governor}`",
                    f"Write `{governor}`.",
                )


def _maps(subject: Subject) -> Iterator[tuple[Field, Mapping[str, Value]]]:
    for key in ("permission", "tools"):
        field = subject.agent.field(key)
        if field and isinstance(field.value, Mapping):
            yield field, field.value


def _governor(name: str, key: str, format_: Format) -> str:
    """The permission that decides on what a name in one of the maps means; the name, if it does."""
    tools = format_.tools
    if key == "tools" and name in tools.switches:
        return name
    meant = tools.renamed.get(name, name)
    governors = (each for each, group in tools.together.items() if meant in group)
    if governor := next(governors, None):
        return governor
    if name in tools.known or not name.isidentifier():
        return name
    return nearest(name, tools.known) or name


@rule(
    "permission-limits-nothing",
    severity=Severity.INFO,
    title="the patterns of a permission only allow what is allowed anyway",
    why="A tool that no rule is about is allowed in OpenCode, and so is what no pattern fits. Patterns "
    "of nothing but `allow` limit nothing, unless a rule for everything else denies or asks.",
    sources=(_DOCS,),
    folder=_FOLDER,
    bad=_example("permission:", "  edit:", '    "*.md": allow'),
    good=_example("permission:", "  edit:", '    "*": deny', '    "*.md": allow'),
    formats=_OF_PERMISSIONS,
)
def permission_limits_nothing(subject: Subject) -> Iterator[Spot]:
    format_ = subject.format
    field, tools = subject.agent.field("permission"), subject.agent.field("tools")
    if field is None or not isinstance(field.value, Mapping):
        return
    rules = read_permissions(field.value, tools.value if tools else None, format_).rules
    for name, patterns in field.value.items():
        if not isinstance(patterns, Mapping) or not patterns or EVERYTHING in patterns:
            continue
        if name in format_.tools.whole:  # it takes no patterns at all
            continue
        allows = all(each == Action.ALLOW.value for each in patterns.values())
        entry = read_entry(name, format_)
        if allows and entry.tool and outcome(entry, rules, format_) is Action.ALLOW:
            yield Spot(
                subject.value_place(field, name, word=True),
                f"the patterns of `{name}` only allow, and all else is allowed as well: they limit nothing",
                'Write `"*": deny` or `"*": ask` before them, or take them out.',
            )


@rule(
    "tools-map-disagrees",
    severity=Severity.WARNING,
    title="`tools` allows and denies what is one permission",
    why="In the deprecated map `tools`, `write`, `edit` and `patch` are one permission, `edit`, and of "
    "several the last one counts. With `write: false` above `edit: true`, an agent may change files.",
    sources=(_AGENT_SCHEMA,),
    folder=_FOLDER,
    bad=_example("tools:", "  write: false", "  edit: true", "  bash: false"),
    good=_example("permission:", "  edit: allow", "  bash: deny"),
    formats=_OF_PERMISSIONS,
)
def tools_map_disagrees(subject: Subject) -> Iterator[Spot]:
    if field := disagreeing(subject):
        assert isinstance(field.value, Mapping)
        switches = [name for name in field.value if name in subject.format.tools.switches]
        last = switches[-1]
        other = next(each for each in switches if field.value[each] != field.value[last])
        yield Spot(
            subject.value_place(field, other, word=True),
            f"`{other}` and `{last}` are one permission: it is {_said(field.value[last])}, as the last says",
            "Write `permission`, with `edit`.",
        )


def _said(given: Value) -> str:
    return "allowed" if given else "denied"


def disagreeing(subject: Subject) -> Field | None:
    """The map `tools`, if it says both of one permission and is the one to say it."""
    fields = {field.key: names for field, names in _maps(subject)}
    names, permission = fields.get("tools", {}), fields.get("permission", {})
    switches = subject.format.tools.switches
    given = {value for name, value in names.items() if name in switches and isinstance(value, bool)}
    return subject.agent.field("tools") if len(given) > 1 and "edit" not in permission else None


@rule(
    "tools-map-all-true",
    severity=Severity.INFO,
    title="`tools` allows tools and denies none",
    why="The deprecated map `tools` is no list of all that the agent may use: what it does not name, "
    "the agent has all the same. A map of nothing but `true` limits nothing.",
    sources=(_DOCS, _AGENT_SCHEMA),
    folder=_FOLDER,
    bad=_example("tools:", "  read: true", "  grep: true"),
    good=_example("permission:", '  "*": deny', "  read: allow", "  grep: allow"),
    formats=_OF_PERMISSIONS,
)
def tools_map_all_true(subject: Subject) -> Iterator[Spot]:
    if field := limiting_nothing(subject):
        yield Spot(
            subject.key_place(field),
            "this map only allows, so it takes no tool away",
            'Write `permission` with `"*": deny` first, or take it out.',
        )


def limiting_nothing(subject: Subject) -> Field | None:
    """The map `tools`, if it denies nothing and there is no other."""
    field = subject.agent.field("tools")
    if field is None or subject.agent.field("permission") or not isinstance(field.value, Mapping):
        return None
    return field if field.value and all(each is True for each in field.value.values()) else None
