"""Any file is read, checked and published, and its pages have nothing that could act."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from agent_catalog.publishing.prompt import PromptRenderer
from agent_catalog.publishing.site import Settings, publish
from agent_catalog.publishing.urls import Urls
from agent_catalog.reading.catalog import catalog_from
from agent_catalog.reading.sources import AgentFile, Found, Source
from oracle import Frame
from payloads import harmless_files, payloads, quoted, unquoted
from specimens import SPECIMENS
from strategies import FRAGMENTS, MARKDOWN

RENDERER = PromptRenderer()
SOURCE = Source(Path("agents"), shown="agents")

KEYS = st.sampled_from(
    [
        *("name", "description", "tools", "disallowedTools", "model", "color", "permissionMode"),
        *("mcpServers", "hooks", "skills", "memory", "effort", "template", "title", "hide", "tags"),
    ]
)
ATTACKS = st.sampled_from(payloads())
VALUES = FRAGMENTS | MARKDOWN | ATTACKS | st.text(max_size=40)
STRUCTURED = st.builds(
    lambda fields, prompt: (
        "---\n" + "".join(f"{key}: {value}\n" for key, value in fields) + f"---\n{prompt}"
    ),
    st.lists(st.tuples(KEYS | ATTACKS, VALUES), max_size=8),
    MARKDOWN | ATTACKS,
).map(lambda text: text.encode("utf-8", "surrogatepass"))
MUTATED = st.builds(
    lambda text, at, cut, put: text[:at] + put + text[at + cut :],
    st.builds(lambda make, attack: make(attack).encode(), st.sampled_from([quoted, unquoted]), ATTACKS),
    st.integers(0, 3_000),
    st.integers(0, 40),
    st.binary(max_size=12),
)  # fmt: skip
FILES = st.binary(max_size=400) | STRUCTURED | MUTATED


def pages(files: dict[str, bytes]) -> list[str]:
    """The content of the pages of agents, of the list and of what was found."""
    found = Found(tuple(AgentFile(SOURCE, path, data) for path, data in files.items()), ())
    site = publish(catalog_from([found]), Settings(title="Crew", urls=Urls()), RENDERER)
    assert [agent.data for agent in site.catalog.agents] == list(files.values())
    shown = ("agents/", "index", "checks/index")
    return [site.templates.render(page) for page in site.pages if page.name.startswith(shown)]


@cache
def frame() -> Frame:
    """What the pages of harmless agents are made of."""
    specimens = {
        path.removeprefix("agents/"): text if isinstance(text, bytes) else text.encode()
        for path, text in SPECIMENS.items()
    }
    one_by_one = (page for path, data in specimens.items() for page in pages({path: data}))
    return Frame.of([*pages(harmless_files() | specimens), *one_by_one])


def _assert_harmless(data: bytes) -> None:
    found = pages({"agent.md": data})
    assert [each for page in found for each in frame().strange(page, below_any=True)] == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(FILES)
@example(b"")
@example(b"\r\0\n```")
@example(b"---\nname: <b>\n---\n<script>alert(1)</script>")
def test_any_file_becomes_harmless_pages(data: bytes) -> None:
    _assert_harmless(data)


@pytest.mark.long
@settings(max_examples=3_000, suppress_health_check=list(HealthCheck))
@given(FILES)
def test_any_of_many_files_becomes_harmless_pages(data: bytes) -> None:
    _assert_harmless(data)
