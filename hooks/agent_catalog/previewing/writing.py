"""Previews, made one by one and written into the published site's folder."""

from __future__ import annotations

import math
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from agent_catalog.previewing.change import ChangeError
from agent_catalog.previewing.isolation import Answer, IsolationError, Limits, isolated
from agent_catalog.previewing.outcomes import Outcome, State
from agent_catalog.previewing.preview import FOLDER, explain, make_preview, place
from agent_catalog.previewing.published import Published
from agent_catalog.previewing.pulls import PullRequest
from agent_catalog.publishing.prompt import PromptRenderer
from agent_catalog.publishing.site import Site
from agent_catalog.reading.revisions import RevisionError

_PREVIEW = re.compile(rf"{FOLDER}/pr-\d+/")
"""Where a preview is; the site may have other pages beside them."""
_MOST_BYTES = 300_000_000
"""Of all previews, for GitHub Pages takes sites of 1 GB."""


class Frame(Protocol):
    """What puts a site's frame around pages."""

    def write(self, site: Site, out: Path) -> None:
        """Write pages and files of a site into a folder, and nothing else."""


def list_pages(site: Path) -> Iterator[str]:
    """The URLs of a built site's pages, but for those of earlier previews."""
    for path in site.rglob("*.html"):
        url = path.relative_to(site).as_posix()
        if not _PREVIEW.match(url):
            yield url.removesuffix("index.html") if path.name == "index.html" else url


def write_previews(
    pulls: Iterable[PullRequest], main: Published, frame: Frame, site: Path, limits: Limits
) -> Iterator[tuple[Outcome, str]]:
    """Make the previews of pull requests, in place of those that there are.

    Args:
        pulls: The pull requests; their commits are in the repository.
        main: What is published.
        frame: The frame of the published site.
        site: Its folder, of which nothing else is touched.
        limits: What each preview may use, and all of them; those that are left then are not made.

    Yields:
        For each pull request what came of it and, if it failed, why.
    """
    for folder in (site / FOLDER).glob("pr-*"):
        if _PREVIEW.fullmatch(f"{FOLDER}/{folder.name}/"):
            shutil.rmtree(folder)
    renderer = PromptRenderer()
    with tempfile.TemporaryDirectory() as name:  # so that no preview has to load the templates
        frame.write(explain(PullRequest(1, main.commit), main, "").site, Path(name))
    end, room = time.monotonic() + limits.altogether, _MOST_BYTES
    for pull in pulls:
        seconds = min(limits.seconds, math.ceil(end - time.monotonic()))
        with tempfile.TemporaryDirectory(prefix=".preview-", dir=site) as name:
            folder = Path(name)
            work = partial(_write, pull, main, renderer, frame, folder)
            told = _made(work, replace(limits, seconds=seconds))
            size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
            if size > room:
                told = {"reason": "its pages and those of other previews are too large together"}
            if "reason" in told:
                frame.write(explain(pull, main, told["reason"]).site, site)
                yield Outcome(pull, State.FAILED), told["reason"]
            elif told["card"]:
                room -= size
                (site / FOLDER).mkdir(exist_ok=True)
                (folder / place(pull)).rename(site / place(pull))
                yield Outcome(pull, State.SHOWN, told["card"]), ""
            else:
                yield Outcome(pull, State.UNCHANGED), ""


def _made(work: Callable[[], Answer], limits: Limits) -> Answer:
    if limits.seconds <= 0:
        return {"reason": f"others took the {limits.altogether:g} seconds that there are for all"}
    try:
        return isolated(work, limits)
    except IsolationError as error:
        return {"reason": str(error)}


def _write(
    pull: PullRequest, main: Published, renderer: PromptRenderer, frame: Frame, folder: Path
) -> Answer:
    try:
        made = make_preview(pull, main, renderer)
    except (ChangeError, RevisionError) as error:
        return {"reason": str(error)}
    if made.card:
        frame.write(made.site, folder)
    return {"card": made.card}
