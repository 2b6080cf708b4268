"""Text that was encoded twice: UTF-8 taken for Windows-1252 or Latin-1 and saved as UTF-8 again.

Each character of the text becomes two to four, such as `Ã©` for `é` and `â€™` for `’`. That they
are the bytes of a character again is chance only where a letter with an accent stands before
punctuation, as in `É…`; such a pair counts if what is around it says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

# What an encoding has no character for is taken for the control character of that number.
_BYTES = {chr(byte): byte for byte in range(0x80, 0x100)} | {
    bytes([byte]).decode("cp1252"): byte
    for byte in range(0x80, 0xA0)
    if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}
_NEXT = re.escape("".join(char for char, byte in _BYTES.items() if byte in range(0x80, 0xC0)))
_CHARACTER = re.compile(
    rf"[\xc2-\xdf][{_NEXT}]|[\xe0-\xef][{_NEXT}]{{2}}|[\xf0-\xf4][{_NEXT}]{{3}}"
)
_LEAD = re.compile(r"[\xc2-\xf4]")
"""What each run starts with: few texts that are not all ASCII have any."""
_RUN = re.compile(f"(?:{_CHARACTER.pattern})+")

_PUNCTUATION = frozenset("’‘“”»«›‹…–—™®©°\xa0")
"""What may stand behind a letter, of what is a byte of a character."""
_SIGNS = _PUNCTUATION | frozenset("±·¹²³")
"""What may also stand behind one that is a unit, as in `Å²`."""
_EXPECTED = re.compile(
    "[\xa0-\u017f\u0192\u01a0\u01a1\u01af\u01b0\u01cd-\u01dc\u0218-\u021b\u0391-\u03c9\u1e00-\u1eff]"
)
"""Letters that stand alone among those of English: of Latin script, or Greek ones in formulas."""


class Doubled(NamedTuple):
    """A run of characters that stand for others."""

    start: int
    end: int
    meant: str


def doubled(text: str) -> Iterator[Doubled]:
    """The runs of characters that are certain to be text encoded twice, and what is meant."""
    if text.isascii() or not _LEAD.search(text):
        return
    for run in _RUN.finditer(text):
        decoded = _decoded(run[0])
        if decoded and _is_certain(run, decoded):
            meant = as_meant(decoded)
            if not any(unicodedata.category(char) in {"Cc", "Cn", "Co"} for char in meant):
                yield Doubled(run.start(), run.end(), meant)


def as_meant(text: str) -> str:
    """A text with the characters for which those stand that were encoded twice, or more often."""
    while found := list(doubled(text)):  # each is longer than what it stands for
        parts, at = [], 0
        for each in found:
            parts += [text[at : each.start], each.meant]
            at = each.end
        text = "".join([*parts, text[at:]])
    return text


def _decoded(run: str) -> str:
    """The characters whose bytes a run is; none if they are no UTF-8."""
    try:
        return bytes(_BYTES[char] for char in run).decode()
    except UnicodeDecodeError:
        return ""


def _is_certain(run: re.Match[str], meant: str) -> bool:
    """Whether a run is none that people write."""
    if len(meant) > 1:
        return True
    if unicodedata.category(meant)[0] in "LM" and not _EXPECTED.match(meant):
        return False
    lead, rest = run[0][0], run[0][1:]
    signs = _PUNCTUATION if lead in "ÂÃ" else _SIGNS
    return not signs.issuperset(rest) or _is_out_of_place(run)


def _is_out_of_place(run: re.Match[str]) -> bool:
    """Whether a letter with signs behind it is none of the text around."""
    before = run.string[run.start() - 1 : run.start()]
    after = run.string[run.end() : run.end() + 1]
    lead, sign = run[0][0], run[0][-1]
    is_alone = not before or before.isspace()
    if not lead.isupper():
        return lead == "â" and is_alone
    if before.islower():
        return True
    if before.isupper():
        return after.isupper() and sign not in "—…·±"
    if lead in "ÂÃ":
        return is_alone or after.isalpha() or before.isdigit()
    return after.islower() and sign not in "–—…·±"
