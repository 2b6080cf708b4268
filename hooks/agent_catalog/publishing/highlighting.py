"""Code in colours, by Pygments and in the classes that Material styles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from markdown_it.common.utils import escapeHtml
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

_CLASSES = {kind: name for kind, name in STANDARD_TYPES.items() if name not in {"n", "w"}}
"""Classes of what is coloured: plain names and white space are not."""

_LANGUAGES = frozenset(
    {
        *("bash", "batch", "clojure", "cmake", "css", "cypher", "dart", "diff", "django", "docker"),
        *("elixir", "erlang", "fish", "fsharp", "gdscript", "go", "graphql", "haskell", "html"),
        *("html+django", "http", "ini", "javascript", "json", "jsx", "julia", "kotlin", "less"),
        *("lua", "markdown", "nginx", "nixos", "perl", "php", "powershell", "properties"),
        *("protobuf", "python", "ruby", "rust", "scala", "scss", "solidity", "splus", "sql"),
        *("swift", "tex", "toml", "tsx", "typescript", "vue", "xml", "yaml", "zig"),
    }
)
"""Lexers by their first alias: those of some use."""

_SLOW_LANGUAGES = frozenset(
    {"c", "cpp", "csharp", "groovy", "java", "make", "objective-c", "terraform", "typst"}
)
"""Lexers that take quadratic time for code made to that end."""

_LONGEST = 20_000
"""Characters; longer code is left plain."""
_LONGEST_SLOW = 2_000
"""The same for slow languages: about 0.2 seconds at the most."""

_MOST_SLOW = 30_000
"""The same for all code of a text in slow languages."""


def plain_code(code: str, _language: str) -> str:
    """The code without colours, as HTML."""
    return escapeHtml(code)


class Highlighter:
    """Marks up code by Pygments, whose short class names Material styles."""

    def __init__(self) -> None:
        self._slow_left = _MOST_SLOW
        self._lexers: dict[str, Lexer | None] = {}
        self._cached = lru_cache(maxsize=1024)(self._highlight)

    def start(self) -> None:
        """Be told that another text starts, to which limits of its own apply."""
        self._slow_left = _MOST_SLOW

    def __call__(self, code: str, language: str) -> str:
        """The code with colours, as HTML; plain if the language is unknown or the code too long."""
        if not language or len(code) > _LONGEST:
            return escapeHtml(code)
        lexer = self._lexer(language)
        if lexer and lexer.aliases[0] in _SLOW_LANGUAGES:
            self._slow_left -= len(code)
            if len(code) > _LONGEST_SLOW or self._slow_left < 0:
                return escapeHtml(code)
        return self._cached(code, language)

    def _lexer(self, language: str) -> Lexer | None:
        if language not in self._lexers:
            try:
                lexer = get_lexer_by_name(language, handlecodeblocks=False)
            except ClassNotFound:
                lexer = None
            known = lexer and lexer.aliases[0] in _LANGUAGES | _SLOW_LANGUAGES
            self._lexers[language] = lexer if known else None
        return self._lexers[language]

    def _highlight(self, code: str, language: str) -> str:
        lexer = self._lexer(language)
        if lexer is None:
            return escapeHtml(code)
        try:
            html = self._spans(lexer, code)
        except Exception:  # noqa: BLE001 (any of 70 lexers, on any text: colours are not worth a page)
            html = None
        return escapeHtml(code) if html is None else html

    @staticmethod
    def _spans(lexer: Lexer, code: str) -> str | None:
        """The code in colours; `None` if that would lose some of it."""
        parts: list[str] = []
        piece: list[str] = []
        name, length = "", 0
        for _, kind, text in lexer.get_tokens_unprocessed(code):
            following = _CLASSES.get(kind, "")
            if following != name:
                parts.append(_span(name, piece))
                name, piece = following, []
            piece.append(text)
            length += len(text)
        parts.append(_span(name, piece))
        return "".join(parts) if length == len(code) else None


def _span(name: str, piece: Sequence[str]) -> str:
    text = escapeHtml("".join(piece))
    return f'<span class="{name}">{text}</span>' if name else text
