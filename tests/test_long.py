"""What takes minutes: long runs of arbitrary input, and a catalog of 10,000 agents."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from agent_catalog.publishing.prompt import PromptRenderer
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.sources import AgentFile, Source
from sites import AGENT_CATALOG, REPOSITORY, BuiltSite
from strategies import FRAGMENTS, MARKDOWN

pytestmark = pytest.mark.long

LONG = settings(max_examples=20_000, suppress_health_check=list(HealthCheck))


@LONG
@given(MARKDOWN)
def test_any_prompt_is_rendered(text: str) -> None:
    assert PromptRenderer().render(text, lambda _: None).error == ""


@LONG
@given(FRAGMENTS)
def test_any_file_is_read(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    agent = read_agent(AgentFile(Source(Path()), "a.md", data))
    assert agent.data == data


def test_ten_thousand_agents(tmp_path: Path) -> None:
    """In hundreds of folders, so that the list of all agents stays in proportion, too."""
    files = sorted((REPOSITORY / "agents").rglob("*.md"))
    for number in range(10_000):
        file = files[number % len(files)]
        target = tmp_path / "agents" / f"team-{number // 20}" / f"{number}-{file.name}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    command: list[str | Path] = [
        AGENT_CATALOG,
        "build",
        tmp_path / "agents",
        "--out",
        tmp_path / "site",
    ]
    subprocess.run(command, check=True)
    site = BuiltSite(tmp_path / "site")
    agents = site.catalog["agents"]
    assert len(agents) == 10_000
    assert all((site.folder / agent["url"] / "index.html").is_file() for agent in agents)
