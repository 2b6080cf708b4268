"""Looks for agent files that the reader or the renderer of prompts stumbles over.

Guided by which code a file reaches, by atheris (<https://github.com/google/atheris>). As a script
it takes the options of libFuzzer, such as `-max_total_time=600`; `make fuzz` runs it. It ends with
an error at the first file that raises, cannot be shown as Markdown or leaves something in the
HTML that could act, and keeps that file.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["agent_catalog", "markdown_it", "mdit_py_plugins"]):
    from agent_catalog.publishing.prompt import PromptRenderer, RenderedPrompt
    from agent_catalog.reading.agents import read_agent
    from agent_catalog.reading.sources import AgentFile, Source

from oracle import strange_in_prompt
from pathological import CASES
from payloads import quoted, sample, unquoted
from specimens import SPECIMENS

_FOLDER = Path(sys.prefix, "fuzz")
_WORDS = (
    *(
        "---\\x0a",
        "name: ",
        "description: ",
        "tools: ",
        "model: ",
        "color: ",
        "|\\x0a  ",
        "&a ",
        "*a",
    ),
    *("<example>", "</example>", "user: ", "assistant: ", "Context: ", "<commentary>", "\\x5cn"),
    *(
        "[",
        "](",
        "![",
        "]: ",
        "```",
        "~~~",
        "<!--",
        "-->",
        "| ",
        "|-|\\x0a",
        "> ",
        "- ",
        "1. ",
        "# ",
    ),
    *("**", "~~", "javascript:", "https://", "www.", "<a href=", "&#", "[ ] ", "[!NOTE]", "\\x00"),
    *("\\xe2\\x80\\xae", "\\xf3\\xa0\\x81\\x81", "\\xff\\xfe", "\\xef\\xbb\\xbf", "\\x0d", "\\x09"),
)


class _Forgetful(dict[bytes, RenderedPrompt]):
    """A cache that keeps nothing, so that a long run does not fill the memory."""

    def __setitem__(self, key: bytes, value: RenderedPrompt) -> None:
        pass


_RENDERER = PromptRenderer(_Forgetful())
_SOURCE = Source(Path())


def _try(data: bytes) -> None:
    agent = read_agent(AgentFile(_SOURCE, "agent.md", data))
    assert agent.data == data
    for text in (agent.prompt, *(trigger.text for trigger in agent.triggers)):
        rendered = _RENDERER.render(text, lambda path: path if path == "known.md" else None)
        assert not rendered.error, rendered.error
        found = strange_in_prompt(rendered.html)
        assert not found, found


def _seeds() -> Path:
    """A folder of files to start from."""
    folder = _FOLDER / "seeds"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    texts = [
        *(text for path, text in SPECIMENS.items() if path.endswith(".md")),
        *(make(300) for make in CASES.values()),
        *(make(attack) for attack in sample(200) for make in (quoted, unquoted)),
    ]
    for number, text in enumerate(texts):
        data = text.encode() if isinstance(text, str) else text
        (folder / f"{number:04}").write_bytes(data)
    return folder


def _main() -> None:
    found = _FOLDER / "found"
    found.mkdir(parents=True, exist_ok=True)
    words = _FOLDER / "words"
    words.write_text("".join(f'"{word}"\n' for word in _WORDS), encoding="utf-8")
    options = [
        *(f"-dict={words}", f"-artifact_prefix={_FOLDER}/", "-max_len=2048", "-timeout=10"),
        *("-rss_limit_mb=2048", "-print_final_stats=1", *sys.argv[1:], str(found), str(_seeds())),
    ]
    atheris.Setup([sys.argv[0], *options], _try)
    atheris.Fuzz()


if __name__ == "__main__":
    _main()
