"""Agent files to check, and what the rules find in them."""

from __future__ import annotations

from pathlib import Path

from agent_catalog.checking.catalog import EVERYTHING, check_catalog
from agent_catalog.checking.policy import Policy
from agent_catalog.checking.rule import Rule
from agent_catalog.checking.subject import Disk
from agent_catalog.model.finding import Finding
from agent_catalog.reading.catalog import read_catalog
from agent_catalog.reading.sources import Source
from sites import Tree, write_tree


def findings(
    folder: Path, tree: Tree, policy: Policy = EVERYTHING, *, whole: bool = True
) -> list[Finding]:
    """What is found in files below a folder, which is the source and the project."""
    write_tree(
        folder,
        {path: text.encode() if isinstance(text, str) else text for path, text in tree.items()},
    )
    source = Source(folder, shown="agents")
    disk = Disk.of([source], folder)
    return list(check_catalog(read_catalog([source]), policy, disk, whole=whole).findings)


def found(folder: Path, text: str | bytes, path: str = "reviewer.md") -> list[str]:
    """The places and codes of what is found in one file."""
    return [f"{each.line}:{each.column} {each.code}" for each in findings(folder, {path: text})]


def codes(folder: Path, text: str | bytes, path: str = "reviewer.md") -> list[str]:
    """The codes of what is found in one file."""
    return [each.code for each in findings(folder, {path: text})]


def example_tree(rule: Rule, text: str) -> Tree:
    """The files of a rule's example, with that text for the one that it is about."""
    folder = f"{rule.folder}/" if rule.folder else ""
    beside = {f"{folder}other/{rule.file}": rule.beside} if rule.beside else {}
    return {f"{folder}{rule.file}": text, **beside}
