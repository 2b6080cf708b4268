"""Keys that people see and YAML does not: what is read of them, what is said, and how it is fixed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent_catalog.checking.catalog import check_catalog
from agent_catalog.checking.fix import fix_agent
from agent_catalog.checking.mend import mended_values
from agent_catalog.checking.policy import Policy
from agent_catalog.checking.subject import Surroundings
from agent_catalog.model.agent import Agent, Value
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.catalog import catalog_of
from agent_catalog.reading.sources import AgentFile, Source

KEYS = {
    "name": "reviewer",
    "description": "Reviews a change before a merge.",
    "tools": "Read, Grep",
    "color": "red",
}
PROMPT = "You review changes, and say what is wrong, where, and how to mend it.\n"
SKIP = "and skips this file without a word"


def agent(block: str) -> Agent:
    data = f"---\n{block}\n---\n\n{PROMPT}".encode()
    return read_agent(AgentFile(Source(Path()), "reviewer.md", data))


def told(found: Agent) -> list[str]:
    """All findings, by all rules."""
    return [
        f"{each.line}:{each.column} {each.message} [{each.code}]"
        for each in check_catalog(catalog_of((found,))).findings
    ]


def fixed(found: Agent) -> str:
    return fix_agent(found, Surroundings(catalog_of((found,))), Policy()).after.text


def values(found: Agent) -> dict[str, Value]:
    return {field.key: field.value for field in found.fields}


def lines(**changed: str) -> str:
    """The frontmatter without a mistake, but for the lines of some keys."""
    return "\n".join(changed.get(key, f"{key}: {value}") for key, value in KEYS.items())


DESCRIPTION = KEYS["description"]

UNREADABLE = [
    ("  description: {}", "3:3 not valid YAML (`description` is indented)"),
    (" description: {}", "3:2 not valid YAML (`description` is indented)"),
    ("\tdescription: {}", "3:2 not valid YAML (`description` is indented by a tab)"),
    ("\t  description: {}", "3:4 not valid YAML (`description` is indented by a tab)"),
    ("description:{}", "3:1 not valid YAML (`description` has no space behind its colon)"),
    ("description :{}", "3:1 not valid YAML (`description` has no space behind its colon)"),
    ("description:\u00a0{}", "3:1 not valid YAML (`description` has no space behind its colon)"),
    ("description：{}", "3:1 not valid YAML (`description` has `：` for a colon)"),
    ("description： {}", "3:1 not valid YAML (`description` has `：` for a colon)"),
    ("description﹕\u3000{}", "3:1 not valid YAML (`description` has `﹕` for a colon)"),
    ('  "description": {}', "3:3 not valid YAML (`description` is indented)"),
    ("# why\n  description: {}", "4:3 not valid YAML (`description` is indented)"),
    ("\n  description: {}", "4:3 not valid YAML (`description` is indented)"),
]

SWALLOWED = [
    ("  description:{}", "3:3 `description` is indented and has no space behind its colon"),
    (" description :{}", "3:2 `description` is indented and has no space behind its colon"),
    ("\tdescription:{}", "3:2 `description` is indented by a tab and has no space behind its colon"),
    ("  description：{}", "3:3 `description` is indented and has `：` for a colon"),
    ("  description： {}", "3:3 `description` is indented and has `：` for a colon"),
    ("  description:\u00a0{}", "3:3 `description` is indented and has no space behind its colon"),
    ("\n  description:{}", "4:3 `description` is indented and has no space behind its colon"),
]  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(("line", "finding"), UNREADABLE)
def test_a_key_that_makes_it_no_yaml_is_one_finding(line: str, finding: str, end: str) -> None:
    found = agent(lines(description=line.format(DESCRIPTION)).replace("\n", end))
    assert values(found) == KEYS
    assert not found.loadable
    assert told(found) == [
        f"{finding}: Claude Code skips this file without a word [yaml-unreadable]"
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(("line", "finding"), SWALLOWED)
def test_a_key_that_the_value_before_swallows_is_one_finding(
    line: str, finding: str, end: str
) -> None:
    found = agent(lines(description=line.format(DESCRIPTION)).replace("\n", end))
    assert values(found) == KEYS
    assert not found.loadable
    told_of = f"Claude Code takes it for a part of `name`, finds no description, {SKIP}"
    assert told(found) == [f"{finding}: {told_of} [key-swallowed]"]


@pytest.mark.parametrize("line", [line for line, _ in (*UNREADABLE, *SWALLOWED)])
def test_such_a_key_is_written_as_it_is_meant(line: str) -> None:
    after = agent(
        fixed(agent(lines(description=line.format(DESCRIPTION)))).split("---\n")[1].strip()
    )
    assert values(after) == KEYS
    assert told(after) == []


INDENTS = st.sampled_from(["", "", " ", "  ", "    ", "\t"])
COLONS = st.sampled_from([": ", ": ", ":", "：", "： ", ":\u00a0"])


@given(st.lists(st.tuples(INDENTS, COLONS), min_size=4, max_size=4))
@example([("", ": "), ("  ", ":"), ("  ", ":"), ("  ", ":")])
@example([("  ", ": "), ("", ": "), ("\t", "："), ("", ": ")])
@example([("", ": "), ("  ", "："), ("\t", "："), ("\t", ": ")])
@example([("", ": "), ("  ", "："), ("\t", "："), ("", ": ")])
@example([("  ", ": "), ("\t", ": "), ("  ", ": "), ("\t", ": ")])
def test_keys_of_any_indentation_and_colon_are_read_and_fixed(forms: list[tuple[str, str]]) -> None:
    pairs = zip(KEYS.items(), forms, strict=True)
    block = "\n".join(f"{indent}{key}{colon}{value}" for (key, value), (indent, colon) in pairs)
    found = agent(block)
    codes = {each.rpartition("[")[2] for each in told(found)}
    assert values(found) == KEYS
    assert len(told(found)) <= 1
    assert codes <= {"yaml-unreadable]", "yaml-needs-retry]", "key-swallowed]"}
    plain = all(colon == ": " for _, colon in forms) and len({indent for indent, _ in forms}) == 1
    assert plain == (not codes) or {indent for indent, _ in forms} == {"\t"}
    if codes:
        assert fixed(found) == agent(lines()).text


def no_yaml(what: str) -> str:
    return f"not valid YAML ({what}): Claude Code skips this file without a word [yaml-unreadable]"


def swallowed(what: str, by: str) -> str:
    return f"{what}: Claude Code takes {by} [key-swallowed]"


@pytest.mark.parametrize(
    ("block", "read_as", "place", "message"),
    [
        # what is lost is not always what an agent needs
        (
            "name: a\ndescription: b\n  tools:Read\nmodel: opus",
            {"name": "a", "description": "b", "tools": "Read", "model": "opus"},
            "4:3",
            swallowed(
                "`tools` is indented and has no space behind its colon",
                "it for a part of `description`, so it is not set",
            ),
        ),
        (
            "name: a\n  tools:Read\n  model:opus\ndescription: b",
            {"name": "a", "tools": "Read", "model": "opus", "description": "b"},
            "3:3",
            swallowed(
                "`tools` is indented and has no space behind its colon, like 1 more key",
                "them for a part of `name`, so they are not set",
            ),
        ),
        (
            "tools: [Read]\ndescription: b\n  name：a",
            {"tools": ("Read",), "description": "b", "name": "a"},
            "4:3",
            swallowed(
                "`name` is indented and has `：` for a colon",
                f"it for a part of `description`, finds no name, {SKIP}",
            ),
        ),
        # a key without a value has all that is indented below it
        (
            "description:\n  name: a\n  tools: Read",
            {"description": None, "name": "a", "tools": "Read"},
            "3:3",
            swallowed(
                "`name` is indented, like 1 more key",
                f"them for a part of `description`, finds no name, {SKIP}",
            ),
        ),
        # values of every form are whole before the next key
        (
            "name: 'a'\n  description: b",
            {"name": "a", "description": "b"},
            "3:3",
            no_yaml("`description` is indented"),
        ),
        (
            "name: a\ntools: [Read]\n  description: b",
            {"name": "a", "tools": ("Read",), "description": "b"},
            "4:3",
            no_yaml("`description` is indented"),
        ),
        (
            "name: a\ntools:\n  - Read\n  description: b",
            {"name": "a", "tools": ("Read",), "description": "b"},
            "5:3",
            no_yaml("`description` is indented"),
        ),
        (
            "name: a\nhooks:\n  x: y\n description: b",
            {"name": "a", "hooks": {"x": "y"}, "description": "b"},
            "5:2",
            no_yaml("`description` is indented"),
        ),
        (
            "name: a\ndescription: |\n    b\n  model: c",
            {"name": "a", "description": "b\n", "model": "c"},
            "5:3",
            no_yaml("`model` is indented"),
        ),
        (
            "name: a\n  description: b: c",
            {"name": "a", "description": "b: c"},
            "3:3",
            no_yaml("`description` is indented"),
        ),
        (
            "name: a\ndescription: b: c\n  tools: Read",
            {"name": "a", "description": "b: c", "tools": "Read"},
            "4:3",
            no_yaml("`tools` is indented"),
        ),
        # and so are the values of such keys
        (
            "name: a\n  description: |\n    b\n    c\n  tools:\n    - Read\n  hooks:\n    x: y",
            {"name": "a", "description": "b\nc\n", "tools": ("Read",), "hooks": {"x": "y"}},
            "3:3",
            no_yaml("`description` is indented"),
        ),
        # keys of any name, where no text can go on
        (
            "name: a\n  version: 2\n  owner: b\ndescription: c",
            {"name": "a", "version": 2, "owner": "b", "description": "c"},
            "3:3",
            no_yaml("`version` is indented"),
        ),
        (
            "name:a\ndescription:b",
            {"name": "a", "description": "b"},
            "2:1",
            no_yaml("`name` has no space behind its colon"),
        ),
    ],
)
def test_each_key_is_read_by_itself(
    block: str, read_as: dict[str, Value], place: str, message: str
) -> None:
    found = agent(block)
    assert values(found) == read_as
    assert str(found.flaws[0]) == f"{place}: {message}"
    assert {flaw.code for flaw in found.flaws[1:]} <= {"description-missing"}  # it is empty


@pytest.mark.parametrize(
    ("block", "read_as"),
    [
        # prose that looks like a key, for the key stands elsewhere or is none
        ("name: a\ndescription: Use it\n  tools:bash is known\ntools: Read",
         {"name": "a", "description": "Use it tools:bash is known", "tools": "Read"}),
        ("name: a\ndescription: See\n  model://x and\n  tools::y", None),
        ("name: a\ndescription: Say\n  user:hi", {"name": "a", "description": "Say user:hi"}),
        ("name: a\ndescription: b\n  version:2", {"name": "a", "description": "b version:2"}),
        ("name: a\ndescription: |\n  b\n  model: c\n  tools:d", None),
        ("name: a\ndescription: >-\n  b\n  model：c", None),
        ("name: a\ndescription: 'b\n  model:c'", {"name": "a", "description": "b model:c"}),
        ('name: a\ndescription: "b\n  model: c"', {"name": "a", "description": "b model: c"}),
        # what is within a map
        ("name: a\ndescription: b\nmcpServers:\n  model: c\n  tools:\n    - d", None),
        ("name: a\ndescription: b\nhooks:\n  x:\n    - tools: c\n        model:d", None),
        ("name: a\ndescription: b\nmodel:\n  color: c", None),
        ("name: a\ndescription: b\ntools: [c,\n  model:d]", None),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_key_is_none(block: str, read_as: dict[str, Value] | None) -> None:
    found = agent(block)
    assert list(values(found)) == [
        line.partition(":")[0] for line in block.split("\n") if not line.startswith(" ")
    ]
    assert read_as is None or values(found) == read_as
    assert found.flaws == ()


def test_a_key_of_a_map_is_none_of_the_file() -> None:
    found = agent("name: a\ndescription: b\nhooks:\n  x:\n  - tools: c\n    model:d")
    assert list(values(found)) == ["name", "description", "hooks"]
    assert [flaw.code for flaw in found.flaws] == ["yaml-unreadable"]


def test_other_fields_are_read_as_tools_do() -> None:
    found = agent("name: a\n  description:b\nskills: &s [c]\nmcpServers: *s\nmodel: opus # d")
    assert values(found) == {
        "name": "a",
        "description": "b",
        "skills": ("c",),
        "mcpServers": ("c",),
        "model": "opus",
    }
    assert [field.reading.value for field in found.fields] == [
        *("salvaged", "salvaged"),
        *("strict", "strict", "strict"),
    ]


def test_the_fields_keep_their_places() -> None:
    found = agent("name: a\n  description：  b\n  tools:\n    - Read")
    assert [(each.key, each.text, each.line, each.column) for each in found.fields] == [
        ("name", "a", 2, 7),
        ("description", "b", 3, 17),
        ("tools", "- Read", 4, 5),
    ]


def test_the_page_has_the_lines_to_write() -> None:
    found = agent("name: a\n  description: Does this\n  tools:\n    - Read\n  model:x: y")
    assert mended_values(found) == {
        "description": "description: Does this\n",
        "tools": "tools:\n    - Read\n",
        "model": "model: |-\n  x: y\n",
    }


def test_a_line_that_goes_on_with_prose_is_not_taken_for_a_key_by_its_place_alone() -> None:
    found = agent("name: a\ndescription: Use it for\n  reviews: of code\nmodel: opus")
    assert values(found) == {
        "name": "a",
        "description": "Use it for\nreviews: of code",
        "model": "opus",
    }
