"""An agent file becomes an agent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import NamedTuple

from agent_catalog.model.agent import Agent, Description, Field
from agent_catalog.model.finding import UNPARSED, Flaw, Severity, beyond_limits
from agent_catalog.model.format import Effect, Fault, Format, FormatFrom, Key, Kind
from agent_catalog.model.limits import LARGEST_AGENT, LONGEST_VALUE, MOST_TOOLS, cut
from agent_catalog.model.tool import ToolAccess, ToolMode
from agent_catalog.reading.access import read_access
from agent_catalog.reading.examples import read_description
from agent_catalog.reading.facets import read_color, read_model
from agent_catalog.reading.faults import TOLD_ALONE, fatal_flaws, value_place
from agent_catalog.reading.formats.document import Document
from agent_catalog.reading.formats.known import format_reading
from agent_catalog.reading.formats.recognition import (
    Recognised,
    by_content,
    by_path,
    default_format,
    tool_folder,
)
from agent_catalog.reading.formats.toml import read_toml
from agent_catalog.reading.frontmatter import read_frontmatter
from agent_catalog.reading.sources import AgentFile
from agent_catalog.reading.text import Decoded, Lines, decode
from agent_catalog.reading.triggers import read_triggers

_OF_AGENTS = ("frontmatter-", "yaml-", "description-")
"""Starts of the codes of flaws that are none in a skill, a command or a prompt, as far as known."""
_UNREADABLE = frozenset({"file-too-large", "file-unreadable"})
_SALVAGED = ("toml-unreadable", "yaml-unreadable", "yaml-line-ends")


def read_agent(file: AgentFile) -> Agent:
    """Read an agent file as far as it can be read; never raises."""
    decoded = decode(file.data if len(file.data) <= LARGEST_AGENT else b"")
    recognised, document = _read(file, decoded.text)
    format_ = recognised.format
    fields = {field.key: field for field in document.fields}
    description = _description(fields.get("description"))
    flaws = tuple(_file_flaws(file, decoded))
    unread = (
        recognised.kind is Kind.AGENT
        and not any(flaw.fatal for flaw in flaws)
        and any(_is_placeholder(flaw, format_, file) for flaw in document.flaws)
    )
    if unread and file.plugin and file.plugin.name:
        description = read_description(f"Agent from {file.plugin.name} plugin")
    opened = not any(flaw.code in _UNREADABLE for flaw in flaws)
    if opened and not _is_too_long(document):
        access = _access(recognised, fields, file, unread=unread)
    else:
        access = ToolAccess(mode=ToolMode.UNKNOWN)
    if opened:
        flaws += document.flaws
        if recognised.kind is Kind.AGENT:
            flaws += tuple(_place_flaws(file, recognised))
            if not _is_salvaged(document, "toml-unreadable"):
                flaws += tuple(_required_flaws(document, fields, file, format_, decoded.text))
            if not _is_salvaged(document, *_SALVAGED):
                heeded = _heeded(fields, file, format_)
                flaws += tuple(fatal_flaws(heeded, access, format_, decoded.text))
        flaws += tuple(_long_flaws(fields, description, access))
    if recognised.kind is not Kind.AGENT:
        flaws = tuple(flaw for flaw in flaws if not flaw.code.startswith(_OF_AGENTS))
    names = _names(file, recognised, {} if unread else fields)
    return Agent(
        source=file.source.label,
        path=file.path,
        shown=file.shown,
        in_project=file.source.in_project,
        data=file.data,
        text=decoded.text,
        format=format_,
        format_from=recognised.sign,
        kind=recognised.kind,
        id=cut(names.id),
        plugin=file.plugin,
        name=cut(names.title),
        description=description,
        triggers=read_triggers(document.prompt),
        tools=access,
        model=read_model(fields.get("model"), format_),
        color=read_color(fields.get("color"), format_),
        fields=document.fields,
        prompt=document.prompt,
        prompt_line=document.prompt_line,
        loadable=not any(flaw.fatal for flaw in flaws),
        flaws=flaws,
    )


# What the file is for, and what it says


def _read(file: AgentFile, text: str) -> tuple[Recognised, Document]:
    """The format of a file and what it says, read as its tool reads it."""
    in_plugin = file.plugin is not None
    found = by_path(file.whole_path, file.source.format, file.plugin)
    if found:
        return found, _document(text, found.format, in_plugin=in_plugin)
    if PurePosixPath(file.path).suffix == ".toml":
        first = format_reading("toml")
        return Recognised(first, FormatFrom.KEYS), read_toml(text, first)
    first = default_format()
    document = _document(text, first, in_plugin=in_plugin)
    found = by_content(document.fields)
    if found.format.reading != first.reading:
        document = _document(text, found.format, in_plugin=in_plugin)
    return found, document


def _document(text: str, format_: Format, *, in_plugin: bool) -> Document:
    if format_.reading.reader == "toml":
        return read_toml(text, format_)
    return read_frontmatter(text, format_, in_plugin=in_plugin)


def _is_placeholder(flaw: Flaw, format_: Format, file: AgentFile) -> bool:
    """Whether a flaw makes the tool load an agent that has nothing of the file's fields."""
    fault = UNPARSED.get(flaw.code)
    if fault is None:
        return False
    in_plugin = file.plugin is not None
    return format_.fault(fault, in_plugin=in_plugin).effect is Effect.PLACEHOLDER


