"""The frontmatter of an agent file: split off, parsed, and salvaged where it is broken.

Agent tools parse it as YAML and, if that fails, some of them once more with risky values put in
quotes or in blocks; which, the data of the file's format says. What the tool cannot read even so
is read key by key here, and what was wrong becomes a flaw.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, pairwise
from typing import NamedTuple

import yaml
from frontmatter.default_handlers import YAMLHandler

from agent_catalog.model.agent import Field, Reading
from agent_catalog.model.finding import Flaw, beyond_limits
from agent_catalog.model.format import Effect, Fault, Format
from agent_catalog.model.limits import LONGEST_FRONTMATTER, MOST_KEYS, MOST_UNSEEN
from agent_catalog.reading.formats.document import Document
from agent_catalog.reading.invisible import invisible
from agent_catalog.reading.marked_yaml import Entry, read_mapping
from agent_catalog.reading.text import LINE_BREAK, Lines

_FENCE = YAMLHandler.FM_BOUNDARY
_INDENTED_FENCE = re.compile(r"^[ \t]+-{3,}\s*$", re.MULTILINE)
_FIRST_LINE = re.compile(r"\s*^([ \t]*)(?=\S)", re.MULTILINE)
_EMPTY_LINES = re.compile(r"(?:[ \t]*(?>\r\n|\n|\r))*")
_EMPTY_LINE = re.compile(r"(?>\r\n|\n|\r)[ \t]*(?=[\r\n]|\Z)")
_TELLING_KEY = re.compile(r"^(?:name|description):", re.MULTILINE)

_KEY = re.compile(r"^( ?)([A-Za-z_][\w.-]*):(?!\S)", re.MULTILINE)
_DIALOGUE = frozenset(
    {
        "user",
        "assistant",
        "human",
        "commentary",
        "User",
        "Assistant",
        "Context",
        "Example",
        "Examples",
    }
)
"""Words that open a line of an example; at column 0 they pass for keys."""

_PLAIN_PAIR = re.compile(r"([a-zA-Z_][a-zA-Z0-9_]*)\s*:\s*(.*)")
"""A line that OpenCode's second try may rewrite; one that is indented is not."""
_PAIR = re.compile(r"^([A-Za-z_-]+:[ \t]+)(\S[^\r\n\u2028\u2029]*)$", re.MULTILINE)
_LEADING_TABS = re.compile(r"^\t+", re.MULTILINE)
_RISKY = re.compile(r"[{}\[\]*&#!|>%@`]|: ")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*[ \t]*(?=[\r\n]|\Z)")
_QUOTED = re.compile(r"""(["'])(.*)\1""", re.DOTALL)


class Parts(NamedTuple):
    """A file in five pieces that add up to it."""

    before: str
    opening: str
    block: str
    closing: str
    body: str


def read_frontmatter(text: str, format_: Format, *, in_plugin: bool = False) -> Document:
    """Read a file's frontmatter as far as it can be read; never raises.

    Args:
        text: The whole file, without a byte order mark.
        format_: The format of the file: where its tool ends the frontmatter, and what it tries.
        in_plugin: Whether the file is an agent of a plugin.
    """
    lines = Lines(text)
    parts = split(text)
    block = _Block.of(parts, lines, format_, in_plugin=in_plugin)
    if limit := _beyond(parts.block):
        prompt, prompt_line = _prompt(parts, lines)
        flaw = beyond_limits(block.first_line, limit)
        return Document(
            fields=(),
            prompt=prompt,
            prompt_line=prompt_line,
            flaws=(replace(flaw, fatal=True),),
        )
    read = _read_fields(block)
    seen = _read_as_tool(block) or read
    stray = _stray_key(read.fields)
    every = tuple(_salvage(block)) if stray else read.fields
    fields = every[:MOST_KEYS]
    prompt, prompt_line = _prompt(parts, lines)
    return Document(
        fields=fields,
        has_fields=bool(parts.opening),
        prompt=prompt,
        prompt_line=prompt_line,
        flaws=(
            *_opening_flaws(parts, block),
            *_closing_flaws(parts, block),
            *_dashes_flaws(block, seen),
            *_yaml_flaws(block, seen if seen.is_agent(format_) else read),
            *_stray_key_flaws(stray, format_),
            *_many_keys_flaws(every),
        ),
    )


