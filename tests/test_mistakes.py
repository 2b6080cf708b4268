"""What is said of text that is no YAML: the mistake, its place, and a fix that is one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from agent_catalog.model.finding import Flaw
from agent_catalog.reading import marked_yaml
from agent_catalog.reading.formats.recognition import default_format
from agent_catalog.reading.frontmatter import read_frontmatter
from checks import codes

HEAD = "---\nname: reviewer\ncolor: red\ntools: Read\n"
BODY = "\n---\n\nYou review changes, and say what is wrong, where, and how to mend it.\n"
BLOCK = "Write `|` after the key's colon and the whole value indented by two spaces below it."
AS_TEXT = "Put the value in double quotes."
DESCRIPTION = "description: Reviews a change before it is merged."

CASES = {
    "tab below a key": (
        f"{DESCRIPTION}\nhooks:\n\tStop: []",
        "7:1 a tab indents this line",
        "Indent with spaces",
        f"{DESCRIPTION}\nhooks:\n  Stop: []",
    ),
    "tab within a text": (
        "description: |\n\tReviews a change before it is merged.",
        "6:1 a tab indents this line",
        "Indent with spaces",
        "description: |\n  Reviews a change before it is merged.",
    ),
    "key indented": (
        f"{DESCRIPTION}\n  model: opus",
        "6:3 `model` is indented",
        "Start it as far left as the other keys.",
        f"{DESCRIPTION}\nmodel: opus",
    ),
    "no space": (
        f"{DESCRIPTION}\nmodel:opus",
        "6:1 `model` has no space behind its colon",
        "Write a space behind its colon.",
        f"{DESCRIPTION}\nmodel: opus",
    ),
    "colon of another script": (
        f"{DESCRIPTION}\nmodel：opus",
        "6:1 `model` has `：` for a colon",
        "Give it a plain colon and a space.",
        f"{DESCRIPTION}\nmodel: opus",
    ),
    "colon and space": (
        "description: Reviews a change: all of it.",
        "5:30 an unquoted value holds a colon and a space",
        BLOCK,
        "description: |\n  Reviews a change: all of it.",
    ),
    "colon at the end": (
        "description: Reviews a change for\n  these:\n  - defects",
        "6:8 a colon ends a line of an unquoted value",
        BLOCK,
        "description: |\n  Reviews a change for\n  these:\n  - defects",
    ),
    "quote unclosed": (
        'description: "Reviews a change before it is merged.\n  And after.',
        "5:14 a quote is opened here and never closed",
        "Close the quote at the end of the value.",
        'description: "Reviews a change before it is merged.\n  And after."',
    ),
    "quote unclosed before another": (
        'description: "Reviews a change before it is merged.\nmodel: "opus"',
        "5:14 a quote is opened here, and not closed before a line that is not indented",
        "Close the quote where the value ends",
        'description: "Reviews a change before it is merged."\nmodel: "opus"',
    ),
    "lines of a quote not indented": (
        'description: "Reviews a change\nbefore it is merged."',
        "5:14 a quote is opened here, and not closed before a line that is not indented",
        "indent every line of it",
        'description: "Reviews a change\n  before it is merged."',
    ),
    "quotes within quotes": (
        'description: "Reviews what is "done" before it is merged."',
        "5:32 text follows the quote that closes the value",
        'Put a backslash before each `"` within the value.',
        'description: "Reviews what is \\"done\\" before it is merged."',
    ),
    "apostrophe within quotes": (
        "description: 'Reviews what's done before it is merged.'",
        "5:28 text follows the quote that closes the value",
        "Write each `'` within the value twice.",
        "description: 'Reviews what''s done before it is merged.'",
    ),
    "text after quotes": (
        'description: "Reviews": a change before it is merged.',
        "5:23 text follows the quote that closes the value",
        "Or take the outer quotes away, and write `|`",
        'description: |\n  "Reviews": a change before it is merged.',
    ),
    "backslash": (
        'description: "Reviews a change in C:\\done before it is merged."',
        "5:37 a backslash in double quotes starts no escape of YAML",
        "Write each backslash twice",
        'description: "Reviews a change in C:\\\\done before it is merged."',
    ),
    "alias": (
        "description: **Reviews** a change before it is merged.",
        "5:14 `*` starts an alias",
        AS_TEXT,
        'description: "**Reviews** a change before it is merged."',
    ),
    "alias of nothing": (
        f"{DESCRIPTION}\ninitialPrompt: *mine",
        "6:16 `*` starts an alias, and nothing has its name",
        AS_TEXT,
        f'{DESCRIPTION}\ninitialPrompt: "*mine"',
    ),
    "anchor": (
        "description: & reviews a change before it is merged.",
        "5:14 `&` starts an anchor",
        AS_TEXT,
        'description: "& reviews a change before it is merged."',
    ),
    "two anchors": (
        "description: &reviews &a change before it is merged.",
        "5:23 the value starts with a mark of YAML",
        AS_TEXT,
        'description: "&reviews &a change before it is merged."',
    ),
    "tag": (
        "description: !review!now a change before it is merged.",
        "5:14 `!` starts a tag",
        AS_TEXT,
        'description: "!review!now a change before it is merged."',
    ),
    "at sign": (
        "description: @reviewer sees a change before it is merged.",
        "5:14 an unquoted value cannot start with `@`",
        AS_TEXT,
        'description: "@reviewer sees a change before it is merged."',
    ),
    "percent sign": (
        "description: %s is reviewed before it is merged.",
        "5:14 an unquoted value cannot start with `%`",
        AS_TEXT,
        'description: "%s is reviewed before it is merged."',
    ),
    "backtick": (
        "description: `git diff` is reviewed before it is merged.",
        "5:14 an unquoted value cannot start with a backtick",
        AS_TEXT,
        'description: "`git diff` is reviewed before it is merged."',
    ),
    "closing bracket": (
        "description: ] is reviewed before it is merged.",
        "5:14 an unquoted value cannot start with `]`",
        AS_TEXT,
        'description: "] is reviewed before it is merged."',
    ),
    "dash": (
        "description: - reviews a change before it is merged.",
        "5:14 an unquoted value cannot start with `-` and a space",
        "If it is text, put the value in double quotes.",
        'description: "- reviews a change before it is merged."',
    ),
    "list unclosed": (
        f"{DESCRIPTION}\nskills: [testing, style",
        "6:9 `[` opens a list that does not end as one",
        "Close it with `]`",
        f"{DESCRIPTION}\nskills: [testing, style]",
    ),
    "map unclosed": (
        f"{DESCRIPTION}\nhooks: {{Stop: []",
        "6:8 `{` opens a map that does not end as one",
        "Close it with `}`",
        f"{DESCRIPTION}\nhooks: {{Stop: []}}",
    ),
    "text after a bracket": (
        "description: [Reviews](rules.md) a change before it is merged.",
        "5:23 text follows the bracket that closes the value",
        AS_TEXT,
        'description: "[Reviews](rules.md) a change before it is merged."',
    ),
    "braces of a template": (
        "description: {{ role }} who reviews a change before it is merged.",
        "5:15 a key must be text",
        "Put the value in double quotes if it is text",
        'description: "{{ role }} who reviews a change before it is merged."',
    ),
    "text after a block's mark": (
        "description: | Reviews a change before it is merged.",
        "5:16 text follows the mark of a block on its line",
        "Write the text on the lines below the mark",
        "description: |\n  Reviews a change before it is merged.",
    ),
    "less indented line of a block": (
        "description: |\n    Reviews a change\n  before it is merged.",
        "7:3 this line is indented otherwise than what it is a part of",
        "indent all lines of a text alike",
        "description: |\n    Reviews a change\n    before it is merged.",
    ),
    "line at the left": (
        "description: Reviews a change\nbefore it is merged.",
        "6:1 this line is no key, and not indented as a part of the value above",
        BLOCK,
        "description: |\n  Reviews a change\n  before it is merged.",
    ),
    "list at the left": (
        "description: Reviews a change for\n- defects",
        "6:1 this line is no key, and not indented as a part of the value above",
        BLOCK,
        "description: |\n  Reviews a change for\n  - defects",
    ),
    "comment within": (
        "description: Reviews a change # mine\n  before it is merged.",
        "6:3 a comment ends the value above, and this line goes on with it",
        "Take the comment out.",
        "description: Reviews a change\n  before it is merged.",
    ),
    "end of a document": (
        f"{DESCRIPTION}\n...\nmodel: opus",
        "7:1 a YAML document ends before this line",
        "Take out what ends it, such as a line `...`.",
        f"{DESCRIPTION}\nmodel: opus",
    ),
    "directive": (
        f"{DESCRIPTION}\n%note: mine",
        "6:1 `%` starts a directive of YAML",
        "start it with `#` if it is a comment",
        f"{DESCRIPTION}\n# note: mine",
    ),
    "control character": (
        "description: Reviews a change\x07 before it is merged.",
        "5:30 the character U+0007 is not allowed",
        "Take the character out.",
        "description: Reviews a change before it is merged.",
    ),
    "too deep": (
        f"{DESCRIPTION}\nhooks: {'[' * 21}{']' * 21}",
        "6:28 nested more than 20 levels deep",
        "Nest lists and maps less deeply.",
        f"{DESCRIPTION}\nhooks: {{}}",
    ),
}


@pytest.fixture(params=["libyaml", "PyYAML"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Reads with libyaml's parser, then with the one where libyaml is not compiled in."""
    if request.param == "PyYAML":
        monkeypatch.setattr(marked_yaml, "LOADER", yaml.SafeLoader)
    return str(request.param)


