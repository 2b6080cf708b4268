"""What stands in the values of YAML and is no part of them: comments, anchors and tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

import yaml

from agent_catalog.reading.marked_yaml import BREAKS, LOADER

_COMMENT = re.compile(r"[ \t]+(#[^\r\n]*)")
_CORE = frozenset({"str", "int", "float", "bool", "null", "seq", "map"})
"""Tags of YAML's core schema: https://yaml.org/spec/1.2.2/#103-core-schema."""

_Token: TypeAlias = Any
"""A token of PyYAML: to its stubs, what only some tokens have is not certain."""


class Aside(NamedTuple):
    """A comment behind an unquoted text, or an anchor or a tag before a text."""

    offset: int
    written: str
    """`# why`, `&name` or `!tag`."""
    text: str
    """What YAML takes for the text; of a comment that stands in place of it, nothing."""


def asides(lines: str) -> Iterator[Aside]:
    """What is lost of the texts in some lines of YAML; nothing, if they are none.

    Anchors are told whether or not an alias names them, tags only if YAML gives them no meaning.
    """
    unbroken = lines.translate(BREAKS)
    try:
        for _ in yaml.parse(unbroken, Loader=LOADER):
            pass
    except (yaml.YAMLError, ValueError, OverflowError):
        return
    for token, after in pairwise(yaml.scan(unbroken, Loader=LOADER)):
        yield from _between(lines, token, after)


def _between(lines: str, token: _Token, after: _Token) -> Iterator[Aside]:
    end = token.end_mark.index
    if isinstance(token, yaml.ScalarToken) and token.plain:
        yield from _comment(lines, end, token.value)
    elif isinstance(token, yaml.ValueToken) and isinstance(
        after, yaml.KeyToken | yaml.BlockEndToken
    ):
        yield from _comment(lines, end, "")
    elif isinstance(after, yaml.ScalarToken) and (
        isinstance(token, yaml.AnchorToken)
        or (isinstance(token, yaml.TagToken) and not _has_meaning(*token.value))
    ):
        start = token.start_mark.index
        yield Aside(start, lines[start:end], after.value)


def _comment(lines: str, end: int, text: str) -> Iterator[Aside]:
    if comment := _COMMENT.match(lines, end):
        yield Aside(comment.start(1), comment[1], text)


def _has_meaning(handle: str | None, suffix: str) -> bool:
    return suffix.removeprefix("tag:yaml.org,2002:") in _CORE and handle != "!"
