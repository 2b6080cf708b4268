"""Colors as files write them, for marks that show them."""

from __future__ import annotations

import re

_CSS_COLOR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})|[a-z]{3,20}", re.ASCII)
"""A hex value or what may be a color's name; a browser paints nothing for a name that is none."""


def paint(written: str) -> str:
    """A color that a file names, as SVG's `fill` takes it; empty if it can be none."""
    color = written.strip().lower()
    return color if _CSS_COLOR.fullmatch(color) else ""
