"""What all tests share: folders of real files, if this machine has them, and a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page, sync_playwright

import samples
from browsing import launched
from samples import Sample

# How long an example takes says more of a machine than of the code.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


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


@pytest.fixture(scope="session")
def siblings() -> Path:
    """Some 350 files of other tools than Claude Code, and of other kinds than agents."""
    return _folder("AGENT_CATALOG_SIBLINGS")


@pytest.fixture(scope="session")
def specimen_sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return samples.specimens(tmp_path_factory.mktemp("specimens"))


@pytest.fixture(scope="session")
def own_sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return samples.own(tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="session")
def preview_sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return samples.previews(tmp_path_factory.mktemp("previews"))


@pytest.fixture(scope="session")
def seeds_sample(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return samples.seeds(tmp_path_factory.mktemp("seeds"), seeds)


@pytest.fixture(scope="session")
def corpus_sample(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return samples.corpus(tmp_path_factory.mktemp("corpus"), corpus)


@pytest.fixture(
    params=[
        "specimen_sample",
        "own_sample",
        "preview_sample",
        pytest.param("seeds_sample", marks=pytest.mark.seeds),
        pytest.param("corpus_sample", marks=pytest.mark.corpus),
    ],
    scope="session",
)
def sample(request: pytest.FixtureRequest) -> Sample:
    """One site after the other."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Sample)
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium that asks nothing of the network by itself."""
    with sync_playwright() as playwright:
        chromium = launched(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()
