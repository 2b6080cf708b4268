from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from time import process_time
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pygments.lexers import PythonLexer
from pygments.token import Token

from agent_catalog.publishing.markup import ID_PREFIX
from agent_catalog.publishing.prompt import (
    Heading,
    Link,
    PromptRenderer,
    RenderedPrompt,
    Resolve,
)
from strategies import MARKDOWN

RENDERER = PromptRenderer()


def nowhere(_href: str) -> None:
    """Resolves no link."""


def rendered(text: str, resolve: Resolve = nowhere) -> RenderedPrompt:
    result = RENDERER.render(text, resolve)
    assert result.error == ""
    return result


def tree(text: str, resolve: Resolve = nowhere) -> Element:
    return parsed(rendered(text, resolve).html)


def parsed(html: str) -> Element:
    root: Element = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return root


def text_of(element: Element | None) -> str:
    assert element is not None
    return "".join(element.itertext())


def having(root: Element, name: str) -> list[Element]:
    """The elements of that class."""
    return [element for element in root.iter() if name in element.get("class", "").split()]


# Markdown


def test_a_list_follows_a_paragraph_and_nests_by_two_spaces() -> None:
    root = tree("Steps:\n- one\n  - nested\n- two\n1. first\n   1. inner\n")
    assert len(root.findall(".//li")) == 5
    assert text_of(root.find("./ul/li/ul/li")).strip() == "nested"


def test_a_list_item_keeps_its_number() -> None:
    ol = tree("3. three\n4. four\n").find("ol")
    assert ol is not None
    assert ol.get("start") == "3"


def test_a_longer_fence_holds_a_shorter_one() -> None:
    root = tree("````markdown\n```python\nx = 1\n```\n````\n\nafter")
    assert len(root.findall(".//pre")) == 1
    assert "```python\nx = 1\n```" in text_of(root.find(".//code"))
    assert text_of(root.find("p")) == "after"


def test_a_table_scrolls_on_its_own_and_aligns_by_class() -> None:
    root = tree("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |\n")
    (scroll,) = having(root, "ac-scroll")
    assert scroll.get("tabindex") == "0"
    assert [cell.get("class") for cell in scroll.iter("td")] == [
        "ac-left",
        "ac-center",
        "ac-right",
    ]
    assert "style" not in rendered("| a |\n|:-:|\n| 1 |\n").html


def test_cells_beyond_the_columns_stay_visible() -> None:
    root = tree("> | a | b |\n> |---|---|\n> | 1 | x \\| y | `p | q` | z |\n> | 2 |\n")
    assert [text_of(cell) for cell in root.iter("td")] == ["1", "x | y | p | q | z", "2", ""]


def test_a_wide_table_does_not_blow_up() -> None:
    columns = 2_000
    text = "|a" * columns + "|\n" + "|-" * columns + "|\n" + "|\n" * 3_000
    assert len(rendered(text).html) < 100 * len(text)


def test_strikethrough_and_emphasis() -> None:
    root = tree("~~a~~ ~b~ *c* **d** `e`")
    assert [element.tag for element in root[0]] == ["s", "s", "em", "strong", "code"]


@pytest.mark.parametrize(
    ("marker", "kind"),
    [
        ("NOTE", "note"),
        ("tip", "tip"),
        ("IMPORTANT", "info"),
        ("WARNING", "warning"),
        ("CAUTION", "danger"),
    ],
)
def test_an_alert_is_an_admonition(marker: str, kind: str) -> None:
    (box,) = having(tree(f"> [!{marker}]\n> Mind *this*.\n"), "admonition")
    assert box.get("class") == f"admonition {kind}"
    assert box[0].get("class") == "admonition-title"
    assert text_of(box[0]) == marker.capitalize()
    assert text_of(box[1]) == "Mind this."


