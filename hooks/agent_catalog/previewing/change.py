"""What a pull request changes of the agents, read as git has it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agent_catalog.checking.catalog import check_agent
from agent_catalog.checking.policy import Policy
from agent_catalog.checking.subject import Subject, Surroundings
from agent_catalog.model.agent import Agent, AgentKey
from agent_catalog.model.catalog import Catalog
from agent_catalog.previewing.published import Published
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.catalog import catalog_of
from agent_catalog.reading.linked_folders import find_linked
from agent_catalog.reading.revisions import Repository, plugins_above, read_changed
from agent_catalog.reading.sources import Found, Source

MOST_FILES = 100
"""Agent files that a pull request may change for a preview to be made."""
LARGEST_SUM = 16 * 1024 * 1024
"""Bytes of all agent files of a pull request that are still read."""


class ChangeError(ValueError):
    """A pull request that cannot be previewed; the message says why, in words of ours."""


@dataclass(frozen=True, slots=True)
class Change:
    """The catalog without and with the change of a pull request."""

    before: Catalog
    """The catalog, with the files that the pull request touches as it found them."""
    after: Catalog
    """The same with these files as the pull request has them."""
    touched: frozenset[AgentKey]
    """The agents whose files differ, in either."""


def read_change(main: Published, commit: str) -> Change:
    """Read what a pull request changes, and apply it to the catalog as it is today.

    Only files that differ from the commit at which the pull request parted from the published one
    are read; all other agents are those of the catalog. So what was merged since does not look
    like a change of the pull request.

    Args:
        main: What is published.
        commit: The id of the pull request's commit.

    Raises:
        ChangeError: There is no common commit, or too much is changed.
        RevisionError: Git does not read it.
    """
    parted = main.repository.find_merge_base(main.commit, commit)
    if parted is None:
        raise ChangeError("it has no commit in common with the published branch")
    pairs = [_read_source(main.repository, source, parted, commit) for source in main.sources]
    old, new = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    touched = frozenset(
        (file.source.label, file.path) for found in (*old, *new) for file in found.files
    )
    if len(touched) > MOST_FILES:
        raise ChangeError(
            f"it changes {len(touched):,} agent files, and previews are made of {MOST_FILES} at most"
        )
    return Change(_catalog(main, old, touched), _catalog(main, new, touched), touched)


def _read_source(
    repository: Repository, source: Source, parted: str, commit: str
) -> tuple[Found, Found]:
    prefix = repository.find_prefix(source.folder.resolve())
    if prefix is None:
        return Found((), ()), Found((), ())
    before, after = (find_linked(repository, each, prefix) for each in (parted, commit))
    old, new = (plugins_above(repository, each, source, prefix) for each in (parted, commit))
    return read_changed(
        repository, before, after, source, above=(old, new), largest_sum=LARGEST_SUM
    )


def _catalog(main: Published, found: Sequence[Found], touched: frozenset[AgentKey]) -> Catalog:
    order = [source.label for source in main.sources]
    rest = [agent for agent in main.catalog.agents if agent.key not in touched]
    read = [read_agent(file) for each in found for file in each.files]
    agents = sorted([*rest, *read], key=lambda agent: (order.index(agent.source), agent.path))
    skipped = tuple(path for each in found for path in each.skipped)
    catalog = catalog_of(tuple(agents), skipped)
    return replace(catalog, agents=tuple(_checked(catalog, touched, main.policy)))


def _checked(catalog: Catalog, touched: frozenset[AgentKey], policy: Policy) -> Iterator[Agent]:
    """The agents, those that are touched with findings made anew."""
    around = Surroundings(catalog)
    for agent in catalog.agents:
        if agent.key in touched:
            found = check_agent(Subject(agent, around), policy)
            yield replace(agent, findings=tuple(found))
        else:
            yield agent