def _heeded(fields: Mapping[str, Field], file: AgentFile, format_: Format) -> Mapping[str, Field]:
    """The fields without those that have no effect in the agent of a plugin."""
    if file.plugin is None:
        return fields
    return {
        name: field
        for name, field in fields.items()
        if name not in format_.keys or format_.keys[name].in_plugins
    }


def _access(
    recognised: Recognised, fields: Mapping[str, Field], file: AgentFile, *, unread: bool
) -> ToolAccess:
    """What an agent may use; of other kinds that is not judged."""
    if recognised.kind is not Kind.AGENT:
        return ToolAccess(mode=ToolMode.UNKNOWN)
    return read_access(recognised.format, fields, in_plugin=file.plugin is not None, unread=unread)


# What it is called


class _Names(NamedTuple):
    id: str
    title: str


def _names(file: AgentFile, recognised: Recognised, fields: Mapping[str, Field]) -> _Names:
    """What the tool calls the agent, and what it is shown as."""
    folder, _, name = file.whole_path.rpartition("/")
    identity = recognised.format.identity
    stem = _stem(name, recognised.format)
    if recognised.kind is Kind.SKILL:
        inner = folder.rpartition("/")[2] or stem
        return _Names(_of_plugin(file, recognised, inner), _text(fields.get("name")) or inner)
    if recognised.kind is not Kind.AGENT:
        plain = name.rpartition(".")[0].removesuffix(".prompt") or name
        return _Names(_of_plugin(file, recognised, plain), plain)
    if file.plugin:
        name = _text(fields.get("name")) or stem
        return _Names(file.plugin.agent_id(name), name)
    inner = tool_folder(folder, recognised.format)
    if inner == folder:  # it is in no folder of the tool's
        inner = file.path.rpartition("/")[0]
    told = {"file": stem, "path": f"{inner}/{stem}" if inner else stem}

    def first(signs: tuple[str, ...]) -> str:
        values = (told[sign] if sign in told else _text(fields.get(sign)) for sign in signs)
        return next(filter(None, values), stem)

    return _Names(first(identity.id), first(identity.title))


def _of_plugin(file: AgentFile, recognised: Recognised, name: str) -> str:
    """What a skill or a command is called, with the plugin before it that brings it along."""
    if file.plugin and recognised.format == default_format():
        return file.plugin.command_id(name)
    return name


def _stem(name: str, format_: Format) -> str:
    ending = next((each for each in format_.identity.endings if name.endswith(each)), "")
    return name.removesuffix(ending) if ending and name != ending else PurePosixPath(name).stem


def _text(field: Field | None) -> str:
    """The value as text: what is written, where it is no string."""
    if field is None or field.value is None:
        return ""
    return (field.value if isinstance(field.value, str) else field.text).strip()


def _description(field: Field | None) -> Description:
    return read_description(_text(field))


def _file_flaws(file: AgentFile, decoded: Decoded) -> Iterator[Flaw]:
    if file.too_large or len(file.data) > LARGEST_AGENT:
        size = f"more than {LARGEST_AGENT // 1024} KiB"
        yield Flaw(
            line=1,
            column=1,
            code="file-too-large",
            fatal=True,
            message=file.error or f"the file has {size}, and so much is not taken apart",
            mend="Move what is not instructions out of it, into files that the agent reads.",
        )
    elif file.error:
        yield Flaw(
            line=1,
            column=1,
            code="file-unreadable",
            fatal=True,
            message=f"the file cannot be read: {file.error}",
            mend="Put a regular file there that everybody may read.",
        )
    if decoded.encoding != "utf-8":
        yield Flaw(
            line=1,
            column=1,
            code="utf-16",
            fatal=True,
            message=f"the file is {decoded.encoding.upper()}, which is not read as text",
            mend="Save the file as UTF-8.",
        )
    elif decoded.broken_at is not None:
        line, column = Lines(decoded.text).place(decoded.broken_at)
        yield Flaw(
            line=line,
            column=column,
            code="not-utf-8",
            message="not UTF-8 from here on: the model gets replacement characters instead",
            mend="Save the file as UTF-8.",
        )


