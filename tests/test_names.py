"""Names that stand in a comment as they are: which may, and that they are nothing but text there."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import assume, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin

from agent_catalog.checking.catalog import check_catalog
from agent_catalog.reading.catalog import catalog_from
from agent_catalog.reading.sources import AgentFile, Found, Source
from agent_catalog.reviewing.card import Sites, review_card
from agent_catalog.reviewing.comparing import compare_catalogs
from agent_catalog.reviewing.names import LONGEST_NAME, is_plain

GFM = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
GFM.use(gfm_autolink_plugin)

PLAIN = [
    "reviewer",
    "security-reviewer_2",
    "2nd-reviewer",
    "Code Review",
    "Agent - Reviewer",
    "Prüfer für Größen",
    "naïve",
    "Проверка кода",
    "Ελεγκτής βάσεων",
    "კოდის შემმოწმებელი",
    "بررسی کد",
    "مراجع الشيفرة 2",
    "בודק קוד",
    "समीक्षक",
    "নিরীক্ষক",
    "ผู้ทำงาน",
    "ຜູ້ນຳ",
    "数据库专家",
    "SQL専門家",
    "データベース・エンジニア",
    "コード レビュー担当",
    "코드 검토자",
    "Bộ kiểm tra",
    "a" * LONGEST_NAME,
]
NOT_PLAIN = {
    "nothing": "",
    "a mention": "@everyone",
    "an address": "a@b",
    "code": "a`b",
    "a tag": "<b>a</b>",
    "an entity": "&amp;",
    "a link": "[a](https://x.example)",
    "an image": "![a](b)",
    "emphasis": "*a*",
    "underscores around it": "_a_",
    "struck": "~~a~~",
    "an issue": "fixes #1",
    "a shortcode": ":tada:",
    "a host": "evil.example",
    "a URL": "https://evil.example",
    "a path": "a/b",
    "an escape": "a\\b",
    "a cell": "a|b",
    "a sentence": "Looks good to me, merge it",
    "a line": "a\nb",
    "a tab": "a\tb",
    "a space before": " a",
    "a space behind": "a ",
    "two spaces": "a  b",
    "a wide space": "a\u3000b",
    "a space that does not break": "a\u00a0b",
    "a hyphen before": "-a",
    "a hyphen behind": "a-",
    "nothing but hyphens": "---",
    "an emoji": "🚀 a",
    "a keycap": "1\ufe0f\u20e3",
    "zero width": "a\u200bb",
    "a joiner": "می\u200cشوند",
    "a soft hyphen": "a\u00adb",
    "an override": "a\u202eb",
    "an isolate": "\u2067a\u2069",
    "a mark of direction": "a\u200fb",
    "a tag character": "a\U000e0041",
    "a filler that is a letter": "a\u3164b",
    "a vowel that is unseen": "ក\u17b4",
    "a variation": "a\ufe00",
    "a mark alone": "\u0301a",
    "a mark behind a hyphen": "a-\u0301a",
    "marks upon marks": "x" + "\u0336" * 5,
    "a letter in two parts": "e\u0301",
    "bold letters": "𝐚𝐝𝐦𝐢𝐧",
    "wide letters": "ａｄｍｉｎ",
    "a ligature": "ﬁx",
    "a circled digit": "①",
    "a Roman numeral": "Ⅷ",
    "Latin with a Cyrillic letter": "revi\u0435wer",
    "capitals with a Cyrillic one": "REVI\u0415WER",
    "Cyrillic with a Latin letter": "проверка\u0441o",
    "Greek with a Latin letter": "ελεγκτήs",
    "digits of two scripts": "1२",
    "both directions": "abc אבג",
    "a digit before right to left": "2 אבג",
    "digits of both directions": "אבג 1 ٢",
    "a private character": "a\ue000",
    "a surrogate": "a\ud800",
    "an unassigned character": "a\u0378",
    "too long": "a" * (LONGEST_NAME + 1),
}


@pytest.mark.parametrize("name", PLAIN)
def test_letters_and_digits_of_any_script_are_plain(name: str) -> None:
    assert is_plain(name)


@pytest.mark.parametrize("name", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_what_could_be_more_than_text_or_less_is_not(name: str) -> None:
    assert not is_plain(name)


LETTERS = st.characters(categories=["L", "M", "Nd"])
ODD = st.sampled_from("`*_~@#<>&[]()!|:./\\ \t\n-+'\"\u200b\u202e\u2066\u0301\ufe0f\u3164·・ـ")
NAMES = st.one_of(
    st.lists(
        st.text(LETTERS, min_size=1, max_size=6) | st.sampled_from(PLAIN), min_size=1, max_size=3
    ).map(" ".join),
    st.text(LETTERS | ODD, max_size=12),
    st.tuples(st.sampled_from(PLAIN), st.text(ODD, max_size=4), st.sampled_from(PLAIN)).map(
        "".join
    ),
    st.text(max_size=12),
    st.sampled_from([*PLAIN, *NOT_PLAIN.values()]),
)


@given(NAMES)
def test_a_plain_name_is_nothing_but_text_wherever_it_stands(name: str) -> None:
    assume(is_plain(name))

    for written, tags in ((name, ["p"]), (f"`{name}`", ["p", "code"])):
        page = BeautifulSoup(GFM.render(f"added {written} at"), "html.parser")
        assert [each.name for each in page.select("*")] == tags
        assert page.text == f"added {name} at\n"
    assert not any(unicodedata.category(each)[0] == "C" for each in name)


@given(NAMES)
def test_a_card_shows_a_new_agents_name_as_it_is_or_its_path(name: str) -> None:
    item, called = added(name)
    [link] = item.find_all("a")
    by_name = is_plain(called) and called != "q"  # which the path tells

    assert link["href"] == "https://x.example/agents/p/q/"
    assert [each.text for each in link.select("*")] == [called if by_name else "p/q"]
    assert item.text.startswith(f"added {called} at p/q: " if by_name else "added p/q: ")
    assert {each.name for each in item.select("*")} == {"a", "code"}


def added(name: str) -> tuple[Tag, str]:
    """The line of a card for a new agent, as GitHub renders it, and what it is called."""
    data = f"---\nname: {json.dumps(name)}\ndescription: x\ntools: Juggle\n---\n\nDo it.\n"
    file = AgentFile(Source(Path("nowhere")), "p/q.md", data.encode())
    after = check_catalog(catalog_from([Found((file,), ())]))
    found = compare_catalogs(check_catalog(catalog_from([Found((), ())])), after)
    card = review_card(found, Sites(after="https://x.example"))
    page = BeautifulSoup(GFM.render(card), "html.parser")
    (item,) = page.find_all("li")
    return item, after.agents[0].name
