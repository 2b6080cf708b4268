"""A few lines of a file around a place, short enough to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from agent_catalog.reading.text import LINE_BREAK

_WIDTH = 64
"""Characters of a line that are shown."""
_BEFORE = 40
"""Of these, how many stand before the place at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line, in three pieces."""

    number: int
    before: str
    at: str = ""
    """The character at the place; empty in other lines, and a space behind a line's end."""
    after: str = ""


def excerpt(text: str, line: int, column: int) -> tuple[Line, ...]:
    """The line of a place with one line around, long ones cut around the place.

    Args:
        text: The file.
        line: From 1.
        column: From 1, in characters.
    """
    lines = LINE_BREAK.split(text)
    if not text or line > len(lines):
        return ()
    last = len(lines) - (not lines[-1])
    shown = []
    for number in range(max(1, line - 1), min(max(last, line), line + 1) + 1):
        written = lines[number - 1]
        if number == line:
            shown.append(_marked(number, written, column - 1))
        else:
            shown.append(Line(number=number, before=_cut(written)))
    return tuple(shown)


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"


def _marked(number: int, text: str, at: int) -> Line:
    at = min(at, len(text))
    start = 0 if len(text) <= _WIDTH else min(max(0, at - _BEFORE), len(text) - _WIDTH)
    end = start + _WIDTH
    return Line(
        number=number,
        before=("…" if start else "") + text[start:at],
        at=text[at : at + 1] or " ",
        after=text[at + 1 : end] + ("…" if end < len(text) else ""),
    )
