"""Limits: how much of a file is read, taken apart and shown, so that no file costs all others.

Nothing here is near to what people write: of 1,467 agent files from public repositories, the
largest has 131 kB, the longest frontmatter 8,360 characters, the longest tool list 199 entries.
A file beyond a limit still gets its page, which says so; that no file takes longer than a few
seconds, more than 100 MB of memory or a page of more than 2 MB follows from all of them together.
"""

from __future__ import annotations

# What is read

LARGEST_FILE = 1024 * 1024
"""Bytes of a file that are read and published; a larger one is not opened any further."""
LARGEST_AGENT = 256 * 1024
"""Bytes of a file that is taken apart; a larger one is published as it is."""
LARGEST_SUM = 256 * 1024 * 1024
"""Bytes of all files of a source that are read."""
MOST_FILES = 20_000
"""Agent files of a source; those that come behind them, by path, are passed over."""
DEEPEST_FOLDER = 32
"""Levels of folders below a source; what is deeper is passed over."""

# What is taken apart

LONGEST_FRONTMATTER = 32 * 1024
"""Characters between the fences; a longer frontmatter is not parsed."""
MOST_UNSEEN = 1_000
"""Invisible characters in a frontmatter, or in a prompt that is shown as Markdown."""
DEEPEST_YAML = 20
"""Levels of lists and maps: deeper than any real frontmatter, far from Python's own limit."""
MOST_UNFOLDED = 32 * 1024
"""Characters and items that the aliases of a frontmatter stand for, all together."""
MOST_KEYS = 200
"""Keys of a frontmatter, the first ones."""
MOST_TOOLS = 500
"""Entries of a tool list that are looked at one by one; what they allow is told of all."""
MOST_EXAMPLES = 50
"""Examples of a description, or occasions of a prompt."""
MOST_TURNS = 50
"""Utterances of an example."""
LONGEST_VALUE = 256
"""Characters of a name, model, color or tool: of what stands in lists and addresses."""

# What is found and shown

MOST_SPOTS = 50
"""Findings of a rule in a file, the first ones."""
MOST_MARKS = 24_000
"""Characters that may mean something to Markdown, and lines, of a prompt that is shown as such."""
LONGEST_LINKS = 256 * 1024
"""Characters of all addresses of a prompt's links: a definition is written once and used often."""
MOST_HEADINGS = 200
"""Headings of a prompt in the page's table of contents, the first ones."""
LONGEST_HEADING = 200
"""Characters of a heading in the table of contents, and of its id."""
LARGEST_MARKDOWN = 600_000
"""Bytes of HTML that a prompt becomes; one that becomes more is shown as it is written."""
LARGEST_WRITTEN = 400_000
"""Bytes of HTML of a text that is shown as it is written; what is more is cut off."""


def cut(text: str, longest: int = LONGEST_VALUE) -> str:
    """The start of a text that is too long, with an ellipsis as its last character."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
