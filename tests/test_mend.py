"""Mended text: blocks of YAML that are read as the values that they are made of."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from agent_catalog.checking.mend import block_scalar, mended_values
from agent_catalog.model.agent import Agent, Reading
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.sources import AgentFile, Source

BROKEN = {"yaml-needs-retry", "yaml-line-ends", "yaml-unreadable", "description-cut"}


def agent(text: str | bytes) -> Agent:
    data = text.encode() if isinstance(text, str) else text
    return read_agent(AgentFile(Source(Path()), "reviewer.md", data))


@pytest.mark.parametrize(
    ("value", "block"),
    [
        ("Reviews: all.", "description: |-\n  Reviews: all.\n"),
        ("One.\n\nTwo.\n", "description: |\n  One.\n\n  Two.\n"),
        ("One.\n\n\n", "description: |+\n  One.\n\n\n"),
        ("  Indented.", "description: |2-\n    Indented.\n"),
        ("---\n# no: comment", "description: |-\n  ---\n  # no: comment\n"),
    ],
)
def test_a_value_becomes_a_block(value: str, block: str) -> None:
    assert block_scalar("description", value) == block
    assert yaml.safe_load(block) == {"description": value}


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
def test_a_block_is_read_as_its_value_or_refused(value: str) -> None:
    try:
        block = block_scalar("key", value)
    except ValueError:
        return
    assert yaml.safe_load(block) == {"key": value}
    assert yaml.safe_load(f"a: 1\n{block}b: 2\n") == {"a": 1, "key": value, "b": 2}


@given(st.text("abc \n:#'\"-{}[]<>\u00e9\u4e2d", min_size=1, max_size=60))
def test_usual_text_is_never_refused(value: str) -> None:
    assert block_scalar("key", value).startswith("key: |")


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\r", "\x85", "\u2028", "\ud800"])
def test_what_no_block_can_hold_is_refused(char: str) -> None:
    with pytest.raises(ValueError, match="'description'"):
        block_scalar("description", f"a{char}b")


def test_only_what_is_no_yaml_is_mended() -> None:
    found = agent(
        "---\nname: a\ndescription: Does: this.\ntools: Bash(git *)\ncolor: red\n---\nDo.\n"
    )
    assert mended_values(found) == {"description": "description: |-\n  Does: this.\n"}


def test_line_ends_of_windows_do_not_matter() -> None:
    found = agent(b"---\r\nname: a\r\ndescription: Does: this.\r\n---\r\nDo.\r\n")
    assert mended_values(found) == {"description": "description: |-\n  Does: this.\n"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No frontmatter.\n",
        "---\nname: a\ndescription: Fine.\n---\nDo.\n",
        "---\nname: a\ndescription: Does: this.\ndescription: Does: that.\n---\nDo.\n",
        "---\nname: a\ndescription: Does: this \x07.\n---\nDo.\n",
    ],
)
def test_nothing_is_mended_that_is_not_certain(text: str) -> None:
    assert mended_values(agent(text)) == {}


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
