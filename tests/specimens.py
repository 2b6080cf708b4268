"""Agent files that together have all that a page can show."""

from __future__ import annotations

from sites import Tree, agent_file

REVIEWER = """
---
name: reviewer
description: |
  Reads a change before it is merged. Says what is wrong, e.g. a lost error.

  Use it after each commit.

  <example>
  Context: A pull request is open.
  user: "Is <b>this</b> fine?"
  assistant: "I'll use the reviewer agent."
  <commentary>
  A change is to be judged.
  </commentary>
  </example>

  <example>
  user: "And now?"
  assistant: "The reviewer looks again."
  </example>
tools: Read, Bash(git diff *), Task, mcp__context7__get-library-docs, mcp__github, AskUserQuestion, Juggle
disallowedTools: Write
model: Sonnet
color: blue
effort: high
permissionMode: plan
owner: "Team <Amber> & Co"
---

# Reviewer

<thinking>Weigh it up.</thinking>

<!-- Nobody is meant to see this. -->

What to look for:
- errors that are lost
  - in callbacks
- races

## When to invoke

- **A commit is made.** Look at its diff.
- **A release is due.** Look at all of it.

## Findings

A zero-width\u200bspace, a [page](../elsewhere/reviewer.md), [the web](https://example.org/a),
a [hole](nowhere.md), and [below](#findings).

| Level | Meaning |
|---|---|
| high | stop |

```python
print("<b>")
```
"""

SPECIMENS: Tree = {
    "agents/team/reviewer.md": REVIEWER,
    "agents/elsewhere/reviewer.md": """
        ---
        name: reviewer
        description: Judges drawings.
        ---

        You have taste.
        """,
    "agents/broken.md": """
        ---
        name: broken
        description: "Never closed
        model: opus
        color: red
        ---

        Still shown.
        """,
    "agents/retried.md": """
        ---
        name: retried
        description: Helps with this: that is all
        model: claude-opus-4-8
        color: "#059669"
        ---

        Read after one retry.
        """,
    "agents/silent.md": """
        ---
        name: silent
        description: Only talks, for it has no tools.
        tools: []
        model: inherit
        color: Red
        ---
        """,
    "agents/nameless.md": "Just a prompt, and no frontmatter.\n",
    "agents/crlf.md": b"---\r\nname: crlf\r\ndescription: Windows.\r\n---\r\n\r\nLine\r\nline\r\n",
    "agents/bom.md": b"\xef\xbb\xbf---\nname: bom\ndescription: Marked.\n---\n\nBody\n",
    "agents/latin.md": b"---\nname: latin\ndescription: Caf\xe9.\n---\n\nGar\xe7on \x00 \xff\n",
    "agents/empty.md": b"",
    "agents/Ünïcode Näme.md": agent_file("spaced"),
    "agents/README.md": "Not an agent.\n",
}

LONG = "unbreakable" * 20
WIDE = f"""
    ---
    name: {LONG}
    description: "{LONG} {LONG}"
    tools: Read, mcp__{LONG}__{LONG}, Bash({LONG} *)
    model: {LONG}
    color: {LONG}
    {LONG}: {LONG}
    ---

    # {LONG}

    {LONG} `{LONG}` [{LONG}](https://example.org/{LONG}) <{LONG}> <!-- {LONG} -->

    - {LONG}
      - {LONG}

    | {LONG} | b | c | d | e |
    |---|---|---|---|---|
    | `{LONG}` | {LONG} | {LONG} | {LONG} | {LONG} |

    ```python
    {LONG} = "{LONG}"
    ```

    > {LONG}

    1. {LONG}

    [{LONG}]({LONG}.md)
    """

KINDS = [
    *("", "agents/", "agents/team/reviewer/", "agents/broken/", "agents/wide/", "404.html"),
    *("models/", "models/sonnet/", "models/not-recognised/", "colors/", "colors/red/"),
    *("tools/", "tools/bash/", "tools/mcp-github/"),
    *("checks/", "checks/yaml-needs-retry/", "agents/retried/"),
    *("compare/", "compare/?a=team/reviewer&b=elsewhere/reviewer"),
]
"""A page of each kind, of a site of the specimens with `WIDE` as `agents/wide.md`."""
