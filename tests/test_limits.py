"""Files beyond the limits: what is still shown of them, and that all others are built."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agent_catalog.model.agent import Agent
from agent_catalog.model.limits import (
    LARGEST_AGENT,
    LARGEST_FILE,
    LARGEST_MARKDOWN,
    LARGEST_WRITTEN,
    LONGEST_FRONTMATTER,
    LONGEST_VALUE,
    MOST_EXAMPLES,
    MOST_HEADINGS,
    MOST_KEYS,
    MOST_MARKS,
    MOST_SPOTS,
    MOST_TOOLS,
    MOST_TURNS,
    MOST_UNSEEN,
    cut,
)
from agent_catalog.model.tool import ToolMode
from agent_catalog.publishing.characters import written
from agent_catalog.publishing.prompt import PromptRenderer
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.sources import AgentFile, Source
from checks import findings
from sites import BuiltSite, agent_file, assert_sound, build_project, section, write_project

PAGE = 2_000_000
"""Bytes of a page, and of what a page fetches, at most."""


def read(text: str) -> Agent:
    return read_agent(AgentFile(Source(Path()), "a.md", text.encode()))


def file(frontmatter: str, prompt: str = "Do it.") -> str:
    return f"---\nname: a\n{frontmatter}\n---\n\n{prompt}\n"


def flaws(agent: Agent) -> list[str]:
    return [flaw.code for flaw in agent.flaws]


# What is read of a file


def test_a_file_at_the_limit_is_read_and_one_byte_more_is_not() -> None:
    start = file("description: b", "")
    whole, beyond = (
        read(start + "x" * (size - len(start))) for size in (LARGEST_AGENT, LARGEST_AGENT + 1)
    )
    assert (whole.name, whole.unread, flaws(whole)) == ("a", False, [])
    assert (beyond.fields, beyond.prompt, beyond.unread) == ((), "", True)
    assert flaws(beyond) == ["file-too-large"]
    assert not beyond.loadable
    assert len(beyond.data) == LARGEST_AGENT + 1


def test_a_frontmatter_at_the_limit_is_read_and_a_longer_one_is_not() -> None:
    line = "description: "
    whole = read(f"---\n{line}{'x' * (LONGEST_FRONTMATTER - len(line) - 2)}\n---\nDo it.\n")
    beyond = read(f"---\n{line}{'x' * LONGEST_FRONTMATTER}\n---\nDo it.\n")
    assert [field.key for field in whole.fields] == ["description"]
    assert beyond.fields == ()
    assert beyond.prompt == "Do it.\n"
    assert flaws(beyond) == ["over-limit"]
    assert not beyond.loadable


def test_a_frontmatter_of_unseen_characters_is_not_read() -> None:
    whole = read(file("description: " + "a\u200b" * MOST_UNSEEN))
    beyond = read(file("description: " + "a\u200b" * (MOST_UNSEEN + 1)))
    assert (len(whole.fields), len(beyond.fields)) == (2, 0)
    assert flaws(beyond) == ["over-limit"]


def test_the_first_keys_are_read() -> None:
    agent = read(file("description: b\n" + "".join(f"k{n}: v\n" for n in range(MOST_KEYS))))
    assert len(agent.fields) == MOST_KEYS
    assert flaws(agent) == ["over-limit"]
    assert agent.loadable


def test_what_tools_allow_is_told_of_all_of_them_however_many() -> None:
    """Else an agent would hide what it may do behind what it may not."""
    names = [f"t{number}" for number in range(MOST_TOOLS)]
    agent = read(file(f"description: b\ntools: {', '.join(names)}, Bash, mcp__x__y"))
    assert len(agent.tools.allowed) == MOST_TOOLS
    assert agent.tools.beyond == 2
    assert {each.value for each in agent.tools.capabilities} >= {"execute", "mcp"}
    assert agent.tools.servers == ("x",)
    assert flaws(agent) == ["over-limit"]
    denied = read(file(f"description: b\ndisallowedTools: {', '.join(names)}, '*'"))
    assert denied.tools.mode is ToolMode.ALL
    assert denied.tools.capabilities == ()


def test_the_first_examples_and_turns_are_told() -> None:
    turn, example = "  user: a\n", "  <example>\n  user: a\n  </example>\n"
    many = read(file(f"description: |\n{example * (MOST_EXAMPLES + 1)}"))
    assert (len(many.description.examples), many.description.beyond) == (MOST_EXAMPLES, 2)
    long = read(file(f"description: |\n  <example>\n{turn * (MOST_TURNS + 3)}  </example>\n"))
    assert [len(each.turns) for each in long.description.examples] == [MOST_TURNS]
    assert long.description.beyond == 3
    assert flaws(many) == flaws(long) == ["over-limit"]


@pytest.mark.parametrize("key", ["model", "color"])
def test_long_values_are_cut(key: str) -> None:
    agent = read(file(f"description: b\n{key}: {'x' * (LONGEST_VALUE + 1)}"))
    value = agent.model if key == "model" else agent.color
    assert value.written == "x" * (LONGEST_VALUE - 1) + "…"
    assert value.group == "not-recognised"
    assert flaws(agent) == ["over-limit"]
    field = agent.field(key)
    assert field
    assert len(field.text) == LONGEST_VALUE + 1


def test_a_long_name_is_cut_where_it_stands_in_lists() -> None:
    agent = read(f"---\nname: {'x' * 9000}\ndescription: b\n---\nDo it.\n")
    assert len(agent.name) == LONGEST_VALUE
    assert cut("x" * 9000) == agent.name


def test_of_a_rule_that_is_broken_often_the_first_places_are_told(tmp_path: Path) -> None:
    todo = "TODO: this\n" * (MOST_SPOTS + 1)
    found = [
        each
        for each in findings(tmp_path, {"a.md": agent_file("a", todo)})
        if each.code == "placeholder"
    ]
    assert len(found) == MOST_SPOTS
    assert [each.message.endswith("later ones are not listed") for each in found[-2:]] == [
        False,
        True,
    ]


# What is shown of a prompt


def render(text: str) -> tuple[str, str, bool]:
    rendered = PromptRenderer().render(text, lambda _: None)
    return rendered.html, rendered.beyond, rendered.cut


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- a\n" * (MOST_MARKS + 1), f"more than {MOST_MARKS:,} lines and marks"),
        ("a\u200b" * (MOST_UNSEEN + 1), f"more than {MOST_UNSEEN:,} invisible characters"),
        (f"[a]: {'b' * 9000}\n\n" + "[a] " * 100, "addresses"),
        ("&#x200b;&#x202e;" * 5_900, f"more than {LARGEST_MARKDOWN:,} bytes"),
    ],
    ids=["marks", "unseen", "links", "bytes"],
)
def test_what_is_too_much_for_markdown_is_shown_as_it_is_written(text: str, reason: str) -> None:
    html, beyond, is_cut = render(text)
    assert reason in beyond
    assert html.startswith('<div class="highlight"><pre>')
    assert not is_cut
    assert len(html) < LARGEST_WRITTEN + 200


def test_what_is_too_long_even_so_is_cut() -> None:
    html, beyond, is_cut = render("&" * 100_000)
    assert beyond
    assert is_cut
    assert len(html) < LARGEST_WRITTEN + 200


@pytest.mark.parametrize(
    "text", ["x" * 262_144, "\u202e" * 87_000, "\U000e0041" * 65_000, "&" * 262_144]
)
def test_what_is_written_has_its_limit_in_bytes(text: str) -> None:
    assert len(written(text).html.encode()) <= LARGEST_WRITTEN


def test_the_table_of_contents_has_the_first_headings() -> None:
    text = "".join(f"# {'long ' * 99}{number}\n" for number in range(MOST_HEADINGS + 1))
    headings = PromptRenderer().render(text, lambda _: None).headings
    assert len(headings) == MOST_HEADINGS
    assert max(len(each.text) for each in headings) == 200
    assert len({each.id for each in headings}) == MOST_HEADINGS


def test_what_is_rendered_no_longer_is_forgotten() -> None:
    cache: dict[bytes, object] = {}
    renderer = PromptRenderer(cache)  # type: ignore[arg-type]  # looked at from outside
    for texts in (["a", "b"], ["b"], ["b"]):
        for text in texts:
            renderer.render(text, lambda _: None)
        renderer.forget()
        assert len(cache) == len(texts)


# What a site makes of such files

TOO_MUCH: dict[str, str] = {
    "huge": "x" * (LARGEST_FILE + 1),
    "large": file("description: b", "secret: large\n" * 30_000),
    "front": file(f"description: {'word ' * 8000}"),
    "keys": file("description: b\n" + "".join(f"k{n}: v\n" for n in range(900))),
    "tools": file("description: b\ntools: " + ", ".join(f"t{n}" for n in range(900))),
    "examples": file("description: |\n" + "  <example>\n  user: a\n  </example>\n" * 80),
    "marks": file("description: b", "- a\n" * 30_000),
    "refs": file("description: b", f"[a]: {'b' * 30_000}\n\n" + "[a] " * 3000),
    "heads": file("description: b", "# a\n" * 2000),
    "unseen": file("description: b", "\u202ea\u2066" * 30_000),
    "wide": file("description: b", f"|{'a|' * 5000}\n|{'-|' * 5000}\n|b|\n"),
    "name": f"---\nname: {'n' * 20_000}\ndescription: {'d' * 10_000}\n---\n\nDo it.\n",
    "deep": file(f"description: b\nx: {'[' * 15_000}"),
    "quest": file("? " * 15_000),
    "todo": file("description: b", "TODO: a\n" * 8000),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    tree = {f"agents/{name}.md": text for name, text in TOO_MUCH.items()}
    good = {"agents/good.md": agent_file("good")}
    return build_project(write_project(tmp_path_factory.mktemp("limits"), {**good, **tree}))


def test_each_file_has_its_page_that_says_so(site: BuiltSite) -> None:
    assert_sound(site)
    told = {
        agent["path"]: {each["code"] for each in agent["findings"]}
        for agent in site.catalog["agents"]
    }
    assert set(told) == {f"{name}.md" for name in [*TOO_MUCH, "good"]}
    assert "file-too-large" in told["huge.md"] & told["large.md"]
    for name in ("front", "keys", "tools", "examples", "marks", "refs", "unseen"):
        assert "over-limit" in told[f"{name}.md"], name
    assert "over-limit" not in told["good.md"]


def test_no_page_and_no_data_is_larger_than_two_megabytes(site: BuiltSite) -> None:
    sizes = {path: len(data) for path, data in site.tree.items() if not path.endswith(".map")}
    assert max(sizes.values()) < PAGE
    for path in ("index.html", "agents/index.html", "checks/index.html", "models/index.html"):
        assert sizes[path] < 60_000, path


def test_a_file_that_is_not_taken_apart_is_published_as_it_is(site: BuiltSite) -> None:
    page = site.page("agents/large/")
    assert "The catalog does not read this file" in page.get_text()
    assert not page.select("#system-prompt, #tools, #metadata, [data-ac-install], .ac-chips")
    assert "secret: large" not in page.get_text()
    assert page.select_one("a[download]")
    published = site.tree["agents/large.md"]
    (record,) = (each for each in site.catalog["agents"] if each["path"] == "large.md")
    assert hashlib.sha256(published).hexdigest() == record["sha256"]
    assert published.decode() == TOO_MUCH["large"]


def test_of_a_file_that_is_not_read_nothing_is_published(site: BuiltSite) -> None:
    page = site.page("agents/huge/")
    assert "more than 1,048,576 bytes" in page.get_text()
    assert not page.select("a[download]")
    assert site.tree["agents/huge.md"] == b""


def test_a_prompt_that_is_shown_as_it_is_written_says_why(site: BuiltSite) -> None:
    page = site.page("agents/marks/")
    assert f"more than {MOST_MARKS:,} lines and marks of Markdown" in section(page, "system-prompt")
    (shown,) = page.select("[data-agent-prompt] code")
    assert shown.get_text() == "- a\n" * 30_000 + "\n"
    assert not page.select("[data-ac-view=source]")


def test_entries_beyond_the_limit_are_counted(site: BuiltSite) -> None:
    page = site.page("agents/tools/")
    assert len(page.select(".ac-tools tbody tr")) == MOST_TOOLS
    assert "400 more entries" in section(page, "tools")
    assert "60 more examples and turns" in section(site.page("agents/examples/"), "when-to-use-it")


# What a file costs

_MEASURED = """
import resource, sys
from pathlib import Path
from agent_catalog.checking.catalog import check_catalog
from agent_catalog.publishing.prompt import PromptRenderer
from agent_catalog.publishing.site import Settings, publish
from agent_catalog.publishing.urls import Urls
from agent_catalog.reading.catalog import read_catalog
from agent_catalog.reading.sources import Source

