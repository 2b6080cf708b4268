"""Texts made of what means something to the readers and renderers under test."""

from __future__ import annotations

from hypothesis import strategies as st

MARKDOWN = st.lists(
    st.sampled_from(
        [
            *(
                "# ",
                "## ",
                "\n",
                "\n\n",
                "- ",
                "1. ",
                "> ",
                "  ",
                "    ",
                "\t",
                "| ",
                "|-|\n",
                "---\n",
            ),
            *("*", "**", "_", "~~", "`", "```", "```python\n", "[", "](", ")", "![", "]: ", "[^1]"),
            *("<", ">", "</a>", "<!--", "-->", "<b c='", "&", "&#0;", "&lt;", "\\", "[ ] ", "[x] "),
            *("[!NOTE]\n", "https://", "www.", "a@b.c", "javascript:", "//h", "#a", "known.md"),
            *(
                "a",
                " ",
                "é",
                "\0",
                "\u200b",
                "\u200d",
                "\ud800",
                "😀",
                "\r",
                '"',
                "'",
                "===\n",
                "x y",
            ),
        ]
    ),
    max_size=40,
).map("".join)

FRAGMENTS = st.lists(
    st.sampled_from(["---\n", "---\r\n", "----\n", " ---\n", "--- ", "\n", "\r\n", "\r", "\n\n"])
    | st.sampled_from(["name: ", "description: ", "tools:", "user: ", "Context: ", " model: ", "é: "])
    | st.sampled_from(["a", "b c", ": ", ":", " ", "  ", "\t", "- ", "[", "]", "{", "}", ",", '"', "'"])
    | st.sampled_from(["|", ">-", "&x", "*", "**b**", "!t", "#", " # ", "%", "@", "`", "\\n", "? "])
    | st.sampled_from(["<example>", "</example>", "<commentary>", 'user: "hi"', 'assistant: "yes"'])
    | st.sampled_from(["\0", "\x07", "\ufeff", "\u2028", "\x85", "\xa0", "...\n", "1.5", "0x", "~"]),
    max_size=30,
).map("".join)  # fmt: skip

YAML_VALUES = st.recursive(
    st.sampled_from(["a", "read", "deny", "allow", "7", "true", "null", "''", "0.5", "a: b", "*"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda each: f"[{', '.join(each)}]")
        | st.dictionaries(st.sampled_from(["a", "bash", "'*'", "edit"]), inner, max_size=3).map(
            lambda each: "{" + ", ".join(f"{key}: {value}" for key, value in each.items()) + "}"
        )
    ),
    max_leaves=6,
)
"""Values of frontmatter in any shape, as they are written on one line."""