def flaws(block: str) -> tuple[Flaw, ...]:
    return read_frontmatter(f"{HEAD}{block}{BODY}", default_format()).flaws


@pytest.mark.parametrize(("broken", "what", "fix", "fixed"), CASES.values(), ids=CASES)
def test_the_fix_that_is_told_is_one(  # noqa: PLR0913, PLR0917 (a case has four parts)
    tmp_path: Path, parser: str, broken: str, what: str, fix: str, fixed: str
) -> None:
    (flaw,) = flaws(broken)
    place, _, told = what.partition(" ")
    # Of an escape, PyYAML's own parser tells the character behind the backslash.
    column = flaw.column - (parser == "PyYAML" and "backslash" in told)
    assert f"{flaw.line}:{column}" == place
    assert re.match(rf"not valid YAML \({re.escape(told)}\)[:;]", flaw.message)
    assert fix in flaw.mend
    assert codes(tmp_path, f"{HEAD}{fixed}{BODY}") == []


@pytest.mark.parametrize(("broken", "fixed"), [(case[0], case[3]) for case in CASES.values()])
def test_the_fix_makes_it_yaml_to_other_parsers(broken: str, fixed: str) -> None:
    assert broken != fixed
    block = f"{HEAD}{fixed}".removeprefix("---\n")
    assert set(yaml.safe_load(block)) >= {"name", "color", "tools", "description"}


def test_the_fix_for_line_ends_is_that_of_the_mistake() -> None:
    (flaw,) = flaws("description: **Reviews** a change: all.\r")
    assert flaw.code == "yaml-line-ends"
    assert flaw.mend.startswith(AS_TEXT)
    assert "With LF line ends" in flaw.mend
