"""Names of agents that can stand in a comment as they are, whatever script they are written in.

A name comes from a stranger, and the comment is read as the project's own word. So a plain name is
a few words of letters and digits: nothing that Markdown, HTML or GitHub would act on (which is all
punctuation but what joins words), nothing unseen, and nothing that looks like another name or moves
the words around it.
"""

from __future__ import annotations

import re
import unicodedata

from agent_catalog.reading.invisible import RUNS

LONGEST_NAME = 64
"""Characters."""

_KINDS = {"Lu": "L", "Ll": "L", "Lt": "L", "Lm": "L", "Lo": "L", "Nd": "N", "Mn": "M", "Mc": "M"}
"""Letters, digits and marks, by their general category."""
_JOINERS = " _·・-"
_SHAPE = re.compile(r"(?:LM{0,4}|N)+(?:(?: - |[ ·・]|[-_]+)(?:LM{0,4}|N)+)*")
"""Words and what joins them. Of marks, a letter has four at most (<https://www.unicode.org/reports/tr39/#Optional_Detection>)."""
_WORDS = re.compile(f"[{_JOINERS}]+")
_AM = str.maketrans("", "", "\N{THAI CHARACTER SARA AM}\N{LAO VOWEL SIGN AM}")
"""Plain letters, which NFKC nevertheless takes apart."""
_EAST_ASIAN = frozenset(
    {"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"}
)
"""Scripts that are written together and, as in `SQL専門家`, with another one."""


def is_plain(name: str) -> bool:
    """Whether a name can stand in a comment as it is."""
    return (
        len(name) <= LONGEST_NAME
        and _SHAPE.fullmatch("".join(map(_kind, name))) is not None
        and not RUNS.search(name)
        and unicodedata.is_normalized("NFKC", name.translate(_AM))  # no letters of another style
        and all(map(_is_of_one_script, _WORDS.split(name)))
        and _runs_one_way(name)
    )


def _kind(character: str) -> str:
    other = character if character in _JOINERS else "?"
    return _KINDS.get(unicodedata.category(character), other)


def _is_of_one_script(word: str) -> bool:
    """Whether no letter or digit of a word can be taken for that of another script.

    The standard library does not know scripts, but characters are named by them.
    """
    letters = {unicodedata.name(each, "?").split()[0] for each in word if each.isalpha()}
    zeros = {ord(each) - unicodedata.decimal(each) for each in word if each.isdecimal()}
    return len(letters - _EAST_ASIAN) <= 1 and len(zeros) <= 1


def _runs_one_way(name: str) -> bool:
    """Whether it does not reorder itself or what stands around it.

    For a name from right to left these are the first two and the fourth condition of the Bidi Rule
    (<https://www.rfc-editor.org/rfc/rfc5893#section-2>); any other has no letter of that direction.
    """
    ways = [unicodedata.bidirectional(each) for each in name]
    if {"R", "AL", "AN"}.isdisjoint(ways):
        return True
    return ways[0] in {"R", "AL"} and "L" not in ways and not {"EN", "AN"} <= set(ways)
