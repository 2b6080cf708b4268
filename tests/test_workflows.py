"""What holds of every workflow, so that none can do more than it needs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from sites import REPOSITORY, run

FOLDER = REPOSITORY / ".github/workflows"
FILES = sorted(FOLDER.glob("*.yml"))
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
LONGEST = 40
"""Minutes that a job may take."""


class Job(NamedTuple):
    file: str
    name: str
    values: dict[str, Any]

    @property
    def steps(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.values.get("steps", [])
        return found

    @property
    def commands(self) -> list[str]:
        return [step["run"] for step in self.steps if "run" in step]

    def __str__(self) -> str:
        return f"{self.file}:{self.name}"


def workflow(file: Path) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


def jobs() -> Iterator[Job]:
    for file in FILES:
        for name, values in workflow(file)["jobs"].items():
            yield Job(file.stem, name, values)


JOBS = {str(job): job for job in jobs()}


@pytest.fixture(params=JOBS.values(), ids=str)
def job(request: pytest.FixtureRequest) -> Job:
    found = request.param
    assert isinstance(found, Job)
    return found


def test_there_are_the_workflows_that_there_should_be() -> None:
    assert [file.stem for file in FILES] == ["catalog", "check", "publish"]
    assert list(JOBS) == [
        "catalog:render",
        "catalog:deploy",
        "catalog:comment",
        "check:check",
        "publish:catalog",
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_is_permitted_but_to_jobs(file: Path) -> None:
    assert workflow(file)["permissions"] == {}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_actions_are_pinned_with_their_version_beside_them(file: Path) -> None:
    used = re.findall(r"uses: (.*)", file.read_text(encoding="utf-8"))
    assert used
    for each in used:
        assert PINNED.fullmatch(each) or each.startswith("./.github/workflows/"), each


def test_an_action_has_one_version() -> None:
    texts = [file.read_text(encoding="utf-8") for file in FILES]
    used = {each for text in texts for each in re.findall(r"uses: (\S+@.*)", text)}
    assert len({each.split("@")[0] for each in used}) == len(used)


def test_a_job_has_an_end_and_its_permissions(job: Job) -> None:
    assert "permissions" in job.values
    if "uses" not in job.values:
        assert 0 < job.values["timeout-minutes"] <= LONGEST
        assert job.values["runs-on"] == "ubuntu-latest"


def test_a_command_is_one_line_without_expressions(job: Job) -> None:
    for command in job.commands:
        assert "\n" not in command.strip()
        assert "${{" not in command
        program = command.split()[0]
        assert program in {"make", "../generator/.ci/publish", "generator/.ci/publish"}


def test_a_checkout_leaves_no_token_and_never_takes_a_pull_request(job: Job) -> None:
    for step in job.steps:
        if step.get("uses", "").startswith("actions/checkout@"):
            given = step["with"]
            assert given["persist-credentials"] is False
            assert "allow-unsafe-pr-checkout" not in given
            assert given.get("ref") in {None, "${{ inputs.branch }}", "${{ job.workflow_sha }}"}


def test_only_the_job_that_touches_no_file_deploys_and_only_one_comments() -> None:
    writing = {
        str(job): {scope for scope, level in job.values["permissions"].items() if level == "write"}
        for job in JOBS.values()
    }
    assert writing == {
        "catalog:render": set(),
        "catalog:deploy": {"pages", "id-token"},
        "catalog:comment": {"pull-requests"},
        "check:check": set(),
        # What it hands to the jobs of catalog.yml.
        "publish:catalog": {"pages", "id-token", "pull-requests"},
    }
    assert [step["uses"].split("@")[0] for step in JOBS["catalog:deploy"].steps] == [
        "actions/deploy-pages"
    ]


def test_the_token_is_only_given_to_what_asks_github() -> None:
    given = {
        step["run"]: step["env"]["GITHUB_TOKEN"]
        for job in JOBS.values()
        for step in job.steps
        if "GITHUB_TOKEN" in step.get("env", {})
    }
    assert set(given) == {"../generator/.ci/publish pulls", "generator/.ci/publish comments"}
    assert set(given.values()) == {"${{ github.token }}"}
    everything = "\n".join(file.read_text(encoding="utf-8") for file in FILES)
    assert "secrets." not in everything
    assert everything.count("github.token") == len(given)


def test_pull_requests_are_checked_without_the_rights_of_the_repository() -> None:
    events = {file.stem: workflow(file)[True] for file in FILES}  # YAML reads `on` as true
    assert "pull_request_target" not in str(events)
    assert set(events["check"]) == {"pull_request"}
    assert set(events["publish"]) == {"push", "workflow_run", "schedule", "workflow_dispatch"}
    assert JOBS["check:check"].values["if"] == "github.event.action != 'closed'"


def test_one_run_publishes_at_a_time_and_none_is_cut_off() -> None:
    assert workflow(FOLDER / "catalog.yml")["concurrency"] == {
        "group": "agent-catalog-pages",
        "cancel-in-progress": False,
    }


def test_every_command_of_make_exists(job: Job) -> None:
    targets = re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)
    for command in job.commands:
        if command.startswith("make "):
            assert command.split()[-1] in targets


# The checkers that `make check` runs find what they are for.

BAD = """\
name: bad
on: pull_request_target
jobs:
  bad:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: echo "${{ github.event.pull_request.title }}"
"""


def test_zizmor_refuses_a_bad_workflow(tmp_path: Path) -> None:
    file = tmp_path / "bad.yml"
    file.write_text(BAD)
    zizmor = REPOSITORY / ".venv/bin/zizmor"
    done = run(zizmor, "--offline", "--persona", "pedantic", str(file), cwd=tmp_path)
    assert done.returncode != 0
    for audit in ("dangerous-triggers", "template-injection", "unpinned-uses", "artipacked"):
        assert audit in done.stdout


def test_actionlint_refuses_a_bad_workflow(tmp_path: Path) -> None:
    actionlint = REPOSITORY / ".venv/bin/actionlint"
    if not actionlint.exists():
        pytest.skip("actionlint could not be set up")
    file = tmp_path / "bad.yml"
    file.write_text(BAD)
    done = run(actionlint, str(file), cwd=tmp_path)
    assert done.returncode == 1
    assert "potentially untrusted" in done.stdout
    assert "no workflow needs the exception" in done.stdout


def test_both_checkers_are_part_of_make_check() -> None:
    assert shutil.which("make")
    done = run("make", "--dry-run", "check", cwd=REPOSITORY)
    assert "zizmor --quiet --offline --persona pedantic .github" in done.stdout
    assert "actionlint .github/workflows/catalog.yml" in done.stdout or (
        "actionlint .github/workflows/*.yml" in done.stdout
    )
