"""What OpenCode's maps of permissions let an agent do: the last rule that fits a tool holds."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_catalog.model.agent import Agent
from agent_catalog.model.tool import Capability, Gets, ToolMode
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.sources import AgentFile, Source

R, W, X, N, D, M = Capability
ALL = (R, W, X, N, D, M)


def agent(*keys: str, path: str = ".opencode/agents/a.md") -> Agent:
    text = "\n".join(["---", "description: Reviews.", *keys, "---", "Review.", ""])
    return read_agent(AgentFile(Source(Path("/crew")), path, text.encode()))


def can(*keys: str) -> tuple[Capability, ...]:
    return agent(*keys).tools.capabilities


def gets(*keys: str) -> dict[str, str]:
    """For each entry of the maps whether the agent gets it, and why it does not or not always."""
    return {
        each.written: each.gets.value + (f" {each.why}" if each.why else "")
        for each in agent(*keys).tools.effective
    }


# What holds without a map


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ((), ALL),
        (("mode: primary",), ALL),
        (("mode: all",), ALL),
        # Without a rule of that name, a subagent starts no other agents.
        (("mode: subagent",), (R, W, X, N, M)),
        (("permission: allow",), ALL),
        (("permission: deny",), ()),
    ],
)
def test_whoever_says_nothing_may_do_all(
    keys: tuple[str, ...], expected: tuple[Capability, ...]
) -> None:
    assert can(*keys) == expected


# Order


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (('  "*": deny', "  read: allow"), (R,)),
        (("  read: allow", '  "*": deny'), ()),
        (("  bash: deny", '  "*": allow'), ALL),
        (('  "*": allow', "  bash: deny"), (R, W, N, D, M)),
        (("  edit: deny",), (R, X, N, D, M)),
        (("  read: deny", "  glob: deny", "  grep: deny", "  list: deny", "  lsp: deny"), (W, X, N, D, M)),
        (("  web*: deny", "  codesearch: deny"), (R, W, X, D, M)),
        (("  web*: deny", "  codesearch: deny", "  webfetch: allow"), ALL),
        (("  webfetch: allow", "  web*: deny", "  codesearch: deny"), (R, W, X, D, M)),
        (("  task: deny",), (R, W, X, N, M)),
    ],
)  # fmt: skip
def test_the_last_rule_that_fits_holds(
    rules: tuple[str, ...], expected: tuple[Capability, ...]
) -> None:
    assert can("permission:", *rules) == expected


@pytest.mark.parametrize("order", list(permutations(("read", "edit", "bash"))))
def test_the_order_of_different_tools_does_not_matter(order: tuple[str, ...]) -> None:
    actions = {"read": "allow", "edit": "deny", "bash": "deny"}
    assert can("permission:", *(f"  {name}: {actions[name]}" for name in order)) == (R, N, D, M)


@given(
    st.lists(
        st.tuples(st.sampled_from(["*", "bash", "ba*", "read", "webfetch"]), st.booleans()),
        max_size=6,
        unique_by=lambda each: each[0],
    )
)
def test_any_order_ends_with_what_the_last_one_says(rules: list[tuple[str, bool]]) -> None:
    lines = [f'  "{name}": {"allow" if given else "deny"}' for name, given in rules]
    fitting = [given for name, given in rules if name in {"*", "bash", "ba*"}]
    expected = fitting[-1] if fitting else True
    found = can(*(["permission:", *lines] if lines else []))
    assert (Capability.EXECUTE in found) is expected


# Patterns and questions


def test_a_tool_with_patterns_stays_and_depends_on_what_it_is_called_with() -> None:
    keys = ("permission:", "  bash:", '    "*": deny', '    "git status": allow', "  edit: deny")
    assert Capability.EXECUTE in can(*keys)
    assert gets(*keys) == {"bash": "depends by-pattern", "edit": "no denied"}


def test_a_tool_that_is_denied_for_anything_is_taken_away() -> None:
    last_for_anything = ("permission:", "  bash:", '    "git *": allow', '    "*": deny')
    assert gets(*last_for_anything) == {"bash": "no denied"}
    assert Capability.EXECUTE not in can(*last_for_anything)


def test_patterns_that_say_what_holds_anyway_change_nothing() -> None:
    assert gets("permission:", "  edit:", '    "*.md": allow') == {"edit": "yes"}
    deny = ("permission:", "  bash:", '    "*": deny', '    "rm *": deny')
    assert gets(*deny) == {"bash": "no denied"}
    ask = ("permission:", "  external_directory:", '    "/tmp/*": allow')
    assert gets(*ask) == {"external_directory": "depends by-pattern"}


def test_ask_is_told_of_each_tool() -> None:
    keys = ("permission:", "  bash: ask", "  webfetch: allow", "  edit: deny")
    assert gets(*keys) == {"bash": "depends asks-first", "webfetch": "yes", "edit": "no denied"}
    assert can(*keys) == (R, X, N, D, M)


def test_that_all_is_asked_for_is_said() -> None:
    assert agent("permission: ask").tools.about == "It asks before it uses any other tool."
    assert agent("permission:", '  "*": ask', "  read: allow").tools.about
    assert not agent("permission:", "  bash: ask").tools.about
    assert can("permission: ask") == ALL


@pytest.mark.parametrize(
    ("keys", "mode"),
    [
        (("permission: deny",), ToolMode.NONE),
        (("permission:", '  "*": deny'), ToolMode.NONE),
        (("permission:", '  "*": deny', "  read: allow"), ToolMode.LISTED),
        (("permission:", "  read: deny"), ToolMode.ALL),
        (("permission: {}",), ToolMode.ALL),
    ],
)
def test_only_a_rule_for_all_makes_a_list(keys: tuple[str, ...], mode: ToolMode) -> None:
    assert agent(*keys).tools.mode is mode


# What governs what


def test_all_that_changes_files_is_one_permission() -> None:
    assert gets("permission:", "  edit: deny", "  write: allow", "  patch: allow") == {
        "edit": "no denied",
        "write": "no denied",
        "patch": "no denied",
    }
    assert can("permission:", "  write: deny", "  apply_patch: deny", "  multiedit: deny") == ALL


def test_questions_are_off_unless_a_rule_allows_them() -> None:
    asked = ("permission:", "  question: allow")
    assert gets(*asked) == {"question": "yes"}
    assert (
        gets("permission:", "  read: allow", "  question: ask")["question"] == "depends asks-first"
    )


@pytest.mark.parametrize(
    ("rules", "delegates"),
    [
        ((), False),
        (("permission:", "  task: allow"), True),
        (("permission:", "  task:", "    reviewer: allow"), True),
        (("permission:", "  task: ask"), True),
        (("permission:", "  task: deny"), False),
        # An asterisk does not name it.
        (("permission:", '  "*": allow'), False),
        (("permission: allow",), False),
        (("tools:", "  task: true"), True),
    ],
)
def test_a_subagent_starts_others_only_by_a_rule_of_that_name(
    rules: tuple[str, ...], delegates: bool
) -> None:
    assert (Capability.DELEGATE in can("mode: subagent", *rules)) is delegates
    assert (Capability.DELEGATE in can("mode: primary", *rules)) is ("  task: deny" not in rules)


def test_a_subagent_keeps_a_to_do_list_only_by_a_rule_of_that_name() -> None:
    assert gets("mode: subagent", "permission:", "  todowrite: allow") == {"todowrite": "yes"}


def test_tools_of_servers_are_denied_by_their_prefix() -> None:
    found = agent("permission:", "  tracker_*: deny", "  docs_*: ask", "  docs_search: allow").tools
    assert {each.written: each.server for each in found.effective} == {
        "docs_*": "docs",
        "docs_search": None,  # it may be a tool of any name
        "tracker_*": "tracker",
    }
    assert [each.written for each in found.denied] == ["tracker_*"]
    assert found.servers == ("docs",)
    assert Capability.MCP in found.capabilities


# The deprecated map


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("tools:", "  bash: false"), (R, W, N, D, M)),
        (("tools:", "  read: true"), ALL),
        (("tools:", "  write: false"), (R, X, N, D, M)),
        (("tools:", "  patch: false"), (R, X, N, D, M)),
        # Not one of those that stand for `edit`
        (("tools:", "  apply_patch: false"), ALL),
        # Of those that do, the last one counts.
        (("tools:", "  write: false", "  edit: true"), ALL),
        (("tools:", "  edit: true", "  write: false"), (R, X, N, D, M)),
        (("tools:", '  "*": false', "  read: true"), (R,)),
        # `permission` is put over it, key by key.
        (("tools:", "  bash: false", "permission:", "  bash: allow"), ALL),
        (("tools:", "  bash: true", "permission:", "  bash: deny"), (R, W, N, D, M)),
        (("permission:", "  bash: deny", "tools:", "  bash: true"), (R, W, N, D, M)),
        (("tools:", "  write: false", "permission:", "  bash: deny"), (R, N, D, M)),
        (("tools:", "  write: false", "permission:", "  edit: allow"), ALL),
        # A key of both keeps the place that `tools` gave it.
        (("tools:", "  bash: true", '  "*": false', "permission:", "  bash: allow"), ()),
        (("tools:", '  "*": false', "permission:", "  bash: allow"), (X,)),
        (("tools:", "  bash: false", "permission: allow"), ALL),
    ],
)
def test_tools_are_permissions_below_those_of_permission(
    keys: tuple[str, ...], expected: tuple[Capability, ...]
) -> None:
    assert can(*keys) == expected


# What is no map


@pytest.mark.parametrize(
    ("keys", "about"),
    [
        (("tools: [read, grep]",), "`tools`"),
        (("tools: read, grep",), "`tools`"),
        (("permission: [bash]",), "`permission`"),
        (("permission: true",), "`permission`"),
    ],
)
@pytest.mark.parametrize("path", [".opencode/agents/a.md", ".kilo/agents/a.md"])
def test_of_what_is_no_map_nothing_is_said(keys: tuple[str, ...], about: str, path: str) -> None:
    found = agent(*keys, path=path)
    assert not found.loadable
    assert found.tools.mode is ToolMode.UNKNOWN
    assert found.tools.capabilities == ()
    assert about in found.tools.about


def test_a_map_under_another_key_denies_nothing() -> None:
    assert can("permissions:", "  bash: deny", "  edit: deny") == ALL


def test_kilo_reads_the_same() -> None:
    keys = ("mode: subagent", "permission:", '  "*": deny', "  read: allow", "  bash: ask")
    found = agent(*keys, path=".kilo/agents/a.md").tools
    assert found.capabilities == (R, X)
    assert [each.gets for each in found.allowed] == [Gets.YES, Gets.DEPENDS]
