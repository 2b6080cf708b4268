"""The stylesheet, the scripts and the icons that the pages need, as files of the site."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from itertools import chain

STYLESHEET = "assets/agent-catalog.css"
SCRIPT = "assets/agent-catalog/agent-catalog.js"
"""A module that loads the others when a page needs them."""
FAVICON = "assets/agent-catalog/favicon.svg"
ICON = "assets/agent-catalog/icon.png"
"""The favicon on a ground of its own, 180 pixels wide and high."""
PREVIEW = "assets/agent-catalog/preview.png"
"""The picture for previews of any page, 1200 by 630 pixels."""
MARK = "agent-catalog/mark"
"""The catalog's mark in one color, by the name that the theme has for icons."""


def assets() -> Mapping[str, bytes]:
    """The content of each file, by its path below the site's root."""
    folders = [files(__package__).joinpath("assets", name) for name in ("scripts", "identity")]
    parts = chain.from_iterable(folder.iterdir() for folder in folders)
    target = SCRIPT.rpartition("/")[0]
    return {
        STYLESHEET: _stylesheet(),
        **{f"{target}/{each.name}": each.read_bytes() for each in parts},
    }


def _stylesheet() -> bytes:
    """The parts in one file, for a page asks for each file anew.

    What the others build on is first, and what overrules them on paper is last.
    """
    parts = files(__package__).joinpath("assets/styles").iterdir()
    place = {"base.css": 0, "print.css": 2}
    ordered = sorted(parts, key=lambda part: (place.get(part.name, 1), part.name))
    return b"\n".join(part.read_bytes() for part in ordered)
