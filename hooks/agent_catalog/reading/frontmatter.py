"""The frontmatter of an agent file: split off, parsed, and salvaged where it is broken.

Agent tools parse it as YAML and, if that fails, some of them once more with risky values put in
quotes or in blocks; which, the data of the file's format says. What the tool cannot read even so
is read key by key here, and what was wrong becomes a flaw.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby, islice, pairwise
from typing import NamedTuple

import yaml
from frontmatter.default_handlers import YAMLHandler

from agent_catalog.model.agent import Field, Reading
from agent_catalog.model.finding import Flaw, Severity, beyond_limits
from agent_catalog.model.format import Effect, Format
from agent_catalog.model.limits import LONGEST_FRONTMATTER, MOST_KEYS, MOST_UNSEEN
from agent_catalog.reading.block import FIRST_LINE, Block, Loader
from agent_catalog.reading.formats.document import Document
from agent_catalog.reading.invisible import invisible
from agent_catalog.reading.keys import DIALOGUE, Key, may_hide_keys, plain_keys, with_lost_keys
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
_KEY = re.compile(r"^ ?[A-Za-z_][\w.-]*:(?!\S)", re.MULTILINE)


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
    block = Block.of(
        parts.block,
        len(parts.before) + len(parts.opening),
        lines,
        Loader(format_, in_plugin=in_plugin),
        indented=parts.opening[:1].isspace(),
    )
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
    cut = _cut_at_dashes(block)
    seen = _read_fields(cut) if cut else read
    meant = _as_meant(block, read)
    prompt, prompt_line = _prompt(parts, lines)
    if cut and seen.is_agent(format_) and not parts.before and parts.opening.startswith("---"):
        meant = _as_meant(cut, seen)
        prompt, prompt_line = _after_dashes(lines, len(parts.opening) + len(cut.text))
    return Document(
        fields=meant.fields[:MOST_KEYS],
        has_fields=bool(parts.opening),
        prompt=prompt,
        prompt_line=prompt_line,
        flaws=(
            *_opening_flaws(parts, block),
            *_closing_flaws(parts, block),
            *_dashes_flaws(block, seen),
            *_yaml_flaws(block, seen if seen.is_agent(format_) else read, meant.swallowed),
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

    def is_agent(self, format_: Format) -> bool:
        """Whether its tool can read it, and finds in it what an agent needs."""
        return self.reading is not Reading.SALVAGED and self.told >= format_.needed


def _read_fields(block: Block) -> _Read:
    try:
        fields = (block.field(entry, Reading.STRICT) for entry in read_mapping(block.text))
        return _Read(tuple(fields), Reading.STRICT)
    except yaml.YAMLError as strict_error:
        error = strict_error
    try:
        return _Read(tuple(_read_retried(block)), Reading.RETRIED, error)
    except yaml.YAMLError:
        keys = tuple(with_lost_keys(block, plain_keys(block)))
        line_ends = _fails_by_line_ends(block)
        return _Read(tuple(salvaged(block, keys)), Reading.SALVAGED, error, keys, line_ends)


def _fails_by_line_ends(block: Block) -> bool:
    if "\r\n" not in block.text or block.loader.format.reading.retry != "quotes":
        return False
    try:
        list(_read_retried(block.of_text(block.text.replace("\r\n", "\n"))))
    except yaml.YAMLError:
        return False
    return True


def _cut_at_dashes(block: Block) -> Block | None:
    """What stands before the first three dashes within a block, if there its tool ends it."""
    end = block.text.find("---") if block.loader.ends_at_dashes else -1
    return block.of_text(block.text[:end]) if end >= 0 else None


def _after_dashes(lines: Lines, dashes: int) -> tuple[str, int]:
    """The prompt behind three dashes within a frontmatter, and the line where it starts."""
    prompt = lines.text[dashes + len("---") :].lstrip()
    line, _ = lines.place(len(lines.text) - len(prompt))
    return prompt, line


def _read_retried(block: Block) -> Iterator[Field]:
    """Read the block as its tool does when it is no YAML.

    Raises:
        yaml.YAMLError: It is no YAML even so.
    """
    tried = retried(block.text, block.loader.format.reading.retry)
    lines = Lines(tried.text)
    for entry in read_mapping(tried.text):
        line, _ = lines.place(entry.key_start)
        changed = line in tried.changed
        text = tried.changed[line] if changed else tried.text[entry.start : entry.end]
        key = block.lines.starts[tried.origin(line) - 1]
        value = block.text.find(text.rstrip(), key) if changed else -1
        column = block.place(value)[1] if value >= 0 else lines.place(entry.start)[1] + block.indent
        yield Field(
            key=entry.key,
            value=entry.value,
            text=text.rstrip(),
            line=block.place(key)[0],
            column=min(column, block.file.width(block.place(key)[0])) if changed else column,
            reading=Reading.RETRIED if changed else Reading.STRICT,
        )


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
    if read.reading is not Reading.SALVAGED and may_hide_keys(block.text):
        keys = with_lost_keys(block, _keys(block, read), swallowed=True)
        swallowed = [key for key in keys if key.swallowed]
    if swallowed:
        fields = tuple(_parted(block, read, keys))
        flaws.append(_swallowed_flaw(block, read, keys))
    if stray := _stray_key(fields):
        keys = with_lost_keys(block, plain_keys(block), swallowed=True)
        fields = tuple(salvaged(block, keys))
        flaws.append(_stray_key_flaw(stray, block))
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


def _opening_flaws(parts: Parts, block: Block) -> Iterator[Flaw]:
    """What a tool does not take for the frontmatter's first line."""
    line, _ = block.file.place(len(parts.before))
    fault = block.loader.fault("frontmatter-missing")
    found = partial(fault.flaw, line=line, column=1)
    if not parts.opening:
        needed = "".join(f"a `{key}:` line, " for key in _wanted(block.loader)).rstrip(", ")
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


