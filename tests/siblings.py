"""Files of tools beside Claude Code as they were found in public repositories, and judgements on them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from agent_catalog.reading.sources import Source

_DATA = Path(__file__).parent / "data"


def table(name: str) -> Mapping[str, Mapping[str, str]]:
    """The rows of a table of judgements, by the paths that they are about."""
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    found = {row["path"]: row for row in rows}
    assert len(found) == len(rows), f"{name}: a path stands twice"
    return found


def sources(folder: Path, *groups: str) -> Iterator[Source]:
    """Each repository of the groups, or of all, as a source of its own; groups go by tools."""
    for group in sorted(each for each in folder.iterdir() if each.is_dir()):
        if not groups or group.name in groups:
            for each in sorted(group.iterdir()):
                yield Source(each, f"{group.name} {each.name}", f"{group.name}/{each.name}")
