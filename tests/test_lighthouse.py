"""Pages as Lighthouse judges them, on the phone that it imitates."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from browsing import checker, chromium, served
from samples import COMPARED, Sample, by_size

pytestmark = [pytest.mark.browser, pytest.mark.long]

FULL = ("accessibility", "best-practices", "seo")
"""Categories with a promise: 100 of 100."""

FLAGS = [
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


def report(url: str) -> dict[str, Any]:
    """What Lighthouse says of a page."""
    done = subprocess.run(
        [
            *(checker("lighthouse"), url, "--quiet", "--output=json", "--output-path=stdout"),
            f"--only-categories={','.join([*FULL, 'performance'])}",
            f"--chrome-flags={' '.join(FLAGS)}",
        ],
        env={**os.environ, **({"CHROME_PATH": path} if (path := chromium()) else {})},
        capture_output=True,
        encoding="utf-8",
        timeout=180,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def shortcomings(found: dict[str, Any]) -> list[str]:
    """Each audit that takes something from a full score."""
    return [
        f"{category}: {audit['title']}: {audit.get('details', {}).get('items')}"
        for category in FULL
        for each in found["categories"][category]["auditRefs"]
        if each["weight"]
        for audit in [found["audits"][each["id"]]]
        if audit["score"] not in {1, None}
    ]


@pytest.mark.parametrize("page", ["home", "list", "agent", "compare", "tool", "guide"])
def test_lighthouse_gives_full_marks(own_sample: Sample, page: str) -> None:
    urls = {
        "home": "",
        "list": "agents/",
        "agent": by_size(own_sample.site)[-1],
        "compare": f"compare/?a={COMPARED[0]}&b={COMPARED[1]}",
        "tool": "tools/bash/",
        "guide": "guide/write-an-agent/",
    }
    with served(own_sample.site.folder) as root:
        found = report(root + urls[page])
    print(page, {name: each["score"] for name, each in found["categories"].items()})  # noqa: T201 (for information)
    assert shortcomings(found) == []


@pytest.mark.corpus
def test_lighthouse_gives_full_marks_to_a_real_catalog(corpus_sample: Sample) -> None:
    with served(corpus_sample.site.folder) as root:
        for url in corpus_sample.urls:
            assert shortcomings(report(root + url)) == [], url


def test_lighthouse_finds_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!doctype html><img src=a.png><p>Text")
    with served(tmp_path) as root:
        found = shortcomings(report(root))
    assert {each.partition(":")[0] for each in found} == set(FULL)
