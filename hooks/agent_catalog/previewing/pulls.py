"""Pull requests to preview, as one job hands them to the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError


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


_PULLS = TypeAdapter(tuple[PullRequest, ...])


def write_pulls(pulls: Iterable[PullRequest], file: Path) -> None:
    """Write pull requests to a file, as JSON."""
    file.write_bytes(_PULLS.dump_json(tuple(pulls), indent=1) + b"\n")


def read_pulls(file: Path) -> tuple[PullRequest, ...]:
    """Read them again.

    Raises:
        ValueError: The file holds anything else.
        OSError: It cannot be read.
    """
    try:
        return _PULLS.validate_json(file.read_bytes())
    except ValidationError as error:
        raise ValueError(f"{file.name} is no list of pull requests: {error}") from None
