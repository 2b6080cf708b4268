"""This repository's own site, its agents, and what must not be in it."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path, PurePosixPath

import pytest

from sites import REPOSITORY, BuiltSite, assert_sound, mkdocs_build, run, section, select

MACHINE_PATH = r"(?<![\w.~:/-])/(?:work|home|root|Users)/[A-Za-z0-9_]"
REGISTRY = r"\b(?:pypi|pythonhosted)[.]org|\bregistry[.]npm|\bnpmjs[.]com|\bproxy[.]golang"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    folder = tmp_path_factory.mktemp("repository") / "site"
    done = mkdocs_build(REPOSITORY, "--strict", "--site-dir", str(folder))
    return BuiltSite(folder, done.output, done.code)


def tracked(*below: str) -> list[Path]:
    """The files that git has, or would add, below some folders."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *below]
    names = subprocess.check_output(command, cwd=REPOSITORY, text=True).split("\0")
    return [path for name in names if name and (path := REPOSITORY / name).is_file()]


# The site.


def test_the_site_builds_strict(site: BuiltSite) -> None:
    assert site.code == 0, site.output
    assert "WARNING" not in site.output
    assert_sound(site)


def test_the_home_page_has_the_overview(site: BuiltSite) -> None:
    page = site.page("")
    count = len(site.catalog["agents"])
    assert f"{count} agents" in " ".join(select(page, "article p"))
    assert page.find(id="catalog-models") is not None


def test_every_page_of_the_documentation_describes_itself(site: BuiltSite) -> None:
    own = [
        page.relative_to(REPOSITORY / "docs") for page in tracked("docs") if page.suffix == ".md"
    ]
    pages = [
        site.page(
            str(
                page.with_name("index.html")
                if page.stem == "index"
                else page.with_suffix("") / "index.html"
            )
        )
        for page in own
    ]
    descriptions = [str(page.select('meta[name="description"]')[0]["content"]) for page in pages]

    assert len(own) > 10
    assert len(set(descriptions)) == len(own)
    assert all(50 <= len(each) <= 200 for each in descriptions)


def test_every_picture_is_described_and_its_size_is_kept_small(site: BuiltSite) -> None:
    pictures = [image for path in site.pages for image in site.page(path).select("article img")]

    assert pictures
    assert [str(each) for each in pictures if len(str(each.get("alt", ""))) < 40] == []
    shown = {str(each["src"]).split("#")[0].rpartition("/")[2] for each in pictures}
    assert shown == {file.name for file in tracked("docs/images")}
    assert [file.name for file in tracked("docs/images") if file.stat().st_size > 120_000] == []


# The agents: each a fair specimen, together all that the catalog knows.


def agents(site: BuiltSite) -> list[dict[str, object]]:
    found: list[dict[str, object]] = site.catalog["agents"]
    return found


def test_there_are_agents_in_several_folders(site: BuiltSite) -> None:
    paths = [PurePosixPath(str(agent["path"])) for agent in agents(site)]
    assert len(paths) >= 10
    assert len({path.parent for path in paths}) >= 3
    assert paths == sorted(paths)


def test_every_official_color_is_worn(site: BuiltSite) -> None:
    colors = {"red", "blue", "green", "yellow", "purple", "orange", "pink", "cyan"}
    assert colors <= site.catalog["groups"]["color"].keys()


def test_every_way_to_give_tools_is_shown(site: BuiltSite) -> None:
    tools = [agent["tools"] for agent in site.catalog["agents"]]
    assert {each["mode"] for each in tools} == {"all", "listed", "none"}
    assert any(each["denied"] for each in tools)
    entries = [tool for each in tools for tool in each["allowed"]]
    assert any(tool["specifier"] for tool in entries)
    assert any(tool["server"] for tool in entries)
    written = {str(agent["metadata"].get("tools")) for agent in site.catalog["agents"]}
    assert {"None", "*", "[]"} <= written  # none given, all, and an empty list


