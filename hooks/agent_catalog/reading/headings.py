"""The headings of a prompt, and the fragments that link to them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from agent_catalog.reading.text import is_dense

_MARKS = {"Mn", "Mc"}


def anchors(prompt: str) -> frozenset[str]:
    """The fragments by which GitHub links to the headings of a prompt, without `#`."""
    if is_dense(prompt):
        return frozenset()
    tokens = _markdown().parse(prompt)
    taken: dict[str, int] = {}
    return frozenset(
        unique(slug(plain_text(inline.children or ())), taken)
        for start, inline in pairwise(tokens)
        if start.type == "heading_open"
    )


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark")


def slug(text: str) -> str:
    """The fragment by which GitHub links to a heading of that text."""
    return "".join(
        "-" if char.isspace() else char
        for char in text.strip().lower()
        if char.isspace() or char.isalnum() or char in "-_" or unicodedata.category(char) in _MARKS
    )


def unique(slug: str, taken: dict[str, int]) -> str:
    """Numbers a slug that is taken, as GitHub does: `-1`, `-2`."""
    unique = slug
    while unique in taken:
        taken[slug] += 1
        unique = f"{slug}-{taken[slug]}"
    taken[unique] = 0
    return unique


def plain_text(children: Sequence[Token]) -> str:
    """The text of inline tokens, without what sets it off."""
    return "".join(
        plain_text(token.children)
        if token.children
        else " "
        if token.type in {"softbreak", "hardbreak"}
        else token.content
        for token in children
    )
