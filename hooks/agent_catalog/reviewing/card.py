"""A review as Markdown for a comment on a pull request: the review card.

A pull request can come from anyone, and its comment is read as the project's own word. So the
card holds words of ours and, of the files, only what passes a strict pattern: paths and tools that
look like such, [plain][agent_catalog.reviewing.names.is_plain] names, keys and models that are
known. Neither a description nor a prompt gets into it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from agent_catalog.model.agent import Agent
from agent_catalog.model.catalog import Catalog, slug
from agent_catalog.publishing.urls import Urls, whole
from agent_catalog.reading.formats.known import known_formats
from agent_catalog.reviewing import words
from agent_catalog.reviewing.clause import Clause, Part, Slot, SlotKind
from agent_catalog.reviewing.modes import KNOWN_MODES
from agent_catalog.reviewing.names import is_plain
from agent_catalog.reviewing.review import AgentChange, Kind, Review

MOST_LINES = 60
"""Lines of a card at most, with the one that counts what is left out."""
MOST_CHARACTERS = 60_000
"""Characters of a card at most; GitHub takes 65,536 of a comment."""
_MOST_LISTED = 8
"""Tools, servers or findings of one clause at most."""
_MOST_CLAUSES = 12
"""Of one agent at most."""
_MOST_COLLISIONS = 10

_PATH = re.compile(
    r"(?=.{1,100}\Z)(?:(?!\.\.?/)[A-Za-z0-9_.][A-Za-z0-9_.-]{0,63}/)*[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}"
)
_TOOL = re.compile(r"[A-Za-z][A-Za-z0-9_*/-]{0,63}")
_WORD = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?")
_ID = re.compile(rf"(?=.{{1,100}}\Z){_WORD.pattern}(?:[:/]{_WORD.pattern})*")
_CODE = re.compile(r"[a-z0-9-]{1,64}")
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:/[A-Za-z0-9._~-]+)*/?")


@dataclass(frozen=True, slots=True)
class Sites:
    """Where the pages of the agents are, before and after; empty if they are nowhere."""

    before: str = ""
    after: str = ""
    urls: Urls = Urls()  # noqa: RUF009 (frozen)
    """Their pages below that."""

    def __post_init__(self) -> None:
        """Check the addresses.

        Raises:
            ValueError: One is no plain `http` or `https` URL.
        """
        for url in filter(None, (self.before, self.after)):
            if not _URL.fullmatch(url):
                raise ValueError(f"{url!r} is no URL of a site")


def review_card(review: Review, sites: Sites | None = None) -> str:
    """The review as Markdown, at most 60 lines.

    Args:
        review: What changed.
        sites: Where to link to pages of the agents.
    """
    head = ["### What changes for users of these agents", "", _overview(review), ""]
    agents = [_agent(change, review, sites or Sites()) for change in review.changes]
    told = [*agents[: review.escalated], *_collisions(review), *agents[review.escalated :]]
    room = MOST_LINES - len(head) - 2
    length = sum(map(len, head)) + 200
    shown: list[str] = []
    for line in told[:room]:
        length += len(line) + 1
        if length > MOST_CHARACTERS:
            break
        shown.append(line)
    left = len(told) - len(shown)
    rest = ["", f"And {left:,} more like these."] if left else []
    return "\n".join([*head, *shown, *rest]).rstrip("\n") + "\n"


def _overview(review: Review) -> str:
    if not review:
        return "Nothing."
    sentences = [words.counts(review), words.context(review), words.passed_over(review)]
    return " ".join(f"{each[:1].upper()}{each[1:]}." for each in sentences if each)


def _collisions(review: Review) -> Iterator[str]:
    for each in review.collisions[:_MOST_COLLISIONS]:
        yield f"- **Name collision:** {_clause(words.collision(each))}"
    left = len(review.collisions) - _MOST_COLLISIONS
    if left > 0:
        yield f"- **Name collision:** {left:,} more names"


def _agent(change: AgentChange, review: Review, sites: Sites) -> str:
    label = "**Escalation:** " if change.escalations else ""
    told = _clauses(change)
    subject = _subject(change, review, sites)
    return f"- {label}{change.kind} {subject}{': ' if told else ''}{told}"


def _subject(change: AgentChange, review: Review, sites: Sites) -> str:
    """What the agent is called: a new one by its name and its path, any other by its path."""
    path = change.agent.path
    name = _new_name(change)
    links = _links(_code(name) if name else _path(path), change, review, sites)
    # "at" also keeps a name that runs from right to left from drawing a digit to its other side.
    return f"{links} at {_path(path)}" if name and _is_plain_path(path) else links


def _new_name(change: AgentChange) -> str:
    """The name of a new agent, if it can be told and its path does not tell it; else empty."""
    name, path = change.agent.name, change.agent.path
    told = _is_plain_path(path) and PurePosixPath(path).stem == name
    return name if change.kind is Kind.ADDED and is_plain(name) and not told else ""


def _links(name: str, change: AgentChange, review: Review, sites: Sites) -> str:
    """What the agent is called, linked to its page; if it has one before and after, to both."""
    old = _page(change.before, review.before, sites.before, sites.urls)
    new = _page(change.after, review.after, sites.after, sites.urls)
    links = f"[{name}]({new or old})" if new or old else name
    return f"{links} ([before]({old}))" if new and old else links


def _page(agent: Agent | None, catalog: Catalog, site: str, urls: Urls) -> str:
    if not (agent and site):
        return ""
    return whole(site, urls.page(f"agents/{catalog.address(agent)}"))


def _clauses(change: AgentChange) -> str:
    told = Counter(
        f"**{_clause(clause)}**" if clause.escalation else _clause(clause)
        for clause in words.clauses(change)
    )
    lines = [f"{text} (×{count})" if count > 1 else text for text, count in told.items()]
    left = len(lines) - _MOST_CLAUSES
    return "; ".join([*lines[:_MOST_CLAUSES], *([f"and {left:,} more"] if left > 0 else [])])


def _clause(clause: Clause) -> str:
    """The clause in safe words; a long list is cut."""
    slots = sum(
        isinstance(part, Slot) and part.kind is not SlotKind.DETAIL for part in clause.parts
    )
    if slots <= _MOST_LISTED:
        return "".join(map(_part, clause.parts))
    ends = [index for index, part in enumerate(clause.parts) if isinstance(part, Slot)]
    kept, tail = clause.parts[: ends[_MOST_LISTED - 1] + 1], clause.parts[ends[-1] + 1 :]
    more = f" and {slots - _MOST_LISTED:,} more"
    return "".join([*map(_part, kept), more, *map(_part, tail)])


# What of a file may stand in a card


def _part(part: Part) -> str:
    return part if isinstance(part, str) else _SAFE[part.kind](part)


def _is_plain_path(path: str) -> bool:
    return _PATH.fullmatch(path.removesuffix(".md")) is not None


def _path(path: str) -> str:
    bare = path.removesuffix(".md")
    return _code(bare if _is_plain_path(path) else _slugged(bare))


def _slugged(path: str) -> str:
    """The path made of slugs; if that is long, one slug of it all."""
    slugs = "/".join(slug(part) for part in path.split("/"))
    return slugs if len(slugs) <= _LONGEST_SLUGS else slug(path)


def _tool(part: Slot) -> str:
    name = part.title or part.text
    return _code(name) if _TOOL.fullmatch(name) else "one of an unusual name"


def _facet(part: Slot) -> str:
    return part.title or "not recognised"


def _known(part: Slot) -> str:
    return _code(part.text) if part.text in _KNOWN else "one that is not known"


def _name(part: Slot) -> str:
    return _code(part.text) if is_plain(part.text) else _code(slug(part.text))


def _id(part: Slot) -> str:
    return _code(part.text) if _ID.fullmatch(part.text) else _name(part)


def _word(part: Slot) -> str:
    return _code(part.text) if _WORD.fullmatch(part.text) else _code(slug(part.text))


def _finding(part: Slot) -> str:
    return _code(part.text) if _CODE.fullmatch(part.text) else "one more"


def _code(text: str) -> str:
    """The text as code, in which nothing is a link, a mention or markup."""
    return f"`{text}`"


_LONGEST_SLUGS = 100
_KNOWN = KNOWN_MODES.union(*(each.keys for each in known_formats().values()))
_SAFE: Mapping[SlotKind, Callable[[Slot], str]] = {
    SlotKind.NAME: _name,
    SlotKind.ID: _id,
    SlotKind.PATH: lambda part: _path(part.text),
    SlotKind.TOOL: _tool,
    SlotKind.SERVER: _word,
    SlotKind.FACET: _facet,
    SlotKind.MODE: _known,
    SlotKind.KEY: _known,
    SlotKind.CODE: _finding,
    SlotKind.DETAIL: lambda _: "",
}
