"""Facets: the model and the color of an agent, as groups that agents are found by."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from agent_catalog.model.agent import FacetValue, Field
from agent_catalog.model.format import Format
from agent_catalog.model.limits import LONGEST_VALUE, cut

NOT_SET = "not-set"
NOT_RECOGNISED = "not-recognised"
WITHOUT_EFFECT = "without-effect"
_HEX = re.compile(r"#[0-9a-f]{6}", re.ASCII | re.IGNORECASE)
_PINNED = re.compile(r"(?:(?P<vendor>[^\s/:]+)[/:])?(?P<name>[^\s/:]+?)(?:\[1m\])?(?: \(.*\))?")
"""A model's name with its vendor, and with what is said of its context or of who offers it."""
_RETIRING = "anthropic"
"""The vendor whose dates are known; who else offers its models has dates of their own."""


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """A group of agents that share a model or a color."""

    slug: str
    """What [`FacetValue.group`][agent_catalog.model.agent.FacetValue] holds."""
    title: str
    about: str
    """One sentence: what it means for an agent to be in this group."""


@dataclass(frozen=True, slots=True)
class Retirement:
    """That a model can no longer be used."""

    on: date
    by: str
    """The model that takes its place, as its vendor recommends."""


# Models


def read_model(field: Field | None, format_: Format) -> FacetValue:
    """The model of an agent, grouped by family; of a list, the first entry counts.

    Lists are VS Code's, in order of preference: see
    <https://code.visualstudio.com/docs/agents/reference/custom-agent-file-reference>.
    """
    names = _texts(field)
    if names is None:
        return FacetValue(NOT_RECOGNISED, cut(field.text if field else ""))
    if not names:
        return FacetValue(NOT_SET, "")
    return FacetValue(_model_group(names[0].strip(), format_), cut(", ".join(names)))


def _texts(field: Field | None) -> list[str] | None:
    """The value as texts: none if it is not set, one, or those of a list; `None` if it is neither."""
    value = field.value if field else None
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return [value] if value.strip() else []
    if not isinstance(value, Sequence) or not value:
        return None
    texts = [item for item in value if isinstance(item, str)]
    return texts if len(texts) == len(value) else None


def _model_group(name: str, format_: Format) -> str:
    if len(name) > LONGEST_VALUE:  # it names nothing, and patterns need not read it
        return NOT_RECOGNISED
    aliases = format_.models.aliases
    if group := aliases.get(name) or aliases.get(name.lower()):
        return group
    provided = "/" in name
    if format_.models.provider == "required" and not provided:
        return NOT_RECOGNISED
    families = _family_patterns().items()
    found = next((slug for slug, pattern in families if pattern.fullmatch(name)), NOT_RECOGNISED)
    if found == NOT_RECOGNISED and provided and format_.models.provider != "none":
        return "other"
    return found


def retirement_of(name: str, format_: Format) -> Retirement | None:
    """When a model was retired, if it was by the day of the data.

    Args:
        name: The model, as the file has it.
        format_: The format of the file, whose tool decides which platform is asked for it.
    """
    found = _PINNED.fullmatch(name.strip())
    if found is None or (found["vendor"] or format_.models.vendor) != _RETIRING:
        return None
    row = _data()["retired"].get(found["name"])
    return Retirement(row["on"], row["by"]) if row else None


def models_as_of() -> date:
    """The day of what is known of models."""
    day: date = _data()["as_of"]
    return day


@cache
def model_groups() -> tuple[FacetGroup, ...]:
    """The groups of models, in the order to show them in."""
    rows = (row for table in ("families", "aliases", "rest") for row in _data()[table])
    return tuple(FacetGroup(row["slug"], row["title"], row["about"]) for row in rows)


@cache
def _family_patterns() -> Mapping[str, re.Pattern[str]]:
    return {
        row["slug"]: re.compile(row["pattern"], re.ASCII | re.IGNORECASE)
        for row in _data()["families"]
    }


@cache
def _data() -> Mapping[str, Any]:
    text = files("agent_catalog.reading").joinpath("models.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


# Colors


def read_color(field: Field | None, format_: Format) -> FacetValue:
    """The color of an agent: one of those that its tool has, in any case."""
    value = field.value if field else None
    if field is None or value is None or (isinstance(value, str) and not value.strip()):
        return FacetValue(NOT_SET, "")
    if not isinstance(value, str):
        return FacetValue(NOT_RECOGNISED, cut(field.text))
    return FacetValue(_color_group(value.strip().lower(), format_), cut(value))


def _color_group(name: str, format_: Format) -> str:
    colors = format_.colors
    if colors is None:
        return WITHOUT_EFFECT
    if name in colors.names:
        return name
    if name in colors.theme:
        return "theme"
    return "custom" if colors.hex and _HEX.fullmatch(name) else NOT_RECOGNISED


_NAMED_COLORS = ("red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink")
_OTHER_COLORS = (
    FacetGroup(
        "theme", "Of the theme", "A color of the tool's theme, which looks as the theme does."
    ),
    FacetGroup("custom", "Of its own", "A color of its own, as six hexadecimal digits."),
    FacetGroup(NOT_SET, "Not set", "No color is given: these agents have no mark of their own."),
    FacetGroup(
        WITHOUT_EFFECT, "Without effect", "A color in a file whose tool has no colors for agents."
    ),
    FacetGroup(
        NOT_RECOGNISED,
        "Not recognised",
        "A color that the tool does not have: most drop it in silence and show none.",
    ),
)


@cache
def color_groups() -> tuple[FacetGroup, ...]:
    """The groups of colors, in the order to show them in."""
    named = (
        FacetGroup(name, name.capitalize(), f"Agents that are marked in {name}.")
        for name in _NAMED_COLORS
    )
    return (*named, *_OTHER_COLORS)
