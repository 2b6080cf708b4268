"""What a site is known by: its mark and favicon, and what each page tells of itself."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Page

from agent_catalog.publishing.head import Head
from browsing import served
from sites import BuiltSite, agent_file, assert_sound, build_project, write_project

HOSTILE = "\"><script>alert(1)</script> & <b>'x'</b>"
TREE = {
    "docs/about.md": "---\ndescription: Who we are.\n---\n\n# About us & <b>them</b>\n",
    "docs/plain.md": "# Plain\n\nNothing is said of it.\n",
    "agents/one.md": agent_file("one", model="sonnet", tools="Read"),
    "agents/team/one.md": agent_file("one", model="opus"),
    "agents/hostile.md": agent_file(
        f"'{HOSTILE.replace(chr(39), chr(39) * 2)}'",
        description=f"'{HOSTILE.replace(chr(39), chr(39) * 2)}'",
    ),
    "agents/mute.md": "---\nname: mute\n---\n\nSay nothing.\n",
    "agents/nameless.md": "Do it.\n",
    "agents/team/nameless.md": "Do it as well.\n",
    "agents/long.md": agent_file("long", description="word " * 200),
}
ROOT = "https://example.org/crew/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """A site whose address is known."""
    folder = tmp_path_factory.mktemp("known")
    project = write_project(folder, TREE, site_url=ROOT, site_description="All of the crew.")
    return build_project(project)


@pytest.fixture(scope="module")
def unknown(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """A site whose address is not known."""
    return build_project(write_project(tmp_path_factory.mktemp("unknown"), TREE))


def own_pages(site: BuiltSite) -> list[str]:
    return [path for path in site.pages if path != "404.html"]


def meta(page: BeautifulSoup) -> dict[str, str]:
    """The properties and names of a page's head, each of which it has once."""
    assert page.head is not None
    found = [
        (str(each.get("property") or each.get("name")), str(each["content"]))
        for each in page.head.find_all("meta", content=True)
    ]
    assert len(found) == len(dict(found))
    return dict(found)


def links(page: BeautifulSoup, rel: str) -> list[dict[str, str]]:
    return [
        {name: str(link[name]) for name in ("href", "type", "title") if link.has_attr(name)}
        for link in page.select(f'head > link[rel~="{rel}"]')
    ]


# What each page tells of itself.


def test_every_page_has_a_title_of_its_own(site: BuiltSite) -> None:
    titles = {path: site.page(path).title for path in own_pages(site)}
    texts = {path: title.text.strip() for path, title in titles.items() if title}

    assert len(texts) == len(own_pages(site))
    assert [text for text, count in Counter(texts.values()).items() if count > 1] == []
    assert texts["index.html"] == "Crew"
    assert texts["agents/one/index.html"] == "one (one) - Crew"
    assert texts["agents/team/one/index.html"] == "one (team/one) - Crew"
    assert texts["models/not-set/index.html"] == "Not set (model) - Crew"


def test_every_page_is_described_and_previewed(site: BuiltSite) -> None:
    for path in own_pages(site):
        page = site.page(path)
        told = meta(page)
        url = urljoin(ROOT, path.removesuffix("index.html"))
        assert 0 < len(told["description"]) <= 300, path
        assert told["og:description"] == told["description"], path
        assert page.title, path
        assert page.title.text.strip().startswith(told["og:title"]), path
        assert told["og:site_name"] == "Crew", path
        assert told["og:type"] == ("website" if path == "index.html" else "article")
        assert told["og:url"] == url == links(page, "canonical")[0]["href"], path
        assert told["twitter:card"] == "summary_large_image"


def test_an_author_describes_a_page_or_the_site_does(site: BuiltSite) -> None:
    about, plain = meta(site.page("about/")), meta(site.page("plain/"))

    assert about["og:description"] == "Who we are."
    assert about["og:title"] == "About us & them"
    assert plain["og:description"] == "All of the crew."


def test_an_agents_page_is_described_by_its_first_sentence(site: BuiltSite) -> None:
    assert meta(site.page("agents/one/"))["og:description"] == "Does what one does."
    assert meta(site.page("agents/mute/"))["og:description"].startswith("mute: ")
    assert meta(site.page("agents/long/"))["description"].endswith("word …")


def test_what_a_file_says_is_text_in_the_head(site: BuiltSite) -> None:
    page = site.page("agents/hostile/")
    told = meta(page)

    assert told["description"] == told["og:description"] == HOSTILE
    assert told["og:title"] == HOSTILE
    assert page.head is not None
    assert "alert" not in "".join(script.text for script in page.find_all("script"))
    assert page.head.find("b") is None


def test_the_picture_is_published(site: BuiltSite) -> None:
    (url,) = {meta(site.page(path))["og:image"] for path in own_pages(site)}
    picture = site.folder / url.removeprefix(ROOT)
    data = picture.read_bytes()
    told = meta(site.page(""))

    assert url.startswith(ROOT)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    size = [int.from_bytes(data[start : start + 4], "big") for start in (16, 20)]
    assert size == [int(told["og:image:width"]), int(told["og:image:height"])] == [1200, 630]
    assert len(data) <= 40_000


