"""Facets: the model and the color of an agent, as groups that agents are found by."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from agent_catalog.model.agent import FacetValue, Field
from agent_catalog.model.limits import LONGEST_VALUE, cut

_NOT_SET = "not-set"
_NOT_RECOGNISED = "not-recognised"


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """A group of agents that share a model or a color."""

    slug: str
    """What [`FacetValue.group`][agent_catalog.model.agent.FacetValue] holds."""
    title: str
    about: str
    """One sentence: what it means for an agent to be in this group."""


def read_model(field: Field | None) -> FacetValue:
    """The model of an agent, grouped by family; of a list, the first entry counts.

    Lists are VS Code's, in order of preference: see
    <https://code.visualstudio.com/docs/agents/reference/custom-agent-file-reference>.
    """
    if field is None or isinstance(field.value, str) or not isinstance(field.value, Sequence):
        return _read(field, "models")
    names = [name for name in field.value if isinstance(name, str)]
    if not names or len(names) < len(field.value):
        return FacetValue(_NOT_RECOGNISED, cut(field.text))
    return FacetValue(_find_group("models", names[0]), cut(", ".join(names)))


def read_color(field: Field | None) -> FacetValue:
    """The color of an agent: one of the eight that Claude Code has, in any case."""
    return _read(field, "colors")


def model_groups() -> tuple[FacetGroup, ...]:
    """The groups of models, in the order to show them in."""
    return _groups("models")


def color_groups() -> tuple[FacetGroup, ...]:
    """The groups of colors, in the order to show them in."""
    return _groups("colors")


def _read(field: Field | None, facet: str) -> FacetValue:
    if field is None or field.value is None:
        return FacetValue(_NOT_SET, "")
    if not isinstance(field.value, str):
        return FacetValue(_NOT_RECOGNISED, cut(field.text))
    if not field.value.strip():
        return FacetValue(_NOT_SET, "")
    return FacetValue(_find_group(facet, field.value), cut(field.value))


def _find_group(facet: str, written: str) -> str:
    name = written.strip()
    if len(name) > LONGEST_VALUE:  # it names nothing, and patterns need not read it
        return _NOT_RECOGNISED
    patterns = _patterns(facet).items()
    return next((slug for slug, pattern in patterns if pattern.fullmatch(name)), _NOT_RECOGNISED)


@cache
def _data() -> Mapping[str, Any]:
    text = files("agent_catalog.reading").joinpath("facets.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _groups(facet: str) -> tuple[FacetGroup, ...]:
    return tuple(FacetGroup(row["slug"], row["title"], row["about"]) for row in _data()[facet])


@cache
def _patterns(facet: str) -> Mapping[str, re.Pattern[str]]:
    return {
        row["slug"]: re.compile(row.get("pattern", row["slug"]), re.ASCII | re.IGNORECASE)
        for row in _data()[facet]
        if row["slug"] not in (_NOT_SET, _NOT_RECOGNISED)
    }
