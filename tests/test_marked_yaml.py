from __future__ import annotations

import re
import time
import tracemalloc

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_catalog.model.agent import Value
from agent_catalog.reading import marked_yaml
from agent_catalog.reading.marked_yaml import Entry, Refused, read_mapping

FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "a",
            "key",
            "1",
            "0x1f",
            "~",
            ":",
            "-",
            "[",
            "]",
            "{",
            "}",
            ",",
            '"',
            "'",
            "|",
            ">",
            "|2-",
            "&x",
            "*x",
            "!t",
            "!!int",
            "#",
            "---",
            "...",
            "?",
            "%",
        ]
    )
    | st.sampled_from(
        ["\n", "\r\n", " ", "  ", "\t", ": ", "- ", " #", "%YAML 1.1", "@", "`", "<<"]
    )
    | st.sampled_from(["\\", "\\x00", "\\ud800", "\\UFFFFFFFF", "\0", "\x07", "\ufeff", "é"])
    | st.sampled_from(["\x85", "\u2028", "\U0001fffe", "\ud800"]),
    max_size=40,
).map("".join)


@pytest.fixture(params=["libyaml", "PyYAML"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads with libyaml's parser, then with the one where libyaml is not compiled in."""
    if request.param == "PyYAML":
        monkeypatch.setattr(marked_yaml, "LOADER", yaml.SafeLoader)


def values(text: str) -> dict[str, Value]:
    return {entry.key: entry.value for entry in read_mapping(text)}


def plain(text: str) -> Value:
    return values(f"key: {text}")["key"]


def problem(text: str) -> tuple[str, int]:
    with pytest.raises(yaml.MarkedYAMLError) as caught:
        read_mapping(text)
    mark = caught.value.problem_mark
    assert mark is not None
    return str(caught.value.problem), mark.index


# YAML 1.2.2, section 10.3.2: what its core schema does not take for a number is a string.
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("Off", "Off"),
        ("y", "y"),
        ("2024-01-01", "2024-01-01"),
        ("2024-13-99", "2024-13-99"),
        ("12:30:45", "12:30:45"),
        ("1_000", "1_000"),
        ("0b101", "0b101"),
        ("+0x10", "+0x10"),
        ("0o8", "0o8"),
        (".inf", ".inf"),
        ("-.INF", "-.INF"),
        (".nan", ".nan"),
        ("1e400", "1e400"),
        ("12345678901234567890", "12345678901234567890"),
        ("9" * 60_000, "9" * 60_000),
        ("1.2.3", "1.2.3"),
        ("٣", "٣"),
        ("=", "="),
        ("tRue", "tRue"),
        ("~x", "~x"),
        ("0x10", 16),
        ("0xfF", 255),
        ("0o17", 15),
        ("010", 10),
        ("+1", 1),
        ("-0", 0),
        ("123456789012345", 123456789012345),
        ("1.", 1.0),
        (".5", 0.5),
        ("-2.50", -2.5),
        ("1e3", 1000.0),
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("~", None),
        ("null", None),
        ("NULL", None),
        ("", None),
        ("''", ""),
        ('"1"', "1"),
        ("'true'", "true"),
        ("|\n  1", "1"),
    ],
)
def test_scalars_mean_what_they_mean_in_yaml_1_2(text: str, value: Value) -> None:
    read = plain(text)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.usefixtures("parser")
def test_lists_and_maps_become_tuples_and_dictionaries() -> None:
    text = "a: [1, [b, {c: d}]]\ne:\n- f\n-\ng:\n  h: {i: []}\n"
    assert values(text) == {
        "a": (1, ("b", {"c": "d"})),
        "e": ("f", None),
        "g": {"h": {"i": ()}},
    }


@pytest.mark.usefixtures("parser")
def test_each_entry_knows_where_it_stands() -> None:
    text = "é: 'ö'\r\nlist:\n  - a\n  - b\n"
    assert read_mapping(text) == [
        Entry("é", "ö", key_start=0, start=3, end=6),
        Entry("list", ("a", "b"), key_start=8, start=16, end=len(text)),
    ]


@pytest.mark.usefixtures("parser")
def test_repeated_keys_are_all_told() -> None:
    assert [(entry.key, entry.value) for entry in read_mapping("a: 1\nb: 2\na: 3")] == [
        ("a", 1),
        ("b", 2),
        ("a", 3),
    ]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "--- ''\n"])