def _place_flaws(file: AgentFile, recognised: Recognised) -> Iterator[Flaw]:
    """That the tool does not look for agents where the file is."""
    if recognised.sign is not FormatFrom.FOLDER or file.plugin:
        return
    format_ = recognised.format
    folder, _, name = file.whole_path.rpartition("/")
    below = tool_folder(folder, format_)
    why = ""
    if any(fnmatchcase(name, pattern) for pattern in format_.reading.unloaded):
        why = f"{format_.title} takes no file of such a name for an agent"
    elif below and not format_.reading.recursive:
        why = f"{format_.title} looks for agents in its own folder, and in none below it"
    if why:
        yield Flaw(
            code="file-not-looked-for",
            line=1,
            column=1,
            message=why,
            mend="Move the file, or give it another name.",
            fatal=True,
            severity=Severity.WARNING,
        )


def _required_flaws(
    document: Document, fields: Mapping[str, Field], file: AgentFile, format_: Format, text: str
) -> Iterator[Flaw]:
    """Keys that the tool needs and does not find, or finds with a value that it cannot use."""
    if not document.has_fields or _is_too_long(document):
        return
    in_plugin = file.plugin is not None
    for name, key in format_.demanding.items():
        field = fields.get(name)
        fault = format_.fault(f"{name}-missing", in_plugin=in_plugin)
        needed = fault.effect is not Effect.IGNORED
        if needed and (flaw := _lacking(name, key, field, fault)):
            yield flaw
        elif field and _text(field) and key.pattern and not re.fullmatch(key.pattern, _text(field)):
            fault = format_.fault(f"{name}-unfit", in_plugin=in_plugin)
            yield _unfit(field, key, fault, value_place(field, text))


def _is_salvaged(document: Document, *codes: str) -> bool:
    """Whether the tool never gets the values, for it cannot parse the file."""
    return any(flaw.code in codes for flaw in document.flaws)


def _lacking(name: str, key: Key, field: Field | None, fault: Fault) -> Flaw | None:
    """That a key that the tool needs has no value, or none that it can use."""
    if field is None or not _text(field):
        return fault.flaw(
            line=field.line if field else 1,
            column=1,
            code=f"{name}-missing" if name in TOLD_ALONE else "key-missing",
            message=f"no `{name}`: {fault.clause}",
            mend=f"Add a line `{name}` to the file: {_lower(key.about)}",
        )
    if name in TOLD_ALONE and not isinstance(field.value, str):
        return fault.flaw(
            line=field.line,
            column=1,
            code=f"{name}-not-text",
            message=f"`{name}` is no text, but a {_kind(field)}: {fault.clause}",
            mend=f"Put the value of `{name}` in double quotes.",
        )
    return None


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _unfit(field: Field, key: Key, fault: Fault, place: tuple[int, int]) -> Flaw:
    """That a value is not like the tool wants it: `plugin:name`, or what starts like an option."""
    return fault.flaw(
        line=place[0],
        column=place[1],
        code="name-reserved",
        message=f"`{field.key}` must {key.form}: {fault.clause}",
        mend="Write it in lower-case letters and hyphens.",
    )


def _is_too_long(document: Document) -> bool:
    return not document.fields and any(f.code == "over-limit" for f in document.flaws)


def _long_flaws(
    fields: Mapping[str, Field], description: Description, access: ToolAccess
) -> Iterator[Flaw]:
    """What is cut off, for lists and pages hold no more."""
    for key in ("model", "color"):  # a rule of its own tells of names
        field = fields.get(key)
        if field and len(_text(field)) > LONGEST_VALUE:
            yield beyond_limits(field.line, f"`{key}` has more than {LONGEST_VALUE} characters")
    if access.beyond:
        field = fields.get("tools") or fields.get("disallowedTools")
        what = (
            f"a tool list has {access.beyond:,} entries more than the {MOST_TOOLS} that are shown"
        )
        yield beyond_limits(field.line if field else 1, what)
    if description.beyond:
        field = fields.get("description")
        what = f"{description.beyond:,} more examples or turns of examples are not shown as such"
        yield beyond_limits(field.line if field else 1, what)


def _kind(field: Field) -> str:
    kinds = {bool: "truth value", int: "number", float: "number", tuple: "list", dict: "map"}
    return kinds[type(field.value)]
