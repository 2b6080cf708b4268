from __future__ import annotations

import re
import string
import time

import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from agent_catalog.model.agent import Field, Reading, Value
from agent_catalog.model.finding import Flaw
from agent_catalog.reading.formats.document import Document
from agent_catalog.reading.formats.known import known_formats
from agent_catalog.reading.frontmatter import read_frontmatter, split
from strategies import FRAGMENTS

CLAUDE = known_formats()["claude-code"]
STRICT, RETRIED, SALVAGED = Reading.STRICT, Reading.RETRIED, Reading.SALVAGED

NO_COLON = "an unquoted value holds a colon and a space"
RETRY = "read only by tools that put the value in quotes"
SKIPPED = "Claude Code skips this file without a word"


def read(text: str) -> Document:
    return read_frontmatter(text, CLAUDE)


def framed(block: str, body: str = "Prompt.\n") -> Document:
    return read(f"---\n{block}\n---\n{body}")


def values(frontmatter: Document) -> dict[str, Value]:
    return {field.key: field.value for field in frontmatter.fields}


def readings(frontmatter: Document) -> dict[str, Reading]:
    return {field.key: field.reading for field in frontmatter.fields}


def found(frontmatter: Document) -> list[str]:
    return [f"a.md:{flaw}" for flaw in frontmatter.flaws]


def codes(frontmatter: Document) -> list[str]:
    return [flaw.code for flaw in frontmatter.flaws]


# Where the frontmatter is


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("---\na: b\n---\nbody", ("", "---", "\na: b\n", "---", "\nbody")),
        ("---\na: b\n---", ("", "---", "\na: b\n", "---", "")),
        ("---\r\na: b\r\n---\r\nbody", ("", "---\r", "\na: b\r\n", "---\r", "\nbody")),
        ("--- \t\na: b\n---\t\nbody", ("", "--- \t", "\na: b\n", "---\t", "\nbody")),
        ("---\n---\nbody", ("", "---", "\n", "---", "\nbody")),
        ("---\na: b\n-----\nbody", ("", "---", "\na: b\n", "-----", "\nbody")),
        ("\n \n---\na: b\n---\nbody", ("\n \n", "---", "\na: b\n", "---", "\nbody")),
        ("Hi\n---\nname: b\n---\nbody", ("Hi\n", "---", "\nname: b\n", "---", "\nbody")),
        ("  ---\n  a: b\n  ---\n  body", ("", "  ---", "\n  a: b\n", "  ---", "\n  body")),
        ("---\na: b\n\nbody", ("", "---", "\na: b", "", "\n\nbody")),
        ("---\n\na: b\n \nbody", ("", "---\n", "\na: b", "", "\n \nbody")),
        ("---\na: b", ("", "---", "\na: b", "", "")),
        ("---\na: b\n  ---\nbody", ("", "---", "\na: b\n", "  ---", "\nbody")),
        ("", ("", "", "", "", "")),
        ("---", ("", "", "", "", "---")),
        ("body\n\n---\n\nmore", ("", "", "", "", "body\n\n---\n\nmore")),
        ("a\n---\nb\n---\nc", ("", "", "", "", "a\n---\nb\n---\nc")),
        ("---\nprose\n\nmore", ("", "", "", "", "---\nprose\n\nmore")),
        ("--\na: b\n--\n", ("", "", "", "", "--\na: b\n--\n")),
        ("---\ra: b\r---\rbody", ("", "", "", "", "---\ra: b\r---\rbody")),
    ],
)
def test_a_file_is_parted_at_its_fences(text: str, parts: tuple[str, ...]) -> None:
    assert tuple(split(text)) == parts


