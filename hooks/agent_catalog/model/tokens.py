"""About how many tokens a model makes of a text, without its tokenizer.

Each character costs what its kind does, and a text the sum of that. The kinds and what they cost
are those of 2026-11, of published figures and of texts counted with two tokenizers of today,
OpenAI's `o200k_base` and Claude's as `ctok` 1.1 reconstructs it (tokens a character, of each):

- Latin prose has 4 characters a token (<https://ai.google.dev/gemini-api/docs/tokens>); Claude's
  had 4.3 and has 3.6 since Opus 4.7 (<https://pithwire.com/en/articles/measuring-claude-47s-tokenizer-costs/>).
- Code has 2.7 to 3.7, as the same measurement found; its symbols are what makes it dense. Counted
  with 0.75 for each symbol, code in agent files has 3 to 3.5 characters a token.
- Letters of other alphabets: Russian 0.27 and 0.43, Greek 0.35 and 0.65, Arabic 0.33 and 0.68,
  Hindi 0.30 and 0.74, Thai 0.45 and 0.94. Claude's did not change with Opus 4.7
  (<https://sol.ava.dev/writings/2026-04-17-opus-4-7-tokenizer.html>).
- Chinese 0.71 and 1.04, Japanese 0.74 and 0.92, Korean 0.56 and 1.09, spaces included; older
  tokenizers made up to 1.7 (<https://github.com/headroomlabs-ai/headroom/pull/1093>), and 1.5 is
  what others reckon with (<https://github.com/Martian-Engineering/lossless-claw/issues/250>).
- Emoji 1.85 and 2.35.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from agent_catalog.model.limits import MOST_FILES

_COSTS: tuple[tuple[int, Iterable[int]], ...] = (
    (1, range(0x80)),  # Latin prose
    (3, b'"#$%&()*+/:;<=>@[\\]^_`{|}~'),  # symbols, of which prose has few
    (1, range(0xC2, 0xCC)),  # to U+02FF: Latin letters with marks
    (2, range(0xCC, 0xE2)),  # to U+1FFF: all other alphabets
    (3, (0xE2,)),  # to U+2FFF: dashes, arrows, lines and other symbols
    (5, range(0xE3, 0xF0)),  # to U+FFFF: Chinese, Japanese, Korean
    (8, range(0xF0, 0xF5)),  # beyond that: emoji
)
"""Quarters of a token, of each kind of character, by the first byte of its UTF-8."""


def _table(costs: Iterable[tuple[int, Iterable[int]]]) -> bytes:
    table = bytearray(256)  # a character's further bytes cost nothing
    for cost, leads in costs:
        for lead in leads:
            table[lead] = cost
    return bytes(table)


_QUARTERS = _table(_COSTS)


@lru_cache(maxsize=MOST_FILES)  # every list and group that an agent stands in asks for it
def estimated_tokens(text: str) -> int:
    """About how many tokens a model makes of the text, rounded up.

    A quarter of a token for each character of Latin prose, more for symbols and other scripts:
    what this module's table says. More text never costs less.
    """
    return -(-sum(text.encode("utf-8", "surrogatepass").translate(_QUARTERS)) // 4)
