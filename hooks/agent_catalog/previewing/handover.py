"""Files that one job of a workflow hands to the next."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

_Item = TypeVar("_Item")


class Handover(Generic[_Item]):
    """How a list of frozen values of one type is written as JSON, and read again."""

    def __init__(self, item: type[_Item], what: str) -> None:
        """Say what is handed over.

        Args:
            item: The type of each value; its annotations are checked on reading.
            what: What all of them are, in words: `list of pull requests`.
        """
        self._adapter: TypeAdapter[Any] = TypeAdapter(tuple[item, ...])  # type: ignore[valid-type]  # known at run time
        self._what = what

    def write(self, items: Iterable[_Item], file: Path) -> None:
        """Write values to a file."""
        file.write_bytes(self._adapter.dump_json(tuple(items), indent=1) + b"\n")

    def read(self, file: Path) -> tuple[_Item, ...]:
        """Read them again.

        Raises:
            ValueError: The file holds anything else; the message says where it starts to differ.
            OSError: It cannot be read.
        """
        try:
            found: tuple[_Item, ...] = self._adapter.validate_json(file.read_bytes())
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = "".join(f"{each}: " for each in first["loc"])
            raise ValueError(f"{file.name} is no {self._what}: {place}{first['msg']}") from None
        return found
