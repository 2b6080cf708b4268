"""Restraint: what a prompt says that its agent never does, whatever its task is.

Only what is said of the agent itself and without a condition counts. "Do not modify files outside of
`src/`", "in this phase, change nothing" and "unless you are asked to" are no restraint in this sense,
and neither is what the rest of the prompt takes back, by telling the agent to write a file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from agent_catalog.checking.sentences import BLOCK, Sentence, leads, plain, sentence
from agent_catalog.model.tool import Capability


@dataclass(frozen=True, slots=True)
class Restraint:
    """A place of a prompt that says what the agent never does."""

    start: int
    end: int
    of: Capability
    """`WRITE` for changes of files, `EXECUTE` for commands."""


class _Sure(Enum):
    """When what a prompt says can be relied on."""

    ALONE = auto()
    UNLESS_BUSY = auto()
    """Unless the prompt tells the agent to change something after all."""
    IF_ADVISER = auto()
    """Only if the prompt says that the agent is one that only looks."""
    NEVER = auto()


# Where to look: one pattern for each first letter, for a letter that a pattern starts with is found fast

_VERB = (
    r"(?=(?i:[*_`]*\s+(?:ever\s+|directly\s+)?(?:modif|edit|chang|alter|touch|writ|updat|mak|creat|delet"
    r"|remov|add|renam|mov|build|install|run|execut|commit|fix|implement|produc|generat|appl)))"
)
_NEGATIONS = (
    re.compile(rf"n(?:ot|ever|['’]t){_VERB}"),
    re.compile(rf"N(?:ot|ever|OT|EVER){_VERB}"),
)
"""How whatever says that something is not done ends before its verb: `Never`, `cannot`, `DO NOT`."""
_READ_ONLY = re.compile(r"[Rr]ead-only|READ-ONLY")

# What is not done; these and all below look at plain text in lower case

_REVIEW = (
    r"(?:reviews?|verif(?:y|ies)|checks?|analy[sz]es?|reports?|advises?|recommends?|observes?|inspects?"
    r"|audits?|reads?|validates?|assess(?:es)?|diagnoses?|investigates?|research(?:es)?|explores?"
    r"|evaluates?|identif(?:y|ies)|finds?|describes?|judges?)"
)
_CHANGE = r"(?:modif(?:y|ies)|edits?|changes?|alters?|touch(?:es)?|writes?|updates?|makes?)"
_DO = (
    rf"(?:{_CHANGE}|creates?|deletes?|removes?|adds?|renames?|moves?|builds?|installs?|runs?|executes?"
    r"|commits?|fix(?:es)?|implements?|produces?|generates?|appl(?:y|ies))"
)
_AND = r"(?:\s*,\s*(?:or\s+|and\s+)?|\s*/\s*|\s+or\s+|\s+and\s+|\s+nor\s+)"
_MARK = r"[*_`]*"
_STOP = rf"[ \t]*(?:\Z|[.!?;:,()]|-\s|{BLOCK}|\n?[ \t]*</)"
"""The end of a clause: a line that goes on in the next one does not end it."""
_DOES_NOT = re.compile(
    rf"{_MARK}\s+(?:ever\s+|directly\s+)?(?P<verbs>{_DO}(?:{_AND}{_DO})*){_MARK}\s+"
    r"(?:(?:any|a|a single|the)\s+)?(?P<kind>(?:source|implementation|actual)\s+)?"
    r"(?P<what>files?|anything|codebase|repository|code|changes|edits|fixes|modifications"
    rf"|(?:(?:shell|bash|terminal)\s+)?commands?)\b(?:{_AND}(?:the\s+)?[a-z]+)*{_MARK}"
    rf"(?={_STOP}|\s+(?:yourself|directly|at all|ever|whatsoever|under any)\b"
    r"|\s+(?:and|or|nor)\s+(?:never|not|do|don't|must|you)\b)"
)
_DOES_NOT_BARE = re.compile(
    rf"{_MARK}\s+(?:write|edit|modify|change|fix|implement)(?:\s+(?:it|them))?{_MARK}(?={_STOP})"
)
_LONGEST = 300
"""Characters behind a negation that may say what is not done."""
_CHANGES = re.compile(rf"\b{_CHANGE}\b")
_MODIFIES = re.compile(r"\b(?:modif(?:y|ies)|edits?|changes?|touch(?:es)?)\b")
_RUNS = re.compile(r"\b(?:runs?|executes?)\b")
_FILES = frozenset({"file", "files", "anything", "codebase", "repository"})

# Who does not do it, and on what condition

_SELF = re.compile(
    r"(?:\b(?:you|this (?:sub)?agent|and|but|so|also|therefore|please|should|must|may|can|will|do|does"
    r"|are|is|to|strictly|absolutely|under no circumstances|important|critical|note|remember|always"
    r"|rules?|constraints?|warning|scope|role|boundar(?:y|ies)|read-only(?: role)?)\b|[^\w\"])*"
    r"(?:never|not|\w*n't|cannot)[*_]*"
)
"""What may stand in a clause up to its negation, if it is the agent that does not."""
_NEGATION = re.compile(
    r"(?:\byou\s+)?(?:\*\*)?(?:\b(?:do|does|must|may|should|can|will|are|is|to)\s+)*(?:\*\*)?"
    r"\b(?:never|not|cannot|\w+n't)\Z",
    re.IGNORECASE,
)
_LONGEST_NEGATION = 40
_CLAUSE = re.compile(r"[;:,(]|\s-\s|\.\s")
_YOU_AND = re.compile(r"[^\w\"]*you\b.*\b(?:and|but)\b(?=[^,;]*$)")
_AND_NOT = re.compile(r".*\b(?:and|but)\b(?=\s+(?:never|do not|don't|must)\b)")
_THIRD_PERSON = re.compile(r"[*_`\s]*\w+s\b")
_CONDITION = re.compile(
    r"\b(?:if|when|whenever|while|during|until|before|after|unless|once|phase|step|stage|except|without"
    r"|in \w+ mode|they|subagents?|sub-agents?|workers?|teammates?|developers?|hooks?|examples?"
    r"|says?|said|asks?|asked|tell|tells|told|instruct\w*|prompts?|include|e\.g|ensure|check|verify that)\b"
    r"|\""
)
_QUALIFIED = re.compile(
    r"\b(?:unless|except|until|other than|outside|apart from|aside from|beyond|besides|yet|by default"
    rf"|for now|without|instead(?!\s*\Z)|such as|only(?!\s+{_REVIEW}\b))\b"
    r"|\A[*_`]*\s*\(?(?:(?:yourself|directly|ever)\s+)?"
    r"(?:in|under|on|to|from|with|of|when|while|if|during|before|after|that|which|where|at this)\b"
)
_HEADS = (
    r"during|while|phase|step|stage|mode|before|after|until|subagents?|sub-agents?|workers?|examples?"
    r"|templates?|prompts?|dry[- ]run|planning"
)
_HEADING_LIMITS = re.compile(rf"\b(?:{_HEADS})\b")
_LEAD_LIMITS = re.compile(rf"\b(?:if|when|whenever|{_HEADS})\b")

# What an agent is that only looks

_ONLY = r"(?:\*\*|only|just|solely|exclusively|purely|strictly|\s)*"
_REVIEWS_NOT = re.compile(
    rf"\byou\s+{_ONLY}{_REVIEW}\b[^.!?]{{0,60}}?(?:[,;]|\s-)\s*(?:but\s+)?(?:you\s+)?(?:do\s+|must\s+)?"
    r"(?:\*\*)?(?:not|never|n't|don't)\Z"
)
_ADVISES = re.compile(
    rf"\byou\s+(?:\*\*)?(?:only|just|solely)\s+(?:\*\*)?{_REVIEW}\b"
    rf"|\byou\s+(?:\*\*)?{_REVIEW}(?:\s+and\s+\w+)?\s+(?:\w+\s+)?only\b"
    r"|\byou(?:r|\s+provide|\s+give|\s+return)\s+(?:\w+\s+){0,4}(?:feedback|advice|analysis|reviews?) only\b"
    r"|\byour role is (?:purely |strictly |only )?advisory\b"
    rf"|\b(?:job|role|task) is (?:only )?to {_REVIEW}\b[^.\n]{{0,60}}, not to (?:\w+\s+){{0,2}}"
    r"(?:fix(?:es)?|implement|change|write|edit|modify)\b"
)
_ROLE = (
    r"(?:agent|subagent|sub-agent|reviewer|analyst|auditor|role|mode|specialist|assistant|inspector"
    r"|researcher|explorer|observer|critic|advis[oe]r|investigator|checker|validator|verifier|planner"
    r"|advisory|consultant|architect)"
)
_IS = re.compile(
    r"(?:\byou(?:'re| are| operate| work| run| act| have| remain| stay)"
    r"|\bthis (?:sub)?(?:agent|role|reviewer) (?:is|has|works|operates)"
    r"|\byour (?:role|access|job|mode) is)"
    r"(?:\s|[*_`]|\b(?:an?|in|as|strictly|purely|fully|completely|entirely|always|only|by design"
    r"|deliberately|intentionally)\b)*\Z"
)
_NEAR = re.compile(r"(?i:\b(?:you|your|this))\b|\n[^\w\n]*\Z")
"""What stands before it if it may be said of the agent."""
_IS_ROLE = re.compile(
    rf"[*_`]*\s*(?:(?:(?!{_ROLE}\b)[\w-]+\s+(?:and\s+)?){{0,4}}{_ROLE}\b"
    r"|access(?: to (?:the |this )?(?:code|codebase|repository|repo|files|project|source code|workspace))?)?"
    rf"[*_`]*(?={_STOP}|\s+(?:and|who|that)\b)"
)
_ROLE_FIRST = re.compile(rf"[*_`]*\s+(?:{_ROLE})\b")
_OF_SOMETHING = re.compile(
    r"\b(?:database|db|sql|quer\w+|api|production|cluster|kubernetes|cloud|aws|data|replicas?|accounts?"
    r"|jira|linear|github|gitlab|notion|slack|crm|metrics?|view|state|property|props?|field)\b"
)

# What takes it back

_PATH = r"(?:[`'\"<{(]*[\w./<>{}$*-]*\.(?:md|json|ya?ml|txt|csv|html|log|sarif|toml)\b|`[\w.<>{}$*-]*/[\w./<>{}$*-]*`)"
_START = r"(?:\A|\n)[ \t]*(?:[-*~]|\d+[.)])?[ \t]*(?:\*\*)?"
_WRITES = re.compile(
    rf"{_START}(?:write|save|store|create|append|record|output|document|update|persist|export|generate"
    rf"|produce)\b[^\n`]{{0,100}}?{_PATH}"
    r"|\b(?:save|writ|output|export|append|persist|stor)(?:e|es|ing|s)?\b[^.\n]{0,60}\b(?:to|in|into|as|at)\s+"
    rf"(?:the\s+|a\s+)?(?:{_PATH}|(?:\w+\s+)?files?\b)"
    r"|\b(?:write|save)\s+(?:your|the|all|a)\s+(?:[\w,]+\s+){1,8}to\b"
)
"""An instruction to write a file, as those have it who change nothing but their report."""
_DUTIES = re.compile(
    rf"{_START}(?:write|create|implement|fix(?!\W*:|es)|edit|update|add|refactor|modify|remove"
    r"|delete|rename|develop)\b(?!\W{0,3}:)"
)
"""An instruction to change something."""
_NO = re.compile(r"\b(?:never|not|no|without)\b|n't\b")


def restraints(prompt: str, of: Collection[Capability]) -> Iterator[Restraint]:
    """Where a prompt says that its agent changes no file, or runs no command, in no order.

    Args:
        prompt: The prompt.
        of: What to look for: `WRITE` or `EXECUTE`.
    """
    if Capability.WRITE not in of and "command" not in prompt:
        return
    found = [each for each in (*_declared(prompt), *_denied(prompt, of)) if each[0].of in of]
    if not found:
        return
    text = plain(prompt).lower()
    if _WRITES.search(text):
        return
    holds = {_Sure.ALONE}
    if _ADVISES.search(text):
        holds |= {_Sure.UNLESS_BUSY, _Sure.IF_ADVISER}
    elif not _DUTIES.search(text):
        holds.add(_Sure.UNLESS_BUSY)
    yield from (restraint for restraint, sure in found if sure in holds)


def uses(prompt: str, tools: Collection[str]) -> bool:
    """Whether a prompt says to use one of the tools, whatever else it says."""
    names = "|".join(map(re.escape, tools))
    used = re.compile(
        rf"\b(?:use|using|via|with|access to)\s+(?:the\s+|only\s+|your\s+)*[`*]*(?:{names})\b",
        re.IGNORECASE,
    )
    return any(
        not _NO.search(sentence(prompt, *match.span()).before.lower())
        for match in used.finditer(prompt)
    )


# "You are read-only"


def _declared(prompt: str) -> Iterator[tuple[Restraint, _Sure]]:
    if "ead-only" not in prompt and "READ-ONLY" not in prompt:  # faster than the pattern
        return
    for match in _READ_ONLY.finditer(prompt):
        if not _NEAR.search(prompt, max(match.start() - _LONGEST_NEGATION, 0), match.start()):
            continue
        around = sentence(prompt, *match.span())
        before, after = around.before.lower(), around.after.lower()
        role = _IS_ROLE.match(after)
        if role is None or _CONDITION.search(before) or _OF_SOMETHING.search(role[0]):
            continue
        clause = _CLAUSE.split(before)[-1]
        itself = _IS.search(clause)
        first = not before.strip(" *_`-") and _ROLE_FIRST.match(after)
        if (
            (itself or first)
            and not _QUALIFIED.search(after[role.end() :])
            and not _is_limited(prompt, match.start())
        ):
            start = match.start() - (len(clause) - itself.start() if itself else 0)
            end = match.end() + len(role[0].rstrip())
            yield Restraint(start, end, Capability.WRITE), _Sure.ALONE


# "Never modify any file"


def _denied(prompt: str, of: Collection[Capability]) -> Iterator[tuple[Restraint, _Sure]]:
    for at in (match.end() for each in _NEGATIONS for match in each.finditer(prompt)):
        behind = plain(prompt[at : at + _LONGEST]).lower()
        if bare := _DOES_NOT_BARE.match(behind):
            end = at + bare.end()
            around = sentence(prompt, at, end)
            vow = _REVIEWS_NOT.search(around.before.lower())
            if vow and not _is_conditional(around) and not _is_limited(prompt, at):
                start = at - (len(around.before) - vow.start())
                yield Restraint(start, end, Capability.WRITE), _Sure.ALONE
        elif vow := _DOES_NOT.match(behind):
            end = at + vow.end()
            what, sure = _subject(vow, is_never=prompt[at - 5 : at].lower() == "never")
            if what in of and _is_own(prompt, at, end) and not _is_limited(prompt, at):
                found = _NEGATION.search(prompt, max(at - _LONGEST_NEGATION, 0), at)
                yield Restraint(found.start() if found else at, end, what), sure


def _subject(vow: re.Match[str], *, is_never: bool) -> tuple[Capability, _Sure]:
    """What it is that is not done, and when that can be relied on."""
    what, verbs = vow["what"], vow["verbs"]
    changes = _CHANGES.search(verbs)
    if "command" in what or (what == "anything" and not changes):
        return Capability.EXECUTE, _Sure.ALONE if _RUNS.search(verbs) else _Sure.NEVER
    if what in _FILES and not vow["kind"]:
        sure = _Sure.ALONE if is_never else _Sure.UNLESS_BUSY
        return Capability.WRITE, sure if changes else _Sure.NEVER
    return Capability.WRITE, _Sure.UNLESS_BUSY if _MODIFIES.search(verbs) else _Sure.IF_ADVISER


def _is_own(prompt: str, start: int, end: int) -> bool:
    """Whether it is the agent that never does it, under no condition."""
    around = sentence(prompt, start, end)
    if _is_conditional(around):
        return False
    clause = _CLAUSE.split(around.before.lower())[-1]
    joined = _YOU_AND.match(clause)
    if not joined and not _THIRD_PERSON.match(prompt, start):
        joined = _AND_NOT.match(clause)
    return _SELF.fullmatch(clause, joined.end() if joined else 0) is not None


def _is_conditional(around: Sentence) -> bool:
    before, after = around.before.lower(), around.after.lower()
    return bool(_CONDITION.search(before) or _QUALIFIED.search(after))


def _is_limited(prompt: str, offset: int) -> bool:
    """Whether what leads to a place says that it is about a part of the work, or about others."""
    lead, heading = leads(prompt, offset)
    return bool(_LEAD_LIMITS.search(lead.lower()) or _HEADING_LIMITS.search(heading.lower()))
