"""Mended text: blocks of YAML that are read as the values that they are made of."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from agent_catalog.checking.mend import mended_values
from agent_catalog.checking.scalars import written
from agent_catalog.model.agent import Agent, Reading
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.sources import AgentFile, Source

BROKEN = {"yaml-needs-retry", "yaml-line-ends", "yaml-unreadable", "description-cut"}


def agent(text: str | bytes) -> Agent:
    data = text.encode() if isinstance(text, str) else text
    return read_agent(AgentFile(Source(Path()), "reviewer.md", data))


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("Reviews: all.", "|-\n  Reviews: all."),
        ("One.\n\nTwo.", "|-\n  One.\n\n  Two."),
        ("---\n# no: comment", "|-\n  ---\n  # no: comment"),
        ("One.\n", r'"One.\n"'),
        ("  Indented.", '"  Indented."'),
        ("a\x1bb", r'"a\u001bb"'),
        ("a\rb", r'"a\rb"'),
    ],
)
def test_a_value_becomes_a_block_or_quoted(value: str, form: str) -> None:
    assert written("description", value, block=True) == form
    assert yaml.safe_load(f"description: {form}\n") == {"description": value}


@given(
    st.text(
        st.characters(exclude_categories=["Cs"]) | st.sampled_from("\n \t:#-'\"|>"), max_size=60
    )
)
@example("")
@example("\n")
@example(" \n")
@example("\n\na\n\n")
@example("a\n   ")
def test_any_text_has_a_form_that_is_read_as_it(value: str) -> None:
    form = written("key", value, block=True)
    assert form is not None
    assert yaml.safe_load(f"a: 1\nkey: {form}\nb: 2\n") == {"a": 1, "key": value, "b": 2}


def test_half_a_character_has_none() -> None:
    assert written("key", "a\ud800b") is None


def test_only_what_is_no_yaml_is_mended() -> None:
    found = agent(
        "---\nname: a\ndescription: Does: this.\ntools: Bash(git *)\ncolor: red\n---\nDo.\n"
    )
    assert mended_values(found) == {"description": "description: |-\n  Does: this.\n"}


def test_line_ends_of_windows_do_not_matter() -> None:
    found = agent(b"---\r\nname: a\r\ndescription: Does: this.\r\n---\r\nDo.\r\n")
    assert mended_values(found) == {"description": "description: |-\n  Does: this.\n"}


def test_what_no_block_can_hold_is_escaped() -> None:
    found = agent("---\nname: a\ndescription: Does: this \x07.\n---\nDo.\n")
    assert mended_values(found) == {"description": 'description: "Does: this \\u0007."\n'}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No frontmatter.\n",
        "---\nname: a\ndescription: Fine.\n---\nDo.\n",
        "---\nname: a\ndescription: Does: this.\ndescription: Does: that.\n---\nDo.\n",
        "---\nname: [x\ndescription: A.\n---\nDo.\n",
        "---\nname: a\ndescription: A.\ntools: [Read, Grep\n---\nDo.\n",
        '---\nname: a\ndescription: "Reviews code\ntools: Read\n---\nDo.\n',
        "---\nname: a\ndescription: A.\ntools:\n  - @x\n---\nDo.\n",
    ],
)
def test_nothing_is_mended_that_is_not_certain(text: str) -> None:
    assert mended_values(agent(text)) == {}


def test_star_keys_of_maps_get_quotes() -> None:
    text = b"---\ndescription: A.\npermission:\n  bash: {git *: allow, *: deny}\n---\nDo.\n"
    found = read_agent(AgentFile(Source(Path()), ".opencode/agents/a.md", text))
    assert mended_values(found) == {
        "permission": 'permission:\n  bash: {git *: allow, "*": deny}\n'
    }


@pytest.mark.corpus
def test_every_broken_value_of_real_files_is_mended(corpus: Path) -> None:
    mended = 0
    for path in sorted(corpus.rglob("*.md")):
        found = agent(path.read_bytes())
        if BROKEN.isdisjoint(flaw.code for flaw in found.flaws):
            assert mended_values(found) == {}
            continue
        blocks = mended_values(found)
        assert blocks, path
        for key, block in blocks.items():
            field = found.field(key)
            assert field
            assert field.reading is not Reading.STRICT
            assert yaml.safe_load(block) == {key: field.value}
        mended += 1
    assert mended == 171
