"""Sites of all sorts, and the pages of them that a browser looks at."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from repositories import commit, git, repository
from sites import AGENT_CATALOG, REPOSITORY, BuiltSite, mkdocs_build, run, write_tree
from specimens import KINDS, SPECIMENS, WIDE

COMPARED = ("review/diff-reviewer", "review/pull-request-reviewer")
"""Addresses of two agents of this repository that are alike."""

OWN = [
    *("", "agents/", "agents/broken/terraform-plan-reviewer/", "colors/red/", "404.html"),
    *("compare/", f"compare/?a={COMPARED[0]}&b={COMPARED[1]}"),
    *("guide/write-an-agent/", "reference/options/", "reference/api/publishing/"),
]
"""A page of each kind of this repository's own site: pages with code, tables and API among them."""

SMALL_PROMPT = 30_000
"""The characters of prompt up to which the weight of an agent's page is promised."""


@dataclass(frozen=True)
class Sample:
    """A site, and the URLs of some of its pages."""

    site: BuiltSite
    urls: list[str]


def specimens(folder: Path) -> Sample:
    """All that a page can show, and an agent with nothing but long words."""
    write_tree(folder, {**SPECIMENS, "agents/wide.md": WIDE})
    return Sample(_built(folder / "agents", folder), KINDS)


def own(folder: Path) -> Sample:
    """This repository's site."""
    done = mkdocs_build(REPOSITORY, "--site-dir", str(folder / "site"))
    assert done.code == 0, done.output
    return Sample(BuiltSite(folder / "site"), OWN)


def previews(folder: Path) -> Sample:
    """A site with previews: of changes of all sorts, and one that could not be made."""
    repository(folder, SPECIMENS)
    base = git(folder, "rev-parse", "HEAD")
    site = _built(folder / "agents", folder)
    (folder / ".git/info/exclude").write_text("/site\n/*.json\n")
    files = sorted((folder / "agents").rglob("*.md"))
    for file in files[::2]:
        file.write_bytes(
            file.read_bytes().replace(b"tools:", b"permissionMode: acceptEdits\ntools:")
        )
    files[1].rename(files[1].with_name("renamed.md"))
    files[3].unlink()
    write_tree(folder, {"agents/wide.md": WIDE, "agents/again.md": files[5].read_bytes()})
    (folder / "agents/link.md").symlink_to("wide.md")
    pulls = [(7, commit(folder)), (8, git(folder, "commit-tree", "HEAD^{tree}", "-m", "Apart"))]
    git(folder, "reset", "-q", "--hard", base)
    file = folder / "pulls.json"
    file.write_text(json.dumps([{"number": number, "commit": ident} for number, ident in pulls]))
    command = ["preview", "agents", "--site", "site", "--pulls", str(file)]
    done = run(AGENT_CATALOG, *command, "--repo-url", "https://example.org/acme/crew", cwd=folder)
    assert done.returncode == 0, done.stdout
    pages = [path for path in site.pages if path.startswith("pr-preview/")]
    assert len(pages) > 5
    return Sample(site, [path.removesuffix("index.html") for path in pages])


def seeds(folder: Path, source: Path) -> Sample:
    """The files the project started from."""
    site = _built(source, folder)
    return Sample(site, ["", "agents/", *(agent["url"] for agent in site.catalog["agents"])])


def corpus(folder: Path, source: Path, count: int = 224) -> Sample:
    """Real files, as many as the strongest peer lists; pages of usual and of large prompts."""
    files = sorted(source.rglob("*.md"))
    for file in files[:: len(files) // count][:count]:
        copy = folder / "agents" / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    site = _built(folder / "agents", folder)
    agents = by_size(site)
    return Sample(site, ["agents/", "tools/", agents[len(agents) // 2], agents[-1]])


def by_size(site: BuiltSite) -> list[str]:
    """The agents' URLs, ordered by the sizes of their prompts; those of large ones are left out."""
    sizes = {agent["url"]: agent["prompt"]["characters"] for agent in site.catalog["agents"]}
    return sorted((url for url in sizes if sizes[url] <= SMALL_PROMPT), key=lambda url: sizes[url])


def _built(source: Path, folder: Path) -> BuiltSite:
    done = run(AGENT_CATALOG, "build", source, "--out", folder / "site", cwd=folder)
    assert done.returncode == 0, done.stdout
    return BuiltSite(folder / "site", done.stdout)
