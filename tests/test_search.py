"""Search, as a person uses it: what is found, in which order, and how it is come by."""

from __future__ import annotations

import re
import shutil
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from agent_catalog.publishing.search import SearchError, record, write_search_index
from browsing import served, wait_until
from sites import (
    AGENT_CATALOG,
    BuiltSite,
    agent_file,
    build_project,
    mkdocs_build,
    run,
    searched,
    write_project,
)

HOSTILE_NAME = "<img src=x onerror=alert(1)>"
TREE = {
    "agents/data/backend-engineer.md": """
        ---
        name: backend-engineer
        description: |
          Builds what runs on the server.
          <example>
          user: "I need to optimize this queryset, it causes a query for each row"
          assistant: "I'll use the backend-engineer agent."
          </example>
        ---

        Measure first. Say what a heliotrope costs.
        """,
    "agents/data/form-builder.md": """
        ---
        name: form-builder
        description: Builds forms that everyone can fill in.
        tools: Read, mcp__pager__ring
        ---

        A form may be fed by a queryset. Its color is heliotrope.

        Was it über-pünktlich? 완성까지.
        """,
    "agents/incident-lead.md": agent_file(
        "incident-lead", "Keep calm.", description="Leads when production is down."
    ),
    "agents/heliotrope.md": agent_file("heliotrope", "Grow.", description="Tells of gardens."),
    "agents/hostile.md": f"""
        ---
        name: "{HOSTILE_NAME}"
        description: "Quokka <script>alert(2)</script> <mark>marked</mark> &lt;b&gt; \\u202eevil"
        ---

        Nothing.
        """,
    "docs/index.md": "# Home\n\nWelcome.\n",
    "docs/guide/start.md": """
        # Start & go

        How to begin.

        ## Turn the crank

        The crank of the wombat is on the left.
        """,
    "docs/guide/secret.md": "---\nsearch:\n  exclude: true\n---\n\n# Secret\n\nThe wombat hides.\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    settings = {"repo_url": "https://example.org/crew", "markdown_extensions": [{"toc": LINKED}]}
    return build_project(write_project(tmp_path_factory.mktemp("search"), TREE, **settings))


LINKED = {"permalink": True}


@pytest.fixture(scope="module")
def root(site: BuiltSite) -> Iterator[str]:
    with served(site.folder) as url:
        yield url


def open_page(page: Page, url: str) -> None:
    """Go to a page and wait until search is there."""
    page.goto(url, wait_until="networkidle")
    wait_until(page, "!!document.querySelector('[data-ac-search]').onclick")


def look_for(page: Page, url: str, query: str) -> Locator:
    """Type a query; gives the links to what is found."""
    open_page(page, url)
    page.keyboard.press("/")
    page.keyboard.type(query)
    expect(page.locator(".ac-search ol")).to_have_attribute("aria-busy", "false")
    return page.locator(".ac-search li a")


def status(page: Page) -> Locator:
    return page.get_by_role("dialog").get_by_role("status")


# What is found.


@pytest.mark.browser
@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("backend-engineer", "backend-engineer"),
        ("backend", "backend-engineer"),
        ("engineer backend", "backend-engineer"),
        ("fill in forms", "form-builder"),
        ("who can optimise this queryset?", "backend-engineer"),
        ("Which agent should I use to optimize my querysets", "backend-engineer"),
        ("optimising a queryset", "backend-engineer"),
        ("colour heliotrope", "form-builder"),
        ("mcp__pager__ring", "form-builder"),
        ("Read", "Read"),
        ("heliotrope", "heliotrope"),
        ("keep calm", "incident-lead"),
        ("puenktlich pünktlich", "form-builder"),
        ("uber-punktlich", "form-builder"),
        ("완성까지", "form-builder"),
        ("produc", "incident-lead"),
        ("PRODUCTION", "incident-lead"),
        ("where is the wombat", "Start & go: Turn the crank"),
        ("who", "home"),
    ],
)
def test_the_best_is_found_first(page: Page, root: str, query: str, first: str) -> None:
    links = look_for(page, f"{root}tools/", query)
    if first == "home":  # a query of empty words alone is still one
        expect(status(page)).to_have_text(re.compile("result|Nothing found"))
    else:
        expect(links.first).to_have_text(first)


