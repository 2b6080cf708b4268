from __future__ import annotations

import html
import unicodedata
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_catalog.publishing.characters import reveal, spelled_out, visible


def shown(markup: str) -> list[str]:
    """The texts of the elements that name an invisible character."""
    return ["".join(span.itertext()) for span in spans(markup)]


def spans(markup: str) -> list[Element]:
    root = html5lib.parseFragment(markup, namespaceHTMLElements=False)
    return [span for span in root.iter("span") if span.get("class") == "ac-invisible"]


@pytest.mark.parametrize(
    "char",
    [
        *("\0", "\x01", "\x0b", "\x0c", "\x1b", "\x1f", "\x7f", "\x80", "\x9f"),
        *("\u00ad", "\u061c", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f"),
        *("\u202a", "\u202e", "\u2060", "\u2064", "\u2066", "\u2069", "\ufeff", "\u3164"),
        *("\U000e0001", "\U000e0041", "\U000e007f", "\U000e0100", "\ufe0f", "\ud800"),
    ],
)
def test_an_invisible_character_is_named(char: str) -> None:
    markup = visible(f"a{char}b")
    point = f"U+{ord(char):04X}"
    assert shown(markup) == [point]
    assert (spans(markup)[0].get("title") or "").startswith(point + " ")
    assert char not in markup


def test_the_name_is_the_unicode_name() -> None:
    assert spans(visible("\u200b"))[0].get("title") == "U+200B ZERO WIDTH SPACE"


def test_a_run_of_one_character_is_counted_and_of_several_is_not_merged() -> None:
    assert shown(visible("a\u200b\u200b\u200b\u200ec")) == ["U+200B ×3", "U+200E"]


@pytest.mark.parametrize(
    "text",
    [
        "plain text\twith tab\nand line",
        "👨‍👩‍👧 family",
        "❤️‍🔥 variation selector, then joiner",
        "👩🏽‍🚀 skin tone",
        "⚠️ 1️⃣ ©️",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f England",
        "می‌خواهم",
        "क्‍ष",
        "葛\U000e0100",
        "naïve café — “quotes” → 日本語 한국어",
    ],
)
def test_visible_writing_is_left_alone(text: str) -> None:
    assert visible(text) == html.escape(text).replace("&quot;", "&#34;")
    assert spelled_out(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\u200db", ["U+200D"]),
        ("👨\u200d", ["U+200D"]),
        ("\u200d👨", ["U+200D"]),
        ("a\ufe0f", ["U+FE0F"]),
        ("⚠\ufe0f\ufe0f", ["U+FE0F"]),
        ("👍\U000e0100", ["U+E0100"]),
        ("🏴\U000e0068\U000e0069\U000e007f", ["U+E0068", "U+E0069", "U+E007F"]),
    ],
)
def test_a_joiner_or_selector_is_named_where_it_joins_nothing(
    text: str, expected: list[str]
) -> None:
    assert shown(visible(text)) == expected


def test_html_is_escaped() -> None:
    assert visible('<b title="x">&\'') == "&lt;b title=&#34;x&#34;&gt;&amp;&#39;"


def test_line_ends_of_other_systems_are_line_ends_and_a_lone_return_is_named() -> None:
    assert visible("a\r\nb") == "a\nb"
    assert shown(visible("a\rb")) == ["U+000D"]


def test_reveal_leaves_tags_alone() -> None:
    assert reveal('<a title="\u200b">x</a>') == '<a title="\u200b">x</a>'
    assert shown(reveal('<a title="\u200b">x\u200by</a>')) == ["U+200B"]


def test_spelled_out_names_in_brackets() -> None:
    assert spelled_out("a\u200b\u202eb") == "a[U+200B][U+202E]b"


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_no_format_or_control_character_is_left_outside_of_joined_writing(text: str) -> None:
    for out in (str(visible(text)), spelled_out(text)):
        left = {
            char
            for char in out
            if unicodedata.category(char) in {"Cc", "Cs"}
            or (unicodedata.category(char) == "Cf" and char not in _ORTHOGRAPHIC)
        }
        assert left <= {"\n", "\t"}


_ORTHOGRAPHIC = {
    *("\u200c", "\u200d"),  # where they join letters or emoji
    *("\u0600", "\u0601", "\u0602", "\u0603", "\u0604", "\u0605", "\u06dd", "\u070f"),
    *("\u0890", "\u0891", "\u08e2", "\U000110bd", "\U000110cd"),  # signs that are drawn
    *map(chr, range(0x13430, 0x13440)),  # arrange hieroglyphs
}


@given(st.text())
def test_what_is_visible_reads_back_as_the_text(text: str) -> None:
    root = html5lib.parseFragment(visible(text), namespaceHTMLElements=False)
    for parent in root.iter():
        for child in list(parent):
            if child.get("class") == "ac-invisible":
                assert "".join(child.itertext()).startswith("U+")
    assert visible(text).count("<span") == len(spans(visible(text)))