def _beyond(block: str) -> str:
    """Why a frontmatter is not parsed, if it is not."""
    if len(block) > LONGEST_FRONTMATTER:
        return f"the frontmatter has more than {LONGEST_FRONTMATTER:,} characters, and is not read"
    if sum(1 for _ in islice(invisible(block), MOST_UNSEEN + 1)) > MOST_UNSEEN:
        return (
            f"the frontmatter has more than {MOST_UNSEEN:,} invisible characters, and is not read"
        )
    return ""


def _many_keys_flaws(fields: Sequence[Field]) -> Iterator[Flaw]:
    if len(fields) > MOST_KEYS:
        what = f"the frontmatter has {len(fields):,} keys, and no more than {MOST_KEYS} are read"
        yield beyond_limits(fields[MOST_KEYS].line, what)


def split(text: str) -> Parts:
    """Part a file into what stands before its frontmatter, the block, its fences and the body.

    A block that is late or indented is found as well, and one that is never closed ends at an
    indented fence or the first empty line. A file without frontmatter is all body. The parts add
    up to the text.
    """
    first = _FIRST_LINE.match(text)
    fence = _INDENTED_FENCE if first and first[1] else _FENCE
    opening = first and fence.match(text, first.start(1))
    if not opening:
        return _split_late(text) or Parts("", "", "", "", text)
    after = opening.end()
    if closing := fence.search(text, after) or _INDENTED_FENCE.search(text, after):
        return _cut(text, opening.start(), after, closing.start(), closing.end())
    key = _KEY.match(text, _skip_empty_lines(text, after))
    if not key:
        return Parts("", "", "", "", text)
    empty_line = _EMPTY_LINE.search(text, key.end())
    end = empty_line.start() if empty_line else len(text)
    return _cut(text, opening.start(), after, end, end)


def _split_late(text: str) -> Parts | None:
    """Find a block that other text stands before; its keys must leave no doubt."""
    opening = _FENCE.search(text)
    closing = opening and _FENCE.search(text, opening.end())
    if not opening or not closing or not _TELLING_KEY.search(text, opening.end(), closing.start()):
        return None
    return _cut(text, opening.start(), opening.end(), closing.start(), closing.end())


def _skip_empty_lines(text: str, start: int) -> int:
    match = _EMPTY_LINES.match(text, start)
    return match.end() if match else start


def _cut(text: str, *cuts: int) -> Parts:
    bounds = (0, *cuts, len(text))
    return Parts(*(text[start:end] for start, end in pairwise(bounds)))


def _prompt(parts: Parts, lines: Lines) -> tuple[str, int]:
    if parts.before.strip():  # to a tool, and to a reader, all of the file is text
        return lines.text, 1
    start = _skip_empty_lines(parts.body, 0)
    line, _ = lines.place(len(lines.text) - len(parts.body) + start)
    prompt = parts.body[start:]
    return (textwrap.dedent(prompt) if parts.opening[:1].isspace() else prompt), line


@dataclass(frozen=True, slots=True)
class _Block:
    """The text between the fences, its indentation taken off, and where it stands."""

    lines: Lines
    file: Lines
    first_line: int
    format: Format
    in_plugin: bool
    indent: int = 0

    @classmethod
    def of(cls, parts: Parts, file: Lines, format_: Format, *, in_plugin: bool) -> _Block:
        first_line, _ = file.place(len(parts.before) + len(parts.opening))
        block = cls(Lines(parts.block), file, first_line, format_, in_plugin)
        if not parts.opening[:1].isspace():
            return block
        text = textwrap.dedent(parts.block)
        return replace(block, lines=Lines(text), indent=_indent(parts.block) - _indent(text))

    @property
    def text(self) -> str:
        return self.lines.text

    def fault(self, name: str) -> Fault:
        """What a fault of the file does in its tool."""
        return self.format.fault(name, in_plugin=self.in_plugin)

    def place(self, offset: int) -> tuple[int, int]:
        line, column = self.lines.place(offset)
        line += self.first_line - 1
        return line, min(column + self.indent, self.file.width(line))


