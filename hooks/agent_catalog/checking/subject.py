"""A file under examination: its agent, and what a rule may ask about it."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from agent_catalog.model.agent import Agent, AgentKey, Field
from agent_catalog.model.catalog import Catalog
from agent_catalog.model.format import Format, Kind
from agent_catalog.model.tokens import estimated_tokens
from agent_catalog.model.tool import ToolEntry
from agent_catalog.reading.frontmatter import Parts, split
from agent_catalog.reading.headings import anchors
from agent_catalog.reading.project import Project
from agent_catalog.reading.sources import Source
from agent_catalog.reading.text import Lines, is_dense

_AGENT_FOLDERS = frozenset({"agent", "agents"})
_FENCE = re.compile(r"^[^\n]*(?:```|~~~)", re.MULTILINE)
_FENCED_LINE = re.compile(r"^([^`~\n]*)(`{3,}|~{3,})([^\n]*)", re.MULTILINE)
_FENCE_INDENT = 3
"""Spaces that may stand before a fence."""
_QUERY_OR_FRAGMENT = re.compile(r"[?#]")
_NEAR = 0.75
"""Of `difflib`: `raed` is near `read`, `juggle` near nothing."""
_SLIP = 2
"""Characters that a slip adds or leaves out at most."""
_SHOWN = 60
"""Characters of a value that a message quotes."""


def quoted(text: str) -> str:
    """A value from a file as a message quotes it: as code, on one line, cut if it is long."""
    line = " ".join(text.split()).replace("`", "'")
    return f"`{line if len(line) <= _SHOWN else line[: _SHOWN - 1] + '…'}`"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that another one is a slip of: nearly as long, and nearly the same."""
    alike = [each for each in known if abs(len(each) - len(word)) <= _SLIP]
    near = get_close_matches(word, alike, n=1, cutoff=_NEAR)
    return near[0] if near else None


@dataclass(frozen=True, slots=True)
class Disk:
    """Which files there are beside the agents, to tell where relative links lead."""

    folders: Mapping[str, Path]
    """The sources' folders, by label."""
    projects: Mapping[str, Project]
    """What links may not leave, and what `/` stands for, by the source's label."""

    @classmethod
    def of(cls, sources: Iterable[Source], root: Path | None = None) -> Disk:
        """The disk as seen from the sources.

        Args:
            sources: The source folders.
            root: The project's folder. Sources outside of it, and all without it, reach as far as
                the repository that they are in, or else no farther than their own folder.
        """
        folders = {source.label: source.folder for source in sources}
        roots = {label: _root(folder, root) for label, folder in folders.items()}
        projects = {folder: Project(folder) for folder in roots.values()}
        return cls(folders, {label: projects[folder] for label, folder in roots.items()})

    def holds(self, agent: Agent, path: str) -> bool:
        """Whether a relative path, seen from the agent's file, names a file or folder."""
        project = self.projects[agent.source]
        start = self.folders[agent.source] / agent.folder
        if path.startswith("/"):
            start = project.folder
        target = posixpath.normpath(posixpath.join(start.as_posix(), path.lstrip("/")))
        return project.holds(posixpath.relpath(target, project.folder.as_posix()))


def _root(folder: Path, root: Path | None) -> Path:
    if root and folder.is_relative_to(root):
        return root
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)


def tree(path: str) -> str:
    """The folder that a tool searches as one, within which a name must be the only one.

    It is the innermost folder called `agents`; without one, the whole source.
    """
    parts = path.split("/")[:-1]
    ends = [end for end, part in enumerate(parts, start=1) if part in _AGENT_FOLDERS]
    return "/".join(parts[: ends[-1]]) if ends else ""


