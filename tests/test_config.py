from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_catalog.checking.rules import RULES
from agent_catalog.config import (
    AcceptOption,
    Options,
    OptionsError,
    SourceOption,
    find_sources,
    read_options,
    read_settings,
)
from agent_catalog.model.finding import Severity
from agent_catalog.reading.sources import Source

NAME = "extra.agent_catalog"


def read(**values: Any) -> Options:
    return read_options(values, NAME)


def refused(values: Any) -> list[str]:
    with pytest.raises(OptionsError) as caught:
        read_options(values, NAME)
    return str(caught.value).splitlines()


def sources(root: Path, *given: str | dict[str, str]) -> tuple[Source, ...]:
    return find_sources(read(sources=list(given)), root, NAME)


def not_found(root: Path, *given: str | dict[str, str]) -> list[str]:
    with pytest.raises(OptionsError) as caught:
        sources(root, *given)
    return str(caught.value).splitlines()


def folders(root: Path, *paths: str) -> Path:
    for path in paths:
        (root / path).mkdir(parents=True)
    return root


def test_without_options_the_agents_are_in_agents() -> None:
    assert read() == Options(sources=(SourceOption(folder="agents"),), accept=())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a", [("a", "")]),
        (" a ", [("a", "")]),
        (["a", "b/c"], [("a", ""), ("b/c", "")]),
        ({"folder": "a", "label": " x "}, [("a", "x")]),
        (["a", {"folder": "b", "label": "x"}], [("a", ""), ("b", "x")]),
    ],
)
def test_sources_are_written_short_or_long(given: object, expected: list[tuple[str, str]]) -> None:
    assert [(each.folder, each.label) for each in read(sources=given).sources] == expected


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"source": "a"}, [f"{NAME}.source: there is no such option"]),
        ({"sources": 3}, [f"{NAME}.sources.0: this must be a map of options"]),
        ({"sources": []}, [f"{NAME}.sources: this must not be empty"]),
        ({"sources": ""}, [f"{NAME}.sources.0.folder: this must not be empty"]),
        ({"sources": ["a", {"folder": 3}]}, [f"{NAME}.sources.1.folder: this must be text"]),
        ({"sources": {"label": "x"}}, [f"{NAME}.sources.0.folder: field required"]),
        ({"sources": {"folder": "a", "name": "x"}}, [f"{NAME}.sources.0.name: there is no such option"]),
        ({"accept": {"path": "a"}}, [f"{NAME}.accept: this must be a list"]),
        ({"accept": [{"path": "a", "codes": [], "reason": "r"}]}, [f"{NAME}.accept.0.codes: this must not be empty"]),
        ({"accept": [{"path": "a", "codes": "b", "reason": "r"}]}, [f"{NAME}.accept.0.codes: this must be a list"]),
        ({"accept": [{"path": "a", "codes": ["secret"], "reason": " "}]}, [f"{NAME}.accept.0.reason: this must not be empty"]),
    ],
)  # fmt: skip
def test_a_wrong_option_is_refused_by_its_full_name(
    values: dict[str, object], errors: list[str]
) -> None:
    assert refused(values) == errors


@pytest.mark.parametrize("values", ["agents", ["agents"], 3])
def test_options_that_are_no_map_are_refused(values: object) -> None:
    assert refused(values) == [f"{NAME}: this must be a map of options"]


def test_all_wrong_options_are_told_at_once() -> None:
    assert refused({"colour": 1, "sources": [{"folder": ""}, 5], "accept": [{"path": "a"}]}) == [
        f"{NAME}.sources.0.folder: this must not be empty",
        f"{NAME}.sources.1: this must be a map of options",
        f"{NAME}.accept.0.codes: field required",
        f"{NAME}.accept.0.reason: field required",
        f"{NAME}.colour: there is no such option",
    ]


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["sources", "accept", "folder", "label", "path", "codes", "reason", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
)


@given(ANY)
def test_any_options_are_taken_or_refused_by_name(values: Any) -> None:
    try:
        read_options(values, NAME)
    except OptionsError as error:
        assert all(line.startswith(NAME) for line in str(error).splitlines())  # noqa: PT017 (either outcome is right)


# Folders


def test_an_only_source_needs_no_label(tmp_path: Path) -> None:
    folders(tmp_path, "crew/agents")
    assert sources(tmp_path, "crew/agents") == (
        Source(tmp_path / "crew/agents", "", "crew/agents"),
    )
    assert sources(tmp_path, "./crew/../crew") == (Source(tmp_path / "crew", "", "crew"),)
    assert sources(tmp_path, ".") == (Source(tmp_path, "", "."),)


def test_several_sources_are_labelled_by_their_folders(tmp_path: Path) -> None:
    folders(tmp_path, "one/agents", "two/.claude/agents", "three")
    found = sources(tmp_path, "one/agents", "two/.claude/agents", {"folder": "three", "label": "x"})
    assert [(each.label, each.shown) for each in found] == [
        ("one", "one/agents"),
        ("two", "two/.claude/agents"),
        ("x", "three"),
    ]


def test_folders_elsewhere_are_shown_by_their_labels(tmp_path: Path) -> None:
    root = folders(tmp_path / "root", ".")
    folders(tmp_path, "one/agents", "two/agents")
    found = sources(root, "../one/agents", str(tmp_path / "two/agents"))
    assert [(each.label, each.shown) for each in found] == [("one", "one"), ("two", "two")]
    (only,) = sources(root, "../one/agents")
    assert (only.label, only.shown) == ("", "agents")