def _indent(text: str) -> int:
    first = _FIRST_LINE.match(text)
    return len(first[1]) if first else 0


class _Read(NamedTuple):
    """What a block says, and what kept it from being plain YAML."""

    fields: tuple[Field, ...]
    reading: Reading
    error: yaml.YAMLError | None = None
    line_ends: bool = False
    """Whether it is the line ends of Windows that keep the retry from helping."""

    def is_agent(self, format_: Format) -> bool:
        """Whether its tool can read it, and finds in it what an agent needs."""
        told = {field.key for field in self.fields if field.value is not None}
        needed = {name for name, key in format_.keys.items() if key.missing.is_fatal}
        return self.reading is not Reading.SALVAGED and told >= needed


def _read_fields(block: _Block) -> _Read:
    try:
        fields = (_field(block, entry, Reading.STRICT) for entry in read_mapping(block.text))
        return _Read(tuple(fields), Reading.STRICT)
    except yaml.YAMLError as strict_error:
        error = strict_error
    try:
        return _Read(tuple(_read_retried(block, error)), Reading.RETRIED, error)
    except yaml.YAMLError:
        return _Read(tuple(_salvage(block)), Reading.SALVAGED, error, _fails_by_line_ends(block))


def _fails_by_line_ends(block: _Block) -> bool:
    if "\r\n" not in block.text or block.format.reading.retry != "quotes":
        return False
    try:
        list(_read_quoted(replace(block, lines=Lines(block.text.replace("\r\n", "\n")))))
    except yaml.YAMLError:
        return False
    return True


def _read_as_tool(block: _Block) -> _Read | None:
    """Read a block up to the first three dashes within it, if there its tool ends it."""
    end = block.text.find("---") if block.format.reading.closing == "dashes" else -1
    return _read_fields(replace(block, lines=Lines(block.text[:end]))) if end >= 0 else None


def _field(block: _Block, entry: Entry, reading: Reading, offset: int = 0) -> Field:
    start, end = entry.start + offset, entry.end + offset
    return Field(
        key=entry.key,
        value=entry.value,
        text=block.text[start:end].rstrip(),
        line=block.place(entry.key_start + offset)[0],
        column=block.place(start)[1],
        reading=reading,
    )


def _read_retried(block: _Block, error: yaml.YAMLError) -> Iterator[Field]:
    """Read the block as its tool does when it is no YAML at first.

    Raises:
        yaml.YAMLError: It is no YAML even so, or the tool does not try again.
    """
    retry = block.format.reading.retry
    if retry == "quotes":
        yield from _read_quoted(block)
    elif retry == "block":
        yield from _read_blocks(block)
    else:
        raise error


def _read_quoted(block: _Block) -> Iterator[Field]:
    """Read the block with risky one-line values in quotes.

    A line that ends in CR LF stays as it is, a fault that users of the tool meet.

    Raises:
        yaml.YAMLError: It is no YAML even so.
    """
    quoted: dict[int, str] = {}

    def quote(match: re.Match[str]) -> str:
        lead, value = match.groups()
        if not _is_risky(value):
            return match[0]
        quoted[block.lines.place(match.start())[0]] = value
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{lead}"{escaped}"'

    spaced = _LEADING_TABS.sub(lambda tabs: "  " * len(tabs[0]), _PAIR.sub(quote, block.text))
    retried = replace(block, lines=Lines(spaced))
    for entry in read_mapping(spaced):
        field = _field(retried, entry, Reading.STRICT)
        line, _ = retried.lines.place(entry.key_start)
        if line in quoted:
            field = replace(field, text=quoted[line].rstrip(), reading=Reading.RETRIED)
        yield field


