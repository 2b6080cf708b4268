from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from agent_catalog.checking.catalog import check_catalog
from agent_catalog.model.agent import Agent
from agent_catalog.model.catalog import Catalog, slug
from agent_catalog.publishing.exports import catalog_json, catalog_schema, llms_txt, raw_url
from agent_catalog.publishing.urls import Urls
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.catalog import catalog_of, read_catalog
from agent_catalog.reading.sources import AgentFile, Source

REVIEWER = """\
---
name: reviewer
description: |
  Reviews changes. Use it often.
  <example>
  Context: A change is done.
  user: "Look at it."
  assistant: "I do."
  <commentary>It is new.</commentary>
  </example>
tools: Read, Bash(git *), mcp__docs__find, Juggle
disallowedTools: [Write]
model: claude-opus-4-5
color: Blue
version: 1.10
since: 2024-01-01
retired: no
nested: {a: [1, null, true], b: {c: 0x10}}
version: 2.0
---
You review.
"""
BROKEN = "---\nname: broken\r\ndescription: a: b\r\n---\r\nBody"


def agent(path: str, content: str | bytes, source: str = "") -> Agent:
    data = content if isinstance(content, bytes) else content.encode()
    return read_agent(AgentFile(Source(Path("agents"), source, "agents"), path, data))


def catalog(*agents: Agent) -> Catalog:
    return check_catalog(catalog_of(agents))


def record(*agents: Agent, urls: Urls = Urls()) -> Any:  # noqa: B008 (it is frozen)
    data = json.loads(catalog_json(catalog(*agents), urls))
    validator().validate(data)
    return data


def validator() -> Draft202012Validator:
    schema = json.loads(catalog_schema())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


# catalog.json


def test_the_schema_is_one_and_refuses_what_is_none_of_ours() -> None:
    schema = json.loads(catalog_schema())
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    good = record(agent("a.md", REVIEWER))
    changes: tuple[dict[str, object], ...] = (
        {"schema": 2},
        {"agents": [{}]},
        {"more": 1},
        {"agents": [{**good["agents"][0], "sha256": "x"}]},
        {"agents": [{**good["agents"][0], "prompt": {"characters": -1, "tokens_estimate": 0}}]},
    )
    for change in changes:
        assert not validator().is_valid({**good, **change}), change


def test_an_agent_is_told_in_full() -> None:
    (found,) = record(agent("team/a b.md", REVIEWER))["agents"]
    place = f"agents/team/{slug('a b')}"
    assert {key: value for key, value in found.items() if key != "findings"} == {
        "source": "",
        "path": "team/a b.md",
        "url": f"{place}/",
        "raw_url": f"{place}.md",
        "name": "reviewer",
        "summary": "Reviews changes.",
        "description": REVIEWER.partition("description: |\n")[2]
        .partition("tools:")[0]
        .replace("\n  ", "\n")
        .strip(),
        "model": "claude-opus-4-5",
        "color": "Blue",
        "format": "claude-code",
        "format_from": "default",
        "kind": "agent",
        "id": "reviewer",
        "loadable": True,
        "tools": {
            "mode": "listed",
            "allowed": [
                {"name": "Read", "specifier": None, "server": None, "known": True},
                {"name": "Bash", "specifier": "git *", "server": None, "known": True},
                {"name": "mcp__docs__find", "specifier": None, "server": "docs", "known": True},
                {"name": "Juggle", "specifier": None, "server": None, "known": False},
            ],
            "denied": [{"name": "Write", "specifier": None, "server": None, "known": True}],
            "effective": [
                {"name": "Read", "gets": "yes", "why": None},
                {"name": "Bash", "gets": "yes", "why": None},
                {"name": "mcp__docs__find", "gets": "yes", "why": None},
                {"name": "Juggle", "gets": "no", "why": "unknown-tool"},
                {"name": "Write", "gets": "no", "why": "denied"},
            ],
        },
        "capabilities": ["read", "execute", "mcp"],
        "examples": [
            {
                "context": "A change is done.",
                "turns": [
                    {"speaker": "user", "text": "Look at it."},
                    {"speaker": "assistant", "text": "I do."},
                ],
                "commentary": "It is new.",
            }
        ],
        "prompt": {"characters": 12, "tokens_estimate": 3},
        "metadata": found["metadata"],
        "sha256": hashlib.sha256(REVIEWER.encode()).hexdigest(),
        "added": None,
        "changed": None,
    }


def test_metadata_is_what_the_file_says() -> None:
    metadata = record(agent("a.md", REVIEWER))["agents"][0]["metadata"]
    assert list(metadata) == [
        "name", "description", "tools", "disallowedTools", "model", "color", "version", "since",
        "retired", "nested",
    ]  # fmt: skip
    assert metadata["tools"] == "Read, Bash(git *), mcp__docs__find, Juggle"
    assert metadata["disallowedTools"] == ["Write"]
    assert metadata["since"] == "2024-01-01"
    assert metadata["retired"] == "no"
    assert metadata["nested"] == {"a": [1, None, True], "b": {"c": 16}}
    assert metadata["version"] == 2.0, "the last one counts"


def test_what_is_not_set_is_null() -> None:
    (found,) = record(agent("a.md", "Just a prompt."))["agents"]
    assert (found["model"], found["color"], found["metadata"]) == (None, None, {})
    assert found["tools"] == {"mode": "all", "allowed": [], "denied": [], "effective": []}


