"""The rule for secrets, which leaves telling them to `detect-secrets`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from agent_catalog.checking.rule import EVERY_KIND, Spot, example, rule
from agent_catalog.checking.subject import Subject
from agent_catalog.model.finding import Severity

_PLUGINS = (
    *("aws", "azure_storage_key", "discord", "github_token", "gitlab_token", "jwt", "npm"),
    *("openai", "private_key", "pypi_token", "sendgrid", "slack", "square_oauth", "stripe"),
    *("telegram_token", "twilio"),
)
"""Those whose secrets have a shape of their own; others take any word after `password`."""

_ANTHROPIC = re.compile(r"sk-ant-[a-z0-9]+-[\w-]{60,}")
"""Keys of Anthropic, which `detect-secrets` does not have yet."""

_SHORTEST_RUN = 20
_RUN = re.compile(rf"[A-Za-z0-9_+/=-]{{{_SHORTEST_RUN},}}")
"""Each of these secrets has such a run with digits in it."""
_DIGIT = re.compile(r"[0-9]")
_SAMPLE = re.compile(
    r"example|sample|x{4}|your|fake|dummy|1234567|abcdef|placeholder", re.IGNORECASE
)
_FEWEST_CHARACTERS = 8
"""Different ones; a secret of fewer is a row of filling."""
_PIECE, _LONGEST = 4096, 1024
"""Characters that are searched at once, and of a secret at most."""
_KEY_BODY = re.compile(r"[A-Z ]*-----\s+(?:[A-Za-z0-9+/=]{40,}\s+){2}")


@rule(
    "secret",
    severity=Severity.ERROR,
    title="the file holds what looks like a secret",
    why="Whoever reads the file can use the key or token, and so can everyone who reads its history "
    "after it is taken out. The site publishes each file as it is.",
    sources=("https://github.com/Yelp/detect-secrets",),
    bad=example(
        prompt="You review changes, and post with the token ghp_" + "q8Zr3TnW" * 4 + "kV5m."
    ),
    good=example(prompt="You review changes, and post with the token in GITHUB_TOKEN, one by one."),
    kinds=EVERY_KIND,
)
def secret(subject: Subject) -> Iterator[Spot]:
    text = subject.agent.text
    words = (word for word in text.split() if len(word) >= _SHORTEST_RUN)  # halves the time
    if not any(_DIGIT.search(run) for word in words for run in _RUN.findall(word)):
        return
    for kind, pattern in _shapes():
        for match in _matches(pattern, text):
            if _is_real(match, text):
                yield Spot(
                    subject.lines.place(match.start()),
                    f"this looks like a secret ({kind})",
                    "Revoke it, and have the agent read it from the environment.",
                )


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Each match, looked for in overlapping pieces: some patterns take quadratic time."""
    done = -1
    for start in range(0, max(len(text) - _LONGEST, 1), _PIECE - _LONGEST):
        for match in pattern.finditer(text, start, start + _PIECE):
            if match.start() > done:
                done = match.start()
                yield match


@cache
def _shapes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Kinds of secrets, and how they look."""
    # Importing it takes as long as checking hundreds of files, and few files ask for it.
    base = import_module("detect_secrets.plugins.base").RegexBasedDetector
    modules = [import_module(f"detect_secrets.plugins.{name}") for name in _PLUGINS]
    detectors: list[Any] = [
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, base) and each is not base
    ]
    return (
        ("Anthropic Key", _ANTHROPIC),
        *((str(each.secret_type), pattern) for each in detectors for pattern in each.denylist),
    )


def _is_real(match: re.Match[str], text: str) -> bool:
    if "PRIVATE KEY" in match[0]:
        return _KEY_BODY.match(text, match.end()) is not None
    return len(set(match[0])) >= _FEWEST_CHARACTERS and not _SAMPLE.search(match[0])