def build(folder):
    catalog = read_catalog([Source(Path(folder))])
    site = publish(catalog, Settings(title="x", urls=Urls()), PromptRenderer(), check_catalog)
    return max(len(site.templates.render(page)) for page in site.pages)

def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024

build(sys.argv[1])  # which loads all there is to load
before = used()
size = build(sys.argv[2])
after = used()
print(after[0] - before[0], after[1] - before[1], size)
"""

_GREEDY: dict[str, Callable[[int], str]] = {
    "brackets": lambda size: file("description: b", "[" * size),
    "images": lambda size: file("description: b", "![" * (size // 2)),
    "secrets": lambda size: file("description: b", "sk-ant-a1-" * (size // 10)),
    "urls": lambda size: file("description: b", "http://a.bc " * (size // 12)),
    "java": lambda size: file("description: b", f"```java\n{'a ' * 990}\n```\n" * (size // 2000)),
    "cells": lambda _: file("description: b", f"|{'a|' * 900}\n|{'-|' * 900}\n" + "|a\n" * 900),
    "fragments": lambda size: file("description: b", "".join(f"[a](#b{n}) " for n in range(size // 13))),
    "tools": lambda _: file("description: b\ntools: " + ", ".join(f"Rea{n}" for n in range(3500))),
    "keys": lambda _: file("description: b\n" + "".join(f"k{n}: v\n" for n in range(3000))),
}  # fmt: skip


@pytest.mark.parametrize("name", _GREEDY)
def test_no_file_takes_more_than_its_share(tmp_path: Path, name: str) -> None:
    for folder, text in (("good", agent_file("a")), ("greedy", _GREEDY[name](LARGEST_AGENT - 99))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.md").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, tmp_path / "good", tmp_path / "greedy"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    seconds, megabytes, size = map(float, done.stdout.split())
    assert seconds < 5
    assert megabytes < 100
    assert size < PAGE


def test_a_group_of_very_many_agents_names_the_first_and_leads_to_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent_catalog.publishing.pages.MOST_ROWS", 3)
    tree = {f"agents/{name}.md": agent_file(name, model="opus", tools="Read") for name in "abcde"}
    site = build_project(write_project(tmp_path, tree))
    for url, query in (("models/opus/", "?model=opus"), ("tools/read/", "?tool=read")):
        page = site.page(url)
        assert len(page.select(".ac-list > li")) == 3
        assert "And 2 more" in section(page, "agents")
        assert page.select_one(f"a[href$='{query}']")
