"""The policy of pages: what works under it, what does not run, and what is not published."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from playwright.sync_api import Browser, Page, Route, expect

from agent_catalog.publishing.content_security import Active, ContentSecurity, active_parts
from browsing import served
from sites import BuiltSite, Tree, agent_file, build_project, refusal, write_project
from specimens import KINDS, SPECIMENS, WIDE

PALETTE = [
    {"scheme": "default", "toggle": {"icon": "material/weather-night", "name": "To dark"}},
    {"scheme": "slate", "toggle": {"icon": "material/weather-sunny", "name": "To light"}},
]
FEATURES = ["content.code.copy", "navigation.indexes", "navigation.top", "toc.follow"]
OWN = """
    # Own

    <!-- agent-catalog: overview -->

    <script>window.own = true</script>

    | left | right |
    |:-----|------:|
    | a    | b     |
    """
FILLED: Tree = {
    **SPECIMENS,
    "agents/wide.md": WIDE,
    "docs/own.md": OWN,
    "docs/plain.md": "# Plain\n\n```python\nprint(1)\n```\n",
}


def project(folder: Path, *features: str, tree: Tree = FILLED, **options: object) -> Path:
    return write_project(
        folder,
        tree,
        theme={
            "name": "material",
            "font": False,
            "features": [*FEATURES, *features],
            "palette": PALETTE,
        },
        markdown_extensions=["tables", "pymdownx.highlight", "pymdownx.superfences"],
        plugins=["search", {"agent-catalog": options}],
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    return build_project(project(tmp_path_factory.mktemp("plain")))


@pytest.fixture(scope="module")
def instant(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    features = ["navigation.instant", "navigation.instant.progress"]
    return build_project(project(tmp_path_factory.mktemp("instant"), *features))


@pytest.fixture(scope="module", params=["site", "instant"])
def root(request: pytest.FixtureRequest) -> Iterator[str]:
    built: BuiltSite = request.getfixturevalue(request.param)
    with served(built.folder) as url:
        yield url


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser has to say of each page, such as that it refuses to run something."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text))
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def policy(site: BuiltSite, path: str) -> dict[str, list[str]]:
    """The policy of a page, by directive."""
    html = site.text(path)
    (text,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
    directives = (part.split() for part in text.split("; "))
    return {name: sources for name, *sources in directives}


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


# What a page says


def test_every_page_has_a_policy_before_anything_that_it_is_about(site: BuiltSite) -> None:
    assert len(site.pages) > 30
    for path in site.pages:
        html = site.text(path)
        head = html[: html.index("<meta http-equiv")]
        assert not re.search(r"<(?:script|link|style|title)", head), path
        assert len(head) < 300, path  # a browser looks for the charset, before it, in 1,024 bytes
        assert "<meta charset" in head, path


def test_no_page_may_run_what_it_holds_or_ask_another_host(site: BuiltSite) -> None:
    for path in site.pages:
        found = policy(site, path)
        assert found["default-src"] == ["'none'"], path
        assert found["base-uri"] == ["'self'"], path
        assert found["style-src"] == ["'self'"], path
        others = {source for sources in found.values() for source in sources}
        known = {"'none'", "'self'", "'wasm-unsafe-eval'", "data:", "'unsafe-inline'"}
        assert all(other in known or other.startswith("'sha256-") for other in others), path
        assert "'unsafe-inline'" not in found["script-src"], path


def test_all_pages_of_the_catalog_have_the_same_policy(site: BuiltSite) -> None:
    """With instant navigation the first page's holds for all that follow."""
    own = {"own/index.html", "plain/index.html", "404.html"}
    assert len({str(policy(site, path)) for path in site.pages if path not in own}) == 1


def test_styles_within_elements_are_for_pages_of_the_author_that_have_them(
    site: BuiltSite,
) -> None:
    assert 'style="text-align: left;"' in site.text("own/index.html")
    assert policy(site, "own/index.html")["style-src-attr"] == ["'unsafe-inline'"]
    assert "style-src-attr" not in policy(site, "plain/index.html")


def test_the_authors_script_is_allowed_on_its_page_alone(site: BuiltSite) -> None:
    own = digest("window.own = true")
    allowing = [path for path in site.pages if own in policy(site, path)["script-src"]]
    assert allowing == ["own/index.html"]


# What a browser does


