"""Agent files made to cost time, memory or space, and what each costs.

The cases of cmark-gfm's pathological tests (<https://github.com/github/cmark-gfm>, `test/`) are
here as generators of any size, with further ones for each part of a file that is read.

As a script it reads `[name, size]` pairs as JSON from standard input, builds a site of the one
file in a process of its own for each, and writes a line of JSON with its cost.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import count, takewhile
from pathlib import Path
from time import monotonic

KIB = 1024
MIB = KIB * KIB
LARGEST_CPU = 60
"""Seconds after which a process is ended, whatever is promised."""
LARGEST_MEMORY = 6 * KIB * MIB

Case = Callable[[int], str | bytes]
"""Makes a file of about as many characters."""


def _repeated(piece: str, before: str = "", after: str = "") -> Case:
    def make(size: int) -> str:
        return before + piece * (size // len(piece)) + after

    return make


def _nested(opening: str, closing: str, middle: str = "a") -> Case:
    def make(size: int) -> str:
        number = size // (len(opening) + len(closing))
        return opening * number + middle + closing * number

    return make


def _lines(line: Callable[[int], str], before: str = "", after: str = "") -> Case:
    """Numbered lines, which differ."""

    def make(size: int) -> str:
        found, length = [], 0
        for number in count():
            found.append(line(number))
            length += len(found[-1])
            if length >= size:
                return before + "".join(found) + after
        raise AssertionError

    return make


def _deep_list(size: int) -> str:
    depths = takewhile(lambda depth: depth * depth < size, count())
    return "".join("  " * depth + "* a\n" for depth in depths)


def _wide_table(size: int) -> str:
    columns = size // 6
    return f"|{'a|' * columns}\n|{'-|' * columns}\n|{'b|' * columns}\n"


def _square_table(size: int) -> str:
    """As many columns as rows, but the rows are empty: the cells are made up."""
    side = size // 8
    return f"|{'a|' * side}\n|{'-|' * side}\n" + "|\n" * (side * 2)


def _growing_backticks(size: int) -> str:
    return "".join("e" + "`" * length for length in range(1, int((2 * size) ** 0.5)))


def _fences(size: int) -> str:
    """One block of code for each of a few pieces that lexers stumble over."""
    pieces = ("(", '"', "\\", "/*", "<", "${", "a", " ", "{", "'''", "#{", "=")
    length = size // len(pieces)
    return "".join(f"```python\n{piece * (length // len(piece))}\n```\n\n" for piece in pieces)


def _languages(language: str) -> Case:
    return _nested(f"```{language}\n/*(\"'\\<${{#", "\n```\n")


_PROMPTS: dict[str, Case] = {
    # cmark-gfm's
    "nested strong and emphasis": _nested("*a **a ", " a** a*", "b"),
    "closers of emphasis": _repeated("a_ "),
    "openers of emphasis": _repeated("_a "),
    "closers of links": _repeated("a]"),
    "openers of links": _repeated("[a"),
    "openers and closers that do not match": _repeated("*a_ "),
    "delimiters in threes": _repeated("c* ", before="a**b"),
    "openers of links and closers of emphasis": _repeated("[ a_"),
    "brackets and parentheses": _repeated("[ (]("),
    "images in links": _repeated("![[]()"),
    "nested brackets": _nested("[", "]"),
    "nested quotes": _repeated("> ", after="a"),
    "nested lists": _deep_list,
    "null characters": _repeated("abc\0de\0"),
    "backticks": _growing_backticks,
    "unclosed links with a bracket": _repeated("[a](<b"),
    "unclosed links": _repeated("[a](b"),
    "unclosed comments": _repeated("<!--", before="</"),
    "tables in tables": _repeated("aaa\rbbb\n-\v\n"),
    "references": _lines("[{0}]: u\n".format, after="[0] " * KIB),
    "references alike": _lines("[x{0}]: /url\n\n[x]\n\n".format),
    "footnotes": _lines("[^{0}]:[^{0}]\n".format),
    # of the same kind
    "brackets": _repeated("["),
    "images": _repeated("!["),
    "links in links": _repeated("[a]("),
    "CDATA": _repeated("<![CDATA["),
    "processing instructions": _repeated("<?"),
    "declarations": _repeated("<!A "),
    "tags": _repeated("<a "),
    "closed tags": _repeated("<a>"),
    "angle brackets": _repeated("<"),
    "lists in a line": _repeated("- ", after="x"),
    "numbered lists in a line": _repeated("1. ", after="x"),
    "quotes and lists": _repeated("> - ", after="x"),
    "wide table": _wide_table,
    "square table": _square_table,
    "headings underlined": _repeated("a\n=\n"),
    "headings": _lines("# a{0}\n".format),
    "headings that are the same": _repeated("# a\n"),
    "abbreviations": _lines("*[a{0}]: b\n".format),
    "strikethrough": _repeated("~a ~~"),
    "asterisks": _repeated("*"),
    "asterisks and letters": _repeated("**a *"),
    "underscores": _repeated("__a"),
    "www": _repeated("www."),
    "bare URLs": _repeated("https://a.b/c "),
    "brackets in a URL": _repeated("(", before="https://a.b/"),
    "mail addresses": _repeated("a@"),
    "colons": _repeated("a:"),
    "entities": _repeated("&#0;"),
    "ampersands": _repeated("&"),
    "long entities": _repeated("&CounterClockwiseContourIntegral;"),
    "backslashes": _repeated("\\"),
    "alerts": _repeated("> [!NOTE]\n\n"),
    "nested alerts": _repeated("> [!NOTE]\n> "),
    "tasks": _repeated("- [ ] a\n"),
    "empty list items": _repeated("-\n"),
    "fences": _repeated("```\n"),
    "unclosed fence": _repeated("a\n", before="```python\n"),
    "fences of tildes": _lines("~~~a{0}\n".format),
    "code that lexers stumble over": _fences,
    "code in the language c": _languages("c"),
    "code in the language markdown": _languages("markdown"),
    "code in the language typescript": _languages("typescript"),
    "line ends": _repeated("\n"),
    "blanks": _repeated(" ", after="a"),
    "tabs": _repeated("\t", after="a"),
    "indented lines": _deep_list,
    "hard breaks": _repeated("a  \n"),
    "one word": _repeated("a"),
    "words": _repeated("a b "),
    "invisible characters": _repeated("\u200b"),
    "directions": _repeated("\u202ea"),
    "tag characters": _repeated("\U000e0041"),
    "private use": _repeated("\ue000"),
    "marks": _repeated("\u0301", before="a"),
    "link titles": _repeated('[a](b "'),
    "definitions without an end": _repeated('[a]: b "c\n'),
    "rules": _repeated("---\n"),
    "pseudo-tags": _repeated("<example>"),
    "comments": _repeated("<!-- a -->"),
    "occasions": _lines("- **a{0}** b\n".format, before="## When to invoke\n\n"),
    "links to nowhere": _lines("[a]({0}.md) ".format),
    "possible secrets": _lines("key{0} = 'AKIA{0:016}'\n".format),
    "paths": _lines("/usr/{0}/a/b ".format),
    "tools named": _repeated("`mcp__a__b` Bash( "),
}


def _inside(frontmatter: Case) -> Case:
    def make(size: int) -> str:
        return f"---\n{frontmatter(size)!s}\n---\n\nPrompt.\n"

    return make


def _described(text: Case) -> Case:
    """A description in a block scalar."""

    def make(size: int) -> str:
        indented = str(text(size)).replace("\n", "\n  ")
        return f"---\nname: a\ndescription: |\n  {indented}\n---\n\nPrompt.\n"

    return make


_FRONTMATTERS: dict[str, Case] = {
    "sequences": _repeated("["),
    "mappings": _repeated("{"),
    "mappings with keys": _repeated("{a: "),
    "sequences in lines": _repeated("- "),
    "keys in a line": _repeated("a: "),
    "keys": _lines("k{0}: v\n".format),
    "the same key": _repeated("a: b\n"),
    "nested mappings": lambda size: "".join(
        " " * depth + "a:\n" for depth in takewhile(lambda depth: depth * depth < 2 * size, count())
    ),
    "aliases": lambda size: (
        "a0: &a0 [x]\n"
        + "".join(
            f"a{number + 1}: &a{number + 1} [{', '.join([f'*a{number}'] * 9)}]\n"
            for number in range(size // 60)
        )
    ),
    "anchors": _lines("a{0}: &b{0} c\n".format),
    "tags": _repeated("!!python/object/apply:os.system ", before="a: "),
    "quotes": _repeated('"', before="a: "),
    "single quotes": _repeated("'", before="a: "),
    "unclosed quotes": _repeated('a: "b\n'),
    "escapes": _repeated("\\x41", before='a: "', after='"'),
    "long key": _repeated("a", after=": b"),
    "long value": _repeated("a", before="name: a\ndescription: "),
    "colons": _repeated("a: b: c\n"),
    "block scalars": _repeated("a: |\n"),
    "comments": _repeated("#"),
    "question marks": _repeated("? "),
    "percents": _repeated("%A "),
    "tools": _lines("T{0}, ".format, before="tools: "),
    "tools in a list": _lines("- T{0}\n".format, before="tools:\n"),
    "servers": _lines("mcp__s{0}__t, ".format, before="tools: "),
    "nested parentheses": _nested("Bash(", ")"),
    "parentheses of tools": _repeated("Bash(", before="tools: "),
    "closed parentheses of tools": _repeated("Bash(a, b), ", before="tools: "),
    "denied tools": _lines("T{0}, ".format, before="disallowedTools: "),
    "models": _lines("m{0}, ".format, before="model: "),
    "long name": _repeated("a", before="name: "),
    "long color": _repeated("a", before="color: "),
    "fences": _repeated("----\n"),
    "lines that are no keys": _repeated("a\n"),
    "values to quote": _lines("k{0}: a: b\n".format),
}

_DESCRIPTIONS: dict[str, Case] = {
    "examples": _repeated('<example>\nuser: "a"\nassistant: "b"\n</example>\n'),
    "openings of examples": _repeated("<example>"),
    "closings of examples": _repeated("</example>"),
    "speakers": _repeated('user: "a" '),
    "contexts": _repeated("Context: "),
    "comments": _repeated("<commentary>"),
    "written line ends": _repeated("\\n"),
    "quotes": _repeated("'\""),
    "numbered": _lines("({0}) User: 'a' → Assistant: 'b' ".format),
    "arrows": _repeated("→"),
    "sentences": _repeated("a. "),
    "abbreviations": _repeated("e.g. "),
    "paragraphs": _repeated("a\n\n"),
    "invisible characters": _repeated("\u200b"),
    "dashes": _repeated("- "),
    "words": _lines("w{0} ".format),
    "blanks": _repeated(" ", before="a", after="b"),
    "backslashes": _repeated("\\"),
}

CASES: dict[str, Case] = {
    **{f"prompt: {name}": case for name, case in _PROMPTS.items()},
    **{f"frontmatter: {name}": _inside(case) for name, case in _FRONTMATTERS.items()},
    **{f"description: {name}": _described(case) for name, case in _DESCRIPTIONS.items()},
    "file: dashes": _repeated("---\n"),
    "file: no text": lambda size: bytes(range(256)) * (size // 256),
    "file: zeros": bytes,
    "file: UTF-16": lambda size: b"\xff\xfe" + "---\nname: a\n".encode("utf-16le") * (size // 24),
    "file: half of UTF-16": lambda size: b"\xff\xfe" + b"\xd8\x00" * (size // 2),
    "file: invalid UTF-8": lambda size: b"\xff" * size,
    "file: cut UTF-8": lambda size: b"\xf0\x9f\x98" * (size // 3),
    "file: carriage returns": _repeated("\r"),
}


# What a case costs.


@dataclass(frozen=True, slots=True)
class Cost:
    """What it takes to build a site of one file."""

    name: str
    size: int
    """Asked for, in characters."""
    cpu: float
    """Seconds of processor time, of the process and all that it starts."""
    seconds: float
    """As a clock has them."""
    memory: int
    """The most bytes that are held at a time."""
    page: int
    """Bytes of the largest page."""
    code: int
    """The exit status; negative: the signal that ended it."""


def costs(cases: Iterable[tuple[str, int]]) -> Iterator[Cost]:
    """Build sites of single files, one after the other."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(list(cases)))
        process.stdin.close()
        for line in process.stdout:
            yield Cost(**json.loads(line))


