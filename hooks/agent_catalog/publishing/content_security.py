"""The Content-Security-Policy of pages: what a browser may run and load of them.

It is the last of several guards (https://www.w3.org/TR/CSP3/): whatever got into a page, no
script of it runs and nothing is fetched for it. Inline scripts of the theme are allowed by their
hashes, which are taken from pages without a word of an agent; those of a finished page would
allow what was put into it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser

from markupsafe import escape

DIRECTIVES: Mapping[str, tuple[str, ...]] = {
    "default-src": ("'none'",),
    "script-src": ("'self'", "'wasm-unsafe-eval'"),  # search is WebAssembly
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:"),  # the icons of the theme's stylesheets
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "media-src": ("'self'",),
    "form-action": ("'self'",),
    "base-uri": ("'none'",),
}
"""What all pages may do."""

_GOOGLE_FONTS = {
    "style-src": ("https://fonts.googleapis.com",),
    "font-src": ("https://fonts.gstatic.com",),
}
"""What the theme loads unless `theme.font` is `false`."""

_CHARSET = re.compile(r"<meta charset=[^>]*>", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.IGNORECASE | re.DOTALL)
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style\s*>", re.IGNORECASE | re.DOTALL)
_SOURCE = re.compile(r"""\ssrc\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_SHEET = re.compile(
    r"""<link\b(?=[^>]*\srel=["']?stylesheet)[^>]*?\shref=["']?([^"'\s>]+)""", re.IGNORECASE
)
_DATA = re.compile(r"""(?:\s+id="[\w-]+")?\s+type="application/(?:ld\+)?json"\s*""")
_ELSEWHERE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_MAY_BE_HANDLER = re.compile(r"""[nN](?<=[\s/"'][oO][nN])\w+\s*=""")
_STYLE_ATTRIBUTE = re.compile(r"\sstyle=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Active:
    """What of some pages is active by itself, and where they load more from."""

    scripts: frozenset[str] = frozenset()
    """The texts of inline scripts."""
    styles: frozenset[str] = frozenset()
    """The texts of inline style sheets."""
    loads: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """URLs of other hosts, by directive."""

    def __or__(self, other: Active) -> Active:
        return Active(
            self.scripts | other.scripts,
            self.styles | other.styles,
            {
                name: self.loads.get(name, frozenset()) | other.loads.get(name, frozenset())
                for name in sorted({*self.loads, *other.loads})
            },
        )


def active_parts(html: str) -> Active:
    """The scripts and style sheets of a page."""
    scripts, loaded = _scripts(html)
    sheets = filter(_ELSEWHERE.match, _SHEET.findall(html))
    return Active(
        scripts,
        frozenset(_STYLE.findall(html)),
        {"script-src": loaded, "style-src": frozenset(sheets)},
    )


def _scripts(html: str) -> tuple[frozenset[str], frozenset[str]]:
    """The texts of a page's inline scripts, and the URLs of those of other hosts."""
    scripts = _SCRIPT.findall(html)
    loaded = [source[1] for attributes, _ in scripts if (source := _SOURCE.search(attributes))]
    return (
        frozenset(
            text for attributes, text in scripts if text.strip() and not _DATA.fullmatch(attributes)
        ),
        frozenset(filter(_ELSEWHERE.match, loaded)),
    )


@dataclass(frozen=True)
class ContentSecurity:
    """The policy of a site's pages.

    Args:
        added: Sources that the site's owner adds, by directive.
        frame: What the theme puts into every page.
        fonts: Whether the theme loads fonts of Google.
    """

    added: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    frame: Active = field(default_factory=Active)
    fonts: bool = False

    def add_to(self, html: str, own: Active | None = None) -> str:
        """Put the policy into a page, before anything that it is about.

        Args:
            html: A whole page.
            own: What else of the page is its author's, and may be active. A page that holds
                texts of agents has nothing of the kind.
        """
        place = _CHARSET.search(html)
        if not place:
            return html
        meta = self._of_catalog
        if own:
            inline_styles = _STYLE_ATTRIBUTE.search(html) is not None
            meta = self._meta(self.frame | own, inline_styles=inline_styles)
        return f"{html[: place.end()]}{meta}{html[place.end() :]}"

    @cached_property
    def _of_catalog(self) -> str:
        """The policy of all pages of the catalog."""
        return self._meta(self.frame, inline_styles=False)

    def _meta(self, allowed: Active, *, inline_styles: bool) -> str:
        text = str(escape(self._text(allowed, inline_styles=inline_styles)))
        text = text.replace("&#39;", "'")
        return f'<meta http-equiv="Content-Security-Policy" content="{text}">'

    def _text(self, allowed: Active, *, inline_styles: bool) -> str:
        sources = {name: dict.fromkeys(values) for name, values in DIRECTIVES.items()}
        more: list[Mapping[str, Iterable[str]]] = [
            {"script-src": map(_hash, sorted(allowed.scripts))},
            {"style-src": map(_hash, sorted(allowed.styles))},
            {name: map(_as_source, sorted(urls)) for name, urls in allowed.loads.items()},
            _GOOGLE_FONTS if self.fonts else {},
            # As Markdown aligns the cells of tables with.
            {"style-src-attr": ("'unsafe-inline'",)} if inline_styles else {},
            self.added,
        ]
        for each in more:
            for name, values in each.items():
                sources.setdefault(name, {}).update(dict.fromkeys(values))
        return "; ".join(
            " ".join([name, *(value for value in values if value != "'none'" or len(values) == 1)])
            for name, values in sources.items()
        )

    def offences(self, html: str) -> Iterator[str]:
        """What a page that holds texts of agents would run though nobody vouches for it."""
        known = self.added.get("script-src", ())
        inline, loaded = _scripts(html)
        elsewhere = loaded - self.frame.loads.get("script-src", frozenset())
        yield from (f"the script {_start(url)}" for url in sorted(elsewhere.difference(known)))
        for text in sorted(inline - self.frame.scripts):
            if _hash(text) not in known:
                yield f"the inline script {_start(text)}"
        if _MAY_BE_HANDLER.search(html):
            handlers = _Handlers()
            handlers.feed(html)
            yield from handlers.found


def _hash(text: str) -> str:
    """The source by which a policy allows an inline script or style sheet."""
    digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _as_source(url: str) -> str:
    """The source by which a policy allows a URL: without what would end it, and its query."""
    whole = url if url.startswith("http") else f"https:{url}"
    return whole.partition("?")[0].replace(";", "%3B").replace(",", "%2C")


def _start(text: str) -> str:
    line = " ".join(text.split())
    return f"`{line[:60]}…`" if len(line) > 60 else f"`{line}`"  # noqa: PLR2004 (of a line)


class _Handlers(HTMLParser):
    """Finds inline event handlers."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [
            f"the event handler {name} of an element {tag}"
            for name, _ in attrs
            if name.startswith("on")
        ]
