"""Plain text on a page, with the characters that a reader would not see made visible."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup, escape

from agent_catalog.model.limits import LARGEST_WRITTEN, MOST_UNSEEN
from agent_catalog.reading.invisible import RUNS, judged

_COMMAND = re.compile(r"\A(\s*):(?=:)|#(?=#\[)")
_WIDEST = len("[U+E0041]")
"""Bytes that a character takes at most, spelled out and escaped."""
_TAGS_AND_RUNS = re.compile(f"<[^<>]*>|{RUNS.pattern}")


def visible(text: str) -> Markup:
    """Escapes plain text for HTML and shows the invisible and bidirectional characters in it.

    Such a character becomes `<span class="ac-invisible" title="U+200B ZERO WIDTH SPACE">` with
    its code point as text; a run of the same one becomes one span. Left alone is what belongs to
    visible writing: joiners and variation selectors within emoji, joiners between the letters of
    scripts that need them, line breaks.
    """
    return Markup(RUNS.sub(_shown, str(escape(text.replace("\r\n", "\n")))))  # noqa: S704 (escaped just here)


class Written(NamedTuple):
    """A text as it is written, as HTML."""

    html: Markup
    cut: bool
    """Whether it is only the start of it."""


def written(text: str, largest: int = LARGEST_WRITTEN) -> Written:
    """Does what `visible` does to a long text, all of it or as much as is shown of one at most.

    Where there are too many invisible characters for elements of their own, they are spelled out.

    Args:
        text: Plain text.
        largest: Bytes of the HTML.
    """
    html = visible(text)
    if html.count('<span class="ac-invisible"') > MOST_UNSEEN:
        html = escape(spelled_out(text))
    if len(html) * 4 <= largest or len(html.encode("utf-8", "replace")) <= largest:
        return Written(html, cut=False)
    return Written(escape(spelled_out(text[: largest // _WIDEST])), cut=True)


def reveal(html: str) -> str:
    """Does what `visible` does to the text of an HTML fragment, and leaves its tags alone.

    Args:
        html: Markup in which `<` and `>` occur as delimiters of tags only.
    """
    if not RUNS.search(html):
        return html
    return _TAGS_AND_RUNS.sub(lambda m: m[0] if m[0][0] == "<" else _shown(m), html)


def spelled_out(text: str) -> str:
    """Replaces each invisible character by its code point, as in `[U+200B]`.

    For places that hold text but no elements: attributes, `<title>`, a terminal.
    """
    return RUNS.sub(
        lambda run: "".join(char if keep else f"[U+{ord(char):04X}]" for char, keep in judged(run)),
        text,
    )


def one_line(text: str) -> str:
    """The text on one line with nothing invisible in it, for logs and terminals.

    Neither a forged line nor a terminal's control sequence gets through, nor a command to the
    runner of GitHub Actions, which obeys lines of its log that start with `::` or hold `##[`
    (<https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>).
    """
    line = spelled_out(text).replace("\n", "[U+000A]").replace("\t", "[U+0009]")
    return _COMMAND.sub(_disarmed, line)


def _disarmed(command: re.Match[str]) -> str:
    return f"{command[1] or ''}[U+{ord(command[0][-1]):04X}]"


def _shown(run: re.Match[str]) -> str:
    """The run as HTML: what is legitimate as it is, the rest named."""
    return "".join(
        "".join(char for char, _ in group) if keep else _named(char, sum(1 for _ in group))
        for (char, keep), group in groupby(judged(run))
    )


def _named(char: str, times: int) -> str:
    point = f"U+{ord(char):04X}"
    name = unicodedata.name(char, "CONTROL CHARACTER")
    count = f" ×{times}" if times > 1 else ""
    return f'<span class="ac-invisible" title="{point} {name}">{point}{count}</span>'
