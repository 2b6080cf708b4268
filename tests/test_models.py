"""Models that were retired, and as of which day what is known of models and tools is known."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from agent_catalog.model.finding import Finding
from agent_catalog.publishing.exports import catalog_json, catalog_schema
from agent_catalog.publishing.urls import Urls
from agent_catalog.reading.catalog import read_catalog
from agent_catalog.reading.facets import models_as_of, retirement_of
from agent_catalog.reading.formats.known import known_formats
from agent_catalog.reading.sources import Source
from checks import findings
from sites import Tree, agent_file, write_tree

FORMATS = known_formats()
FOLDERS = {
    "claude-code": ".claude/agents/a.md",
    "copilot": ".github/agents/a.agent.md",
    "cursor": ".cursor/agents/a.md",
    "factory": ".factory/droids/a.md",
    "opencode": ".opencode/agents/a.md",
    "kilo": ".kilo/agents/a.md",
    "qwen-code": ".qwen/agents/a.md",
}


def retired(folder: Path, model: str, format_: str = "claude-code") -> list[Finding]:
    """What is found of the retirement of a model that stands in a file as it is given."""
    text = agent_file("a", model=model)
    found = findings(folder, {FOLDERS[format_]: text})
    return [each for each in found if each.code == "model-retired"]


# What is retired


@pytest.mark.parametrize(
    ("model", "day", "by"),
    [
        ("claude-3-5-haiku-20241022", "2026-02-19", "claude-haiku-4-5-20251001"),
        ('"claude-3-5-haiku-20241022"', "2026-02-19", "claude-haiku-4-5-20251001"),
        ("'claude-3-5-haiku-20241022'", "2026-02-19", "claude-haiku-4-5-20251001"),
        ("claude-3-5-haiku-20241022  # quick", "2026-02-19", "claude-haiku-4-5-20251001"),
        ("claude-3-5-haiku-latest", "2026-02-19", "claude-haiku-4-5-20251001"),
        ("anthropic/claude-3-5-haiku-20241022", "2026-02-19", "claude-haiku-4-5-20251001"),
        ("anthropic:claude-3-5-haiku-20241022", "2026-02-19", "claude-haiku-4-5-20251001"),
        ("claude-sonnet-4-20250514", "2026-06-15", "claude-sonnet-4-6"),
        ("claude-sonnet-4-20250514[1m]", "2026-06-15", "claude-sonnet-4-6"),
        ('"claude-sonnet-4-20250514[1m]"', "2026-06-15", "claude-sonnet-4-6"),
        ("claude-sonnet-4-0", "2026-06-15", "claude-sonnet-4-6"),
        ("claude-opus-4-0", "2026-06-15", "claude-opus-4-8"),
        ("claude-opus-4-1", "2026-08-05", "claude-opus-4-8"),
        ("claude-3-opus-latest", "2026-01-05", "claude-opus-4-8"),
        ("claude-2.1", "2025-07-21", "claude-sonnet-4-6"),
        ("claude-instant-1.2", "2024-11-06", "claude-haiku-4-5-20251001"),
        ("claude-3-7-sonnet-20250219 (pinned)", "2026-02-19", "claude-sonnet-4-6"),
    ],
)
def test_a_model_that_was_retired_is_told_with_the_day_and_the_next(
    tmp_path: Path, model: str, day: str, by: str
) -> None:
    (finding,) = retired(tmp_path, model)
    assert f"was retired on {day}; `{by}` takes its place" in finding.message
    assert f"(as of {models_as_of()})" in finding.message
    assert f"`{by}`" in finding.mend
    assert finding.line == 4


@pytest.mark.parametrize(
    "model",
    [
        "haiku",
        "sonnet[1m]",
        "inherit",
        "opusplan",
        "claude-haiku-4-5-20251001",
        "claude-opus-4-8",
        "claude-sonnet-4-6[1m]",
        "claude-3-5-haiku",
        "claude-3-5-haiku-20241023",
        "claude-sonnet-4-latest",
        "my-claude-2.1",
        "gpt-4",
        # Other platforms have their own names and their own dates.
        "us.anthropic.claude-3-5-haiku-20241022-v1:0",
        "anthropic.claude-3-5-haiku-20241022-v1:0",
        "anthropic.claude-3-haiku-20240307",
        "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-5-haiku-20241022-v1:0",
        "claude-3-5-haiku@20241022",
        "claude-3-5-sonnet-v2@20241022",
        "bedrock/claude-3-5-haiku-20241022",
        "bedrock:claude-3-5-haiku-20241022",
        "vertex:claude-3-5-haiku-20241022",
        "openrouter/anthropic/claude-3-5-haiku-20241022",
        "openrouter:anthropic/claude-3-5-haiku-20241022",
        "github-copilot/claude-sonnet-4-20250514",
        "",
        "[claude-3-5-haiku-20241022]",
        "{claude-3-5-haiku-20241022: x}",
    ],
)
def test_other_models_are_not_told(tmp_path: Path, model: str) -> None:
    assert retired(tmp_path, model) == []


@pytest.mark.parametrize("format_", FOLDERS)
def test_the_platform_that_a_tool_asks_decides(tmp_path: Path, format_: str) -> None:
    alone = retired(tmp_path / "alone", "claude-3-5-haiku-20241022", format_)
    assert len(alone) == (format_ == "claude-code")
    assert len(retired(tmp_path / "named", "anthropic/claude-3-5-haiku-20241022", format_)) == 1
    assert retired(tmp_path / "other", "google/claude-3-5-haiku-20241022", format_) == []


def test_an_agent_of_a_plugin_is_pinned_as_well(tmp_path: Path) -> None:
    tree = {"plugins/crew/agents/a.md": agent_file("a", model="claude-3-opus-20240229")}
    assert "model-retired" in {each.code for each in findings(tmp_path, tree)}


@given(st.text() | st.text("claude-3.5opus/:[1m] ()latest", max_size=40))
def test_any_text_is_a_model_or_none(name: str) -> None:
    for format_ in FORMATS.values():
        found = retirement_of(name, format_)
        assert found is None or found.on <= models_as_of()


def test_what_takes_the_place_of_a_model_is_not_retired_itself() -> None:
    claude_code = FORMATS["claude-code"]
    for name in ("claude-opus-4-1", "claude-sonnet-4-0", "claude-3-haiku-20240307", "claude-2.0"):
        found = retirement_of(name, claude_code)
        assert found
        assert retirement_of(found.by, claude_code) is None


# As of which day


def exported(folder: Path, tree: Tree) -> Any:
    write_tree(folder, tree)
    data = json.loads(catalog_json(read_catalog([Source(folder)]), Urls()))
    Draft202012Validator(json.loads(catalog_schema())).validate(data)
    return data


def test_the_catalog_says_as_of_when_it_speaks(tmp_path: Path) -> None:
    tree = {path: agent_file("a") for path in (FOLDERS["opencode"], FOLDERS["claude-code"])}
    found = exported(tmp_path, tree)["as_of"]
    assert found == {
        "models": models_as_of().isoformat(),
        "formats": {slug: FORMATS[slug].as_of.isoformat() for slug in ("claude-code", "opencode")},
    }
    assert list(found["formats"]) == ["claude-code", "opencode"]


def test_only_formats_that_there_are_have_a_day(tmp_path: Path) -> None:
    assert exported(tmp_path / "none", {})["as_of"]["formats"] == {}
    one = exported(tmp_path / "one", {"a.md": agent_file("a")})["as_of"]["formats"]
    assert list(one) == ["claude-code"]


def test_the_days_are_those_of_the_data(tmp_path: Path) -> None:
    days = [models_as_of(), *(each.as_of for each in FORMATS.values())]
    assert all(type(day) is date and day.year >= 2026 for day in days)
    texts = [json.dumps(exported(tmp_path / name, {"a.md": agent_file("a")})) for name in "ab"]
    assert texts[0] == texts[1]


def test_the_schema_wants_the_days(tmp_path: Path) -> None:
    good = exported(tmp_path, {"a.md": agent_file("a")})
    validator = Draft202012Validator(json.loads(catalog_schema()))
    for change in ({}, {"models": "2026-11-27"}, {**good["as_of"], "built": "2026-11-27"}):
        assert not validator.is_valid({**good, "as_of": change})
