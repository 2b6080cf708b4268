"""Eight hundred good agent files, and two hundred hostile ones of every kind to put beside them."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
from pathlib import Path

from pathological import CASES, KIB
from payloads import quoted, sample
from sites import agent_file

_KINDS: tuple[dict[str, str], ...] = (
    {"model": "sonnet", "color": "blue", "tools": "Grep, Glob"},
    {"model": "opus", "color": "red", "tools": "Edit"},
    {"model": "haiku", "color": "'#059669'", "tools": "WebFetch, mcp__tracker__list"},
    {"model": "inherit", "color": "no-color-that-is-known", "tools": "Skill"},
    {"model": "no-model-that-is-known", "color": "green"},
    {},
)
"""All groups that the navigation may have."""

_BODY = """
# {0}

Do what {0} does.

- one
  - two

[Below](#{0}), [elsewhere](https://example.org/{0}) and [beside](good{1}.md).

```python
print("{0}")
```
"""


def good_files(count: int) -> dict[str, bytes]:
    """Agents that have nothing in common but their make; each tenth one is there twice."""
    files = {}
    for number in range(count):
        words = " ".join(_word(number * 7 + each) for each in range(7))
        body = _BODY.format(_word(number * 7), number // 2)
        text = agent_file(
            f"good-{_word(number * 7)}", body, description=words, **_KINDS[number % 6]
        )
        files[f"good{number}.md"] = text.encode()
        if number % 10 == 9:
            files[f"good{number}.md"] = files[f"good{number - 1}.md"]
    # As deep as the hostile ones: the policy that all pages share knows how deep pages lie.
    for depth in range(1, 14):
        name = "deep" + _word(90_000 + depth)
        files[f"{'deep/' * depth}agent.md"] = agent_file(name, description=name).encode()
    return files


def _word(number: int) -> str:
    """A word that no other number has."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:05}")


_RESERVED = (
    *("index", "404", "CNAME", "con", "aux", "nul.txt", "lpt1", "search", "assets", "page-2"),
    *("catalog.json", "sitemap.xml", "robots.txt", ".htaccess", "agent.md", "~", "compare"),
)
_BAD_NAMES = (
    *(
        b"\xff\xfe",
        b"a\nb",
        b"a\tb",
        b"\x1b[31m",
        b"a\\b",
        b"..",
        b"...",
        b" ",
        b"a ",
        b"-rf",
        b"$(id)",
    ),
    *(
        b"`id`",
        b"%2e%2e%2f",
        b"%00",
        b"a;b",
        b"a&b",
        b"a|b",
        b"a?b=c",
        b"a#b",
        b"{{ a }}",
        b"{% a %}",
    ),
    *(b"\xe2\x80\xaea", b"\xe2\x80\x8b", b"\xf3\xa0\x81\x81", b"<img src=x onerror=alert(1)>"),
    *(b'"onmouseover=alert(1)', b"'", b"a" * 250, b"\xc3\xa9", b"e\xcc\x81", b"good0", b"GOOD0"),
)


def write_hostile(folder: Path) -> int:
    """Write the hostile files, and say how many."""
    folder.mkdir(parents=True)
    _write_texts(folder / "text")
    _write_names(folder / "name")
    _write_links(folder / "link")
    _write_specials(folder / "special")
    return sum(len([*folders, *files]) for _, folders, files in os.walk(folder)) - 4


def _write_texts(folder: Path) -> None:
    folder.mkdir()
    attacks = [
        quoted(each).replace("[Read, ", "[").replace("Bash(", "Nope(") for each in sample(60)
    ]
    costly = [CASES[name](64 * KIB) for name in list(CASES)[:: len(CASES) // 40]]
    large = [
        "word " * 100_000,
        "# a\n" * 100_000,
        "a: b\n" * 100_000,
        "\n" * 2_000_000,
        "\0" * 100_000,
    ]
    large += ["---\nname: a\ndescription: " + "word " * 100_000 + "\n---\n"]
    bombs = [
        "---\na: &a [x]\n"
        + "".join(f"{key}: &{key} [{', '.join([f'*{last}'] * 9)}]\n" for last, key in pairs)
        + "---\n"
        for pairs in (list(zip("abcdefgh", "bcdefghi", strict=True)), [("a", "a")])
    ]
    for number, text in enumerate([*attacks, *costly, *large, *bombs]):
        data = text if isinstance(text, bytes) else text.encode()
        (folder / f"{number}.md").write_bytes(data)


def _write_names(folder: Path) -> None:
    folder.mkdir()
    for name in (*_RESERVED, "Case", "case", "CASE", "Deep/a", "deep/a"):
        file = folder / f"{name}.md"
        file.parent.mkdir(exist_ok=True)
        file.write_text(agent_file("hostile"), encoding="utf-8")
    for raw in _BAD_NAMES:
        Path(os.fsdecode(os.fsencode(folder) + b"/" + raw + b".md")).write_text("Bad.")
    deep = folder
    for _ in range(12):
        deep /= "deep" * 15
    deep.mkdir(parents=True)
    (deep / "a.md").write_text("Deep.")


def _write_links(folder: Path) -> None:
    folder.mkdir()
    targets = {
        "passwd.md": "/etc/passwd",
        "etc": "/etc",
        "good.md": "../../good/good0.md",
        "goods": "../../good",
        "up": "../..",
        "loop.md": "loop.md",
        "dangling.md": "nowhere.md",
        "process.md": "/proc/self/environ",
        "zero.md": "/dev/zero",
    }
    for name, target in targets.items():
        (folder / name).symlink_to(target)


def _write_specials(folder: Path) -> None:
    folder.mkdir()
    os.mkfifo(folder / "pipe.md")
    (folder / "folder.md").mkdir()
    (folder / "unreadable.md").write_text("Secret.")
    (folder / "unreadable.md").chmod(0)
    (folder / "unlisted").mkdir()
    (folder / "unlisted" / "a.md").write_text("Unlisted.")
    (folder / "unlisted").chmod(0)
    with contextlib.suppress(OSError):  # only root makes devices
        os.mknod(folder / "device.md", stat.S_IFCHR | 0o600, os.makedev(1, 5))
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(folder / "socket.md"))