@pytest.mark.browser
@pytest.mark.parametrize("url", [*KINDS, "own/", "plain/"])
def test_nothing_of_a_page_is_refused(
    page: Page, root: str, url: str, complaints: list[str]
) -> None:
    page.goto(root + url, wait_until="load")
    expect(page.locator("html.js")).to_have_count(1)
    page.emulate_media(media="print")
    assert complaints == []


@pytest.mark.browser
def test_the_authors_script_runs(page: Page, root: str) -> None:
    page.goto(f"{root}own/")
    assert page.evaluate("window.own") is True


@pytest.mark.browser
def test_search_palette_copying_and_filters_work(
    page: Page, root: str, complaints: list[str]
) -> None:
    page.goto(f"{root}agents/team/reviewer/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy prompt").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    page.locator("label[title='To dark']").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.goto(f"{root}agents/")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.get_by_role("search", name="Agents").get_by_role("searchbox").fill("retried")
    expect(page.locator("a", has_text="reviewer").first).not_to_be_visible()
    page.locator("[data-ac-search]").first.click()
    page.keyboard.type("drawings")
    expect(page.get_by_role("dialog").get_by_text("Judges drawings")).to_be_visible()
    assert complaints == []


@pytest.mark.browser
def test_pages_follow_one_another_without_being_loaded_anew(
    page: Page, tmp_path: Path, complaints: list[str]
) -> None:
    (tmp_path / "site").mkdir()
    with served(tmp_path / "site") as root:
        build_project(project(tmp_path, "navigation.instant"), site_url=root)
        page.goto(f"{root}agents/")
        page.evaluate("window.stays = true")
        for link, url in (("Models", "models/"), ("Colors", "colors/"), ("Plain", "plain/")):
            page.locator(".md-nav--primary").get_by_role("link", name=link).first.click()
            expect(page).to_have_url(f"{root}{url}")
            expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("window.stays") is True
        expect(page.locator("meta[http-equiv]")).to_have_count(1)
    assert complaints == []


INJECTED = """
    <script>window.ran = "script"</script><img src="x" onerror="window.ran = 'handler'">
    <svg onload="window.ran = 'svg'"></svg><iframe srcdoc="<script>parent.ran = 1</script>"></iframe>
    <script src="https://example.org/a.js"></script><img src="https://example.org/pixel.png">
    <link rel="stylesheet" href="https://example.org/a.css"><base href="https://example.org/">
    """


@pytest.mark.browser
@pytest.mark.parametrize("guarded", [True, False])
def test_what_got_into_a_page_all_the_same_does_not_run(
    browser: Browser, site: BuiltSite, tmp_path: Path, guarded: bool
) -> None:
    """Without the policy it does, so that this test can fail."""
    html = site.text("agents/team/reviewer/index.html")
    html = html.replace('<article class="ac-agent">', f'<article class="ac-agent">{INJECTED}')
    if not guarded:
        html = re.sub(r"<meta http-equiv[^>]*>", "", html)
    (tmp_path / "index.html").write_text(html, encoding="utf-8")
    asked: list[str] = []
    context = browser.new_context()
    page = context.new_page()

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    page.route(re.compile("^https:"), refuse)
    with served(tmp_path) as root:
        page.goto(root, wait_until="load")
        page.wait_for_timeout(200)
        ran = page.evaluate("window.ran")
    context.close()
    assert (ran is None, asked == []) == (guarded, guarded)


# What is not published

TITLED = """
    {% extends "base.html" %}
    {% block extrahead %}<script>var title = "{{ page.title }}"</script>{% endblock %}
    """


def test_a_template_that_puts_texts_of_agents_into_a_script_ends_the_build(
    tmp_path: Path,
) -> None:
    tree: Tree = {"agents/a.md": agent_file("a"), "theme/main.html": TITLED}
    write_project(tmp_path, tree, theme={"name": "material", "font": False, "custom_dir": "theme"})
    said = refusal(tmp_path)
    assert "index.html would be published with the inline script `var title = " in said
    assert "content_security" in said


def test_a_handler_in_a_template_ends_the_build(tmp_path: Path) -> None:
    template = """
        {% extends "base.html" %}
        {% block announce %}<b onclick="alert(1)">News</b>{% endblock %}
        """
    tree: Tree = {"agents/a.md": agent_file("a"), "theme/main.html": template}
    write_project(tmp_path, tree, theme={"name": "material", "font": False, "custom_dir": "theme"})
    assert "the event handler onclick of an element b" in refusal(tmp_path)


