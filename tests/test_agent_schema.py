"""What others use: the schema of a frontmatter, for editors, and the hook for pre-commit."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from agent_catalog.checking.catalog import check_catalog
from agent_catalog.publishing.agent_schema import agent_schema
from agent_catalog.reading.catalog import read_catalog
from agent_catalog.reading.formats.recognition import default_format
from agent_catalog.reading.sources import Source
from sites import REPOSITORY, agent_file, run, write_tree

SCHEMA: dict[str, Any] = json.loads(agent_schema())
[HOOK] = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


def errors(values: object) -> list[str]:
    return [each.message for each in Draft7Validator(SCHEMA).iter_errors(values)]


# The schema.


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"].keys() == default_format().keys.keys()
    assert SCHEMA["required"] == ["name", "description"]
    assert all(each["description"] for each in SCHEMA["properties"].values())
    assert re.search(r"as of \d{4}-\d\d-\d\d", SCHEMA["description"])


@pytest.mark.parametrize(
    ("key", "value"),
    [("effort", "xhigh"), ("color", "pink"), ("permissionMode", "plan"), ("memory", "local")],
)
def test_documented_values_are_proposed(key: str, value: str) -> None:
    assert value in SCHEMA["properties"][key]["anyOf"][0]["enum"]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"model": "claude-next-9", "color": "teal", "effort": 3},
        {"category": "quality", "future": {"a": [1]}},
        {"tools": ["Read"], "mcpServers": ["github"], "hooks": {}, "color": None},
        {"background": True, "maxTurns": 5},
    ],
)
def test_what_it_does_not_know_is_valid(values: dict[str, object]) -> None:
    assert errors({"name": "a", "description": "Does it.", **values}) == []


@pytest.mark.parametrize(
    "values",
    [
        {"name": "a"},
        {"description": "a"},
        [],
        *({"name": "a", "description": "b", key: [1]} for key in ("color", "hooks", "background")),
    ],
)
def test_what_no_tool_takes_is_not(values: object) -> None:
    assert errors(values)


@pytest.mark.corpus
def test_real_files_without_problems_are_valid(corpus: Path) -> None:
    catalog = check_catalog(read_catalog([Source(corpus)]))
    own = [agent for agent in catalog.agents if agent.format == default_format()]
    good = [agent for agent in own if not agent.problems]
    wrong = {
        agent.path: found
        for agent in good
        if (found := errors(json.loads(json.dumps({f.key: f.value for f in agent.fields}))))
    }

    assert len(good) > 1000
    assert wrong == {}


@pytest.mark.seeds
def test_the_seeds_are_valid_once_they_are_read(seeds: Path) -> None:
    catalog = read_catalog([Source(seeds)])
    assert len(catalog.agents) == 5
    for agent in catalog.agents:
        assert errors({field.key: field.value for field in agent.fields}) == []


# The hook.


def test_the_hook_is_defined() -> None:
    assert HOOK["id"] == "agent-catalog-check"
    assert HOOK["language"] == "python"
    assert {"name", "entry"} <= HOOK.keys()
    assert HOOK["types_or"] == ["markdown", "toml"]


def takes(path: str) -> bool:
    """Whether pre-commit hands over a Markdown or TOML file: it searches for the pattern."""
    return bool(re.search(HOOK["files"], path))


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("agents/reviewer.md", True),
        (".claude/agents/team/reviewer.md", True),
        (".github/agents/reviewer.agent.md", True),
        (".opencode/agent/reviewer.md", True),
        (".codex/agents/reviewer.toml", True),
        ("pyproject.toml", False),
        ("docs/guide.md", False),
        ("my-agents/reviewer.md", False),
        ("agents/README.md", True),
        ("agents/team/AGENTS.md", True),
        ("agents/readme-writer.md", True),
    ],
)
def test_the_hook_takes_agent_files(path: str, taken: bool) -> None:
    assert takes(path) is taken


def test_the_hook_refuses_what_is_broken(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            ".claude/agents/good.md": agent_file("good", tools="Read", color="red"),
            ".claude/agents/bad.md": agent_file("bad", description="Does: this."),
            ".claude/agents/README.md": "Not an agent.\n",
        },
    )
    program, *arguments = shlex.split(HOOK["entry"])
    command: list[str | Path] = [Path(sys.executable).with_name(program), *arguments]
    files = [each.relative_to(tmp_path).as_posix() for each in sorted(tmp_path.rglob("*.md"))]
    taken = [each for each in files if takes(each)]

    assert taken == [f".claude/agents/{name}.md" for name in ("README", "bad", "good")]
    done = run(*command, *taken, cwd=tmp_path)
    assert done.returncode == 1
    assert ".claude/agents/bad.md:3:18:" in done.stdout
    assert "README.md:1:" not in done.stdout
    assert run(*command, taken[0], taken[2], cwd=tmp_path).returncode == 0
