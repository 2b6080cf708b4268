"""Instructions: the tools that a prompt tells its agent to use, by name.

A tool that is only mentioned is none: one that is not to be used, that others use, that is used if
it is there, or that stands in an example. Where a name means something else as well, as `Edit`, `Task`
and `read` do, it counts if the word *tool* follows, or if it is marked as code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from agent_catalog.checking.sentences import leads, plain, sentence
from agent_catalog.model.format import Format

Lacks: TypeAlias = Callable[[str], bool]
"""Whether an agent certainly does not get the tool of a name."""

_NAMED_ALIKE = frozenset(
    ["Agent", "Artifact", "Monitor", "PowerShell", "Skill", "Task", "View", "Workflow"]
)
"""Tools that are called as classes and programs are, which prompts mark as code, too."""
_DISTINCT = re.compile(r"[a-z][A-Z]|_|/")
"""What no word of a language has: a name that has it means the tool wherever it stands."""
_MCP = re.compile(r"mcp__(?!(?:server|name|provider|xxx)\w*__)[\w-]+?__[\w-]*\w")

# How an instruction names tools

_ITEM = r"(?:`[^`\n]{1,60}`|\*\*[^*\n]{1,60}\*\*|[A-Z][\w/]*|mcp__[\w-]+)(?:\([^()\n]*\))?"
_COMMA = r"\s*(?:,\s*(?:and|or)\s|,|/|&|\+|\b(?:and/or|and|or)\b)\s*"
_MORE = re.compile(
    rf"[`*_]*(?:\([^()\n]*\))?(?P<list>(?:{_COMMA}{_ITEM})*)[`*_]*(?P<tool>\s+tools?\b)?"
)
_CUE = re.compile(
    r"(?:\A|[\s(*_,:;-])"
    r"(?P<cue>[Uu]se|USE|[Cc]all|[Ii]nvoke|[Uu]sing|[Cc]alling|[Ii]nvoking|[Vv]ia|[Ww]ith|[Tt]hrough"
    r"|[Hh]ave access to)\s+"
    r"(?:(?:the|your|an?|only|just|built-in|native|Claude(?: Code)?(?:'s)?)\s+)*"
    r"(?P<adjectives>(?:(?!(?:for|of|in|on|with|from|to|as|by|when|and|or|than)\b)[a-z-]+\s+){0,2})"
    rf"(?P<list>(?:{_ITEM}{_COMMA})*)[`*_]*\Z"
)
_CUED = tuple(
    re.compile(rf"{cue}\s+(?:the\s+)?(?P<list>{_ITEM}(?:{_COMMA}{_ITEM})*)(?![\w-])")
    for cue in ("u(?:se|sing)", "U(?:se|sing)", "via", "call", "Call")
)
"""Where names stand behind a cue.

