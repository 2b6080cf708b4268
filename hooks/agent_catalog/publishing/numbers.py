"""Numbers in words."""

from __future__ import annotations


def counted(number: int, noun: str, many: str = "") -> str:
    """A number with its noun: `1 file`, `1,467 files`.

    Args:
        number: How many.
        noun: What one of them is called.
        many: What others are called, if it takes more than an `s`.
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {many or f'{noun}s'}"
