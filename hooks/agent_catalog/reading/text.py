"""Bytes to text, and offsets of the text to lines and columns."""

from __future__ import annotations

import bisect
import codecs
import operator
import re
from dataclasses import dataclass, field
from itertools import accumulate, count

from agent_catalog.model.limits import MOST_MARKS

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

LINE_BREAK = re.compile(r"\r\n|\n|\r")
"""What editors count as the end of a line; `str.splitlines` knows six more."""


_MARK = re.compile(r"[\n\r\[\]`*_<>|!~\\&@#]|://|www\.")
"""What may mean something to Markdown, and so may become an element of its own."""


def is_dense(text: str) -> bool:
    """Whether a text has more marks of Markdown than a parser is given.

    What a parser takes, in time and memory, grows with them; some with their square.
    """
    return len(text) > MOST_MARKS and sum(1 for _ in _MARK.finditer(text)) > MOST_MARKS


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file and how faithful it is."""

    text: str
    encoding: str = "utf-8"
    broken_at: int | None = None
    """Offset in the text of the first byte that could not be decoded."""


def decode(data: bytes) -> Decoded:
    """Decode a file as agent tools do, or as near as it gets; never raises.

    Agent tools read UTF-8 and drop a byte order mark. UTF-16 is told by its mark; bytes
    that fit neither become U+FFFD, which is what those tools hand to the model.
    """
    mark, encoding = next(
        ((mark, name) for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), (b"", "utf-8")
    )
    payload = data[len(mark) :]
    try:
        return Decoded(payload.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        whole = payload[: error.start].decode(encoding)
        return Decoded(payload.decode(encoding, errors="replace"), encoding, broken_at=len(whole))


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a text, to tell where an offset stands."""

    text: str
    starts: list[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if "\r" in self.text:
            starts = [0, *(match.end() for match in LINE_BREAK.finditer(self.text))]
        else:  # ten times as fast; each line before has a break of one character
            lengths = accumulate(map(len, self.text.split("\n")[:-1]), initial=0)
            starts = list(map(operator.add, lengths, count()))
        object.__setattr__(self, "starts", starts)

    def place(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of an offset; one beyond the end is the end."""
        offset = min(offset, len(self.text))
        line = bisect.bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def width(self, line: int) -> int:
        """How many columns a 1-based line has, its break included; at least one."""
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        return max(end - self.starts[line - 1], 1)
