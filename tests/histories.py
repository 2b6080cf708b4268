"""Edits as people make them to agent files, and what a user of the agents is to be told."""

from __future__ import annotations

import re
from typing import NamedTuple

from agent_catalog.model.tool import ToolEntry
from agent_catalog.reading.formats.known import known_formats
from agent_catalog.reading.situations import settle
from sites import Tree


class History(NamedTuple):
    """An edit: files before and after, and the words it is told in."""

    title: str
    before: Tree
    after: Tree
    told: str
    """The blocks of the report, one line each; `!` marks an escalation. Empty: nothing changed.

    `{beside-bash}` stands for why a tool is not always given, as the data of Claude Code says, and
    `{Agent}` for the same of a tool, if it is not always given, behind a colon.
    """

    @property
    def lines(self) -> list[str]:
        """The lines of the report."""
        return [filled(line.strip()) for line in self.told.strip().splitlines()]


def filled(line: str) -> str:
    """A line with the conditions in it as Claude Code's data has them."""
    format_ = known_formats()["claude-code"]
    conditions = {limit.why: limit.text for limit in reversed(format_.limits)}
    for name, tool in format_.tools.known.items():
        entry = settle(ToolEntry(written=name, name=name, tool=tool), format_)
        conditions[name] = f": {entry.condition}" if entry.condition else ""
    return re.sub(r"\{([\w-]+)\}", lambda found: conditions[found[1]], line)


BODY = """
You review changes.

## What to look for

- lost errors
- races
- names that lie

## How to answer

Be short. Name the file and the line.
"""
DESCRIPTION = "Reads a change before it is merged. Use it after each commit."


def agent(*lines: str, name: str = "reviewer", body: str = BODY, about: str = DESCRIPTION) -> str:
    """A valid file with further lines in its frontmatter."""
    return "\n".join(["---", f"name: {name}", f"description: {about}", *lines, "---", body])


def one(before: str | bytes, after: str | bytes) -> tuple[Tree, Tree]:
    return {"reviewer.md": before}, {"reviewer.md": after}


def example(user: str, *, context: str = "A pull request is open.") -> str:
    return (
        f'  <example>\n  Context: {context}\n  user: "{user}"\n'
        '  assistant: "I will call the reviewer."\n  </example>\n'
    )


def with_examples(*examples: str) -> str:
    return agent(about="|\n  Reads a change.\n\n" + "\n".join(examples))


LONG = "\n".join(f"- Rule {number} of the house." for number in range(1, 101))

