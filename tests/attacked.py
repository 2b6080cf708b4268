"""Sites whose every agent is an attack, with the guards and without, for a control."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
import pytest
from markdown_it import MarkdownIt

from agent_catalog.publishing import pages, prompt
from agent_catalog.publishing.content_security import ContentSecurity
from payloads import agent_files
from sites import AGENT_CATALOG, BuiltSite, build_project, run, write_project, write_tree


def attacked_site(folder: Path, attacks: tuple[str, ...]) -> BuiltSite:
    """The site of agents that each try one attack in every place."""
    return built(folder, agent_files(attacks))


def built(folder: Path, files: dict[str, bytes]) -> BuiltSite:
    """The site of agent files, as the command builds it."""
    write_tree(folder / "agents", files)
    done = run(AGENT_CATALOG, "build", "agents", "--out", "site", cwd=folder)
    assert done.returncode == 0, done.stdout
    return BuiltSite(folder / "site", done.stdout)


def unguarded_site(folder: Path, attacks: tuple[str, ...]) -> BuiltSite:
    """The same by the same templates, without escaping and policy, and with HTML in Markdown."""
    write_project(folder, {f"agents/{path}": data for path, data in agent_files(attacks).items()})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "Environment", _Unescaped)
        patch.setattr(pages, "visible", str)
        patch.setattr(prompt.PromptRenderer, "render", _render_raw)
        patch.setattr(ContentSecurity, "offences", lambda *_: iter(()))
        patch.setattr(ContentSecurity, "add_to", lambda _self, html, **_: html)
        return build_project(folder)


class _Unescaped(jinja2.Environment):
    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "autoescape": False})


class _Unguarded(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 (as markdown-it calls it)
        return True


def _render_raw(_self: object, text: str, _resolve: object) -> prompt.RenderedPrompt:
    markdown = _Unguarded("gfm-like", {"html": True, "linkify": False})
    return prompt.RenderedPrompt(markdown.render(text))
