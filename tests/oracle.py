"""Judges finished pages by what a browser would make of them; shares no code with the project.

Two judgements: `unsafe` knows what can act on any page, and `Frame.strange` knows what pages of
harmless agents are made of, so that whatever else an agent brings into its page is seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import html5lib

ACTIVE = frozenset(
    {
        *("script", "style", "iframe", "frame", "frameset", "object", "embed", "applet", "portal"),
        *("base", "link", "meta", "title", "form", "template", "noscript", "svg", "math"),
        *("audio", "video", "source", "track", "img", "image", "picture", "marquee", "dialog"),
        *("textarea", "select", "option", "button", "keygen", "isindex", "xmp", "plaintext"),
        *("noembed", "noframes", "listing", "bgsound", "layer", "fencedframe", "param"),
    }
)
"""Elements that run, load, take input or change how the rest is read."""

_LOADS = frozenset(
    {
        *("src", "srcset", "data", "poster", "background", "action", "formaction", "codebase"),
        *("ping", "manifest", "archive", "classid", "code", "lowsrc", "dynsrc", "profile", "from"),
        *("to", "values", "by", "longdesc", "cite", "usemap", "icon", "imagesrcset"),
    }
)
"""Attributes with URLs that a browser fetches, follows by itself or writes into others."""

_PROMPT = {
    "a": {"href", "title", "rel", "class"},
    "blockquote": set(),
    "br": set(),
    "code": {"tabindex"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "em": set(),
    **{f"h{level}": {"id"} for level in range(3, 7)},
    "hr": set(),
    "input": {"type", "disabled", "checked", "aria-label"},
    "li": {"class"},
    "ol": {"start"},
    "p": {"class"},
    "pre": set(),
    "s": set(),
    "span": {"class", "title"},
    "strong": set(),
    **{tag: set() for tag in ("thead", "tbody", "tr", "ul")},
    **{tag: {"class"} for tag in ("table", "td", "th")},
}
"""What a rendered prompt is made of."""

_FOLLOWED = frozenset({"http", "https", "mailto"})
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_BLANK = "".join(map(chr, range(0x21)))
_INLINE_ENDS = re.compile(r"[\t\n\r]")
_TELLING = frozenset({"canonical", "alternate", "prev", "next"})
"""What `<link>` tells of a page without anything being fetched."""
_COLOR = re.compile(r"[a-z]+|#[0-9a-f]{3,8}")
_CODE_POINT = re.compile(r"U\+[0-9A-F]{4,6}( [A-Z0-9 -]+)?")
_SCRIPTED = frozenset({"button", "form", "option"})
"""Elements that are ours if their attributes are, whatever the values."""


@dataclass(frozen=True, slots=True)
class Node:
    """An element as a browser has it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    """All text in it."""
    comment: bool = False
    parent: Node | None = None
    in_prompt: bool = False
    """Whether it stands within a rendered prompt."""

    def __str__(self) -> str:
        if self.comment:
            return f"<!--{self.text[:80]}-->"
        values = "".join(f' {name}="{value[:80]}"' for name, value in self.attributes.items())
        return f"<{self.tag}{values}>"


def nodes(html: str) -> Iterator[Node]:
    """Every element and comment of a page, parents first."""
    parser = html5lib.HTMLParser(
        html5lib.getTreeBuilder("etree", fullTree=False), namespaceHTMLElements=False
    )
    yield from _walk(parser.parse(html, scripting=True), None, in_prompt=False)


def _walk(element: Any, parent: Node | None, *, in_prompt: bool) -> Iterator[Node]:
    if not isinstance(element.tag, str):
        yield Node("", text=element.text or "", comment=True, parent=parent, in_prompt=in_prompt)
        return
    tag = _local(element.tag)
    attributes = {_local(name): value for name, value in element.attrib.items()}
    text = "".join(element.itertext()) if tag in {"script", "style", "title"} else ""
    node = Node(tag, attributes, text, parent=parent, in_prompt=in_prompt)
    yield node
    within = in_prompt or "data-agent-prompt" in attributes or _holds_markdown(node)
    for child in element:
        yield from _walk(child, node, in_prompt=within)


def _holds_markdown(node: Node) -> bool:
    """Whether it is an occasion to call the agent, which the prompt tells."""
    return node.parent is not None and node.parent.attributes.get("class") == "ac-triggers"


def _local(name: object) -> str:
    return str(name).rpartition("}")[2].rpartition(":")[2].lower()


def unsafe(html: str) -> list[str]:
    """What of a page, or a part of one, could act on who reads it."""
    return [
        f"{reason}: {node}"
        for node in nodes(html)
        if node.tag not in {"html", "head", "body"}
        for reason in [*_active(node), *_attributes(node)]
    ]


def _active(node: Node) -> Iterator[str]:
    if node.tag in ACTIVE:
        yield "active element"
    if node.tag == "input" and (node.attributes.get("type"), "disabled" in node.attributes) != (
        "checkbox",
        True,
    ):
        yield "input that takes any"


def _attributes(node: Node) -> Iterator[str]:
    """What is wrong with the attributes of an element, whichever it is."""
    for name, value in node.attributes.items():
        if name.startswith("on"):
            yield "handler of events"
        elif name in {"srcdoc", "style", "http-equiv", "formtarget", "autofocus", "accesskey"}:
            yield f"attribute {name}"
        elif name in _LOADS and _leaves(value):
            yield "fetches from elsewhere"
        elif name == "href" and node.tag == "a" and not _may_be_followed(value):
            yield "link"
        elif name == "href" and node.tag != "a" and _leaves(value):
            yield "fetches from elsewhere"


