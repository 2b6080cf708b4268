"""The commands `check` and `rule`: what they write in each format, and how they end."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sarif_kit.validate import validation_errors
from sarif_pydantic import Sarif

from agent_catalog.__main__ import main
from agent_catalog.checking.rules import RULES
from sites import AGENT_CATALOG, agent_file, run, write_tree

HEALTHY = agent_file("healthy", "Do it, and say what was done. " * 3, tools="Read", color="red")
SLIP = agent_file("slip", "Do it, and say what was done. " * 3, tools="Read, Raed", color="teal")
BROKEN = '---\nname: broken\ndescription: "open\n---\n\nBody\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command is called."""
    monkeypatch.chdir(tmp_path)
    return write_tree(
        tmp_path,
        {"crew/healthy.md": HEALTHY, "crew/team/slip.md": SLIP, "crew/broken.md": BROKEN},
    )


def call(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["check", *arguments], input=stdin)


def test_findings_are_listed_and_counted(folder: Path) -> None:
    done = run(AGENT_CATALOG, "check", "crew", cwd=folder)
    assert done.returncode == 1
    assert done.stdout == (
        "crew/broken.md:3:14: not valid YAML (a quote is opened here and never closed): Claude Code "
        "skips this file without a word [yaml-unreadable]\n"
        "    Close the quote at the end of the value. Or take it away, and write `|` after the key's "
        "colon and the whole value indented by two spaces below it.\n"
        "\n"
        "crew/team/slip.md:4:14: there is no tool `Raed`; the nearest is `Read` [tool-misspelt]\n"
        "    Write `Read` if that is meant.\n"
        "\n"
        "1 error, 1 warning, 5 notes in 3 files\n"
        "       1 yaml-unreadable            the frontmatter is no YAML, and quotes do not help\n"
        "       1 tool-misspelt              an entry is a slip of a tool's name\n"
        "       1 color-missing              the agent has no color\n"
        "       1 tools-inherited            the agent inherits every tool\n"
        "       1 description-short          the description has fewer than 20 characters\n"
        "       1 prompt-short               the prompt has fewer than 50 characters\n"
        "       1 color-unknown              the color is none that its tool has\n"
        "5 findings not listed: --level info lists all.\n"
    )


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["crew/healthy.md"], 0),
        (["crew"], 1),
        (["crew", "--fail-on", "error"], 1),
        (["crew/team", "--fail-on", "error"], 0),
        (["crew/team"], 1),
        (["crew/team", "--ignore", "tool-*"], 0),
        (["crew/team", "--ignore", "tool-*", "--fail-on", "info"], 1),
        (["crew/team", "--ignore", "tool-*,color-unknown", "--fail-on", "info"], 0),
        (["crew/team", "--select", "color-*", "--level", "info"], 0),
        (["crew/team", "--select", "tool-unknown", "--select", "tool-misspelt"], 1),
        (["nowhere"], 2),
        (["crew", "--format", "xml"], 2),
        (["crew", "--select", "tool-unknwon"], 2),
        (["crew", "--config", "nowhere.yml"], 2),
        (["crew", "--level", "off"], 2),
        ([], 2),  # there is no folder `agents`, the default source
    ],
)
def test_how_it_ends(arguments: list[str], code: int) -> None:
    result = call(*arguments)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("folder")
def test_what_is_wrong_with_the_use_is_said() -> None:
    assert "there is no file or folder 'nowhere'" in call("nowhere").output
    assert "is 'tool-unknown' meant?" in call("crew", "--select", "tool-unknwon").output


def test_paths_are_as_they_are_written_or_from_here(folder: Path) -> None:
    inside = call(str(folder / "crew/team"), "--select", "tool-misspelt").output
    assert inside.startswith("crew/team/slip.md:4:14: ")
    assert call("./crew/../crew/team/slip.md").output.startswith("crew/team/slip.md:4:14: ")
    outside = run(AGENT_CATALOG, "check", "../team", cwd=folder / "crew" / "team")
    assert outside.stdout.startswith("slip.md:4:14: ")
    absolute = run(AGENT_CATALOG, "check", folder / "crew/team", cwd=folder.parent / "..")
    assert ":4:14: " in absolute.stdout


