"""The second try that agent tools make where a frontmatter is no YAML.

They put risky values in quotes and take tabs for spaces. Anthropic's own check does the same in
the open: `validate-frontmatter.ts` of `anthropics/claude-plugins-official`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml

from agent_catalog.reading.marked_yaml import read_mapping
from agent_catalog.reading.text import Lines

BLOCK_HEADER = re.compile(r"[|>][-+0-9]*[ \t]*(?=[\r\n]|\Z)")
"""What a block of text starts with on the line of its key."""
QUOTED = re.compile(r"""(["'])(.*)\1""", re.DOTALL)
"""A value in quotes; the second group is what they hold, as written."""

_PAIR = re.compile(r"^([A-Za-z_-]+:[ \t]+)(\S[^\r\n\u2028\u2029]*)$", re.MULTILINE)
_LEADING_TABS = re.compile(r"^\t+", re.MULTILINE)
_RISKY = re.compile(r"[{}\[\]*&#!|>%@`]|: ")


class Retried(NamedTuple):
    """A text as it is tried once more."""

    text: str
    quoted: dict[int, str]
    """The values that were put in quotes, as written, by line from 1."""


def retried(text: str) -> Retried:
    """What agent tools parse where a text is no YAML.

    They leave a line that ends in CR LF as it is, a fault their users meet: so does this.
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