def _normal(url: str) -> str:
    """A URL as a browser reads it: no tab or line end in it, and no control character around it."""
    return _INLINE_ENDS.sub("", url.strip(_BLANK))


def _scheme(url: str) -> str:
    found = _SCHEME.match(_normal(url))
    return found[1].lower() if found else ""


def _is_protocol_relative(url: str) -> bool:
    return _normal(url)[:2].replace("\\", "/") == "//"


def _may_be_followed(url: str) -> bool:
    return not _is_protocol_relative(url) and _scheme(url) in {"", *_FOLLOWED}


def _leaves(url: str) -> bool:
    return bool(_scheme(url)) or _is_protocol_relative(url)


def strange_in_prompt(html: str) -> list[str]:
    """What of a rendered prompt is unsafe or off the list."""
    return [
        f"{reason}: {node}"
        for node in nodes(html)
        if node.tag not in {"html", "head", "body"}
        for reason in [*_of_prompt(node), *_active(node), *_attributes(node)]
    ]


# Pages of harmless agents, and what else a page has.


@dataclass(frozen=True)
class Frame:
    """What pages are made of whose agents are harmless."""

    shapes: frozenset[str]
    """Each element with the names of its attributes and its classes, below its parent's."""
    kinds: frozenset[str]
    """The same without the parent."""
    active: frozenset[str]
    """Elements that can act, whole."""

    @classmethod
    def of(cls, pages: Iterable[str]) -> Frame:
        shapes: set[str] = set()
        kinds: set[str] = set()
        active: set[str] = set()
        for page in pages:
            for node in nodes(page):
                if not node.in_prompt:
                    shapes.add(_shape(node))
                    kinds.add(_kind(node))
                    active |= {_whole(node)} if node.tag in ACTIVE - _SCRIPTED else set()
        return cls(frozenset(shapes), frozenset(kinds), frozenset(active))

    def strange(self, page: str, *, below_any: bool = False) -> list[str]:
        """What of a page is unsafe, or is not found in those of harmless agents.

        Args:
            page: The page.
            below_any: Whether what is found there may also stand below something else.
        """
        found = []
        seen: set[str] = set()
        for node in nodes(page):
            found += [f"{reason}: {node}" for reason in self._reasons(node, below_any=below_any)]
            ident = node.attributes.get("id", "")
            if ident and ident in seen:
                found.append(f"second of an id: {node}")
            seen.add(ident)
        return found

    def _reasons(self, node: Node, *, below_any: bool) -> Iterator[str]:
        if node.in_prompt:
            yield from _of_prompt(node)
            yield from _active(node)
            yield from _attributes(node)
            return
        if node.tag in ACTIVE - _SCRIPTED:
            if _whole(node) not in self.active:
                yield "active element"
        else:
            yield from _attributes(node)
        known = _kind(node) in self.kinds if below_any else _shape(node) in self.shapes
        if not known and not _names_a_character(node):
            yield f"not found below {node.parent} of harmless pages"


def _names_a_character(node: Node) -> bool:
    """Whether it stands for a character that nobody sees; that may be in any text."""
    attributes = node.attributes
    return (
        node.tag == "span"
        and attributes.keys() == {"class", "title"}
        and attributes["class"] == "ac-invisible"
        and bool(_CODE_POINT.fullmatch(attributes["title"]))
    )


def _of_prompt(node: Node) -> Iterator[str]:
    """What is off the list within a rendered prompt."""
    attributes = node.attributes
    if node.comment:
        yield "hidden comment"
        return
    off = attributes.keys() - _PROMPT.get(node.tag, set())
    if node.tag not in _PROMPT or off:
        yield f"off the list {' '.join(sorted(off))}"
    if not attributes.get("id", "prompt-").startswith("prompt-"):
        yield "id of ours"
    if _scheme(attributes.get("href", "")) and not {"nofollow", "noopener"} <= set(
        attributes.get("rel", "").split()
    ):
        yield "link that vouches"


def _shape(node: Node) -> str:
    return f"{_kind(node.parent)} > {_kind(node)}"


def _kind(node: Node | None) -> str:
    if node is None:
        return ""
    if node.comment:
        return f"<!--{node.text}-->"
    return _named(
        node.tag,
        tuple(sorted(node.attributes)),
        tuple(sorted(node.attributes.get("class", "").split())),
    )


@cache
def _named(tag: str, attributes: tuple[str, ...], classes: tuple[str, ...]) -> str:
    return f"{tag}[{' '.join(attributes)}].{' '.join(classes)}"


def _whole(node: Node) -> str:
    """All of an element, but for what differs from page to page."""
    attributes = dict(node.attributes)
    if node.tag == "title":
        return f"title {sorted(attributes)}"
    if node.tag == "meta" and "http-equiv" not in attributes:
        attributes.pop("content", None)
    elif node.tag == "link" and attributes.get("rel", "").strip() in _TELLING:
        attributes.pop("href", None)
    elif node.tag == "svg" and _COLOR.fullmatch(attributes.get("fill", "")):
        attributes.pop("fill")
    return f"{node.tag} {sorted(attributes.items())} {node.text}"