@pytest.mark.parametrize(
    ("dialect", "pattern"),
    [
        ("tags on lines of their own", r"^\s*<example>\s*$"),
        ("tags in one line with escaped line breaks", r"<example>.*\\n.*</example>"),
        ("commentary", r"<commentary>"),
        ("context", r"^\s*Context: "),
        ("numbers", r"\(1\) User: '"),
        ("bullets", r"^\s*- User: \""),
        ("no quotes", r"(?:user|assistant): [^\"'\s]"),
        ("plain dialogue", r"^\s*Example 1:$"),
    ],
)
def test_every_dialect_of_examples_is_written(site: BuiltSite, dialect: str, pattern: str) -> None:
    texts = [
        file.read_text(encoding="utf-8").split("\n---\n")[0]
        for file in sorted((REPOSITORY / "agents").rglob("*.md"))
    ]
    assert any(re.search(pattern, text, re.MULTILINE) for text in texts), dialect
    assert sum(bool(agent["examples"]) for agent in agents(site)) >= 8


def test_two_agents_share_a_name(site: BuiltSite) -> None:
    names = Counter(str(agent["name"]) for agent in agents(site))
    assert sorted(names.values())[-2:] == [1, 2]


def test_exactly_two_agents_are_broken_and_meant_to_be(site: BuiltSite) -> None:
    codes = {"yaml-needs-retry", "yaml-unreadable"}
    broken = [
        agent
        for agent in site.catalog["agents"]
        if codes & {each["code"] for each in agent["findings"]}
    ]
    assert [agent["path"].split("/")[0] for agent in broken] == ["broken", "broken"]
    findings = [each for agent in site.catalog["agents"] for each in agent["findings"]]
    serious = [each for each in findings if each["severity"] != "info"]
    meant = {"name-repeated", "tool-scope-without-effect"}
    assert {each["code"] for each in serious} == {*codes, *meant}
    assert all(each["accepted"] for each in serious)
    assert [agent["loadable"] for agent in broken] == [True, False]
    for agent in broken:
        assert "Meant to be: " in section(site.page(agent["url"]), "findings")


@pytest.mark.corpus
@pytest.mark.seeds
def test_agents_and_tests_are_our_own(request: pytest.FixtureRequest) -> None:
    """No file of the tests or agents is one of the real files that they are tested with."""
    real = {
        hashlib.sha256(file.read_bytes()).digest()
        for name in ("seeds", "corpus")
        for file in request.getfixturevalue(name).rglob("*.md")
    }
    ours = tracked("tests", "agents")
    assert real
    assert ours
    assert [file for file in ours if hashlib.sha256(file.read_bytes()).digest() in real] == []


# What is in the repository.


def test_the_package_has_all_of_its_files(tmp_path: Path) -> None:
    sources = tracked("hooks/agent_catalog", "pyproject.toml", "README.md", "LICENSE")
    for file in sources:
        copy = tmp_path / "source" / file.relative_to(REPOSITORY)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]

    done = run(*pip, "--wheel-dir", str(tmp_path), str(tmp_path / "source"), cwd=tmp_path)

    assert done.returncode == 0, done.stdout
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = {file.relative_to(REPOSITORY).as_posix() for file in sources}
    package = {name.removeprefix("hooks/") for name in ours if name.startswith("hooks/")}
    assert package
    assert package - names == set()


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["machine", "registry"])
def test_no_file_names_a_machine_or_a_package_registry(pattern: str) -> None:
    found = []
    for file in tracked():
        if file == Path(__file__):
            continue
        for number, line in enumerate(file.read_bytes().splitlines(), start=1):
            if re.search(pattern.encode(), line):
                found.append(f"{file.relative_to(REPOSITORY)}:{number}: {line[:80]!r}")
    assert found == []


def test_the_patterns_of_this_file_find_what_they_look_for() -> None:
    for root in ("home", "work"):
        assert re.search(MACHINE_PATH, f'open("/{root}/x")')
    assert not re.search(MACHINE_PATH, "docs/work/plan.md https://example.org/home/page")
    for index in ("pypi", "pythonhosted"):
        assert re.search(REGISTRY, f"https://files.{index}.org/a")