def _wanted(loader: Loader) -> Iterator[str]:
    """The keys without which a file is no agent, or may be none."""
    for name, key in loader.format.keys.items():
        effect = loader.fault(f"{name}-missing").effect
        if key.missing is not Effect.IGNORED and effect is not Effect.IGNORED:
            yield name


def _closing_flaws(parts: Parts, block: Block) -> Iterator[Flaw]:
    """What a tool does not take for the frontmatter's last line."""
    lines = block.file
    if parts.opening and not parts.closing:
        fault = block.loader.fault("frontmatter-missing")
        yield fault.flaw(
            line=lines.place(len(parts.before))[0],
            column=1,
            code="frontmatter-unclosed",
            message=f"the frontmatter is never closed: {fault.clause}",
            mend="Put a line `---` after its last key.",
        )
    elif (
        block.loader.ends_at_dashes
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


def _dashes_flaws(block: Block, seen: _Read) -> Iterator[Flaw]:
    """Three dashes at which a tool ends the frontmatter, be it within a line."""
    offset = block.text.find("---") if block.loader.ends_at_dashes else -1
    if offset < 0:
        return
    line, column = block.place(offset)
    found = partial(
        Flaw, line=line, column=column, mend="Write a dash `—` or `--` instead of three dashes."
    )
    ends = f"{block.loader.title} ends the frontmatter at these three dashes"
    if seen.is_agent(block.loader.format):
        yield found(code="frontmatter-stray-dashes", message=f"{ends} and loses the rest of it")
    else:
        yield found(
            code="frontmatter-cut-off",
            message=f"{ends} and finds no agent in what is before them",
            fatal=not block.loader.in_plugin,
        )


def _yaml_flaws(block: Block, read: _Read, swallowed: frozenset[int]) -> Iterator[Flaw]:
    if read.error is None:
        return
    mistake = mistake_of(block.text, read.error, read.keys)
    line, column = block.place(mistake.offset)
    loader = block.loader
    fault = loader.fault("frontmatter-broken")
    broken = partial(fault.flaw, line=line, column=column)
    if read.reading is Reading.RETRIED:
        if line not in swallowed:
            retry = mistake.retry if loader.format.reading.retry == "quotes" else _IN_A_BLOCK
            yield Flaw(
                line=line,
                column=column,
                code="yaml-needs-retry",
                message=f"not valid YAML ({mistake.what}); read only by tools that {retry}",
                mend=mistake.fix,
            )
    elif read.line_ends:
        yield broken(
            code="yaml-line-ends",
            message=f"not valid YAML ({mistake.what}), and the CR LF line ends keep {loader.title} "
            f"from reading it all the same: {fault.clause}",
            mend=f"{mistake.fix} With LF line ends, {loader.title} at least reads the file as it is.",
        )
    else:
        yield broken(
            code="yaml-unreadable",
            message=f"not valid YAML ({mistake.what}): {fault.clause}",
            mend=mistake.fix,
        )


_IN_A_BLOCK = "put the value in a block"


def _swallowed_flaw(block: Block, read: _Read, keys: Sequence[Key]) -> Flaw:
    """That the tool takes keys for a part of the value before them."""
    loader = block.loader
    swallowed = [key for key in keys if key.swallowed]
    first, more = swallowed[0], len(swallowed) - 1
    line, column = block.place(first.start)
    what, fix = hidden(first)
    like = f", like {more} more key{'s' * (more > 1)}" if more else ""
    named = {key.name for key in swallowed} - read.told
    missed = [name for name in _wanted(loader) if name in named]
    faults = [loader.fault(f"{name}-missing") for name in missed]
    fatal = next((each for each in faults if each.effect.is_fatal), None)
    lost = f", finds no {' and no '.join(missed)}"
    clause = fatal.clause.removeprefix(f"{loader.title} ") if fatal else ""
    return Flaw(
        code="key-swallowed",
        line=line,
        column=column,
        message=f"{what}{like}: {loader.title} takes {'them' if more else 'it'} for a part of "
        f"`{keys[keys.index(first) - 1].name}`"
        + (f"{lost}, and {clause}" if clause else lost if missed else "")
        + ("" if missed else f", so {'they are' if more else 'it is'} not set"),
        mend=fix,
        fatal=fatal is not None,
        severity=None if fatal else Severity.WARNING,
    )


def _stray_key(fields: tuple[Field, ...]) -> Field | None:
    """The first line of an example that passes for a key behind the description."""
    pairs = pairwise(fields)
    return next((b for a, b in pairs if a.key == "description" and b.key in DIALOGUE), None)


def _stray_key_flaw(stray: Field, block: Block) -> Flaw:
    return Flaw(
        line=stray.line,
        column=1,
        code="description-cut",
        message=f"{block.loader.title} takes `{stray.key}:` for a key of its own, and ends the description before it",
        mend="Write `description: |` and the whole description indented by two spaces below it.",
    )
