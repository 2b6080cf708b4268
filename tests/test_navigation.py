"""The catalog's sections stand where a navigation names them, and the others at its end."""

from __future__ import annotations

from typing import Any

import pytest

from agent_catalog.publishing.navigation import Section, add_sections, titles

HOME = Section("Crew", "index.md")
AGENTS = Section("Agents", "agents/index.md")
MODELS = Section("Models", "models/index.md", ("models/opus.md", "models/sonnet.md"))

GROUPS = {"Models": ["models/index.md", "models/opus.md", "models/sonnet.md"]}


@pytest.mark.parametrize(
    ("nav", "expected"),
    [
        ([], ["index.md", "agents/index.md", GROUPS]),
        (["guide.md"], ["index.md", "guide.md", "agents/index.md", GROUPS]),
        ([{"Home": "index.md"}, "guide.md"], [{"Home": "index.md"}, "guide.md", "agents/index.md", GROUPS]),
        (
            ["index.md", "models/index.md", {"Guide": ["guide.md"]}],
            ["index.md", GROUPS, {"Guide": ["guide.md"]}, "agents/index.md"],
        ),
        (
            ["index.md", {"By model": "models/index.md"}],
            ["index.md", {"By model": GROUPS["Models"]}, "agents/index.md"],
        ),
        (
            ["index.md", {"Catalog": ["agents/index.md", "models/index.md"]}],
            ["index.md", {"Catalog": ["agents/index.md", GROUPS]}],
        ),
        (
            ["index.md", "models/opus.md", "models/index.md"],
            [
                "index.md",
                "models/opus.md",
                {"Models": ["models/index.md", "models/sonnet.md"]},
                "agents/index.md",
            ],
        ),
    ],
)  # fmt: skip
def test_sections_in_a_navigation(nav: list[Any], expected: list[Any]) -> None:
    assert add_sections(nav, [HOME, AGENTS, MODELS]) == expected


def test_the_navigation_of_the_author_is_not_changed() -> None:
    nav = [{"Catalog": ["models/index.md"]}]
    add_sections(nav, [MODELS])
    assert nav == [{"Catalog": ["models/index.md"]}]


def test_titles_of_the_author() -> None:
    nav = ["a.md", {"B": "b.md"}, {"C": ["c.md", {"D": "d.md"}, {"E": [{"F": "f.md"}]}]}]
    assert list(titles(nav)) == [("b.md", "B"), ("d.md", "D"), ("f.md", "F")]
