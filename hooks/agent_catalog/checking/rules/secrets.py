"""The rule for secrets, which leaves telling them to `detect-secrets`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.base import RegexBasedDetector
from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.jwt import JwtTokenDetector
from detect_secrets.plugins.npm import NpmDetector
from detect_secrets.plugins.openai import OpenAIDetector
from detect_secrets.plugins.private_key import PrivateKeyDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.square_oauth import SquareOAuthDetector
from detect_secrets.plugins.stripe import StripeDetector
from detect_secrets.plugins.telegram_token import TelegramBotTokenDetector
from detect_secrets.plugins.twilio import TwilioKeyDetector

from agent_catalog.checking.rule import Spot, example, rule
from agent_catalog.checking.subject import Subject
from agent_catalog.model.finding import Severity


class _AnthropicDetector(RegexBasedDetector):
    """Keys of Anthropic, which `detect-secrets` does not have yet."""

    secret_type = "Anthropic Key"  # noqa: S105 (a name)
    denylist = (re.compile(r"sk-ant-[a-z0-9]+-[\w-]{60,}"),)


_DETECTORS: tuple[RegexBasedDetector, ...] = (
    _AnthropicDetector(),
    AWSKeyDetector(),
    AzureStorageKeyDetector(),
    DiscordBotTokenDetector(),
    GitHubTokenDetector(),
    GitLabTokenDetector(),
    JwtTokenDetector(),
    NpmDetector(),
    OpenAIDetector(),
    PrivateKeyDetector(),
    PypiTokenDetector(),
    SendGridDetector(),
    SlackDetector(),
    SquareOAuthDetector(),
    StripeDetector(),
    TelegramBotTokenDetector(),
    TwilioKeyDetector(),
)
"""Those whose secrets have a shape of their own; the others take any word after `password`."""

_RUN = re.compile(r"[A-Za-z0-9_+/=-]{20,}")
"""Each of these secrets has such a run with digits in it."""
_DIGIT = re.compile(r"[0-9]")
_SAMPLE = re.compile(
    r"example|sample|x{4}|your|fake|dummy|1234567|abcdef|placeholder", re.IGNORECASE
)
_FEWEST_CHARACTERS = 8
"""Different ones; a secret of fewer is a row of filling."""
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
)
def secret(subject: Subject) -> Iterator[Spot]:
    text = subject.agent.text
    if not any(map(_DIGIT.search, _RUN.findall(text))):
        return
    for detector in _DETECTORS:
        for pattern in detector.denylist:
            for match in pattern.finditer(text):
                if _is_real(match, text):
                    yield Spot(
                        subject.lines.place(match.start()),
                        f"this looks like a secret ({detector.secret_type})",
                        "Revoke it, and have the agent read it from the environment.",
                    )


def _is_real(match: re.Match[str], text: str) -> bool:
    if "PRIVATE KEY" in match[0]:
        return _KEY_BODY.match(text, match.end()) is not None
    return len(set(match[0])) >= _FEWEST_CHARACTERS and not _SAMPLE.search(match[0])
