"""No file takes more than seconds, megabytes or a page of a usual size, whatever it is made of."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from pathological import CASES, KIB, MIB, costs

MOST_SECONDS = 5
"""Of processor time, beyond what a harmless file takes."""
MOST_MEMORY = 100 * MIB
"""Beyond what a harmless file takes."""
LARGEST_PAGE = 2 * MIB

WORST = [
    *("prompt: square table", "prompt: headings underlined", "prompt: directions"),
    *("prompt: null characters", "prompt: images", "prompt: openers of links"),
    *("prompt: code that lexers stumble over", "prompt: bare URLs", "prompt: links to nowhere"),
    *("frontmatter: tools", "frontmatter: servers", "frontmatter: denied tools"),
    *("frontmatter: block scalars", "frontmatter: unclosed quotes", "frontmatter: keys"),
    *("frontmatter: aliases", "description: examples", "file: no text"),
]
"""Those that cost the most, or did so before there was a limit to them."""


def test_no_file_of_the_worst_costs_much() -> None:
    assert _excessive(WORST, 64 * KIB) == []


@pytest.mark.long
@pytest.mark.parametrize("kib", [1, 4, 16, 64])
def test_no_file_costs_much(kib: int) -> None:
    assert _excessive(CASES, kib * KIB) == []


def _excessive(names: Iterable[str], size: int) -> list[str]:
    """What costs more than is promised, and what ended the build."""
    harmless, *found = costs([("", 0), *((name, size) for name in names)])
    assert harmless.code == 0
    assert harmless.page > 10_000
    return [
        f"{each.name}: {each.cpu - harmless.cpu:.1f} s, "
        f"{(each.memory - harmless.memory) / MIB:.0f} MB, page of {each.page / MIB:.1f} MB, "
        f"exit status {each.code}"
        for each in found
        if each.cpu - harmless.cpu > MOST_SECONDS
        or each.memory - harmless.memory > MOST_MEMORY
        or each.page > LARGEST_PAGE
        or each.code
    ]
