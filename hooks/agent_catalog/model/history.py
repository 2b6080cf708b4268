"""When a file came to be as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class History:
    """When a file was added and last changed; `None` where what is known does not go back so far."""

    added: date | None
    changed: date | None
