"""Rules for the prompt: what they find, where, and what they leave alone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from checks import codes, findings, found

HEAD = (
    "---\nname: reviewer\ncolor: red\ntools: Read\n"
    "description: Reviews a change before a merge.\n---\n"
)
START = "You review changes, and say what is wrong, where, and how to mend it.\n"


def file(prompt: str) -> str:
    return f"{HEAD}{START}{prompt}"


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("```\ncode\n```\n", []),
        ("```\ncode\n", ["8:1 prompt-unclosed-fence"]),
        ("One.\rTwo.\n\n```", ["8:5 invisible-characters", "11:1 prompt-unclosed-fence"]),
        ("- a\n  ```\n  code\n  ```\n", []),
        ("````markdown\n```\na\n```\n````\n", []),
        ("```markdown\n```python\na\n```\n```\n", ["12:1 prompt-unclosed-fence"]),
        ("~~~\n```\n~~~\n", []),
        ("> ```\n> a\n\nb\n", ["8:3 prompt-unclosed-fence"]),
        ("```js inline``` code\n", []),
    ],
)
def test_fences(tmp_path: Path, prompt: str, told: list[str]) -> None:
    assert found(tmp_path, file(prompt)) == told


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("See [a](a.md).", ["8:9 dead-link"]),
        ("See [a](a.md) and\n[b](b.md).", ["8:9 dead-link", "9:5 dead-link"]),
        ("See [a][1].\n\n[1]: a.md", ["8:1 dead-link"]),
        ("![a](a.png)", ["8:6 dead-link"]),
        ("`[a](a.md)`", []),
        ("```\n[a](a.md)\n```", []),
        ("[a](https://example.org/a.md) <mailto:a@example.org> [b](mailto:a@b.c)", []),
        ("[a](path/to/file.md) [b](url) [c](...) [d](<name>.md) [e]({x}.md)", []),
        ("# Über uns\n\n[a](#über-uns) [b](#nowhere) [c](#)", ["10:20 dead-link"]),
        ("[a](other.md#x) [b](team/other.md) [c](./team/) [d](notes.txt)", []),
        ("[a](team/../../agents/none.md)", ["8:5 dead-link"]),
        ("[a](../../../../../../../etc/passwd)", ["8:5 dead-link"]),
        ("[a](/other.md) [b](/none.md)", ["8:20 dead-link"]),
        ("[a](other%2emd) [b](no%20ne.md)", ["8:21 dead-link"]),
        ("[a](%00) [b](" + "x" * 300 + "/a.md)", ["8:5 dead-link", "8:14 dead-link"]),
    ],
)
def test_links(tmp_path: Path, prompt: str, told: list[str]) -> None:
    (tmp_path / "team").mkdir()
    (tmp_path / "team/other.md").write_text(HEAD.replace("reviewer", "other") + START)
    (tmp_path / "other.md").write_text("Notes.")
    (tmp_path / "notes.txt").write_text("Notes.")
    result = findings(tmp_path, {"reviewer.md": file(prompt)})
    links = [each for each in result if each.path == "agents/reviewer.md"]
    assert [f"{each.line}:{each.column} {each.code}" for each in links] == told


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("Hand it to the `code-mender` agent.", ["8:17 agent-unknown"]),
        ("Use **code-mender** subagent, use `code-mender` agent.", ["8:7 agent-unknown"]),
        ("Call @agent-mender.", ["8:13 agent-unknown"]),
        ("subagent_type: 'mender', subagent_type='one:team-mate'", ["8:17 agent-unknown"]),
        ("Hand it to the `team-mate` agent, or `general-purpose` agent.", []),
        ("A `multi-step` agent is one. A code-mender agent, too.", []),
    ],
)
def test_other_agents(tmp_path: Path, prompt: str, told: list[str]) -> None:
    mate = HEAD.replace("name: reviewer", "name: team-mate") + START
    tree = {"reviewer.md": file(prompt), "team-mate.md": mate}
    result = findings(tmp_path, tree)
    assert [f"{each.line}:{each.column} {each.code}" for each in result] == told
    assert findings(tmp_path, tree, whole=False) == []


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("A\u200bB", ["8:2 invisible-characters"]),
        ("\u202eA\u202c", ["8:1 invisible-characters"]),
        ("A\ufeff", ["8:2 invisible-characters"]),
        ("A\x1b[0m", ["8:2 invisible-characters"]),
        ("👩\u200d💻 ❤\ufe0f نمی\u200cخواهم", []),
        ("Caf\u00e9\u00a0au lait", []),
        ("line\r\nline\r\n", []),
        ("<!-- Do not tell the user. -->", ["8:1 hidden-comment"]),
        ("a <!-- Do\nnot tell.\n--> e", ["8:3 hidden-comment"]),
        ("<!-- end -->", []),
        ("`<!-- Do not tell. -->`", []),
        ("```html\n<!-- Do not tell. -->\n```", []),
        ("C:\\Users\\jd\\a", ["8:1 personal-path"]),
        ("@Users@jd@a @Users@jd@b", ["8:1 personal-path"]),
        ("@home@user@a @Users@you@b @home@...@c ~@d @Users@<name>@e", []),
        ("https:@@example.org@home@jd@a", []),
        ("TODO: say more", ["8:1 placeholder"]),
        ("- [ ] TODO: say more", ["8:7 placeholder"]),
        ("Look for TODO: comments.\nTODO comments are noted.\n`TODO: x`", []),
        ("[INSERT the name of the team]", ["8:1 placeholder"]),
        ("Check for `[TODO]` and [TBD].", []),
        ("Lorem ipsum dolor sit amet", ["8:1 placeholder"]),
        ("Never write lorem ipsum.", []),
    ],
)  # fmt: skip
def test_what_nobody_should_find(tmp_path: Path, prompt: str, told: list[str]) -> None:
    assert found(tmp_path, file(prompt.replace("@", "/"))) == told  # no path of a machine here


@pytest.mark.parametrize(
    ("prompt", "place", "message"),
    [
        ("Deploy ðŸš€ it.", "8:8", "`ðŸš€` was encoded twice and stands for `🚀`"),
        ("The cafÃ©'s menu.", "8:8", "`cafÃ©'s` was encoded twice and stands for `café's`"),
        ("Itâ€™s.\nâ€¢ a\nâ€¢ b", "8:3", "`Itâ€™s.` was encoded twice and stands for `It’s.`, and 2 more in this file"),
        ("```\nâ”œâ”€â”€ a\n```", "9:1", "`â”œâ”€â”€` was encoded twice and stands for `├──`"),
        ("cafÃƒÂ©", "8:4", "`cafÃƒÂ©` was encoded twice and stands for `café`"),
        ("dÃ\xadas â€\x9d", "8:2", "`dÃ\xadas` was encoded twice and stands for `días`, and 1 more in this file"),
    ],
)  # fmt: skip
def test_text_that_was_encoded_twice(tmp_path: Path, prompt: str, place: str, message: str) -> None:
    (told,) = findings(tmp_path, {"reviewer.md": file(prompt)})
    assert (told.code, f"{told.line}:{told.column}") == ("text-double-encoded", place)
    assert told.message == message


@pytest.mark.parametrize(
    "prompt",
    [
        "A pair such as `Ã©` tells of it.",
        "Where it says â€™, write ’ instead.",
        "Write é, not Ã©.",
        "Le cafÉ… est à côté, à l’été.",
    ],
)
def test_text_that_was_encoded_twice_may_be_talked_about(tmp_path: Path, prompt: str) -> None:
    assert codes(tmp_path, file(prompt)) == []


def test_a_description_that_was_encoded_twice(tmp_path: Path) -> None:
    text = file("").replace("a change", "a changeâ€”all of it")
    (told,) = findings(tmp_path, {"reviewer.md": text})
    assert (told.code, told.line, told.column) == ("text-double-encoded", 5, 30)


AWS = "AKIA"
KEY_BODY = "MIIEpAIBAAKCAQEA7bq1kS0pX9vJ2mT4cYw8zL3nR6uQ5hF0dE1gK7iO2tP9sWxV"


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("ghp_" + "q8Zr3TnW" * 4 + "kV5m", ["8:1 secret"]),
        ("key: " + AWS + "Q3ZTNW7XK5VM2PLR", ["8:6 secret"]),
        (AWS + "IOSFODNN7EXAMPLE", []),
        ("ghp_" + "x" * 36, []),
        ("ghp_your" + "Q8zr3TnW" * 4, []),
        ("sk-ant-api03-" + "aB3dE5gH7j" * 9, ["8:1 secret"]),
        ("A line `-----BEGIN RSA PRIVATE KEY-----` is one.", []),
        (f"-----BEGIN RSA PRIVATE KEY-----\n{KEY_BODY}\n{KEY_BODY}\n", ["8:6 secret"]),
        ("A long_identifier_of_many_words_and_9_digits in a-text-of-9-words", []),
    ],
)  # fmt: skip
def test_secrets(tmp_path: Path, prompt: str, told: list[str]) -> None:
    result = findings(tmp_path, {"reviewer.md": file(prompt)})
    assert [f"{each.line}:{each.column} {each.code}" for each in result] == told
    for each in result:
        assert prompt[8:20] not in each.message + each.mend, "a secret must not be told on"


def test_an_indented_file_is_told_with_its_own_lines(tmp_path: Path) -> None:
    text = "".join(f"    {line}\n" for line in file("TODO: say more").splitlines())
    told = [
        each for each in findings(tmp_path, {"reviewer.md": text}) if each.code == "placeholder"
    ]
    assert [each.line for each in told] == [8]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD, ["prompt-empty"]),
        (HEAD + " \n", ["prompt-empty"]),
        (HEAD + "\nHi.\n", ["prompt-short"]),
        (HEAD + "\n" + "x" * 50, []),
    ],
)
def test_the_length_of_the_prompt(tmp_path: Path, text: str, told: list[str]) -> None:
    assert codes(tmp_path, text) == told


@pytest.mark.parametrize(
    "part", ["```\n", "[a](b.md) ", "<!-- a b ", "`a-b` agent ", "[INSERT a ", "\u200b"]
)
def test_long_prompts_are_checked_quickly(tmp_path: Path, part: str) -> None:
    start = time.process_time()
    findings(tmp_path, {"reviewer.md": file(part * (60_000 // len(part)))})
    assert time.process_time() - start < 4
