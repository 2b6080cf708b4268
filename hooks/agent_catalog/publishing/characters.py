"""Plain text on a page, with the characters that a reader would not see made visible."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby

from markupsafe import Markup, escape

_CLASS = (
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 controls but tab and line feed
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, bidirectional, invisible operators
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    r"\ud800-\udfff"  # surrogates: no characters at all, and no UTF-8
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # shorthand and musical format controls
    r"\U000e0000-\U000e0fff]"  # tags and further variation selectors
)
_RUNS = re.compile(f"{_CLASS}+")
_TAGS_AND_RUNS = re.compile(f"<[^<>]*>|{_CLASS}+")

_PICTURE = re.compile(r"[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff]")
_EMOJI_BASE = re.compile(r"[0-9#*\u00a9\u00ae\u203c-\ufaff\U0001d000-\U0001faff]")
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_JOINING_LETTER = re.compile(r"[\u0600-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc]")
_FLAG = "\N{WAVING BLACK FLAG}"
_FLAG_TAGS = frozenset(
    "".join(chr(0xE0000 + ord(letter)) for letter in region) + "\U000e007f"
    for region in ("gbeng", "gbsct", "gbwls")
)
"""What follows the black flag in the three flags of this kind in use (UTS #51, RGI)."""


def visible(text: str) -> Markup:
    """Escapes plain text for HTML and shows the invisible and bidirectional characters in it.

    Such a character becomes `<span class="ac-invisible" title="U+200B ZERO WIDTH SPACE">` with
    its code point as text; a run of the same one becomes one span. Left alone is what belongs to
    visible writing: joiners and variation selectors within emoji, joiners between the letters of
    scripts that need them, line breaks.
    """
    return Markup(_RUNS.sub(_shown, str(escape(text.replace("\r\n", "\n")))))  # noqa: S704 (escaped just here)


def reveal(html: str) -> str:
    """Does what `visible` does to the text of an HTML fragment, and leaves its tags alone.

    Args:
        html: Markup in which `<` and `>` occur as delimiters of tags only.
    """
    if not _RUNS.search(html):
        return html
    return _TAGS_AND_RUNS.sub(lambda m: m[0] if m[0][0] == "<" else _shown(m), html)


def spelled_out(text: str) -> str:
    """Replaces each invisible character by its code point, as in `[U+200B]`.

    For places that hold text but no elements: attributes, `<title>`, a terminal.
    """
    return _RUNS.sub(
        lambda run: "".join(
            char if keep else f"[U+{ord(char):04X}]" for char, keep in _judged(run)
        ),
        text,
    )


def one_line(text: str) -> str:
    """The text on one line with nothing invisible in it, for logs and terminals.

    Neither a forged line nor a terminal's control sequence gets through.
    """
    return spelled_out(text).replace("\n", "[U+000A]").replace("\t", "[U+0009]")


def _shown(run: re.Match[str]) -> str:
    """The run as HTML: what is legitimate as it is, the rest named."""
    return "".join(
        "".join(char for char, _ in group) if keep else _named(char, sum(1 for _ in group))
        for (char, keep), group in groupby(_judged(run))
    )


def _named(char: str, times: int) -> str:
    point = f"U+{ord(char):04X}"
    name = unicodedata.name(char, "CONTROL CHARACTER")
    count = f" ×{times}" if times > 1 else ""
    return f'<span class="ac-invisible" title="{point} {name}">{point}{count}</span>'


def _judged(run: re.Match[str]) -> list[tuple[str, bool]]:
    """Each character of the run, and whether it is a legitimate part of visible writing."""
    text, start, end = run.string, run.start(), run.end()
    if run[0] in _FLAG_TAGS and text[start - 1 : start] == _FLAG:
        return [(char, True) for char in run[0]]
    return [(text[at], _legitimate(text, at)) for at in range(start, end)]


def _legitimate(text: str, at: int) -> bool:
    char, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if "\ufe00" <= char <= "\ufe0f":
        return bool(_EMOJI_BASE.match(before)) and not _RUNS.match(before)
    if "\U000e0100" <= char <= "\U000e01ef":
        return bool(_IDEOGRAPH.match(before))
    if char not in "\u200c\u200d":
        return False
    if _JOINING_LETTER.match(before) and _JOINING_LETTER.match(after):
        return True
    drawn = _PICTURE.match(before) or (before == "\ufe0f" and _legitimate(text, at - 1))
    return char == "\u200d" and bool(drawn) and bool(_PICTURE.match(after))