def test_a_folder_is_found_through_a_link(tmp_path: Path) -> None:
    folders(tmp_path, "real/agents")
    (tmp_path / "linked").symlink_to(tmp_path / "real")
    (found,) = sources(tmp_path / "linked", "agents")
    assert (found.folder, found.shown) == (tmp_path / "real/agents", "agents")


def test_a_folder_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert not_found(tmp_path, "nowhere", ".", "file") == [
        f"{NAME}.sources.0.folder: there is no folder 'nowhere'",
        f"{NAME}.sources.2.folder: there is no folder 'file'",
    ]


@pytest.mark.parametrize(
    "given",
    [
        ("team/agents", "team/.claude/agents"),
        ("team", "team"),
        ("team", "./team"),
        ({"folder": "team", "label": "x"}, {"folder": "team/agents", "label": "x"}),
        ("team", {"folder": "other", "label": "team"}),
    ],
)
def test_folders_of_one_label_are_refused(
    tmp_path: Path, given: tuple[str | dict[str, str], ...]
) -> None:
    folders(tmp_path, "team/agents", "team/.claude/agents", "other")
    label = "x" if "x" in str(given) else "team"
    assert not_found(tmp_path, *given) == [
        f"{NAME}.sources: two folders have the label {label!r}; set `label` to tell them apart"
    ]


def test_all_that_is_wrong_with_the_folders_is_told_at_once(tmp_path: Path) -> None:
    folders(tmp_path, "a", "b")
    both: list[str | dict[str, str]]
    both = [{"folder": "a", "label": "x"}, {"folder": "b", "label": "x"}, "a", "b/../a", "c"]
    assert not_found(tmp_path, *both) == [
        f"{NAME}.sources.4.folder: there is no folder 'c'",
        f"{NAME}.sources: two folders have the label 'x'; set `label` to tell them apart",
        f"{NAME}.sources: two folders have the label 'a'; set `label` to tell them apart",
    ]


# Accepted findings


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("agents/a.md", "agents/a.md", True),
        ("agents/*", "agents/broken/deep/a.md", True),
        ("*/a.md", "agents/broken/a.md", True),
        ("*", "a.md", True),
        ("agents/?.md", "agents/a.md", True),
        ("agents/broken/*", "agents/a.md", False),
        ("a.md", "agents/a.md", False),
        ("AGENTS/*", "agents/a.md", False),
        ("agents/a", "agents/a.md", False),
    ],
)
def test_findings_are_accepted_by_the_pattern_of_their_path(
    pattern: str, path: str, *, fits: bool
) -> None:
    options = Options(accept=(AcceptOption(path=pattern, codes=("dead-link",), reason="Known."),))
    assert options.policy.accepted("dead-link", path) == ("Known." if fits else None)


def test_only_the_codes_named_are_accepted_and_the_first_reason_counts() -> None:
    options = read(
        accept=[
            {"path": "a*", "codes": ["dead-link", "secret"], "reason": "First."},
            {"path": "*", "codes": ["secret", "tool-*"], "reason": "Second."},
        ]
    )
    codes = ("dead-link", "secret", "tool-gone", "tools-empty")
    assert [options.policy.accepted(code, "a") for code in codes] == [
        "First.", "First.", "Second.", None,
    ]  # fmt: skip


# How much findings matter


def test_the_last_rule_that_fits_says_how_much_a_finding_matters() -> None:
    options = read(
        rules=[
            {"codes": ["tool-*", "secret"], "severity": "error"},
            {"codes": ["tool-gone"], "severity": False, "path": "vendor/*"},
            {"codes": ["tool-gone"], "severity": "off", "path": "old/*"},
        ]
    )
    paths = ("a.md", "vendor/a.md", "old/a.md")
    severity = options.policy.severity
    assert [severity(RULES["tool-gone"], path) for path in paths] == [Severity.ERROR, None, None]
    assert severity(RULES["secret"], "vendor/a.md") is Severity.ERROR
    assert severity(RULES["dead-link"], "a.md") is RULES["dead-link"].severity


@pytest.mark.parametrize("option", ["rules", "accept"])
def test_a_rule_that_does_not_exist_is_refused_with_the_nearest(option: str) -> None:
    entry = {"codes": ["tool-unknwon"], "severity": "off", "reason": "R.", "path": "*"}
    entry.pop("reason" if option == "rules" else "severity")
    with pytest.raises(OptionsError) as raised:
        read(**{option: [entry]})
    assert str(raised.value) == (
        f"{NAME}.{option}.0.codes: there is no rule 'tool-unknwon'; is 'tool-unknown' meant?"
    )


def test_options_are_read_from_a_file_with_tags(tmp_path: Path) -> None:
    file = tmp_path / "mkdocs.yml"
    file.write_text(
        "site_url: !ENV [X, '']\nplugins:\n  - search\n"
        "  - agent-catalog:\n      fail_on: error\n      rules: [{codes: [secret], severity: off}]\n"
    )
    options = read_settings(file)
    assert options.fail_on is Severity.ERROR
    assert options.policy.severity(RULES["secret"], "a.md") is None
    file.write_text("extra: {agent_catalog: {sources: crew}}")
    assert read_settings(file).sources[0].folder == "crew"
    file.write_text("plugins: {agent-catalog: {sorces: x}}")
    with pytest.raises(OptionsError, match=r"agent-catalog\.sorces: there is no such option"):
        read_settings(file)
    file.write_text("a: [")
    with pytest.raises(OptionsError, match=r"mkdocs\.yml: "):
        read_settings(file)
    file.write_text("- a")
    assert read_settings(file) == Options()
