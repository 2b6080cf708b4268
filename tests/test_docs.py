"""What the documentation says is so: it is complete, and its examples work."""

from __future__ import annotations

import pkgutil
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest
import yaml
from click.testing import CliRunner
from markdown_it import MarkdownIt
from pydantic import BaseModel

import agent_catalog
from agent_catalog.__main__ import main
from agent_catalog.checking.policy import matching
from agent_catalog.checking.rules import RULES
from agent_catalog.config import AcceptOption, Options, RuleOption, SourceOption
from agent_catalog.model import limits
from agent_catalog.model.catalog import address
from agent_catalog.model.finding import Severity
from agent_catalog.model.tool import ToolMode
from agent_catalog.publishing.exports import CatalogRecord
from agent_catalog.publishing.rules import rules_page
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.formats.recognition import default_format
from agent_catalog.reading.sources import AgentFile, Source
from checks import findings
from sites import REPOSITORY, agent_file, build_project, mkdocs_build, run, write_tree

DOCS = REPOSITORY / "docs"
READ_ON_GITHUB = [REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
PAGES = [*READ_ON_GITHUB, *sorted(DOCS.rglob("*.md"))]

_TITLE = re.compile(r'title="([^"]+)"')
_INLINE_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


class Example(NamedTuple):
    """A fenced block of code."""

    page: Path
    line: int
    language: str
    title: str
    code: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(REPOSITORY)}:{self.line}"


def examples(*pages: Path) -> Iterator[Example]:
    for page in pages:
        for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
            if token.type == "fence" and token.map:
                language, _, rest = token.info.partition(" ")
                title = _TITLE.search(rest)
                yield Example(
                    page, token.map[0] + 1, language, title[1] if title else "", token.content
                )


EXAMPLES = list(examples(*PAGES))
COMMANDS = [
    (each, line.removeprefix("$ "))
    for each in EXAMPLES
    for line in each.code.splitlines()
    if line.startswith("$ ")
]
AGENTS = [each for each in EXAMPLES if each.language == "markdown" and "---\n" in each.code[:5]]
REPORTED = [each for each in EXAMPLES if each.title.startswith("Reported as ")]
PROJECTS = [each for each in EXAMPLES if each.title == "mkdocs.yml"]


def text(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def headings(page: str) -> list[str]:
    """The headings of a page, without the marks of code."""
    return [line.strip("#` ") for line in text(page).splitlines() if line.startswith("#")]


def table(page: str, heading: str) -> list[list[str]]:
    """The rows of the first table with this text in its head."""
    lines = text(page).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    rows = lines[start + 2 :]
    end = next((number for number, line in enumerate(rows) if not line.startswith("|")), len(rows))
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows[:end]]


# What the pages refer to.


def test_links_of_the_files_at_the_top_lead_to_files() -> None:
    links = [
        target.partition("#")[0]
        for page in READ_ON_GITHUB
        for target in re.findall(r'(?:\]\(|srcset="|src=")([^)"]+)', page.read_text())
        if "://" not in target
    ]

    assert links
    assert [link for link in links if not (REPOSITORY / link).exists()] == []


def test_every_command_of_make_that_is_named_exists() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    written = chain(
        (line for _, line in COMMANDS),
        chain.from_iterable(_INLINE_CODE.findall(page.read_text()) for page in PAGES),
        re.findall(r"run: (.*)", text("guide/deploy.md")),
    )
    named = {
        word
        for line in written
        if line.startswith("make ")
        for word in line.split("#")[0].split()[1:]
        if word.isalpha()
    }

    assert named >= {"site", "serve", "test", "check"}
    assert named - targets == set()


WORKFLOWS = [each for each in EXAMPLES if each.title.startswith(".github/workflows/")]


@pytest.mark.parametrize("example", WORKFLOWS, ids=str)
def test_every_workflow_is_one(example: Example) -> None:
    (job,) = yaml.safe_load(example.code)["jobs"].values()
    if "steps" in job:
        assert all(("uses" in step) != ("run" in step) for step in job["steps"])
        return
    called = yaml.safe_load((REPOSITORY / ".github/workflows/catalog.yml").read_text())
    assert job["uses"].endswith("/.github/workflows/catalog.yml@main")
    assert job.get("with", {}).keys() <= called[True]["workflow_call"]["inputs"].keys()
    needed = [each["permissions"].items() for each in called["jobs"].values()]
    for scope, level in chain.from_iterable(needed):
        assert job["permissions"][scope] in {level, "write"}


def test_every_input_of_the_workflow_is_documented() -> None:
    called = yaml.safe_load((REPOSITORY / ".github/workflows/catalog.yml").read_text())
    inputs = called[True]["workflow_call"]["inputs"]
    table = text("guide/deploy.md").partition("| Input |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `([a-z]+)` \| .* \| (.+) \|$", table, re.MULTILINE)
    defaults = {name: each["default"] for name, each in inputs.items()}
    shown = {name: "" if default == "none" else default.strip("`") for name, default in rows}
    assert {name: shown.get(name) for name in defaults} == defaults


