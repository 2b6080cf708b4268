"""What is found in real files: all of it in the seeds, and how much of it is right."""

from __future__ import annotations

import csv
import resource
import sys
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from agent_catalog.checking.catalog import check_catalog
from agent_catalog.checking.frequency import frequency
from agent_catalog.checking.rules import RULES, SUBJECTS
from agent_catalog.model.catalog import Catalog
from agent_catalog.model.finding import Severity
from agent_catalog.reading.catalog import read_catalog
from agent_catalog.reading.sources import Source
from sites import AGENT_CATALOG, run
from test_corpus_reading import BLOCK, is_yaml

JUDGED = Path(__file__).with_name("judged.tsv")
"""100 findings drawn at random, in turn over the rules that found anything, each looked up."""
JUDGED_IN_FULL = {rule.code for rule in SUBJECTS["Consistency"]}
"""Rules of which every finding was looked up, in `test_consistency_corpus.py`."""

BY_REVIEW = """
000_c12fb7f5e47d8d35.md:2:1 tools-inherited
000_c12fb7f5e47d8d35.md:2:7 name-differs-from-file
000_c12fb7f5e47d8d35.md:2:7 name-repeated
000_c12fb7f5e47d8d35.md:3:153 yaml-needs-retry
001_56a0060514955fc1.md:2:7 name-differs-from-file
001_56a0060514955fc1.md:2:7 name-repeated
001_56a0060514955fc1.md:3:406 description-escaped-breaks
001_56a0060514955fc1.md:3:428 yaml-needs-retry
001_56a0060514955fc1.md:4:91 tool-gone
001_56a0060514955fc1.md:4:103 tool-renamed
001_56a0060514955fc1.md:4:114 tool-never-given
001_56a0060514955fc1.md:4:138 tool-renamed
002_160c0cb09ce6699a.md:2:1 color-missing
002_160c0cb09ce6699a.md:2:1 tools-inherited
002_160c0cb09ce6699a.md:2:7 name-differs-from-file
002_160c0cb09ce6699a.md:2:7 name-repeated
002_160c0cb09ce6699a.md:3:340 yaml-needs-retry
003_5e0bd9e4efa4ca91.md:2:1 tools-inherited
003_5e0bd9e4efa4ca91.md:2:7 name-differs-from-file
003_5e0bd9e4efa4ca91.md:3:244 yaml-needs-retry
004_bd9a811e969e14d3.md:2:1 tools-inherited
004_bd9a811e969e14d3.md:2:7 name-differs-from-file
004_bd9a811e969e14d3.md:2:7 name-repeated
"""
"""What a careful reader finds in the seeds."""


PINNED = {"0xfurai+claude-code-subagents"}
"""Repositories whose agents run on models that were retired."""


@cache
def checked(corpus: Path) -> Catalog:
    """The corpus, each repository as a source of its own; of other files than agents it has none."""
    sources = [
        Source(folder, folder.name, folder.name)
        for folder in sorted(corpus.iterdir())
        if folder.is_dir()
    ]
    return check_catalog(read_catalog(sources))


@pytest.mark.seeds
def test_the_seeds_have_what_a_careful_reader_finds(seeds: Path) -> None:
    catalog = check_catalog(read_catalog([Source(seeds)]))
    assert [f"{each.place} {each.code}" for each in catalog.findings] == BY_REVIEW.split("\n")[1:-1]


@pytest.mark.corpus
def test_every_finding_of_the_corpus_has_its_place(corpus: Path) -> None:
    for agent in checked(corpus).agents:
        lines = agent.text.replace("\r\n", "\n").split("\n")
        for each in agent.findings:
            assert 1 <= each.line <= len(lines), each
            assert 1 <= each.column <= len(lines[each.line - 1]) + 1, each


@pytest.mark.corpus
def test_every_file_that_is_no_yaml_is_told(corpus: Path) -> None:
    broken = [
        agent
        for agent in checked(corpus).agents
        if (block := BLOCK.match(agent.data.decode("utf-8-sig"))) and not is_yaml(block[1])
    ]
    codes = {"yaml-needs-retry", "yaml-line-ends", "yaml-unreadable", "frontmatter-long-fence"}
    assert len(broken) == 171
    assert [
        agent.path for agent in broken if not codes & {each.code for each in agent.findings}
    ] == []


@pytest.mark.corpus
def test_nearly_all_that_is_found_is_right(corpus: Path) -> None:
    with JUDGED.open(encoding="utf-8", newline="") as file:
        judged = list(csv.DictReader(file, delimiter="\t"))
    told = {(each.place, each.code) for each in checked(corpus).findings}
    right = [each for each in judged if each["verdict"] == "right"]
    assert len(judged) == 100
    assert len(right) >= 95
    assert {each["code"] for each in judged} == {code for _, code in told} - JUDGED_IN_FULL
    assert [
        each
        for each in right
        if (f"{each['path']}:{each['line']}:{each['column']}", each["code"]) not in told
    ] == []


@pytest.mark.corpus
def test_the_frequency_that_is_told_is_what_is_found(corpus: Path) -> None:
    files: dict[str, set[str]] = defaultdict(set)
    for each in checked(corpus).findings:
        files[each.code].add(each.path)
    assert {code: len(paths) for code, paths in files.items()} == dict(frequency().found)
    assert frequency().files == len(checked(corpus).agents)
    assert frequency().found.keys() <= RULES.keys()


@pytest.mark.corpus
def test_most_files_have_no_warning(corpus: Path) -> None:
    # All agents of one repository are pinned to a model that was retired.
    pinned = {each.path for each in checked(corpus).findings if each.code == "model-retired"}
    assert {path.partition("/")[0] for path in pinned} == PINNED
    warned = [
        agent
        for agent in checked(corpus).agents
        if any(
            each.severity is not Severity.INFO and each.code != "model-retired"
            for each in agent.findings
        )
    ]
    assert len(warned) < 0.2 * len(checked(corpus).agents)
    # What else is warned of than what no tool or only some can read.
    codes = Counter(
        each.code for each in checked(corpus).findings if each.severity is Severity.WARNING
    )
    assert codes["model-retired"] == len(pinned) < 150
    assert sum(codes.values()) - codes["yaml-needs-retry"] - codes["model-retired"] < 100


@pytest.mark.corpus
@pytest.mark.long
def test_all_of_the_corpus_is_checked_in_three_seconds(corpus: Path) -> None:
    # Seconds, not a ratio, so it is for a machine that has nothing else to do.
    start = min(_cost(sys.executable, "-c", "pass", cwd=corpus) for _ in range(2))
    # The better of two, for other processes can only make it slower.
    cost = min(_cost(AGENT_CATALOG, "check", ".", "--level", "info", cwd=corpus) for _ in range(2))
    assert 0.5 < cost - start < 3


def _cost(*command: str | Path, cwd: Path) -> float:
    """Seconds of processor time that a command takes."""
    before = _children()
    run(*command, cwd=cwd)
    return _children() - before


def _children() -> float:
    """Seconds of processor time that processes started here have taken."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
