"""Recognition: which tool a file is for, and by what that is told.

The strongest sign decides: what the source's option says, the file's name, its folder, keys that
one tool alone has, the names of its tools. Without any, it is taken for the format of most files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase, translate
from functools import cache, lru_cache

from agent_catalog.model.agent import Field, Value
from agent_catalog.model.format import Format, FormatFrom, Kind
from agent_catalog.model.plugin import Plugin
from agent_catalog.reading.formats.known import DEFAULT, elsewhere, known_formats
from agent_catalog.reading.tools import EVERYTHING, find_tool, is_spelled, names_of

_FOLDERS = 4096

_TYPES: Mapping[str, type] = {"map": Mapping, "list": tuple}

_OF_COMMANDS = frozenset({"allowed-tools", "argument-hint"})
"""Keys that commands have and agents have not; with a name, they may be an agent's by mistake."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A format, and by what it was recognised."""

    format: Format
    sign: FormatFrom
    kind: Kind = Kind.AGENT


def default_format() -> Format:
    """The format of a file that nothing tells."""
    return known_formats()[DEFAULT]


def by_path(path: str, option: str = "", plugin: Plugin | None = None) -> Recognised | None:
    """The format that a file's name or folder tells, or the option of its source.

    Args:
        path: POSIX path of the file, from as far up as it is known.
        option: The slug that the source's option gives; empty if it gives none.
        plugin: The plugin that the file is of, if it is of one.
    """
    folder, _, name = path.rpartition("/")
    by_name, by_folder = _kind_by_name(name), _kind_by_folder(folder)
    kind = by_name or by_folder or (plugin.kind if plugin else Kind.AGENT)
    if option:
        return Recognised(known_formats()[option], FormatFrom.OPTION, kind)
    if found := _by_name(name):
        return Recognised(found, FormatFrom.NAME, kind)
    found = _by_folder(folder)
    if found is None and plugin:
        found = default_format()
    if found:
        return Recognised(found, FormatFrom.FOLDER, kind)
    if kind is not Kind.AGENT:
        return _of_kind(folder, name, kind)
    return None


def _by_name(name: str) -> Format | None:
    return next((each for each, pattern in _named_formats() if fnmatchcase(name, pattern)), None)


@cache
def _named_formats() -> tuple[tuple[Format, str], ...]:
    return tuple(
        (each, pattern) for each in known_formats().values() for pattern in each.recognition.names
    )


def by_content(fields: Iterable[Field]) -> Recognised:
    """The format that the keys of a frontmatter tell, or the tools that it lists."""
    values = {field.key: field.value for field in fields}
    counts = {
        each: _telling_keys(values, each)
        for each in known_formats().values()
        if each.reading.reader == "markdown"  # only such files have a frontmatter
    }
    if best := max(counts, key=lambda each: counts[each]) if any(counts.values()) else None:
        return Recognised(best, FormatFrom.KEYS)
    if values.keys() & _OF_COMMANDS and not {"name", "tools"} & set(map(str.lower, values)):
        return Recognised(default_format(), FormatFrom.KEYS, Kind.COMMAND)
    if best := _by_tools(values.get("tools")):
        return Recognised(best, FormatFrom.TOOLS)
    return Recognised(default_format(), FormatFrom.DEFAULT)


def _telling_keys(values: Mapping[str, Value], format_: Format) -> int:
    signs = format_.recognition
    return (
        len(signs.keys & values.keys())
        + sum(
            isinstance(values.get(key), str) and values[key] in known
            for key, known in signs.values.items()
        )
        + sum(isinstance(values.get(key), _TYPES[type_]) for key, type_ in signs.types.items())
    )


def _by_tools(listed: Value) -> Format | None:
    """The format whose tools most names of a list are, spelled as it spells them."""
    if listed is None or isinstance(listed, Mapping):
        return None
    names = {name.partition("(")[0].strip() for name in names_of(listed, default_format())}
    names.discard(EVERYTHING)  # every format has a word for all of them
    counts = {
        each: sum(is_spelled(name, each) or _is_of_server(name, each) for name in names)
        for each in known_formats().values()
        if each.tools.shape in {"list", "tags"}
    }
    best = max(counts, key=lambda each: counts[each])
    return best if 2 * counts[best] > len(names) else None


@lru_cache(maxsize=_FOLDERS)
def _is_of_server(name: str, format_: Format) -> bool:
    """Whether it is a tool of an MCP server, in a form that the format alone has: `github/*`."""
    server, slash, tool = name.rpartition("/")
    if not (server and slash and tool) or "{server}/{tool}" not in format_.tools.server:
        return False
    others = (each for each in known_formats().values() if each != format_)
    return not name.startswith("@") and not any(find_tool(server, each) for each in others)


