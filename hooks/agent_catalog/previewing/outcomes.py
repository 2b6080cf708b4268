"""What came of each preview, as one job hands it to the next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agent_catalog.previewing.handover import Handover
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


OUTCOMES = Handover(Outcome, "list of outcomes of previews")
"""The file of them."""