def test_task_list_items_have_labelled_checkboxes() -> None:
    items = tree("- [ ] open\n- [x] closed\n- [X] *too*\n- [] none\n").findall("ul/li")
    boxes = [item.find("input") for item in items]
    assert [item.get("class") for item in items] == ["task-list-item"] * 3 + [None]
    assert boxes[3] is None
    labels = [box.get("aria-label") for box in boxes if box is not None]
    assert labels == ["to do", "done", "done"]
    for box in boxes[:3]:
        assert box is not None
        assert box.get("type") == "checkbox"
        assert box.get("disabled") is not None
        assert (box.get("checked") is None) == (box.get("aria-label") == "to do")


def test_a_checkbox_makes_no_list_of_what_follows_it() -> None:
    root = tree("- [ ] 1. step\n- [x] - dash\n")
    assert [text_of(item).strip() for item in root.iter("li")] == ["1. step", "- dash"]


def test_footnotes_stay_visible_as_text() -> None:
    html = rendered("Claim.[^1]\n\n[^1]: The source of it.\n[^2]: Never referred to.\n").html
    assert "The source of it." in html
    assert "Never referred to." in html


def test_what_nests_too_deep_for_the_parser_stays_visible() -> None:
    assert "bottom" in rendered(">" * 300 + " bottom").html
    deep_list = "".join(f"{'  ' * depth}- item{depth}\n" for depth in range(200))
    html = rendered(deep_list + "\nafter\n").html
    assert all(f"item{depth}" in html for depth in range(200))
    assert "<p>after</p>" in html


def test_link_definitions_are_shown_unless_a_link_uses_them() -> None:
    root = tree("[a]\n\n[a]: https://a.example\n[//]: # (secret words)\n[a]: https://b.example\n")
    assert [text_of(p) for p in having(root, "ac-definition")] == [
        '[//]: # "secret words"',
        "[a]: https://b.example",
    ]


# Pseudo-tags and comments


@pytest.mark.parametrize(
    "tag",
    [
        "<example>",
        "</commentary>",
        '<step name="x">',
        "<br/>",
        "<T>",
        "<role:admin>",
        "<!DOCTYPE x>",
    ],
)
def test_a_pseudo_tag_is_visible(tag: str) -> None:
    (span,) = having(tree(f"word {tag} word"), "ac-tag")
    assert text_of(span) == tag


def test_markdown_in_a_tag_is_not_interpreted() -> None:
    root = tree('see <step name="*a* [b](c) `d">*e*</step>')
    assert [text_of(span) for span in having(root, "ac-tag")] == [
        '<step name="*a* [b](c) `d">',
        "</step>",
    ]
    assert [text_of(em) for em in root.iter("em")] == ["e"]


@pytest.mark.parametrize("text", ["a <b", "1 <2> 3", "x < y > z", "<>", "< example >"])
def test_what_is_no_tag_is_plain_text(text: str) -> None:
    root = tree(text)
    assert not having(root, "ac-tag")
    assert text_of(root) == text + "\n"


def test_a_comment_is_visible() -> None:
    root = tree("before <!-- *not*\nread --> after")
    (span,) = having(root, "ac-comment")
    assert text_of(span).split() == ["<!--", "*not*", "read", "-->"]


def test_a_comment_with_blank_lines_is_visible() -> None:
    assert text_of(tree("<!-- one\n\ntwo -->")).split() == ["<!--", "one", "two", "-->"]


def test_lines_are_kept_beside_pseudo_tags_only() -> None:
    root = tree("<example>\nContext: a\nuser: b\n</example>\n\nplain\ntext, a <b> in it\n")
    kept, flowing = root.findall("p")
    assert len(kept.findall("br")) == 3
    assert not flowing.findall("br")


# Headings


def outline(text: str) -> list[tuple[int, str]]:
    return [(heading.level, heading.id) for heading in rendered(text).headings]


