"""The frontmatter of an agent file: split off, parsed, and salvaged where it is broken.

Agent tools parse it as YAML and, if that fails, once more with risky values put in quotes. A file
that still fails is skipped without a word. Here each of its keys is read on its own instead, and
what was wrong becomes a flaw.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby, islice, pairwise
from typing import NamedTuple

import yaml
from frontmatter.default_handlers import YAMLHandler

from agent_catalog.model.agent import Field, Reading
from agent_catalog.model.finding import Flaw, beyond_limits
from agent_catalog.model.limits import LONGEST_FRONTMATTER, MOST_KEYS, MOST_UNSEEN
from agent_catalog.reading.block import FIRST_LINE, Block
from agent_catalog.reading.invisible import invisible
from agent_catalog.reading.keys import DIALOGUE, Key, plain_keys, with_lost_keys
from agent_catalog.reading.marked_yaml import read_mapping
from agent_catalog.reading.mistakes import hidden, mistake_of
from agent_catalog.reading.retry import retried
from agent_catalog.reading.salvage import salvaged
from agent_catalog.reading.text import Lines

_FENCE = YAMLHandler.FM_BOUNDARY
_INDENTED_FENCE = re.compile(r"^[ \t]+-{3,}\s*$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"(?:[ \t]*(?>\r\n|\n|\r))*")
_EMPTY_LINE = re.compile(r"(?>\r\n|\n|\r)[ \t]*(?=[\r\n]|\Z)")
_INDENT = re.compile(r"[ \t]*")
_TELLING_KEY = re.compile(r"^(?:name|description):", re.MULTILINE)
_REQUIRED = frozenset({"name", "description"})
_KEY = re.compile(r"^ ?[A-Za-z_][\w.-]*:(?!\S)", re.MULTILINE)


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
    indented = parts.opening[:1].isspace()
    block = Block.of(parts.block, len(parts.before) + len(parts.opening), lines, indented=indented)
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
    meant = _as_meant(block, read)
    prompt, prompt_line = _prompt(parts, lines)
    return Frontmatter(
        parts=parts,
        fields=meant.fields[:MOST_KEYS],
        prompt=prompt,
        prompt_line=prompt_line,
        flaws=(
            *_opening_flaws(parts, lines),
            *_closing_flaws(parts, lines),
            *_dashes_flaws(block, seen),
            *_yaml_flaws(block, seen if seen.is_agent else read, meant.swallowed),
            *meant.flaws,
            *_many_keys_flaws(meant.fields),
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
    first = FIRST_LINE.match(text)
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


class _Read(NamedTuple):
    """What a block says, and what kept it from being plain YAML."""

    fields: tuple[Field, ...]
    reading: Reading
    error: yaml.YAMLError | None = None
    keys: tuple[Key, ...] = ()
    """Where the keys stand, if it is salvaged."""
    line_ends: bool = False
    """Whether it is the line ends of Windows that keep the retry from helping."""

    @property
    def told(self) -> frozenset[str]:
        """The keys that have a value."""
        return frozenset(field.key for field in self.fields if field.value is not None)

    @property
    def is_agent(self) -> bool:
        """Whether tools can read it, and find in it what an agent needs."""
        return self.reading is not Reading.SALVAGED and self.told >= _REQUIRED


def _read_fields(block: Block) -> _Read:
    try:
        fields = (block.field(entry, Reading.STRICT) for entry in read_mapping(block.text))
        return _Read(tuple(fields), Reading.STRICT)
    except yaml.YAMLError as strict_error:
        error = strict_error
    try:
        return _Read(tuple(_read_retried(block)), Reading.RETRIED, error)
    except yaml.YAMLError:
        keys = tuple(with_lost_keys(block.text, plain_keys(block.text)))
        line_ends = _fails_by_line_ends(block)
        return _Read(tuple(salvaged(block, keys)), Reading.SALVAGED, error, keys, line_ends)


def _fails_by_line_ends(block: Block) -> bool:
    if "\r\n" not in block.text:
        return False
    try:
        list(_read_retried(block.of_text(block.text.replace("\r\n", "\n"))))
    except yaml.YAMLError:
        return False
    return True


def _read_as_tools(block: Block) -> _Read | None:
    """Read a block up to the first three dashes within it, for there tools end it."""
    end = block.text.find("---")
    return _read_fields(block.of_text(block.text[:end])) if end >= 0 else None


def _read_retried(block: Block) -> Iterator[Field]:
    """Read the block as tools do when it is no YAML.

    Raises:
        yaml.YAMLError: It is no YAML even so.
    """
    text, quoted = retried(block.text)
    tried = block.of_text(text)
    for entry in read_mapping(text):
        field = tried.field(entry, Reading.STRICT)
        line, _ = tried.lines.place(entry.key_start)
        if line in quoted:
            field = replace(field, text=quoted[line].rstrip(), reading=Reading.RETRIED)
        yield field


class _Meant(NamedTuple):
    """What people read in a block, where tools read something else."""

    fields: tuple[Field, ...]
    flaws: tuple[Flaw, ...]
    """What is to be said of the difference."""
    swallowed: frozenset[int]
    """The lines of keys that are, to tools, a part of the value before them."""


def _as_meant(block: Block, read: _Read) -> _Meant:
    fields = read.fields
    flaws: list[Flaw] = []
    swallowed: list[Key] = []
    if read.reading is not Reading.SALVAGED:
        keys = with_lost_keys(block.text, _keys(block, read), swallowed=True)
        swallowed = [key for key in keys if key.swallowed]
    if swallowed:
        fields = tuple(_parted(block, read, keys))
        flaws.append(_swallowed_flaw(block, read, keys))
    if stray := _stray_key(fields):
        keys = with_lost_keys(block.text, plain_keys(block.text), swallowed=True)
        fields = tuple(salvaged(block, keys))
        flaws.append(_stray_key_flaw(stray))
    lines = frozenset(block.place(key.start)[0] for key in swallowed)
    return _Meant(fields, tuple(flaws), lines)


def _parted(block: Block, read: _Read, keys: Sequence[Key]) -> Iterator[Field]:
    """The fields as tools read them, but for those that hold other keys, and these."""
    fields = {
        line: tuple(fields) for line, fields in groupby(read.fields, lambda field: field.line)
    }
    for key, after, field in zip(keys, [*keys[1:], None], salvaged(block, keys), strict=True):
        parts = key.swallowed or (after and after.swallowed)
        yield from (field,) if parts else fields[field.line]


def _keys(block: Block, read: _Read) -> list[Key]:
    """Where the keys stand that tools read."""
    keys = []
    for line, name in {field.line: field.key for field in reversed(read.fields)}.items():
        start = block.lines.starts[line - block.first_line]
        indent = _INDENT.match(block.text, start)
        at = indent.end() if indent else start
        colon = at + len(name)
        keys.append(Key(name, at, colon, colon + 1, block.text[start:at]))
    return keys


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


def _dashes_flaws(block: Block, seen: _Read) -> Iterator[Flaw]:
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


def _yaml_flaws(block: Block, read: _Read, swallowed: frozenset[int]) -> Iterator[Flaw]:
    if read.error is None:
        return
    mistake = mistake_of(block.text, read.error, read.keys)
    line, column = block.place(mistake.offset)
    found = partial(Flaw, line=line, column=column)
    if read.reading is Reading.RETRIED:
        if line not in swallowed:
            yield found(
                code="yaml-needs-retry",
                message=f"not valid YAML ({mistake.what}); read only by tools that {mistake.retry}",
                mend=mistake.fix,
            )
    elif read.line_ends:
        yield found(
            code="yaml-line-ends",
            fatal=True,
            message=f"not valid YAML ({mistake.what}), and the CR LF line ends keep agent tools from mending it",
            mend=f"{mistake.fix} With LF line ends, Claude Code at least reads the file as it is.",
        )
    else:
        yield found(
            code="yaml-unreadable",
            fatal=True,
            message=f"not valid YAML ({mistake.what}): agent tools skip this file without a word",
            mend=mistake.fix,
        )


def _swallowed_flaw(block: Block, read: _Read, keys: Sequence[Key]) -> Flaw:
    """That tools take keys for a part of the value before them."""
    swallowed = [key for key in keys if key.swallowed]
    first, more = swallowed[0], len(swallowed) - 1
    line, column = block.place(first.start)
    what, fix = hidden(first)
    like = f", like {more} more key{'s' * (more > 1)}" if more else ""
    missed = sorted((_REQUIRED - read.told) & {key.name for key in swallowed}, reverse=True)
    lost = f"find no {' and no '.join(missed)}, and skip this file without a word"
    return Flaw(
        code="key-swallowed",
        line=line,
        column=column,
        message=f"{what}{like}: agent tools take {'them' if more else 'it'} for a part of "
        f"`{keys[keys.index(first) - 1].name}`"
        + (f", {lost}" if missed else f", so {'they are' if more else 'it is'} not set"),
        mend=fix,
        fatal=bool(missed),
    )


def _stray_key(fields: tuple[Field, ...]) -> Field | None:
    """The first line of an example that passes for a key behind the description."""
    pairs = pairwise(fields)
    return next((b for a, b in pairs if a.key == "description" and b.key in DIALOGUE), None)


def _stray_key_flaw(stray: Field) -> Flaw:
    return Flaw(
        line=stray.line,
        column=1,
        code="description-cut",
        message=f"agent tools take `{stray.key}:` for a key of its own, and end the description before it",
        mend="Write `description: |` and the whole description indented by two spaces below it.",
    )
