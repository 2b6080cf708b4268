"""Estimates of tokens: what a text of each script costs, and that they add up."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_catalog.model.tokens import estimated_tokens
from sites import agent_file, build_project, shown, write_project

ANY = st.text(st.characters())  # lone surrogates, too
PROSE = """
You are an experienced database engineer. Review each change of the schema before it reaches the
main branch, and explain which queries become slower. Don't change files yourself - propose a fix!
"""
GERMAN = "Prüfe jede Änderung, bevor sie den Hauptzweig erreicht, und erkläre größere Verstöße. "
CODE = """
def slowest(queries: Iterable[Query], limit: int = 10) -> list[Query]:
    \"\"\"The queries that take longest, the worst first.\"\"\"
    timed = [(query.seconds, query) for query in queries if query.seconds > 0.5]
    return [query for _, query in sorted(timed, reverse=True)[:limit]]

const shown = await fetch(`${root}/agents.json`).then((answer) => answer.json());
for (const [index, agent] of shown.entries()) {
  table.rows[index + 1].cells[0].textContent = agent.name ?? "not set";
}
"""


@given(st.text("abcdefghijklmnopqrstuvwxyzABCXYZéüßñçøłğ 0123456789.,'-!?\n"))
def test_latin_prose_costs_a_quarter_of_its_characters(text: str) -> None:
    assert estimated_tokens(text) == -(-len(text) // 4)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        (PROSE, 0.25, 0.255),
        (GERMAN, 0.25, 0.255),
        (CODE, 1 / 3.5, 1 / 3),
        ("Проверяй каждое изменение схемы, прежде чем оно попадёт в основную ветку.", 0.4, 0.5),
        ("Έλεγξε κάθε αλλαγή του σχήματος πριν μπει στον κύριο κλάδο.", 0.4, 0.5),
        ("راجع كل تغيير في المخطط قبل دمجه في الفرع الرئيسي.", 0.4, 0.5),
        ("בדוק כל שינוי בסכמה לפני שהוא נכנס לענף הראשי.", 0.4, 0.5),
        ("मुख्य शाखा में जाने से पहले स्कीमा के हर बदलाव की जाँच करें।", 0.4, 0.5),
        ("ตรวจสอบทุกการเปลี่ยนแปลงก่อนรวมเข้ากับสาขาหลัก", 0.4, 0.5),
        ("შეამოწმეთ ყოველი ცვლილება და ახსენით, რომელი მოთხოვნები გახდება ნელი.", 0.4, 0.5),
        ("在每次修改进入主分支之前检查它，并说明哪些查询会变慢。", 1, 1.5),
        ("スキーマの変更が本流に入る前に毎回確認してください。", 1, 1.5),
        ("스키마변경이기본브랜치에들어가기전에모두확인하세요", 1, 1.5),
        ("ＡＢＣ：１２３！", 1, 1.5),
        ("𠮷𡈽", 1, 2.5),
        ("🔥🎉🚀🧪", 1.5, 2.5),
        ("├──→└──•", 0.25, 1),
    ],
)
def test_a_text_costs_what_its_script_does(text: str, least: float, most: float) -> None:
    assert least <= estimated_tokens(text * 20) / len(text * 20) <= most


@given(ANY, ANY)
def test_more_text_never_costs_less_and_the_parts_add_up(one: str, other: str) -> None:
    parts = estimated_tokens(one) + estimated_tokens(other)
    assert max(estimated_tokens(one), estimated_tokens(other)) <= estimated_tokens(one + other)
    assert parts - 1 <= estimated_tokens(one + other) <= parts


@given(ANY)
def test_every_character_costs_something(text: str) -> None:
    assert estimated_tokens("") == 0
    assert -(-len(text) // 4) <= estimated_tokens(text) <= 2 * len(text)


@pytest.mark.parametrize("text", [PROSE, CODE, GERMAN, "查询会变慢。", "🔥"])
def test_ten_megabytes_take_no_second(text: str) -> None:
    text *= 10_000_000 // len(text.encode())
    start = time.perf_counter()
    estimated_tokens.__wrapped__(text)
    assert time.perf_counter() - start < 1


def test_pages_and_data_have_the_estimate(tmp_path: Path) -> None:
    prompt = "在每次修改进入主分支之前检查它"
    tree = {"agents/a.md": agent_file("a", prompt, description="查询会变慢")}
    site = build_project(write_project(tmp_path, tree))
    [agent] = site.catalog["agents"]
    page = shown(site.page("agents/a/"))

    assert agent["prompt"] == {"characters": 16, "tokens_estimate": 19}  # and the line's end
    assert "16 characters, about 19 tokens" in page
    assert "About 7 tokens of every conversation, for its description" in page