@pytest.mark.parametrize(
    ("text", "prompt", "line"),
    [
        ("---\na: b\n---\nBody.\n", "Body.\n", 4),
        ("---\na: b\n---\n\n \t\n    code\n", "    code\n", 6),
        ("---\r\na: b\r\n---\r\n\r\nBody\r\nhere.", "Body\r\nhere.", 5),
        ("---\na: b\n---\n", "", 4),
        ("---\na: b\n---", "", 3),
        ("---\na: b\n\n\nBody.", "Body.", 5),
        ("\n\nBody.", "Body.", 3),
        ("Title\n---\nname: b\n---\nBody.", "Title\n---\nname: b\n---\nBody.", 1),
        ("\n---\na: b\n---\nBody.", "Body.", 5),
        ("  ---\n  a: b\n  ---\n\n  Body\n    here.\n", "Body\n  here.\n", 5),
    ],
)
def test_the_prompt_is_what_follows(text: str, prompt: str, line: int) -> None:
    frontmatter = read(text)
    assert (frontmatter.prompt, frontmatter.prompt_line) == (prompt, line)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("", "a.md:1:1: no frontmatter: Claude Code skips this file without a word [frontmatter-missing]"),
        ("---", "a.md:1:1: no frontmatter: Claude Code skips this file without a word [frontmatter-missing]"),
        ("\n\n---\na: b\n---\n", "a.md:3:1: the frontmatter does not start on line 1: Claude Code skips this file without a word [frontmatter-late]"),
        ("Hi\n---\nname: b\n---\n", "a.md:2:1: the frontmatter does not start on line 1: Claude Code skips this file without a word [frontmatter-late]"),
        ("  ---\n  a: b\n  ---\n", "a.md:1:1: the frontmatter does not start on line 1: Claude Code skips this file without a word [frontmatter-late]"),
        ("---\na: b\n\nBody", "a.md:1:1: the frontmatter is never closed: Claude Code skips this file without a word [frontmatter-unclosed]"),
        ("----\na: b\n---\n", "a.md:1:1: the first line has more than three dashes: Claude Code skips this file without a word [frontmatter-long-opening]"),
        ("---\na: b\n------\n", "a.md:3:1: the closing line has more than three dashes; the rest becomes prompt text [frontmatter-long-fence]"),
    ],
)  # fmt: skip
def test_a_fence_that_tools_do_not_see_is_told(text: str, finding: str) -> None:
    assert found(read(text)) == [finding]


@pytest.mark.parametrize("text", ["---\na: b\n---\n", "--- \r\na: b\r\n--- \r\n", "---\n---\n"])
def test_good_fences_are_not_told(text: str) -> None:
    assert found(read(text)) == []


# What is in it


def test_each_field_keeps_its_place_its_text_and_how_it_was_read() -> None:
    assert read("---\nname: 'é'\n\n# why\nlist:\n  - 1\n  - b  \nempty:\n---\n").fields == (
        Field(key="name", value="é", text="'é'", line=2, column=7, reading=STRICT),
        Field(key="list", value=(1, "b"), text="- 1\n  - b", line=5, column=3, reading=STRICT),
        Field(key="empty", value=None, text="", line=8, column=7, reading=STRICT),
    )


def test_fields_of_a_late_and_indented_block_keep_their_places() -> None:
    text = "\n   ---\n     name: a\n     text: b: c\n   ---\n"
    frontmatter = read(text)
    assert frontmatter.fields == (
        Field(key="name", value="a", text="a", line=3, column=12, reading=STRICT),
        Field(key="text", value="b: c", text="b: c", line=4, column=12, reading=RETRIED),
    )
    assert found(frontmatter)[1].startswith("a.md:4:13: not valid YAML")


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_line_breaks_of_either_kind_are_read_alike(line_break: str) -> None:
    text = "---\nname: a\ntext: |\n  b\n  c\nlist:\n- d\n---\nBody.\n".replace("\n", line_break)
    frontmatter = read(text)
    assert values(frontmatter) == {"name": "a", "text": "b\nc\n", "list": ("d",)}
    assert [field.line for field in frontmatter.fields] == [2, 3, 6]
    assert found(frontmatter) == []


