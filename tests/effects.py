"""Changes of what agents get, for every tool: files before and after, and what is told of it."""

from __future__ import annotations

from typing import NamedTuple

from agent_catalog.model.limits import LARGEST_AGENT
from sites import Tree


class Pair(NamedTuple):
    """A file before and after, and what a review makes of it."""

    title: str
    before: Tree
    after: Tree
    told: str
    """The clauses but those on findings, one line each; `!` marks an escalation.

    What the data of formats says stands as `{beside-bash}`, by the code of a limit of Claude Code,
    or as `{read-only}`, by the name of a sandbox of Codex.
    """
    escalations: str = ""
    """Reasons, with what they are about: `capability:execute`."""
    gained: str = ""
    """Capabilities."""
    lost: str = ""


CLAUDE = ".claude/agents/reviewer.md"
PLUGIN = "plugins/crew/agents/reviewer.md"
COMMAND = ".claude/commands/reviewer.md"
OPENCODE = ".opencode/agents/reviewer.md"
KILO = ".kilo/agents/reviewer.md"
CODEX = ".codex/agents/reviewer.toml"
CURSOR = ".cursor/agents/reviewer.md"
COPILOT = ".github/agents/reviewer.agent.md"
KIRO = ".kiro/agents/reviewer.md"
FACTORY = ".factory/droids/reviewer.md"
QWEN = ".qwen/agents/reviewer.md"
GEMINI = ".gemini/agents/reviewer.md"
JUNIE = ".junie/agents/reviewer.md"

LARGE = "x" * LARGEST_AGENT
_CALLED_BY_PATH = (".opencode", ".kilo", ".kiro")


def at(place: str, before: str, after: str, to: str = "") -> tuple[Tree, Tree]:
    """A file with some lines and, there or at another place, with others."""
    return {place: _file(place, before)}, {to or place: _file(to or place, after)}


def _file(place: str, lines: str) -> str:
    if place.endswith(".toml"):
        return f'name = "reviewer"\ndescription = "Reviews."\n{lines}\ndeveloper_instructions = "Go."\n'
    name = "" if place.startswith(_CALLED_BY_PATH) or "name:" in lines else "name: reviewer\n"
    description = "" if "description:" in lines else "description: Reviews.\n"
    return f"---\n{name}{description}{lines}\n---\n\nGo.\n"


