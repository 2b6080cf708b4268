"""The stylesheet and the scripts that the pages need, as files of the site."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

STYLESHEET = "assets/agent-catalog.css"
SCRIPT = "assets/agent-catalog/agent-catalog.js"
"""A module that loads the others when a page needs them."""


def assets() -> Mapping[str, bytes]:
    """The content of each file, by its path below the site's root."""
    scripts = files(__package__).joinpath("assets/scripts").iterdir()
    folder = SCRIPT.rpartition("/")[0]
    return {
        STYLESHEET: _stylesheet(),
        **{f"{folder}/{each.name}": each.read_bytes() for each in scripts},
    }


def _stylesheet() -> bytes:
    """The parts in one file, for a page asks for each file anew.

    What the others build on is first, and what overrules them on paper is last.
    """
    parts = files(__package__).joinpath("assets/styles").iterdir()
    place = {"base.css": 0, "print.css": 2}
    ordered = sorted(parts, key=lambda part: (place.get(part.name, 1), part.name))
    return b"\n".join(part.read_bytes() for part in ordered)