Patterns of their own, for a letter that a pattern starts with is found fast.
"""
_WORD = re.compile(r"[\w/-]+")
_LAST_WORD = re.compile(r"[\w/-]+\Z")
_MARKS = "`*_ \n,&+"
_ORDERS = frozenset({"use", "call", "invoke", "have access to"})
"""Cues that have a subject; the others say how something is done."""
_LOOSE = frozenset({"with", "through"})
"""Cues that need more than a marked name behind them."""

# What makes a mention of it; all of these look at text in lower case

_NOT = re.compile(
    r"\b(?:not|never|no|n?either|nor|without|avoid\w*|cannot|instead of|rather than|unlike|stop|except"
    r"|refrain\w*|forbid\w*|prohibit\w*|disallow\w*|lack\w*|unless|whether|how to|used to|formerly"
    r"|previously|i|i'\w+|we|let me|let's|such as|would|could|might)\b"
    r"|n't\b|~|e\.g\.|\A\W*(?:assistant|user|human)\W*:"
)
_CONDITION = re.compile(r"\A\W*(?:if|when|whenever|where)\b[^,:]*[,:]")
"""What must be so for what follows it: it may well be said with a negation."""
_NOT_BEHIND = re.compile(
    r"[`*_]*(?:\s+(?:tools?|(?:for|on|in) (?:this|any of this)))?[`*_]*\s+"
    r"(?:never(?=\s*(?:\Z|[^\w\s`*\"']|\b(?:for|to|in|on|when|if|here|again|under|unless|without|at)\b))"
    r"|not (?:at all|ever)\b|at no time\b|in no case\b|under no (?:circumstances?|condition)\b)"
)
"""What stands behind a tool that is not to be used."""
_NOT_BELOW = re.compile(
    r"\b(?:not|never|avoid\w*|don'?ts?|cannot|forbidden|prohibited|anti-?patterns?|limitations?"
    r"|restrict\w+|wrong|bad|mistakes?|pitfalls?|unavailable|denied|disallowed|examples?|out of scope)\b|~"
)
_IF_THERE = re.compile(
    r"\b(?:if|when|where|unless)\b.{0,60}\b(?:available|enabled|access|accessible|installed|configured"
    r"|supported|permitted|granted|ha(?:ve|s) (?:it|them|one|this|the \w+ tool))\b"
    r"|\b(?:if|where) (?:allowed|possible|present)\b|\b(?:unavailable|forbidden|prohibited|disabled)\b"
    r"|(?:\bnot|n't)\s+(?:be\s+)?(?:available|given|granted|allowed|accessible|in your|have)\b"
)
_OTHERS = (
    r"(?:assistants?|(?:sub-?)?agents?|orchestrator|coordinator|caller|parent|conversation|thread|leads?"
    r"|workers?|teammates?|hooks?|plugins?|skills?|commands?|claude|models?|they|it|which|that|who)"
)
_OTHERS_ACT = re.compile(
    rf"\b{_OTHERS}\s+(?:\w+\s+)?(?:can|may|will|should|must|could|to)\b"
    r"|\b(?:assistants?|orchestrator|caller|parent|which|that|who)\s+\Z"
)
_OTHERS_USE = re.compile(rf"\b{_OTHERS}\b|\busers?\s+(?:\w+\s+){{0,2}}\Z")
_TEACHES = re.compile(
    r"\W*(?:show|explain|teach|describe|document|demonstrate|recommend|suggest|mention|advise|propose)\b"
)
_THING = re.compile(
    r"[`*_]*\s+(?:traits?|class(?:es)?|interfaces?|types?|methods?|functions?|buttons?|menus?|macros?"
    r"|components?|structs?|enums?|events?|packages?|modules?|librar\w+|permissions?|access|script\w*"
    r"|modes?|operations?|endpoints?|syntax|keywords?|attributes?|fields?|properties|matchers?)\b"
)
"""What something is that is called like a tool."""

# Lists of tools

_SECTION = re.compile(r"\n(?P<level>#{1,6})[ \t](?P<title>[^\n]{0,40}?[Tt]ools?\b[^\n]*)")
_TITLE = re.compile(
    r"[\W\d_]*(?:(?:your|the|available|allowed|primary|core|main|key|essential|required|preferred"
    r"|built-in|native|direct|claude(?: code)?|mcp)\s+)*tools?"
    r"(?:\s+(?:usage|use|available|access|at your disposal|to use|to you"
    r"|you (?:(?:must|should|can|will) )?(?:have|use)))*(?:\s*\([^()]*\))?[\W_]*"
)
"""A heading on the tools of the agent, and on nothing else."""
_BULLET = re.compile(
    r"\n[ \t]*(?:[-+*]|\d+[.)])[ \t]+[*`]*(?P<name>[A-Za-z][\w/-]*\w)(?:\([^()\n]*\))?[*`]*"
    r"(?: tool)?[*`]*[ \t]*(?:[:;(-](?P<about>[^\n]*)|(?=\n)|\Z)"
)
_MAKES_AGENTS = re.compile(
    r"\b(?:creat|generat|design|author|writ|build)\w*\s+(?:[\w-]+\s+){0,4}(?:sub-?)?agents?\b"
)


@dataclass(frozen=True, slots=True)
class Naming:
    """Where a prompt names a tool."""

    name: str
    start: int

    @property
    def end(self) -> int:
        """Where the name ends."""
        return self.start + len(self.name)


def instructions(
    prompt: str, format_: Format, names: frozenset[str], lacks: Lacks
) -> Iterator[Naming]:
    """Where a prompt tells its agent to use a tool that it lacks, in no order; maybe twice.

    Args:
        prompt: The prompt.
        format_: The format of its file, whose tools it may name.
        names: The names to look for, beside those of tools of MCP servers.
        lacks: Whether the agent lacks a tool.
    """
    for naming in _namings(prompt, names):
        if lacks(naming.name) and _is_told(prompt, naming, format_, lacks):
            yield naming
    if "Tool" in prompt or "tools\n" in prompt:  # as headings on tools have it
        yield from _listed(prompt, format_, lacks)


@cache
def _names(format_: Format) -> frozenset[str]:
    """The names of a format's tools, former ones as well."""
    return frozenset(format_.tools.known) | frozenset(format_.tools.renamed)


def _is_distinct(name: str) -> bool:
    """Whether nothing else is called so."""
    return name not in _NAMED_ALIKE and _DISTINCT.search(name) is not None


# Where names stand


def _namings(prompt: str, names: frozenset[str]) -> Iterator[Naming]:
    """Where a prompt names tools behind a word like *use*, or before the word *tool*.

    These words are found in less time than all the names.
    """
    for pattern in _CUED:
        for listed in pattern.finditer(prompt):
            for word in _WORD.finditer(prompt, *listed.span("list")):
                if word[0] in names or _MCP.fullmatch(word[0]):
                    yield Naming(word[0], word.start())
    at = prompt.find(" tool")
    while at >= 0:
        yield from _before_tool(prompt, at, names)
        at = prompt.find(" tool", at + 1)


