"""What keeps a frontmatter from being YAML, in words, and how to fix it.

Parsers say where they stopped and what they expected. Which mistake it is shows in what stands
there: a tab, a quote that nothing closes, a value that starts with a mark of YAML.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import yaml

from agent_catalog.reading.keys import Key
from agent_catalog.reading.marked_yaml import DOUBLED, IN_QUOTES, Refused

AS_BLOCK = "Write `|` after the key's colon and the whole value indented by two spaces below it."
_A_BLOCK = AS_BLOCK[0].lower() + AS_BLOCK[1:]

_VALUE = re.compile(r"^[ \t]*(?:(?:-[ \t]+)*[\w.-]+[ \t]*:|-)[ \t]+(?=\S)", re.MULTILINE)
"""What stands on a line before a value."""
_INDENTED = re.compile(r"[ \t]")


class Mistake(NamedTuple):
    """One mistake in a text that should be YAML."""

    offset: int
    what: str
    """In lower case and without a stop."""
    fix: str
    """As a sentence."""
    retry: str = "put the value in quotes"
    """What tools do that read the text at their second try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """A kind of mistake: what tells it, and what is said of it."""

    problem: str = ""
    """A pattern for what the parser says."""
    here: str = ""
    """Characters, one of which stands where the parser stopped."""
    opened: str = ""
    """Characters, one of which starts what the parser was reading."""
    value: str = ""
    """Characters, one of which starts the value that the place is in or behind."""
    before: str = ""
    """A pattern for what stands before the place."""
    after: str = ""
    """A pattern for what stands at the place and behind it."""
    place: Literal["here", "opened", "value"] = "here"
    """Which of the three places is told."""
    what: str
    fix: str
    retry: str = "put the value in quotes"


_KINDS = (
    _Kind(
        here="\t",
        what="a tab indents this line",
        fix="Indent with spaces; YAML takes no tab for indentation.",
        retry="take a tab for two spaces",
    ),
    _Kind(
        problem="end of stream|document indicator",
        opened="\"'",
        place="opened",
        what="a quote is opened here and never closed",
        fix=f"Close the quote at the end of the value. Or take it away, and {_A_BLOCK}",
    ),
    _Kind(opened='"', what="a backslash in double quotes starts no escape of YAML", fix=DOUBLED),
    _Kind(opened="*", place="opened", what="`*` starts an alias", fix=IN_QUOTES),
    _Kind(opened="&", place="opened", what="`&` starts an anchor", fix=IN_QUOTES),
    _Kind(opened="!", place="opened", what="`!` starts a tag", fix=IN_QUOTES),
    _Kind(
        opened="[",
        place="opened",
        what="`[` opens a list that does not end as one",
        fix="Close it with `]`, and part its entries by commas. If it is text, put the value in "
        "double quotes.",
    ),
    _Kind(
        opened="{",
        place="opened",
        what="`{` opens a map that does not end as one",
        fix="Close it with `}`, and part its entries by commas. If it is text, put the value in "
        "double quotes.",
    ),
    _Kind(
        problem="node content",
        value="[{",
        place="value",
        what="the bracket that opens the value is not closed",
        fix="Close it where the value ends. If it is text, put the value in double quotes.",
    ),
    _Kind(
        opened="|>",
        what="text follows the mark of a block on its line",
        fix="Write the text on the lines below the mark, indented by two spaces.",
    ),
    _Kind(
        problem="cannot start any token",
        here="@%",
        what="an unquoted value cannot start with `{here}`",
        fix=IN_QUOTES,
    ),
    _Kind(
        problem="cannot start any token",
        here="`",
        what="an unquoted value cannot start with a backtick",
        fix=IN_QUOTES,
    ),
    _Kind(
        opened="%",
        place="opened",
        what="`%` starts a directive of YAML",
        fix="Take the line out, or start it with `#` if it is a comment.",
    ),
    _Kind(
        problem="node content",
        here=",]}",
        what="an unquoted value cannot start with `{here}`",
        fix=IN_QUOTES,
    ),
    _Kind(
        problem="not allowed",
        here="-?",
        what="an unquoted value cannot start with `{here}` and a space",
        fix="Start a list on the line below its key. If it is text, put the value in double quotes.",
    ),
    _Kind(
        problem="expected ':'",
        place="opened",
        what="this line is no key, and not indented as a part of the value above",
        fix=AS_BLOCK,
    ),
    _Kind(
        problem="expected",
        before=r"(?:[\r\n]|\A)\Z",
        after="-",
        what="this line is no key, and not indented as a part of the value above",
        fix=AS_BLOCK,
    ),
    _Kind(
        problem="document start",
        what="a YAML document ends before this line",
        fix="Take out what ends it, such as a line `...`.",
    ),
    _Kind(
        problem="expected",
        before=r"(?:^|\s)#[^\r\n]*[\r\n]+[ \t]+\Z",
        what="a comment ends the value above, and this line goes on with it",
        fix=f"Take the comment out. Or, if it is text, {_A_BLOCK}",
    ),
    _Kind(
        value='"',
        what="text follows the quote that closes the value",
        fix=f'Put a backslash before each `"` within the value. Or take the outer quotes away, and {_A_BLOCK}',
    ),
    _Kind(
        value="'",
        what="text follows the quote that closes the value",
        fix=f"Write each `'` within the value twice. Or take the outer quotes away, and {_A_BLOCK}",
    ),
    _Kind(value="[{", what="text follows the bracket that closes the value", fix=IN_QUOTES),
    _Kind(value="*&!", what="the value starts with a mark of YAML", fix=IN_QUOTES),
    _Kind(
        problem="not allowed",
        after=r":[ \t]*(?:[\r\n]|\Z)",
        what="a colon ends a line of an unquoted value",
        fix=AS_BLOCK,
    ),
    _Kind(
        problem="not allowed",
        here=":",
        what="an unquoted value holds a colon and a space",
        fix=AS_BLOCK,
    ),
)