@pytest.mark.browser
def test_what_only_a_prompt_says_is_found_below(page: Page, root: str) -> None:
    links = look_for(page, root, "heliotrope")
    expect(links).to_have_count(3)
    expect(links.first).to_have_text("heliotrope")
    assert set(links.all_inner_texts()[1:]) == {"backend-engineer", "form-builder"}
    expect(page.locator(".ac-search li").nth(1)).to_contain_text("In the prompt: heliotrope")
    expect(status(page)).to_have_text("3 results")


@pytest.mark.browser
def test_where_nothing_has_all_words_some_will_do(page: Page, root: str) -> None:
    links = look_for(page, root, "production querysets wombats")
    expect(status(page)).to_have_text(re.compile("Nothing has all of these words, 5 have some"))
    assert "incident-lead" in links.all_inner_texts()
    page.keyboard.type(" nonsenseword")
    expect(status(page)).to_have_text(re.compile("Nothing has all"))
    page.get_by_role("searchbox").fill("nonsenseword")
    expect(status(page)).to_have_text("Nothing found")
    expect(links).to_have_count(0)


@pytest.mark.browser
def test_a_result_says_what_it_is_and_shows_the_words(page: Page, root: str) -> None:
    look_for(page, f"{root}guide/start/", "queryset")
    result = page.locator(".ac-search li").first
    expect(result).to_contain_text("backend-engineer")
    expect(result).to_contain_text("Agent data/backend-engineer")
    expect(result).to_contain_text("need to optimize this queryset")
    expect(result.locator("mark").first).to_have_text("queryset,")
    link = result.get_by_role("link")
    assert link.evaluate("link => link.href") == f"{root}agents/data/backend-engineer/"


@pytest.mark.browser
def test_the_text_of_an_agent_is_no_markup(page: Page, root: str) -> None:
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    links = look_for(page, root, "quokka")
    expect(links).to_have_text([HOSTILE_NAME])
    result = page.locator(".ac-search li")
    expect(result).to_contain_text("Quokka <script>alert(2)</script> <mark>marked</mark> &lt;b&gt;")
    expect(result).to_contain_text("[U+202E]evil")
    assert result.locator("img, script, b").count() == 0
    expect(result.locator("mark")).to_have_text(["Quokka"])


@pytest.mark.browser
def test_a_section_of_a_page_is_led_to(page: Page, root: str) -> None:
    look_for(page, root, "wombat crank").first.click()
    expect(page).to_have_url(f"{root}guide/start/#turn-the-crank")


@pytest.mark.browser
def test_more_is_shown_on_demand(page: Page, tmp_path: Path) -> None:
    tree = {f"agents/{number}.md": agent_file(f"twin-{number}") for number in range(20)}
    folder = build_project(write_project(tmp_path, tree)).folder
    with served(folder) as url:
        links = look_for(page, url, "twin")
        expect(status(page)).to_have_text("20 results")
        expect(links).to_have_count(8)
        page.get_by_role("button", name="Show more").click()
        expect(links).to_have_count(16)
        expect(links.nth(8)).to_be_focused()
        page.get_by_role("button", name="Show more").click()
        expect(links).to_have_count(20)
        expect(page.get_by_role("button", name="Show more")).to_be_hidden()
        assert len(set(links.all_inner_texts())) == 20


@pytest.mark.browser
@pytest.mark.seeds
def test_the_seeds_are_found_by_what_is_asked(page: Page, seeds: Path, tmp_path: Path) -> None:
    run(AGENT_CATALOG, "build", seeds, "--out", "site", cwd=tmp_path)
    with served(tmp_path / "site") as url:
        links = look_for(page, url, "who can optimise this queryset?")
        expect(links.first).to_have_text("backend-engineer")
        assert str(links.first.get_attribute("href")).endswith("agents/001_56a0060514955fc1/")


# How it is used.


