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
from collections.abc import Mapping
from pathlib import Path

from markupsafe import escape
from pagefind.service import get_executable

from agent_catalog.model.agent import Agent
from agent_catalog.publishing.assets import SCRIPT
from agent_catalog.publishing.characters import spelled_out

_FOLDER = f"{SCRIPT.rpartition('/')[0]}/pagefind"

_NEEDED = (
    "pagefind.js",
    "pagefind-entry.json",
    "*.pf_meta",
    "index/*",
    "fragment/*",
)
"""The other files are for search forms that are not ours, and for other ways to run it."""

_WORD = re.compile(r"\w+")

_TOLD, _TOOLS, _PROMPT = 4, 1, 0.1
"""What a word counts in the purpose and the examples, in the tool list, and in the prompt."""


class SearchError(RuntimeError):
    """The index could not be made; the message says why."""


def record(title: str, text: str, language: str) -> str:
    """What is to be found of a page, for `search_index`.

    Args:
        title: Plain text.
        text: HTML; `data-pagefind-weight` says what a part counts, from 0 to 10.
        language: The ISO 639-1 code of the site's language.
    """
    name = escape(spelled_out(title))
    return (
        f'<!doctype html><html lang="{escape(language)}"><body>'
        f'<h1 data-pagefind-meta="title" data-pagefind-ignore>{name}</h1>{text}</body></html>'
    )


def agent_text(agent: Agent) -> str:
    """What is to be found of an agent beside its name, for `record`."""
    description = agent.description
    spoken = (
        " ".join([each.context, *(turn.text for turn in each.turns), each.commentary])
        for each in description.examples
    )
    told = f"{description.prose}\n{' '.join(spoken)}"
    tools = " ".join(entry.written for entry in agent.tools.allowed)
    words = _further_words(agent.prompt, f"{agent.name} {told} {tools}")
    return (
        f'<p data-pagefind-weight="{_TOLD}">{escape(spelled_out(told))}</p>'
        f'<p data-pagefind-weight="{_TOOLS}">{escape(spelled_out(tools))}</p>'
        f'<p id="system-prompt" data-pagefind-weight="{_PROMPT}">{escape(words)}</p>'
    )


def _further_words(text: str, known: str) -> str:
    """The words of a text that another does not have, once each, in lower case.

    A prompt is ten times as long as all else that is told of an agent. Its words are enough to
    find it, in half of the time and a third of the bytes. They are without diacritics, as they are
    looked for: Pagefind 1.5 keeps words that have some in a single file, however large.
    """
    words = dict.fromkeys(_WORD.findall(_plain(text)))
    for word in _WORD.findall(_plain(known)):
        words.pop(word, None)
    return " ".join(words)


def _plain(text: str) -> str:
    text = text.lower()
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


def search_index(records: Mapping[str, str], language: str) -> dict[str, bytes]:
    """The files of the index, by path below the site's root.

    The same records give the same files.

    Args:
        records: By the path of the page's file below the site's root.
        language: The ISO 639-1 code of the language whose words are reduced to their stems.

    Raises:
        SearchError: Pagefind is not installed, or fails.
    """
    with tempfile.TemporaryDirectory() as name:
        pages, out = Path(name, "pages"), Path(name, "out")
        for path, content in records.items():
            file = pages / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8", errors="replace")
        _run_pagefind(pages, out, language)
        files = {each for pattern in _NEEDED for each in out.glob(pattern)}
        entry = json.loads((out / "pagefind-entry.json").read_bytes())
        for each in entry["languages"].values():
            files.add(out / f"wasm.{each['wasm'] or 'unknown'}.pagefind")
        return {
            f"{_FOLDER}/{each.relative_to(out).as_posix()}": each.read_bytes()
            for each in sorted(files)
        }


def _run_pagefind(pages: Path, out: Path, language: str) -> None:
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
        raise SearchError(f"Pagefind cannot be run: {error}") from None
    if done.returncode:
        raise SearchError(f"Pagefind failed: {(done.stderr or done.stdout).strip()}")