@pytest.mark.usefixtures("folder")
def test_a_file_that_is_named_twice_is_checked_once() -> None:
    assert "1 warning, 1 note in 1 file" in call("crew/team", "crew/team/slip.md").output


def test_what_is_passed_over_is_said_beside_the_findings(folder: Path) -> None:
    (folder / "crew/link.md").symlink_to("healthy.md")
    (folder / "crew/README.md").write_text("# The crew\n")
    done = call("crew/link.md", "crew")
    link = "a symbolic link, which may lead out of the folder"
    assert done.stderr == f"crew/link.md: passed over: {link}\n"
    assert f"crew/link.md:1:1: the file cannot be read: {link} [file-unreadable]" in done.stdout
    assert "Put a regular file there" in done.stdout
    assert "crew/link.md:1:1: no frontmatter" not in done.stdout
    assert "4 files" in done.stdout


def test_a_document_is_passed_over_also_when_it_is_named(folder: Path) -> None:
    (folder / "crew/README.md").write_text("# The crew\n")
    done = call("crew/README.md")
    assert done.exit_code == 0
    reason = "a document that stands beside agents"
    assert done.stderr == f"crew/README.md: passed over: {reason}\n"
    (folder / "crew/README.md").write_text("---\ntools: Raed\n---\nReview.\n")
    assert "crew/README.md:2:8: " in call("crew/README.md").stdout


def test_standard_input_is_checked_under_its_name(folder: Path) -> None:
    done = subprocess.run(
        [AGENT_CATALOG, "check", "-", "--stdin-filename", "crew/team/slip.md"],
        input=SLIP.encode(),
        stdout=subprocess.PIPE,
        cwd=folder,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.startswith(b"crew/team/slip.md:4:14: there is no tool `Raed`")
    result = call("-", stdin=b"\xff\xfe-\x00")
    assert "stdin.md:1:1: the file is UTF-16-LE" in result.output


def test_rules_that_need_all_files_are_left_out_for_some(folder: Path) -> None:
    write_tree(folder, {"crew/other/healthy.md": HEALTHY})
    assert "name-repeated" in call("crew").output
    assert "name-repeated" not in call("crew/healthy.md", "crew/other/healthy.md").output


def as_json(*arguments: str) -> Any:
    return json.loads(call(*arguments, "--format", "json").output)


@pytest.mark.usefixtures("folder")
def test_json_has_every_finding() -> None:
    report = as_json("crew")
    assert (report["schema"], report["files"]) == (1, 3)
    assert len(report["findings"]) == 7
    assert report["findings"][-1] == {
        "path": "crew/team/slip.md",
        "line": 5,
        "column": 8,
        "code": "color-unknown",
        "severity": "info",
        "message": "Claude Code does not have the color `teal` and shows none",
        "mend": "Write one of `red`, `orange`, `yellow`, `green`, `cyan`, `blue`, `purple`, `pink`.",
        "accepted": None,
    }
    assert len(as_json("crew", "--level", "error")["findings"]) == 1


def test_github_makes_annotations(folder: Path) -> None:
    write_tree(folder, {"crew/a,b:c.md": SLIP.replace("Raed", "R%ead")})
    lines = call("crew", "--format", "github", "--select", "tool-misspelt").output.splitlines()
    assert lines[0] == (
        "::warning file=crew/a%2Cb%3Ac.md,line=4,col=14,title=tool-misspelt::"
        "there is no tool `R%25ead`; the nearest is `Read`. Write `Read` if that is meant."
    )
    assert len(lines) == 2
    assert call("crew/healthy.md", "--format", "github").output.strip() == ""


def test_sarif_is_valid_and_read_by_others(folder: Path) -> None:
    comment = "# agent-catalog: ignore[color-unknown] We are teal."
    write_tree(folder, {"crew/Ünï cöde.md": SLIP.replace("\ncolor", f"\n{comment}\ncolor")})
    result = call("crew", "--format", "sarif")
    assert result.exit_code == 1
    log = json.loads(result.output)
    assert validation_errors(log) == []
    (read,) = Sarif.model_validate(log).runs
    assert read.tool.driver.name == "agent-catalog"
    assert [rule.id for rule in read.tool.driver.rules or ()] == list(RULES)
    results = {
        (each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], each["ruleId"]): each
        for each in log["runs"][0]["results"]
    }
    assert results["crew/team/slip.md", "tool-misspelt"]["level"] == "warning"
    region = results["crew/team/slip.md", "tool-misspelt"]["locations"][0]["physicalLocation"]
    assert region["region"] == {"startLine": 4, "startColumn": 14}
    suppressed = results["crew/%C3%9Cn%C3%AF%20c%C3%B6de.md", "color-unknown"]
    assert suppressed["suppressions"] == [{"kind": "external", "justification": "We are teal."}]
    assert "suppressions" not in results["crew/team/slip.md", "color-unknown"]


