"""What the rules on prompts and tools find in real files: all of it was looked up, and nearly all is right."""

from __future__ import annotations

import csv
import os
from functools import cache
from pathlib import Path

import pytest

from agent_catalog.checking.catalog import check_catalog
from agent_catalog.checking.rules import SUBJECTS
from agent_catalog.model.catalog import Catalog
from agent_catalog.reading.catalog import read_catalog
from agent_catalog.reading.sources import Source

JUDGED = Path(__file__).parent / "data/judged-consistency.tsv"
"""Every finding, and 196 files without one that were drawn at random.

A finding is `right` or `wrong`. A file without one, of code `-`, is `wrong` if something was missed.
"""
CODES = {rule.code for rule in SUBJECTS["Consistency"]}


def judged() -> list[dict[str, str]]:
    with JUDGED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@cache
def checked(folder: Path) -> Catalog:
    """The files of a folder, each folder in it as a source of its own."""
    sources = [
        Source(each, each.name, each.name) for each in sorted(folder.iterdir()) if each.is_dir()
    ]
    return check_catalog(read_catalog(sources))


def told(folder: Path) -> set[tuple[str, str, str]]:
    found = (each for each in checked(folder).findings if each.code in CODES)
    return {(each.path, str(each.line), each.code) for each in found}


def of(folder: Path) -> list[dict[str, str]]:
    """What was judged of the files of a folder."""
    names = {each.name for each in folder.iterdir()}
    return [each for each in judged() if each["path"].split("/")[0] in names]


@pytest.fixture
def others() -> Path:
    """Files of other tools than Claude Code."""
    folder = os.environ.get("AGENT_CATALOG_SIBLINGS")
    if not folder:
        pytest.skip("AGENT_CATALOG_SIBLINGS names no folder of agent files")
    return Path(folder)


def test_enough_was_judged() -> None:
    rows = judged()
    found = [each for each in rows if each["code"] in CODES]
    assert len({each["path"] for each in rows}) >= 200
    assert {each["verdict"] for each in rows} == {"right", "wrong"}
    assert sum(each["verdict"] == "right" for each in found) >= 0.95 * len(found)
    assert {each["code"] for each in found} == CODES


@pytest.mark.corpus
def test_all_that_is_found_was_judged(corpus: Path) -> None:
    assert_judged(corpus)


def test_all_that_is_found_in_files_of_other_tools_was_judged(others: Path) -> None:
    assert_judged(others)


def assert_judged(folder: Path) -> None:
    rows = [each for each in of(folder) if each["code"] in CODES]
    found = told(folder)
    known = {(each["path"], each["line"], each["code"]) for each in rows}
    assert found <= known
    right = {
        (each["path"], each["line"], each["code"]) for each in rows if each["verdict"] == "right"
    }
    assert right <= found
    silent = {each["path"] for each in of(folder) if each["code"] == "-"}
    assert not silent & {path for path, _, _ in found}