@pytest.mark.parametrize(
    ("block", "read_as", "finding"),
    [
        ("description: Use it: now", {"description": "Use it: now"}, f"a.md:2:20: not valid YAML ({NO_COLON}); {RETRY} [yaml-needs-retry]"),
        ("description: **Bold** words", {"description": "**Bold** words"}, f"a.md:2:14: not valid YAML (`*` starts an alias); {RETRY} [yaml-needs-retry]"),
        ("tools: *", {"tools": "*"}, f"a.md:2:8: not valid YAML (`*` starts an alias); {RETRY} [yaml-needs-retry]"),
        ("a: [b", {"a": "[b"}, f"a.md:2:4: not valid YAML (`[` opens a list that does not end as one); {RETRY} [yaml-needs-retry]"),
        ("a: *x", {"a": "*x"}, f"a.md:2:4: not valid YAML (`*` starts an alias, and nothing has its name); {RETRY} [yaml-needs-retry]"),
        ("a: @b", {"a": "@b"}, f"a.md:2:4: not valid YAML (an unquoted value cannot start with `@`); {RETRY} [yaml-needs-retry]"),
    ],
)  # fmt: skip
def test_risky_values_are_read_as_written(
    block: str, read_as: dict[str, Value], finding: str
) -> None:
    frontmatter = framed(block)
    assert values(frontmatter) == read_as
    assert set(readings(frontmatter).values()) == {RETRIED}
    assert found(frontmatter) == [finding]


def test_only_risky_values_are_put_in_quotes() -> None:
    frontmatter = framed('a: x: "y" \\ z\nb: [1, {c: d}]\ne: "f: g"\nh: |\n  i: *j\nk: 2\nl: [*m]')
    assert frontmatter.fields == (
        Field(key="a", value='x: "y" \\ z', text='x: "y" \\ z', line=2, column=4, reading=RETRIED),
        Field(key="b", value=(1, {"c": "d"}), text="[1, {c: d}]", line=3, column=4, reading=STRICT),
        Field(key="e", value="f: g", text='"f: g"', line=4, column=4, reading=STRICT),
        Field(key="h", value="i: *j\n", text="|\n  i: *j", line=5, column=4, reading=STRICT),
        Field(key="k", value=2, text="2", line=7, column=4, reading=STRICT),
        Field(key="l", value="[*m]", text="[*m]", line=8, column=4, reading=RETRIED),
    )


def test_a_line_that_ends_in_crlf_is_not_put_in_quotes_as_tools_fail_to() -> None:
    frontmatter = read("---\r\nname: a\r\ndescription: b: c\r\n---\r\n")
    assert values(frontmatter) == {"name": "a", "description": "b: c"}
    assert found(frontmatter) == [
        (
            f"a.md:3:15: not valid YAML ({NO_COLON}), and the CR LF line ends keep Claude Code from "
            f"reading it all the same: {SKIPPED} [yaml-line-ends]"
        )
    ]


def test_leading_tabs_are_read_as_tools_do() -> None:
    frontmatter = framed("hooks:\n\tstart:\n\t\t- a")
    assert values(frontmatter) == {"hooks": {"start": ("a",)}}
    assert codes(frontmatter) == ["yaml-needs-retry"]