@pytest.mark.browser
@pytest.mark.parametrize("key", ["/", "s", "f", "Control+k", "Meta+k"])
def test_a_key_opens_search_on_any_page(page: Page, root: str, key: str) -> None:
    open_page(page, f"{root}404.html" if key == "/" else f"{root}models/")
    dialog = page.get_by_role("dialog", name="Search")
    expect(dialog).not_to_be_visible()
    page.keyboard.press(key)
    expect(dialog).to_be_visible()
    field = page.get_by_role("searchbox", name="Search")
    expect(field).to_be_focused()
    page.keyboard.type("s/f")
    expect(field).to_have_value("s/f")
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()


@pytest.mark.browser
def test_search_goes_by_keyboard_alone(page: Page, root: str) -> None:
    open_page(page, root)
    opener = page.get_by_role("button", name="Search")
    opener.focus()
    page.keyboard.press("Space")
    field = page.get_by_role("searchbox")
    expect(field).to_be_focused()
    page.keyboard.type("heliotrope")
    links = page.locator(".ac-search li a")
    expect(page.locator(".ac-search ol")).to_have_attribute("aria-busy", "false")
    expect(links).to_have_count(3)
    for key, focused in [
        ("ArrowDown", links.nth(0)),
        ("ArrowDown", links.nth(1)),
        ("ArrowUp", links.nth(0)),
        ("ArrowUp", field),
        ("ArrowUp", links.nth(2)),
        ("ArrowDown", field),
        ("ArrowDown", links.nth(0)),
        ("n", links.nth(0)),  # Material would go to the next page
    ]:
        page.keyboard.press(key)
        expect(focused).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    field.fill("production")
    page.keyboard.press("Enter")  # before the results are there
    expect(page).to_have_url(f"{root}agents/incident-lead/")


@pytest.mark.browser
def test_a_click_opens_and_closes_search(page: Page, root: str) -> None:
    open_page(page, root)
    dialog = page.get_by_role("dialog")
    page.get_by_role("button", name="Search").click()
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).not_to_be_visible()
    page.get_by_role("button", name="Search").click()
    page.mouse.click(5, 400)
    expect(dialog).not_to_be_visible()


@pytest.mark.browser
def test_the_address_has_the_query(page: Page, browser: Browser, root: str) -> None:
    look_for(page, f"{root}agents/?model=opus#folder-data", "queryset optimise")
    expect(page).to_have_url(f"{root}agents/?model=opus&search=queryset+optimise#folder-data")
    shared = browser.new_page()
    shared.goto(page.url)
    expect(shared.locator(".ac-search li a").first).to_have_text("backend-engineer")
    expect(shared.get_by_role("searchbox")).to_have_value("queryset optimise")
    shared.locator(".ac-search li a").first.click()
    expect(shared).to_have_url(f"{root}agents/data/backend-engineer/")
    shared.go_back()
    expect(shared.locator(".ac-search li a").first).to_have_text("backend-engineer")
    shared.keyboard.press("Escape")
    expect(shared).to_have_url(f"{root}agents/?model=opus#folder-data")
    shared.close()


