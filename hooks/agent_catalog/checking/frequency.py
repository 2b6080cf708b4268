"""How often each rule is broken by real files, dated."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Frequency:
    """What was counted."""

    as_of: str
    repositories: int
    files: int
    """How many agent files of public repositories were checked."""
    found: Mapping[str, int]
    """In how many of them each rule has a finding, by its code."""


@cache
def frequency() -> Frequency:
    """The figures of `frequency.toml`."""
    text = files("agent_catalog.checking").joinpath("frequency.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Frequency(str(data["as_of"]), data["repositories"], data["files"], data["found"])