@pytest.mark.parametrize(
    ("block", "read_as"),
    [
        (
            'name: a\ndescription: Use it. Examples:\nContext: b\nuser: "c"\nassistant: "d: e"\nmodel: f',
            {
                "name": "a",
                "description": 'Use it. Examples:\nContext: b\nuser: "c"\nassistant: "d: e"',
                "model": "f",
            },
        ),
        (
            "name: a\ndescription: Use it when\n\nthe user asks.\n\nYes: it is.\ntools: Read",
            {
                "name": "a",
                "description": "Use it when\n\nthe user asks.\n\nYes: it is.",
                "tools": "Read",
            },
        ),
        (
            "name: a\ndescription: b\n model: c\n Color: red",
            {"name": "a", "description": "b", "model": "c", "Color": "red"},
        ),
        (
            'name: "a"\ndescription: "He said "no": never"\nversion: 2.0\nlist: [b, c]',
            {"name": "a", "description": 'He said "no": never', "version": 2.0, "list": ("b", "c")},
        ),
        (
            "name: a\ndescription: |\n  One.\n\n  Two.\nThree words\ntools:\n  - x",
            {"name": "a", "description": "One.\n\n  Two.\nThree words", "tools": ("x",)},
        ),
        (
            "name: a\nnested:\n  - b\n  c: d\nlast: e",
            {"name": "a", "nested": "- b\nc: d", "last": "e"},
        ),
        ("name: a\nb: \x07c\0d\nmodel: e", {"name": "a", "b": "\x07c\0d", "model": "e"}),
        ("name: a\n...\nmodel: b", {"name": "a", "model": "b"}),
        ("name: a\n? [b]\n: c", {"name": "a\n? [b]\n: c"}),
        ("- a\n- b", {}),
        ("just text", {}),
        ("'text'", {}),
        ("[" * 30_000, {}),
    ],
)  # fmt: skip
def test_what_no_tool_reads_is_read_key_by_key(block: str, read_as: dict[str, Value]) -> None:
    frontmatter = framed(block)
    assert values(frontmatter) == read_as
    assert set(readings(frontmatter).values()) <= {SALVAGED}
    assert codes(frontmatter) == ["yaml-unreadable"]
    assert frontmatter.flaws[0].fatal


def test_salvaged_fields_keep_their_places() -> None:
    frontmatter = framed("name: a\ntext:\n  b\nc: d: e\n model: f")
    assert frontmatter.fields == (
        Field(key="name", value="a", text="a", line=2, column=7, reading=SALVAGED),
        Field(key="text", value="b", text="b", line=3, column=3, reading=SALVAGED),
        Field(key="c", value="d: e", text="d: e", line=5, column=4, reading=SALVAGED),
        Field(key="model", value="f", text="f", line=6, column=9, reading=SALVAGED),
    )


def test_a_value_no_parser_takes_is_placed_where_it_starts() -> None:
    (field,) = framed("text:\n  - b\n : c: d").fields
    assert (field.line, field.column, field.text) == (2, 3, "- b\n : c: d")


@pytest.mark.parametrize(
    ("block", "place", "problem"),
    [
        ("é: a\nb: \x07", "3:4", "the character U+0007 is not allowed"),
        ("a: b\n...\nc: d", "4:1", "a YAML document ends before this line"),
        ("just text", "2:1", "this is no list of `key: value` lines"),
        ("a: b\n- c", "3:1", "this line is no key, and not indented as a part of the value above"),
        ("a: b\n c: d", "3:3", NO_COLON),
        ("a:\n " + " -" * 30, "3:43", "nested more than 20 levels deep"),
    ],
)
def test_what_is_wrong_with_the_yaml_is_told_where_it_is(
    block: str, place: str, problem: str
) -> None:
    assert found(framed(block)) == [
        f"a.md:{place}: not valid YAML ({problem}): {SKIPPED} [yaml-unreadable]"
    ]


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029", "\u200b", "\xa0", "\ufeff"])
def test_characters_that_end_no_line_do_not_break_a_value(character: str) -> None:
    frontmatter = framed(f"name: a{character}b\ntext: |\n  c{character}d\n\nmodel: e")
    assert values(frontmatter) == {
        "name": f"a{character}b",
        "text": f"c{character}d\n",
        "model": "e",
    }
    assert found(frontmatter) == []


def test_dialogue_that_passes_for_keys_belongs_to_the_description() -> None:
    frontmatter = framed("description: Examples\nuser: Hi\nassistant: Yes\nmodel: opus")
    assert values(frontmatter) == {
        "description": "Examples\nuser: Hi\nassistant: Yes",
        "model": "opus",
    }
    (finding,) = found(frontmatter)
    assert finding == (
        "a.md:3:1: Claude Code takes `user:` for a key of its own, and ends the description before "
        "it [description-cut]"
    )


def test_a_key_called_user_elsewhere_is_a_key() -> None:
    frontmatter = framed("description: a\nmodel: b\nuser: c")
    assert values(frontmatter) == {"description": "a", "model": "b", "user": "c"}
    assert found(frontmatter) == []


