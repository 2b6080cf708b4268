"""An agent file becomes an agent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from agent_catalog.model.agent import Agent, Description, Field, ToolAccess
from agent_catalog.model.finding import Flaw, beyond_limits
from agent_catalog.model.limits import LARGEST_AGENT, LONGEST_VALUE, MOST_TOOLS, cut
from agent_catalog.reading.examples import read_description
from agent_catalog.reading.facets import read_color, read_model
from agent_catalog.reading.frontmatter import Frontmatter, read_frontmatter
from agent_catalog.reading.sources import AgentFile
from agent_catalog.reading.text import Decoded, Lines, decode
from agent_catalog.reading.tools import read_tool_access
from agent_catalog.reading.triggers import read_triggers

_MEMORIES = frozenset({"user", "project", "local"})
"""Values of `memory`: https://code.claude.com/docs/en/sub-agents (2026-10)."""


def read_agent(file: AgentFile) -> Agent:
    """Read an agent file as far as it can be read; never raises."""
    decoded = decode(file.data if len(file.data) <= LARGEST_AGENT else b"")
    frontmatter = read_frontmatter(decoded.text)
    fields = {field.key: field for field in frontmatter.fields}
    description = _description(fields.get("description"))
    access = read_tool_access(
        fields.get("tools"),
        fields.get("disallowedTools"),
        memory=_text(fields.get("memory")) in _MEMORIES,
        servers=_servers(fields.get("mcpServers")),
    )
    flaws = tuple(_file_flaws(file, decoded))
    if not any(flaw.code in {"file-too-large", "file-unreadable"} for flaw in flaws):
        flaws += frontmatter.flaws
        flaws += tuple(_required_flaws(frontmatter, fields))
        flaws += tuple(_long_flaws(fields, description, access))
    return Agent(
        source=file.source.label,
        path=file.path,
        shown=file.shown,
        in_project=file.source.in_project,
        data=file.data,
        text=decoded.text,
        name=cut(_text(fields.get("name")) or PurePosixPath(file.path).stem),
        description=description,
        triggers=read_triggers(frontmatter.prompt),
        tools=access,
        model=read_model(fields.get("model")),
        color=read_color(fields.get("color")),
        fields=frontmatter.fields,
        prompt=frontmatter.prompt,
        prompt_line=frontmatter.prompt_line,
        loadable=not any(flaw.fatal for flaw in flaws),
        flaws=flaws,
    )


def _text(field: Field | None) -> str:
    """The value as text: what is written, where it is no string."""
    if field is None or field.value is None:
        return ""
    return (field.value if isinstance(field.value, str) else field.text).strip()


def _description(field: Field | None) -> Description:
    return read_description(_text(field))


def _servers(field: Field | None) -> tuple[str, ...]:
    """Names of the MCP servers of `mcpServers`: a list of names or of maps from name to settings."""
    value = field.value if field else None
    if isinstance(value, str):
        return tuple(name.strip() for name in value.split(",") if name.strip())
    if isinstance(value, Mapping):
        return tuple(value)
    if not isinstance(value, tuple):
        return ()
    return tuple(
        name
        for entry in value
        for name in (entry if isinstance(entry, Mapping) else (entry,))
        if isinstance(name, str)
    )


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
            message=f"the file is {decoded.encoding.upper()}: agent tools read UTF-8 only",
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


def _required_flaws(frontmatter: Frontmatter, fields: Mapping[str, Field]) -> Iterator[Flaw]:
    if not frontmatter.parts.opening or _is_too_long(frontmatter):
        return
    for key in ("name", "description"):
        field = fields.get(key)
        if not _text(field):
            yield Flaw(
                line=field.line if field else 1,
                column=1,
                code=f"{key}-missing",
                fatal=True,
                message=f"no `{key}`: agent tools skip this file without a word",
                mend=f"Add a line `{key}:` to the frontmatter.",
            )
        elif field and not isinstance(field.value, str):
            yield Flaw(
                line=field.line,
                column=1,
                code=f"{key}-not-text",
                fatal=True,
                message=f"`{key}` is no text, but a {_kind(field)}",
                mend=f"Put the value of `{key}` in double quotes.",
            )
    yield from _reserved_flaws(fields.get("name"))


def _reserved_flaws(name: Field | None) -> Iterator[Flaw]:
    """What Claude Code keeps for itself: `plugin:name`, and options that start with a dash."""
    text = _text(name)
    if name and isinstance(name.value, str) and (text.startswith("-") or ":" in text):
        what = "starts with `-`" if text.startswith("-") else "holds a colon"
        yield Flaw(
            line=name.line,
            column=name.column,
            code="name-reserved",
            fatal=True,
            message=f"the name {what}: Claude Code skips this file without a word",
            mend="Write the name in lower-case letters and hyphens.",
        )


def _is_too_long(frontmatter: Frontmatter) -> bool:
    return not frontmatter.fields and any(f.code == "over-limit" for f in frontmatter.flaws)


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
