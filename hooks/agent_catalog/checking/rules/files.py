"""Rules for the file as a whole: whether it can be read, and as what."""

from __future__ import annotations

from agent_catalog.checking.rule import Rule, example
from agent_catalog.model.finding import Severity

_GOOD = example()

UNREADABLE = Rule(
    code="file-unreadable",
    severity=Severity.ERROR,
    title="the file cannot be opened",
    why="The file is in the folder, but reading it fails: agent tools meet the same error.",
    bad="",
    good=_GOOD,
)

TOO_LARGE = Rule(
    code="file-too-large",
    severity=Severity.ERROR,
    title="the file is larger than what is read",
    why="A file of more than 256 KiB is no prompt that a model would be given whole. So that no "
    "file costs all others their pages, such a one is not taken apart: its page has nothing but "
    "this. Up to 1 MiB it is still published as it is, unchecked.",
    bad="",
    good=_GOOD,
)

OVER_LIMIT = Rule(
    code="over-limit",
    severity=Severity.WARNING,
    title="a part of the file is beyond what is taken apart or shown",
    why="There are limits to what a page can show and to what time a file may take, far above what "
    "people write. What is beyond them is not on the page; it is in the file, which is published "
    "as it is.",
    bad="",
    good=_GOOD,
)

NOT_LOOKED_FOR = Rule(
    code="file-not-looked-for",
    severity=Severity.WARNING,
    title="the file is where its tool does not look for agents",
    why="Some tools look for agents directly in their folder alone, or pass over files whose names "
    "start in a certain way: Gemini CLI does both.",
    sources=(
        "https://github.com/google-gemini/gemini-cli/blob/main/packages/core/src/agents/agentLoader.ts",
    ),
    folder=".gemini/agents/review",
    bad=example(tools="", color=""),
    good="",
)

DISABLED = Rule(
    code="agent-disabled",
    severity=Severity.INFO,
    title="the file switches its agent off",
    why="With `disable: true`, OpenCode and Kilo take the agent away: nobody can start it, neither a "
    "user nor another agent. An agent of theirs of the same name is taken away too.",
    sources=(
        "https://opencode.ai/v1/docs/agents",
        "https://kilo.ai/docs/customize/custom-subagents",
    ),
    folder=".opencode/agents",
    bad=example("disable: true", name="", tools="", color=""),
    good=example(name="", tools="", color=""),
)

NOT_UTF_8 = Rule(
    code="not-utf-8",
    severity=Severity.WARNING,
    title="the file holds bytes that are no text",
    why="Agent tools decode files as UTF-8. The model gets a replacement character, U+FFFD, for "
    "each byte that does not fit, so a word in another encoding is garbled in the prompt.",
    bad="",
    good=_GOOD,
)

UTF_16 = Rule(
    code="utf-16",
    severity=Severity.ERROR,
    title="the file is UTF-16, which agent tools do not read",
    why="Decoded as UTF-8, the file does not start with `---`, so no frontmatter is found in it. "
    "Editors on Windows save so under the name *Unicode*.",
    bad="",
    good=_GOOD,
)

UNRENDERED = Rule(
    code="prompt-unrendered",
    severity=Severity.WARNING,
    title="the prompt could not be shown as Markdown",
    why="The parser of Markdown failed at this prompt, so the page shows it as it is written. "
    "It is a fault of the catalog: please report the file.",
    bad="",
    good=_GOOD,
)
