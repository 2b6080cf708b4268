from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_catalog.reading.text import Decoded, Lines, decode

TEXTS = st.text(st.sampled_from("ab é\n\r\t\x0b\x85\u2028"), max_size=60)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", Decoded("")),
        ("naïve 文".encode(), Decoded("naïve 文")),
        (codecs.BOM_UTF8 + b"---", Decoded("---")),
        (codecs.BOM_UTF8 * 2 + b"---", Decoded("\ufeff---")),
        ("é\n".encode("utf-16"), Decoded("é\n", "utf-16-le")),
        (codecs.BOM_UTF16_BE + "é".encode("utf-16-be"), Decoded("é", "utf-16-be")),
        (b"caf\xe9 ok", Decoded("caf\ufffd ok", broken_at=3)),
        ("é".encode() + b"\xff\xff", Decoded("é\ufffd\ufffd", broken_at=1)),
        (codecs.BOM_UTF16_LE + b"a\0b", Decoded("a\ufffd", "utf-16-le", broken_at=1)),
        (b"\xed\xa0\x80", Decoded("\ufffd" * 3, broken_at=0)),  # half of a surrogate pair
        (b"a\0b", Decoded("a\0b")),
    ],
)
def test_bytes_become_text(data: bytes, expected: Decoded) -> None:
    assert decode(data) == expected


@given(st.text())
def test_utf8_is_read_as_it_is_with_or_without_a_mark(text: str) -> None:
    text = text.lstrip("\ufeff")
    assert decode(text.encode()) == decode(text.encode("utf-8-sig")) == Decoded(text)


@given(st.binary() | st.binary().map(lambda data: codecs.BOM_UTF16_LE + data))
def test_any_bytes_are_decoded_to_text_that_utf8_can_hold(data: bytes) -> None:
    decoded = decode(data)
    decoded.text.encode()
    if decoded.broken_at is not None:
        assert decoded.text[decoded.broken_at] == "\ufffd"
        assert "\ufffd" not in decoded.text[: decoded.broken_at] or "\ufffd".encode() in data


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("", 0, (1, 1)),
        ("ab", 1, (1, 2)),
        ("ab\ncd", 3, (2, 1)),
        ("ab\r\ncd", 4, (2, 1)),
        ("ab\r\ncd", 3, (1, 4)),
        ("ab\rcd", 3, (2, 1)),
        ("a\u2028b\x85c\x0bd", 6, (1, 7)),
        ("éß文🙂x", 4, (1, 5)),
        ("a\n", 99, (2, 1)),
    ],
)
def test_an_offset_has_a_line_and_a_column(text: str, offset: int, place: tuple[int, int]) -> None:
    assert Lines(text).place(offset) == place


@given(TEXTS, st.integers(0, 70))
def test_a_place_leads_back_to_its_offset(text: str, offset: int) -> None:
    lines = Lines(text)
    line, column = lines.place(offset)
    assert lines.starts[line - 1] + column - 1 == min(offset, len(text))


@given(TEXTS)
def test_the_widths_of_the_lines_add_up_to_the_text(text: str) -> None:
    lines = Lines(text)
    widths = [lines.width(line) for line in range(1, len(lines.starts) + 1)]
    last_is_empty = lines.starts[-1] == len(text)
    assert sum(widths) == len(text) + last_is_empty