def test_no_address_is_made_up(unknown: BuiltSite) -> None:
    for path in own_pages(unknown):
        told = meta(unknown.page(path))
        assert not {"og:url", "og:image", "og:image:alt"} & told.keys(), path
        assert {"og:title", "og:site_name", "og:type"} <= told.keys(), path
        assert told["twitter:card"] == "summary"


def test_pages_name_their_other_forms(site: BuiltSite) -> None:
    home = {each["href"]: each["type"] for each in links(site.page(""), "alternate")}
    (raw,) = links(site.page("agents/team/one/"), "alternate")

    assert home == {"catalog.json": "application/json", "llms.txt": "text/plain"}
    assert raw["type"] == "text/markdown"
    file = (site.folder / "agents/team/one" / raw["href"]).resolve()
    assert file.read_text() == TREE["agents/team/one.md"]
    assert links(site.page("about/"), "alternate") == []


@pytest.mark.parametrize("url", ["", "agents/one/"])
def test_no_browser_fetches_the_other_forms(site: BuiltSite, page: Page, url: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with served(site.folder) as root:
        page.goto(root + url, wait_until="networkidle")
    forms = (".md", ".txt", "catalog.json", "sitemap.xml")
    assert len(asked) > 3
    assert [each for each in asked if each.endswith(forms)] == []


def test_a_preview_that_is_there_is_not_doubled() -> None:
    theirs = '<head><meta property="og:title" content="Theirs"></head><body></body>'
    head = Head(title="Ours", site_name="Crew", icon="icon.png")

    html = head.add_to(theirs)

    assert "Ours" not in html
    assert 'href="icon.png"' in html
    assert head.add_to("<p>No head</p>") == "<p>No head</p>"


def test_an_authors_own_template_keeps_the_head(tmp_path: Path) -> None:
    main = '{% extends "base.html" %}{% block extrahead %}<meta name="x" content="y">{% endblock %}'
    theme = {"name": "material", "font": False, "custom_dir": "overrides"}
    project = write_project(tmp_path, {**TREE, "overrides/main.html": main}, theme=theme)

    told = meta(build_project(project).page("agents/one/"))

    assert told["x"] == "y"
    assert told["og:title"] == "one (one)"


# The mark and the favicon.


def test_every_page_has_the_mark_and_the_favicon(site: BuiltSite) -> None:
    svg, png = (f"assets/agent-catalog/{name}" for name in ("favicon.svg", "icon.png"))
    for path in own_pages(site):
        page = site.page(path)
        here = urljoin(ROOT, path)
        icons = [urljoin(here, each["href"]) for each in links(page, "icon")]
        assert icons == [ROOT + svg, ROOT + png], path
        assert urljoin(here, links(page, "apple-touch-icon")[0]["href"]) == ROOT + png
        assert page.select_one(".md-header .md-logo svg"), path
    assert (site.folder / svg).is_file()
    assert (site.folder / png).is_file()
    assert_sound(site, "/crew/")


@pytest.mark.parametrize(
    "theme",
    [{"logo": "own.svg", "favicon": "own.svg"}, {"icon": {"logo": "material/map"}}],
    ids=["files", "icon"],
)
def test_an_authors_own_mark_wins(tmp_path: Path, theme: dict[str, object]) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg"/>'
    settings = {"theme": {"name": "material", "font": False, **theme}}
    project = write_project(tmp_path, {**TREE, "docs/own.svg": svg}, **settings)
    ours = build_project(write_project(tmp_path / "ours", TREE)).page("")

    page = build_project(project).page("")

    assert page.select_one(".md-logo > *") != ours.select_one(".md-logo > *")
    if "logo" in theme:
        (logo,) = page.select(".md-header .md-logo img")
        assert logo["src"] == "own.svg"
        assert [each["href"] for each in links(page, "icon")] == ["own.svg"]
        assert links(page, "apple-touch-icon") == []
    else:
        assert links(page, "icon")[0]["href"].endswith("favicon.svg")


def test_a_file_in_the_place_of_the_themes_favicon_wins(tmp_path: Path) -> None:
    path = "assets/images/favicon.png"
    project = write_project(tmp_path, {**TREE, f"docs/{path}": b"\x89PNG"})

    site = build_project(project)

    assert [each["href"] for each in links(site.page(""), "icon")] == [path]
    assert (site.folder / path).read_bytes() == b"\x89PNG"


def test_the_mark_is_seen_in_a_browser(site: BuiltSite, page: Page) -> None:
    with served(site.folder) as root:
        page.goto(root)
        mark = page.locator(".md-header .md-logo svg path")
        color = mark.evaluate("element => getComputedStyle(element).fill")
        header = page.locator(".md-header .md-logo").evaluate("e => getComputedStyle(e).color")
        box = page.locator(".md-header .md-logo svg").bounding_box()
        favicon = page.evaluate(
            """async () => {
                const image = new Image();
                image.src = document.querySelector('link[rel="icon"]').href;
                await image.decode();
                return image.naturalWidth > 0;
            }"""
        )
    assert color == header
    assert box is not None
    assert box["width"] == box["height"] == 24
    assert favicon
