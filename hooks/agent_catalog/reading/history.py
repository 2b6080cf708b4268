"""When agent files were added and last changed, as git knows it: one look for all of them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from agent_catalog.model.agent import Agent, AgentKey
from agent_catalog.model.catalog import Catalog
from agent_catalog.model.history import History
from agent_catalog.reading.revisions import Repository, RevisionError
from agent_catalog.reading.sources import Source


def read_history(catalog: Catalog, sources: Iterable[Source]) -> Mapping[AgentKey, History]:
    """When the agents' files were added and last changed, up to the commit that is checked out.

    Renames are followed. Of a file that is in no repository, or differs from what is committed,
    nothing is told. Nothing of the repository runs, and nobody's name or message is read.

    Args:
        catalog: The agents.
        sources: Their folders.
    """
    found: dict[AgentKey, History] = {}
    for top, below in _repositories(sources).items():
        try:
            found |= _read(Repository(top), below, catalog)
        except RevisionError:  # git is missing, takes too long, or does not trust the folder
            continue
    return found


def _repositories(sources: Iterable[Source]) -> Mapping[Path, Mapping[str, str]]:
    """The repositories of folders, and where in them the folders are, by label."""
    found: dict[Path, dict[str, str]] = defaultdict(dict)
    for source in sources:
        try:
            repository = Repository(source.folder)
            top, prefix = repository.find_top(), repository.find_prefix(source.folder.resolve())
        except RevisionError:
            continue
        if top is not None and prefix is not None:
            found[top][source.label] = prefix
    return found


def _read(
    repository: Repository, below: Mapping[str, str], catalog: Catalog
) -> Mapping[AgentKey, History]:
    commit = repository.find_commit("HEAD")
    if commit is None:
        return {}
    keys = dict(_committed(repository, commit, below, catalog.agents))
    known = _follow(repository, commit, below, frozenset(keys))
    return {keys[path]: history for path, history in known.items()}


def _committed(
    repository: Repository, commit: str, below: Mapping[str, str], agents: Iterable[Agent]
) -> Iterator[tuple[str, AgentKey]]:
    """The agents whose files are as they were committed, by their paths in the repository."""
    ids: dict[AgentKey, str] = {}
    for label, prefix in below.items():
        tree = repository.find_tree(commit, prefix)
        for path, ident in repository.list_names(tree) if tree else ():
            ids[label, path] = ident
    for agent in agents:
        committed = ids.get(agent.key)
        if committed and committed == _blob_id(agent.data, len(committed)):
            yield str(PurePosixPath(below[agent.source], agent.path)), agent.key


def _blob_id(data: bytes, length: int) -> str:
    """The id that git gives to a file (<https://git-scm.com/book/en/v2/Git-Internals-Git-Objects>)."""
    algorithm = hashlib.sha256 if length == hashlib.sha256().digest_size * 2 else hashlib.sha1
    return algorithm(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


@dataclass(slots=True)
class _Seen:
    changed: date | None = None
    added: date | None = None


def _follow(
    repository: Repository, commit: str, below: Mapping[str, str], paths: frozenset[str]
) -> Mapping[str, History]:
    """What the log tells of files, by their paths today."""
    edges = repository.list_edges()
    seen = {path: _Seen() for path in paths}
    names = {path: path for path in paths}  # from a path back then to today's
    for logged in repository.log(commit, below.values()):
        if logged.commit in edges:  # it seems to add whatever there was
            continue
        day = _day(logged.date)
        renamed: dict[str, str] = {}
        for how, before, after in logged.changes:
            today = names.get(after)
            if today is None:
                continue
            its = seen[today]
            its.changed = its.changed or day
            if how == "A":
                its.added = day
                del names[after]
            elif how == "R":
                del names[after]
                renamed[before] = today
        names |= renamed
    return {path: History(its.added, its.changed) for path, its in seen.items()}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:  # a clock that was far off
        return None