def _read_blocks(block: _Block) -> Iterator[Field]:
    """Read the block with one-line values that hold a colon as literal blocks below `|-`.

    See `fallbackSanitization` in OpenCode's `packages/opencode/src/config/markdown.ts`.

    Raises:
        yaml.YAMLError: It is no YAML even so.
    """
    moved: dict[int, tuple[int, str]] = {}
    lines: list[str] = []
    for number, line in enumerate(LINE_BREAK.split(block.text), start=1):
        pair = _PLAIN_PAIR.fullmatch(line)
        value = pair[2].strip() if pair else ""
        if pair and ":" in value and value[:1] not in {'"', "'"} and value not in {"|", ">"}:
            moved[len(lines) + 1] = number, value
            lines += [f"{pair[1]}: |-", f"  {value}"]
        else:
            if line.strip():
                moved[len(lines) + 1] = number, ""
            lines.append(line)
    retried = Lines("\n".join(lines))
    for entry in read_mapping(retried.text):
        number, value = moved[retried.place(entry.key_start)[0]]
        start = block.lines.starts[number - 1]
        key = block.text.find(entry.key, start)
        at = block.text.find(value or retried.text[entry.start : entry.end].rstrip(), key)
        place = block.place(max(at, key))
        yield Field(
            key=entry.key,
            value=entry.value,
            text=value or retried.text[entry.start : entry.end].rstrip(),
            line=block.place(key)[0],
            column=place[1],
            reading=Reading.RETRIED if value else Reading.STRICT,
        )


def _is_risky(value: str) -> bool:
    if _QUOTED.fullmatch(value) or _BLOCK_HEADER.match(value) or not _RISKY.search(value):
        return False
    return not (value.startswith("[") and _is_yaml(value))


def _is_yaml(value: str) -> bool:
    try:
        read_mapping(f"value: {value}")
    except yaml.YAMLError:
        return False
    return True


def _salvage(block: _Block) -> Iterator[Field]:
    """Read each key of a broken block on its own.

    A line at column 0 starts a key if it looks like one and is not the dialogue of an example;
    any other line goes on with the value before it.
    """
    keys = [match for match in _KEY.finditer(block.text) if _starts_field(match, block.format)]
    ends = [*(match.start() for match in keys), len(block.text)]
    for key, end in zip(keys, ends[1:], strict=True):
        chunk = block.text[key.start(2) : end]
        yield _read_alone(block, chunk, key.start(2)) or _read_raw(block, key, chunk)


def _starts_field(match: re.Match[str], format_: Format) -> bool:
    indent, key = match.groups()
    if key[:1].lower() + key[1:] in format_.keys:
        return True
    return not indent and key[:1].islower() and key not in _DIALOGUE


def _read_alone(block: _Block, chunk: str, offset: int) -> Field | None:
    try:
        (entry,) = read_mapping(chunk)
    except (yaml.YAMLError, ValueError):
        return None
    return _field(block, entry, Reading.SALVAGED, offset)


def _read_raw(block: _Block, key: re.Match[str], chunk: str) -> Field:
    """A field whose value no parser takes: its text is the value, without what encloses it."""
    rest = chunk[len(key[2]) + 1 :]
    text = rest.strip()
    header = _BLOCK_HEADER.match(text)
    first, *others = LINE_BREAK.split(text[header.end() :] if header else text)
    value = "\n".join([first, textwrap.dedent("\n".join(others))]).strip()
    if unquoted := _QUOTED.fullmatch(value):
        value = unquoted[2]
    return Field(
        key=key[2],
        value=value,
        text=text,
        line=block.place(key.start(2))[0],
        column=block.place(key.end() + rest.find(text))[1],
        reading=Reading.SALVAGED,
    )


def _opening_flaws(parts: Parts, block: _Block) -> Iterator[Flaw]:
    """What a tool does not take for the frontmatter's first line."""
    line, _ = block.file.place(len(parts.before))
    fault = block.fault("frontmatter-missing")
    found = partial(fault.flaw, line=line, column=1)
    if not parts.opening:
        needed = "".join(f"a `{key}:` line, " for key in _needed(block.format)).rstrip(", ")
        yield found(
            code="frontmatter-missing",
            message=f"no frontmatter: {fault.clause}"
            if fault.effect is not Effect.IGNORED
            else "no frontmatter, and so no settings",
            mend=f"Start the file with `---`, {needed or 'its keys'} and `---`.",
        )
    elif parts.before or parts.opening[:1].isspace():
        yield found(
            code="frontmatter-late",
            message=f"the frontmatter does not start on line 1: {fault.clause}",
            mend="Make `---`, without a space before it, the first line of the file.",
        )
    elif parts.opening.strip() != "---":
        yield found(
            code="frontmatter-long-opening",
            message=f"the first line has more than three dashes: {fault.clause}",
            mend="Open the frontmatter with `---` alone.",
        )