# Options.


def _options(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, bool]]:
    """Every option by its full name, and whether it must be given."""
    for name, field in model.model_fields.items():
        yield prefix + name, field.is_required()


OPTIONS = [
    *_options(Options),
    *_options(SourceOption, "sources."),
    *_options(RuleOption, "rules."),
    *_options(AcceptOption, "accept."),
]


@pytest.mark.parametrize(("option", "required"), OPTIONS)
def test_every_option_is_documented(option: str, required: bool) -> None:
    sections = re.split(r"^#+ ", text("reference/options.md"), flags=re.MULTILINE)
    section = next(each for each in sections if each.startswith(f"`{option}`\n"))

    assert "**Type:**" in section
    assert ("**Required**" if required else "**Default:**") in section


def test_no_option_is_documented_that_does_not_exist() -> None:
    names = re.findall(r"^#+ `(.+)`$", text("reference/options.md"), re.MULTILINE)

    assert sorted(names) == sorted(name for name, _ in OPTIONS)


def _nav_paths(nav: Any) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    else:
        for each in nav.values() if isinstance(nav, dict) else nav:
            yield from _nav_paths(each)


def _source_folders(config: dict[str, Any]) -> list[str]:
    plugins = [each for each in config.get("plugins", []) if isinstance(each, dict)]
    options = {key: value for each in plugins for key, value in each.items()}
    options = options.get("agent-catalog") or config.get("extra", {}).get("agent_catalog", {})
    sources = options.get("sources", "agents")
    sources = [sources] if isinstance(sources, str) else sources
    return [each if isinstance(each, str) else each["folder"] for each in sources]


@pytest.mark.parametrize("example", PROJECTS, ids=str)
def test_every_mkdocs_yml_builds(example: Example, tmp_path: Path) -> None:
    config = yaml.safe_load(example.code.replace("!ENV ", ""))
    folders = _source_folders(config)
    own = {"agents/index.md", "models/index.md", "colors/index.md", "tools/index.md", "index.md"}
    write_tree(
        tmp_path,
        {
            "mkdocs.yml": example.code,
            **{f"{folder}/helper.md": agent_file("helper") for folder in folders},
            **{f"docs/{path}": "# Text" for path in {*_nav_paths(config.get("nav", []))} - own},
        },
    )
    (tmp_path / "docs").mkdir(exist_ok=True)
    if "hooks" in config:
        shutil.copytree(REPOSITORY / "hooks", tmp_path / "hooks")
        site = mkdocs_build(tmp_path, "--strict")
        assert site.code == 0, site.output
    else:
        site = build_project(tmp_path)
        assert site.warnings == []

    assert len(site.catalog["agents"]) == len(folders)


# The command line.


def _commands(command: click.Command, *names: str) -> Iterator[tuple[str, ...]]:
    yield names
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            each = command.get_command(context, name)
            assert each
            yield from _commands(each, *names, name)


@pytest.mark.parametrize("names", list(_commands(main)), ids=" ".join)
def test_the_help_of_every_command_is_documented(names: tuple[str, ...]) -> None:
    result = CliRunner().invoke(
        main, [*names, "--help"], prog_name="agent-catalog", env={"COLUMNS": "80"}
    )
    command = " ".join(["$ agent-catalog", *names, "--help"])
    shown = [each.code for each in EXAMPLES if each.code.startswith(f"{command}\n")]

    assert shown == [f"{command}\n{result.output}"]


OWN_COMMANDS = [(each, line) for each, line in COMMANDS if line.startswith("agent-catalog ")]


