"""Situations: whether an agent gets a tool depends on how and where it is run."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from itertools import product

from agent_catalog.model.format import Format, Limit, Situation
from agent_catalog.model.tool import Gets, ToolEntry

_PLATFORMS = ("unix", "windows")


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
    settings = settings or {}
    return next(
        (
            limit
            for limit in format_.limits
            if _is_about(limit, entry, frozenset(listed))
            and _holds(limit, situation)
            and not any(settings.get(key) == value for key, value in limit.unless.items())
        ),
        None,
    )


def _is_about(limit: Limit, entry: ToolEntry, listed: frozenset[str]) -> bool:
    if entry.tool is None:
        return False
    name = entry.tool.name
    about = name not in limit.but if limit.but else name in limit.tools
    return about and (not limit.beside or not listed.isdisjoint(limit.beside))


def _holds(limit: Limit, situation: Situation) -> bool:
    return (
        limit.platform in {"", situation.platform}
        and limit.background in {None, situation.background}
        and limit.main in {None, situation.main}
        and limit.opted_in in {None, situation.opted_in}
        and (not limit.sessions or situation.session in limit.sessions)
    )


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
    # What no limit is about is the same whatever else is listed or set.
    limits = tuple(each for each in format_.limits if _is_about(each, entry, frozenset(listed)))
    if not limits:
        return entry
    keys = {key for limit in limits for key in limit.unless}
    gets, limit = _outcome(
        entry.tool.name if entry.tool else "",
        format_,
        frozenset(listed) & {name for each in limits for name in each.beside},
        tuple(sorted((key, value) for key, value in (settings or {}).items() if key in keys)),
    )
    if limit is None:
        return entry
    return replace(
        entry,
        gets=gets,
        why=limit.why,
        condition=limit.text,
        main_only=gets is Gets.DEPENDS and limit.of_main_alone,
    )


@lru_cache(maxsize=1024)
def _outcome(
    name: str, format_: Format, beside: frozenset[str], settings: tuple[tuple[str, str], ...]
) -> tuple[Gets, Limit | None]:
    entry = ToolEntry(written=name, name=name, tool=format_.tools.known.get(name))
    found = [
        (each, limit_of(entry, format_, each, beside, dict(settings)))
        for each in _situations(format_)
    ]
    limits = [limit for _, limit in found if limit]
    first = min(limits, key=format_.limits.index, default=None)
    if not limits or not any(limit for situation, limit in found if not situation.main):
        return Gets.YES, None
    return (Gets.NO if len(limits) == len(found) else Gets.DEPENDS), first


@cache
def _situations(format_: Format) -> tuple[Situation, ...]:
    """Every situation that the format's limits tell apart."""
    return tuple(_all_situations(format_))


def _all_situations(format_: Format) -> Iterator[Situation]:
    sessions = {"default", *(name for limit in format_.limits for name in limit.sessions)}
    for platform, background, main, opted_in, session in product(
        _PLATFORMS, (True, False), (False, True), (False, True), sorted(sessions)
    ):
        yield Situation(
            platform=platform,
            background=background,
            main=main,
            opted_in=opted_in,
            session=session,
        )
