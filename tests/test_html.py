"""The HTML of every page, as the W3C's own checker reads it, and where its links lead."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from agent_catalog.publishing.frame import mended
from browsing import checker
from samples import Sample
from sites import assert_sound, select


def errors(*places: Path) -> list[str]:
    """What the Nu HTML checker finds wrong with files and with all pages of folders."""
    options = ["--format", "json", "--errors-only", "--skip-non-html"]
    command: list[str | Path] = [checker("vnu"), *options, *places]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    messages: list[dict[str, Any]] = json.loads(done.stderr)["messages"]
    return [f"{each.get('url')}: {each['message']} {each.get('extract')!r}" for each in messages]


def test_every_page_is_valid(sample: Sample) -> None:
    assert errors(sample.site.folder)[:20] == []


def test_what_is_not_valid_is_found(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text("<!doctype html><html lang=en><title>A</title><p id=a><p id=a><dl></dd></dl>")
    assert len(errors(tmp_path)) >= 2


def test_every_page_is_sound(sample: Sample) -> None:
    assert_sound(sample.site)


def test_every_page_says_what_it_is(sample: Sample) -> None:
    for path in sample.site.pages:
        if path == "404.html":
            continue
        head = BeautifulSoup(sample.site.text(path).partition("</head>")[0], "html.parser")
        [description] = head.select('meta[name="description"]')
        assert str(description["content"]).strip(), path
        assert select(head, "title") != [""], path


def test_the_slips_of_the_theme_are_mended(sample: Sample) -> None:
    for path in sample.site.pages:
        html = sample.site.text(path)
        assert mended(html) == html


def test_text_of_agents_that_looks_like_a_slip_stays() -> None:
    text = (
        '<p>&lt;input class="md-toggle" autocomplete="off"&gt; type="checkbox" id="__toc"&gt;</p>'
    )
    title = '<label class="md-nav__title" for="__toc">'
    assert mended(text + title) == text + '<label class="md-nav__title">'
