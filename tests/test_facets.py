from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_catalog.model.agent import FacetValue, Field, Reading, Value
from agent_catalog.model.format import Format
from agent_catalog.reading.facets import (
    FacetGroup,
    color_groups,
    model_groups,
    models_as_of,
)
from agent_catalog.reading.facets import read_color as read_color_in
from agent_catalog.reading.facets import read_model as read_model_in
from agent_catalog.reading.formats.known import known_formats

FORMATS = known_formats()
read_model = partial(read_model_in, format_=FORMATS["claude-code"])
read_color = partial(read_color_in, format_=FORMATS["claude-code"])

ARBITRARY_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
LEFT = {"not-set", "without-effect", "not-recognised"}
"""Groups of what has no model or color."""
GROUPS = pytest.mark.parametrize("groups", [model_groups(), color_groups()], ids=["model", "color"])


def field(value: Value, text: str = "as written") -> Field:
    return Field(key="any", value=value, text=text, line=2, column=1, reading=Reading.STRICT)


@pytest.mark.parametrize(
    ("written", "group"),
    [
        ("sonnet", "sonnet"),
        ("Sonnet", "sonnet"),
        ("sonnet[1m]", "sonnet"),
        ("sonnet-4.5", "sonnet"),
        ("claude-sonnet-4-20250514", "sonnet"),
        ("claude-3.5-sonnet", "sonnet"),
        ("claude-3-5-sonnet-20241022", "sonnet"),
        ("us.anthropic.claude-sonnet-4-20250514-v1:0", "sonnet"),
        ("Claude Sonnet 4.5 (copilot)", "sonnet"),
        ("Claude Sonnet 4", "sonnet"),
        ("anthropic/claude-opus-4", "opus"),
        ("openrouter:anthropic/claude-opus-4", "opus"),
        ("claude-3-opus", "opus"),
        ("opus[1m]", "opus"),
        ("claude-haiku-4-5-20251001", "haiku"),
        ("claude-fable-5", "fable"),
        ("claude-2.1", "claude"),
        ("opusplan", "opusplan"),
        ("best", "best"),
        ("Default", "default"),
        ("INHERIT", "inherit"),
        (" inherit\n", "inherit"),
        ("GPT-4.1", "gpt"),
        ("GPT 5", "gpt"),
        ("gpt-4o", "gpt"),
        ("openai/gpt-5.4", "gpt"),
        ("GPT-5 mini (copilot)", "gpt"),
        ("GPT-5.1-Codex-Max (Preview)", "gpt"),
        ("o3", "gpt"),
        ("o4-mini", "gpt"),
        ("Gemini 2.5 Pro", "gemini"),
        ("google/gemini-2.5-flash", "gemini"),
        ("subagent", "not-recognised"),
        ("sonet", "not-recognised"),
        ("sonnets", "not-recognised"),
        ("sonnet or opus", "not-recognised"),
        ("GPT-4.1 | 'gpt-5'", "not-recognised"),
        ("the sonnet model", "not-recognised"),
        ("not-set", "not-recognised"),
        ("ſonnet", "not-recognised"),
    ],
)
def test_a_model_falls_in_the_group_of_its_family_and_keeps_its_spelling(
    written: str, group: str
) -> None:
    assert read_model(field(written)) == FacetValue(group, written)


@pytest.mark.parametrize("read", [read_model, read_color])
@pytest.mark.parametrize("missing", [None, field(None), field(""), field(" \n")])
def test_a_facet_without_a_value_is_not_set(
    read: Callable[[Field | None], FacetValue], missing: Field | None
) -> None:
    assert read(missing) == FacetValue("not-set", "")


def test_a_list_of_models_falls_in_the_group_of_its_first() -> None:
    models = field(["Claude Opus 4.7", "gpt-5"])
    assert read_model(models) == FacetValue("opus", "Claude Opus 4.7, gpt-5")


@pytest.mark.parametrize("value", [[], ["sonnet", 4], [["sonnet"]], {"sonnet": "4"}, 4, 4.5, True])
def test_a_model_that_is_no_name_shows_its_text(value: Value) -> None:
    assert read_model(field(value, "4.50")) == FacetValue("not-recognised", "4.50")