@lru_cache(maxsize=_FOLDERS)
def _by_folder(folder: str) -> Format | None:
    """The format of the innermost folder that is one of a tool's."""
    found = {
        each: max((_place(folder, sign) for sign in each.recognition.folders), default=-1)
        for each in known_formats().values()
    }
    best = max(found, key=lambda each: found[each])
    return best if found[best] >= 0 else None


def _place(folder: str, sign: str) -> int:
    """Where the last of some parts that follow each other ends in a path; -1 if they are not there."""
    start = f"/{folder}/".rfind(f"/{sign}/")
    return start + len(sign) if start >= 0 else -1


def tool_folder(folder: str, format_: Format) -> str:
    """What comes behind the tool's own folder in a folder's path; all of it if that is not in it."""
    ends = [_place(folder, sign) for sign in format_.recognition.folders]
    end = max(ends, default=-1)
    return folder[end:].strip("/") if end >= 0 else folder


def _kind_by_name(name: str) -> Kind | None:
    """What a file is that is called so, if it is no agent."""
    return next((kind for _, kind, pattern in _named_kinds() if fnmatchcase(name, pattern)), None)


@cache
def _named_kinds() -> tuple[tuple[Format, Kind, str], ...]:
    return tuple(
        (each, kind, pattern)
        for each in known_formats().values()
        for kind, signs in each.recognition.kinds.items()
        for pattern in signs.names
    )


@lru_cache(maxsize=_FOLDERS)
def _kind_by_folder(folder: str) -> Kind | None:
    """What the files of a folder are, if they are no agents."""
    return next((kind for _, kind in _kinds_of(folder)), None)


def _of_kind(folder: str, name: str, kind: Kind) -> Recognised | None:
    """The format whose folder or name for another kind than agents a file has."""
    for each, _ in _kinds_of(folder):
        return Recognised(each, FormatFrom.FOLDER, kind)
    for each, _, pattern in _named_kinds():
        if fnmatchcase(name, pattern):
            return Recognised(each, FormatFrom.NAME, kind)
    return None


def _kinds_of(folder: str) -> Iterator[tuple[Format, Kind]]:
    for each in known_formats().values():
        for kind, signs in each.recognition.kinds.items():
            if any(_place(folder, sign) >= 0 for sign in signs.folders):
                yield each, kind


def none_of_these(path: str) -> str:
    """What a file is that is no agent, skill, command or prompt; empty if that is not known."""
    pattern, others = _others()
    found = pattern.fullmatch(f"/{path}")
    return others[found.lastindex - 1] if found and found.lastindex else ""


def what_elsewhere(path: str) -> str:
    """What Markdown is that no agent tool with a known format reads; empty if that is not known.

    A name or a folder that one of these tools looks for says more. Agents may work in a copy of
    the repository that their tool keeps below `worktrees`, so what is above that tells nothing.
    """
    folder, _, name = path.rpartition("/")
    if _by_name(name) or _kind_by_name(name) or _by_folder(folder):
        return ""
    pattern, what = _elsewhere()
    found = pattern.fullmatch(f"/{path.rpartition('/worktrees/')[2]}")
    return what[found.lastindex - 1] if found and found.lastindex else ""


def other_suffix(path: str, suffix: str) -> Format | None:
    """The format whose folder a file lies in, if that tool reads no files with its ending."""
    folder, _, name = path.rpartition("/")
    if _by_name(name) or _kind_by_name(name):
        return None
    found = _by_folder(folder)
    other = found and (found.reading.reader == "toml") is not (suffix == ".toml")
    return found if other else None


@cache
def _others() -> tuple[re.Pattern[str], tuple[str, ...]]:
    """One pattern with a group for each kind of file, and what the kinds are."""
    pairs = [pair for each in known_formats().values() for pair in each.recognition.others.items()]
    return _grouped(pairs)


@cache
def _elsewhere() -> tuple[re.Pattern[str], tuple[str, ...]]:
    """The same for Markdown that lies elsewhere."""
    return _grouped(elsewhere().items())


def _grouped(pairs: Iterable[tuple[str, str]]) -> tuple[re.Pattern[str], tuple[str, ...]]:
    pairs = list(pairs)
    groups = "|".join(f"({translate(pattern)})" for pattern, _ in pairs)
    return re.compile(groups), tuple(what for _, what in pairs)
