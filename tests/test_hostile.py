"""Hostile files reach no other page: those of good agents are as they are without them.

Some of a page is told of the whole catalog on purpose: who has the same name, a similar purpose or
the same tools, and where relative links lead. The hostile files here have none of that in common
with good ones, and the good ones are in every group of the navigation.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from attacked import built
from hostile import good_files, write_hostile
from sites import AGENT_CATALOG, BuiltSite, run, write_tree


@pytest.mark.parametrize("count", [60, pytest.param(800, marks=pytest.mark.long)])
def test_hostile_files_reach_no_page_of_good_ones(count: int, tmp_path: Path) -> None:
    good = {f"good/{path}": data for path, data in good_files(count).items()}
    alone = built(tmp_path / "alone", good)
    together = tmp_path / "together"
    write_tree(together / "agents", good)
    assert write_hostile(together / "agents/evil") >= 180
    done = run(AGENT_CATALOG, "build", "agents", "--out", "site", cwd=together)
    assert done.returncode == 0, done.stdout
    found = BuiltSite(together / "site", done.stdout)
    assert _changed(alone, found) == []
    assert len(found.pages) > len(alone.pages) + 120
    _assert_nothing_leaked(found)


def _changed(alone: BuiltSite, together: BuiltSite) -> list[str]:
    """What of the good agents is not the same: their pages, files, and data to compare."""
    before, after = alone.tree, together.tree
    of_good = [path for path in before if path.startswith(("agents/good/", "compare/good/"))]
    assert len(of_good) >= 3 * len(alone.catalog["agents"])
    return [path for path in of_good if before[path] != after.get(path)]


def _assert_nothing_leaked(site: BuiltSite) -> None:
    """Nothing that a link leads to, or that is no regular file, is published."""
    tree = site.tree
    assert not [
        path for path in tree if path.startswith(("agents/evil/link/", "compare/evil/link/"))
    ]
    leaks = (b"root:x:", b"PATH=/")
    assert not [path for path, data in tree.items() if any(each in data for each in leaks)]
    assert not [path for path in site.folder.rglob("*") if path.is_symlink()]