_OTHERWISE = _Kind(
    what="this line is indented otherwise than what it is a part of",
    fix="Start keys at the very left; indent all lines of a text alike, and all entries of a list.",
)


def mistake_of(text: str, error: yaml.YAMLError, keys: Sequence[Key]) -> Mistake:
    """The mistake for which a parser stopped.

    Args:
        text: What it read.
        error: What it says.
        keys: The keys of the text; one that agent tools do not see may be what is wrong.
    """
    if lost := next((key for key in keys if key.is_lost and not key.swallowed), None):
        return Mistake(lost.start, *hidden(lost))
    at = _index(error, "problem_mark", 0)
    if isinstance(error, Refused):
        return Mistake(at, str(error.problem), error.fix)
    begun = _index(error, "context_mark", at)
    place = _Place(text, str(getattr(error, "problem", "")), at, begun)
    kind = next((each for each in _KINDS if place.shows(each)), _OTHERWISE)
    offset = {"here": at, "opened": begun, "value": place.value}[kind.place]
    return Mistake(offset, kind.what.replace("{here}", place.here), kind.fix, kind.retry)


def hidden(key: Key) -> tuple[str, str]:
    """What hides a key from agent tools, and how to fix it."""
    name = f"`{key.name}`"
    what = fix = ""
    if key.wide:
        what, fix = f"has `{key.wide}` for a colon", "give it a plain colon and a space"
    elif key.joined:
        what, fix = "has no space behind its colon", "write a space behind its colon"
    if key.strayed:
        indented = "is indented by a tab" if "\t" in key.indent else "is indented"
        what = f"{indented} and {what}" if what else indented
        left = "start it as far left as the other keys"
        fix = f"{left}, and {fix}" if fix else left
    return f"{name} {what}", f"{fix[0].upper()}{fix[1:]}."


def _index(error: yaml.YAMLError, mark: str, otherwise: int) -> int:
    place = getattr(error, mark, None)
    return int(place.index) if place else otherwise


class _Place(NamedTuple):
    """Where a parser stopped."""

    text: str
    problem: str
    at: int
    begun: int

    @property
    def here(self) -> str:
        return self.text[self.at : self.at + 1]

    def shows(self, kind: _Kind) -> bool:
        """Whether everything that tells a kind of mistake is so here."""
        return bool(
            (not kind.problem or re.search(kind.problem, self.problem))
            and (not kind.here or self._is_in(kind.here, self.at))
            and (not kind.opened or self._is_in(kind.opened, self.begun))
            and (not kind.value or self._is_in(kind.value, self.value))
            and (not kind.before or re.search(kind.before, self.text[: self.at]))
            and (not kind.after or re.match(kind.after, self.text[self.at :]))
        )

    def _is_in(self, characters: str, offset: int) -> bool:
        return self.text[offset : offset + 1] in {*characters}

    @property
    def value(self) -> int:
        """Where the value starts that the place is in or behind; the end, if it is in none."""
        start = self.text.rfind("\n", 0, self.at) + 1
        values = [match.end() for match in _VALUE.finditer(self.text, 0, self.at)]
        goes_on = not self.here or self.here.isspace() or _INDENTED.match(self.text, start)
        return values[-1] if values and (values[-1] >= start or goes_on) else len(self.text)