def test_a_script_of_the_authors_template_is_allowed_on_all_pages(tmp_path: Path) -> None:
    template = """
        {% extends "base.html" %}
        {% block extrahead %}<script>var same = 1</script>
        <script src="https://example.org/count.js?a=1"></script>{% endblock %}
        """
    tree: Tree = {"agents/a.md": agent_file("a"), "theme/main.html": template}
    write_project(tmp_path, tree, theme={"name": "material", "font": False, "custom_dir": "theme"})
    found = policy(build_project(tmp_path), "agents/a/index.html")["script-src"]
    assert digest("var same = 1") in found
    assert "https://example.org/count.js" in found


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<SCRIPT >alert(1)</SCRIPT >",
        "<script>known</script><script>known;alert(1)</script>",
        '<script x=">">known</script>',
        '<script data-type="application/json">alert(1)</script>',
        '<script type="application/json" x>alert(1)</script>',
        "<script>never closed <p>x</p><script>known</script>",
        '<script src="//example.org/a.js"></script>',
        '<a href="#" ONCLICK = "x">a</a>',
        "<svg/onload=alert(1)>",
    ],
)
def test_nothing_unknown_passes_for_known(html: str) -> None:
    security = ContentSecurity(frame=Active(scripts=frozenset({"known"})))
    assert list(security.offences(html)) != []


@pytest.mark.parametrize(
    "html",
    [
        "<script>known</script>",
        '<script id="__config" type="application/json">{"a": 1}</script>',
        '<script src="assets/a.js"></script>',
        "<p>an attribute onclick=x of a page</p>",
        '<p title="a onclick=x">&lt;script&gt;alert(1)&lt;/script&gt;</p>',
    ],
)
def test_what_is_known_or_inert_passes(html: str) -> None:
    security = ContentSecurity(frame=Active(scripts=frozenset({"known"})))
    assert list(security.offences(html)) == []


# The option


def test_sources_are_added(tmp_path: Path) -> None:
    added = {"img-src": ["https://img.shields.io"], "frame-src": ["https://example.org"]}
    tree: Tree = {"agents/a.md": agent_file("a")}
    site = build_project(project(tmp_path, tree=tree, content_security=added))
    found = policy(site, "agents/a/index.html")
    assert found["img-src"] == ["'self'", "data:", "https://img.shields.io"]
    assert found["frame-src"] == ["https://example.org"]


def test_there_is_none_if_the_option_says_so(tmp_path: Path) -> None:
    tree: Tree = {"agents/a.md": agent_file("a")}
    site = build_project(project(tmp_path, tree=tree, content_security=False))
    assert not any("http-equiv" in site.text(path) for path in site.pages)


@pytest.mark.parametrize(
    "value",
    [{"img-src": ["https://a b"]}, {"img-src": ["a; script-src *"]}, {"sandbox": ["a"]}, "none"],
)
def test_a_wrong_value_is_refused(tmp_path: Path, value: object) -> None:
    tree: Tree = {"agents/a.md": agent_file("a")}
    options: Any = {"content_security": value}
    assert "content_security" in refusal(project(tmp_path, tree=tree, **options))


def test_fonts_of_the_theme_are_allowed_if_its_owner_has_them_loaded(tmp_path: Path) -> None:
    theme = {"name": "material"}
    write_project(tmp_path, {"agents/a.md": agent_file("a")}, theme=theme)
    site = build_project(tmp_path)
    found = policy(site, "agents/a/index.html")
    assert "https://fonts.gstatic.com" in found["font-src"]
    (style,) = active_parts(site.text("agents/a/index.html")).styles
    assert digest(style) in found["style-src"]


def test_there_is_none_while_serving(tmp_path: Path) -> None:
    """For MkDocs puts a script of its own into each page that it serves."""
    folder = project(tmp_path, tree={"agents/a.md": agent_file("a")})
    config = load_config(str(folder / "mkdocs.yml"))
    config.plugins.on_startup(command="serve", dirty=False)
    build(config)
    site = BuiltSite(Path(config.site_dir))
    assert not any("http-equiv" in site.text(path) for path in site.pages)
