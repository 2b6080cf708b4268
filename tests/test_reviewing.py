"""What changed between two catalogs, in words, as Markdown for a comment, and as JSON."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_catalog.checking.catalog import check_catalog
from agent_catalog.model.catalog import Catalog, Skipped, slug
from agent_catalog.publishing.capabilities import CAPABILITIES
from agent_catalog.reading.catalog import catalog_from
from agent_catalog.reading.facets import color_groups, model_groups
from agent_catalog.reading.formats.known import known_formats
from agent_catalog.reading.sources import AgentFile, Found, Source, in_plugin, read_source
from agent_catalog.reviewing.card import MOST_CHARACTERS, MOST_LINES, Sites, review_card
from agent_catalog.reviewing.comparing import compare_catalogs
from agent_catalog.reviewing.records import ReviewRecord, review_json
from agent_catalog.reviewing.review import Kind, Review
from agent_catalog.reviewing.text import clause_text, review_text
from agent_catalog.reviewing.words import clauses
from histories import BODY, HISTORIES, History, agent
from sites import Tree
from strategies import FRAGMENTS


def catalog(tree: Tree, *skipped: str) -> Catalog:
    source = Source(Path())
    files = tuple(
        in_plugin(
            AgentFile(source, path, content if isinstance(content, bytes) else content.encode()), {}
        )
        for path, content in sorted(tree.items())
    )
    return check_catalog(
        catalog_from([Found(files, tuple(Skipped(path, "a link") for path in skipped))])
    )


def review(before: Tree, after: Tree) -> Review:
    return compare_catalogs(catalog(before), catalog(after))


def told(found: Review) -> list[str]:
    lines = []
    for change in found.changes:
        lines.append(f"{change.kind} {change.agent.path}")
        lines += [f"{'! ' * each.escalation}{clause_text(each)}" for each in clauses(change)]
    return lines


@pytest.mark.parametrize("history", HISTORIES, ids=lambda each: each.title)
def test_an_edit_is_told_in_these_words(history: History) -> None:
    assert told(review(history.before, history.after)) == history.lines


def test_there_are_enough_edits() -> None:
    assert len(HISTORIES) >= 50
    assert len({history.title for history in HISTORIES}) == len(HISTORIES)


@pytest.mark.parametrize("history", HISTORIES, ids=lambda each: each.title)
def test_an_edit_undone_gains_nothing_that_it_lost(history: History) -> None:
    there, back = (
        review(history.before, history.after),
        review(history.after, history.before),
    )

    assert bool(there) == bool(back)
    for change in there.changes:
        if change.access and change.before and change.after:
            (undone,) = [each for each in back.changes if each.after is change.before] or [
                each for each in back.changes if each.agent.path == change.before.path
            ]
            assert undone.access
            assert undone.access.capabilities.gained == change.access.capabilities.lost
            assert set(undone.access.tools.gained) == set(change.access.tools.lost)


# The whole catalog.


def test_nothing_is_told_of_two_catalogs_that_are_the_same() -> None:
    same = review({"a.md": agent()}, {"a.md": agent()})

    assert not same
    assert review_text(same) == ""
    assert review_card(same) == "### What changes for users of these agents\n\nNothing.\n"
    assert json.loads(review_json(same))["changes"] == []


def test_data_has_the_tools_after_the_change() -> None:
    before = {
        "changed.md": agent("tools: Read", name="a"),
        "moved.md": agent("tools: Task, Bash(git *)", name="b", body="Another one.\n"),
        "gone.md": agent(name="c", about="Another.", body="Quite another one.\n"),
        "wider.md": agent("tools: Read", name="d", body="Yet another one.\n"),
    }
    after = {
        "changed.md": agent("tools: Read", "model: opus", name="a"),
        "x/moved.md": before["moved.md"],
        "new.md": agent("tools: [Juggle, mcp__crew__go]", name="e", about="New.", body="New.\n"),
        "none.md": agent("tools: []", name="f", about="None at all.", body="Nothing of it.\n"),
        "wider.md": agent("disallowedTools: Bash", name="d", body="Yet another one.\n"),
    }
    told = json.loads(review_json(review(before, after)))
    tools = {each["after"]["path"]: each for each in told["changes"] if each["after"]}
    everything = ["read", "write", "execute", "network", "delegate", "mcp"]

    assert told["schema"] == 1
    assert [each["kind"] for each in told["changes"] if each["tools_after"] is None] == ["removed"]
    assert {
        path: (each["tools"] is None, *_without_effective(each["tools_after"]))
        for path, each in tools.items()
    } == {
        "changed.md": (True, "listed", ["Read"], [], 0, ["read"]),
        "x/moved.md": (True, "listed", ["Task", "Bash(git *)"], [], 0, ["execute", "delegate"]),
        "new.md": (True, "listed", ["Juggle", "mcp__crew__go"], [], 0, ["mcp"]),
        "none.md": (True, "none", [], [], 0, []),
        "wider.md": (False, "all", [], ["Bash"], 0, everything),
    }
    assert [each["gets"] for each in tools["new.md"]["tools_after"]["effective"]] == ["no", "yes"]
    assert tools["wider.md"]["tools_after"]["effective"] == [
        {"name": "Bash", "gets": "no", "why": "denied"}
    ]
    assert {each["format"] for each in told["changes"]} == {"claude-code"}


def _without_effective(tools: dict[str, Any]) -> tuple[object, ...]:
    return tuple(value for key, value in tools.items() if key != "effective")


def test_the_overview_comes_first() -> None:
    found = review(
        {"a.md": agent("tools: Read", name="a"), "b.md": agent(name="b")},
        {
            "a.md": agent("tools: Bash", name="a"),
            "c.md": agent(name="c", about="New.", body="New.\n"),
        },
    )

    assert review_text(found) == (
        "1 agent may do more; 1 added, 1 removed, 1 changed\n"
        "the descriptions add about 32 → 17 tokens to every context (−15)\n"
        "\n"
        "changed  a.md\n"
        "  ESCALATION: now runs commands (by which it also changes files and uses the network)\n"
        "  now by commands alone: reads files\n"
        "  gained the tool Bash\n"
        "  lost the tool Read\n"
        "\n"
        "added    c.md\n"
        "  may use every tool of the session: reads files, changes files, runs commands, "
        "uses the network, starts other agents, uses MCP servers\n"
        "  model not set\n"
        "  description 1 token\n"
        "  prompt 2 tokens\n"
        "\n"
        "removed  b.md\n"
    )


def test_what_the_descriptions_cost_counts_agents_that_load() -> None:
    unloaded = agent(name="c").replace("name: c\n", "")
    found = review({"a.md": agent()}, {"a.md": agent(about="Short."), "c.md": unloaded})

    assert (found.description_tokens.before, found.description_tokens.after) == (16, 2)
    assert "the descriptions add about 16 → 2 tokens to every context (−14)" in review_text(found)


def test_escalations_come_first_then_kinds_then_paths() -> None:
    found = review(
        {f"{name}.md": agent("tools: Read", name=name) for name in "abcd"},
        {
            "a.md": agent("tools: Read", name="a").replace("\n", "\r\n"),
            "c.md": agent("tools: Read", "color: red", name="c"),
            "d.md": agent("tools: Read, Bash", name="d"),
            "x/b.md": agent("tools: Read", name="b"),
            "e.md": agent(name="e", body="Quite new.\n"),
        },
    )

    assert [(each.kind, each.agent.path) for each in found.changes] == [
        (Kind.CHANGED, "d.md"),
        (Kind.ADDED, "e.md"),
        (Kind.MOVED, "x/b.md"),
        (Kind.CHANGED, "c.md"),
        (Kind.REFORMATTED, "a.md"),
    ]


def test_a_name_that_more_agents_have_than_before_collides() -> None:
    twins = {"a.md": agent(body="A.\n"), "b.md": agent(body="B.\n")}
    found = review({"a.md": agent(body="A.\n")}, twins)
    third = review(twins, {**twins, "c.md": agent(body="C.\n")})

    (collision,) = found.collisions
    assert (collision.name, [each.path for each in collision.agents]) == (
        "reviewer",
        ["a.md", "b.md"],
    )
    assert "2 agents are now called reviewer: their tool loads one\n  a.md\n  b.md\n" in (
        review_text(found)
    )
    assert "- **Name collision:** 2 agents are now called `reviewer`: their tool loads one\n" in (
        review_card(found)
    )
    assert len(third.collisions[0].agents) == 3
    assert review(twins, twins).collisions == ()
    assert review(twins, {"a.md": agent(body="A.\n")}).collisions == ()


def test_escalations_stand_before_collisions_and_these_before_the_rest() -> None:
    found = review(
        {"a.md": agent("tools: Read")},
        {"a.md": agent("tools: Bash"), "b.md": agent(body="Another one.\n")},
    )

    for form in (review_text(found), review_card(found)):
        places = [form.index(each) for each in ("now runs commands", "are now called", "prompt")]
        assert places == sorted(places)


def test_files_that_are_passed_over_now_are_named() -> None:
    found = compare_catalogs(catalog({}, "README.md"), catalog({}, "README.md", "link.md"))

    assert found
    assert review_text(found) == (
        "no agent changed\n1 file newly passed over: links, submodules, or no agents\n  link.md\n"
    )


def test_findings_are_told_apart_by_code_and_message_not_by_line() -> None:
    broken = agent(about="Helps: with all.", body="Body.\n")
    found = review({"a.md": broken}, {"a.md": broken.replace("name:", "color: red\nname:", 1)})

    assert told(found) == ["changed a.md", "color not set → red"]


def test_a_file_that_cannot_be_read_on_both_sides_is_the_same() -> None:
    def unread(error: str) -> Catalog:
        return catalog_from([Found((AgentFile(Source(Path()), "a.md", b"", error),), ())])

    assert not compare_catalogs(unread("it is too large"), unread("it is too large"))


# Following.


def test_of_files_with_the_same_bytes_each_finds_its_own_name() -> None:
    found = review(
        {"x/a.md": BODY, "x/b.md": BODY, "x/c.md": BODY},
        {"y/c.md": BODY, "y/a.md": BODY, "z.md": BODY},
    )

    pairs = {
        (each.before.path, each.after.path) for each in found.changes if each.before and each.after
    }
    assert pairs == {("x/a.md", "y/a.md"), ("x/c.md", "y/c.md"), ("x/b.md", "z.md")}


def _named(name: str, *lines: int) -> str:
    return agent(
        name=name, about="A.", body="\n".join(f"Line {line:04} of many." for line in lines)
    )


def test_a_file_is_followed_to_the_most_similar_one() -> None:
    found = review(
        {"old.md": _named("old", *range(20))},
        {"far.md": _named("far", *range(8, 28)), "near.md": _named("near", *range(2, 22))},
    )

    assert [(each.kind, each.agent.path) for each in found.changes] == [
        (Kind.ADDED, "far.md"),
        (Kind.MOVED, "near.md"),
    ]


def test_a_file_with_less_than_half_of_the_text_is_another_one() -> None:
    found = review({"old.md": _named("old", *range(20))}, {"new.md": _named("new", *range(14, 34))})

    assert [each.kind for each in found.changes] == [Kind.ADDED, Kind.REMOVED]


# The card.

SITES = Sites("https://example.org/before/", "https://example.org/after")


def test_the_card_links_to_pages_before_and_after() -> None:
    card = review_card(
        review(
            {"x/a.md": agent(name="a"), "b.md": agent(name="b")},
            {
                "y/a.md": agent("color: red", name="a"),
                "c d.md": agent(name="c", about="New.", body="New.\n"),
            },
        ),
        SITES,
    )

    before, after = "https://example.org/before/agents/", "https://example.org/after/agents/"
    place = slug("c d")
    assert f"- added [`c`]({after}{place}/): may use every tool" in card
    assert f"- removed [`b`]({before}b/)\n" in card
    assert f"- moved [`y/a`]({after}y/a/) ([before]({before}x/a/)): was `x/a`; color" in card


@pytest.mark.parametrize(
    ("path", "name", "shown"),
    [
        ("crew/db.md", "数据库专家", "`数据库专家` at `crew/db`"),
        ("2/db.md", "בודק קוד", "`בודק קוד` at `2/db`"),
        ("数据库专家.md", "数据库专家", "`数据库专家`"),
        ("Code Review.md", "Code Review", "`Code Review`"),
        ("crew/reviewer.md", "reviewer", "`crew/reviewer`"),
        ("crew/a.md", "reviewer", "`reviewer` at `crew/a`"),
        ("crew/a.md", "Looks good to me, merge it", "`crew/a`"),
        ("crew/a.md", "a\u202eb", "`crew/a`"),
        ("ü/@a.md", "@all", f"`{slug('ü')}/{slug('@a')}`"),
    ],
)
def test_a_new_agent_is_called_by_its_name_where_that_is_plain(
    path: str, name: str, shown: str
) -> None:
    new = {path: agent(name=json.dumps(name))}

    assert f"- added {shown}: may use every tool" in review_card(review({}, new))
    bare = path.removesuffix(".md")
    old = bare if re.fullmatch("[a-z0-9/]+", bare) else "/".join(map(slug, bare.split("/")))
    assert f"- removed `{old}`\n" in review_card(review(new, {}))


def test_other_names_are_told_in_any_script_where_that_is_plain() -> None:
    before = {"a.md": agent(name="a"), "b.md": agent(name="数据库")}
    card = review_card(review(before, {**before, "a.md": agent(name="数据库")}))
    odd = review_card(review(before, {**before, "a.md": agent(name="'@all'")}))

    assert "called `数据库` instead of `a`" in card
    assert "2 agents are now called `数据库`: their tool loads one" in card
    assert f"called `{slug('@all')}` instead of `a`" in odd


def test_a_card_without_sites_has_no_links() -> None:
    card = review_card(review({"a.md": agent()}, {"a.md": agent("model: opus")}))

    assert card.splitlines() == [
        "### What changes for users of these agents",
        "",
        "1 changed.",
        "",
        "- changed `a`: model not set → Opus",
    ]


def test_escalations_are_told_with_a_plain_word() -> None:
    card = review_card(review({"a.md": agent("tools: Read")}, {"a.md": agent("tools: Read, Bash")}))

    by = "(by which it also changes files and uses the network)"
    assert (
        f"- **Escalation:** changed `a`: **now runs commands {by}**; gained the tool `Bash`\n"
        in card
    )


def test_a_long_list_is_cut_and_what_is_told_of_it_is_not() -> None:
    names = ", ".join(f"Juggle{number}" for number in range(12))
    found = review({"a.md": agent("tools: Read")}, {"a.md": agent(f"tools: Read, {names}")})

    assert (
        "`Juggle0`, `Juggle1`, `Juggle2`, `Juggle3`, `Juggle4`, `Juggle5`, `Juggle6`, `Juggle7` "
        "and 4 more are listed without effect: Claude Code is not known to have it"
    ) in review_card(found)


def test_a_card_is_cut_with_the_number_of_what_is_left() -> None:
    many = {f"a{number:03}.md": agent(name=f"a{number}") for number in range(100)}
    lines = review_card(review(many, {})).splitlines()

    assert len(lines) == MOST_LINES
    assert lines[-1] == "And 46 more like these."
    assert sum(line.startswith("- removed") for line in lines) == 54


def test_a_card_fits_into_a_comment() -> None:
    tools = ", ".join(f"mcp__{'x' * 50}{number}__y" for number in range(300))
    before = {f"{number}/{'a' * 60}.md": agent(name=f"a{number}") for number in range(80)}
    after = {path: agent(f"tools: {tools}", name=path) for path in before}
    card = review_card(review(before, after), SITES)

    assert len(card) <= MOST_CHARACTERS
    assert re.search(r"^And \d+ more like these\.$", card, re.MULTILINE)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https://a b", "https://x.org/)[a](b", "//x.org", "https://x.org/?a"],
)
def test_only_plain_addresses_are_linked_to(url: str) -> None:
    with pytest.raises(ValueError, match="is no URL of a site"):
        Sites(after=url)


# What may stand in a card, as written down here once more and by itself.


def _words_of_data() -> Iterator[str]:
    """What the data of formats says of limits, sandboxes and keys."""
    for each in known_formats().values():
        yield from (each.title, each.tools.caveat, each.tools.specifier)
        yield from (limit.text for limit in each.limits)
        yield from (tool.specifier for tool in each.tools.known.values())
        yield from (sandbox.does for sandbox in each.tools.sandbox.values())
        yield from (key.gives for key in each.keys.values())
        yield from (where for key in each.keys.values() for where in key.only.values())


_OUR_WORDS = set(
    re.findall(
        r"[\w']+",
        """
        What changes for users of these agents Nothing agent agents may do more no changed added
        removed moved reformatted The descriptions add about tokens token to every context file files
        newly passed over links submodules or Name collision are now called their tool loads one names
        Escalation before was it is instead only the lists use used tool tools session but those denied
        that reads longer gained lost on other MCP server servers written differently same effect
        permission mode model color still description prompt examples example words word in another
        order its lines line changed key new finding findings mended formatting differs not set
        recognised known unusual name asks less of which any lists load loads does shown as gets all
        what use by own commands alone also patterns condition always listed without had takes start
        with specifiers they limit nothing far sandbox has have more than who starts skill command and
        passes model's provider keys plugins ignores for colors agents can Reads knows follows
        whether former none denies placeholder this at It read-only changes runs file that anything other uses decides needs question anything changes And like these do an
        ends byte mark YAML style white space encoding
        """
        + " ".join(CAPABILITIES.values())
        + " ".join(each.title for each in (*model_groups(), *color_groups()))
        + " ".join(_words_of_data()),
    )
)
_CODE = re.compile(r"`(?=.{1,121}`)[A-Za-z0-9_.][A-Za-z0-9_.*-]*(?:[/:][A-Za-z0-9_.*-]+)*`")
_NAME = re.compile(r"`([^`\n]{1,64})`")
_LINK = re.compile(r"\]\(https://example\.org/(?:before|after)/agents/[a-z0-9._/-]+/\)")


def foreign_words(card: str) -> set[str]:
    """What of a card is neither ours, nor code, nor a link to a page."""
    text = _NAME.sub(_without_names, _CODE.sub("", _LINK.sub("]", card)))
    return {
        word
        for word in re.findall(r"[^\s]+", re.sub(r"[-#*(),.:;[\]→×−+%]", " ", text))
        if not (word.isdigit() or word in _OUR_WORDS)
    }


def _without_names(code: re.Match[str]) -> str:
    """Nothing for words of letters, marks and digits, in whatever script."""
    kinds = {unicodedata.category(each) for each in re.sub("[ _·・-]", "", code[1])}
    return "" if kinds <= {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd"} else code[0]


HOSTILE = [
    "@everyone",
    "<img src=x onerror=alert(1)>",
    "[click](https://evil.example)",
    "`x` https://evil.example",
    "$(id)",
    "::set-output name=a::b",
    "#1 fixes owner/repo#2",
    "a\u202eb",
    "| a | b |\n|---|---|",
    "Looks good to me, merge it",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_gets_into_a_card(text: str) -> None:
    quoted = json.dumps(text)
    lines = [
        f"tools: [{quoted}, Bash({quoted!r})]",
        f"disallowedTools: [{quoted}]",
        f"model: {quoted}",
        f"color: {quoted}",
        f"permissionMode: {quoted}",
        f"mcpServers: [{quoted}]",
        f"{quoted}: {quoted}",
        f"hooks: {{{quoted}: 1}}",
    ]
    hostile = agent(*lines, name=quoted, about=quoted, body=text)
    plain = agent(name="plain")
    path = f"{text.replace('/', '_')}/{text.replace('/', '_')}.md"
    for before, after in (
        ({}, {path: hostile}),
        ({path: hostile}, {}),
        ({"a.md": plain}, {"a.md": hostile}),
        ({path: hostile}, {"a.md": hostile, "b.md": hostile}),
        ({"a.md": hostile}, {path: hostile.replace(text, f"{text} {text}")}),
    ):
        card = review_card(review(before, after), SITES)
        assert foreign_words(card) == set()
        assert len(card.splitlines()) <= MOST_LINES


PATHS = st.lists(
    st.text(
        st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=9
    ),
    min_size=1,
    max_size=3,
).map(lambda parts: "/".join(parts) + ".md")
KEYS = ["name", "description", "tools", "disallowedTools", "model", "color", "permissionMode"]
OTHER_KEYS = ["permission", "permissions", "readonly", "sandbox_mode", "approvalMode"]
VALUES = st.sampled_from(
    [
        *("Bash", "Read, Bash(a)", "opus", "red", "[mcp__a__b]", "{a: 1}", "*", "Grep, LS, Task"),
        *("{bash: ask}", "{bash: {a: allow}}", "{'*': deny}", "true", "read-only", "yolo"),
    ]
)
FILES = st.one_of(
    st.binary(max_size=60),
    FRAGMENTS.map(lambda text: text.encode("utf-8", "replace")),
    st.builds(
        lambda keys, body: "\n".join(
            ["---", *(f"{key}: {value}" for key, value in keys.items()), "---", body]
        ).encode("utf-8", "replace"),
        st.dictionaries(
            st.sampled_from([*KEYS, *OTHER_KEYS, "hooks", "mcpServers", "memory"])
            | st.text("a-:\n#", max_size=4),
            VALUES | st.text(max_size=12) | st.sampled_from(HOSTILE),
            max_size=6,
        ),
        FRAGMENTS | st.sampled_from(HOSTILE),
    ),
)
PLACES = [
    *("a.md", "b.md", "c/d.md", "plugins/x/agents/a.md", ".claude/commands/a.md", "a.agent.md"),
    *(".opencode/agents/a.md", ".cursor/agents/a.md", ".kiro/agents/a.md", ".qwen/agents/a.md"),
    ".factory/droids/a.md",
]
CODEX = st.dictionaries(
    st.sampled_from(["name", "description", "developer_instructions", "sandbox_mode", "x"]),
    st.sampled_from(["a", "read-only", "workspace-write", "danger-full-access", *HOSTILE]),
).map(lambda keys: "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items()))
TREES = st.dictionaries(st.sampled_from(PLACES) | PATHS, FILES, max_size=4) | st.dictionaries(
    st.sampled_from([".codex/agents/a.toml", ".codex/agents/b.toml"]), CODEX, min_size=1
)


@given(TREES, TREES)
@settings(max_examples=200)
def test_any_files_can_be_compared(before: Tree, after: Tree) -> None:
    found = review(before, after)
    card = review_card(found, SITES)

    assert bool(found) == (before != after)
    assert foreign_words(card) == set()
    assert len(card.splitlines()) <= MOST_LINES
    assert len(review_text(found).splitlines()) == review_text(found).count("\n")
    assert ReviewRecord.model_validate_json(review_json(found))
    assert review_card(review(before, after), SITES) == card


@given(TREES)
def test_no_files_differ_from_themselves(tree: Tree) -> None:
    assert not review(tree, dict(tree))


# Real files.


@pytest.mark.corpus
def test_no_real_file_differs_from_itself(corpus: Path) -> None:
    source = Source(corpus, shown="corpus")
    once, again = (catalog_from([read_source(source)]) for _ in range(2))

    assert len(once.agents) > 1000
    assert all(one is not other for one, other in zip(once.agents, again.agents, strict=True))
    assert not compare_catalogs(once, again)


@pytest.mark.corpus
def test_real_files_are_followed_when_they_all_move(corpus: Path) -> None:
    found = read_source(Source(corpus))
    moved = tuple(replace(file, path=f"moved/{file.path}") for file in found.files)
    changes = compare_catalogs(catalog_from([found]), catalog_from([Found(moved, ())])).changes

    filled = [file for file in found.files if file.data]
    assert sum(change.kind is Kind.MOVED for change in changes) >= len(filled)
    assert not any(change.access or change.prompt for change in changes)


@pytest.mark.corpus
def test_real_files_without_relation_give_a_safe_card(corpus: Path) -> None:
    files = read_source(Source(corpus)).files
    half = len(files) // 2
    found = compare_catalogs(
        catalog_from([Found(files[:half], ())]), catalog_from([Found(files[half:], ())])
    )

    assert len(found.changes) > half
    assert foreign_words(review_card(found, SITES)) == set()