def test_findings_are_told_with_place_and_mend() -> None:
    (found,) = record(agent("a.md", BROKEN))["agents"]
    assert found["loadable"] is False
    (finding,) = [each for each in found["findings"] if each["severity"] != "info"]
    assert (finding["code"], finding["severity"]) == ("yaml-line-ends", "error")
    assert (finding["line"], finding["column"], finding["accepted"]) == (3, 15, None)
    assert finding["message"]
    assert finding["mend"]


@pytest.mark.parametrize(("directories", "ending"), [(True, "/"), (False, ".html")])
def test_groups_name_the_pages_of_their_agents(*, directories: bool, ending: str) -> None:
    agents = agent("b.md", REVIEWER), agent("a.md", REVIEWER), agent("c.md", "x")
    found = record(*agents, urls=Urls(directories=directories))
    b, a, c = (each["url"] for each in found["agents"])
    assert (a, b, c) == tuple(f"agents/{name}{ending}" for name in "abc")
    assert found["groups"] == {
        "model": {"opus": [a, b], "not-set": [c]},
        "color": {"blue": [a, b], "not-set": [c]},
        "tool": {
            "bash": [a, b],
            "mcp-docs": [a, b],
            "read": [a, b],
            "not-recognised": [a, b],
        },
    }


def test_the_same_files_give_the_same_bytes_wherever_they_are(tmp_path: Path) -> None:
    texts = []
    for place in ("one", "elsewhere/two"):
        folder = tmp_path / place / "agents"
        for path, content in {"b.md": BROKEN, "x/a.md": REVIEWER, "README.md": ""}.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(content)
        found = read_catalog([Source(folder.resolve(), "", "agents")])
        texts.append(catalog_json(found, Urls()) + llms_txt(found, "Agents"))
    assert texts[0] == texts[1]
    assert str(tmp_path) not in texts[0]
    assert tmp_path.name not in texts[0]
    assert texts[0].count("\n") > 1


FRONTMATTER = st.lists(
    st.sampled_from(
        ["name: ", "description: ", "tools: ", "model: ", "color: ", "x: ", "mcpServers: "]
    )
    | st.sampled_from(
        ["\n", ", ", "[", "]", "{a: ", "}", "'", '"', "null", "1e5", "0x1f", "true", "- "]
    )
    | st.text(max_size=5),
    max_size=25,
).map("".join)


@given(FRONTMATTER)
@settings(max_examples=150)
def test_any_agent_fits_the_schema(block: str) -> None:
    validator_of_all.validate(
        json.loads(catalog_json(catalog(agent("a.md", f"---\n{block}\n---\nBody")), Urls()))
    )


validator_of_all = validator()


# llms.txt


def test_llms_txt_lists_each_agent_with_its_file() -> None:
    agents = agent("a.md", REVIEWER), agent("b.md", BROKEN), agent("c d.md", "x", "team")
    assert llms_txt(catalog(*agents), "Our agents", "https://example.org/x/") == (
        "# Our agents\n"
        "\n"
        "> 3 AI agents.\n"
        "\n"
        "## Agents\n"
        "\n"
        "- [reviewer](https://example.org/x/agents/a.md): Reviews changes.\n"
        "- [broken](https://example.org/x/agents/b.md): a: b\n"
        f"- [c d](https://example.org/x/agents/team/{slug('c d')}.md)\n"
        "\n"
        "## Optional\n"
        "\n"
        "- [catalog.json](https://example.org/x/catalog.json): all of it as data\n"
    )
    assert "](agents/a.md): " in llms_txt(catalog(*agents), "Our agents")


LISTED = re.compile(r"- \[(?P<name>[^\[\]]+)\]\((?P<url>[a-z0-9/._-]+)\)(?:: (?P<summary>.+))?")


@given(st.lists(st.tuples(st.text(), st.text()), max_size=4), st.text())
def test_llms_txt_has_a_line_for_each_agent_whatever_it_is_called(
    said: list[tuple[str, str]], title: str
) -> None:
    agents = [
        agent(f"{index}.md", f"---\n{json.dumps({'name': name, 'description': text})}\n---\n")
        for index, (name, text) in enumerate(said)
    ]
    found = catalog(*agents)
    lines = llms_txt(found, title).splitlines()
    assert lines[0].startswith("# ")
    listed = lines[lines.index("## Agents") + 2 : lines.index("## Optional") - 1]
    assert len(listed) == len(agents)
    for line, each in zip(listed, agents, strict=True):
        match = LISTED.fullmatch(line)
        assert match, line
        assert match["url"] == raw_url(each, found)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a](evil) [b", "a)(evil) (b"),
        ("a\\\\", "a/"),
        ("`code", "'code"),
        ("a\\n\\n## Optional\\u2028b\\u0085c\\u001cd\\u000be", "a ## Optional b c d e"),
    ],
)
def test_a_name_cannot_end_its_link_or_its_line(name: str, shown: str) -> None:
    found = catalog(agent("x.md", f'---\nname: "{name}"\ndescription: y\n---\n'))
    assert f"\n- [{shown}](agents/x.md): y\n" in llms_txt(found, "T")


def test_a_name_of_nothing_is_listed_by_its_path() -> None:
    found = catalog(agent(" .md", "Prompt."))
    assert f"- [.md]({raw_url(found.agents[0], found)})\n" in llms_txt(found, "T")
