"""Sentences of a prompt: what is said around a place, and under which words it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

_REACH = 400
"""Characters before and behind a place that may be of its sentence."""
_ABOVE = 4000
"""Characters above a line that are searched for what leads to it."""
_PLAIN = tuple(zip("’‘“”…—–•✅✓☐❌🚫⛔✗İ", "''\"\".;;----~~~~i", strict=True))
_ITEM = r"(?:[-+*]|\d+[.)])[ \t]"
BLOCK = rf"\n[ \t]*(?:\n|\Z|[>|#]|{_ITEM}|(?=~))"
"""A pattern for plain text: the end of a line that does not go on in the next one."""
_STARTS = re.compile(rf"{BLOCK}|[.!?][\"')*_`]*\s+(?=[\"'(*_`]*[A-Z])|\A(?:[>|]|#+\s|{_ITEM})")
_END = re.compile(rf"{BLOCK}|[.!?](?=[\"')*_`]*(?:\s|\Z))")
_IS_ITEM = re.compile(rf"[ \t]*(?:{_ITEM}|~)")
_LEAD = re.compile(r":[*_]*\s*\Z|\A\s*\*\*.+\*\*\s*\Z")
_HEADING = re.compile(r"#{1,6}\s")


def plain(text: str) -> str:
    """The text with marks as they are typed, character by character.

    Dashes become semicolons, for both part clauses. Signs that start lines become hyphens; those
    that say *not* become `~`.
    """
    if not text.isascii():
        for mark, typed in _PLAIN:  # a tenth of the time that `translate` takes
            text = text.replace(mark, typed)
    return text


@dataclass(frozen=True, slots=True)
class Sentence:
    """What stands around a place in its sentence: plain, on one line."""

    before: str
    after: str


def sentence(text: str, start: int, end: int) -> Sentence:
    """The sentence around a span, without the span itself."""
    begin = max(start - _REACH, 0)
    before = plain(text[begin : start + 1])  # what comes next tells whether a sentence ended
    first = max((match.end() for match in _STARTS.finditer(before)), default=0)
    after = plain(text[end : end + _REACH])
    last = _END.search(after)
    return Sentence(
        before[first : start - begin].replace("\n", " ").lstrip(),
        after[: last.start() if last else None].replace("\n", " ").rstrip(),
    )


def leads(text: str, offset: int) -> tuple[str, str]:
    """Under which words a line stands: the line that leads to its list, and the heading above.

    Both are plain, and empty if there is none nearby.
    """
    line, *above = reversed(plain(text[max(offset - _ABOVE, 0) : offset]).split("\n"))
    lead = ""
    searched = _IS_ITEM.match(line) is not None
    for each in above:
        if _HEADING.match(each):
            return lead, each
        if searched and each.strip() and _leads(each, line):
            lead = each if _LEAD.search(each) else ""
            searched = False
    return lead, ""


def _leads(above: str, item: str) -> bool:
    """Whether a line is no item of the same list, nor a part of one."""
    if _IS_ITEM.match(above):
        return _indent(above) < _indent(item)
    return _indent(above) <= _indent(item)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
