"""What becomes of files that are for other tools than Claude Code, or are no agents, one by one.

The table was filled by hand, file by file: what each is called, and whether it loads, by the rules
of the tool that it is for.
"""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from agent_catalog.model.catalog import Catalog
from agent_catalog.reading.catalog import read_catalog
from agent_catalog.reading.sources import Source
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
        agent.shown: {
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
        f"{source.shown}/{each.path}": each.reason
        for source in sources(siblings)
        for each in read_catalog([source]).skipped
    }
    assert skipped == {
        path: row["passed over"]
        for path, row in rows.items()
        if row["passed over"] not in {"", NOT_LISTED}
    }


@pytest.fixture(scope="module")
def confusion(
    siblings: Path,
    rows: Mapping[str, Mapping[str, str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[str, Counter[str]]:
    """How often agents of each format are taken for which, by what is in the files alone."""
    folder = tmp_path_factory.mktemp("plain")
    formats = {}
    for number, (path, row) in enumerate(rows.items()):
        if row["kind"] == "agent":
            name = f"{number:03}{Path(path).suffix}"
            shutil.copyfile(siblings / path, folder / name)
            formats[name] = row["format"]
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for agent in read_catalog([Source(folder)]).agents:
        found[formats.pop(agent.path)][agent.format.slug] += 1
    assert formats == {}
    return found


@pytest.mark.parametrize(
    ("format_", "least"),
    [("codex", 53), ("copilot", 64), ("opencode", 37)],
)
def test_a_file_tells_its_tool_without_its_path(
    confusion: Mapping[str, Counter[str]], format_: str, least: int
) -> None:
    matrix = "\n".join(f"{each}: {dict(counts)}" for each, counts in confusion.items())
    told = confusion[format_]
    assert told[format_] >= least, matrix
    assert set(told) <= {format_, "claude-code"}, matrix  # never taken for a third tool's