def test_nothing_is_a_mapping_without_entries(text: str) -> None:
    assert read_mapping(text) == []


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: *x", ("`*` starts an alias, and nothing has its name", 3)),
        ("a: [1, *x]", ("`*` starts an alias, and nothing has its name", 7)),
        ("a: &x [*x]", ("`*` starts an alias, and nothing has its name", 7)),
        ("a: *x\nb: &x 1", ("`*` starts an alias, and nothing has its name", 3)),
        ("&x a: 1\n*x : 2", ("a key must be text", 8)),
        ("[a]: 1", ("a key must be text", 0)),
        ("? {a: b}\n: 1", ("a key must be text", 2)),
        ("- a\n- b", ("this is no list of `key: value` lines", 0)),
        ("just text", ("this is no list of `key: value` lines", 0)),
        ("a: 1\n---\nb: 2", ("a second YAML document starts here", 5)),
        ("é: 1\nb: \x07", ("the character U+0007 is not allowed", 8)),
        ("a: \0", ("the character U+0000 is not allowed", 3)),
        ("a: \x9f", ("the character U+009F is not allowed", 3)),
        ("a: \ufffe", ("the character U+FFFE is not allowed", 3)),
        ("a: \U0001fffe", ("the character U+1FFFE is not allowed", 3)),
        ("a: \ud800", ("the character U+D800 is not allowed", 3)),
    ],
)
def test_what_no_agent_file_needs_is_refused_where_it_stands(
    text: str, expected: tuple[str, int]
) -> None:
    assert problem(text) == expected


# What Bun.YAML, js-yaml and PyYAML read, where they read the same.
@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x text", {"a": "text"}),
        ("a: &x 'text'\nb: *x", {"a": "text", "b": "text"}),
        ("a: &x |\n  text\nb: [*x, *x]", {"a": "text\n", "b": ("text\n", "text\n")}),
        ("a: &x [1, {c: &y d}]\nb: *x\ne: *y", {"a": (1, {"c": "d"}), "b": (1, {"c": "d"}), "e": "d"}),
        ("a: &x 1\nb: &x 2\nc: *x", {"a": 1, "b": 2, "c": 2}),
        ("&k a: 1\nb: *k", {"a": 1, "b": "a"}),
        ("&all {a: 1}", {"a": 1}),
        ("a: &x\nb: *x", {"a": None, "b": None}),
        ("a: !!str text", {"a": "text"}),
        ("a: !!str 3\nb: ! 3\nc: !<tag:yaml.org,2002:str> 3", {"a": "3", "b": "3", "c": "3"}),
        ("a: !!int 3\nb: !!bool true\nc: !!null", {"a": 3, "b": True, "c": None}),
        ("a: !!str\nb: !!int '3'", {"a": "", "b": "3"}),
        ("a: !!seq [!!str 1]\nb: !!map {c: d}", {"a": ("1",), "b": {"c": "d"}}),
        ("a: !!str &x text\nb: &y !!str 3\nc: [*x, *y]", {"a": "text", "b": "3", "c": ("text", "3")}),
        # tags that js-yaml and PyYAML refuse, and Bun.YAML passes over
        ("a: !own 3\nb: !own [1]\nc: !!python/name:os.system x", {"a": "3", "b": (1,), "c": "x"}),
        ("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3", {"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}}),
        ("<<: [{a: 1}, {a: 2, b: 2}]\nb: 3", {"a": 1, "b": 3}),
        ("<<: text", {"<<": "text"}),
    ],
)  # fmt: skip
def test_aliases_stand_for_what_they_name_and_tags_construct_nothing(
    text: str, expected: dict[str, Value]
) -> None:
    assert values(text) == expected


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: &x text", "text"),
        ("a: !!str &x 'text' # why", "'text'"),
        ("a: &x # why\n  - b", "- b"),
        ("a: &x\nb: c", ""),
        ("a: !t", ""),
        ("b: &x c\na: *x", "*x"),
    ],
)
def test_a_value_starts_behind_its_anchor_and_its_tag(text: str, value: str) -> None:
    (entry,) = (entry for entry in read_mapping(text) if entry.key == "a")
    assert text[entry.start : entry.end] == value


