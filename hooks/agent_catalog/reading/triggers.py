"""Read the occasions to call an agent that newer agents list in their prompt."""

from __future__ import annotations

import re
from functools import partial
from itertools import dropwhile, islice, takewhile

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from agent_catalog.model.agent import Trigger
from agent_catalog.model.limits import MOST_EXAMPLES
from agent_catalog.reading.text import is_dense

_SECTION = re.compile(
    r"[\W\d_]{0,20}when to (?:invoke|use)(?: (?:this|the) (?:sub)?agent)?[\W_]{0,20}", re.IGNORECASE
)
_SECTION_LINE = re.compile(rf"^{_SECTION.pattern}$", re.IGNORECASE | re.MULTILINE)
_NAMED = re.compile(r"(\*\*|__)(?P<name>.+?)\1(?P<text>.*)", re.DOTALL)


def read_triggers(prompt: str) -> tuple[Trigger, ...]:
    """Read the occasions that a prompt lists under `When to invoke` or `When to use`.

    This is the form of newer agents, whose descriptions have no examples: a heading of any level,
    then a list. The list ends at the first block that is none, for what follows it without a
    heading is no longer about when.

    Args:
        prompt: The body of an agent file.

    Returns:
        One trigger for each top-level item, as written but on one line: its bold lead without the
        stop or colon at its end, and the text after it. Empty without such a section.
    """
    if not _SECTION_LINE.search(prompt) or is_dense(prompt):
        return ()
    blocks = SyntaxTreeNode(MarkdownIt("commonmark").disable("inline").parse(prompt)).children
    for number, block in enumerate(blocks):
        if block.type == "heading" and _SECTION.fullmatch(_inline(block)):
            section = takewhile(partial(_within, block), islice(blocks, number + 1, None))
            listed = takewhile(_is_list, dropwhile(lambda node: not _is_list(node), section))
            items = (item for found in listed for item in found.children)
            triggers = tuple(_trigger(_inline(item)) for item in islice(items, MOST_EXAMPLES))
            if triggers:
                return triggers
    return ()


def _within(heading: SyntaxTreeNode, block: SyntaxTreeNode) -> bool:
    return block.type != "heading" or block.tag > heading.tag


def _is_list(block: SyntaxTreeNode) -> bool:
    return block.type in {"bullet_list", "ordered_list"}


def _inline(block: SyntaxTreeNode) -> str:
    """Return the text of a block and all within it, on one line."""
    return " ".join(
        " ".join(node.content.split()) for node in block.walk() if node.type == "inline"
    )


def _trigger(text: str) -> Trigger:
    named = _NAMED.match(text)
    if named is None:
        return Trigger("", text)
    return Trigger(named["name"].rstrip(" .:：。"), named["text"].lstrip(" .:：—–-"))