def _needed(format_: Format) -> Iterator[str]:
    """The keys without which a file is no agent, or may be none."""
    return (name for name, key in format_.keys.items() if key.missing is not Effect.IGNORED)


def _closing_flaws(parts: Parts, block: _Block) -> Iterator[Flaw]:
    """What a tool does not take for the frontmatter's last line."""
    lines = block.file
    if parts.opening and not parts.closing:
        fault = block.fault("frontmatter-missing")
        yield fault.flaw(
            line=lines.place(len(parts.before))[0],
            column=1,
            code="frontmatter-unclosed",
            message=f"the frontmatter is never closed: {fault.clause}",
            mend="Put a line `---` after its last key.",
        )
    elif (
        block.format.reading.closing == "dashes"
        and len(parts.closing.strip()) > len("---")
        and "---" not in parts.block
    ):
        yield Flaw(
            line=lines.place(len(lines.text) - len(parts.body) - len(parts.closing))[0],
            column=1,
            code="frontmatter-long-fence",
            message="the closing line has more than three dashes; the rest becomes prompt text",
            mend="Close the frontmatter with `---` alone.",
        )


def _dashes_flaws(block: _Block, seen: _Read) -> Iterator[Flaw]:
    """Three dashes at which a tool ends the frontmatter, be it within a line."""
    offset = block.text.find("---") if block.format.reading.closing == "dashes" else -1
    if offset < 0:
        return
    line, column = block.place(offset)
    found = partial(
        Flaw, line=line, column=column, mend="Write a dash `—` or `--` instead of three dashes."
    )
    ends = f"{block.format.title} ends the frontmatter at these three dashes"
    if seen.is_agent(block.format):
        yield found(code="frontmatter-stray-dashes", message=f"{ends} and loses the rest of it")
    else:
        yield found(
            code="frontmatter-cut-off",
            message=f"{ends} and finds no agent in what is before them",
            fatal=not block.in_plugin,
        )


def _yaml_flaws(block: _Block, read: _Read) -> Iterator[Flaw]:
    if read.error is None:
        return
    line, column = block.place(_offset(read.error))
    problem = str(getattr(read.error, "problem", None) or "nothing can read it")
    if problem.startswith("mapping values are not allowed"):
        problem = "an unquoted value holds a colon and a space"
    fault = block.fault("frontmatter-broken")
    broken = partial(fault.flaw, line=line, column=column)
    if read.reading is Reading.RETRIED:
        yield Flaw(
            line=line,
            column=column,
            code="yaml-needs-retry",
            message=f"not valid YAML ({problem}); read only by tools that {_RETRIES[block.format.reading.retry]}",
            mend="Write `|` after the key's colon and the value indented by two spaces below it.",
        )
    elif read.line_ends:
        yield broken(
            code="yaml-line-ends",
            message=f"not valid YAML ({problem}), and the CR LF line ends keep "
            f"{block.format.title} from reading it all the same: {fault.clause}",
            mend="Save the file with LF line ends, and write the value as a block below `|`.",
        )
    else:
        yield broken(
            code="yaml-unreadable",
            message=f"not valid YAML ({problem}): {fault.clause}",
            mend="Write `|` after the key's colon and the whole value indented by two spaces below it.",
        )


_RETRIES = {"quotes": "put the value in quotes", "block": "put the value in a block"}
"""What tools do with a value in their second try."""


def _offset(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None)
    return int(mark.index) if mark else 0


def _stray_key(fields: tuple[Field, ...]) -> Field | None:
    """The first line of an example that passes for a key behind the description."""
    pairs = pairwise(fields)
    return next((b for a, b in pairs if a.key == "description" and b.key in _DIALOGUE), None)


def _stray_key_flaws(stray: Field | None, format_: Format) -> Iterator[Flaw]:
    if stray:
        yield Flaw(
            line=stray.line,
            column=1,
            code="description-cut",
            message=f"{format_.title} takes `{stray.key}:` for a key of its own, and ends the description before it",
            mend="Write `description: |` and the whole description indented by two spaces below it.",
        )