# Bun.YAML and js-yaml refuse them, which PyYAML does not.
@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("text", "mark", "offset"),
    [
        ('a: "b\nc"', "quote", 3),
        ("a: 'b\n\nc: d'", "quote", 3),
        ('a: "b\n"', "quote", 3),
        ('a: "b\r\n\tc"', "quote", 3),
        ('a:\n  b: "c\n  d"', "quote", 8),
        ('a:\n- "b\nc"', "quote", 5),
        ("a: [b,\nc]", "bracket", 3),
        ("a:\n  b: {c: d,\n e: f}", "bracket", 8),
    ],
)
def test_a_line_too_far_left_ends_quotes_and_brackets(text: str, mark: str, offset: int) -> None:
    what = f"a {mark} is opened here, and not closed before a line that is not indented"
    assert problem(text) == (what, offset)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('a: "b\n c"', "b c"),
        ('a: "b\n\n c"', "b\nc"),
        ("a: [\n  b,\n]", ("b",)),
        ("a: {\n  b: c\n}", {"b": "c"}),
        ("a: [b,\n# why\n c]", ("b", "c")),
        ("{a: [b,\nc]}", ("b", "c")),
        ('a:\n- "b\n c"', ("b c",)),
    ],
)
def test_lines_within_quotes_and_brackets_are_indented(text: str, value: Value) -> None:
    assert values(text) == {"a": value}


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("escape", [r"\ud800", r"\UFFFFFFFF", r"\U7FFFFFFF", r"\U00110000"])
def test_an_escape_for_no_character_is_an_error(escape: str) -> None:
    with pytest.raises(yaml.YAMLError):
        read_mapping(f'a: "{escape}"')


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("form", ["{}", '"{}"', "'{}'", "|-\n  {}", ">-\n  {}\n"])
def test_what_ends_a_line_in_yaml_1_1_alone_is_text(character: str, form: str) -> None:
    written = f"one{character}two: no, {character} #3" if form != "{}" else f"one{character}two"
    text = f"é: {form.format(written)}\nnext: {character}x"
    assert values(text) == {"é": written, "next": f"{character}x"}
    assert read_mapping(text)[1].key_start == text.index("next")


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 1_000,
        "a: " + "[" * 60_000 + "]" * 60_000,
        "a: " + "{" * 60_000,
        "a: " + "{a: " * 60_000 + "}" * 60_000,
        "a:\n  " + "- " * 30_000,
        "? " * 30_000,
        "a:\n" + "".join(f"{' ' * depth}b:\n" for depth in range(1, 300)),
    ],
)
def test_deep_nesting_is_refused_at_once(text: str) -> None:
    start = time.process_time()
    with pytest.raises(yaml.YAMLError):
        read_mapping(text)
    assert time.process_time() - start < 1


def test_twenty_levels_are_not_too_deep() -> None:
    read = plain("[" * 20 + "]" * 20)
    for _ in range(20):
        assert isinstance(read, tuple)
        read = read[0] if read else None
    with pytest.raises(Refused, match="nested more than 20 levels deep"):
        plain("[" * 21 + "]" * 21)


def test_a_billion_laughs_take_no_time_and_no_memory() -> None:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    tracemalloc.start()
    start = time.process_time()
    with pytest.raises(Refused, match="aliases stand for more"):
        read_mapping("\n".join(lines))
    used, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.process_time() - start < 1
    assert peak < 1_000_000, used


def test_aliases_make_nothing_deeper_than_it_may_be() -> None:
    lines = [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 20)]
    assert values("\n".join(["a0: &a0 []", *lines]))["a19"]
    with pytest.raises(Refused, match="aliases stand for more"):
        read_mapping("\n".join(["a0: &a0 [[]]", *lines]))


@pytest.mark.parametrize("line", ["k{}: v", "k{}: [a, b]", "k{}: 'v'", "k{}: |\n  v", "k: {}"])
def test_sixty_four_kilobytes_of_keys_are_read_quickly(line: str) -> None:
    text = "\n".join(line.format(number) for number in range(65_536 // (len(line) + 4)))
    start = time.process_time()
    assert len(read_mapping(text)) == 65_536 // (len(line) + 4)
    assert time.process_time() - start < 3


def assert_read_or_refused(text: str) -> None:
    try:
        entries = read_mapping(text)
    except yaml.YAMLError:
        return
    for entry in entries:
        assert 0 <= entry.key_start <= entry.start <= entry.end <= len(text)
        entry.key.encode()
        repr(entry.value).encode()


@given(FRAGMENTS)
@settings(max_examples=800)
def test_any_text_is_read_or_refused(text: str) -> None:
    assert_read_or_refused(text)


@given(FRAGMENTS)
@settings(max_examples=300)
def test_any_text_is_read_or_refused_without_libyaml(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marked_yaml, "LOADER", yaml.SafeLoader)
        assert_read_or_refused(text)


# Without what YAML 1.1, in which PyYAML writes, takes for something else than 1.2 does.
TEXT = st.text(
    st.characters(
        exclude_characters="\x85\u2028\u2029\U0001fffe\U0001ffff\U0002fffe", codec="utf-8"
    )
).filter(lambda text: not re.fullmatch(r"[-+]?[0-9.]+[eExXoO][-+0-9a-fA-F]+", text))
JSON = st.recursive(
    st.none() | st.booleans() | TEXT | st.integers(-(10**13), 10**13),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=10,
)


def as_tuples(value: object) -> object:
    if isinstance(value, list):
        return tuple(map(as_tuples, value))
    if isinstance(value, dict):
        return {key: as_tuples(item) for key, item in value.items()}
    return value


@pytest.mark.parametrize("unicode", [True, False])
@given(data=st.dictionaries(TEXT, JSON, max_size=5))
def test_what_yaml_wrote_is_read_back(data: dict[str, object], *, unicode: bool) -> None:
    assert values(yaml.safe_dump(data, allow_unicode=unicode)) == as_tuples(data)