@dataclass(frozen=True)
class Surroundings:
    """What a rule may know beyond one file."""

    catalog: Catalog
    disk: Disk | None = None
    whole: bool = True
    """Whether every file of the sources is known."""

    @cached_property
    def trees(self) -> Mapping[tuple[str, str], tuple[Agent, ...]]:
        """Loadable agents that their tools find in one search, by source and folder."""
        found: dict[tuple[str, str], list[Agent]] = {}
        for agent in self.catalog.agents:
            if agent.loadable and agent.kind is Kind.AGENT:
                found.setdefault((agent.source, tree(agent.path)), []).append(agent)
        return {place: tuple(agents) for place, agents in found.items()}

    @cached_property
    def namesakes(self) -> Mapping[tuple[str, str, str, str], tuple[Agent, ...]]:
        """Agents by source, folder searched as one, format, and what their tool calls them."""
        found: dict[tuple[str, str, str, str], list[Agent]] = {}
        for (source, folder), agents in self.trees.items():
            for agent in agents:
                key = source, folder, agent.format.slug, agent.id
                found.setdefault(key, []).append(agent)
        return {place: tuple(agents) for place, agents in found.items()}

    @cached_property
    def names(self) -> Mapping[str, frozenset[str]]:
        """The names and file names of all agents of a source, by its label."""
        found: dict[str, set[str]] = {}
        for agent in self.catalog.agents:
            found.setdefault(agent.source, set()).update({agent.name, agent.id, stem(agent)})
        return {source: frozenset(names) for source, names in found.items()}

    @cached_property
    def description_tokens(self) -> Mapping[tuple[str, str], int]:
        """What the descriptions of a folder searched as one add to each session."""
        return {
            place: sum(estimated_tokens(agent.description.text) for agent in agents)
            for place, agents in self.trees.items()
        }

    @cached_property
    def folded(self) -> Mapping[tuple[str, str], tuple[Agent, ...]]:
        """Agents by source and by what a system that does not tell cases apart makes of the path."""
        found: dict[tuple[str, str], list[Agent]] = {}
        for agent in self.catalog.agents:
            found.setdefault((agent.source, folded(agent.path)), []).append(agent)
        return {place: tuple(agents) for place, agents in found.items()}

    @cached_property
    def paths(self) -> frozenset[tuple[str, str]]:
        """The sources and paths of all agents, and of the folders that they are in."""
        keys: set[AgentKey] = set()
        for agent in self.catalog.agents:
            path = agent.path
            while path:
                keys.add((agent.source, path))
                path = path.rpartition("/")[0]
        return frozenset(keys)


def folded(path: str) -> str:
    """What a path is to a system that tells neither cases nor encodings of one letter apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())


def stem(agent: Agent) -> str:
    """The file's name without its endings: `reviewer` of `team/reviewer.agent.md`."""
    name = agent.path.rpartition("/")[2].rpartition(".")[0]
    return name.removesuffix(".agent").removesuffix(".chatmode")


