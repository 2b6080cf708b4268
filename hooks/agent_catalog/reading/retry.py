"""The second try that some agent tools make where a frontmatter is no YAML."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

import yaml

from agent_catalog.reading.marked_yaml import read_mapping
from agent_catalog.reading.text import LINE_BREAK, Lines

BLOCK_HEADER = re.compile(r"[|>][-+0-9]*[ \t]*(?=[\r\n]|\Z)")
"""What a block of text starts with on the line of its key."""
QUOTED = re.compile(r"""(["'])(.*)\1""", re.DOTALL)
"""A value in quotes; the second group is what they hold, as written."""

_PAIR = re.compile(r"^([A-Za-z_-]+:[ \t]+)(\S[^\r\n\u2028\u2029]*)$", re.MULTILINE)
_LEADING_TABS = re.compile(r"^\t+", re.MULTILINE)
_RISKY = re.compile(r"[{}\[\]*&#!|>%@`]|: ")


_PLAIN_PAIR = re.compile(r"([a-zA-Z_][a-zA-Z0-9_]*)\s*:\s*(.*)")
"""A line that may become a block; one that is indented does not."""


class Retried(NamedTuple):
    """A text as it is tried once more."""

    text: str
    changed: dict[int, str]
    """The values that were changed, as written, by their keys' lines from 1."""
    added: tuple[int, ...] = ()
    """The lines of the text that were added."""

    def origin(self, line: int) -> int:
        """The line, from 1, that a line of the text was."""
        return line - bisect.bisect_left(self.added, line)


def retried(text: str, retry: str) -> Retried:
    """What a tool parses where a text is no YAML.

    Args:
        text: What stands between the fences.
        retry: What the tool does: `quotes`, `block`, or `none`.
    """
    return _RETRIES[retry](text)


def _as_it_is(text: str) -> Retried:
    return Retried(text, {})


def _in_quotes(text: str) -> Retried:
    """Risky values in quotes, tabs as spaces; Anthropic's own check does so in the open.

    A line that ends in CR LF stays as it is, a fault that users meet. See `validate-frontmatter.ts`
    of `anthropics/claude-plugins-official`.
    """
    lines = Lines(text)
    quoted: dict[int, str] = {}

    def quote(match: re.Match[str]) -> str:
        lead, value = match.groups()
        if not _is_risky(value):
            return match[0]
        quoted[lines.place(match.start())[0]] = value
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{lead}"{escaped}"'

    spaced = _LEADING_TABS.sub(lambda tabs: "  " * len(tabs[0]), _PAIR.sub(quote, text))
    return Retried(spaced, quoted)


def _in_blocks(text: str) -> Retried:
    """One-line values that hold a colon as blocks below `|-`, as OpenCode tries them.

    See `fallbackSanitization` in its `packages/opencode/src/config/markdown.ts`.
    """
    lines: list[str] = []
    changed: dict[int, str] = {}
    added: list[int] = []
    for line in LINE_BREAK.split(text):
        pair = _PLAIN_PAIR.fullmatch(line)
        value = pair[2].strip() if pair else ""
        if pair and ":" in value and value[0] not in {'"', "'"} and value not in {"|", ">"}:
            changed[len(lines) + 1] = value
            lines += [f"{pair[1]}: |-", f"  {value}"]
            added.append(len(lines))
        else:
            lines.append(line)
    return Retried("\n".join(lines), changed, tuple(added))


_RETRIES: Mapping[str, Callable[[str], Retried]] = {
    "quotes": _in_quotes,
    "block": _in_blocks,
    "none": _as_it_is,
}


def _is_risky(value: str) -> bool:
    if QUOTED.fullmatch(value) or BLOCK_HEADER.match(value) or not _RISKY.search(value):
        return False
    return not (value.startswith("[") and _is_yaml(value))


def _is_yaml(value: str) -> bool:
    try:
        read_mapping(f"value: {value}")
    except yaml.YAMLError:
        return False
    return True