@pytest.mark.parametrize(
    ("written", "group"),
    [
        ("red", "red"),
        ("Blue", "blue"),
        (" GREEN ", "green"),
        ("pinkish", "not-recognised"),
        ("magenta", "not-recognised"),
        ("#059669", "not-recognised"),
        ("not-recognised", "not-recognised"),
    ],
)
def test_a_color_falls_in_its_group_and_keeps_its_spelling(written: str, group: str) -> None:
    assert read_color(field(written)) == FacetValue(group, written)


@pytest.mark.parametrize("value", [["red"], {"red": None}, 16711680, False])
def test_a_color_that_is_no_name_shows_its_text(value: Value) -> None:
    assert read_color(field(value, "0xff0000")) == FacetValue("not-recognised", "0xff0000")


@given(ARBITRARY_VALUES, st.sampled_from(list(FORMATS.values())))
def test_any_value_falls_in_a_group_that_is_shown(value: Value, format_: Format) -> None:
    model, color = read_model_in(field(value), format_), read_color_in(field(value), format_)
    assert model.group in {group.slug for group in model_groups()}
    assert color.group in {group.slug for group in color_groups()}


@pytest.mark.parametrize("piece", ["1.", "1-", "claude-", "a/", "1 ", "gpt-5 a ", "("])
def test_long_names_are_read_in_no_time(piece: str) -> None:
    started = time.process_time()
    for length in (200, 65_536):
        assert read_model(field((piece * length)[:length])).group
    assert time.process_time() - started < 0.1


@GROUPS
def test_groups_are_told_apart_and_end_with_those_that_are_none(
    groups: tuple[FacetGroup, ...],
) -> None:
    slugs = [group.slug for group in groups]
    assert len(set(slugs)) == len(slugs)
    assert len({group.title for group in groups}) == len(groups)
    assert "not-set" in slugs
    assert [slug for slug in slugs if slug in LEFT] == slugs[-len(LEFT & set(slugs)) :]
    assert slugs[-1] == "not-recognised"


@GROUPS
def test_every_group_is_explained_in_one_sentence(groups: tuple[FacetGroup, ...]) -> None:
    for group in groups:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", group.slug)
        assert re.fullmatch(r"[A-Z][^\n]*[^.\n]\.", group.about), group.slug


def test_every_group_of_models_can_be_reached_by_its_alias() -> None:
    aliases = {group.slug for group in model_groups()} - {"claude", "gpt", "other", *LEFT}
    for alias in aliases:
        format_ = FORMATS["copilot" if alias == "auto" else "claude-code"]
        assert read_model_in(field(alias), format_).group == alias


@pytest.mark.parametrize(
    ("written", "format_", "group"),
    [
        ("anthropic/claude-opus-4-5", "opencode", "opus"),
        ("sonnet", "opencode", "not-recognised"),  # a provider's name there
        ("acme/some-model", "opencode", "other"),
        ("acme/some-model", "claude-code", "not-recognised"),
        ("deepseek-v3", "claude-code", "other"),
        ("Auto", "copilot", "auto"),
        ("auto", "claude-code", "not-recognised"),
    ],
)
def test_a_name_means_what_the_format_makes_of_it(written: str, format_: str, group: str) -> None:
    assert read_model_in(field(written), FORMATS[format_]) == FacetValue(group, written)


def test_what_is_known_of_models_is_dated() -> None:
    assert isinstance(models_as_of(), date)


def test_the_colors_are_those_that_claude_code_has() -> None:
    colors = {"red", "blue", "green", "yellow", "purple", "orange", "pink", "cyan"}
    others = {"theme", "custom"}  # of other formats
    assert {group.slug for group in color_groups()} == colors | others | LEFT
    for color in colors:
        assert read_color(field(color)).group == color
    for other in others:
        assert read_color(field(other)).group == "not-recognised"


@pytest.mark.parametrize(
    ("written", "format_", "group"),
    [
        ("#059669", "opencode", "custom"),
        ("#0596", "opencode", "not-recognised"),
        ("Primary", "opencode", "theme"),
        ("red", "opencode", "not-recognised"),
        ("primary", "claude-code", "not-recognised"),
        ("red", "gemini-cli", "without-effect"),
    ],
)
def test_a_color_is_one_that_the_format_has(written: str, format_: str, group: str) -> None:
    assert read_color_in(field(written), FORMATS[format_]) == FacetValue(group, written)