def test_headings_start_below_the_page_without_a_gap() -> None:
    text = "## A\n#### B\n###### C\n### D\n# E\nF\n===\nG\n---\n"
    assert outline(text) == [
        (3, "prompt-a"),
        (4, "prompt-b"),
        (5, "prompt-c"),
        (4, "prompt-d"),
        (3, "prompt-e"),
        (3, "prompt-f"),
        (4, "prompt-g"),
    ]


def test_headings_go_no_deeper_than_h6() -> None:
    assert [level for level, _ in outline("# a\n## b\n### c\n#### d\n##### e\n###### f\n")] == [
        *(3, 4, 5, 6, 6, 6)
    ]


def test_headings_in_html_are_those_reported() -> None:
    text = "# One *two* `three` <four> [five](https://x.example)\n> ## Six\n\n- # Seven\n"
    result = rendered(text)
    found = [
        Heading(int(element.tag[1]), element.get("id", ""), text_of(element))
        for element in parsed(result.html).iter()
        if re.fullmatch("h[1-6]", element.tag)
    ]
    assert found == list(result.headings)
    assert found[0].text == "One two three <four> five"


@pytest.mark.parametrize(
    ("text", "ident"),
    [
        ("Step 1: Plan & Do!", "step-1-plan--do"),
        ("Über __Größe__", "über-größe"),
        ("snake_case", "snake_case"),
        ("日本語 テスト", "日本語-テスト"),
        ("हिन्दी", "हिन्दी"),
        ("🚀", "section"),
        ("🚀 Go", "-go"),
        ("__config", "__config"),
    ],
)
def test_ids_are_the_fragments_of_github_with_a_prefix(text: str, ident: str) -> None:
    assert outline(f"# {text}") == [(3, ID_PREFIX + ident)]


def test_ids_are_unique() -> None:
    ids = [ident for _, ident in outline("# a\n# a\n# a-1\n# a\n")]
    assert ids == ["prompt-a", "prompt-a-1", "prompt-a-1-1", "prompt-a-2"]


def test_an_empty_heading_is_no_heading() -> None:
    result = rendered("##\n\n# #\n")
    assert result.headings == ()
    assert [text_of(p) for p in parsed(result.html)] == ["##", "#"]


# Links


def to_site(href: str) -> str | None:
    return "/site/" + href.lstrip("./") if "known" in href else None


@pytest.mark.parametrize(
    "href", ["https://x.example/a?b=c#d", "http://localhost:3000", "mailto:a@b.example"]
)
def test_links_to_elsewhere_go_through(href: str) -> None:
    result = rendered(f"[text]({href})")
    a = parsed(result.html).find(".//a")
    assert a is not None
    assert a.get("href") == href
    assert a.get("rel") == "nofollow noopener ugc"
    assert result.links == ()


def test_bare_urls_and_addresses_are_links() -> None:
    text = "See https://x.example/a_b_c, www.y.example. <http://z.example> or **https://v.example** me@w.example"
    assert [a.get("href") for a in tree(text).iter("a")] == [
        "https://x.example/a_b_c",
        "http://www.y.example",
        "http://z.example",
        "https://v.example",
        "mailto:me@w.example",
    ]


def test_relative_links_are_resolved_and_recorded_with_their_line() -> None:
    text = "first\n\n- item\n  [a](known.md#x) and\n  ![b](/known.png) [c](./lost.md)\n"
    result = rendered(text, to_site)
    assert result.links == (
        Link("known.md#x", "/site/known.md#x", 4),
        Link("/known.png", "/site/known.png", 5),
        Link("./lost.md", None, 5),
    )
    assert [a.get("href") for a in parsed(result.html).iter("a")] == [
        "/site/known.md#x",
        "/site/known.png",
    ]


def test_a_fragment_leads_to_the_heading_of_that_slug() -> None:
    result = rendered("# The Plan\n[a](#the-plan) [b](#The-Plan) [c](#other) [d](#)\n")
    hrefs = [a.get("href") for a in parsed(result.html).iter("a")]
    assert hrefs == ["#prompt-the-plan", "#prompt-the-plan"]
    assert result.links == (Link("#other", None, 2), Link("#", None, 2))


