"""Tokens of Markdown as HTML, in Material's markup, and the list of what may be in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import nh3
from markdown_it.common.normalize_url import normalizeLinkText
from markdown_it.common.utils import escapeHtml, unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pygments.token import STANDARD_TYPES

from agent_catalog.publishing.characters import spelled_out

ID_PREFIX = "prompt-"
"""Starts every id of a rendered prompt, so that none meets an id of the page around it."""

_ADMONITIONS = {
    "NOTE": "note",
    "TIP": "tip",
    "IMPORTANT": "info",
    "WARNING": "warning",
    "CAUTION": "danger",
}


class Writer(RendererHTML):
    """Writes tokens as HTML: Material's markup where it has one for the purpose."""

    def renderToken(
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
        text = f"[{token.meta['label']}]: {normalizeLinkText(token.meta['url'])}{title}"
        return f'<p class="ac-definition"><code>{escapeHtml(text)}</code></p>\n'

    def link_open(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        token = tokens[idx]
        if "title" in token.attrs:
            token.attrs["title"] = spelled_out(str(token.attrs["title"]))
        return f"<{token.tag}{self.renderAttrs(token)}>"

    def link_close(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        token = tokens[idx]
        href = normalizeLinkText(token.meta.get("href", ""))
        # Shown unless it is the text already
        written = href + token.meta.get("title", "")
        if not href or tokens[idx - 1].content == written:
            return f"</{token.tag}>"
        return f" <code>{escapeHtml(written)}</code></{token.tag}>"

    def image(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        token = tokens[idx]
        written = normalizeLinkText(token.meta["href"]) + token.meta["title"]
        address = "" if token.content == written else f" <code>{escapeHtml(written)}</code>"
        return f'<span class="ac-image">{escapeHtml(token.content)}{address}</span>'

    def code_block(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        return code_block(escapeHtml(tokens[idx].content))

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, _env: EnvType) -> str:
        info = unescapeAll(tokens[idx].info).strip()
        language = info.split()[0].lower() if info else ""
        label = f'<span class="filename">{escapeHtml(info)}</span>' if info else ""
        highlight = cast("Callable[[str, str], str]", options["highlight"])
        return code_block(highlight(tokens[idx].content, language), label)


def code_block(code: str, label: str = "") -> str:
    """A block of code that is HTML already, as HTML."""
    # The empty element keeps a first empty line. Without scripts the focus makes long lines
    # scroll by keyboard; Material's script takes it from blocks that need no scrolling.
    return (
        f'<div class="highlight">{label}<pre><span></span><code tabindex="0">{code}</code></pre>'
        "</div>\n"
    )


def cleaner() -> nh3.Cleaner:
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