def test_of_keys_that_repeat_the_last_one_counts() -> None:
    assert values(framed("a: 1\nb: 2\na: 3\na: 4")) == {"a": 4, "b": 2}


# Three dashes within


LOST = "Claude Code ends the frontmatter at these three dashes and loses the rest of it"
NO_AGENT = "Claude Code ends the frontmatter at these three dashes and finds no agent in what is before them"


@pytest.mark.parametrize(
    ("block", "findings"),
    [
        ("name: a\ndescription: b --- c\nmodel: d", [f"a.md:3:16: {LOST} [frontmatter-stray-dashes]"]),
        ("name: a\ndescription: |\n  b\n  ---\n  c", [f"a.md:5:3: {LOST} [frontmatter-stray-dashes]"]),
        ("name: a\ndescription: b: c\nmodel: d----e", [f"a.md:4:9: {LOST} [frontmatter-stray-dashes]", f"a.md:3:15: not valid YAML ({NO_COLON}); {RETRY} [yaml-needs-retry]"]),
        ("name: a\ndescription: b\n--- c\nd: e: f", [f"a.md:4:1: {LOST} [frontmatter-stray-dashes]"]),
        ("description: b --- c\nname: a", [f"a.md:2:16: {NO_AGENT} [frontmatter-cut-off]"]),
        ("name: a\ndescription: 'b --- c'", [f"a.md:3:17: {NO_AGENT} [frontmatter-cut-off]"]),
        ("name: a\ndescription: --- b", [f"a.md:3:14: {NO_AGENT} [frontmatter-cut-off]"]),
    ],
)  # fmt: skip
def test_three_dashes_end_the_frontmatter_for_tools(block: str, findings: list[str]) -> None:
    frontmatter = framed(block)
    assert found(frontmatter) == findings
    told = frontmatter.flaws[0]
    assert told.fatal is (LOST not in told.message)


@pytest.mark.parametrize(
    ("block", "read", "prompt", "line"),
    [
        (
            "name: a\ndescription: b --- c\ntools: Read",
            {"name": "a", "description": "b"},
            "c\ntools: Read\n---\n\nGo.\n",
            3,
        ),
        (
            "name: a\ndescription: b\ndisallowedTools: Bash # --- cut\nmodel: d",
            {"name": "a", "description": "b", "disallowedTools": "Bash"},
            "cut\nmodel: d\n---\n\nGo.\n",
            4,
        ),
        (
            "name: a\ndescription: |\n  b\n  ---\n  c\ntools: Read",
            {"name": "a", "description": "b\n"},
            "c\ntools: Read\n---\n\nGo.\n",
            6,
        ),
    ],
)
def test_what_three_dashes_cut_off_is_prompt(
    block: str, read: dict[str, object], prompt: str, line: int
) -> None:
    frontmatter = framed(block, "\nGo.\n")
    assert values(frontmatter) == read
    assert (frontmatter.prompt, frontmatter.prompt_line) == (prompt, line)


def test_what_follows_three_dashes_is_read_where_no_agent_stands_before_them() -> None:
    assert values(framed("name: a\ntext: b --- c\nmodel: d")) == {
        "name": "a",
        "text": "b --- c",
        "model": "d",
    }


# Anything


def assert_holds(text: str) -> None:
    frontmatter = read(text)
    assert "".join(split(text)) == text
    assert frontmatter.prompt in text or split(text).opening[:1].isspace()
    lines = re.split(r"\r\n|\n|\r", text)
    assert 1 <= frontmatter.prompt_line <= len(lines)
    placed: list[Field | Flaw] = [*frontmatter.fields, *frontmatter.flaws]
    for each in placed:
        assert 1 <= each.line <= len(lines), each
        assert each.column >= 1, each
    for flaw in frontmatter.flaws:
        assert flaw.column <= len(lines[flaw.line - 1]) + 2, flaw  # CR LF are two
        assert "\n" not in flaw.message
    for field in frontmatter.fields:
        assert field.text in text or field.reading is not SALVAGED


