"""GitHub's Markdown, with all that an agent's prompt holds kept in sight.

CommonMark by markdown-it-py, with GitHub's tables, strikethrough, autolinks, alerts and task
lists (<https://github.github.com/gfm/>), without raw HTML and footnotes: their source stays text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import table as table_rule
from markdown_it.rules_core import StateCore
from markdown_it.rules_core import inline as inline_rule
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import autolink as autolink_rule
from markdown_it.token import Token
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin

_RuleT = TypeVar("_RuleT")

TAGS = frozenset({"pseudo_tag", "comment"})
"""Types of the tokens that hold a tag or a comment as it is written."""

_ANGLE = re.compile(r"<(?:https?:|mailto:|[^\s<>:@]+@)", re.IGNORECASE)
_PSEUDO_TAG = re.compile(r"</?[^\W\d][\w.:-]*(?:[^\S\n][^<>\n]*)?/?>|<![A-Za-z][^<>\n]*>")
_CELL_END = re.compile(r"(?<!\\)\|")
_InlineRule = Callable[[StateInline, bool], bool]
_URL_REST = re.compile(r":(?://|[^\s@]{1,200}@)\S{1,2000}(?!\S)")
_LONGEST_SCHEME = len("(mailto")
_LONGEST_COMMENT = 4000
"""Characters; looking for the end of each comment that has none takes as long."""
_DEEPEST_BLOCK = 100
"""Of lists and quotes; a list counts twice."""
_DEEPEST_INLINE = 20
"""Of brackets; beyond, they are text. The time for a run of brackets grows with it."""


class _Markdown(MarkdownIt):
    """The parser, which takes any link for one: where it leads is judged later."""

    def validateLink(self, url: str) -> bool:
        return True


def github_markdown(writer: type[RendererHTML], highlight: Callable[[str, str], str]) -> MarkdownIt:
    """A parser of GitHub's Markdown.

    Args:
        writer: Writes the tokens.
        highlight: Marks up code, given its language in lower case; returns HTML.
    """
    markdown = _Markdown(
        "commonmark",
        {
            "html": False,
            "xhtmlOut": False,
            "maxNesting": _DEEPEST_BLOCK,
            "alerts": True,
            "strikethrough_single_tilde": True,
            "inline_definitions": True,
            "store_labels": True,
            "highlight": highlight,
        },
        renderer_cls=writer,
    )
    markdown.use(gfm_autolink_plugin).enable(["table", "strikethrough"])
    markdown.disable(["html_block", "html_inline"])
    markdown.core.ruler.at("normalize", _normalize)
    markdown.core.ruler.at("inline", _inline)
    markdown.core.ruler.push("tasks", _mark_tasks)
    markdown.core.ruler.push("lines", _keep_lines)
    markdown.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    markdown.block.ruler.before("table", "too_deep", _too_deep)
    markdown.inline.ruler.at("autolink", _autolink)
    markdown.inline.ruler.after("autolink", "pseudo_tag", _pseudo_tag)
    protocol = _protocol(_rule(markdown.inline.ruler, "gfm_autolink_protocol"))
    markdown.inline.ruler.at("gfm_autolink_protocol", protocol)
    return markdown


def _rule(ruler: Ruler[_RuleT], name: str) -> _RuleT:
    return next(rule.fn for rule in ruler.__rules__ if rule.name == name)


def _normalize(state: StateCore) -> None:
    """Normalizes line ends, but leaves NUL alone: it is to be seen."""
    state.src = state.src.replace("\r\n", "\n").replace("\r", "\n")


def _inline(state: StateCore) -> None:
    """Parses the text of blocks, with a limit of its own to nesting."""
    state.md.options["maxNesting"] = _DEEPEST_INLINE
    try:
        inline_rule(state)
    finally:
        state.md.options["maxNesting"] = _DEEPEST_BLOCK


def _too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Shows as written what is nested so deep that the parser would drop it."""
    if silent or state.level < _DEEPEST_BLOCK - 3:
        return False
    line = start + 1
    while line < end and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent):
        line += 1
    token = state.push("code_block", "code", 0)
    token.content = state.getLines(start, line, state.blkIndent, keepLastLF=True)
    token.map = [start, line]
    state.line = line
    return True


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parses a table; cells beyond its columns, which GitHub drops, stay in the last column."""
    first = len(state.tokens)
    if not table_rule(state, start, end, silent):
        return False
    tokens = state.tokens[first:]
    columns = sum(token.type == "th_open" for token in tokens)
    for at, token in enumerate(tokens):
        if "style" in token.attrs:
            align = str(token.attrs.pop("style")).rpartition(":")[2]
            token.attrs["class"] = f"ac-{align}"
        last = tokens[at - 2]
        if token.type == "tr_close" and tokens[at - 1].type == "td_close" and last.map:
            line = last.map[0]
            row = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
            cells = _CELL_END.split(row.strip().removeprefix("|").removesuffix("|"))
            if len(cells) > columns:
                rest = "|".join(cells[columns - 1 :])
                last.content = rest.replace(r"\|", "|").strip()
    return True


def _autolink(state: StateInline, silent: bool) -> bool:
    """Takes `<…>` for a link if it is one that is followed; `<role:name>` is a pseudo-tag."""
    return bool(_ANGLE.match(state.src, state.pos)) and autolink_rule(state, silent)


def _protocol(rule: _InlineRule) -> _InlineRule:
    """The rule for bare URLs, asked only where one may stand, and with little text before it.

    It rereads that text at each colon, and the URL at each of its brackets.
    """

    def guarded(state: StateInline, silent: bool) -> bool:
        if silent or state.src[state.pos] != ":" or not _URL_REST.match(state.src, state.pos):
            return False
        before, near = state.pending[:-_LONGEST_SCHEME], state.pending[-_LONGEST_SCHEME:]
        if before:
            state.pending = before
            state.pushPending()
            state.pending = near
        return rule(state, silent)

    return guarded


def _pseudo_tag(state: StateInline, silent: bool) -> bool:
    """Keeps a tag or a comment in one piece, so that no Markdown is read into it."""
    src, start = state.src, state.pos
    if src[start] != "<":
        return False
    if src.startswith("<!--", start):
        close = src.find("-->", start + 4, min(start + _LONGEST_COMMENT, state.posMax))
        if close < 0:
            return False
        end, kind = close + 3, "comment"
    else:
        tag = _PSEUDO_TAG.match(src, start, state.posMax)
        if not tag:
            return False
        end, kind = tag.end(), "pseudo_tag"
    if not silent:
        state.push(kind, "", 0).content = src[start:end]
    state.pos = end
    return True


def _mark_tasks(state: StateCore) -> None:
    """Turns `[ ] ` and `[x] ` at the start of a list item into a checkbox."""
    tokens = state.tokens
    for item, paragraph, inline in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if item.type != "list_item_open" or paragraph.type != "paragraph_open":
            continue
        text = inline.children[0] if inline.children else None
        if text and text.type == "text" and text.content.startswith(("[ ] ", "[x] ", "[X] ")):
            item.attrSet("class", "task-list-item")
            box = Token("task", "", 0, content=text.content[1:2])
            text.content = text.content[4:]
            inline.children = [box, *(inline.children or ())]


def _keep_lines(state: StateCore) -> None:
    """Keeps the line breaks of a paragraph in which a line starts or ends with a pseudo-tag."""
    for token in state.tokens:
        children = token.children or ()
        if any(child.type in TAGS for child in children):
            _harden(children)


def _harden(children: Sequence[Token]) -> None:
    breaks = {at for at, token in enumerate(children) if token.type == "softbreak"}
    edges = {-1, len(children)} | breaks
    if any(
        token.type in TAGS and not edges.isdisjoint((at - 1, at + 1))
        for at, token in enumerate(children)
    ):
        for at in breaks:
            children[at].type = "hardbreak"
