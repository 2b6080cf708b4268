"""Situations: whether an agent gets a tool depends on how and where it is run."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import product

from agent_catalog.model.format import Format, Limit, Situation
from agent_catalog.model.tool import Gets, ToolEntry

_PLATFORMS = ("unix", "windows")
_EITHER = (False, True)


def limit_of(
    entry: ToolEntry,
    format_: Format,
    situation: Situation,
    listed: Collection[str] = (),
    settings: Mapping[str, str] | None = None,
) -> Limit | None:
    """Why an agent does not get a tool that its file lists, in a situation; `None` if it does.

    Args:
        entry: The entry of the list.
        format_: The format of the file, whose data holds what keeps tools from agents.
        situation: How and where the agent is run.
        listed: The names of today of the tools that the file lists.
        settings: What the file sets that takes effect, by key.
    """
    limits = (format_.limits[place] for place in _about(entry, format_, listed, settings or {}))
    return next((each for each in limits if _holds(each, situation)), None)


def settle(
    entry: ToolEntry,
    format_: Format,
    listed: Collection[str] = (),
    settings: Mapping[str, str] | None = None,
) -> ToolEntry:
    """The entry with whether the agent gets it: in every situation of a subagent, in some, never.

    Args:
        entry: An entry for a tool that its format has.
        format_: The format of the file.
        listed: The names of today of the tools that the file lists.
        settings: What the file sets that takes effect, by key.
    """
    places = tuple(_about(entry, format_, listed, settings or {}))
    gets, main_only = _outcome(format_, places)
    if gets is Gets.YES:
        return entry
    limit = format_.limits[places[0]]
    return replace(entry, gets=gets, why=limit.why, condition=limit.text, main_only=main_only)


@cache
def deciding_keys(format_: Format) -> frozenset[str]:
    """The keys of a file on which it depends whether its agent gets a tool."""
    return frozenset(key for each in format_.limits for key in (*each.when, *each.unless))


def _about(
    entry: ToolEntry, format_: Format, listed: Collection[str], settings: Mapping[str, str]
) -> Iterator[int]:
    """The places of the format's limits that are about an entry of this file."""
    if entry.tool is None:
        return
    name = entry.tool.name
    for place, limit in enumerate(format_.limits):
        about = name not in limit.but if limit.but else name in limit.tools
        if (
            about
            and (not limit.beside or any(each in listed for each in limit.beside))
            and all(settings.get(key) == value for key, value in limit.when.items())
            and not any(settings.get(key) == value for key, value in limit.unless.items())
        ):
            yield place


def _holds(limit: Limit, situation: Situation) -> bool:
    return (
        limit.platform in {"", situation.platform}
        and limit.background in {None, situation.background}
        and limit.main in {None, situation.main}
        and limit.deepest in {None, situation.deepest}
        and limit.opted_in in {None, situation.opted_in}
        and (not limit.sessions or situation.session in limit.sessions)
    )


@cache
def _outcome(format_: Format, places: tuple[int, ...]) -> tuple[Gets, bool]:
    """What limits come to in all situations together, and whether that is for no subagent."""
    limits = [format_.limits[place] for place in places]
    free = [
        each for each in _situations(format_) if not any(_holds(limit, each) for limit in limits)
    ]
    if not free:
        return Gets.NO, False
    of_subagents = sum(not each.main for each in free)
    every = sum(not each.main for each in _situations(format_))
    return (Gets.YES if of_subagents == every else Gets.DEPENDS), not of_subagents


@cache
def _situations(format_: Format) -> tuple[Situation, ...]:
    """Every situation that the format's limits tell apart."""
    sessions = {"default", *(name for limit in format_.limits for name in limit.sessions)}
    every = product(_PLATFORMS, _EITHER, _EITHER, _EITHER, sorted(sessions), _EITHER)
    return tuple(
        Situation(
            platform=platform,
            background=background,
            main=main,
            deepest=deepest,
            session=session,
            opted_in=opted_in,
        )
        for platform, background, main, deepest, session, opted_in in every
    )