@pytest.mark.browser
def test_instant_navigation_closes_search(page: Page, tmp_path: Path) -> None:
    theme = {"name": "material", "font": False, "features": ["navigation.instant"]}
    with served(tmp_path / "site") as url:
        build_project(write_project(tmp_path, TREE, theme=theme, site_url=url))
        links = look_for(page, url, "queryset")
        page.evaluate("window.same = true")
        links.first.click()
        expect(page).to_have_url(f"{url}agents/data/backend-engineer/")
        expect(page.get_by_role("heading", level=1)).to_have_text("backend-engineer")
        expect(page.get_by_role("dialog")).not_to_be_visible()
        assert page.evaluate("window.same")
        page.keyboard.press("/")
        expect(links.first).to_have_text("backend-engineer")
        links.first.press("Enter")
        expect(page).to_have_url(f"{url}agents/data/backend-engineer/")


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 390, 1280])
def test_search_fits_the_window(page: Page, root: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    look_for(page, f"{root}agents/hostile/", "queryset").first.wait_for()
    box = page.get_by_role("dialog").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["width"] >= min(width, 640)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for link in page.locator("header nav > *").all():
        place = link.bounding_box()
        assert not place or place["x"] + place["width"] <= width


@pytest.mark.browser
def test_without_scripts_search_leads_to_the_list(browser: Browser, root: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{root}agents/data/form-builder/")
    page.get_by_role("banner").get_by_role("link", name="All agents").click()
    expect(page).to_have_url(f"{root}agents/")
    context.close()


@pytest.mark.browser
def test_search_asks_for_little_and_under_a_strict_policy(page: Page, root: str) -> None:
    policy = (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
        "style-src 'self'; img-src 'self' data:"
    )

    def with_policy(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(
            response=answer, headers={**answer.headers, "content-security-policy": policy}
        )

    requests: list[str] = []
    page.route(root, with_policy)
    page.on("request", lambda request: requests.append(request.url))
    open_page(page, root)
    before = len(requests)
    page.keyboard.press("/")
    page.keyboard.type("queryset")
    expect(page.locator(".ac-search li a").first).to_have_text("backend-engineer")
    allowed = f"{root}assets/agent-catalog/pagefind/"
    later = [
        each for each in requests[before:] if not each.endswith(("favicon.png", "favicon.svg"))
    ]
    assert [each for each in later if not each.startswith(allowed)] == []
    assert not [each for each in requests if "lunr" in each or "worker" in each]
    assert not [each for each in requests[:before] if "pagefind" in each]


@pytest.mark.browser
def test_an_index_that_is_not_there_is_told_of(page: Page, site: BuiltSite, tmp_path: Path) -> None:
    shutil.copytree(site.folder, tmp_path / "site")
    shutil.rmtree(tmp_path / "site/assets/agent-catalog/pagefind")
    with served(tmp_path / "site") as url:
        look_for(page, url, "queryset")
        expect(status(page)).to_have_text("The search index cannot be read.")


# What is published.


@pytest.mark.parametrize(
    "plugins",
    [
        ["agent-catalog"],
        ["search", "agent-catalog"],
        ["agent-catalog", {"search": {"lang": "en"}}],
        [{"material/search": {}}, "agent-catalog"],
    ],
    ids=str,
)
def test_the_search_of_the_theme_is_left_out(tmp_path: Path, plugins: list[object]) -> None:
    site = build_project(write_project(tmp_path, TREE, plugins=plugins))
    assert site.warnings == []
    assert not [path for path in site.tree if "lunr" in path or path.startswith("search/")]
    assert not [path for path in site.tree if "/workers/" in path]
    page = site.page("agents/incident-lead/")
    assert len(page.select("header [data-ac-search]")) == 1
    assert page.select("[role=dialog], form:not(.ac-search form)") == []
    assert "/agents/incident-lead/" in searched(site)


def test_only_what_search_needs_is_published(site: BuiltSite) -> None:
    folder = "assets/agent-catalog/pagefind/"
    names = {path.removeprefix(folder) for path in site.tree if path.startswith(folder)}
    others = {name for name in names if not name.startswith(("index/", "fragment/"))}
    assert {re.sub("_[0-9a-f]+", "", name) for name in others} == {
        *("pagefind.js", "pagefind-entry.json", "pagefind.en.pf_meta", "wasm.en.pagefind")
    }
    pages = {path for path in site.pages if path != "404.html"}
    assert len(searched(site)) == len(pages) - 1  # of which one is excluded


def test_a_page_is_searched_once_and_without_its_frame(site: BuiltSite) -> None:
    found = searched(site)
    assert "/guide/secret/" not in found
    assert found["/guide/start/"]["meta"] == {
        "title": "Start & go",
        "url": "guide/start/",
        "kind": "Page",
    }
    assert "¶" not in found["/guide/start/"]["content"]
    assert "Home" not in found["/guide/start/"]["content"]
    content = found["/agents/data/form-builder/"]["content"]
    assert content.startswith("Builds forms that everyone can fill in. Read mcp__pager__ring")
    assert content.count("heliotrope") == 1


@pytest.mark.parametrize(
    ("language", "stems"), [("de", "de"), ("ja", "unknown"), ("pt-BR", "pt-br")]
)
def test_the_index_is_in_the_language_of_the_site(
    tmp_path: Path, language: str, stems: str
) -> None:
    theme = {"name": "material", "font": False, "language": language}
    site = build_project(write_project(tmp_path, TREE, theme=theme))
    assert [path.rpartition("/")[2] for path in site.tree if "/wasm." in path] == [
        f"wasm.{stems}.pagefind"
    ]


def test_the_order_of_the_pages_does_not_matter(tmp_path: Path) -> None:
    records = {f"{name}/index.html": record(name, f"<p>{name} x</p>", "en") for name in "abcdefgh"}
    write_search_index(records, tmp_path / "a", "en")
    write_search_index(dict(reversed(records.items())), tmp_path / "b", "en")
    assert BuiltSite(tmp_path / "a").tree == BuiltSite(tmp_path / "b").tree
    assert len(BuiltSite(tmp_path / "a").tree) > 8


def test_words_that_many_prompts_have_are_left_out(tmp_path: Path) -> None:
    tree = {
        f"agents/{number}.md": agent_file(f"a{number}", f"Ubiquitous{number % 2} w{number}")
        for number in range(201)
    }
    tree["agents/x.md"] = agent_file("x", "Ubiquitous0 elsewhere.", description="Ubiquitous0 too.")
    found = searched(build_project(write_project(tmp_path, tree)))
    words = " ".join(page["content"] for page in found.values()).lower().split()
    assert words.count("ubiquitous1") == 100
    assert words.count("ubiquitous0") == 1


def test_a_pagefind_that_fails_ends_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = mkdocs_build(write_project(tmp_path, TREE), PAGEFIND_BINARY_PATH="/bin/false")
    assert done.code == 1
    assert "Pagefind failed" in done.output
    assert "Traceback" not in done.output
    monkeypatch.setenv("PAGEFIND_BINARY_PATH", str(tmp_path / "nothing"))
    with pytest.raises(SearchError, match="Pagefind"):
        write_search_index({"index.html": record("a", "b", "en")}, tmp_path, "en")


# What it costs.

QUESTIONS = [
    "backend-engineer",
    "who can optimise this queryset?",
    "review my pull request",
    "WebFetch",
    "terraform drift",
]


@pytest.mark.browser
@pytest.mark.corpus
@pytest.mark.long
def test_a_thousand_agents_are_searched_quickly(
    browser: Browser, corpus: Path, tmp_path: Path
) -> None:
    files = sorted(path for path in corpus.rglob("*") if path.is_file())[:1000]
    for file in files:
        copy = tmp_path / "agents" / file.relative_to(corpus)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    run(AGENT_CATALOG, "build", "agents", "--out", "site", cwd=tmp_path)
    with served(tmp_path / "site") as url:
        costs = [_cost(browser, url, question) for question in QUESTIONS]
    assert statistics.median(seconds for seconds, _ in costs) < 0.4
    assert max(fetched for _, fetched in costs) < 300_000


def _cost(browser: Browser, url: str, query: str) -> tuple[float, float]:
    """Seconds from the last key to the last change of the results, and bytes fetched for them."""
    context = browser.new_context()
    page = context.new_page()
    open_page(page, f"{url}tools/")
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    fetched: list[float] = []
    network.on("Network.loadingFinished", lambda event: fetched.append(event["encodedDataLength"]))
    page.evaluate(
        """() => {
          addEventListener("keydown", () => (window.key = performance.now()), true)
          new MutationObserver(() => (window.shown = performance.now()))
            .observe(document.querySelector(".ac-search ol"), { childList: true })
        }"""
    )
    page.keyboard.press("/")
    page.keyboard.type(query, delay=70)
    page.wait_for_timeout(2000)
    assert page.locator(".ac-search li").count() > 0
    seconds = page.evaluate("window.shown - window.key") / 1000
    context.close()
    return seconds, sum(fetched)