SETTINGS = """
site_name: Crew
site_url: !ENV [SITE_URL, ""]
plugins:
  - agent-catalog:
      sources: crew
      fail_on: error
      rules:
        - codes: [yaml-unreadable]
          severity: off
        - codes: ["color-*"]
          path: crew/team/*
          severity: error
      accept:
        - path: crew/team/*
          codes: [tool-misspelt]
          reason: It is called so.
"""


def test_options_are_those_of_mkdocs_yml(folder: Path) -> None:
    write_tree(folder, {"mkdocs.yml": SETTINGS})
    result = call()
    assert result.exit_code == 1
    assert result.output.startswith("crew/team/slip.md:5:8: ")
    assert "1 error, 0 warnings, 4 notes, 1 accepted in 3 files" in result.output
    assert call("crew/healthy.md").exit_code == 0
    (folder / "mkdocs.yml").rename(folder / "other.yml")
    assert call("crew", "--config", "other.yml", "--ignore", "color-unknown").exit_code == 0
    write_tree(folder, {"mkdocs.yml": "plugins: {agent-catalog: {rules: [{codes: [x]}]}}"})
    result = call("crew")
    assert result.exit_code == 2
    assert "agent-catalog.rules.0.codes: there is no rule 'x'" in result.output
    assert "agent-catalog.rules.0.severity: field required" in result.output


def test_what_files_hold_reaches_no_terminal(folder: Path) -> None:
    write_tree(folder, {"crew/evil.md": SLIP.replace("Raed", "R\x1b]0;x\x07ead\u202e")})
    for form in ("text", "github"):
        output = call("crew/evil.md", "--format", form, "--level", "info").output
        assert not set("\x1b\x07\u202e") & set(output)


def test_no_progress_is_shown_where_nobody_watches(folder: Path) -> None:
    done = subprocess.run(
        [AGENT_CATALOG, "check", "crew"], capture_output=True, cwd=folder, check=False
    )
    assert done.stderr == b""


# agent-catalog rule


def explain(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["rule", *arguments])


@pytest.mark.parametrize("code", RULES)
def test_every_rule_is_explained(code: str) -> None:
    result = explain(code)
    assert result.exit_code == 0
    assert result.output.startswith(f"{code} ({RULES[code].severity}): {RULES[code].title}\n")
    assert all(source in result.output for source in RULES[code].sources)
    assert "public agent files" in result.output


def test_all_rules_are_listed() -> None:
    output = explain().output
    assert [line.split()[0] for line in output.splitlines() if line.startswith("  ")] == list(RULES)


def test_a_rule_that_does_not_exist_is_refused_with_the_nearest() -> None:
    result = explain("tool-unknwon")
    assert result.exit_code == 2
    assert "there is no rule 'tool-unknwon'; is 'tool-unknown' meant?" in result.output
