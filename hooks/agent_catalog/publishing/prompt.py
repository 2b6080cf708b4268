"""The body of an agent file, which nobody vouches for, as safe HTML that shows all of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from time import process_time
from typing import TypeVar, cast
from urllib.parse import unquote, urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLinkText
from markdown_it.common.utils import escapeHtml, unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import table as table_rule
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import autolink as autolink_rule
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

from agent_catalog.publishing.characters import reveal, spelled_out

ID_PREFIX = "prompt-"
"""Starts every id of a rendered prompt, so that none meets an id of the page around it."""

_RuleT = TypeVar("_RuleT")
_Highlight = Callable[[str, str], str]

Resolve = Callable[[str], str | None]
"""Maps a relative link, percent-encoded, to the URL to link to; `None` if it leads nowhere."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, for the page's table of contents."""

    level: int
    """As shown: 3 for `<h3>`."""
    id: str
    """With `ID_PREFIX`."""
    text: str
    """Plain text, not escaped."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link or image that is relative, or that leads nowhere."""

    href: str
    """As written, percent-encoded."""
    target: str | None
    """Where it leads on the page; `None`: nowhere."""
    line: int
    """1-based, in the prompt."""


@dataclass(frozen=True, slots=True)
class RenderedPrompt:
    """A prompt as HTML, and what the page and the checks need to know of it."""

    html: str
    headings: tuple[Heading, ...]
    links: tuple[Link, ...]


class PromptRenderer:
    """Renders prompts as GitHub shows them, but with nothing hidden and nothing active.

    Markdown is GitHub's (tables, task lists, strikethrough, autolinks, alerts), without raw HTML
    and footnotes, whose source stays visible as text, and without images, of which the link
    remains. Everything passes an allow-list of elements, attributes, classes and URL schemes.

    Args:
        cache: Keeps what was rendered, by the SHA-256 of the text. A result is used again only
            if each of its links still leads to the same place.
        highlight: Whether code is highlighted.
    """

    def __init__(
        self, cache: MutableMapping[bytes, RenderedPrompt] | None = None, *, highlight: bool = True
    ) -> None:
        self._cache = {} if cache is None else cache
        self._markdown = _parser(_Highlighter() if highlight else _plain_code)
        self._cleaner = _cleaner()

    def render(self, text: str, resolve: Resolve) -> RenderedPrompt:
        """Renders one prompt; whatever the text is, this does not raise.

        Args:
            text: The prompt, as Markdown.
            resolve: Says where relative links lead.
        """
        key = sha256(text.encode("utf-8", "surrogatepass")).digest()
        known = self._cache.get(key)
        if known and all(
            resolve(link.href) == link.target for link in known.links if _is_path(link.href)
        ):
            return known
        rendered = self._cache[key] = self._render(text, resolve)
        return rendered

    def _render(self, text: str, resolve: Resolve) -> RenderedPrompt:
        tokens = self._markdown.parse(text)
        _mark_tasks(tokens)
        linking = []
        for token in tokens:
            kinds = {child.type for child in token.children or ()}
            if not kinds.isdisjoint(_LINKING):
                token.children = list(_linkable(token.children or ()))
                linking.append(token)
            if not kinds.isdisjoint(_TAGS):
                _keep_lines(token.children or ())
        _hide_used_definitions(tokens, linking)
        headings = tuple(_outline(tokens))
        ids = {heading.id for heading in headings}
        links = tuple(link for token in linking for link in _lead(token, ids, resolve))
        html = self._markdown.renderer.render(tokens, self._markdown.options, {})
        return RenderedPrompt(self._cleaner.clean(reveal(html)), headings, links)


_LINKING = frozenset({"link_open", "image"})
_TAGS = frozenset({"pseudo_tag", "comment"})


# Markdown: what is added to CommonMark.

_ANGLE = re.compile(r"<(?:https?:|mailto:|[^\s<>:@]+@)", re.IGNORECASE)
_PSEUDO_TAG = re.compile(r"</?[^\W\d][\w.:-]*(?:[^\S\n][^<>\n]*)?/?>|<![A-Za-z][^<>\n]*>")
_LIVE_CHARACTERS = re.compile(
    r"[\n!&*:<@\[\\\]_`w~]"
    r"(?:(?<![!:w])|(?<=!)(?=\[)|(?<=w)(?=ww\.)|(?<=http:|ttps:|ilto:))"
)


class _Markdown(MarkdownIt):
    """The parser, which takes any link for one: where it leads is judged later."""

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802
        return True


