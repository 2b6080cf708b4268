"""Text that was encoded twice: what is certain to be such, and what only looks like it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_catalog.reading.mojibake import as_meant, doubled
from strategies import MARKDOWN

UNDEFINED = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
"""Bytes that Windows-1252 has no character for."""


def garbled(text: str, encoding: str = "cp1252") -> str:
    """The UTF-8 bytes of a text as another encoding reads them."""
    return "".join(
        chr(byte) if byte in UNDEFINED else bytes([byte]).decode(encoding) for byte in text.encode()
    )


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
@pytest.mark.parametrize(
    "text",
    [
        *("café", "l’été", "“quoted”", "a – b — c…", "3 × 4 ÷ 2", "20 °C", "© ® ™", "5 € or £4"),
        *("naïve", "à la", "ÉCOLE", "GARÇON", "INFORMAÇÃO", "São", "niño", "Año", "¿Qué?", "½ ¶ §"),
        *("Größe", "Übung", "KÖLN", "Österreich", "smörgåsbord", "œuvre", "Œuvre", "€"),
        *(
            "żółć",
            "Łódź",
            "świat",
            "Žižka",
            "český",
            "peștele",
            "țară",
            "ğüş",
            "tiếng Việt",
            "được",
        ),
        *("Привет", "Ελληνικά", "Δt", "5 μs", "日本語", "你好", "안녕", "שלום", "مرحبا", "हिन्दी"),
        *("🚀", "✅ done", "❌", "⚠️", "👩‍💻", "→ ← ↑", "a ≥ b", "• a", "● ○ ■", "├── a\n└── b"),
    ],
)
def test_text_that_was_encoded_twice_is_recovered(text: str, encoding: str) -> None:
    once = garbled(text, encoding)
    assert as_meant(f"It says {once} here.") == f"It says {text} here."
    assert as_meant(garbled(once, encoding)) == text


@pytest.mark.parametrize(
    "text",
    [
        *("INFORMAÇÃO", "São Paulo", "“MANHÃ”, disse", "IRMÃ… e", "AMANHÃ—DISSE", "“Ã” é", "(Ã) x"),
        *(
            "“CAFÉ”",
            "CAFÉ…",
            "«CAFÉ»",
            "RÉSUMÉ’S",
            "É” foi",
            "Ê” o",
            "É…verdade",
            "Ô…toi",
            "VOILÀ”",
        ),
        *("„Ä“ ist", "„Ö“", "Spaß“ war", "Ä…hm", "Ü–Ä", "ÅÄÖ", "„Å“", "È—secondo me", "olé…¡vamos"),
        *("Å² and Å³", "5 Å±0.2", "mol·Å·s", "É²", "Ð·", "3×…", "NESTLÉ® brand", "MÜLLER™", "BÂ®"),
        *(
            "café”— disse",
            "naïve—yet",
            "piñata’s",
            "Ø–5",
            "à «",
            "30° C",
            "â",
            "Ã",
            "Â",
            "â€",
            "â€ ",
        ),
        *("ðŸ", "\ufffd", "Ã\n©", "", "plain", "日本語", "🚀"),
    ],
)
def test_what_people_write_is_left_alone(text: str) -> None:
    assert list(doubled(f"It says {text} here.")) == []
    assert list(doubled(text)) == []


def test_each_run_is_told_with_its_place() -> None:
    text = "It’s cafÃ©, not â€œcafÃ©â€\x9d."
    assert [(text[each.start : each.end], each.meant) for each in doubled(text)] == [
        ("Ã©", "é"),
        ("â€œ", "“"),
        ("Ã©â€\x9d", "é”"),
    ]


@given(st.text(st.sampled_from("éüß’”…→🚀日本語привет\u2019\xa0ñ©"), min_size=2))
def test_any_run_of_characters_is_recovered(text: str) -> None:
    assert as_meant(f"a{garbled(text)}b") == f"a{as_meant(text)}b"


@given(st.text() | MARKDOWN | st.text(st.characters(min_codepoint=0x80, max_codepoint=0xFF)))
def test_any_text_can_be_searched(text: str) -> None:
    end = 0
    for each in doubled(text):
        assert end <= each.start < each.end <= len(text)
        assert 0 < len(each.meant) < each.end - each.start
        end = each.end


@pytest.mark.parametrize("part", ["Ã©", "Ã© ", "É” ", "â€", "Ãƒâ€šÃ‚Â©", "ðŸš€", "Ã", "\xa0"])
def test_long_texts_are_searched_quickly(part: str) -> None:
    text = part * (250_000 // len(part))
    start = time.process_time()
    list(doubled(text))
    assert time.process_time() - start < 2


@pytest.mark.corpus
def test_no_real_file_is_taken_for_one(corpus: Path) -> None:
    texts = [path.read_text("utf-8", "replace") for path in corpus.rglob("*.md")]
    assert sum(not text.isascii() for text in texts) > 300
    assert [each for text in texts for each in doubled(text)] == []
