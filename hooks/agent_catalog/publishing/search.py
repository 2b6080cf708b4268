"""The search index: what is found of each page, as files that a browser reads a few of.

Pagefind (https://pagefind.app) makes it. Of a page it gets a record: a small HTML document with the
title and the text, each part with its weight.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from markupsafe import escape
from pagefind.service import get_executable

from agent_catalog.model.agent import Agent
from agent_catalog.publishing.assets import SCRIPT
from agent_catalog.publishing.characters import spelled_out
from agent_catalog.publishing.pages import CatalogPage

_FOLDER = f"{SCRIPT.rpartition('/')[0]}/pagefind"

_NEEDED = re.compile(r"pagefind\.js|pagefind-entry\.json|.*\.pf_meta")
"""Beside the folders; the others are for search forms that are not ours, and for workers."""

_KINDS = {
    "tools": "Tool",
    "models": "Model",
    "colors": "Color",
    "formats": "Format",
    "checks": "Rule",
}
"""By the folder of their pages."""

_INDEX = re.compile(r"/index\.html$")
_WORD = re.compile(r"\w+")
_MARKS = re.compile(
    f"[{''.join(char for char in map(chr, range(0x300, 0xFFFF)) if unicodedata.category(char)[0] == 'M')}]+"
)
_TO_SPACES = {code: " " for code in range(128) if not _WORD.match(chr(code))}

_OFTEN = 100
"""Prompts: a word that is in more of them, and in more than a tenth of all, tells none apart."""

_TOLD, _TOOLS, _PROMPT = 4, 1, 0.1
"""What a word counts in the purpose and the examples, in the tool list, and in the prompt."""


class SearchError(RuntimeError):
    """The index could not be made; the message says why."""


def record(title: str, text: str, language: str, *, url: str = "", kind: str = "Page") -> str:
    """What is to be found of a page, for `write_search_index`.

    Args:
        title: Plain text.
        text: HTML; `data-pagefind-weight` says what a part counts, from 0 to 10.
        language: The ISO 639-1 code of the site's language.
        url: The page's, from the site's root.
        kind: What the page is of, as results say it.
    """
    name = escape(spelled_out(title))
    return (
        f'<!doctype html><html lang="{escape(language)}"><body>'
        f'<h1 data-pagefind-meta="title" data-pagefind-ignore>{name}</h1>'
        f'<a data-pagefind-meta="url[href]" href="{escape(url)}" data-pagefind-ignore></a>'
        f'<p data-pagefind-meta="kind" data-pagefind-ignore>{escape(kind)}</p>{text}</body></html>'
    )


def page_kind(page: CatalogPage) -> str:
    """What a page is of, in a word; with an agent's address, which no other has."""
    folder, _, rest = page.name.partition("/")
    if page.agent:
        return f"{page.agent.kind.value.capitalize()} {rest}"
    return _KINDS.get(folder, "Page") if rest != "index" else "Page"


def page_texts(pages: Iterable[CatalogPage]) -> dict[str, str]:
    """What is to be found of each page beside its title, as HTML for `record`, by its name."""
    pages = tuple(pages)
    agents = [page.agent for page in pages if page.agent]
    prompts = {agent.key: dict.fromkeys(_words(agent.prompt)) for agent in agents}
    counts = Counter(word for words in prompts.values() for word in words)
    most = max(_OFTEN, len(agents) / 10)
    common = {word for word, count in counts.items() if count > most}
    return {
        page.name: _agent_text(page.agent, [w for w in prompts[page.agent.key] if w not in common])
        if page.agent
        else f"<p>{escape(spelled_out(page.summary))}</p>"
        for page in pages
    }


def _agent_text(agent: Agent, prompt: Iterable[str]) -> str:
    """What is told of an agent, and the words of its prompt that add to it, once each.

    A prompt is ten times as long as all else that is told of an agent. Its words are enough to
    find it, in half of the time and a third of the bytes.
    """
    description = agent.description
    spoken = (
        " ".join([each.context, *(turn.text for turn in each.turns), each.commentary])
        for each in description.examples
    )
    told = f"{description.prose}\n{' '.join(spoken)}"
    tools = " ".join(entry.written for entry in agent.tools.allowed)
    known = set(_words(f"{agent.name} {told} {tools}"))
    words = " ".join(word for word in prompt if word not in known)
    return (
        f'<p data-pagefind-weight="{_TOLD}">{escape(spelled_out(told))}</p>'
        f'<p data-pagefind-weight="{_TOOLS}">{escape(spelled_out(tools))}</p>'
        f'<p id="system-prompt" data-pagefind-weight="{_PROMPT}">{escape(words)}</p>'
    )


def _words(text: str) -> list[str]:
    """The words of a text, in lower case and without diacritics, as they are looked for.

    Pagefind 1.5 would keep those with diacritics in a single file, however large.
    """
    text = text.lower()
    if text.isascii():
        return text.translate(_TO_SPACES).split()
    return _WORD.findall(_MARKS.sub("", unicodedata.normalize("NFD", text)))


def write_search_index(records: Mapping[str, str], site: Path, language: str) -> None:
    """Write the files of the index into the folder of a site.

    The same records give the same files.

    Args:
        records: By the path of the page's file below the site's root.
        site: The folder.
        language: The ISO 639-1 code of the language whose words are reduced to their stems.

    Raises:
        SearchError: Pagefind is not installed, or fails.
    """
    out = site / _FOLDER
    with tempfile.TemporaryDirectory() as pages:
        # A folder for each page would cost as much as the files; the script puts it back.
        files = {Path(pages, _INDEX.sub("~.html", path)): path for path in records}
        for folder in {file.parent for file in files}:
            folder.mkdir(parents=True, exist_ok=True)
        for file, path in files.items():
            file.write_text(records[path], encoding="utf-8", errors="replace")
        _run_pagefind(pages, out, language)
    entry = json.loads((out / "pagefind-entry.json").read_bytes())
    stems = {f"wasm.{each['wasm'] or 'unknown'}.pagefind" for each in entry["languages"].values()}
    for file in out.iterdir():
        if file.is_file() and not (file.name in stems or _NEEDED.fullmatch(file.name)):
            file.unlink()


def _run_pagefind(pages: str, out: Path, language: str) -> None:
    program = get_executable()
    if program is None:
        raise SearchError("there is no Pagefind for search; install the package `pagefind[bin]`")
    command: list[str | Path] = [program, "--silent"]
    command += ["--site", pages, "--output-path", out]
    command += ["--force-language", language, "--exclude-selectors", ".headerlink"]
    try:
        done = subprocess.run(  # noqa: S603 (a program of our dependency, on files of our own)
            command, capture_output=True, encoding="utf-8", errors="replace", check=False
        )
    except OSError as error:
        raise SearchError(f"Pagefind cannot be run: {error.strerror}") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        for folder, name in ((pages, "PAGES"), (str(out), "SITE")):  # of this machine alone
            said = said.replace(folder, name)
        raise SearchError(f"Pagefind failed: {said}")