def _before_tool(prompt: str, at: int, names: frozenset[str]) -> Iterator[Naming]:
    """The names in a list that ends before a place."""
    while True:
        while at > 0 and prompt[at - 1] in _MARKS:
            at -= 1
        word = _LAST_WORD.search(prompt, max(at - 40, 0), at)
        if word is None:
            return
        at = word.start()
        if word[0] in names or _MCP.fullmatch(word[0]):
            yield Naming(word[0], at)
        elif word[0] not in {"and", "or", "/"}:
            return


# Instruction or mention


def _is_told(prompt: str, naming: Naming, format_: Format, lacks: Lacks) -> bool:
    """Whether the agent is told to use a tool where the prompt names it."""
    more = _MORE.match(prompt, naming.end)
    called_tool = more is not None and more["tool"] is not None
    if not _can_be_meant(prompt, naming, called_tool=called_tool):
        return False
    around = sentence(prompt, naming.start, naming.end)
    cue = _CUE.search(around.before)
    if cue is None or not (called_tool or _is_meant(naming, cue, around.after)):
        return False
    before, after = around.before.lower(), around.after.lower()
    behind = after[more.end("list") - naming.end :] if more else after
    return (
        not _NOT.search(_CONDITION.sub("", before))
        and not _NOT_BEHIND.match(behind)
        and not _IF_THERE.search(before + after)
        and before.count('"') % 2 == 0
        and _is_own(_CONDITION.sub("", before[: cue.start("cue")]), cue["cue"].lower())
        and not any(map(_rules_out, leads(prompt, naming.start)))
        and prompt.rfind("<example", 0, naming.start) <= prompt.rfind("</example", 0, naming.start)
        and not _leaves_choice(
            naming, f"{cue['list']} {more['list'] if more else ''}", format_, lacks
        )
    )


def _can_be_meant(prompt: str, naming: Naming, *, called_tool: bool) -> bool:
    """Whether a name that may be a word as well is marked as that of a tool."""
    if _is_distinct(naming.name):
        return True
    marked = prompt[naming.start - 1 : naming.start] == prompt[naming.end : naming.end + 1] == "`"
    if naming.name.islower():
        return called_tool and marked
    return called_tool or (marked and naming.name not in _NAMED_ALIKE)


def _is_meant(naming: Naming, cue: re.Match[str], after: str) -> bool:
    """Whether a name that no *tool* follows is that of one."""
    if cue["adjectives"]:
        return False
    loose = cue["cue"].lower() in _LOOSE or _THING.match(after)
    return _is_distinct(naming.name) or not loose


def _is_own(before: str, cue: str) -> bool:
    """Whether it is the agent that is to use the tool, and not what it works on or with."""
    if _TEACHES.match(before):
        return False
    return not (_OTHERS_USE if cue in _ORDERS else _OTHERS_ACT).search(before)


def _rules_out(lead: str) -> bool:
    """Whether what stands below a line is not to be done, or only what is done elsewhere."""
    lead = lead.lower()
    return "available" in lead if _CONDITION.match(lead) else bool(_NOT_BELOW.search(lead))


def _leaves_choice(naming: Naming, beside: str, format_: Format, lacks: Lacks) -> bool:
    """Whether the tool is one of several to choose from, of which the agent gets another."""
    names = _names(format_)
    words = {naming.name, *_WORD.findall(beside)}
    parted = {word for word in words - names if "/" in word}
    choice = (words | {part for word in parted for part in word.split("/")}) & names
    return ("or" in words or bool(parted)) and not all(map(lacks, choice))


# Lists


def _listed(prompt: str, format_: Format, lacks: Lacks) -> Iterator[Naming]:
    """The tools in the lists below headings on the tools that the agent has."""
    for heading in _SECTION.finditer(prompt):
        if not _TITLE.fullmatch(heading["title"].lower()):
            continue
        above = re.compile(rf"\n#{{1,{len(heading['level'])}}}[ \t]").search(prompt, heading.end())
        section = plain(prompt[heading.end() : above.start() if above else None])
        listed = [
            Naming(each["name"], heading.end() + each.start("name"))
            for each in _BULLET.finditer(section)
            if _is_distinct(each["name"]) or each["name"] in _names(format_)
            if not _IF_THERE.search((each["about"] or "").lower())
        ]
        missing = [each for each in listed if lacks(each.name)]
        if len(missing) == len(listed):  # the names may be those of anything
            missing = [each for each in missing if _is_distinct(each.name)]
        if missing and not _MAKES_AGENTS.search(prompt.lower()):
            yield from (
                each for each in missing if not any(map(_rules_out, leads(prompt, each.start)))
            )