def _parser(highlight: _Highlight) -> MarkdownIt:
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
        renderer_cls=_Writer,
    )
    markdown.use(gfm_autolink_plugin).enable(["table", "strikethrough"])
    markdown.disable(["html_block", "html_inline"])
    markdown.core.ruler.at("normalize", _normalize)
    markdown.core.ruler.at("inline", _inline)
    for name, first, chains in _STARTS:
        rule = _starting_with(first, _rule(markdown.block.ruler, name))
        markdown.block.ruler.at(name, rule, {"alt": chains.split()})
    markdown.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    markdown.block.ruler.before("table", "too_deep", _too_deep)
    markdown.inline.ruler.at("autolink", _autolink)
    markdown.inline.ruler.after("autolink", "pseudo_tag", _pseudo_tag)
    protocol = _protocol(_rule(markdown.inline.ruler, "gfm_autolink_protocol"))
    markdown.inline.ruler.at("gfm_autolink_protocol", protocol)
    # The text between two of these is passed over at once: half of the parser's time.
    markdown.inline.terminator_re = _LIVE_CHARACTERS
    return markdown


def _rule(ruler: Ruler[_RuleT], name: str) -> _RuleT:
    return next(rule.fn for rule in ruler.__rules__ if rule.name == name)


def _normalize(state: StateCore) -> None:
    """Normalizes line ends, but leaves NUL alone: it is to be seen."""
    state.src = state.src.replace("\r\n", "\n").replace("\r", "\n")


def _inline(state: StateCore) -> None:
    """Parses the text of blocks, and passes over that without markup, which is most of it."""
    parser = state.md.inline
    state.md.options["maxNesting"] = _DEEPEST_INLINE
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = []
        if _LIVE_CHARACTERS.search(token.content):
            parser.parse(token.content, state.md, state.env, token.children)
        elif token.content:
            token.children.append(Token("text", "", 0, content=token.content))
    state.md.options["maxNesting"] = _DEEPEST_BLOCK


_DEEPEST_BLOCK = 100
"""Of lists and quotes; a list counts twice."""
_DEEPEST_INLINE = 20
"""Of brackets; beyond, they are text. The time for a run of brackets grows with it."""


