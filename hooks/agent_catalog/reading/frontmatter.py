"""The frontmatter of an agent file: split off, parsed, and salvaged where it is broken.

Agent tools parse it as YAML and, if that fails, once more with risky values put in quotes
(Anthropic's own check does the same in the open: `validate-frontmatter.ts` of
`anthropics/claude-plugins-official`). A file that still fails is skipped without a word. Here
each of its keys is read on its own instead, and what was wrong becomes a flaw.
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
from agent_catalog.model.limits import LONGEST_FRONTMATTER, MOST_KEYS, MOST_UNSEEN
from agent_catalog.reading.invisible import invisible
from agent_catalog.reading.marked_yaml import Entry, read_mapping
from agent_catalog.reading.text import LINE_BREAK, Lines

KNOWN_KEYS = frozenset(
    {
        "name",
        "description",
        "tools",
        "disallowedTools",
        "model",
        "permissionMode",
        "maxTurns",
        "skills",
        "mcpServers",
        "hooks",
        "memory",
        "background",
        "omitClaudeMd",
        "effort",
        "isolation",
        "color",
        "initialPrompt",
        "experimental",
    }
)
"""The keys of a Claude Code subagent: https://code.claude.com/docs/en/sub-agents (2026-10)."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontmatter:
    """What a file says before its prompt, and the prompt."""

    parts: Parts
    fields: tuple[Field, ...]
    prompt: str
    prompt_line: int
    """1-based line of the file on which the prompt starts."""
    flaws: tuple[Flaw, ...]


