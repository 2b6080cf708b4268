"""Prompts are rendered as PyPI's renderer of read-mes does it, but for what is explained here.

Its Markdown fixtures come from its source distribution. Each difference is a class with a reason,
and is taken out of both sides; what is left must be equal, and no explanation may be idle.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import pytest
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from agent_catalog.publishing.prompt import PromptRenderer
from payloads import source_files


@dataclass(frozen=True)
class Difference:
    """Something that the two sides do differently, and why."""

    reason: str
    remove: Callable[[Tag, Tag], None]
    """Takes the difference out of their tree and of ours."""


def _both(change: Callable[[Tag], None]) -> Callable[[Tag, Tag], None]:
    def remove(theirs: Tag, ours: Tag) -> None:
        change(theirs)
        change(ours)

    return remove


def _ids(theirs: Tag, _ours: Tag) -> None:
    for each in theirs.select("[id^=user-content-]"):
        each["id"] = str(each["id"]).replace("user-content-", "prompt-", 1)
    for link in theirs.select("[href^='#user-content-']"):
        link["href"] = str(link["href"]).replace("user-content-", "prompt-", 1)


def _unnamed(theirs: Tag, ours: Tag) -> None:
    if not theirs.select("[id]"):
        for heading in ours.select("[id]"):
            del heading["id"]


def _bare_links(theirs: Tag, ours: Tag) -> None:
    known = {str(link.get("href")) for link in theirs.select("a")}
    for link in ours.select("a"):
        if link.get_text() == link["href"] and link["href"] not in known:
            link.unwrap()


def _anchors(theirs: Tag, _ours: Tag) -> None:
    for link in theirs.select(":is(h1, h2, h3, h4, h5, h6) > a:empty"):
        link.decompose()


def _levels(theirs: Tag, _ours: Tag) -> None:
    open_levels: list[int] = []
    for heading in theirs.find_all(re.compile(r"h[1-6]")):
        level = int(heading.name[1])
        open_levels = [each for each in open_levels if each < level] + [level]
        heading.name = f"h{min(6, 2 + len(open_levels))}"


def _rel(tree: Tag) -> None:
    for link in tree.select("a[rel]"):
        del link["rel"]


def _images(theirs: Tag, ours: Tag) -> None:
    for image in theirs.select("p > img"):
        if image.attrs.keys() == {"alt", "src"}:
            image.replace_with(str(image["alt"] or image["src"]))
    for link in ours.select(".ac-image"):
        for written in link.select("code"):
            written.decompose()
        link.unwrap()


def _code(tree: Tag) -> None:
    for block in tree.find_all("pre"):
        text = block.get_text()
        block.attrs.clear()
        block.string = text.rstrip("\n")
        while block.parent and block.parent.name in {"div", "pre"} and block.parent.parent:
            block.parent.replace_with(block)


def _tables(theirs: Tag, ours: Tag) -> None:
    for box in ours.select(".ac-scroll"):
        box.unwrap()
    for table in ours.select(".ac-table"):
        del table["class"]
    for cell in theirs.select("[align]"):
        cell["class"] = f"ac-{cell['align']}"
        del cell["align"]


_ALERTS = {"important": "info", "caution": "danger"}


def _alerts(theirs: Tag, _ours: Tag) -> None:
    for box in theirs.select("aside"):
        box.name = "div"
        box["class"] = " ".join(_ALERTS.get(each, each) for each in box["class"])


def _cells(theirs: Tag, ours: Tag) -> None:
    for cell, shown in zip(theirs.select("td"), ours.select("td"), strict=False):
        if shown.get_text().startswith(f"{cell.get_text()} | "):
            shown.string = cell.get_text()


def _schemes(theirs: Tag, _ours: Tag) -> None:
    for link in theirs.select("a:not([href])"):
        link.unwrap()


def _addresses(theirs: Tag, ours: Tag) -> None:
    for tree in (theirs, ours):
        for link in tree.select("a[href^='mailto:']"):
            link.unwrap()
        tree.smooth()


def _struck(theirs: Tag, _ours: Tag) -> None:
    for each in theirs.find_all("del"):
        each.name = "s"


def _scripts(_theirs: Tag, ours: Tag) -> None:
    for start in ours.select(".ac-tag"):
        if start.get_text() != "<script>":
            continue
        for each in list(start.next_siblings):
            if each.get_text() == "</script>":
                break
            each.extract()


_TAG = re.compile(r"<[^<>]*>")


def _tags(theirs: Tag, ours: Tag) -> None:
    """Leaves the text, without tags that are shown and images that tags make."""
    for image in theirs.find_all("img"):
        image.decompose()
    for comment in ours.select(".ac-comment"):
        comment.decompose()
    _only_text(theirs, _TAG)
    _only_text(ours, _TAG)


_NOTE = re.compile(r"\[\^\w+\]:?|↩|(?<=\w)1(?=\s)")


def _notes(theirs: Tag, ours: Tag) -> None:
    for mark in theirs.find_all("sup"):
        mark.decompose()
    _only_text(theirs, _NOTE)
    _only_text(ours, _NOTE)


_EMOJI = re.compile(r":[a-z0-9_+]+:|[\u2700-\u27bf\U0001f300-\U0001faff]")


def _emoji(tree: Tag) -> None:
    for text in tree.find_all(string=_EMOJI):
        text.replace_with(_EMOJI.sub("", text))


def _only_text(tree: Tag, left_out: re.Pattern[str]) -> None:
    tree.string = " ".join(left_out.sub(" ", tree.get_text(" ")).split())


DIFFERENCES = {
    "ids": Difference("Each side keeps ids apart from the page's by a prefix of its own.", _ids),
    "unnamed": Difference("Theirs names headings only in GitHub's Markdown.", _unnamed),
    "anchors": Difference("The theme's table of contents leads to headings.", _anchors),
    "levels": Difference("The page has headings of its own above the prompt's.", _levels),
    "rel": Difference("A link vouches for nothing, and tells the other site nothing.", _both(_rel)),
    "scripts": Difference("A model reads what is in a script, so it is shown.", _scripts),
    "images": Difference("Pages load nothing from elsewhere; an image is a link.", _images),
    "code": Difference(
        "Code stands in Material's markup, with the name of its language.", _both(_code)
    ),
    "tables": Difference("Wide tables scroll by themselves; classes align cells.", _tables),
    "alerts": Difference("Alerts stand in Material's markup.", _alerts),
    "struck": Difference("Struck text is not said to have been deleted.", _struck),
    "bare": Difference("Theirs links bare URLs only in GitHub's Markdown.", _bare_links),
    "cells": Difference("A cell beyond a table's columns would be lost.", _cells),
    "schemes": Difference("What is no link to the web or to mail is text.", _schemes),
    "addresses": Difference("A mail address is linked from its last underscore on.", _addresses),
    "emoji": Difference("A model reads an emoji's name where its name is written.", _both(_emoji)),
    "notes": Difference("Notes are shown where they are written.", _notes),
    "tags": Difference("HTML is text to a model, so it is shown as text.", _tags),
}
"""In the order in which they are taken out."""

EXPLAINED = {
    "CommonMark_001": "",
    "CommonMark_002": "bare",
    "CommonMark_003": "unnamed levels",
    "CommonMark_004": "tags",
    "CommonMark_005": "tags",
    "CommonMark_006": "tags",
    "CommonMark_007": "scripts tags",
    "CommonMark_008": "rel code",
    "CommonMark_009": "tags",
    "CommonMark_smart_strong": "",
    "CommonMark_strong": "",
    "CommonMark_style": "tags",
    "GFM_001": "tables",
    "GFM_002": "tables",
    "GFM_003": "tables",
    "GFM_004": "tables",
    "GFM_005": "tables",
    "GFM_006": "",
    "GFM_007": "tables cells",
    "GFM_008": "tables",
    "GFM_009": "struck",
    "GFM_010": "struck",
    "GFM_011": "",
    "GFM_012": "rel",
    "GFM_013": "rel",
    "GFM_014": "rel",
    "GFM_015": "rel",
    "GFM_016": "rel",
    "GFM_017": "rel",
    "GFM_018": "rel",
    "GFM_019": "rel schemes",
    "GFM_020": "rel",
    "GFM_021": "rel",
    "GFM_022": "addresses",
    "GFM_023": "tags",
    "GFM_024": "tags",
    "GFM_025": "",
    "GFM_alerts": "ids anchors levels rel alerts",
    "GFM_doublequotes": "code",
    "GFM_emoji": "ids anchors levels rel emoji",
    "GFM_footnotes": "notes",
    "GFM_headings": "ids anchors levels rel",
    "GFM_highlight": "code",
    "GFM_highlight_default_py": "code",
    "GFM_img": "images tags",
    "GFM_malicious_pre": "code",
    "GFM_picture": "tags",
    "GFM_style": "tags",
}
"""What each fixture shows of them."""


@cache
def fixtures() -> dict[str, tuple[str, str]]:
    """Markdown and HTML by the name of the fixture."""
    markdown = source_files("readme_renderer", "/tests/fixtures/test_", ".md")
    html = source_files("readme_renderer", "/tests/fixtures/test_", ".html")
    return {name: (text, html[name]) for name, text in markdown.items()}


def test_all_fixtures_are_there() -> None:
    assert fixtures().keys() == EXPLAINED.keys()
    assert {key for needed in EXPLAINED.values() for key in needed.split()} == DIFFERENCES.keys()


@pytest.mark.parametrize("name", EXPLAINED)
def test_what_differs_is_explained(name: str) -> None:
    assert " ".join(_needed(name)) == EXPLAINED[name]


def _needed(name: str) -> list[str]:
    """The differences without which the sides are not equal."""
    needed = list(DIFFERENCES)
    theirs, ours = _sides(name, needed)
    assert theirs == ours
    for key in ("tags", "notes", "addresses", *DIFFERENCES):  # the first three hide others
        rest = [each for each in needed if each != key]
        theirs, ours = _sides(name, rest)
        if theirs == ours:
            needed = rest
    return needed


def _sides(name: str, differences: Iterable[str]) -> tuple[str, str]:
    """Their HTML and ours, as they are without the differences."""
    markdown, html = fixtures()[name]
    theirs = _tree(html)
    ours = _tree(PromptRenderer().render(markdown, lambda path: path).html)
    for key in differences:
        DIFFERENCES[key].remove(theirs, ours)
    return _written(theirs), _written(ours)


def _tree(html: str) -> Tag:
    body = BeautifulSoup(f"<body>{html}</body>", "html5lib").body
    assert body
    return body


def _written(node: Tag) -> str:
    """A tree as text, in which only what a browser tells apart differs."""
    node.smooth()
    parts: list[str] = []
    _write(node, parts, in_code=False)
    return "\n".join(parts)


def _write(node: Tag, parts: list[str], *, in_code: bool) -> None:
    for child in node.children:
        if isinstance(child, Tag):
            values = " ".join(
                f"{key}={value if isinstance(value, str) else ' '.join(value)}"
                for key, value in sorted(child.attrs.items())
            )
            parts.append(f"<{child.name} {values}>")
            _write(child, parts, in_code=in_code or child.name == "pre")
            parts.append(f"</{child.name}>")
        elif isinstance(child, NavigableString):
            text = str(child) if in_code else " ".join(child.split())
            if text:
                parts.append(text)