@pytest.mark.parametrize(("example", "line"), OWN_COMMANDS, ids=lambda each: str(each)[:60])
def test_every_command_shown_is_right(
    example: Example, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = [word.replace("~", "home") for word in shlex.split(line)[1:]]
    for word in arguments[1:]:
        if not word.startswith("-"):
            (tmp_path / word).mkdir(parents=True, exist_ok=True)  # whichever are folders
    if arguments[-1] == "--help":
        assert CliRunner().invoke(main, arguments).exit_code == 0, str(example)
    else:
        parent = click.Context(main, **main.context_settings)
        command = main.get_command(parent, arguments[0])
        assert command
        assert command.make_context(arguments[0], arguments[1:], parent=parent), str(example)


# Findings.


FINDINGS = DOCS / "reference/findings.md"
"""Made from the rules, whose examples are tested with them."""


@pytest.mark.parametrize("name", [name for name in vars(limits) if name.isupper()])
def test_every_limit_is_documented(name: str) -> None:
    shown = f"{getattr(limits, name):,}"
    assert re.search(rf"(?<![\d,]){shown}(?![\d,])", text("reference/limits.md"))


def test_the_page_of_findings_is_made_from_the_rules() -> None:
    assert FINDINGS.read_text(encoding="utf-8") == rules_page(), "run `make rules`"


def test_every_finding_is_documented_once() -> None:
    documented = [
        each for each in headings("reference/findings.md") if re.fullmatch("[a-z0-9-]+", each)
    ]

    assert sorted(documented) == sorted(RULES)


@pytest.mark.parametrize("example", [each for each in REPORTED if each.page != FINDINGS], ids=str)
def test_what_is_said_to_be_reported_is(example: Example, tmp_path: Path) -> None:
    code = example.title.removeprefix("Reported as ")

    assert code in [each.code for each in findings(tmp_path, {"reviewer.md": example.code})]


@pytest.mark.parametrize(
    "example",
    [each for each in AGENTS if each not in REPORTED and each.page != FINDINGS],
    ids=str,
)
def test_every_other_agent_shown_is_without_warnings(example: Example, tmp_path: Path) -> None:
    told = findings(tmp_path, {"reviewer.md": example.code})

    assert [str(each) for each in told if each.severity is not Severity.INFO] == []


@pytest.mark.parametrize("example", PROJECTS, ids=str)
def test_rules_that_examples_name_exist(example: Example) -> None:
    named = re.findall(r"codes: \[(.+)\]", example.code)

    assert matching(code.strip('"') for codes in named for code in codes.split(", ")) <= set(RULES)


# Agent files.


def test_every_key_of_an_agent_is_documented() -> None:
    page = text("guide/write-an-agent.md")
    section = page[page.index("## The fields") : page.index("## The description")]

    assert set(re.findall(r"^- `(\w+)`:", section, re.MULTILINE)) == default_format().keys.keys()


def test_the_dialects_that_are_documented_are_read() -> None:
    file = b"---\nname: helper\ndescription: |\n  Helps.\n\n%s\n---\n"
    samples = [
        b"  <example>Context: Here. user: 'a' assistant: 'b' <commentary>c</commentary></example>",
        "  Examples: (1) User: 'a' → Assistant: 'b' (2) User: 'c' → Assistant: 'd'".encode(),
        b'  Examples:\n  - User: "a"\n    Assistant: "b"',
        b"  Example 1:\n  User: a\n  Assistant: b",
    ]

    assert len(samples) == len(table("guide/write-an-agent.md", "Dialect"))
    for sample in samples:
        agent = read_agent(AgentFile(Source(Path()), "helper.md", file % sample))
        assert [turn.text for turn in agent.description.examples[0].turns] == ["a", "b"]
        assert agent.description.prose == "Helps."


@pytest.mark.parametrize("row", table("guide/write-an-agent.md", "Written"), ids=" ".join)
def test_tool_lists_mean_what_is_said(row: list[str]) -> None:
    modes = {
        "**all**": ToolMode.ALL,
        "all": ToolMode.ALL,
        "only": ToolMode.LISTED,
        "Read": ToolMode.LISTED,
        "none": ToolMode.NONE,
    }
    written = _INLINE_CODE.findall(row[0])[0]

    line = written if ":" in written else ""
    data = f"---\nname: helper\ndescription: Helps.\n{line}\n---\n".encode()
    agent = read_agent(AgentFile(Source(Path()), ".claude/agents/helper.md", data))
    assert agent.tools.mode is modes[row[1].split()[0]]


# Addresses and data.


@pytest.mark.parametrize(
    "row", table("reference/pages.md", "File below the source folder"), ids=" ".join
)
def test_addresses_are_made_as_is_said(row: list[str]) -> None:
    path, page = (cell.strip("`") for cell in row)
    agent = read_agent(AgentFile(Source(Path()), path, b""))

    assert f"agents/{address(agent)}/" == page


def test_every_key_of_the_catalog_is_documented() -> None:
    schema = CatalogRecord.model_json_schema(by_alias=True)
    records = [schema, *(each for each in schema["$defs"].values() if "properties" in each)]
    keys = {key for record in records for key in record["properties"]}

    assert keys - set(_INLINE_CODE.findall(text("reference/catalog-json.md"))) == set()


# The API.


MODULES = {
    module.name for module in pkgutil.walk_packages(agent_catalog.__path__, "agent_catalog.")
}


def test_every_module_is_in_the_reference() -> None:
    pages = "".join(page.read_text() for page in (DOCS / "reference/api").iterdir())
    shown = re.findall(r"^::: (\S+)$", pages, re.MULTILINE)

    assert sorted(shown) == sorted({"agent_catalog", *MODULES} - {"agent_catalog.__main__"})


def test_every_module_has_its_place_in_the_architecture() -> None:
    packages = {name.rpartition(".")[0] for name in MODULES}
    names = {name.removeprefix("agent_catalog.") for name in MODULES - packages}

    assert names - set(_INLINE_CODE.findall(text("reference/architecture.md"))) == set()


@pytest.mark.parametrize(
    "example", [each for each in EXAMPLES if each.language == "python"], ids=str
)
def test_python_runs(example: Example, tmp_path: Path) -> None:
    write_tree(tmp_path, {"agents/helper.md": agent_file("helper", tools="Bash")})
    CliRunner().invoke(main, ["build", str(tmp_path / "agents"), "--out", str(tmp_path / "site")])

    done = run(sys.executable, "-c", example.code, cwd=tmp_path)

    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("helper ")