def read_frontmatter(text: str) -> Frontmatter:
    """Read a file's frontmatter as far as it can be read; never raises.

    Args:
        text: The whole file, without a byte order mark.
    """
    lines = Lines(text)
    parts = split(text)
    block = _Block.of(parts, lines)
    if limit := _beyond(parts.block):
        prompt, prompt_line = _prompt(parts, lines)
        flaw = beyond_limits(block.first_line, limit)
        return Frontmatter(
            parts=parts,
            fields=(),
            prompt=prompt,
            prompt_line=prompt_line,
            flaws=(replace(flaw, fatal=True),),
        )
    read = _read_fields(block)
    seen = _read_as_tools(block) or read
    stray = _stray_key(read.fields)
    every = tuple(_salvage(block)) if stray else read.fields
    fields = every[:MOST_KEYS]
    prompt, prompt_line = _prompt(parts, lines)
    return Frontmatter(
        parts=parts,
        fields=fields,
        prompt=prompt,
        prompt_line=prompt_line,
        flaws=(
            *_opening_flaws(parts, lines),
            *_closing_flaws(parts, lines),
            *_dashes_flaws(block, seen),
            *_yaml_flaws(block, seen if seen.is_agent else read),
            *_stray_key_flaws(stray),
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
    indent: int = 0

    @classmethod
    def of(cls, parts: Parts, file: Lines) -> _Block:
        first_line, _ = file.place(len(parts.before) + len(parts.opening))
        block = cls(Lines(parts.block), file, first_line)
        if not parts.opening[:1].isspace():
            return block
        text = textwrap.dedent(parts.block)
        return replace(block, lines=Lines(text), indent=_indent(parts.block) - _indent(text))

    @property
    def text(self) -> str:
        return self.lines.text

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

    @property
    def is_agent(self) -> bool:
        """Whether tools can read it, and find in it what an agent needs."""
        told = {field.key for field in self.fields if field.value is not None}
        return self.reading is not Reading.SALVAGED and told >= {"name", "description"}


def _read_fields(block: _Block) -> _Read:
    try:
        fields = (_field(block, entry, Reading.STRICT) for entry in read_mapping(block.text))
        return _Read(tuple(fields), Reading.STRICT)
    except yaml.YAMLError as strict_error:
        error = strict_error
    try:
        return _Read(tuple(_read_retried(block)), Reading.RETRIED, error)
    except yaml.YAMLError:
        return _Read(tuple(_salvage(block)), Reading.SALVAGED, error, _fails_by_line_ends(block))


def _fails_by_line_ends(block: _Block) -> bool:
    if "\r\n" not in block.text:
        return False
    try:
        list(_read_retried(replace(block, lines=Lines(block.text.replace("\r\n", "\n")))))
    except yaml.YAMLError:
        return False
    return True


def _read_as_tools(block: _Block) -> _Read | None:
    """Read a block up to the first three dashes within it, for there tools end it."""
    end = block.text.find("---")
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


def _read_retried(block: _Block) -> Iterator[Field]:
    """Read the block as tools do when it is no YAML: with risky one-line values in quotes.

    They leave a line that ends in CR LF as it is, a fault their users meet: so does this.

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
    keys = [match for match in _KEY.finditer(block.text) if _starts_field(match)]
    ends = [*(match.start() for match in keys), len(block.text)]
    for key, end in zip(keys, ends[1:], strict=True):
        chunk = block.text[key.start(2) : end]
        yield _read_alone(block, chunk, key.start(2)) or _read_raw(block, key, chunk)


def _starts_field(match: re.Match[str]) -> bool:
    indent, key = match.groups()
    if key[:1].lower() + key[1:] in KNOWN_KEYS:
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


def _opening_flaws(parts: Parts, lines: Lines) -> Iterator[Flaw]:
    """What a tool does not take for the frontmatter's first line."""
    line, _ = lines.place(len(parts.before))
    found = partial(Flaw, line=line, column=1, fatal=True)
    if not parts.opening:
        yield found(
            code="frontmatter-missing",
            message="no frontmatter: agent tools take this file for plain text and load no agent",
            mend="Start the file with `---`, a `name:` line, a `description:` line and `---`.",
        )
    elif parts.before or parts.opening[:1].isspace():
        yield found(
            code="frontmatter-late",
            message="the frontmatter does not start on line 1, so agent tools do not see it",
            mend="Make `---`, without a space before it, the first line of the file.",
        )
    elif parts.opening.strip() != "---":
        yield found(
            code="frontmatter-long-opening",
            message="the first line has more than three dashes, so agent tools see no frontmatter",
            mend="Open the frontmatter with `---` alone.",
        )


def _closing_flaws(parts: Parts, lines: Lines) -> Iterator[Flaw]:
    """What a tool does not take for the frontmatter's last line."""
    found = partial(Flaw, column=1)
    if parts.opening and not parts.closing:
        yield found(
            line=lines.place(len(parts.before))[0],
            code="frontmatter-unclosed",
            fatal=True,
            message="the frontmatter is never closed, so agent tools do not see it",
            mend="Put a line `---` after its last key.",
        )
    elif len(parts.closing.strip()) > len("---") and "---" not in parts.block:
        yield found(
            line=lines.place(len(lines.text) - len(parts.body) - len(parts.closing))[0],
            code="frontmatter-long-fence",
            message="the closing line has more than three dashes; the rest becomes prompt text",
            mend="Close the frontmatter with `---` alone.",
        )


def _dashes_flaws(block: _Block, seen: _Read) -> Iterator[Flaw]:
    """Agent tools end the frontmatter at the first `---`, be it within a line."""
    offset = block.text.find("---")
    if offset < 0:
        return
    line, column = block.place(offset)
    found = partial(
        Flaw, line=line, column=column, mend="Write a dash `—` or `--` instead of three dashes."
    )
    ends = "agent tools end the frontmatter at these three dashes"
    if seen.is_agent:
        yield found(code="frontmatter-stray-dashes", message=f"{ends} and lose the rest of it")
    else:
        yield found(
            code="frontmatter-cut-off",
            message=f"{ends} and find no agent in what is before them",
            fatal=True,
        )


def _yaml_flaws(block: _Block, read: _Read) -> Iterator[Flaw]:
    if read.error is None:
        return
    line, column = block.place(_offset(read.error))
    problem = str(getattr(read.error, "problem", None) or "nothing can read it")
    if problem.startswith("mapping values are not allowed"):
        problem = "an unquoted value holds a colon and a space"
    found = partial(Flaw, line=line, column=column)
    if read.reading is Reading.RETRIED:
        yield found(
            code="yaml-needs-retry",
            message=f"not valid YAML ({problem}); read only by tools that put the value in quotes",
            mend="Write `|` after the key's colon and the value indented by two spaces below it.",
        )
    elif read.line_ends:
        yield found(
            code="yaml-line-ends",
            fatal=True,
            message=f"not valid YAML ({problem}), and the CR LF line ends keep agent tools from mending it",
            mend="Save the file with LF line ends, and write the value as a block below `|`.",
        )
    else:
        yield found(
            code="yaml-unreadable",
            fatal=True,
            message=f"not valid YAML ({problem}): agent tools skip this file without a word",
            mend="Write `|` after the key's colon and the whole value indented by two spaces below it.",
        )


def _offset(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None)
    return int(mark.index) if mark else 0


def _stray_key(fields: tuple[Field, ...]) -> Field | None:
    """The first line of an example that passes for a key behind the description."""
    pairs = pairwise(fields)
    return next((b for a, b in pairs if a.key == "description" and b.key in _DIALOGUE), None)


def _stray_key_flaws(stray: Field | None) -> Iterator[Flaw]:
    if stray:
        yield Flaw(
            line=stray.line,
            column=1,
            code="description-cut",
            message=f"agent tools take `{stray.key}:` for a key of its own, and end the description before it",
            mend="Write `description: |` and the whole description indented by two spaces below it.",
        )
