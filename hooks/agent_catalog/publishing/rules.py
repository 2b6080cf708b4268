"""The rules as a page of Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from agent_catalog.checking.frequency import frequency
from agent_catalog.checking.rule import Rule
from agent_catalog.checking.rules import SUBJECTS

_INTRODUCTION = """\
---
description: "Every mistake in an agent file that the catalog reports: its code, how severe it is, an example, and how to fix it."
---

# Findings

A finding is a mistake or a surprise in one agent file: a code, a severity, a place (file, line, column), what is wrong, and the mend. Findings stand

- in the terminal: [`agent-catalog check`](command-line.md#agent-catalog-check) lists them as `agents/reviewer.md:3:14: … [yaml-needs-retry]`, and as JSON, SARIF or annotations for others to read;
- on the agent's page, on the pages of [checks](pages.md#checks), and in [`catalog.json`](catalog-json.md);
- in the log of `mkdocs build` and `mkdocs serve`, one a line;
- counted by code at the end of `agent-catalog build`.

| Severity | Meaning | `mkdocs build --strict`, `check` |
|---|---|---|
| error | agent tools do not load the file, or it gives something away | fails |
| warning | some tools read it otherwise than its author meant, or nothing comes of it | fails |
| info | worth knowing | goes on |

How severe a rule is can be [changed](options.md#rules), for all files or for some; so can [what fails](options.md#fail_on). An unknown value is an error only where its tool does not load the file for it: tools have new keys, models and tools of theirs before these lists have.

A file is judged by the tool that it is for, which its [format](formats.md) tells. Some rules are about one tool alone, and say so; others take their words and their severity from what the file's tool does: an unknown key is a note where it is ignored, and an error where the file is not loaded for it.

## Exceptions

A finding that is meant to be can be accepted, with a reason: for many files in the [options](options.md#accept), for one file by a comment in its frontmatter.

```yaml
---
# agent-catalog: ignore[tools-inherited, color-missing] It is asked for everything.
name: helper
description: Helps with whatever is asked for.
---
```

The comment stands on a line of its own, at the very left, and holds for the whole file. YAML passes over it, so agent tools read what they read without it. It is still shown on the agent's page, with the reason. One without a reason has no effect.

## Mending

`agent-catalog check --fix` mends what leaves no doubt, in the files; `--diff` shows it and writes nothing. It changes what is wrong and keeps every other byte: the prompt, comments, line ends, a byte order mark. A rule whose findings it may mend says so below.

- A value that is no YAML is written anew: a description as a block below `|-`, another value in quotes. It stays the one that is [shown](pages.md), which is what agent tools read.
- A key, a tool or a model gets the name that is meant if it differs by one letter, or only by case and hyphens. `allowed-tools` becomes `tools` if every entry is a tool of Claude Code and there is no `tools` yet.
- A tool gets its name of today, once.
- Dashes that are too many, and empty lines and spaces before the frontmatter, are taken out.

Each mended file is read again before it is written, by the catalog and by another YAML parser. If any field would change, but for what is renamed, the file is left as it is, and the command says why. What is accepted, excepted or off is not mended.

## How often

Of {files:,} agent files of {repositories} public repositories ({as_of}), so many had a finding. Each repository was checked for itself, and its other files were not at hand, so `dead-link` counts only what leads to no agent.

"""

_LONGEST_EXAMPLE = 1000


def rules_page() -> str:
    """What the documentation says of the rules."""
    counted = frequency()
    return "\n".join(
        [
            _INTRODUCTION.format(
                files=counted.files, repositories=counted.repositories, as_of=counted.as_of
            ).rstrip("\n"),
            "",
            *_table(),
            "",
            *(line for title, rules in SUBJECTS.items() for line in _subject(title, rules)),
        ]
    ).replace("\n\n\n", "\n\n")


def _table() -> Iterator[str]:
    yield "| Rule | Severity | Files | It says that |"
    yield "|---|---|---|---|"
    for rules in SUBJECTS.values():
        for rule in rules:
            files = frequency().found.get(rule.code, 0)
            yield f"| [{rule.code}](#{rule.code}) | {rule.severity} | {files:,} | {rule.title} |"


def _subject(title: str, rules: tuple[Rule, ...]) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    for rule in rules:
        yield from _rule(rule)


def _rule(rule: Rule) -> Iterator[str]:
    yield f"### {rule.code}"
    yield ""
    yield f"**{rule.severity}.** {rule.title[:1].upper()}{rule.title[1:]}."
    yield ""
    yield rule.why
    yield ""
    if rule.sources:
        links = [f"[{url.removeprefix('https://')}]({url})" for url in rule.sources]
        yield f"Known from {', '.join(links)}."
        yield ""
    if rule.fixable:
        yield "[`check --fix`](#mending) mends it, where that leaves no doubt."
        yield ""
    if has_example(rule):
        yield from _example(f"Reported as {rule.code}", rule.bad, rule)
        if rule.good:
            yield from _example("Mended", rule.good, rule)


def has_example(rule: Rule) -> bool:
    """Whether an example is worth its room: some are only long, or need line ends of their own."""
    return 0 < len(rule.bad) < _LONGEST_EXAMPLE and "\r" not in rule.bad


def _example(title: str, text: str, rule: Rule) -> Iterator[str]:
    fence = "````" if "```" in text else "```"
    language = "toml" if rule.file.endswith(".toml") else "markdown"
    yield f'{fence}{language} title="{title}"'
    yield from text.rstrip("\n").split("\n")
    yield fence
    yield ""
    if rule.folder and title != "Mended":
        yield f"The file is `{rule.folder}/{rule.file}`."
        yield ""
    if rule.beside and title != "Mended":
        yield "Another file of the folder has the same name."
        yield ""
