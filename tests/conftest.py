"""What all tests share: folders of real files, if this machine has them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def _folder(variable: str) -> Path:
    value = os.environ.get(variable)
    if not value:
        pytest.skip(f"{variable} names no folder of agent files")
    folder = Path(value)
    assert folder.is_dir(), f"{variable}: {folder} is no folder"
    return folder


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The five files the project started from."""
    return _folder("AGENT_CATALOG_SEEDS")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Some 1,500 agent files from public repositories."""
    return _folder("AGENT_CATALOG_CORPUS")