@pytest.mark.parametrize(
    "href",
    [
        *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "javascript&colon;alert(1)"),
        *("data:text/html,x", "vbscript:x", "file:///etc/passwd", "//host.example/x"),
        *("ftp://x.example", "https://", "http:x", "http://[", "http://x.example:99999/"),
        *("http://1.2.3.4.5/", "lost.md", "C:/x"),
    ],
)
def test_a_link_that_leads_nowhere_is_text_with_its_destination(href: str) -> None:
    result = rendered(f"see [*the* text]({href}) there")
    root = parsed(result.html)
    assert root.find(".//a") is None
    (dead,) = having(root, "ac-dead-link")
    written = href.replace("&colon;", ":")
    assert text_of(dead) == f"the text {written}"
    assert text_of(dead.find("code")) == written
    assert [link.target for link in result.links] == [None]


def test_an_image_is_a_link() -> None:
    root = tree("![The *plan*](https://x.example/a.png) ![](https://x.example/b.png)")
    assert root.find(".//img") is None
    links = having(root, "ac-image")
    assert [text_of(link) for link in links] == ["The plan", "https://x.example/b.png"]
    assert [link.get("href") for link in links] == [
        "https://x.example/a.png",
        "https://x.example/b.png",
    ]


def test_an_image_in_a_link_is_no_link_in_a_link() -> None:
    result = rendered("[![status](badge.svg)](https://x.example)")
    (a,) = list(parsed(result.html).iter("a"))
    assert text_of(a) == "status badge.svg"
    assert a.get("href") == "https://x.example"
    assert result.links == (Link("badge.svg", None, 1),)


def test_a_link_without_text_shows_its_destination() -> None:
    assert text_of(tree("[](https://x.example)").find(".//a")) == "https://x.example"
    assert text_of(tree("[]() ![]()")).split() == ["[]()", "![]()"]


# Code


def test_code_is_highlighted_in_the_markup_of_material() -> None:
    (block,) = having(tree("```python\ndef f(): ...\n```\n"), "highlight")
    assert block.find("pre/code") is not None
    assert text_of(block.find("pre")) == "def f(): ...\n"
    assert [text_of(word) for word in having(block, "k")] == ["def"]


@pytest.mark.parametrize("info", ["", "nosuchlanguage", "text", "mermaid", "pycon"])
def test_other_code_is_plain(info: str) -> None:
    (block,) = having(tree(f"```{info}\ndef <b>\n\n```\n"), "highlight")
    code = block.find("pre/code")
    assert text_of(code) == "def <b>\n\n"
    assert code is not None
    assert len(code) == 0


def test_the_info_string_of_a_fence_is_visible() -> None:
    (label,) = having(tree('~~~bash title="a&amp;b" hidden words\nls\n~~~\n'), "filename")
    assert text_of(label) == 'bash title="a&b" hidden words'


def test_long_code_is_plain() -> None:
    html = rendered("```python\n" + "x = 1\n" * 10_000 + "```\n").html
    assert '<span class="mi">' not in html
    assert html.count("x = 1") == 10_000


@pytest.mark.parametrize("language", ["csharp", "markdown", "cpp", "ini"])
def test_code_made_to_slow_a_lexer_stays_visible(language: str) -> None:
    code = "a\na\n\n=" * 800 + "end"
    assert "end" in rendered(f"```{language}\n{code}\n```\n").html


def failing(*_: object) -> Iterator[tuple[int, object, str]]:
    yield 0, Token.Keyword, "x"
    raise RuntimeError


def losing(*_: object) -> Iterator[tuple[int, object, str]]:
    yield 0, Token.Keyword, "x"


