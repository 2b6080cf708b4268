"""The page that shows two agents side by side, and how one gets there."""

from __future__ import annotations

import difflib
import json
import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from agent_catalog.model.catalog import slug
from browsing import served
from sites import (
    AGENT_CATALOG,
    REPOSITORY,
    BuiltSite,
    agent_file,
    assert_sound,
    build_project,
    run,
    select,
    shown,
    write_project,
    write_tree,
)

pytestmark = pytest.mark.browser

PROMPT = [f"Step {number}." for number in range(1, 31)]
CHANGED = [*PROMPT[:10], "Another step.", *PROMPT[11:20], *PROMPT[22:], "One more.", "And one."]
EVIL = "<img src=x onerror=\"document.title='run'\">"
SLOW = "Fixes slow SQL queries by adding the index that is missing."
TREE = {
    "agents/team/fixer.md": agent_file(
        "fixer", "\n".join(PROMPT), description=SLOW, tools="Read, Bash, Grep", model="opus"
    ),
    "agents/other/fixer.md": agent_file(
        "fixer", "\n".join(CHANGED), description=SLOW, tools="Read, Write", owner="me"
    ),
    "agents/copy/fixer.md": agent_file(
        "fixer", "\n".join(PROMPT), description=SLOW, tools="Read, Bash, Grep", model="opus"
    ),
    "agents/repairer.md": agent_file("sql-repairer", description=f"{SLOW} Also by rewriting them."),
    "agents/Evil name.md": agent_file(
        f"'{EVIL}'", f"{EVIL}\n\u202etrojan", description=f"'{EVIL}'", hidden=f"'{EVIL}'"
    ),
    "agents/mower.md": agent_file("mower", description="Mows the lawn."),
    "agents/baker.md": agent_file("baker", description="Bakes bread at night."),
}
FIXERS = "compare/?a=team/fixer&b=other/fixer"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    folder = write_tree(tmp_path_factory.mktemp("site"), TREE)
    done = run(AGENT_CATALOG, "build", "agents", "--out", "site", cwd=folder)
    assert done.returncode == 0, done.stdout
    return BuiltSite(folder / "site", done.stdout)


@pytest.fixture(scope="module")
def root(site: BuiltSite) -> Iterator[str]:
    with served(site.folder) as url:
        yield url


