"""Which agents are alike."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_catalog.comparing.relatives import (
    MOST_IDENTICAL,
    MOST_NAMESAKES,
    MOST_SIMILAR,
    Relative,
    relatives,
)
from agent_catalog.comparing.similarity import SIMILAR, Purpose, similar
from agent_catalog.model.catalog import Catalog
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.catalog import catalog_of, read_catalog
from agent_catalog.reading.sources import AgentFile, Source
from sites import REPOSITORY, agent_file

JUDGED = Path(__file__).parent / "data/judged-pairs.tsv"

PURPOSES = {
    "sql": Purpose("sql-tuner", "Finds out why an SQL query is slow, and adds the missing index."),
    "sql too": Purpose(
        "sql-advisor", "Makes a slow SQL query fast: adds an index that is missing."
    ),
    "letters": Purpose("letter-writer", "Writes polite letters to landlords."),
    "german": Purpose("brief-schreiber", "Verfasst höfliche Briefe an Vermieter und Behörden."),
    "german too": Purpose("brief-helfer", "Verfasst höfliche Briefe an Ämter und an Vermieter."),
    "japanese": Purpose("コミット係", "変更内容を調べてコミットメッセージを書く。"),
    "japanese too": Purpose("コミット", "コミットメッセージを書く。変更内容を要約する。"),
    "empty": Purpose("sql-tuner", ""),
    "example": Purpose("nobody", "", "user: this SQL query is slow, is there an index missing?"),
}


def catalog(**files: str) -> Catalog:
    source = Source(Path())
    agents = [
        read_agent(AgentFile(source, f"{path}.md", text.encode())) for path, text in files.items()
    ]
    return catalog_of(tuple(agents))


def found(of: Catalog, path: str) -> list[Relative]:
    return list(relatives(of)["", f"{path}.md"])


def paths(found_: list[Relative]) -> list[str]:
    return [each.key[1].removesuffix(".md") for each in found_]


# Purposes.


def test_near_purposes_are_similar_and_others_are_not() -> None:
    alike = similar(PURPOSES)
    assert list(alike["sql"]) == ["sql too"]
    assert list(alike["german"]) == ["german too"]
    assert alike["letters"] == {}


def test_scripts_without_spaces_are_compared() -> None:
    assert list(similar(PURPOSES)["japanese"]) == ["japanese too"]


def test_who_does_not_say_what_it_is_for_is_like_nobody() -> None:
    alike = similar(PURPOSES)
    assert alike["empty"] == {}
    assert all("empty" not in others for others in alike.values())


def test_examples_count_less_than_the_description() -> None:
    text = "Repairs bicycles, wheels and brakes."
    described = similar({0: Purpose("a", text), 1: Purpose("b", text)}, 0)[0][1]
    shown = similar({0: Purpose("a", text), 1: Purpose("b", "Other things.", text)}, 0)[0][1]
    assert 0 < shown < described


def test_equal_texts_are_wholly_similar() -> None:
    same = Purpose("same", "Does the same.")
    assert similar({1: same, 2: same, 3: PURPOSES["sql"]})[1] == {2: 1.0}


def test_without_any_purpose_there_is_nothing_similar() -> None:
    assert similar({}) == {}
    assert similar({1: Purpose("", "")}) == {1: {}}


WORDS = st.lists(st.sampled_from(["red", "green", "blue", "cyan", "the", "of"]), max_size=8)
TEXTS = st.lists(
    st.builds(
        Purpose, st.just("name"), WORDS.map(" ".join), st.one_of(st.just(""), WORDS.map(" ".join))
    ),
    max_size=12,
)


@given(TEXTS)
def test_similarity_is_the_same_both_ways_and_between_0_and_1(texts: list[Purpose]) -> None:
    alike = similar(dict(enumerate(texts)), 0.1)
    for one, other in combinations(range(len(texts)), 2):
        assert alike[one].get(other) == alike[other].get(one)
    for others in alike.values():
        scores = list(others.values())
        assert scores == sorted(scores, reverse=True)
        assert all(0.1 <= score <= 1 for score in scores)


@given(TEXTS)
def test_a_higher_threshold_only_takes_away(texts: list[Purpose]) -> None:
    """What is skipped on the way to be fast is nothing that would have been found."""
    low, high = (similar(dict(enumerate(texts)), least) for least in (0.05, 0.6))
    for key, others in low.items():
        assert high[key] == {other: score for other, score in others.items() if score >= 0.6}


def test_it_does_not_depend_on_the_order_of_sets() -> None:
    """Python orders sets of strings differently in each process."""
    code = (
        "from test_likeness import PURPOSES, similar\n"
        "print([(key, list(each.items())) for key, each in similar(PURPOSES, 0.01).items()])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": f"{REPOSITORY}/hooks:{REPOSITORY}/tests"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
    assert "sql too" in said.pop()


def test_many_of_one_make_are_compared_in_time() -> None:
    """Descriptions from a template, which have nearly all words in common."""
    purposes = {
        number: Purpose("worker", f"Use this agent to work on task {number % 26 * 'x'} as usual.")
        for number in range(6000)
    }
    start = time.process_time()
    similar(purposes)
    assert time.process_time() - start < 15


# Agents.


SLOW = "Fixes slow SQL queries by adding the index that is missing."
OTHERS = {
    f"z{number}": agent_file(word, description=f"{word.title()}s the {number} {thing}.")
    for number, (word, thing) in enumerate(
        [("mow", "lawn"), ("paint", "fence"), ("bake", "bread"), ("peel", "carrots")]
    )
}


def test_each_other_agent_is_told_of_once_and_in_what_it_is_like() -> None:
    of = catalog(
        a=agent_file("sql-fixer", description=SLOW),
        b=agent_file("sql-fixer", description=SLOW),
        c=agent_file("sql-fixer", description=f"Quickly: {SLOW}"),
        d=agent_file("sql-fixer", description="Waters the plants on every balcony of the house."),
        e=agent_file("sql-repairer", description=f"Repairs. {SLOW} Also writes it down."),
        **OTHERS,
    )
    first = found(of, "a")
    assert paths(first) == ["b", "c", "d", "e"]
    assert [each.identical for each in first] == [True, False, False, False]
    assert [each.same_name for each in first] == [True, True, True, False]
    assert [each.similarity is not None for each in first] == [True, True, False, True]
    assert found(of, "z0") == []


def test_of_identical_files_only_the_first_is_told_of() -> None:
    text = agent_file("sql-helper", description=f"{SLOW} Helps.")
    of = catalog(a=agent_file("sql-fixer", description=SLOW), b=text, c=text, d=text, **OTHERS)
    (relative,) = found(of, "a")
    assert relative.key == ("", "b.md")
    assert relative.copies == 2
    assert paths(found(of, "c")) == ["b", "d", "a"]


def test_the_numbers_are_limited_and_the_most_similar_come_first() -> None:
    many = {
        **{f"copy{n:02}": agent_file("sql", description=SLOW) for n in range(9)},
        **{f"name{n:02}": agent_file("sql", f"{n}", description="Waters it.") for n in range(15)},
        "name99": agent_file("sql", "99", description=SLOW),
        **{f"near{n:02}": agent_file(f"sql-{n}", f"{n}", description=SLOW) for n in range(9)},
    }
    told = found(catalog(**many), "copy04")
    assert len([each for each in told if each.identical]) == MOST_IDENTICAL
    namesakes = [each for each in told if each.same_name and not each.identical]
    assert len(namesakes) == MOST_NAMESAKES
    assert namesakes[0].key == ("", "name99.md")
    assert len([each for each in told if not each.same_name]) == MOST_SIMILAR


def test_files_without_a_name_have_no_namesakes() -> None:
    of = catalog(**{"one/agent": "One prompt.", "two/agent": "Another.", "three/agent": "Another."})
    assert found(of, "one/agent") == []
    (copy,) = found(of, "two/agent")
    assert copy.identical
    assert not copy.same_name


# Real files.


@pytest.fixture(scope="module")
def real(corpus: Path) -> Catalog:
    return read_catalog([Source(corpus)])


def judged() -> Iterator[tuple[bool, str, str]]:
    with JUDGED.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield row["same purpose"] == "yes", row["one"], row["other"]


@pytest.mark.corpus
def test_the_threshold_parts_what_people_part(real: Catalog) -> None:
    """Each pair was judged by its texts: would who looks for the one want to know of the other?"""
    purposes = {agent.path: Purpose(agent.name, agent.description.prose) for agent in real.agents}
    alike = similar(purposes)
    pairs = list(judged())
    hits = [same for same, one, other in pairs if other in alike[one] or one in alike[other]]
    assert len(pairs) == 209
    assert sum(hits) / len(hits) > 0.8
    assert sum(hits) / sum(same for same, _, _ in pairs) > 0.75


@pytest.mark.corpus
def test_the_cost_of_real_files_is_small(real: Catalog) -> None:
    start = time.process_time()
    told = relatives(real)
    seconds = time.process_time() - start
    alike = [
        key for key, each in told.items() if any((one.similarity or 0) >= SIMILAR for one in each)
    ]
    assert seconds < 3  # half a second where nothing else runs
    assert 900 < len(alike) < 1100
