"""The values that keys are documented to take, dated."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


@cache
def values() -> Mapping[str, Any]:
    """The lists of `values.toml`, by name."""
    text = files("agent_catalog.checking").joinpath("values.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))