@given(FRAGMENTS)
@settings(max_examples=1500)
@example("  ---\n      a: b: c\n  ---\n")
@example("---\njust text\n---\n")
@example("---\na:\n- b\n: c: d\n---")
def test_any_frontmatter_is_read(text: str) -> None:
    assert_holds(text)


@given(FRAGMENTS)
@settings(max_examples=700)
def test_anything_between_fences_is_read(block: str) -> None:
    assert_holds(f"---\n{block}\n---\nBody")


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert_holds(text)


KEYS = st.from_regex(r"[a-z][a-zA-Z-]{0,11}", fullmatch=True).filter(
    lambda key: key not in {"user", "assistant", "human", "commentary"} and "---" not in key
)


@given(
    st.dictionaries(KEYS, st.text(max_size=60), max_size=6),
    st.sampled_from([None, '"', "'", "|", ">"]),
    st.booleans(),
)
@settings(max_examples=300)
def test_valid_frontmatter_is_read_as_yaml_means_it(
    data: dict[str, str],
    style: str | None,
    unicode: bool,
) -> None:
    assume(
        not any(
            set(value) & set("\x85\u2028\u2029\U0001fffe\U0001ffff\U0002fffe")
            for value in data.values()
        )
    )
    block = yaml.safe_dump(data, default_style=style, allow_unicode=unicode, sort_keys=False)
    assume("---" not in block)
    numbers = re.compile(r"[-+]?[0-9.]+[eExXoO][-+0-9a-fA-F]+")  # strings in YAML 1.1 alone
    assume(not any(numbers.fullmatch(value) for value in data.values()))
    frontmatter = read(f"---\n{block}---\nBody")
    assert values(frontmatter) == data
    assert set(readings(frontmatter).values()) <= {STRICT}
    assert found(frontmatter) == []


RISKY = st.text(
    st.sampled_from("{}[]*&#!|>%@`") | st.sampled_from(string.ascii_letters + " '\"\\:,.-?=~é文"),
    min_size=1,
    max_size=40,
)


@given(KEYS, RISKY.map(str.strip))
@settings(max_examples=1000)
def test_a_risky_value_on_one_line_is_read_as_written(key: str, value: str) -> None:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    assume(not quoted and "---" not in value and not re.fullmatch(r"[|>][-+0-9]*", value))
    frontmatter = read(f"---\nname: a\n{key}: {value}\n---\n")
    field = frontmatter.fields[-1]
    assert field.key == key
    assert "yaml-unreadable" not in codes(frontmatter) or not re.search(
        r"[{}\[\]*&#!|>%@`]|: ", value
    )
    if "yaml-needs-retry" in codes(frontmatter):
        assert (field.value, field.text, field.reading) == (value, value, RETRIED)
        assert (field.line, field.column) == (3, len(key) + 3)


@pytest.mark.parametrize(
    "text",
    [
        "---\n" * 16_000,
        "-" * 64_000 + "x",
        "---\n" + " " * 64_000 + "x",
        "---" + " \n" * 32_000 + "x",
        "\n" * 64_000 + "x",
        "\n \t" * 20_000,
        "---\na: " + "[" * 64_000 + "\n---\n",
        "---\na: " + "'" * 64_000 + "\n---\n",
        "---\na: " + "|" * 64_000 + "\n---\n",
        "---\n" + "a: [b\n" * 10_000 + "---\n",
        "---\n" + "a: b: c\n" * 8_000 + "---\n",
        "---\n" + "Aa: b: c\n" * 8_000 + "---\n",
        "---\n" + "user: b: c\n" * 6_000 + "---\n",
        "---\n" + "\t" * 64_000 + "x\n---\n",
        "---\na: |\n" + "  --- b\n" * 8_000 + "---\n",
        "  ---\n" + "   a: *\n" * 8_000 + "  ---\n",
    ],
)
def test_sixty_four_kilobytes_of_anything_are_read_quickly(text: str) -> None:
    start = time.process_time()
    assert_holds(text)
    assert time.process_time() - start < 2
