"""Comments, anchors and tags: what stands in YAML and is no part of its texts."""

from __future__ import annotations

import pytest
from hypothesis import given

from agent_catalog.reading.asides import Aside, asides
from strategies import FRAGMENTS


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("a: b # c", [Aside(5, "# c", "b")]),
        ("a: b #c #d\n", [Aside(5, "#c #d", "b")]),
        ("a: b\n  c # d\r\n", [Aside(9, "# d", "b c")]),
        ("a: #c\nb: # d", [Aside(3, "#c", ""), Aside(9, "# d", "")]),
        ("a: # c\n  - b # d", [Aside(13, "# d", "b")]),
        ("a:\n- b # c\n- d: e # f", [Aside(7, "# c", "b"), Aside(18, "# f", "e")]),
        ("a: &b c", [Aside(3, "&b", "c")]),
        ("a: !b 'c' # d", [Aside(3, "!b", "c")]),
        ("a: !!b c", [Aside(3, "!!b", "c")]),
        ("a: ! c", [Aside(3, "!", "c")]),
        ("a: b\n# c\nd: 'e' # f\ng: | # h\n  i # j\n", []),
        ("a: !!str b\nc: !<tag:yaml.org,2002:str> d", []),
        ("a: &b [c]\nd: !e {f: g}\nh: *b", []),
        ("a: b#c", []),
        ("a: [b # c", []),
        ("a: b # c\n  d", []),
        ("", []),
    ],
)
def test_what_is_no_part_of_a_text_is_found(lines: str, found: list[Aside]) -> None:
    assert list(asides(lines)) == found


@given(FRAGMENTS)
def test_all_that_is_found_stands_there(lines: str) -> None:
    for aside in asides(lines):
        assert lines.startswith(aside.written, aside.offset)
        assert aside.written[0] in "#&!"
