"""Pull requests to preview, as one job hands them to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints

from agent_catalog.previewing.handover import Handover


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request at one of its commits."""

    number: Annotated[int, Field(ge=1, lt=10**9)]
    commit: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40,64}$")]
    """The id of the commit that was checked."""

    @property
    def ref(self) -> str:
        """What the commit is called in the local repository once it is fetched."""
        return f"refs/agent-catalog/pull/{self.number}"


PULLS = Handover(PullRequest, "list of pull requests")
"""The file of them."""
