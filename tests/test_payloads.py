"""An attack in every place of an agent file leaves nothing in the site that could act."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from agent_catalog.model.limits import LONGEST_FRONTMATTER, cut
from attacked import attacked_site, built, unguarded_site
from oracle import Frame, unsafe
from payloads import LONGEST_KEY, PLACES, harmless_files, payloads, quoted, sample, scalar
from sites import AGENT_CATALOG, REPOSITORY, BuiltSite, repeated_ids, run, searched, write_tree
from specimens import SPECIMENS

_BATCH = 600
"""Agents of a site, so that its pages stay of a usual size."""
_BATCHES = range(-(-len(payloads()) // _BATCH))
_CLEAN_PATH = re.compile(r"[A-Za-z0-9._/-]+")


@pytest.fixture(scope="session")
def frame(tmp_path_factory: pytest.TempPathFactory) -> Frame:
    """What pages of harmless agents are made of."""
    folder = tmp_path_factory.mktemp("harmless")
    few = {
        path.relative_to(REPOSITORY / "agents").as_posix(): path.read_bytes()
        for path in (REPOSITORY / "agents").rglob("*.md")
    }
    write_tree(folder / "many", SPECIMENS)
    sites = built(folder / "few", few), built(folder / "many", harmless_files())
    return Frame.of(page for site in sites for page in _pages(site))


@pytest.fixture(scope="module")
def attacks() -> tuple[str, ...]:
    return sample(150)


@pytest.fixture(scope="module")
def attacked(attacks: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    return attacked_site(tmp_path_factory.mktemp("attacked"), attacks)


def _pages(site: BuiltSite) -> Iterator[str]:
    return map(site.text, site.pages)


def test_there_are_enough_attacks() -> None:
    assert len(payloads()) >= 6_500
    assert sum(number % 5 != 4 for number in range(len(payloads()))) >= 5_000


def test_no_page_has_what_pages_of_harmless_agents_have_not(
    attacked: BuiltSite, frame: Frame
) -> None:
    assert _strange(attacked, frame) == []


def test_every_place_has_the_attack(attacked: BuiltSite, attacks: tuple[str, ...]) -> None:
    _assert_in_place(attacked, attacks)


def test_the_exports_hold_attacks_as_data(attacked: BuiltSite, attacks: tuple[str, ...]) -> None:
    _assert_exported(attacked, attacks)


def test_paths_and_ids_are_made_of_what_is_harmless(attacked: BuiltSite) -> None:
    assert [path for path in attacked.tree if not _CLEAN_PATH.fullmatch(path)] == []
    assert repeated_ids(attacked) == []


def test_what_search_finds_is_text(attacked: BuiltSite, attacks: tuple[str, ...]) -> None:
    titles = {record["meta"]["title"] for record in searched(attacked).values()}
    assert "<script>alert(1)</script>" in " ".join(titles)
    assert len(titles) > len(set(attacks)) * 0.9


def test_what_a_terminal_shows_moves_no_cursor(attacked: BuiltSite) -> None:
    folder = attacked.folder.parent
    checked = run(AGENT_CATALOG, "check", "agents", "--level", "info", cwd=folder).stdout
    assert checked.count("\n") > 200
    for output in (attacked.output, checked):
        assert re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f]", output) == []


def test_without_the_guards_the_oracle_finds_thousands(frame: Frame, tmp_path: Path) -> None:
    attacks = sample(60)
    site = unguarded_site(tmp_path, attacks)
    found = _strange(site, frame)
    assert len(found) > 5_000
    reasons = {each.partition(": ")[2].partition(":")[0] for each in found}
    assert reasons >= {"active element", "handler of events", "link", "fetches from elsewhere"}
    pages = {each.partition(": ")[0] for each in found}
    assert len(pages & {f"{agent['url']}index.html" for agent in site.catalog["agents"]}) > 50


@pytest.mark.parametrize(
    "html",
    [
        *("<script>1</script>", "<p onclick=a>", "<p style=a>", "<iframe srcdoc=a>", "<svg>"),
        *("<a href='java\tscript:a'>", "<a href=' \x01javascript:a'>", "<a href='//h'>"),
        *("<a href='/\\h'>", "<a href='data:a'>", "<img src=https://h>", "<input>", "<form>"),
        *("<math><mtext><a xlink:href='javascript:a'>", "<noscript><p onclick=a></noscript>"),
        *("<base href=a>", "<meta http-equiv=refresh>", "<link rel=stylesheet href=a>"),
    ],
)
def test_the_oracle_bites(html: str) -> None:
    assert unsafe(html)


@pytest.mark.parametrize(
    "html",
    [
        *("<p>&lt;script>", "<a href='https://h'>", "<a href='a b:c'>", "<a href='#javascript:'>"),
        *("<input type=checkbox disabled>", "<a href='mailto:a@b'>", "<code>onclick=a</code>"),
    ],
)
def test_the_oracle_does_not_cry_wolf(html: str) -> None:
    assert unsafe(html) == []


@pytest.mark.long
@pytest.mark.parametrize("batch", _BATCHES)
def test_every_attack(batch: int, frame: Frame, tmp_path: Path) -> None:
    attacks = payloads()[batch * _BATCH :][:_BATCH]
    site = attacked_site(tmp_path, attacks)
    assert _strange(site, frame) == []
    _assert_in_place(site, attacks)
    _assert_exported(site, attacks)


def _strange(site: BuiltSite, frame: Frame) -> list[str]:
    """What of all pages is not as in harmless ones, each with its page; in several processes."""
    pages = site.pages
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        found = pool.map(partial(_strange_of, site.folder, frame), pages, chunksize=20)
        return [
            f"{page}: {each}"
            for page, reasons in zip(pages, found, strict=True)
            for each in reasons
        ]


def _strange_of(folder: Path, frame: Frame, page: str) -> list[str]:
    return frame.strange((folder / page).read_text(encoding="utf-8"))


def _assert_in_place(site: BuiltSite, attacks: tuple[str, ...]) -> None:
    """Each attack is what the site holds as the value of each key, and a page tells of it."""
    agents = {agent["path"].rpartition(" ")[2]: agent for agent in site.catalog["agents"]}
    assert len(agents) == len(attacks)
    for number, attack in enumerate(attacks):
        agent = agents[f"{number:04}.md"]
        assert (site.folder / agent["url"] / "index.html").is_file()
        if number % 5 != 4 and _is_read(attack):
            values: dict[str, Any] = agent["metadata"]
            assert {values[key] for key in PLACES if key != "description"} == {attack}
            assert attack in values["description"]
            assert attack in values["tools"]
            assert attack in values or len(scalar(attack)) > LONGEST_KEY
            assert agent["name"] == cut(attack)


def _is_read(attack: str) -> bool:
    """Whether an attack leaves its file's frontmatter short enough to be taken apart."""
    return quoted(attack).index("\n---\n") - len("---\n") <= LONGEST_FRONTMATTER


def _assert_exported(site: BuiltSite, attacks: tuple[str, ...]) -> None:
    """What programs read is well-formed, whatever the agents hold."""
    for path in site.folder.rglob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))
    ET.fromstring(site.text("sitemap.xml"))  # noqa: S314 (a file of this test's own site)
    listed = [line for line in site.text("llms.txt").splitlines() if line.startswith("- [")]
    assert len(listed) == len(attacks) + 1  # catalog.json
