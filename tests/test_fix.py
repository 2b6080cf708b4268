"""Mending: what `check --fix` changes in files, what it never changes, and what it leaves alone."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import frontmatter
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from agent_catalog.checking.catalog import check_catalog
from agent_catalog.checking.fix import Fixed, fix_agent, fixable
from agent_catalog.checking.mends import MENDERS
from agent_catalog.checking.policy import Acceptance, Policy
from agent_catalog.checking.rules import RULES
from agent_catalog.checking.scalars import written
from agent_catalog.checking.subject import Surroundings
from agent_catalog.commands.rewriting import difference, rewrite
from agent_catalog.model.agent import Agent, Reading, Value
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.catalog import catalog_of, read_catalog
from agent_catalog.reading.frontmatter import split
from agent_catalog.reading.marked_yaml import read_mapping
from agent_catalog.reading.sources import AgentFile, Source, file_name, readable
from sites import AGENT_CATALOG, ENVIRONMENT, write_tree
from strategies import FRAGMENTS

BOM = b"\xef\xbb\xbf"
EVERYTHING = Policy()
RENAMED = {"tools", "disallowedTools", "model"}
"""Keys whose values hold names that may change."""
NOT_YAML = "description: Reviews a change. Example: user: 'Look over \"my\" diff'"
AS_BLOCK = "description: |-\n  Reviews a change. Example: user: 'Look over \"my\" diff'"


def fix(data: bytes | str, path: str = "reviewer.md", policy: Policy = EVERYTHING) -> Fixed:
    """What mending makes of a file, if it is the only one."""
    data = data.encode() if isinstance(data, str) else data
    agent = read_agent(AgentFile(Source(Path(), shown="agents"), path, data))
    return fix_agent(agent, Surroundings(catalog_of((agent,))), policy)


def said(agent: Agent) -> list[tuple[str, Value]]:
    return [(field.key, field.value) for field in agent.fields]


def file(
    *lines: str, name: str = "name: reviewer", prompt: str = "\nYou review: --- all.\n"
) -> str:
    return "\n".join(["---", *([name] if name else []), *lines, "---", prompt])


# What is mended, and how

MENDED = {
    "frontmatter-late": [("\n\n---\nname: a\n---\n", "---\nname: a\n---\n")],
    "frontmatter-long-opening": [("-----\nname: a\n---\nB\n", "---\nname: a\n---\nB\n")],
    "frontmatter-long-fence": [
        ("---\nname: a\n------\nB\n", "---\nname: a\n---\nB\n"),
        ("---\r\nname: a\r\n------ \r\n\r\nB\n", "---\r\nname: a\r\n--- \r\n\r\nB\n"),
    ],
    "yaml-needs-retry": [
        (file(NOT_YAML), file(AS_BLOCK)),
        (file("description: A: b", "model: opus  "), file("description: |-\n  A: b", "model: opus  ")),
        (file("description: A", name="name: a: b"), file("description: A", name='name: "a: b"')),
        # what is YAML by itself stays as it is
        (file(NOT_YAML, "tools: Read, mcp__*"), file(AS_BLOCK, "tools: Read, mcp__*")),
        (file(NOT_YAML, "note: a # b"), file(AS_BLOCK, 'note: "a # b"')),
        (file(NOT_YAML, "# why", "", "hooks: ", "  a: 1"), file(AS_BLOCK, "# why", "", "hooks: ", "  a: 1")),
        (file("description: *all* of: it"), file("description: |-\n  *all* of: it")),
        (file("description: C:\\new: \\n"), file("description: |-\n  C:\\new: \\n")),
        (file("description:\ta: b"), file("description: |-\n  a: b")),
        (file('description: "Says" it: all'), file('description: |-\n  "Says" it: all')),
        (file("description:   a: b"), file("description:   |-\n  a: b")),
        (file("description: a: b", "hooks:", "\tx: 1"), file("description: |-\n  a: b", "hooks:", "  x: 1")),
    ],
    "yaml-line-ends": [
        (file(NOT_YAML).replace("\n", "\r\n"), file(AS_BLOCK).replace("\n", "\r\n")),
        (file(NOT_YAML, name="name: a: b").replace("\n", "\r\n"),
         file(AS_BLOCK, name='name: "a: b"').replace("\n", "\r\n")),
    ],
    "yaml-unreadable": [
        (file("description: A: b", "", "<example>", 'user: "c"', "</example>", "model: opus"),
         file("description: |-\n  A: b", "", "  <example>", '  user: "c"', "  </example>", "model: opus")),
        (file("description: a: b\u2028c"), file('description: "a: b\\u2028c"')),
        (file("description: a: b\u2028"), file("description: |-\n  a: b")),
        (file(" model: opus", "description: [x] y: z"), file("model: opus", "description: |-\n  [x] y: z")),
        (file("  description: A: b", "\tmodel:opus"), file("description: |-\n  A: b", "model: opus")),
        (file("description:A: b", "model：opus"), file("description: |-\n  A: b", "model: opus")),
    ],
    "key-swallowed": [
        (file("  description:A", "model: opus"), file("description: A", "model: opus")),
        (file(" description：A", "\tmodel： opus"), file("description: A", "model: opus")),
        (file("description: A", "\ttools:Read"), file("description: A", "tools: Read")),
        ("---\ndescription:\n  name: a\n  tools:\n    - Read\n---\nB\n",
         "---\ndescription:\nname: a\ntools:\n    - Read\n---\nB\n"),
    ],
    "description-cut": [
        (file("description: A.", 'user: "b"', "model: opus"),
         file('description: |-\n  A.\n  user: "b"', "model: opus")),
    ],
    "name-not-text": [
        (file("description: A", name="name: 404"), file("description: A", name='name: "404"')),
        (file("description: A", name="name: &n 404"), file("description: A", name='name: &n "404"')),
    ],
    "description-not-text": [(file("description: [A, b.]"), file('description: "[A, b.]"'))],
    "key-misspelt": [
        (file("description: A", "modle: opus"), file("description: A", "model: opus")),
        (file("description: A", "permission_mode: plan"), file("description: A", "permissionMode: plan")),
        (file("description: A", '"Tool": Read'), file("description: A", '"tools": Read')),
    ],
    "allowed-tools": [
        (file("description: A", "allowed-tools: Read, Bash(git *)"), file("description: A", "tools: Read, Bash(git *)")),
        (file("description: A", "allowed_tools:", "  - Read", "  - mcp__x"), file("description: A", "tools:", "  - Read", "  - mcp__x")),
    ],
    "tool-misspelt": [
        (file("description: A", "tools: Raed, Grep"), file("description: A", "tools: Read, Grep")),
        (file("description: A", "tools: [web_search, Grep, Bash]"), file("description: A", "tools: [WebSearch, Grep, Bash]")),
    ],
    "tool-renamed": [
        (file("description: &d A", "tools: &t Task"), file("description: &d A", "tools: &t Agent")),
        (file("description: A", "tools: Read, MultiEdit, Bash"), file("description: A", "tools: Read, Edit, Bash")),
        (file("description: A", "tools: Edit, MultiEdit, Bash"), file("description: A", "tools: Edit, Bash")),
        (file("description: A", "tools: MultiEdit, Edit"), file("description: A", "tools: Edit")),
        (file("description: A", "tools: MultiEdit,Bash,  Edit"), file("description: A", "tools: Bash,  Edit")),
        (file("description: A", "tools: [\"MultiEdit\", 'View', Edit]"), file("description: A", "tools: ['Read', Edit]")),
        (file("description: A", "tools:", "- Edit", '- "MultiEdit"', "- KillShell"), file("description: A", "tools:", "- Edit", "- TaskStop")),
        (file("description: A", "tools: Read", "disallowedTools: Task, Task(x)"), file("description: A", "tools: Read", "disallowedTools: Agent, Agent(x)")),
        (file("description: A", "tools: MyTask, Task(a, b), Bash(Task)"), file("description: A", "tools: MyTask, Agent(a, b), Bash(Task)")),
        (file("description: A", 'tools: "KillBash, KillShell"'), file("description: A", 'tools: "TaskStop"')),
    ],
    "model-misspelt": [
        (file("description: A", "model: sonet # why"), file("description: A", "model: sonnet # why")),
        (file("description: A", 'model: "Opsu"'), file("description: A", 'model: "opus"')),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [(code, before, after) for code, cases in MENDED.items() for before, after in cases],
)
def test_a_finding_is_mended_and_nothing_else(code: str, before: str, after: str) -> None:
    fixed = fix(before, policy=EVERYTHING.only({code}))
    assert {finding.code for finding in fixed.mended} == {code}
    assert fixed.left == ()
    assert fixed.after.data.decode() == after
    assert fix(after, policy=EVERYTHING.only({code})).mended == ()


def test_every_rule_that_can_be_mended_is_tested_and_says_so() -> None:
    assert list(MENDED) == list(MENDERS)
    assert {code for code, rule in RULES.items() if rule.fixable} == set(MENDERS)


@pytest.mark.parametrize("code", MENDERS)
def test_the_example_of_a_rule_is_mended(code: str) -> None:
    fixed = fix(RULES[code].bad)
    assert code in {finding.code for finding in fixed.mended}
    again = fix(fixed.after.data)
    assert (again.mended, again.left) == ((), ())


def test_one_run_mends_all_there_is() -> None:
    before = (
        "\n-----\nName: reviewer\n" + NOT_YAML + "\nallowed-tools: View, Read, Edit\n-----\nB\n"
    )
    after = "---\nname: reviewer\n" + AS_BLOCK + "\ntools: Read, Edit\n---\nB\n"
    fixed = fix(before)
    assert fixed.after.data.decode() == after


# What is left alone

LEFT = {
    "text before": ("Hello\n---\nname: a\ndescription: b\n---\n", "frontmatter-late"),
    "prompt indented": ("  ---\n  name: a\n  ---\n  B\n    C\n", "frontmatter-late"),
    "key is there": (file("description: A", "model: opus", "modle: opus"), "key-misspelt"),
    "two slips": (file("description: A", "disalowwedTool: Read"), "key-misspelt"),
    "tools are there": (file("description: A", "tools: Read", "allowed-tools: Read"), "allowed-tools"),
    "no comma": (file("description: A", "allowed-tools: Read Grep"), "allowed-tools"),
    "no tool": (file("description: A", "allowed-tools: Read, juggle"), "allowed-tools"),
    "list": (file("description:", "- a"), "description-not-text"),
    "where it ends": (file("tools: Read", "Category: x: [y", "description: A: b", "", "c", "model: d"), "yaml-unreadable"),
    "a comment": (file("description: a: b", "c: 'd", "# agent-catalog: ignore[x] y"), "yaml-unreadable"),
    "no key": (file("description: a: b: [", "model: x", name="oh no"), "yaml-unreadable"),
    "an alias": (file("description: 'A", "model: *m", name="name: &m a"), "yaml-unreadable"),
    "a map": (file(NOT_YAML, "hooks: {a: 1}"), "yaml-needs-retry"),
    "an open list": (file("description: A", "tools: [Read, Grep"), "yaml-needs-retry"),
    "a list of stars": (file(NOT_YAML, "tools: [*]"), "yaml-needs-retry"),
    "a list below": (file("description: A: b", "tools:", "  - @x"), "yaml-unreadable"),
    "an open name": (file("description: A", name="name: [x"), "yaml-needs-retry"),
    "an open map": (file("description: {A: b"), "yaml-needs-retry"),
    "an open quote": (file('description: "A it\'s', "model: opus"), "yaml-unreadable"),
    "an open single quote": (file("description: 'A it's", "model: opus"), "yaml-unreadable"),
    "a tag": (file("description: A", name="name: !!int 404"), "name-not-text"),
    "a tag of no parser": (file("description: A", "tools: Task", "x: !y z"), "tool-renamed"),
    "a number": (file("description: A", "model: best1"), "model-misspelt"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "code"), LEFT.values(), ids=LEFT)
def test_what_is_not_certain_is_left_alone_and_said(text: str, code: str) -> None:
    fixed = fix(text, policy=EVERYTHING.only({code}))
    assert not fixed.is_changed
    assert fixed.mended == ()
    assert {left.finding.code for left in fixed.left} == {code}
    assert all(left.why and not left.why.endswith(".") for left in fixed.left)


STARS = {
    "  bash: {git *: allow, *: deny}": '  bash: {git *: allow, "*": deny}',
    "  bash:\n    *: deny\n    git *: allow": '  bash:\n    "*": deny\n    git *: allow',
    "  edit: {*.md: allow}\n  *: ask": '  edit: {"*.md": allow}\n  "*": ask',
}


@pytest.mark.parametrize(("map_", "fixed"), STARS.items())
def test_a_star_that_is_a_key_gets_quotes(map_: str, fixed: str) -> None:
    text = file("description: A", "permission:", map_, name="")
    after = fix(text, ".opencode/agents/a.md").after
    assert after.data.decode() == file("description: A", "permission:", fixed, name="")
    assert isinstance(after.fields[-1].value, dict)
    assert after.loadable


@pytest.mark.parametrize(
    "map_",
    [
        "  bash: {a *: allow, *: deny",
        "  bash: {*: deny, [a: b}",
        "  bash: &x {*: deny}\n  edit: *x",
    ],
)
def test_a_map_with_another_mistake_is_left_alone(map_: str) -> None:
    text = file("description: A", "permission:", map_, name="")
    fixed = fix(text, ".opencode/agents/a.md")
    assert not fixed.is_changed
    assert fixed.left


@pytest.mark.parametrize("path", [".claude/agents/a.md", ".github/agents/a.agent.md"])
def test_an_open_list_never_becomes_text(path: str) -> None:
    fixed = fix(file("description: A", "tools: [Read, Grep"), path)
    assert not fixed.is_changed
    assert "may be a list, and not text" in {left.why.partition("` ")[2] for left in fixed.left}


def test_what_is_accepted_or_off_is_left_alone() -> None:
    text = file("description: A", "tools: Read, Task", "modle: opus")
    assert not fix(text, policy=EVERYTHING.without({"tool-renamed", "key-misspelt"})).is_changed
    accepted = Policy(acceptances=(Acceptance("agents/*", frozenset({"tool-*", *RULES}), "meant"),))
    assert not fix(text, policy=accepted).is_changed
    excepted = file(
        "# agent-catalog: ignore[tool-renamed] Old.", "description: A: b", "tools: Task"
    )
    after = fix(excepted).after.data.decode()
    assert "tools: Task\n" in after
    assert "description: |-\n  A: b\n" in after


def test_files_of_other_tools_keep_their_names() -> None:
    text = file("description: A", "tools: Read, MultiEdit", "modle: x")
    assert not fix(text, ".gemini/agents/a.md").is_changed


@pytest.mark.parametrize(
    "text", [NOT_YAML, "description: A\ntools: Task", "description: A\nmodle: x"]
)
def test_bytes_that_are_no_text_stay_as_they_are(text: str) -> None:
    head = f"---\nname: a\n{text}\n---\n".encode()
    odd = b"\nGar\xe7on \xff\x00\r\r\n no end \xed\xa0\x80"
    fixed = fix(BOM + head + odd)
    assert fixed.is_changed
    assert fixed.after.data == fix(BOM + head).after.data + odd
    assert fixed.after.data.startswith(BOM + b"---\n")
    wide = ("\ufeff" + head.decode()).encode("utf-16-le")
    assert not fix(wide).is_changed
    assert not fix(head.replace(b"name: a", b"name: a\xff") + odd).is_changed


# What holds of whatever is mended


def check_promises(fixed: Fixed) -> None:
    """The prompt stays, to the byte; the fields stay; a second run has nothing to do."""
    before, after = fixed.before, fixed.after
    assert after.prompt == before.prompt
    body = split(before.text).body
    if "\ufffd" not in body and not before.data.startswith((b"\xff\xfe", b"\xfe\xff")):
        assert after.data.endswith(body.encode())
    assert after.data.startswith(BOM) == before.data.startswith(BOM)
    renamed = {each.code for each in fixed.mended} & {"key-misspelt", "allowed-tools"}
    assert len(after.fields) == len(before.fields)
    for one, other in zip(before.fields, after.fields, strict=True):
        if one.key != other.key:
            assert renamed
            assert other.key not in {field.key for field in before.fields}
        if repr(one.value) != repr(other.value) and other.key not in RENAMED:
            assert other.key in {"name", "description"}  # is no text, and becomes it
            assert not isinstance(one.value, str)
            assert other.value == one.text
    if {each.code for each in fixed.mended if each.code.startswith("yaml-")}:
        assert {field.reading for field in after.fields} <= {Reading.STRICT}
        assert isinstance(yaml.safe_load(split(after.text).block), dict)
    again = fix(after.data, before.path)
    assert not again.is_changed
    if not fixed.is_changed:
        assert fixed.mended == ()


MENDABLE = [
    *("name: a\n", "name: 404\n", "name: a: b\n", " name: a\n", "Name: a\n"),
    *("description: a: b\n", "description: [a]\n", "description: 'a\n", 'desc: "a\n b: c"\n'),
    *('description: A.\nuser: "b"\n', "\n<example>\nuser: x\n</example>\n", "a---b: c\n"),
    *("tools: Read, Task, MultiEdit, Edit\n", 'tools: [MultiEdit, "Edit"]\n', "tools:\n - Task\n"),
    *("Tool: Raed\n", "allowed-tools: Read, Grep\n", "disallowedTools: KillShell\n"),
    *("modle: opus\n", "model: sonet\n", "color: red\r\n", "note: a # b\r\n", "hooks:\n\tx: y\n"),
    *("# agent-catalog: ignore[tool-renamed] b\n", "# c\n", "x: |\n  a\n  b: c\n", "y: &a 1\n"),
]


@given(FRAGMENTS)
@example("description: a: b\nmodel: opus\n")
def test_arbitrary_frontmatter_keeps_what_it_says(text: str) -> None:
    check_promises(fix(f"---\nname: a\n{text}\n---\n\nBody\n"))


@given(
    st.sampled_from(["---\n", "\n---\n", " ---\n", "-----\r\n"]),
    st.lists(st.sampled_from(MENDABLE), max_size=8).map("".join),
    st.sampled_from(["---\n", "----\n", "", "---\r\n"]),
    st.sampled_from(["", "B\n", "\nB", "  B\n"]),
)
def test_mistakes_of_all_kinds_are_mended_together(
    opening: str, keys: str, closing: str, prompt: str
) -> None:
    check_promises(fix(opening + keys + closing + prompt))


@given(FRAGMENTS)
def test_arbitrary_files_keep_what_they_say(text: str) -> None:
    check_promises(fix(text.encode(errors="surrogatepass")))


@given(st.binary())
def test_arbitrary_bytes_keep_what_they_say(data: bytes) -> None:
    check_promises(fix(b"---\nname: a\ntools: Task, MultiEdit, Edit\ndescription: b: c\n" + data))


@given(st.text(st.characters(exclude_categories=["Cs", "Cn"])))
@example("a: b\n\n  c\n")
@example(" a")
@example("\n\n")
@example("\ufeff\x85\x07\u2028\x7f")
def test_every_text_can_be_written(text: str) -> None:
    for block in (False, True):
        form = written("key", text, block=block)
        assert form is not None
        (entry,) = read_mapping(f"key: {form}\n")
        assert entry.value == text
        assert yaml.safe_load(f"key: {form}\nother: 1\n") == {"key": text, "other": 1}


# Real files


def is_yaml(data: bytes) -> bool:
    """Whether independent readers take the frontmatter for YAML: python-frontmatter and PyYAML."""
    text = data.decode("utf-8-sig")
    block = re.match(r"\s*---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", text, re.DOTALL | re.MULTILINE)
    try:
        # Python-frontmatter swallows nothing: it raises what PyYAML raises.
        return not block or bool(frontmatter.loads(text).metadata and yaml.safe_load(block[1]))
    except (yaml.YAMLError, AttributeError):
        return False


@pytest.mark.corpus
def test_all_that_is_no_yaml_is_mended_and_says_the_same(corpus: Path, tmp_path: Path) -> None:
    before = read_catalog([Source(corpus, shown="agents")])
    broken = {agent.path: agent for agent in before.agents if not is_yaml(agent.data)}
    assert len(broken) == 171
    folder = Path(shutil.copytree(corpus, tmp_path / "agents"))
    done = command(
        "agents", "--fix", "--select", "yaml-*,description-cut,frontmatter-*", cwd=tmp_path
    )
    assert done.stderr.endswith(b"Mended 175 findings in 175 files.\n")
    after = {agent.path: agent for agent in read_catalog([Source(folder, shown="agents")]).agents}
    changed = 0
    for agent in before.agents:
        now = after[agent.path]
        if now.data == agent.data:
            assert agent.path not in broken
            continue
        changed += 1
        assert is_yaml(now.data), agent.path
        assert said(now) == said(agent)
        assert now.prompt == agent.prompt
        body = split(agent.data.decode("utf-8-sig")).body.encode()
        assert body
        assert now.data.endswith(body)
        strict = yaml.safe_load(split(now.text).block)
        assert [strict[key] for key, value in said(agent) if isinstance(value, str)] == [
            value for _, value in said(agent) if isinstance(value, str)
        ]
        assert now.loadable
    assert changed == 175  # three more end before their description does, one in many dashes
    again = command("agents", "--fix", "--select", "yaml-*,description-cut", cwd=tmp_path)
    assert again.stderr == b"Mended 0 findings in 0 files.\n"


@pytest.mark.corpus
def test_every_real_file_keeps_what_it_says(corpus: Path) -> None:
    catalog = check_catalog(read_catalog([Source(corpus, shown="agents")]))
    around = Surroundings(catalog)
    fixes = [fix_agent(agent, around, EVERYTHING) for agent in fixable(catalog.agents)]
    for fixed in fixes:
        check_promises(fixed)
    assert sum(fixed.is_changed for fixed in fixes) > 400
    assert sum(len(fixed.left) for fixed in fixes) == 1


# The command


def command(*arguments: str, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [AGENT_CATALOG, "check", *arguments],
        cwd=cwd, input=stdin, capture_output=True, check=False, env=ENVIRONMENT,
    )  # fmt: skip


BROKEN = file(NOT_YAML, "tools: Read, Task", "color: red")
MENDED_BROKEN = file(AS_BLOCK, "tools: Read, Agent", "color: red")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tree = {
        "crew/reviewer.md": BROKEN.encode(),
        "crew/fine.md": file("description: A", name="name: fine").encode(),
    }
    return write_tree(tmp_path, tree)


def test_fix_writes_what_it_mends_and_reports_the_rest(folder: Path) -> None:
    target = folder / "crew/reviewer.md"
    target.chmod(0o640)
    untouched = (folder / "crew/fine.md").stat()
    done = command("crew", "--fix", cwd=folder)
    assert done.returncode == 0
    assert done.stderr == b"Mended 2 findings in 1 file.\n"
    assert b"[yaml-needs-retry]" not in done.stdout
    assert target.read_text() == MENDED_BROKEN
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert (folder / "crew/fine.md").stat().st_mtime_ns == untouched.st_mtime_ns
    assert sorted(path.name for path in (folder / "crew").iterdir()) == ["fine.md", "reviewer.md"]
    again = command("crew", "--fix", cwd=folder)
    assert again.stderr == b"Mended 0 findings in 0 files.\n"
    assert again.stdout == done.stdout


def test_diff_shows_it_and_writes_nothing(folder: Path) -> None:
    target = folder / "crew/reviewer.md"
    for arguments in (["--diff"], ["--fix", "--diff"]):
        shown = command("crew", *arguments, cwd=folder)
        assert shown.returncode == 1
        assert shown.stderr == b"Would mend 2 findings in 1 file.\n"
        assert target.read_text() == BROKEN
    assert shown.stdout.decode().split("\n") == [
        "--- a/crew/reviewer.md",
        "+++ b/crew/reviewer.md",
        "@@ -1,7 +1,8 @@",
        " ---",
        " name: reviewer",
        "-description: Reviews a change. Example: user: 'Look over \"my\" diff'",
        "-tools: Read, Task",
        "+description: |-",
        "+  Reviews a change. Example: user: 'Look over \"my\" diff'",
        "+tools: Read, Agent",
        " color: red",
        " ---",
        " ",
        "",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_git_applies_a_diff(folder: Path, end: str) -> None:
    data = BOM + file(NOT_YAML, prompt="no end").replace("\n", end).encode()
    target = folder / "crew/Ünï code.md"
    target.write_bytes(data)
    shown = command(str(target.relative_to(folder)), "--diff", cwd=folder)
    subprocess.run(
        ["git", "apply", "-"],
        input=shown.stdout, cwd=folder, check=True, env=ENVIRONMENT,
    )  # fmt: skip
    assert target.read_bytes() == BOM + file(AS_BLOCK, prompt="no end").replace("\n", end).encode()


def test_a_file_without_a_line_end_has_a_diff() -> None:
    fixed = fix("---\nname: a\ndescription: b\n------")
    assert difference(fixed).endswith(
        b"-------\n\\ No newline at end of file\n+---\n\\ No newline at end of file\n"
    )


def test_links_are_not_written_through(folder: Path) -> None:
    outside = folder / "outside.md"
    outside.write_text(BROKEN)
    (folder / "crew/link.md").symlink_to(outside)
    os.link(folder / "crew/reviewer.md", folder / "crew/twin.md")
    done = command("crew", "crew/link.md", "--fix", cwd=folder)
    assert outside.read_text() == BROKEN
    assert (folder / "crew/link.md").is_symlink()
    assert (folder / "crew/reviewer.md").read_text() == BROKEN
    assert (folder / "crew/reviewer.md").samefile(folder / "crew/twin.md")
    assert sorted(done.stderr.decode().splitlines()) == [
        "Mended 0 findings in 0 files.",
        "crew/link.md: passed over: a symbolic link, which may lead out of the folder",
        "crew/reviewer.md: not mended: it has more than one name (hard links)",
        "crew/twin.md: not mended: it has more than one name (hard links)",
    ]
    assert done.returncode == 1


def test_what_has_changed_since_it_was_read_stays(folder: Path) -> None:
    stale = AgentFile(Source(folder / "crew"), "reviewer.md", b"other")
    with pytest.raises(OSError, match="it has changed since it was read"):
        rewrite(stale, b"new")
    assert (folder / "crew/reviewer.md").read_text() == BROKEN
    (folder / "crew/reviewer.md").unlink()
    with pytest.raises(FileNotFoundError):
        rewrite(stale, b"new")


def test_a_folder_that_is_a_link_is_a_source(folder: Path) -> None:
    (folder / "agents").symlink_to(folder / "crew")
    command("agents", "--fix", cwd=folder)
    assert (folder / "crew/reviewer.md").read_text() == MENDED_BROKEN


def test_what_cannot_be_mended_is_said_where_it_is(folder: Path) -> None:
    (folder / "crew/late.md").write_text("Hi\n" + file("description: A", name="name: late"))
    done = command("crew/late.md", "--fix", cwd=folder)
    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == [
        (
            "crew/late.md:2:1: not mended: what stands before the frontmatter may be meant to stay "
            "[frontmatter-late]"
        ),
        "Mended 0 findings in 0 files.",
    ]
    assert b"[frontmatter-late]" in done.stdout


def test_only_what_is_selected_is_mended(folder: Path) -> None:
    command("crew", "--fix", "--select", "tool-renamed", cwd=folder)
    assert (folder / "crew/reviewer.md").read_text() == BROKEN.replace("Task", "Agent")


def test_standard_input_has_a_diff_but_no_file(folder: Path) -> None:
    shown = command("-", "--diff", cwd=folder, stdin=BROKEN.encode())
    assert shown.stdout.startswith(b"--- a/stdin.md\n+++ b/stdin.md\n")
    refused = command("-", "--fix", cwd=folder, stdin=BROKEN.encode())
    assert refused.returncode == 2
    assert b"--diff shows" in refused.stderr


@pytest.mark.parametrize("name", [b"a\\x41.md", b"caf\xe9.md", "Ünï\n😀.md".encode(), b"a\\\\b.md"])
def test_files_of_any_name_are_mended(tmp_path: Path, name: bytes) -> None:
    assert os.fsencode(file_name(readable(name))) == name
    target = os.path.join(os.fsencode(tmp_path), name)  # noqa: PTH118 (a name in bytes)
    Path(os.fsdecode(target)).write_text(BROKEN)
    command(".", "--fix", cwd=tmp_path)
    assert Path(os.fsdecode(target)).read_text() == MENDED_BROKEN
    Path(os.fsdecode(target)).write_text(BROKEN)
    command(os.fsdecode(name), "--fix", cwd=tmp_path)
    assert Path(os.fsdecode(target)).read_text() == MENDED_BROKEN


def test_only_files_with_something_to_mend_are_tried() -> None:
    agents = tuple(fix(text).before for text in (BROKEN, file("description: A")))
    assert list(fixable(agents)) == []  # nothing is found before the rules are applied
