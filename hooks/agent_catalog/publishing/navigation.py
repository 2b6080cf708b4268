"""The catalog's sections in a site's navigation, which is plain lists, maps and paths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Navigation: TypeAlias = list[Any]
"""As `nav` of `mkdocs.yml` has it: paths, maps from a title to a path, and nested lists."""


@dataclass(frozen=True, slots=True)
class Section:
    """The pages of one part of the catalog."""

    title: str
    index: str
    """Path of the page that a navigation names to say where the section stands."""
    pages: tuple[str, ...] = ()
    """Paths of the pages below it."""


def add_sections(nav: Navigation, sections: Iterable[Section]) -> Navigation:
    """Put sections where the navigation names their index pages, and the others at its end.

    A page that the navigation names itself stays where it is. A section whose index page is the
    site's first page goes first if it is not named.
    """
    named = set(_paths(nav))
    entries = {section.index: _entry(section, named) for section in sections}
    rest = [entry for index, entry in entries.items() if index not in named]
    home = [entry for entry in rest if entry == "index.md"]
    return [*home, *_place(nav, entries), *(entry for entry in rest if entry != "index.md")]


def titles(nav: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 (a piece of YAML)
    """The paths that a navigation gives a title, each with it."""
    for value in nav if isinstance(nav, list) else ():
        for title, below in value.items() if isinstance(value, dict) else ():
            if isinstance(below, str):
                yield below, title
            else:
                yield from titles(below)


def _entry(section: Section, named: set[str]) -> Any:  # noqa: ANN401 (a piece of YAML)
    pages = [page for page in section.pages if page not in named]
    return {section.title: [section.index, *pages]} if pages else section.index


def _place(nav: Any, entries: Mapping[str, Any]) -> Any:  # noqa: ANN401 (a piece of YAML)
    if isinstance(nav, str):
        return entries.get(nav, nav)
    if isinstance(nav, list):
        return [_place(item, entries) for item in nav]
    if isinstance(nav, dict):
        return {title: _titled(_place(value, entries)) for title, value in nav.items()}
    return nav


def _titled(value: Any) -> Any:  # noqa: ANN401 (a piece of YAML)
    """What stands below a title of the author's: not another title."""
    return next(iter(value.values())) if isinstance(value, dict) else value


def _paths(nav: Any) -> Iterator[str]:  # noqa: ANN401 (a piece of YAML)
    """Every path that a navigation names."""
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, dict | list):
        for value in nav.values() if isinstance(nav, dict) else nav:
            yield from _paths(value)
