from __future__ import annotations

from urllib.parse import unquote, urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_catalog.publishing.urls import Urls, whole

FOLDERS, FILES = Urls(), Urls(directories=False)

NAMES = st.lists(
    st.text("ab.~%?#:&'\" é文", min_size=1, max_size=4).filter(lambda part: part.strip(".")),
    min_size=1,
    max_size=4,
).map("/".join) | st.sampled_from(["index", "agents/index", "a/b/index", "index/a"])

ROOTS = st.from_regex(
    r"https?://[a-z]{1,8}\.example(:80)?(/[a-z0-9%_-][a-z0-9.]{0,5}){0,3}", fullmatch=True
)


@given(root=ROOTS, slashes=st.integers(0, 3), page=NAMES)
def test_a_root_is_joined_alike_whatever_it_ends_with(root: str, slashes: int, page: str) -> None:
    url = FOLDERS.page(page)
    joined = whole(root + slashes * "/", url)
    assert joined == f"{root}/{url}"
    assert joined == urljoin(f"{root}/", f"./{url}")
    assert whole(root + slashes * "/") == f"{root}/"


@given(NAMES)
def test_without_a_root_a_url_stays_below_it(page: str) -> None:
    assert whole("", FOLDERS.page(page)) == FOLDERS.page(page)
    assert whole("") == ""


@pytest.mark.parametrize(
    ("name", "folder", "file"),
    [
        ("index", "", "index.html"),
        ("agents/index", "agents/", "agents/index.html"),
        ("agents/team/a", "agents/team/a/", "agents/team/a.html"),
        ("agents/index-1", "agents/index-1/", "agents/index-1.html"),
        ("agents/my-index", "agents/my-index/", "agents/my-index.html"),
        ("a b/é?#", "a%20b/%C3%A9%3F%23/", "a%20b/%C3%A9%3F%23.html"),
    ],
)
def test_a_page_has_a_url_below_the_root(name: str, folder: str, file: str) -> None:
    assert (FOLDERS.page(name), FILES.page(name)) == (folder, file)


@pytest.mark.parametrize(
    ("target", "page", "folder", "file"),
    [
        ("agents/a.md", "agents/b", "../a.md", "a.md"),
        ("agents/a.md", "index", "agents/a.md", "agents/a.md"),
        ("agents/b/", "agents/a", "../b/", "b/"),
        ("agents/a/", "agents/a", "./", "a/"),
        ("agents/", "agents/index", "./", "./"),
        ("", "index", "./", "./"),
        ("", "agents/team/a", "../../../", "../../"),
        ("catalog.json", "tools/bash", "../../catalog.json", "../catalog.json"),
        ("tools/bash.html", "agents/x/y", "../../../tools/bash.html", "../../tools/bash.html"),
    ],
)
def test_a_url_is_made_relative_to_a_page(target: str, page: str, folder: str, file: str) -> None:
    assert FOLDERS.relative(target, page) == folder
    assert FILES.relative(target, page) == file


@pytest.mark.parametrize("urls", [FOLDERS, FILES])
@given(target=NAMES, page=NAMES)
def test_a_browser_follows_a_relative_url_to_its_page(urls: Urls, target: str, page: str) -> None:
    root = "https://example.org/site/"
    link = urls.relative(urls.page(target), page)
    assert not link.startswith("/")
    reached = urljoin(root + urls.page(page), link)
    assert reached == root + urls.page(target)
    ending = unquote(reached.removeprefix(root))
    assert ending in {f"{target}/", f"{target}.html", target.removesuffix("index")}
