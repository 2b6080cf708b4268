"""The body of an agent file, which nobody vouches for, as safe HTML that shows all of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from urllib.parse import unquote

from markdown_it.common.normalize_url import normalizeLinkText
from markdown_it.token import Token
from pydantic import AnyUrl

from agent_catalog.model.limits import (
    LARGEST_MARKDOWN,
    LONGEST_HEADING,
    LONGEST_LINKS,
    MOST_HEADINGS,
    MOST_MARKS,
    MOST_UNSEEN,
    cut,
)
from agent_catalog.publishing.characters import reveal, written
from agent_catalog.publishing.highlighting import Highlighter, plain_code
from agent_catalog.publishing.markdown import github_markdown
from agent_catalog.publishing.markup import ID_PREFIX, Writer, cleaner, code_block
from agent_catalog.reading.headings import plain_text, slug, unique
from agent_catalog.reading.invisible import invisible
from agent_catalog.reading.text import is_dense

Resolve = Callable[[str], str | None]
"""Maps a relative link, percent-encoded, to the URL to link to; `None` if it leads nowhere."""

_PAGE_LEVELS = 2
"""The page has an `<h1>` and the prompt's own `<h2>` above the prompt."""
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_FOLLOWED = re.compile(r"https?://|mailto:.", re.IGNORECASE)


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
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    error: str = ""
    """What failed, if the text could only be shown as it is written."""
    beyond: str = ""
    """What there is too much of, if the text is shown as it is written for that."""
    cut: bool = False
    """Whether even so not all of it is shown."""


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
        self._used: set[bytes] = set()
        self._highlighter = Highlighter()
        self._markdown = github_markdown(Writer, self._highlighter if highlight else plain_code)
        self._cleaner = cleaner()

    def render(self, text: str, resolve: Resolve) -> RenderedPrompt:
        """Renders one prompt; whatever the text is, this does not raise.

        Args:
            text: The prompt, as Markdown.
            resolve: Says where relative links lead.
        """
        key = sha256(text.encode("utf-8", "surrogatepass")).digest()
        self._used.add(key)
        known = self._cache.get(key)
        if known and all(
            resolve(link.href) == link.target for link in known.links if _is_path(link.href)
        ):
            return known
        try:
            _limit(text)
            rendered = self._render(text, resolve)
        except _BeyondError as error:
            rendered = replace(self._plain(text), beyond=str(error))
        except Exception as error:  # noqa: BLE001 (a parser's fault must not cost all other pages)
            rendered = replace(self._plain(text), error=type(error).__name__)
        self._cache[key] = rendered
        return rendered

    def forget(self) -> None:
        """Drop from the cache what was not asked for since the last call."""
        for key in self._cache.keys() - self._used:
            del self._cache[key]
        self._used.clear()

    def _plain(self, text: str) -> RenderedPrompt:
        html, is_cut = written(text)
        return RenderedPrompt(self._cleaner.clean(code_block(html)), cut=is_cut)

    def _render(self, text: str, resolve: Resolve) -> RenderedPrompt:
        self._highlighter.start()
        tokens = self._markdown.parse(text)
        linking = [token for token in tokens if _has_links(token)]
        _limit_links(linking)
        for token in linking:
            token.children = list(_linkable(token.children or ()))
        _hide_used_definitions(tokens, linking)
        headings = tuple(_outline(tokens))
        ids = {heading.id for heading in headings}
        links = tuple(link for token in linking for link in _lead(token, ids, resolve))
        html = self._markdown.renderer.render(tokens, self._markdown.options, {})
        html = self._cleaner.clean(reveal(html))
        if len(html.encode("utf-8", "replace")) > LARGEST_MARKDOWN:
            raise _BeyondError(f"it would take more than {LARGEST_MARKDOWN:,} bytes of HTML")
        return RenderedPrompt(html, headings[:MOST_HEADINGS], links)


class _BeyondError(Exception):
    """There is too much of something for a text to be shown as Markdown."""


def _limit(text: str) -> None:
    if is_dense(text):
        raise _BeyondError(f"it has more than {MOST_MARKS:,} lines and marks of Markdown")
    if sum(1 for _ in islice(invisible(text), MOST_UNSEEN + 1)) > MOST_UNSEEN:
        raise _BeyondError(f"it has more than {MOST_UNSEEN:,} invisible characters")


def _limit_links(linking: Sequence[Token]) -> None:
    """Refuse what makes a long text of a short one: a definition that many links use."""
    total = sum(
        len(str(value))
        for token in linking
        for child in token.children or ()
        for value in child.attrs.values()
    )
    if total > LONGEST_LINKS:
        raise _BeyondError(f"its links lead to more than {LONGEST_LINKS:,} characters of addresses")


def _has_links(token: Token) -> bool:
    return any(child.type in {"link_open", "image"} for child in token.children or ())


def _linkable(children: Sequence[Token]) -> Iterator[Token]:
    """Turns images into links, and gives a text to links that have none."""
    within = False
    for at, token in enumerate(children):
        if token.type == "image":
            href = str(token.attrs["src"])
            text = plain_text(token.children or ()).strip() or normalizeLinkText(href) or "![]()"
            if within:  # a link in a link is no HTML
                title = f' "{token.attrs["title"]}"' if "title" in token.attrs else ""
                yield Token("image", "", 0, content=text, meta={"href": href, "title": title})
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
                text = normalizeLinkText(str(token.attrs["href"])) or "[]()"
                yield Token("text", "", 0, content=text)
        elif token.type == "link_close":
            within = False


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
                title = f' "{token.attrs["title"]}"' if "title" in token.attrs else ""
                token.tag, token.attrs, dead = "span", {"class": kind}, token
                dead.meta = {"href": href, "title": title}
            else:
                token.attrs["href"] = target
            if target is None or _is_path(href):
                yield Link(href, target, line)
        elif token.type == "link_close" and dead:
            token.tag, token.meta, dead = "span", dead.meta, None


def _is_path(href: str) -> bool:
    """Whether it is for `Resolve` to say where this leads."""
    return bool(href) and not href.startswith(("#", "//")) and not _SCHEME.match(href)


def _target(href: str, ids: set[str], resolve: Resolve) -> str | None:
    if _is_path(href):
        return resolve(href)
    if href.startswith("#"):
        ident = ID_PREFIX + slug(unquote(href[1:]))[:LONGEST_HEADING]
        return f"#{ident}" if ident in ids else None
    return href if _is_followed(href) else None


def _is_followed(url: str) -> bool:
    """Whether the sanitizer, which has the same parser, lets this URL through."""
    if not _FOLLOWED.match(url):
        return False
    try:
        AnyUrl(url)
    except ValueError:
        return False
    return True


def _outline(tokens: Sequence[Token]) -> Iterator[Heading]:
    """Moves the headings below the page's own, by depth of nesting and so without a gap."""
    open_levels: list[int] = []
    taken: dict[str, int] = {}
    for start, inline, end in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if start.type != "heading_open":
            continue
        text = plain_text(inline.children or ()).strip()
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
        name = slug(text)[:LONGEST_HEADING] or "section"
        ident = start.attrs["id"] = ID_PREFIX + unique(name, taken)
        yield Heading(shown, ident, cut(text, LONGEST_HEADING))