def _main() -> None:
    import agent_catalog.plugin  # noqa: F401, PLC0415 (read before it is forked)

    for name, size in json.load(sys.stdin):
        print(json.dumps(asdict(_cost(name, size))), flush=True)  # noqa: T201 (its output)


def _cost(name: str, size: int) -> Cost:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        made = CASES[name](size) if name else "---\nname: a\ndescription: B.\n---\n\nC.\n"
        (place / "agents").mkdir()
        file = place / "agents/agent.md"
        file.write_bytes(made if isinstance(made, bytes) else made.encode())
        start = monotonic()
        child = os.fork()
        if not child:
            _build(place)
        _, status, used = os.wait4(child, 0)
        pages = [page.stat().st_size for page in (place / "site").rglob("*.html")]
        return Cost(
            name=name,
            size=size,
            cpu=round(used.ru_utime + used.ru_stime, 2),
            seconds=round(monotonic() - start, 2),
            memory=used.ru_maxrss * KIB,
            page=max(pages, default=0),
            code=os.waitstatus_to_exitcode(status),
        )


def _build(folder: Path) -> None:
    """Build the site, and end the process."""
    from agent_catalog.config import Options, SourceOption  # noqa: PLC0415 (as above)
    from agent_catalog.plugin import build_site  # noqa: PLC0415 (as above)

    resource.setrlimit(resource.RLIMIT_CPU, (LARGEST_CPU, LARGEST_CPU + 1))
    resource.setrlimit(resource.RLIMIT_AS, (LARGEST_MEMORY, LARGEST_MEMORY))
    options = Options(sources=(SourceOption(folder=str(folder / "agents")),))
    code = 1
    with contextlib.suppress(Exception):
        with Path(os.devnull).open("w") as nothing, contextlib.redirect_stderr(nothing):
            build_site(options, folder / "site", title="Crew")
        code = 0
    os._exit(code)


if __name__ == "__main__":
    _main()