PAIRS = [
    # Claude Code
    Pair(
        "three dashes that cut a list of tools off",
        *at(
            CLAUDE,
            "description: Reviews code.\ntools: Read",
            "description: Reviews code --- all of it.\ntools: Read",
        ),
        escalations="all-tools capability:write capability:execute capability:network capability:delegate capability:mcp",
        gained="write execute network delegate mcp",
        told="""
        ! may now use every tool of the session
        ! now changes files
        ! now runs commands
        ! now uses the network
        ! now starts other agents
        ! now uses MCP servers
        description 4 → 3 tokens, 1 of 2 words changed
        prompt 1 → 9 tokens, 75 % of its lines changed
        """,
    ),
    Pair(
        "the whole of a shell behind a specifier",
        *at(CLAUDE, "tools: Read", "tools: Read, Bash(git log *)"),
        escalations="capability:execute",
        gained="execute",
        told="""
        ! now runs commands (by which it also changes files and uses the network)
        gained the tool Bash(git log *)
        gets all of Bash: what stands in parentheses limits nothing
        """,
    ),
    Pair(
        "a specifier falls",
        *at(CLAUDE, "tools: Bash(git *)", "tools: Bash"),
        told="""
        Bash is written with other specifiers, which limit nothing: no effect
        """,
    ),
    Pair(
        "another specifier",
        *at(CLAUDE, "tools: Bash(git log *)", "tools: Bash(rm *)"),
        told="""
        Bash is written with other specifiers, which limit nothing: no effect
        """,
    ),
    Pair(
        "specifiers of two tools",
        *at(CLAUDE, "tools: Bash, Skill", "tools: Bash(git *), Skill(notes)"),
        told="""
        Bash, Skill are written with other specifiers, which limit nothing: no effect
        """,
    ),
    Pair(
        "types of agents",
        *at(CLAUDE, "tools: Agent(tester)", "tools: Agent(tester, writer)"),
        told="""
        Agent is written with other specifiers: no effect, the types in parentheses count for `claude --agent` alone
        """,
    ),
    Pair(
        "a tool of the main agent",
        *at(CLAUDE, "tools: Read", "tools: Read, AskUserQuestion"),
        told="""
        AskUserQuestion is listed without effect: {main-agent-only}
        """,
    ),
    Pair(
        "a tool of the main agent goes",
        *at(CLAUDE, "tools: Read, AskUserQuestion", "tools: Read"),
        told="""
        no longer listed, which had no effect: AskUserQuestion
        """,
    ),
    Pair(
        "a search beside a shell",
        *at(CLAUDE, "tools: Read, Bash", "tools: Read, Bash, Grep"),
        told="""
        gained the tool Grep: {beside-bash}
        """,
    ),
    Pair(
        "a shell beside searches",
        *at(CLAUDE, "tools: Read, Grep, Glob", "tools: Read, Grep, Glob, Bash"),
        escalations="capability:execute",
        gained="execute",
        told="""
        ! now runs commands (by which it also changes files and uses the network)
        gained the tool Bash
        no longer always gets Grep, Glob: {beside-bash}
        """,
    ),
    Pair(
        "a tool that is gone",
        *at(CLAUDE, "tools: Read", "tools: Read, LS, BashOutput"),
        told="""
        LS, BashOutput are listed without effect: Claude Code no longer has this tool
        """,
    ),
    Pair(
        "a name that nobody knows",
        *at(CLAUDE, "tools: Read", "tools: Read, Juggle"),
        told="""
        Juggle is listed without effect: Claude Code is not known to have it
        """,
    ),
    Pair(
        "a name of another tool",
        *at(CLAUDE, "tools: Read", "tools: Read, run_shell_command"),
        told="""
        run_shell_command is listed without effect: it is a name of Gemini CLI; Claude Code has no such tool
        """,
    ),
    Pair(
        "a former name",
        *at(CLAUDE, "tools: Read, Task", "tools: Read, Agent"),
        told="""
        tools written differently, to the same effect
        """,
    ),
    Pair(
        "only names of nothing",
        *at(CLAUDE, "tools: Read", "tools: LS, Juggle"),
        lost="read",
        told="""
        may no longer use any tool
        no longer: reads files
        Juggle is listed without effect: Claude Code is not known to have it
        LS is listed without effect: Claude Code no longer has this tool
        """,
    ),
    Pair(
        "a denial of what is not listed",
        *at(CLAUDE, "tools: Read", "tools: Read\ndisallowedTools: Bash"),
        told="""
        denied without effect: Bash
        """,
    ),
    Pair(
        "a denial of what nobody has",
        *at(CLAUDE, "model: opus", "model: opus\ndisallowedTools: AskUserQuestion, Juggle"),
        told="""
        denied without effect: AskUserQuestion, Juggle
        """,
    ),
    Pair(
        "a denial of what another denies",
        *at(CLAUDE, "disallowedTools: mcp__*", "disallowedTools: mcp__*, mcp__notes"),
        told="""
        denied without effect: mcp__notes
        """,
    ),
    Pair(
        "a denial falls",
        *at(CLAUDE, "disallowedTools: Bash, Write", "disallowedTools: Write"),
        escalations="denial:Bash",
        told="""
        ! no longer denied: Bash
        """,
    ),
    Pair(
        "a denial of reading falls",
        *at(CLAUDE, "disallowedTools: Grep", "model: opus"),
        told="""
        no longer denied: Grep
        model not set → opus
        """,
    ),
    Pair(
        "a denied server is not denied",
        *at(CLAUDE, "disallowedTools: mcp__notes", "model: inherit"),
        escalations="denial:mcp__notes",
        told="""
        ! no longer denied: mcp__notes
        model not set → inherit
        """,
    ),
    Pair(
        "a denial with a specifier, of the same tool",
        *at(CLAUDE, "disallowedTools: Bash(rm *)", "disallowedTools: Bash"),
        told="""
        tools written differently, to the same effect
        """,
    ),
    Pair(
        "all is denied",
        *at(CLAUDE, "tools: Read", "disallowedTools: '*'"),
        lost="read",
        told="""
        may no longer use any tool
        no longer: reads files
        now denied: *
        """,
    ),
    Pair(
        "a listed tool is denied",
        *at(CLAUDE, "tools: Read, Bash", "tools: Read, Bash\ndisallowedTools: Bash"),
        lost="execute",
        told="""
        no longer: runs commands (by which it also changes files and uses the network)
        now denied: Bash
        """,
    ),
    Pair(
        "from a list to all",
        *at(CLAUDE, "tools: Read", "model: inherit"),
        escalations="all-tools capability:write capability:execute capability:network capability:delegate capability:mcp",
        gained="write execute network delegate mcp",
        told="""
        ! may now use every tool of the session
        ! now changes files
        ! now runs commands
        ! now uses the network
        ! now starts other agents
        ! now uses MCP servers
        model not set → inherit
        """,
    ),
    Pair(
        "from all to a list, with conditions",
        *at(CLAUDE, "model: inherit", "tools: Read, Grep, Bash, TaskOutput"),
        lost="write network delegate mcp",
        told="""
        may now use only the tools it lists: Read, Grep, Bash
        not always: Grep: {beside-bash}
        no longer: starts other agents, uses MCP servers
        now by commands alone: changes files, uses the network
        TaskOutput is listed without effect: Claude Code no longer has this tool
        model inherit → not set
        """,
    ),
    Pair(
        "a tool of a whole server",
        *at(CLAUDE, "tools: mcp__notes", "tools: mcp__notes, mcp__notes__list"),
        told="""
        tools written differently, to the same effect
        """,
    ),
    Pair(
        "a server of all servers",
        *at(CLAUDE, "tools: mcp__*", "tools: mcp__*, mcp__notes"),
        told="""
        tools written differently, to the same effect
        """,
    ),
    Pair(
        "a name with a dot",
        *at(CLAUDE, "tools: Read", "tools: Read, mcp__notes__memory.list"),
        told="""
        mcp__notes__memory.list is listed without effect: names of MCP tools have no dots: this one matches nothing
        """,
    ),
    Pair(
        "a mode that holds in bypassing sessions alone",
        *at(CLAUDE, "permissionMode: default", "permissionMode: bypassPermissions"),
        escalations="permission-mode:bypassPermissions",
        told="""
        ! asks less, but only where the session itself bypasses permissions: permission mode default → bypassPermissions
        """,
    ),
    Pair(
        "from that to one that holds elsewhere",
        *at(CLAUDE, "permissionMode: bypassPermissions", "permissionMode: acceptEdits"),
        escalations="permission-mode:acceptEdits",
        told="""
        ! asks less: permission mode bypassPermissions → acceptEdits
        """,
    ),
    Pair(
        "a mode that is not known",
        *at(CLAUDE, "model: inherit", "model: inherit\npermissionMode: free"),
        escalations="permission-mode:free",
        told="""
        ! permission mode not set → free, of which it is not known what it asks for
        """,
    ),
    Pair(
        "hooks of nothing",
        *at(CLAUDE, "model: inherit", "model: inherit\nhooks: {}"),
        told="""
        added hooks ({})
        """,
    ),
    Pair(
        "a key that nobody knows",
        *at(CLAUDE, "model: inherit", "model: inherit\nallow: [Bash]"),
        told="""
        added allow ([Bash]), which Claude Code ignores: no effect
        """,
    ),
    Pair(
        "an own shell no longer has a tool for reading",
        *at(CLAUDE, "tools: Read, Bash", "tools: Bash"),
        lost="read",
        told="""
        now by commands alone: reads files
        lost the tool Read
        """,
    ),
    # Plugins
    Pair(
        "keys that plugins ignore",
        *at(
            PLUGIN,
            "tools: Read",
            "tools: Read\nhooks: {Stop: []}\nmcpServers: [notes]\npermissionMode: bypassPermissions",
        ),
        told="""
        added hooks ({Stop: []}), which Claude Code ignores in plugins: no effect
        added mcpServers ([notes]), which Claude Code ignores in plugins: no effect
        added permissionMode (bypassPermissions), which Claude Code ignores in plugins: no effect
        """,
    ),
    Pair(
        "a shell in a plugin",
        *at(PLUGIN, "tools: Read", "tools: Read, Bash"),
        escalations="capability:execute",
        gained="execute",
        told="""
        ! now runs commands (by which it also changes files and uses the network)
        gained the tool Bash
        """,
    ),
    Pair(
        "a file of a plugin that cannot be read",
        *at(PLUGIN, "tools: Read", "tools: Read\ndescription: a: b\n  c: [d"),
        escalations="all-tools capability:write capability:execute capability:network capability:delegate capability:mcp",
        gained="write execute network delegate mcp",
        told="""
        ! may now use every tool of the session
        ! now changes files
        ! now runs commands
        ! now uses the network
        ! now starts other agents
        ! now uses MCP servers
        Claude Code loads a placeholder of this name, with all tools
        description 2 → 6 tokens, 4 of 4 words changed
        """,
    ),
    # OpenCode
    Pair(
        "a denied shell asks",
        *at(OPENCODE, "permission: {bash: deny}", "permission: {bash: ask}"),
        escalations="capability:execute denial:bash",
        gained="execute",
        told="""
        ! now runs commands
        ! no longer denied: bash: only after asking the user
        """,
    ),
    Pair(
        "an asking shell is allowed",
        *at(OPENCODE, "permission: {bash: ask}", "permission: {bash: allow}"),
        escalations="asks:bash",
        told="""
        ! no longer asks before it uses bash
        """,
    ),
    Pair(
        "an allowed shell asks",
        *at(OPENCODE, "permission: {bash: allow}", "permission: {bash: ask}"),
        told="""
        now asks before it uses bash
        """,
    ),
    Pair(
        "a denied shell is allowed",
        *at(OPENCODE, "permission: {bash: deny}", "permission: {bash: allow}"),
        escalations="capability:execute denial:bash",
        gained="execute",
        told="""
        ! now runs commands
        ! no longer denied: bash
        """,
    ),
    Pair(
        "reading is not denied",
        *at(OPENCODE, "permission: {grep: deny}", "permission: {grep: allow}"),
        told="""
        no longer denied: grep
        """,
    ),
    Pair(
        "a permission that holds anyway",
        *at(OPENCODE, "mode: subagent", "mode: subagent\npermission: {bash: allow}"),
        told="""
        tools written differently, to the same effect
        """,
    ),
    Pair(
        "a misspelt permission",
        *at(OPENCODE, "mode: subagent", "mode: subagent\npermissions: {bash: deny}"),
        told="""
        added permissions ({bash: deny}), which OpenCode passes on to the model's provider: no effect on what it may use
        """,
    ),
    Pair(
        "a switch in the old map",
        *at(OPENCODE, "tools: {write: false}", "tools: {write: true}"),
        escalations="capability:write denial:write",
        gained="write",
        told="""
        ! now changes files by a tool of its own, not by commands alone
        ! no longer denied: write
        """,
    ),
    Pair(
        "nothing asks any more",
        *at(OPENCODE, "permission: ask", "permission: allow"),
        escalations="asks:edit asks:write asks:apply_patch asks:bash asks:webfetch asks:websearch asks:codesearch asks:task asks:mcp__*",
        told="""
        ! no longer asks before it uses edit, write, apply_patch, bash, webfetch, websearch, codesearch, task, tools of MCP servers
        no longer asks before it uses read, glob, grep, list, lsp, skill, question, todowrite, todoread, external_directory, doom_loop
        """,
    ),
    Pair(
        "all but one are denied, then a shell asks",
        *at(
            OPENCODE,
            "permission: {'*': deny, read: allow}",
            "permission: {'*': deny, read: allow, bash: ask}",
        ),
        escalations="capability:execute",
        gained="execute",
        told="""
        ! now runs commands (by which it also changes files and uses the network)
        gained the tool bash: only after asking the user
        """,
    ),
    Pair(
        "all are denied no longer",
        *at(OPENCODE, "permission: {'*': deny, read: allow}", "mode: all"),
        escalations="all-tools capability:write capability:execute capability:network capability:delegate capability:mcp",
        gained="write execute network delegate mcp",
        told="""
        ! may now use every tool of the session
        ! now changes files
        ! now runs commands
        ! now uses the network
        ! now starts other agents
        ! now uses MCP servers
        added mode (all)
        """,
    ),
    Pair(
        "a shell by patterns, one more",
        *at(
            OPENCODE,
            "permission: {bash: {'*': deny, 'git *': allow}}",
            "permission: {bash: {'*': ask, 'git *': allow}}",
        ),
        escalations="asks:bash",
        told="""
        ! uses bash by other patterns
        """,
    ),
    Pair(
        "a shell by patterns, one less",
        *at(
            OPENCODE,
            "permission: {bash: {'*': deny, 'git *': allow, 'rm *': allow}}",
            "permission: {bash: {'*': deny, 'git *': allow}}",
        ),
        told="""
        uses bash by other patterns
        """,
    ),
    Pair(
        "a shell closed but for what was allowed",
        *at(
            OPENCODE,
            "permission: {bash: {'*': allow, 'git push *': deny}}",
            "permission: {bash: {'*': deny, 'git status *': allow}}",
        ),
        told="""
        uses bash by other patterns
        """,
    ),
    Pair(
        "patterns fall",
        *at(
            OPENCODE, "permission: {bash: {'*': ask, 'git *': allow}}", "permission: {bash: allow}"
        ),
        escalations="asks:bash",
        told="""
        ! now always gets bash; before: depending on what it is called with, as the patterns of the file say
        """,
    ),
    Pair(
        "a subagent may start others",
        *at(OPENCODE, "mode: subagent", "mode: subagent\npermission: {task: allow}"),
        escalations="capability:delegate",
        gained="delegate",
        told="""
        ! now starts other agents
        gained the tool task
        """,
    ),
    Pair(
        "Kilo's shell asks no longer",
        *at(KILO, "permission: {bash: ask}", "permission: {bash: allow}"),
        escalations="asks:bash",
        told="""
        ! no longer asks before it uses bash
        """,
    ),
    # Codex
    Pair(
        "a wider sandbox",
        *at(CODEX, 'sandbox_mode = "read-only"', 'sandbox_mode = "workspace-write"'),
        escalations="capability:write",
        gained="write",
        told="""
        ! in its sandbox now changes files
        {workspace-write}
        """,
    ),
    Pair(
        "a narrower sandbox",
        *at(CODEX, 'sandbox_mode = "danger-full-access"', 'sandbox_mode = "read-only"'),
        lost="write network",
        told="""
        {read-only}
        no longer, in its sandbox: changes files, uses the network
        """,
    ),
    Pair(
        "no sandbox of its own",
        *at(CODEX, 'sandbox_mode = "read-only"', ""),
        escalations="all-tools",
        told="""
        ! now has the sandbox of the session that starts it, and none of its own
        It has the sandbox of the session that starts it
        """,
    ),
    Pair(
        "a sandbox of its own",
        *at(CODEX, "", 'sandbox_mode = "read-only"'),
        told="""
        {read-only}
        """,
    ),
    Pair(
        "no longer a sandbox without limits",
        *at(CODEX, 'sandbox_mode = "danger-full-access"', ""),
        told="""
        It has the sandbox of the session that starts it
        """,
    ),
    Pair(
        "a sandbox without limits",
        *at(CODEX, "", 'sandbox_mode = "danger-full-access"'),
        escalations="capability:write capability:network",
        gained="write network",
        told="""
        ! in its sandbox now changes files
        ! in its sandbox now uses the network
        {danger-full-access}
        """,
    ),
    # Cursor
    Pair(
        "tools where there is no list of tools",
        *at(CURSOR, "readonly: true", "readonly: true\ntools: Bash"),
        told="""
        added tools (Bash), no known key of Cursor: no effect is known
        """,
    ),
    Pair(
        "no longer read-only",
        *at(CURSOR, "readonly: true", "readonly: false"),
        escalations="all-tools capability:write capability:execute",
        gained="write execute",
        told="""
        ! may now use every tool of the session
        ! now changes files
        ! now runs commands
        """,
    ),
    Pair(
        "read-only",
        *at(CURSOR, "model: inherit", "model: inherit\nreadonly: true"),
        lost="write execute",
        told="""
        It is read-only: it changes no files and runs no command that changes anything
        no longer: changes files, runs commands
        """,
    ),
    Pair(
        "a color where there are none",
        *at(CURSOR, "model: inherit", "model: inherit\ncolor: red"),
        told="""
        color not set → red: no effect, Cursor has no colors for agents
        """,
    ),
    # Copilot
    Pair(
        "a tool of a set that is listed",
        *at(COPILOT, "tools: [read, execute]", "tools: [read, execute, execute/runInTerminal]"),
        told="""
        tools written differently, to the same effect
        """,
    ),
    Pair(
        "another word for the shell",
        *at(COPILOT, "tools: [shell]", "tools: [execute]"),
        told="""
        tools written differently, to the same effect
        """,
    ),
    Pair(
        "a set",
        *at(COPILOT, "tools: [read]", "tools: [read, execute]"),
        escalations="capability:execute",
        gained="execute",
        told="""
        ! now runs commands (by which it also changes files and uses the network)
        gained the tool execute
        """,
    ),
    Pair(
        "from a set to one of its tools",
        *at(COPILOT, "tools: [search]", "tools: [search/codebase]"),
        told="""
        of the tools search now only search/codebase
        """,
    ),
    Pair(
        "all tools of Copilot",
        *at(COPILOT, "tools: [read]", "model: auto"),
        escalations="all-tools capability:write capability:execute capability:network capability:delegate capability:mcp",
        gained="write execute network delegate mcp",
        told="""
        ! may now use every tool of the session
        ! now changes files
        ! now runs commands
        ! now uses the network
        ! now starts other agents
        ! now uses MCP servers
        model not set → auto
        """,
    ),
    Pair(
        "a tool that may be there",
        *at(COPILOT, "tools: [read]", "tools: [read, juggle]"),
        told="""
        gained the tool juggle: it is not known whether Copilot has this tool
        """,
    ),
    Pair(
        "a server of Copilot",
        *at(COPILOT, "tools: [read]", "tools: [read, notes/*]"),
        escalations="server:notes",
        gained="mcp",
        told="""
        ! now uses the MCP server notes
        gained the tool notes/*
        """,
    ),
    # Other tools
    Pair(
        "a category of Kiro",
        *at(KIRO, "tools: [read]", "tools: [read, shell]"),
        escalations="capability:execute",
        gained="execute",
        told="""
        ! now runs commands (by which it also changes files and uses the network)
        gained the tool shell
        """,
    ),
    Pair(
        "what a list of Kiro lets go of",
        *at(KIRO, "tools: [read]", "model: auto"),
        escalations="unknown",
        told="""
        ! what it may use is no longer known
        model not set → auto
        """,
    ),
    Pair(
        "what Kiro does without asking",
        *at(KIRO, "tools: [read]", "tools: [read]\nallowedTools: [shell]"),
        escalations="key:allowedTools",
        told="""
        ! added allowedTools, which lets it use tools without asking
        """,
    ),
    Pair(
        "all of its own tools",
        *at(KIRO, "tools: ['@builtin']", "tools: ['@builtin', shell]"),
        told="""
        tools written differently, to the same effect
        """,
    ),
    Pair(
        "a tool of a category",
        *at(FACTORY, "tools: [read-only]", "tools: [read-only, Read]"),
        told="""
        tools written differently, to the same effect
        """,
    ),
    Pair(
        "an empty list of Factory",
        *at(FACTORY, "tools: [Read]", "tools: []"),
        escalations="unknown",
        told="""
        ! what it may use is no longer known
        """,
    ),
    Pair(
        "yolo",
        *at(QWEN, "tools: [read_file]", "tools: [read_file]\napprovalMode: yolo"),
        escalations="permission-mode:yolo",
        told="""
        ! asks less: permission mode not set → yolo
        """,
    ),
    Pair(
        "an empty list of Qwen Code",
        *at(QWEN, "tools: [read_file]", "tools: []"),
        escalations="all-tools capability:write capability:execute capability:network capability:delegate capability:mcp",
        gained="write execute network delegate mcp",
        told="""
        ! may now use every tool of the session
        ! now changes files
        ! now runs commands
        ! now uses the network
        ! now starts other agents
        ! now uses MCP servers
        """,
    ),
    Pair(
        "a shell of Gemini CLI",
        *at(GEMINI, "tools: [read_file]", "tools: [read_file, run_shell_command]"),
        escalations="capability:execute",
        gained="execute",
        told="""
        ! now runs commands (by which it also changes files and uses the network)
        gained the tool run_shell_command
        """,
    ),
    Pair(
        "a remote agent",
        *at(GEMINI, "kind: local", "kind: remote\nagent_card_url: https://example.org/card"),
        escalations="unknown key:agent_card_url",
        told="""
        ! what it may use is no longer known
        ! added agent_card_url, which runs on another machine
        changed kind (local → remote)
        """,
    ),
    Pair(
        "a denied group of Junie",
        *at(JUNIE, "disallowedTools: [Bash]", "model: sonnet"),
        escalations="capability:execute denial:Bash",
        gained="execute",
        told="""
        ! now runs commands
        ! no longer denied: Bash
        model not set → sonnet
        """,
    ),
    # Other places, and files that are not read or not loaded
    Pair(
        "to a folder of Cursor, which knows no list",
        *at(CLAUDE, "tools: Read", "tools: Read", CURSOR),
        escalations="all-tools capability:write capability:execute capability:network capability:mcp",
        gained="write execute network mcp",
        told="""
        ! may now use every tool of the session
        ! now changes files
        ! now runs commands
        ! now uses the network
        ! now uses MCP servers
        was .claude/agents/reviewer.md
        is now a file of Cursor, no longer of Claude Code
        """,
    ),
    Pair(
        "to a folder of OpenCode, which refuses a list",
        *at(CLAUDE, "tools: Read", "tools: Read", OPENCODE),
        told="""
        was .claude/agents/reviewer.md
        is now a file of OpenCode, no longer of Claude Code
        OpenCode no longer loads it
        """,
    ),
    Pair(
        "an agent becomes a command",
        *at(CLAUDE, "tools: Read", "tools: Read", COMMAND),
        escalations="unknown",
        told="""
        ! what it may use is no longer known
        was .claude/agents/reviewer.md
        is now a command, no longer an agent
        """,
    ),
    Pair(
        "into a plugin, where hooks have no effect",
        *at(CLAUDE, "tools: Read\nhooks: {Stop: []}", "tools: Read\nhooks: {Stop: []}", PLUGIN),
        told="""
        was .claude/agents/reviewer.md
        no longer takes effect, as Claude Code ignores it in plugins: hooks
        called crew:reviewer instead of reviewer
        """,
    ),
    Pair(
        "out of a plugin, so that they have one",
        *at(
            PLUGIN,
            "tools: Read\nhooks: {Stop: []}\npermissionMode: acceptEdits",
            "tools: Read\nhooks: {Stop: []}\npermissionMode: acceptEdits",
            CLAUDE,
        ),
        escalations="permission-mode:acceptEdits key:hooks",
        told="""
        ! asks less: permission mode not set → acceptEdits
        ! now takes effect: hooks, which runs commands by itself
        was plugins/crew/agents/reviewer.md
        called reviewer instead of crew:reviewer
        """,
    ),
    Pair(
        "another folder, by which OpenCode calls it",
        *at(OPENCODE, "mode: all", "mode: all", ".opencode/agents/team/reviewer.md"),
        told="""
        was .opencode/agents/reviewer.md
        called team/reviewer instead of reviewer
        """,
    ),
    Pair(
        "Copilot's name in lists",
        *at(COPILOT, "title: x", "name: Second look"),
        told="""
        shown as Second look instead of reviewer
        removed title (x), which Copilot ignores: no effect
        """,
    ),
    Pair(
        "a sandbox that Codex does not have",
        *at(CODEX, 'sandbox_mode = "read-only"', 'sandbox_mode = "none"'),
        told="""
        Codex no longer loads it
        """,
    ),
    Pair(
        "no longer loaded",
        *at(CLAUDE, "tools: Read", "tools: Bash\nhooks: []"),
        gained="execute",
        lost="read",
        told="""
        Claude Code no longer loads it
        added hooks ([])
        """,
    ),
    Pair(
        "loaded neither before nor after",
        *at(CLAUDE, "tools: Read\nhooks: []", "tools: Bash\nhooks: []"),
        gained="execute",
        lost="read",
        told="""
        Claude Code does not load it: what follows has no effect
        now by commands alone: reads files
        gained the tool Bash
        lost the tool Read
        """,
    ),
    Pair(
        "less asked for by what is not loaded",
        *at(
            OPENCODE,
            "mode: mine\npermission: {bash: ask}",
            "mode: mine\npermission: {bash: allow}",
        ),
        told="""
        OpenCode does not load it: what follows has no effect
        no longer asks before it uses bash
        """,
    ),
    Pair(
        "loaded now",
        *at(CLAUDE, "tools: Read\nhooks: []", "tools: Bash"),
        escalations="capability:execute",
        gained="execute",
        lost="read",
        told="""
        ! now runs commands (by which it also changes files and uses the network)
        Claude Code loads it now
        runs commands (by which it also reads files, changes files and uses the network)
        removed hooks ([])
        """,
    ),
    Pair(
        "too large to be read",
        *at(CLAUDE, "tools: Read", "tools: Read\n---\n" + LARGE),
        escalations="unknown",
        told="""
        ! what it may use is no longer known
        can no longer be read
        """,
    ),
    Pair(
        "small enough to be read",
        *at(CLAUDE, "tools: Bash\n---\n" + LARGE, "tools: Bash"),
        escalations="capability:execute",
        gained="execute",
        told="""
        ! now runs commands (by which it also reads files, changes files and uses the network), which was not known before
        can be read now
        runs commands (by which it also reads files, changes files and uses the network)
        """,
    ),
]
