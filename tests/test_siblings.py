"""What becomes of files that are for other tools than Claude Code, or are no agents, one by one.

The table was filled by hand, file by file: what each is called, and whether it loads, by the rules
of the tool that it is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from agent_catalog.model.catalog import Catalog
from agent_catalog.reading.catalog import read_catalog
from siblings import sources, table

pytestmark = pytest.mark.siblings

JUDGED = "siblings.tsv"
NOT_LISTED = "not listed"
"""What is said of a file that nobody takes for an agent: a text or a table."""


@pytest.fixture(scope="module")
def catalog(siblings: Path) -> Catalog:
    return read_catalog(sources(siblings))


@pytest.fixture(scope="module")
def rows() -> Mapping[str, Mapping[str, str]]:
    return table(JUDGED)


def test_every_file_is_judged(siblings: Path, rows: Mapping[str, Mapping[str, str]]) -> None:
    files = (path for path in siblings.rglob("*") if path.is_file())
    assert {path.relative_to(siblings).as_posix() for path in files} == set(rows)


def test_each_file_becomes_what_its_tool_makes_of_it(
    catalog: Catalog, rows: Mapping[str, Mapping[str, str]]
) -> None:
    read = {
        f"{agent.source}/{agent.path}": {
            "format": agent.format.slug,
            "kind": agent.kind.value,
            "id": agent.id,
            "title": agent.name,
            "loads": "yes" if agent.loadable else "no",
        }
        for agent in catalog.agents
    }
    assert read == {
        path: {key: row[key] for key in ("format", "kind", "id", "title", "loads")}
        for path, row in rows.items()
        if not row["passed over"]
    }


def test_what_is_passed_over_is_told_with_its_reason(
    siblings: Path, rows: Mapping[str, Mapping[str, str]]
) -> None:
    skipped = {
        f"{source.label}/{each.path}": each.reason
        for source in sources(siblings)
        for each in read_catalog([source]).skipped
    }
    assert skipped == {
        path: row["passed over"]
        for path, row in rows.items()
        if row["passed over"] not in {"", NOT_LISTED}
    }
