"""What the reader makes of real files, against oracles that share no code with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from itertools import chain
from pathlib import Path

import pytest
import yaml

from agent_catalog.model.agent import Agent, Reading
from agent_catalog.model.format import Kind
from agent_catalog.model.tool import ToolMode
from agent_catalog.publishing.exports import catalog_json
from agent_catalog.publishing.urls import Urls
from agent_catalog.reading.catalog import catalog_of, read_catalog
from agent_catalog.reading.frontmatter import split
from agent_catalog.reading.sources import Source

BLOCK = re.compile(r"\A\s*---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
"""A block between two lines `---`, the first of which may follow empty lines."""

ON_ONE_LINE = re.compile(r"^tools:[ \t]*(\S.*?)[ \t]*\r?$", re.MULTILINE)
COMMA = re.compile(r",(?![^()]*\))")
TAG = re.compile(r"</?(?:example|commentary)>")


@pytest.fixture(scope="module")
def agents(corpus: Path) -> tuple[Agent, ...]:
    return read_catalog([Source(corpus, shown="corpus")]).agents


@pytest.fixture(scope="module")
def blocks(agents: tuple[Agent, ...]) -> Mapping[str, str]:
    """The frontmatter of each file that has one, by path."""
    found = {agent.path: BLOCK.match(agent.data.decode("utf-8-sig")) for agent in agents}
    return {path: match[1] for path, match in found.items() if match}


def by_path(agents: tuple[Agent, ...]) -> Mapping[str, Agent]:
    return {agent.path: agent for agent in agents}


def text(agent: Agent, key: str) -> str:
    field = agent.field(key)
    return field.value if field and isinstance(field.value, str) else ""


def is_yaml(block: str) -> bool:
    try:
        return isinstance(yaml.safe_load(block), dict)
    except yaml.YAMLError:
        return False


@pytest.mark.corpus
def test_every_file_is_read(agents: tuple[Agent, ...], blocks: Mapping[str, str]) -> None:
    assert len(agents) == 1467
    assert len(blocks) == 1419
    for agent in agents:
        parts = split(agent.data.decode("utf-8-sig"))
        assert "".join(parts).encode() == agent.data.removeprefix(b"\xef\xbb\xbf")
        assert agent.prompt
    record = catalog_json(catalog_of(agents), Urls())
    assert record.count('"sha256":') == len(agents)


@pytest.mark.corpus
def test_name_and_description_are_recovered_from_what_is_no_yaml(
    agents: tuple[Agent, ...], blocks: Mapping[str, str]
) -> None:
    broken = [agent for agent in agents if agent.path in blocks and not is_yaml(blocks[agent.path])]
    assert len(broken) == 171
    recovered = [agent for agent in broken if text(agent, "name") and text(agent, "description")]
    assert len(recovered) == 171
    for agent in recovered:
        written = re.search(r"^ *name:[ \t]*(.*?)\s*$", blocks[agent.path], re.MULTILINE)
        assert written
        assert agent.name == written[1].strip("'\"")
        if agent.placeholder:  # of which Claude Code takes no more than the name
            assert agent.plugin
            assert agent.description.text == f"Agent from {agent.plugin.name} plugin"
            continue
        description = blocks[agent.path].partition("description:")[2].split("\n")[0]
        start = description.strip().strip("'\"|>")
        assert agent.description.text.startswith(start.replace("\\n", "\n")), agent.path


@pytest.mark.corpus
def test_valid_yaml_is_read_as_yaml_says(
    agents: tuple[Agent, ...], blocks: Mapping[str, str]
) -> None:
    compared = 0
    for agent in agents:
        if agent.path not in blocks or not is_yaml(blocks[agent.path]):
            continue
        if any(flaw.code == "description-cut" for flaw in agent.flaws):
            continue
        for key, value in yaml.safe_load(blocks[agent.path]).items():
            if isinstance(value, str):
                assert text(agent, key) == value, (agent.path, key)
                compared += 1
        assert {field.reading for field in agent.fields} <= {Reading.STRICT}
    assert compared > 4000


@pytest.mark.corpus
def test_every_example_is_found_and_none_keeps_its_markup(
    agents: tuple[Agent, ...], blocks: Mapping[str, str]
) -> None:
    tagged = {
        path: block.count("<example>")
        for path, block in blocks.items()
        if 0 < block.count("<example>") == block.count("</example>")
    }
    assert (len(tagged), sum(tagged.values())) == (185, 520)
    found = by_path(agents)
    placeholders = {path for path in tagged if found[path].placeholder}
    assert all(not found[path].description.examples for path in placeholders)
    tagged = {path: count for path, count in tagged.items() if path not in placeholders}
    assert {path: len(found[path].description.examples) for path in tagged} == tagged
    for path in tagged:
        for example in found[path].description.examples:
            assert example.turns, path
            words = [example.context, example.commentary, *(turn.text for turn in example.turns)]
            assert not any(TAG.search(each) or "\\n" in each for each in words), path


@pytest.mark.corpus
def test_every_tool_list_on_one_line_is_read_in_full(
    agents: tuple[Agent, ...], blocks: Mapping[str, str]
) -> None:
    """A list is what follows `tools:` on its line, be it a comma string or a YAML list."""
    lists = {
        path: found[-1] for path, block in blocks.items() if (found := ON_ONE_LINE.findall(block))
    }
    assert len(lists) == 614
    found_agents = by_path(agents)
    everything = placeholders = 0
    for path, written in lists.items():
        names = [name.strip(" '\"") for name in COMMA.split(written.strip("[]"))]
        agent = found_agents[path]
        access = agent.tools
        if names == ["*"]:
            everything += 1
            assert access.mode is ToolMode.ALL
        elif agent.plugin and any(flaw.code == "yaml-unreadable" for flaw in agent.flaws):
            placeholders += 1  # Claude Code loads these without what they say
            assert access.mode is ToolMode.ALL
            assert agent.loadable
        else:
            assert [entry.written for entry in access.allowed] == [name for name in names if name]
    assert (everything, placeholders) == (8, 3)


@pytest.mark.corpus
def test_without_a_tool_list_an_agent_has_all_tools(
    agents: tuple[Agent, ...], blocks: Mapping[str, str]
) -> None:
    without = [
        path for path, block in blocks.items() if not re.search(r"^ ?tools:", block, re.MULTILINE)
    ]
    assert len(without) > 700
    found = by_path(agents)
    modes = Counter((found[path].kind, found[path].tools.mode) for path in without)
    assert modes.pop((Kind.SKILL, ToolMode.UNKNOWN)) == 2
    assert modes.keys() == {(Kind.AGENT, ToolMode.ALL)}


@pytest.mark.corpus
def test_real_files_are_recognised_as_what_they_are(agents: tuple[Agent, ...]) -> None:
    assert {agent.format.slug for agent in agents} == {"claude-code"}
    assert Counter(agent.kind for agent in agents) == {Kind.AGENT: 1465, Kind.SKILL: 2}


@pytest.mark.corpus
def test_what_is_found_in_reading(agents: tuple[Agent, ...]) -> None:
    counts: dict[str, int] = {}
    for flaw in chain.from_iterable(agent.flaws for agent in agents):
        counts[flaw.code] = counts.get(flaw.code, 0) + 1
    assert counts == {
        "yaml-needs-retry": 148,
        "frontmatter-missing": 46,
        "yaml-unreadable": 15,
        "yaml-line-ends": 5,
        "description-cut": 9,
        "frontmatter-long-fence": 4,
        "frontmatter-late": 1,
        "name-missing": 1,
    }


@pytest.mark.seeds
def test_the_seeds_are_read_in_full(seeds: Path) -> None:
    found = read_catalog([Source(seeds, shown="seeds")])
    first, second, third, _, fifth = found.agents
    assert [agent.name for agent in found.agents] == [
        "backend-engineer",
        "backend-engineer",
        "backend-developer",
        "python-backend-engineer",
        "backend-developer",
    ]
    assert found.names["backend-engineer"] == (first.key, second.key)
    assert found.names["backend-developer"] == (third.key, fifth.key)
    assert [agent.model.group for agent in found.agents] == ["sonnet"] * 4 + ["inherit"]
    assert [agent.color.group for agent in found.agents] == [
        "red",
        "green",
        "not-set",
        "green",
        "orange",
    ]
    assert [agent.tools.mode for agent in found.agents] == [
        ToolMode.ALL,
        ToolMode.LISTED,
        ToolMode.ALL,
        ToolMode.ALL,
        ToolMode.ALL,
    ]
    assert len(second.tools.allowed) == 19
    assert [entry.server for entry in second.tools.allowed if entry.server] == ["context7"] * 2
    assert second.tools.servers == ("context7",)
    assert all(agent.loadable for agent in found.agents)
    assert [[flaw.code for flaw in agent.flaws] for agent in found.agents].count(
        ["yaml-needs-retry"]
    ) == 4


@pytest.mark.seeds
def test_the_examples_of_the_seeds_are_read_in_full(seeds: Path) -> None:
    agents = read_catalog([Source(seeds, shown="seeds")]).agents
    both = ["user", "assistant"]
    assert [
        [
            (bool(each.context), [turn.speaker for turn in each.turns], bool(each.commentary))
            for each in agent.description.examples
        ]
        for agent in agents
    ] == [
        [(True, both, True)] * 3,
        [(True, both, True)] * 3,
        # In the last of the numbered ones the assistant starts of its own accord.
        [*[(False, both, False)] * 3, (True, ["assistant"], False)],
        [(True, both, False)] * 2,
        [],
    ]