HISTORIES = [
    # Capabilities
    History(
        "a shell is added to the list",
        *one(agent("tools: Read, Grep"), agent("tools: Read, Grep, Bash")),
        """
        changed reviewer.md
        ! now runs commands (by which it also changes files and uses the network)
        gained the tool Bash
        no longer always gets Grep: {beside-bash}
        """,
    ),
    History(
        "a list that gets longer by what it was capable of",
        *one(agent("tools: Read, Edit"), agent("tools: Read, Edit, Write, Glob")),
        """
        changed reviewer.md
        gained the tools Write, Glob
        """,
    ),
    History(
        "the tools line is deleted, which means all of them",
        *one(agent("tools: Read, Grep, Glob"), agent()),
        """
        changed reviewer.md
        ! may now use every tool of the session
        ! now changes files
        ! now runs commands
        ! now uses the network
        ! now starts other agents
        ! now uses MCP servers
        """,
    ),
    History(
        "an asterisk for a list",
        *one(agent("tools: Bash, Write, WebFetch, Agent, mcp__x"), agent('tools: "*"')),
        """
        changed reviewer.md
        ! may now use every tool of the session
        now reads files by a tool of its own, not by commands alone
        """,
    ),
    History(
        "a list where there was none",
        *one(agent(), agent("tools: Read, Grep")),
        """
        changed reviewer.md
        may now use only the tools it lists: Read, Grep
        no longer: changes files, runs commands, uses the network, starts other agents, uses MCP servers
        """,
    ),
    History(
        "an empty list",
        *one(agent("tools: Read"), agent("tools: []")),
        """
        changed reviewer.md
        may no longer use any tool
        no longer: reads files
        """,
    ),
    History(
        "tools for an agent that had none",
        *one(agent("tools: []"), agent("tools: [Read, WebSearch]")),
        """
        changed reviewer.md
        ! now uses the network
        now reads files
        gained the tools Read, WebSearch
        """,
    ),
    History(
        "least privilege",
        *one(agent("tools: Read, Write, Edit, Bash, Grep"), agent("tools: Read, Grep")),
        """
        changed reviewer.md
        no longer: changes files, runs commands (by which it also uses the network)
        lost the tools Write, Edit, Bash
        now always gets Grep; before: {beside-bash}
        """,
    ),
    History(
        "one tool for another of the same capability",
        *one(agent("tools: WebFetch"), agent("tools: WebSearch")),
        """
        changed reviewer.md
        gained the tool WebSearch
        lost the tool WebFetch
        """,
    ),
    History(
        "the specifiers of the shell are dropped",
        *one(agent("tools: Read, Bash(git diff *)"), agent("tools: Read, Bash")),
        """
        changed reviewer.md
        Bash is written with other specifiers, which limit nothing: no effect
        mended: tool-scope-without-effect
        """,
    ),
    History(
        "the shell gets specifiers",
        *one(agent("tools: Bash, Read"), agent("tools: Bash(git log *), Bash(git diff *), Read")),
        """
        changed reviewer.md
        Bash is written with other specifiers, which limit nothing: no effect
        new finding: tool-scope-without-effect
        """,
    ),
    History(
        "another command for the shell",
        *one(agent("tools: Bash(git *)"), agent("tools: Bash(git *), Bash(rm *)")),
        """
        changed reviewer.md
        Bash is written with other specifiers, which limit nothing: no effect
        new finding: tool-scope-without-effect
        """,
    ),
    History(
        "one command less",
        *one(agent("tools: Bash(git *), Bash(rm *)"), agent("tools: Bash(git *)")),
        """
        changed reviewer.md
        Bash is written with other specifiers, which limit nothing: no effect
        mended: tool-scope-without-effect
        """,
    ),
    History(
        "a shell with a specifier",
        *one(agent("tools: Read"), agent("tools: Read, Bash(git log *)")),
        """
        changed reviewer.md
        ! now runs commands (by which it also changes files and uses the network)
        gained the tool Bash(git log *)
        gets all of Bash: what stands in parentheses limits nothing
        new finding: tool-scope-without-effect
        """,
    ),
    History(
        "an MCP server",
        *one(agent("tools: Read"), agent("tools: Read, mcp__github__get_issue")),
        """
        changed reviewer.md
        ! now uses the MCP server github
        gained the tool mcp__github__get_issue
        """,
    ),
    History(
        "another tool of an MCP server",
        *one(
            agent("tools: mcp__github__get_issue"),
            agent("tools: mcp__github__get_issue, mcp__github__merge"),
        ),
        """
        changed reviewer.md
        ! now uses the MCP tool mcp__github__merge
        gained the tool mcp__github__merge
        """,
    ),
    History(
        "from all tools of an MCP server to one",
        *one(agent("tools: mcp__github"), agent("tools: mcp__github__get_issue")),
        """
        changed reviewer.md
        of the MCP server github now only mcp__github__get_issue
        """,
    ),
    History(
        "a server of its own",
        *one(agent("tools: Read"), agent("tools: Read", "mcpServers: [playwright]")),
        """
        changed reviewer.md
        ! now uses the MCP server playwright
        added mcpServers ([playwright])
        """,
    ),
    History(
        "what its own server starts",
        *one(
            agent("mcpServers:", "  - db: {command: db-server}"),
            agent("mcpServers:", "  - db: {command: sh}"),
        ),
        """
        changed reviewer.md
        ! changed mcpServers, which starts programs
        """,
    ),
    History(
        "it may start other agents",
        *one(agent("tools: Read"), agent("tools: Read, Agent(tester)")),
        """
        changed reviewer.md
        ! now starts other agents
        gained the tool Agent(tester){Agent}
        gets all of Agent: the types in parentheses count for `claude --agent` alone
        new finding: tool-scope-without-effect
        """,
    ),
    History(
        "a denied tool is allowed again",
        *one(agent("disallowedTools: Bash, Write"), agent("disallowedTools: Write")),
        """
        changed reviewer.md
        ! no longer denied: Bash
        """,
    ),
    History(
        "all denials go",
        *one(agent("disallowedTools: Bash, PowerShell, Monitor"), agent()),
        """
        changed reviewer.md
        ! now runs commands
        ! no longer denied: Bash
        ! no longer denied: PowerShell{PowerShell}
        ! no longer denied: Monitor
        """,
    ),
    History(
        "a denial that a list makes needless",
        *one(agent("disallowedTools: Bash"), agent("tools: Read")),
        """
        changed reviewer.md
        may now use only the tools it lists: Read
        no longer: changes files, runs commands, uses the network, starts other agents, uses MCP servers
        no longer denied, which had no effect: Bash
        """,
    ),
    History(
        "a tool is denied",
        *one(agent("tools: Read, Bash"), agent("tools: Read, Bash", "disallowedTools: Bash")),
        """
        changed reviewer.md
        no longer: runs commands (by which it also changes files and uses the network)
        now denied: Bash
        new finding: tool-allowed-and-denied
        """,
    ),
    History(
        "it asks no longer",
        *one(agent("permissionMode: default"), agent("permissionMode: bypassPermissions")),
        """
        changed reviewer.md
        ! asks less, but only where the session itself bypasses permissions: permission mode default → bypassPermissions
        new finding: bypass-permissions
        """,
    ),
    History(
        "edits without a question",
        *one(agent(), agent("permissionMode: acceptEdits")),
        """
        changed reviewer.md
        ! asks less: permission mode not set → acceptEdits
        """,
    ),
    History(
        "plans only",
        *one(agent("permissionMode: acceptEdits"), agent("permissionMode: plan")),
        """
        changed reviewer.md
        permission mode acceptEdits → plan
        """,
    ),
    History(
        "a permission mode that nobody knows",
        *one(agent(), agent("permissionMode: yolo")),
        """
        changed reviewer.md
        ! permission mode not set → yolo, of which it is not known what it asks for
        new finding: permission-mode-unknown
        """,
    ),
    History(
        "a hook",
        *one(agent(), agent("hooks:", "  Stop:", "    - {type: command, command: ./done}")),
        """
        changed reviewer.md
        ! added hooks, which runs commands by itself
        """,
    ),
    History(
        "a memory, which brings tools",
        *one(agent("tools: Grep"), agent("tools: Grep", "memory: project")),
        """
        changed reviewer.md
        ! now changes files
        gained the tools Read, Write, Edit: by `memory`, where auto memory is on
        added memory (project)
        """,
    ),
    # The same tools
    History(
        "today's name of a tool",
        *one(agent("tools: Read, Task"), agent("tools: Read, Agent")),
        """
        changed reviewer.md
        tools written differently, to the same effect
        """,
    ),
    History(
        "a list in YAML",
        *one(agent("tools: Read, Bash"), agent("tools:", "  - Read", "  - Bash")),
        """
        reformatted reviewer.md
        only the formatting differs: YAML style
        """,
    ),
    # Model, color, name
    History(
        "a larger model",
        *one(agent("model: sonnet"), agent("model: opus")),
        """
        changed reviewer.md
        model sonnet → opus
        """,
    ),
    History(
        "a model is pinned",
        *one(agent("model: sonnet"), agent("model: claude-sonnet-4-5-20250929")),
        """
        changed reviewer.md
        model still Sonnet, written differently (sonnet → claude-sonnet-4-5-20250929)
        """,
    ),
    History(
        "no model any more, and a color",
        *one(agent("model: haiku"), agent("color: cyan")),
        """
        changed reviewer.md
        model haiku → not set
        color not set → cyan
        """,
    ),
    History(
        "a model and a color of other tools",
        *one(agent("model: opus", "color: Blue"), agent("model: llama-4", "color: '#0059ff'")),
        """
        changed reviewer.md
        model opus → llama-4
        color Blue → #0059ff
        """,
    ),
    History(
        "another name",
        *one(agent(), agent(name="change-reviewer")),
        """
        changed reviewer.md
        called change-reviewer instead of reviewer
        """,
    ),
    # Texts
    History(
        "a sharper description",
        *one(
            agent(about="Reviews code."),
            agent(about="Reviews code for lost errors. Use it proactively after each commit."),
        ),
        """
        changed reviewer.md
        description 4 → 17 tokens, 10 of 11 words changed
        """,
    ),
    History(
        "an example is added",
        *one(
            with_examples(example("Is it fine?")),
            with_examples(example("Is it fine?"), example("Merge?", context="A release.")),
        ),
        """
        changed reviewer.md
        examples: 1 added
        """,
    ),
    History(
        "an example is rewritten, another dropped",
        *one(
            with_examples(
                example("Is this fine?"), example("So?", context="It rains in Rome all day.")
            ),
            with_examples(example("Is this change fine?")),
        ),
        """
        changed reviewer.md
        examples: 1 removed, 1 changed
        """,
    ),
    History(
        "examples move from the description to the prompt",
        *one(
            with_examples(example("Is it fine?")),
            agent(
                about="|\n  Reads a change.\n",
                body=f"{BODY}\n## When to invoke\n\n- **A commit.** Look at it.\n",
            ),
        ),
        """
        changed reviewer.md
        examples: 1 removed
        prompt 37 → 52 tokens, 22 % of its lines changed
        """,
    ),
    History(
        "a typing error in a long prompt",
        *one(agent(body=LONG), agent(body=LONG.replace("Rule 7 of", "Rule 7 off"))),
        """
        changed reviewer.md
        prompt: 1 % of its lines changed
        """,
    ),
    History(
        "rules in another order",
        *one(agent(body="- First.\n- Second.\n"), agent(body="- Second.\n- First.\n")),
        """
        changed reviewer.md
        prompt: the same lines in another order
        """,
    ),
    History(
        "a prompt written anew",
        *one(agent(body="You review.\n"), agent(body="Read the diff.\nSay what is wrong.\n")),
        """
        changed reviewer.md
        prompt 3 → 9 tokens, 100 % of its lines changed
        """,
    ),
    # Other keys
    History(
        "effort and turns",
        *one(agent("effort: low", "version: 1"), agent("effort: high", "maxTurns: 20")),
        """
        changed reviewer.md
        added maxTurns (20)
        removed version (1), which Claude Code ignores: no effect
        changed effort (low → high)
        """,
    ),
    # Findings
    History(
        "a colon breaks the YAML",
        *one(agent(about="Reviews code."), agent(about="Reviews code: all of it.")),
        """
        changed reviewer.md
        description 4 → 7 tokens, 4 of 5 words changed
        new finding: yaml-needs-retry
        """,
    ),
    History(
        "the description gets its quotes",
        *one(agent(about="Reviews code: all of it."), agent(about='"Reviews code: all of it."')),
        """
        changed reviewer.md
        mended: yaml-needs-retry
        """,
    ),
    History(
        "the name is lost",
        *one(agent(), agent().replace("name: reviewer\n", "")),
        """
        changed reviewer.md
        Claude Code no longer loads it
        new finding: name-missing
        """,
    ),
    History(
        "a file that nothing loaded is mended",
        *one(agent().replace("---\n", "", 1), agent()),
        """
        changed reviewer.md
        Claude Code loads it now
        may use every tool of the session: reads files, changes files, runs commands, uses the network, starts other agents, uses MCP servers
        description 0 → 16 tokens, 12 of 12 words changed
        prompt 62 → 37 tokens, 30 % of its lines changed
        mended: frontmatter-missing
        """,
    ),
    # Formatting
    History(
        "other line ends",
        *one(agent(), agent().replace("\n", "\r\n").encode()),
        """
        reformatted reviewer.md
        only the formatting differs: line ends
        """,
    ),
    History(
        "a byte order mark",
        *one(agent(), b"\xef\xbb\xbf" + agent().encode()),
        """
        reformatted reviewer.md
        only the formatting differs: byte order mark
        """,
    ),
    History(
        "keys in another order",
        *one(agent("model: opus", "color: red"), agent("color: red", "model: opus")),
        """
        reformatted reviewer.md
        only the formatting differs: order of keys
        """,
    ),
    History(
        "a folded description, and quotes",
        *one(
            agent("model: opus"),
            agent(
                "model: 'opus'",
                about=">-\n  Reads a change before it is merged.\n  Use it after each commit.",
            ),
        ),
        """
        reformatted reviewer.md
        only the formatting differs: YAML style
        """,
    ),
    History(
        "an editor that trims lines",
        *one(
            agent(body="You review.  \n\n\nAll of it.\t\n"),
            agent(body="You review.\n\nAll of it.\n"),
        ),
        """
        reformatted reviewer.md
        only the formatting differs: white space
        """,
    ),
    History("a commit that touches nothing", *one(agent(), agent()), ""),
    # Files
    History(
        "a new agent",
        {},
        {
            "deploy/pilot.md": agent(
                "tools: Read, Bash",
                "model: opus",
                name="pilot",
                about="Deploys.",
                body="You deploy.\n",
            )
        },
        """
        added deploy/pilot.md
        reads files, runs commands (by which it also changes files and uses the network)
        model opus
        description 2 tokens
        prompt 3 tokens
        """,
    ),
    History(
        "a new agent that asks nothing",
        {},
        {
            "pilot.md": agent(
                "permissionMode: bypassPermissions",
                name="pilot",
                about="Deploys.",
                body="You deploy.\n",
            )
        },
        """
        added pilot.md
        ! asks less, but only where the session itself bypasses permissions: permission mode bypassPermissions
        may use every tool of the session: reads files, changes files, runs commands, uses the network, starts other agents, uses MCP servers
        model not set
        description 2 tokens
        prompt 3 tokens
        new finding: bypass-permissions
        """,
    ),
    History("an agent is retired", {"reviewer.md": agent()}, {}, "removed reviewer.md"),
    History(
        "a folder for agents",
        {"reviewer.md": agent(), "pilot.md": agent(name="pilot")},
        {"review/reviewer.md": agent(), "ops/pilot.md": agent(name="pilot")},
        """
        moved ops/pilot.md
        was pilot.md
        moved review/reviewer.md
        was reviewer.md
        """,
    ),
    History(
        "a better name for the file and the agent, and a word",
        {"helper.md": agent(name="helper")},
        {"reviewer.md": agent(body=BODY.replace("races", "races and deadlocks"))},
        """
        moved reviewer.md
        was helper.md
        called reviewer instead of helper
        prompt 37 → 40 tokens, 14 % of its lines changed
        """,
    ),
    History(
        "one agent replaced by a different one",
        {"reviewer.md": agent()},
        {"pilot.md": agent("tools: []", name="pilot", about="Deploys.", body="You deploy.\n")},
        """
        added pilot.md
        may use no tool that reads, changes or starts anything
        model not set
        description 2 tokens
        prompt 3 tokens
        removed reviewer.md
        """,
    ),
    History(
        "moved and written anew under its name",
        {"reviewer.md": agent("model: opus", about="Old.", body="Old words.\n")},
        {
            "team/reviewer.md": agent(
                "model: opus", about="New text.", body="Quite another prompt.\n"
            )
        },
        """
        moved team/reviewer.md
        was reviewer.md
        description 1 → 3 tokens, 2 of 2 words changed
        prompt 3 → 6 tokens, 100 % of its lines changed
        """,
    ),
]