@dataclass(frozen=True)
class Subject:
    """An agent file and what a rule may ask about it."""

    agent: Agent
    around: Surroundings = field(repr=False)

    @cached_property
    def lines(self) -> Lines:
        """The lines of the file."""
        return Lines(self.agent.text)

    @cached_property
    def parts(self) -> Parts:
        """The file in frontmatter, fences and body; one without fences is frontmatter alone."""
        if self.format.reading.reader != "markdown":
            return Parts("", "", self.agent.text, "", "")
        return split(self.agent.text)

    @property
    def format(self) -> Format:
        """The tool that the file is for."""
        return self.agent.format

    @property
    def tree(self) -> tuple[str, str]:
        """The source and the folder that its tool searches as one."""
        return self.agent.source, tree(self.agent.path)

    def text_of(self, key: str) -> str:
        """The value of a key if it is text; else nothing."""
        found = self.agent.field(key)
        return found.value.strip() if found and isinstance(found.value, str) else ""

    @cached_property
    def entries(self) -> tuple[tuple[Field, ToolEntry], ...]:
        """Each entry of both tool lists, once, with the key that it stands under."""
        access = self.agent.tools
        keys = self.format.tools.key, "disallowedTools"
        found = []
        for key, entries in zip(keys, (access.allowed, access.denied), strict=True):
            if entries and (field := self.agent.field(key) or self.agent.field("tools")):
                found += [(field, entry) for entry in dict.fromkeys(entries)]
        return tuple(found)

    # Places

    @cached_property
    def chunks(self) -> tuple[tuple[Field, int, int], ...]:
        """Each key with the span of its lines, up to the next key."""
        end = sum(map(len, self.parts[:3]))
        starts = [self.lines.starts[field.line - 1] for field in self.agent.fields]
        spans = pairwise([*starts, end])
        return tuple((field, *span) for field, span in zip(self.agent.fields, spans, strict=True))

    def key_place(self, found: Field) -> tuple[int, int]:
        """Where a key stands."""
        start = self.lines.starts[found.line - 1]
        at = self.agent.text.find(found.key, start, start + self.lines.width(found.line))
        return found.line, max(at - start, 0) + 1

    def value_place(self, found: Field, part: str = "", word: bool = False) -> tuple[int, int]:  # noqa: FBT001, FBT002 (reads as a phrase)
        """Where the value of a key stands, or the first place in it of a part of it.

        Args:
            found: The key.
            part: What to look for; if it is not there as written, the value's start is meant.
            word: Whether the part must not be a part of a longer word.
        """
        text = self.agent.text
        begin = text.find(found.text, self.lines.starts[found.line - 1]) if found.text else -1
        if begin < 0:
            return found.line, found.column
        at = 0
        if part and word:
            match = re.search(rf"(?<![\w-]){re.escape(part)}(?![\w-])", found.text)
            at = match.start() if match else 0
        elif part:
            at = max(found.text.find(part), 0)
        return self.lines.place(begin + at)

    def prompt_place(self, offset: int) -> tuple[int, int]:
        """Where a character of the prompt stands in the file."""
        if self.agent.text.endswith(self.agent.prompt):
            return self.lines.place(len(self.agent.text) - len(self.agent.prompt) + offset)
        line, column = Lines(self.agent.prompt).place(offset)  # of a file that is indented
        return self.agent.prompt_line + line - 1, column

    # The prompt

    @cached_property
    def prompt_lines(self) -> Lines:
        """The lines of the prompt."""
        return Lines(self.agent.prompt)

    @cached_property
    def blocks(self) -> list[Token]:
        """The prompt's blocks, as Markdown; what is in a line is not parsed."""
        return [] if is_dense(self.agent.prompt) else _blocks().parse(self.agent.prompt)

    @cached_property
    def anchors(self) -> frozenset[str]:
        """The fragments that link to the prompt's headings."""
        return anchors(self.agent.prompt)

    @cached_property
    def _code_lines(self) -> frozenset[int]:
        """0-based lines of the prompt that are in blocks of code."""
        if not _FENCE.search(self.agent.prompt) and "    " not in self.agent.prompt:
            return frozenset()
        return frozenset(
            line
            for token in self.blocks
            if token.map and token.type in {"fence", "code_block"}
            for line in range(*token.map)
        )

    def in_code_block(self, offset: int) -> bool:
        """Whether a character of the prompt is in a block of code."""
        prompt = self.agent.prompt
        start = prompt.rfind("\n", 0, offset) + 1
        unclear = prompt.startswith((" " * 4, "\t", "```", "~~~"), start)
        fenced = None if unclear else _ends_fenced(prompt[:start])
        if fenced is not None:
            return fenced
        return self.prompt_lines.place(offset)[0] - 1 in self._code_lines

    def in_code(self, offset: int) -> bool:
        """Whether a character of the prompt is in a block of code, or between backticks."""
        if self.in_code_block(offset):
            return True
        line, column = self.prompt_lines.place(offset)
        start = self.prompt_lines.starts[line - 1]
        before = self.agent.prompt[start : start + column - 1]
        after = self.agent.prompt[offset : start + self.prompt_lines.width(line)]
        return before.count("`") % 2 == 1 and "`" in after

    def leads_nowhere(self, href: str) -> bool:
        """Whether a relative link leads to no agent and, if that can be known, to no file."""
        path = unquote(_QUERY_OR_FRAGMENT.split(href, maxsplit=1)[0])
        here = posixpath.dirname(self.agent.path)
        target = posixpath.normpath(posixpath.join(here, path))
        if (self.agent.source, target) in self.around.paths:
            return False
        disk = self.around.disk
        return disk is not None and not disk.holds(self.agent, path)


def _ends_fenced(text: str) -> bool | None:
    """Whether what follows some lines is in a fenced block; `None` if that takes a parser.

    A parser takes a hundred times as long.
    """
    if "```" not in text and "~~~" not in text:
        return False
    if (
        "\r" in text or text.startswith("<") or "\n<" in text
    ):  # HTML may hold what looks like a fence
        return None
    opened = ""
    for line in _FENCED_LINE.finditer(text):
        before, mark, info = line.groups()
        if opened:
            closes = mark.startswith(opened) and not info.strip() and not before.strip(" ")
            opened = "" if closes and len(before) <= _FENCE_INDENT else opened
        elif before or "`" in info:  # in a list, a quotation or a line
            return None
        else:
            opened = mark
    return bool(opened)


@cache
def _blocks() -> MarkdownIt:
    return MarkdownIt("commonmark").disable("inline")
