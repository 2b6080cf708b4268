"""Characters that a reader does not see: which they are, and which belong to visible writing."""

from __future__ import annotations

import re
from collections.abc import Iterator

_CLASS = (
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 controls but tab and line feed
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, bidirectional, invisible operators
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    r"\ud800-\udfff"  # surrogates: no characters at all, and no UTF-8
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # shorthand and musical format controls
    r"\U000e0000-\U000e0fff]"  # tags and further variation selectors
)
RUNS = re.compile(f"{_CLASS}+")
"""Characters that may be unseen; what follows tells those that belong to visible writing."""

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


def invisible(text: str) -> Iterator[tuple[int, str]]:
    """The offset of each character that is unseen and no part of visible writing, and the character.

    Left out are joiners and variation selectors within emoji, joiners between the letters of
    scripts that need them, and line breaks.
    """
    for run in RUNS.finditer(text):
        for offset, (character, visible) in enumerate(judged(run), start=run.start()):
            if not visible and not (character == "\r" and text[offset + 1 : offset + 2] == "\n"):
                yield offset, character


def judged(run: re.Match[str]) -> list[tuple[str, bool]]:
    """Each character of the run, and whether it is a legitimate part of visible writing."""
    text, start, end = run.string, run.start(), run.end()
    if run[0] in _FLAG_TAGS and text[start - 1 : start] == _FLAG:
        return [(char, True) for char in run[0]]
    return [(text[at], _legitimate(text, at)) for at in range(start, end)]


def _legitimate(text: str, at: int) -> bool:
    char, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if "\ufe00" <= char <= "\ufe0f":
        return bool(_EMOJI_BASE.match(before)) and not RUNS.match(before)
    if "\U000e0100" <= char <= "\U000e01ef":
        return bool(_IDEOGRAPH.match(before))
    if char not in "\u200c\u200d":
        return False
    if _JOINING_LETTER.match(before) and _JOINING_LETTER.match(after):
        return True
    drawn = _PICTURE.match(before) or (before == "\ufe0f" and _legitimate(text, at - 1))
    return char == "\u200d" and bool(drawn) and bool(_PICTURE.match(after))