@pytest.fixture
def silent(page: Page) -> Iterator[Page]:
    """A page on which nothing may go wrong."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []


def rows(page: Page) -> dict[str, list[str]]:
    """The cells of each row by its label."""
    expect(page.locator("[data-result]")).to_be_visible()
    found: dict[str, list[str]] = page.eval_on_selector_all(
        "[data-result] table tr",
        "rows => Object.fromEntries(rows.map(row => { const [head, ...cells] ="
        " [...row.cells].map(cell => cell.innerText.trim()); return [head, cells]; }))",
    )
    return {label.split("\n")[0]: cells for label, cells in found.items()}


def status(page: Page) -> Any:
    return expect(page.locator("article [role=status]"))


# See also.


def test_who_is_alike_is_told_with_what_differs(site: BuiltSite) -> None:
    page = site.page("agents/team/fixer/")
    facts = select(page, ".ac-relatives .ac-facts")
    assert facts[0] == "Identical file"
    assert facts[1].startswith("Same name, similar purposemodel not set2 tools")
    assert "also changes files" in facts[1]
    assert "never runs commands" in facts[1]
    assert facts[2].startswith("Similar purpose")
    assert "all tools" in facts[2]
    assert len(facts) == 3
    links = [str(link["href"]) for link in page.select(".ac-relatives .ac-facts a")]
    assert links[0] == "../../../compare/?a=team/fixer&b=other/fixer"


def test_who_is_like_nobody_has_no_such_section(site: BuiltSite) -> None:
    assert site.page("agents/mower/").find(id="see-also") is None


# The page.


def test_two_agents_are_shown_side_by_side(silent: Page, root: str) -> None:
    silent.goto(root + FIXERS)
    expect(silent.locator("[data-result]")).to_be_visible()
    expect(silent).to_have_title("fixer and fixer compared - Agent catalog")
    found = rows(silent)
    assert found["Model"] == ["opus", "not set"]
    assert found["Color"] == ["not set"]
    assert found["Capabilities of one only"] == ["runs commands", "changes files"]
    assert found["Capabilities of both"] == ["reads files"]
    assert found["Tools of one only"] == ["Bash, Grep (not always)", "Write"]
    assert found["Tools of both"] == ["Read"]
    assert found["owner:"] == ["—", "me"]
    assert found["Description"] == [SLOW]
    assert "agents/team/fixer.md" in found[""][0]


def test_what_differs_is_said_in_words(silent: Page, root: str) -> None:
    silent.goto(root + FIXERS)
    expect(silent.locator("[data-result]")).to_be_visible()
    labels = silent.locator("[data-result] tbody th").all_inner_texts()
    assert "Model\ndiffers" in labels
    assert "Color\nsame" in labels
    assert "− only in the first, line 11" in silent.locator(".ac-only-first").first.inner_text()
    assert "+ only in the second, line 11" in silent.locator(".ac-only-second").first.inner_text()


def test_prompts_are_compared_by_line_with_equal_lines_folded(silent: Page, root: str) -> None:
    silent.goto(root + FIXERS)
    lines = silent.locator("[data-lines]")
    expect(lines).to_contain_text("Lines: 3 only in the first, 3 only in the second, 28 in both.")
    assert "+ Another step." in lines.inner_text()
    expect(lines.get_by_text("Step 2.", exact=True)).to_be_hidden()
    lines.get_by_text("7 lines in both").press("Enter")
    expect(lines.get_by_text("Step 2.", exact=True)).to_be_visible()


def test_what_agents_say_is_text(silent: Page, root: str) -> None:
    silent.goto(root + "compare/?a=mower&b=" + slug("Evil name"))
    expect(silent.locator("[data-result]")).to_be_visible()
    assert silent.locator("[data-ac-compare] img").count() == 0
    assert EVIL in rows(silent)["Description"][1]
    expect(silent.locator("[data-lines]")).to_contain_text("[U+202E]trojan")
    assert "\u202e" not in silent.locator("[data-lines]").inner_text()
    assert "run" not in silent.title().split()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Choose two different agents."),
        ("?a=mower", "Choose two different agents."),
        ("?a=&b=mower", "Choose two different agents."),
        ("?a=mower&b=mower", "Choose two different agents."),
        ("?a=mower&b=fixer", "No agent has the address fixer."),
    ],
)
def test_what_cannot_be_compared_is_explained(
    silent: Page, root: str, query: str, said: str
) -> None:
    silent.goto(f"{root}compare/{query}")
    status(silent).to_contain_text(said)


@pytest.mark.parametrize("address", ["gone", "../mower", "team//fixer", "<b>x", "index.html", "."])
def test_an_agent_that_is_not_there_is_named(page: Page, root: str, address: str) -> None:
    page.goto(f"{root}compare/?a=mower&b={address}")
    status(page).to_have_text(f"No agent has the address {address}.")
    expect(page.locator("[data-result]")).to_be_hidden()


def test_two_are_chosen_and_shared_by_the_address(silent: Page, root: str) -> None:
    silent.goto(f"{root}compare/")
    first, second = silent.get_by_label("First"), silent.get_by_label("Second")
    first.fill("other/fixer")
    second.fill("sql-repairer")  # a name that one agent has will do
    second.press("Enter")
    expect(silent.locator("[data-result]")).to_be_visible()
    assert silent.url.endswith("?a=other%2Ffixer&b=sql-repairer")
    expect(second).to_have_value("repairer")
    first.fill("gone")
    second.press("Enter")
    status(silent).to_have_text("No agent has the address gone.")
    expect(second).to_have_value("repairer")


def test_every_agent_is_offered_by_address_and_name(site: BuiltSite) -> None:
    offered = [(str(each["value"]), shown(each)) for each in site.page("compare/").select("option")]
    records = site.catalog["agents"]
    assert offered == [(str(each["url"])[7:-1], each["name"]) for each in records]
    assert ("team/fixer", "fixer") in offered


def test_one_comes_from_an_agents_page(silent: Page, root: str) -> None:
    silent.goto(f"{root}agents/team/fixer/")
    silent.get_by_role("link", name="Compare").first.click()
    expect(silent).to_have_title("fixer and fixer compared - Agent catalog")
    silent.locator("thead a").last.click()
    expect(silent).to_have_url(f"{root}agents/other/fixer/")


def test_without_scripts_pairs_lead_to_the_pages(browser: Browser, root: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{root}compare/")
    expect(page.get_by_text("Comparing needs JavaScript.")).to_be_visible()
    expect(page.locator("form:has(input[name=a])")).to_be_hidden()
    page.locator(".ac-list a").first.click()
    expect(page.locator("h1")).to_contain_text("fixer")
    context.close()


def test_pairs_are_suggested_each_agent_in_one(site: BuiltSite) -> None:
    page = site.page("compare/")
    assert [shown(each) for each in page.select(".ac-list__name")] == ["fixer and fixer"]
    assert "Same name, similar purpose" in shown(page.select(".ac-list .ac-facts")[0])


@pytest.mark.parametrize("width", [360, 390, 1280])
def test_the_page_never_scrolls_sideways(page: Page, root: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(root + "compare/?a=team/fixer&b=" + slug("Evil name"))
    expect(page.locator("[data-result]")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_it_works_where_pages_are_files(tmp_path: Path, silent: Page) -> None:
    tree = {path: TREE[path] for path in ("agents/team/fixer.md", "agents/other/fixer.md")}
    site = build_project(write_project(tmp_path, tree, use_directory_urls=False))
    assert_sound(site)
    with served(site.folder) as url:
        silent.goto(f"{url}agents/team/fixer.html")
        silent.get_by_role("link", name="Compare").click()
        expect(silent.locator("[data-result]")).to_be_visible()
        silent.locator("thead a").last.click()
        expect(silent).to_have_url(f"{url}agents/other/fixer.html")


def test_a_page_of_the_documentation_stands_in_for_it(tmp_path: Path) -> None:
    tree = {"docs/compare.md": "# Mine\n", "agents/compare.md": agent_file("compare")}
    site = build_project(write_project(tmp_path, tree))
    assert site.warnings == []
    assert "Mine" in site.text("compare/index.html")
    assert select(site.page("agents/compare/"), "article h1") == ["compare"]


# The comparison of lines.


@pytest.fixture(scope="module")
def differ(browser: Browser, root: str) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(root)
    page.evaluate(
        f"import('{root}assets/agent-catalog/line-diff.js').then(m => globalThis.diff = m.lineDiff)"
    )
    yield page
    page.close()


Runs = list[dict[str, Any]]
"""What the script tells of two lists of lines."""


def diff(differ: Page, pairs: list[tuple[list[str], list[str]]]) -> list[Runs | None]:
    found: list[Runs | None] = differ.evaluate("pairs => pairs.map(([a, b]) => diff(a, b))", pairs)
    return found


def longest(a: list[str], b: list[str]) -> int:
    """The length of a longest common subsequence."""
    before = [0] * (len(b) + 1)
    for line in a:
        row = [0]
        for place, other in enumerate(b):
            row.append(before[place] + 1 if line == other else max(row[-1], before[place + 1]))
        before = row
    return before[-1]


def check(a: list[str], b: list[str], runs: Runs | None) -> int:
    """The runs cover both texts in order and are what they say; returns how many lines are same."""
    i = j = same = 0
    assert runs is not None
    kinds = [run_["same"] for run_ in runs]
    assert all(one != other for one, other in pairwise(kinds))
    made: list[str] = []
    for run_ in runs:
        (start, i_), (start_, j_) = run_["a"], run_["b"]
        assert (start, start_) == (i, j)
        i, j = i_, j_
        if run_["same"]:
            assert a[start:i] == b[start_:j] != []
            same += i - start
            made += a[start:i]
        else:
            assert (start, start_) != (i, j)
            made += b[start_:j]
    assert (i, j) == (len(a), len(b))
    assert made == b
    return same


def test_the_lines_in_common_are_a_longest_common_subsequence(differ: Page) -> None:
    dice = random.Random(3)  # noqa: S311 (no secret)
    pairs = [
        tuple(dice.choices("abcde"[: dice.randint(1, 5)], k=dice.randint(0, 14)) for _ in "ab")
        for _ in range(400)
    ]
    for (a, b), found in zip(pairs, diff(differ, pairs), strict=True):  # type: ignore[arg-type]  # tuples of two
        assert check(a, b, found) == longest(a, b)


def test_real_prompts_have_at_least_as_much_in_common_as_pythons_difflib_finds(
    differ: Page,
) -> None:
    files = sorted((REPOSITORY / "agents").rglob("*.md"))
    texts = [file.read_text(encoding="utf-8").split("\n") for file in files]
    pairs = list(pairwise(texts))
    for (a, b), found in zip(pairs, diff(differ, pairs), strict=True):
        blocks = difflib.SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
        assert check(a, b, found) >= sum(block.size for block in blocks)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (["", "x"] * 2500, ["", "y"] * 2500),
        (["x"] * 5000, ["x"] * 5000),
        ([str(n) for n in range(5000)], [str(n) for n in range(5000, 0, -1)]),
        ([str(n % 7) for n in range(5000)], [str(n % 5) for n in range(5000)]),
        (
            [line for n in range(2500) for line in (str(n), "")],
            [line for n in range(2500) for line in (str(n + n % 2), "")],
        ),
    ],
    ids=["half blank", "one line", "reversed", "few lines", "paragraphs"],
)
def test_long_prompts_do_not_freeze(differ: Page, a: list[str], b: list[str]) -> None:
    start = differ.evaluate("performance.now()")
    (found,) = diff(differ, [(a, b)])
    assert differ.evaluate("performance.now()") - start < 5000
    check(a, b, found)


def test_prompts_that_are_too_long_to_compare_are_told_of(tmp_path: Path, page: Page) -> None:
    tree = {
        "agents/one.md": agent_file("one", "\n".join(["", "x"] * 3000)),
        "agents/two.md": agent_file("two", "\n".join(["", "y"] * 3000)),
    }
    site = build_project(write_project(tmp_path, tree))
    with served(site.folder) as url:
        page.goto(f"{url}compare/?a=one&b=two")
        expect(page.locator("[data-lines]")).to_have_text(
            "The prompts are too long to compare them by line."
        )
        assert rows(page)["Description"]


# The files.


def test_what_is_fetched_is_no_more_than_is_compared(site: BuiltSite) -> None:
    record = json.loads(site.text("compare/team/fixer.json"))
    assert set(record) == {"name", "path", "url", "facts", "prompt"}
    assert record["prompt"].strip().split("\n") == PROMPT
