"""What a rendered prompt must not lose: its words and its list items."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import unquote

from markdown_it import MarkdownIt

_FENCE = re.compile(r"^[ \t]*-{3,}[ \t]*\r?$", re.MULTILINE)
_WORD = re.compile(r"[^\W_]+")
_LIST_NUMBER = re.compile(r"^[\s>*+-]*\d{1,9}[.)](?=\s)", re.MULTILINE)

_COMMONMARK = (
    MarkdownIt("commonmark", {"html": False})
    .enable(["table", "strikethrough"])
    .disable(["html_block", "html_inline"])
)
"""GitHub's lists, with raw HTML as the text that a model reads."""


class PromptReader(HTMLParser):
    """Reads the element with `data-agent-prompt`."""

    def __init__(self) -> None:
        super().__init__()
        self.items = 0
        """How many list items it has."""
        self.prompts = 0
        """How many such elements the page has."""
        self._text: list[str] = []
        self._seen: list[str] = []
        self._open: list[str] = []
        self._in_code = False

    @property
    def text(self) -> str:
        """Its text."""
        return "".join(self._text)

    @property
    def seen(self) -> str:
        """What a reader learns: the text, where links lead, which boxes are checked.

        Words are parted where the source has markup, which highlighted code has not.
        """
        return "".join(self._seen)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if "data-agent-prompt" in values:
            self.prompts += 1
            self._open = [tag]
        elif self._open:
            if tag == self._open[0]:
                self._open.append(tag)
            self.items += tag == "li"
            self._in_code |= tag == "pre"
            self._part()
            self._seen.append(unquote(values.get("href") or ""))
            self._seen.append("x" if "checked" in values else "")
            self._part()

    def handle_endtag(self, tag: str) -> None:
        if self._open and tag == self._open[0]:
            self._open.pop()
        self._in_code &= tag != "pre"
        self._part()

    def _part(self) -> None:
        if not self._in_code:
            self._seen.append(" ")

    def handle_data(self, data: str) -> None:
        if self._open:
            self._text.append(data)
            self._seen.append(data)


def read_prompt(html: str) -> PromptReader:
    """Read the prompt of a page."""
    reader = PromptReader()
    reader.feed(html)
    reader.close()
    return reader


def words(text: str) -> Counter[str]:
    """The words of a text, in lower case."""
    return Counter(_WORD.findall(text.lower()))


def share_shown(prompt: str, shown: str) -> float:
    """How many of a prompt's words a rendering shows, from 0 to 1; list numbers do not count."""
    written = words(_LIST_NUMBER.sub("", prompt))
    if not written:
        return 1.0
    return (written & words(shown)).total() / written.total()


def list_items(prompt: str) -> int:
    """How many list items CommonMark finds in a prompt."""
    return sum(token.type == "list_item_open" for token in _COMMONMARK.parse(prompt))


def prompt_of(data: bytes) -> str:
    """The prompt of an agent file: what follows its second line of dashes, if it starts with one.

    Simpler than the project's own reader, and none of its code.
    """
    text = data.decode(errors="replace")
    if not text.lstrip().startswith("---"):
        return text
    return textwrap.dedent(_FENCE.split(text, maxsplit=2)[-1])
