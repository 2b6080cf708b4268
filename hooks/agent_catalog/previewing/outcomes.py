"""What came of each preview, as one job hands it to the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from agent_catalog.previewing.pulls import PullRequest


class State(StrEnum):
    """What there is of a preview."""

    SHOWN = "shown"
    FAILED = "failed"
    """A page that says why there is none."""
    UNCHANGED = "unchanged"
    """Nothing, for the pull request changes no agent."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A pull request and what came of its preview."""

    pull: PullRequest
    state: State
    card: str = ""
    """The review as Markdown, if it is shown."""


_OUTCOMES = TypeAdapter(tuple[Outcome, ...])


def write_outcomes(outcomes: Iterable[Outcome], file: Path) -> None:
    """Write outcomes to a file, as JSON."""
    file.write_bytes(_OUTCOMES.dump_json(tuple(outcomes), indent=1) + b"\n")


def read_outcomes(file: Path) -> tuple[Outcome, ...]:
    """Read them again.

    Raises:
        ValueError: The file holds anything else.
        OSError: It cannot be read.
    """
    try:
        return _OUTCOMES.validate_json(file.read_bytes())
    except ValidationError as error:
        raise ValueError(f"{file.name} holds no outcomes of previews: {error}") from None