@pytest.mark.parametrize("lexing", [failing, losing])
def test_a_lexer_that_fails_costs_only_the_colours(
    lexing: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PythonLexer, "get_tokens_unprocessed", lexing)
    html = PromptRenderer().render("```python\nx = 1\n```\n", nowhere).html
    assert "x = 1\n</code>" in html


def test_a_renderer_may_leave_code_plain() -> None:
    html = PromptRenderer(highlight=False).render("```python\ndef f(): ...\n```\n", nowhere).html
    assert "def f(): ...\n</code>" in html


# Characters


@pytest.mark.parametrize("frame", ["a{}b", "`a{}b`", "```python\na{}b\n```", "# a{}b", "<a b{}>"])
@pytest.mark.parametrize("char", ["\0", "\x07", "\u200b", "\u202e", "\ufeff", "\U000e0041"])
def test_invisible_characters_are_shown(frame: str, char: str) -> None:
    html = rendered(frame.format(char)).html
    assert char not in html
    assert [text_of(span) for span in having(parsed(html), "ac-invisible")] == [
        f"U+{ord(char):04X}"
    ]


def test_invisible_characters_written_as_entities_are_shown() -> None:
    root = tree("a&#8203;b [c](https://x.example '&ZeroWidthSpace;')")
    assert len(having(root, "ac-invisible")) == 1
    assert [a.get("title") for a in root.iter("a")] == ["[U+200B]"]


def test_emoji_are_left_alone() -> None:
    assert not having(tree("👨‍👩‍👧 ⚠️ ❤️‍🔥"), "ac-invisible")


# Safety

ALLOWED = {
    "a": {"href", "title", "rel", "class"},
    "code": {"tabindex"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "input": {"type", "disabled", "checked", "aria-label"},
    "li": {"class"},
    "ol": {"start"},
    "p": {"class"},
    "span": {"class", "title"},
    "td": {"class"},
    "th": {"class"},
    **{f"h{level}": {"id"} for level in range(3, 7)},
    **{tag: set() for tag in ("blockquote", "br", "em", "hr", "pre", "s", "strong")},
    **{tag: set() for tag in ("table", "thead", "tbody", "tr", "ul")},
}


def assert_safe(html: str) -> None:
    root = parsed(html)
    ids = []
    for element in root.iter():
        if element is root:
            continue
        assert element.tag in ALLOWED
        assert set(element.keys()) <= ALLOWED[element.tag]
        if (ident := element.get("id")) is not None:
            assert ident.startswith(ID_PREFIX)
            ids.append(ident)
        if element.tag == "a":
            assert re.match(
                r"https?://|mailto:|#prompt-|/site/", element.get("href", ""), re.IGNORECASE
            )
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        '<iframe srcdoc="<script>alert(1)</script>">',
        "[a](<javascript:alert(1)>)\n[b](java&#9;script:alert(1))\n[c]\n\n[c]: javascript:alert(1)",
        "<javascript:alert(1)> <data:text/html,x>",
        "[a](https://x.example\"onmouseover=alert(1)) [b](https://x.example '\"><script>')",
        '![x" onerror="alert(1)](https://x.example)',
        '```"><script>\nalert(1)\n```\n~~~python onload=x class=y\n</code></pre><script>\n~~~',
        '# __config\n# <script>\n## "onclick=alert(1)',
        "|<script>|\n|-|\n|</td><script>alert(1)</script>|",
        "a { onclick=alert(1) }\n\n--8<-- 'x'\n\n/// html | script\n///",
        "> [!NOTE]\n> <style>*{display:none}</style>",
        "<!--><script>alert(1)</script>-->",
    ],
)
def test_nothing_active_gets_through(text: str) -> None:
    html = rendered(text, to_site).html
    assert_safe(html)
    assert not {"script", "img", "svg", "iframe", "style"} & {e.tag for e in parsed(html).iter()}