def _starting_with(characters: str, rule: _BlockRule) -> _BlockRule:
    """The rule, not called where the line cannot be its own: most rules at most lines."""
    first = frozenset(characters)

    def guarded(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
        at = state.bMarks[start] + state.tShift[start]
        return state.src[at : at + 1] in first and rule(state, start, end, silent)

    return guarded


_BlockRule = Callable[[StateBlock, int, int, bool], bool]
_STARTS = (
    ("fence", "`~", "paragraph reference blockquote list"),
    ("blockquote", ">", "paragraph reference blockquote list"),
    ("hr", "*-_", "paragraph reference blockquote list"),
    ("list", "*+-0123456789", "paragraph reference blockquote"),
    ("reference", "[", ""),
    ("heading", "#", "paragraph reference blockquote"),
)
"""Block rules, what their lines start with, and which other blocks they end (as upstream)."""


def _too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
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


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
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


_CELL_END = re.compile(r"(?<!\\)\|")


def _autolink(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Takes `<…>` for a link if it is one that is followed; `<role:name>` is a pseudo-tag."""
    return bool(_ANGLE.match(state.src, state.pos)) and autolink_rule(state, silent)


def _protocol(rule: _InlineRule) -> _InlineRule:
    """The rule for bare URLs, asked only where one may stand, and with little text before it.

    It rereads that text at each colon, and the URL at each of its brackets.
    """

    def guarded(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
        if silent or state.src[state.pos] != ":" or not _URL_REST.match(state.src, state.pos):
            return False
        before, near = state.pending[:-_LONGEST_SCHEME], state.pending[-_LONGEST_SCHEME:]
        if before:
            state.pending = before
            state.pushPending()
            state.pending = near
        return rule(state, silent)

    return guarded


_InlineRule = Callable[[StateInline, bool], bool]
_URL_REST = re.compile(r":(?://|[^\s@]{1,200}@)\S{1,2000}(?!\S)")
_LONGEST_SCHEME = len("(mailto")


def _pseudo_tag(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Keeps a tag or a comment in one piece, so that no Markdown is read into it."""
    src, start = state.src, state.pos
    if src[start] != "<":
        return False
    if src.startswith("<!--", start):
        end, kind = src.find("-->", start + 4, state.posMax) + 3, "comment"
        if end < start:
            return False
    else:
        tag = _PSEUDO_TAG.match(src, start, state.posMax)
        if not tag:
            return False
        end, kind = tag.end(), "pseudo_tag"
    if not silent:
        state.push(kind, "", 0).content = src[start:end]
    state.pos = end
    return True


# From the parser's tokens to those that are written.


def _mark_tasks(tokens: Sequence[Token]) -> None:
    """Turns `[ ] ` and `[x] ` at the start of a list item into a checkbox."""
    for item, paragraph, inline in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if item.type != "list_item_open" or paragraph.type != "paragraph_open":
            continue
        text = inline.children[0] if inline.children else None
        if text and text.type == "text" and text.content.startswith(("[ ] ", "[x] ", "[X] ")):
            item.attrSet("class", "task-list-item")
            box = Token("task", "", 0, content=text.content[1:2])
            text.content = text.content[4:]
            inline.children = [box, *(inline.children or ())]


def _linkable(children: Sequence[Token]) -> Iterator[Token]:
    """Turns images into links, and gives a text to links that have none."""
    within = False
    for at, token in enumerate(children):
        if token.type == "image":
            href = str(token.attrs["src"])
            text = _plain(token.children or ()).strip() or _readable(href) or "![]()"
            if within:  # a link in a link is no HTML
                yield Token("image", "", 0, content=text, meta={"href": href})
            else:
                attrs: dict[str, str | int | float] = {**token.attrs, "href": href}
                attrs["class"] = "ac-image"
                yield Token("link_open", "a", 1, attrs=attrs, meta=token.meta)
                yield Token("text", "", 0, content=text)
                yield Token("link_close", "a", -1)
            continue
        yield token
        if token.type == "link_open":
            within = True
            if children[at + 1].type == "link_close":
                text = _readable(str(token.attrs["href"])) or "[]()"
                yield Token("text", "", 0, content=text)
        elif token.type == "link_close":
            within = False


def _keep_lines(children: Sequence[Token]) -> None:
    """Keeps the line breaks of a paragraph in which a line starts or ends with a pseudo-tag."""
    breaks = {at for at, token in enumerate(children) if token.type == "softbreak"}
    edges = {-1, len(children)} | breaks
    if any(
        token.type in _TAGS and not edges.isdisjoint((at - 1, at + 1))
        for at, token in enumerate(children)
    ):
        for at in breaks:
            children[at].type = "hardbreak"


def _outline(tokens: Sequence[Token]) -> Iterator[Heading]:
    """Moves the headings below the page's own, by depth of nesting and so without a gap."""
    open_levels: list[int] = []
    taken: dict[str, int] = {}
    for start, inline, end in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if start.type != "heading_open":
            continue
        text = _plain(inline.children or ()).strip()
        if not text:
            start.tag = end.tag = "p"
            inline.children = [Token("text", "", 0, content=start.markup)]
            continue
        level = int(start.tag[1])
        while open_levels and open_levels[-1] >= level:
            open_levels.pop()
        open_levels.append(level)
        shown = min(_PAGE_LEVELS + len(open_levels), 6)
        start.tag = end.tag = f"h{shown}"
        ident = start.attrs["id"] = ID_PREFIX + _unique(_slug(text) or "section", taken)
        yield Heading(shown, ident, text)


_PAGE_LEVELS = 2
"""The page has an `<h1>` and the prompt's own `<h2>` above the prompt."""


def _slug(text: str) -> str:
    """The fragment by which GitHub links to a heading of that text."""
    return "".join(
        "-" if char.isspace() else char
        for char in text.strip().lower()
        if char.isspace() or char.isalnum() or char in "-_" or unicodedata.category(char) in _MARKS
    )


_MARKS = {"Mn", "Mc"}


def _unique(slug: str, taken: dict[str, int]) -> str:
    """Numbers a slug that is taken, as GitHub does: `-1`, `-2`."""
    unique = slug
    while unique in taken:
        taken[slug] += 1
        unique = f"{slug}-{taken[slug]}"
    taken[unique] = 0
    return unique


def _hide_used_definitions(tokens: Sequence[Token], linking: Sequence[Token]) -> None:
    """Hides link reference definitions that a link uses; the others would hide text."""
    used = {
        child.meta["label"]
        for token in linking
        for child in token.children or ()
        if "label" in child.meta
    }
    for token in tokens:
        if token.type == "definition" and token.meta["id"] in used:
            token.hidden = True
            used.discard(token.meta["id"])  # a second definition of it has no effect


def _lead(inline: Token, ids: set[str], resolve: Resolve) -> Iterator[Link]:
    """Sets where the links of a paragraph lead; yields those to record."""
    line = inline.map[0] + 1 if inline.map else 1
    dead: Token | None = None
    for token in inline.children or ():
        if token.type in {"softbreak", "hardbreak"}:
            line += 1
        elif token.type == "comment":
            line += token.content.count("\n")
        elif token.type == "image":
            href = token.meta["href"]
            yield Link(href, _target(href, ids, resolve), line)
        elif token.type == "link_open":
            href = str(token.attrs["href"])
            target = _target(href, ids, resolve)
            if target is None:
                kind = "ac-dead-link ac-image" if "class" in token.attrs else "ac-dead-link"
                token.tag, token.attrs, dead = "span", {"class": kind}, token
                dead.meta = {"href": href}
            else:
                token.attrs["href"] = target
            if target is None or _is_path(href):
                yield Link(href, target, line)
        elif token.type == "link_close" and dead:
            token.tag, token.meta, dead = "span", dead.meta, None


_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


def _is_path(href: str) -> bool:
    """Whether it is for `Resolve` to say where this leads."""
    return bool(href) and not href.startswith(("#", "//")) and not _SCHEME.match(href)


def _target(href: str, ids: set[str], resolve: Resolve) -> str | None:
    if _is_path(href):
        return resolve(href)
    if href.startswith("#"):
        ident = ID_PREFIX + _slug(unquote(href[1:]))
        return f"#{ident}" if ident in ids else None
    return href if _is_followed(href) else None


def _is_followed(url: str) -> bool:
    try:
        parts = urlsplit(url)
        web = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # no host or port by that name
        return False
    return web or (parts.scheme == "mailto" and bool(parts.path))


def _plain(children: Sequence[Token]) -> str:
    """The text of inline tokens, without what sets it off."""
    return "".join(
        _plain(token.children)
        if token.children
        else " "
        if token.type in {"softbreak", "hardbreak"}
        else token.content
        for token in children
    )


def _readable(href: str) -> str:
    return normalizeLinkText(href)


class _Writer(RendererHTML):
    """Writes tokens as HTML: Material's markup where it has one for the purpose."""

    def renderToken(  # noqa: N802
        self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        token = tokens[idx]
        end = "\n" if token.block and token.nesting < 1 else ""
        if token.hidden:
            return end
        if token.nesting < 0:
            return f"</{token.tag}>{end}"
        return f"<{token.tag}{self.renderAttrs(token) if token.attrs else ''}>{end}"

    def alert_open(
        self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        return f'<div class="admonition {_ADMONITIONS[tokens[idx].info]}">\n'

    def alert_title_open(self, *_: object) -> str:
        return '<p class="admonition-title">'

    def table_open(self, *_: object) -> str:
        # Focusable, so that it scrolls by keyboard.
        return '<div class="ac-scroll" tabindex="0" role="group" aria-label="Table">\n<table>\n'

    def table_close(self, *_: object) -> str:
        return "</table>\n</div>\n"

    def task(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        if tokens[idx].content == " ":
            return '<input type="checkbox" disabled aria-label="to do"> '
        return '<input type="checkbox" disabled checked aria-label="done"> '

    def pseudo_tag(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        return f'<span class="ac-tag">{escapeHtml(tokens[idx].content)}</span>'

    def comment(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        text = escapeHtml(tokens[idx].content).replace("\n", "<br>\n")
        return f'<span class="ac-comment">{text}</span>'

    def definition(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        token = tokens[idx]
        if token.hidden:
            return ""
        title = f' "{token.meta["title"]}"' if token.meta["title"] else ""
        text = f"[{token.meta['label']}]: {_readable(token.meta['url'])}{title}"
        return f'<p class="ac-definition"><code>{escapeHtml(text)}</code></p>\n'

    def link_open(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        token = tokens[idx]
        if "title" in token.attrs:
            token.attrs["title"] = spelled_out(str(token.attrs["title"]))
        return f"<{token.tag}{self.renderAttrs(token)}>"

    def link_close(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        token = tokens[idx]
        href = _readable(token.meta.get("href", ""))
        # Shown unless it is the text already
        if not href or tokens[idx - 1].content == href:
            return f"</{token.tag}>"
        return f" <code>{escapeHtml(href)}</code></{token.tag}>"

    def image(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        return f'<span class="ac-image">{escapeHtml(tokens[idx].content)}</span>'

    def code_block(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        return _block(escapeHtml(tokens[idx].content))

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, _env: EnvType) -> str:
        info = unescapeAll(tokens[idx].info).strip()
        language = info.split()[0].lower() if info else ""
        label = f'<span class="filename">{escapeHtml(info)}</span>' if info else ""
        highlight = cast(_Highlight, options["highlight"])
        return _block(highlight(tokens[idx].content, language), label)


_ADMONITIONS = {
    "NOTE": "note",
    "TIP": "tip",
    "IMPORTANT": "info",
    "WARNING": "warning",
    "CAUTION": "danger",
}


def _block(code: str, label: str = "") -> str:
    # The empty element keeps a first empty line. Without scripts the focus makes long lines
    # scroll by keyboard; Material's script takes it from blocks that need no scrolling.
    return (
        f'<div class="highlight">{label}<pre><span></span><code tabindex="0">{code}</code></pre>'
        "</div>\n"
    )


def _plain_code(code: str, _language: str) -> str:
    return escapeHtml(code)


_CLASSES = {kind: name for kind, name in STANDARD_TYPES.items() if name not in {"n", "w"}}
"""Classes of what is coloured: plain names and white space are not."""


_LANGUAGES = frozenset(
    "bash batch c clojure cmake cpp csharp css cypher dart diff django docker elixir erlang fish "
    "fsharp gdscript go graphql groovy haskell html html+django http ini java javascript json jsx "
    "julia kotlin less lua make markdown nginx nixos objective-c perl php powershell properties "
    "protobuf python ruby rust scala scss solidity splus sql swift terraform tex toml tsx "
    "typescript typst vue xml yaml zig".split()
)
"""Lexers by their first alias: those of some use, and with no pattern that can run for seconds."""


class _Highlighter:
    """Marks up code by Pygments, whose short class names Material styles."""

    _LONGEST = 20_000
    """Characters; longer code is left plain."""
    _BUDGET = 0.5
    """Seconds of CPU time for one block, a hundred times what usual code takes.

    Many lexers take quadratic time for code made to that end.
    """

    def __init__(self) -> None:
        self._lexers: dict[str, Lexer | None] = {}
        self._cached = lru_cache(maxsize=1024)(self._highlight)

    def __call__(self, code: str, language: str) -> str:
        if not language or len(code) > self._LONGEST:
            return escapeHtml(code)
        return self._cached(code, language)

    def _lexer(self, language: str) -> Lexer | None:
        if language not in self._lexers:
            try:
                lexer = get_lexer_by_name(language, handlecodeblocks=False)
            except ClassNotFound:
                lexer = None
            known = lexer is not None and lexer.aliases[0] in _LANGUAGES
            self._lexers[language] = lexer if known else None
        return self._lexers[language]

    def _highlight(self, code: str, language: str) -> str:
        lexer = self._lexer(language)
        if lexer is None:
            return escapeHtml(code)
        end = process_time() + self._BUDGET
        parts: list[str] = []
        piece: list[str] = []
        name = ""
        for count, (_, kind, text) in enumerate(lexer.get_tokens_unprocessed(code)):
            following = _CLASSES.get(kind, "")
            if following != name:
                parts.append(_span(name, piece))
                name, piece = following, []
            piece.append(text)
            if not count % 8 and process_time() > end:
                return escapeHtml(code)
        parts.append(_span(name, piece))
        return "".join(parts)


def _span(name: str, piece: Sequence[str]) -> str:
    text = escapeHtml("".join(piece))
    return f'<span class="{name}">{text}</span>' if name else text


def _cleaner() -> nh3.Cleaner:
    """The allow-list: what the rules above write, and nothing else."""
    alignment = {"ac-left", "ac-center", "ac-right"}
    return nh3.Cleaner(
        tags={
            *("a", "blockquote", "br", "code", "div", "em", "h3", "h4", "h5", "h6", "hr", "input"),
            *("li", "ol", "p", "pre", "s", "span", "strong"),
            *("table", "tbody", "td", "th", "thead", "tr", "ul"),
        },
        clean_content_tags={"script", "style"},
        attributes={
            "a": {"href", "title"},
            "input": {"disabled", "checked", "aria-label"},
            "ol": {"start"},
            "span": {"title"},
            **{f"h{level}": {"id"} for level in range(3, 7)},
        },
        tag_attribute_values={
            "code": {"tabindex": {"0"}},
            "div": {"tabindex": {"0"}, "role": {"group"}, "aria-label": {"Table"}},
            "input": {"type": {"checkbox"}},
        },
        allowed_classes={
            "a": {"ac-image"},
            "div": {"ac-scroll", "admonition", "highlight", *_ADMONITIONS.values()},
            "li": {"task-list-item"},
            "p": {"ac-definition", "admonition-title"},
            "span": {
                *("ac-comment", "ac-dead-link", "ac-image", "ac-invisible", "ac-tag", "filename"),
                *STANDARD_TYPES.values(),
            },
            "td": alignment,
            "th": alignment,
        },
        id_prefix=ID_PREFIX,
        link_rel="nofollow noopener ugc",
        url_schemes={"http", "https", "mailto"},
    )