@given(st.one_of(MARKDOWN, st.text(st.characters(codec=None, exclude_categories=()))))
@example("[a]\n\n[a]: \ud800")
@example("# # <!--")
@settings(max_examples=300, deadline=None)
def test_any_text_gives_safe_html(text: str) -> None:
    assert_safe(rendered(text, to_site).html)


def test_a_text_that_cannot_be_rendered_is_shown_as_written() -> None:
    def fails(href: str) -> str | None:
        raise ValueError(href)

    result = PromptRenderer().render("# Title\n\n[a](b.md) <b>\N{RIGHT-TO-LEFT OVERRIDE}", fails)
    assert result.error == "ValueError"
    assert "# Title\n\n[a](b.md) <b>U+202E" in "".join(parsed(result.html).itertext())
    assert_safe(result.html)


@given(MARKDOWN)
@settings(deadline=None)
def test_rendering_is_deterministic(text: str) -> None:
    assert PromptRenderer().render(text, to_site) == rendered(text, to_site)


@pytest.mark.parametrize(
    "unit",
    [
        *("[", "![", "<", "<a ", "<!--", "`", "*a_ ", "> ", "http:", "http://!", "mailto:", "a@"),
        *(
            "https://a.b/)",
            "http://! ",
            "\\",
            "&",
            "[a](",
            "[^1]:",
            "|",
            "~",
            "a\n=\n",
            "- [ ] a\n",
        ),
    ],
)
def test_repetition_does_not_blow_up(unit: str) -> None:
    text = unit * (48_000 // len(unit))
    start = process_time()
    html = rendered(text).html
    assert process_time() - start < 4
    assert len(html) < 20 * len(text) + 1_000


# The cache


def test_a_result_is_used_again_while_its_links_lead_to_the_same_place() -> None:
    cache: dict[bytes, RenderedPrompt] = {}
    renderer = PromptRenderer(cache)
    places: dict[str, str] = {}
    text = "[a](a.md) [b](#b) [c](x:y)"

    first = renderer.render(text, places.get)
    assert renderer.render(text, places.get) is first
    places["a.md"] = "/site/a/"
    second = renderer.render(text, places.get)
    assert second.links[0] == Link("a.md", "/site/a/", 1)
    assert renderer.render(text, places.get) is second
    assert list(cache.values()) == [second]


# Real files


def bodies(corpus: Path) -> list[tuple[Path, str]]:
    """Each file's text after the second line of dashes only."""
    found = []
    for path in sorted(corpus.rglob("*.md")):
        text = path.read_text("utf-8", "replace")
        parts = re.split(r"^-+[ \t]*$\n?", text, maxsplit=2, flags=re.MULTILINE)
        found.append((path, parts[-1]))
    assert found
    return found


PLAIN = MarkdownIt("commonmark", {"html": False})
WORD = re.compile(r"[^\W_]+")


@pytest.mark.corpus
def test_real_prompts_keep_every_list_item_and_word(corpus: Path) -> None:
    """Compared with the words of the body as written.

    Left out are the numbers of list items and the marks of task lists, which HTML shows without
    text, and the destinations of links.
    """
    renderer = PromptRenderer(highlight=False)
    for path, body in bodies(corpus):
        html = renderer.render(body, nowhere).html
        assert html.count("<li") == PLAIN.render(body).count("<li"), path
        written = re.sub(
            r"^[ \t>]*(?:[-*+] +|\d+[.)] +)*(?:\[[ xX]\] )?", "", body, flags=re.MULTILINE
        )
        written = re.sub(r"\]\([^)\s]*\)", "]", written)
        words = Counter(WORD.findall(written.lower()))
        shown = unescape(re.sub(r"<[^>]*>", " ", html))
        lost = words - Counter(WORD.findall(shown.lower()))
        assert lost.total() <= 0.01 * words.total(), (path, lost)


@pytest.mark.corpus
def test_real_prompts_give_safe_html(corpus: Path) -> None:
    for _, body in bodies(corpus)[::10]:
        assert_safe(RENDERER.render(body, nowhere).html)
