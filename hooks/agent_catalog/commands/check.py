"""`agent-catalog check`: says what is wrong with agent files, where, and how to mend it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import click

from agent_catalog.checking.catalog import check_catalog
from agent_catalog.checking.fix import Fixed, fix_agent, fixable
from agent_catalog.checking.policy import Policy, matching
from agent_catalog.checking.subject import Disk, Surroundings
from agent_catalog.commands import rewriting
from agent_catalog.config import Options, OptionsError, read_settings
from agent_catalog.model.agent import Agent, AgentKey
from agent_catalog.model.catalog import Catalog
from agent_catalog.model.finding import Severity
from agent_catalog.model.limits import LARGEST_FILE
from agent_catalog.publishing.characters import one_line, spelled_out
from agent_catalog.publishing.numbers import counted
from agent_catalog.publishing.reports import WRITERS, Report
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.catalog import catalog_of
from agent_catalog.reading.selection import DOCUMENT, unexpected
from agent_catalog.reading.sources import (
    AgentFile,
    Source,
    alone,
    dropped,
    read_file,
    read_source,
    readable,
    sized,
)

_SETTINGS = Path("mkdocs.yml")
_STANDARD_INPUT = "-"
_SEVERITIES = click.Choice([severity.value for severity in Severity])
_PATIENCE = 1.0
"""Seconds before progress is shown."""


def _codes(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> frozenset[str] | None:
    """The rules that an option names, however often it is given; `None` if it is not."""
    if not values:
        return None
    try:
        return matching(code.strip() for value in values for code in value.split(","))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(WRITERS)),
    default="text",
    show_default=True,
    help="How findings are written.",
)
@click.option(
    "--select",
    multiple=True,
    metavar="CODE,...",
    callback=_codes,
    help="Apply these rules only; `tool-*` stands for all that start so.",
)
@click.option(
    "--ignore", multiple=True, metavar="CODE,...", callback=_codes, help="Leave these rules out."
)
@click.option(
    "--level",
    type=_SEVERITIES,
    help="List findings from this severity on.  [default: warning; info for json and sarif]",
)
@click.option(
    "--fail-on",
    type=_SEVERITIES,
    help="Exit with 1 from this severity on.  [default: `fail_on` of the options, or warning]",
)
@click.option(
    "--fix",
    is_flag=True,
    help="Mend what leaves no doubt, in the files, and report the rest.",
)
@click.option(
    "--diff", "difference", is_flag=True, help="Show what --fix would change, and write nothing."
)
@click.option(
    "--config",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The mkdocs.yml to take options from.  [default: mkdocs.yml, if it is here]",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    help="Leave out paths below a folder, such as `drafts/*`; may be given more than once.",
)
@click.option(
    "--stdin-filename",
    "standard_input",
    metavar="PATH",
    type=click.Path(path_type=Path),
    default="stdin.md",
    show_default=True,
    help="What `-` is called.",
)
def check(  # noqa: PLR0913 (click hands over each option)
    *,
    sources: tuple[str, ...],
    form: str,
    select: frozenset[str] | None,
    ignore: frozenset[str] | None,
    level: str | None,
    fail_on: str | None,
    fix: bool,
    difference: bool,
    config: Path | None,
    standard_input: Path,
    exclude: tuple[str, ...],
) -> None:
    """Say what is wrong with agent files, where, and how to mend it.

    SOURCE is a folder, a file, or - for one file on standard input. Without any, the sources of
    mkdocs.yml are checked.
    """
    if fix and not difference and _STANDARD_INPUT in sources:
        raise click.UsageError(
            "--fix writes files, and - is none; --diff shows what it would change"
        )
    options = _options(config)
    named = [_Named(source, exclude=exclude) for source in sources]
    listed = [
        _Named(each.folder, each.format, (*each.exclude, *exclude)) for each in options.sources
    ]
    files = list(_read(named or listed, standard_input))
    checks = _Checks(
        _policy(options, select, ignore),
        Disk.of({file.source.label: file.source for file in files}.values(), Path.cwd()),
        whole=all(Path(source).is_dir() for source in sources),
    )
    catalog = checks.apply(_with_progress(files))
    least = Severity.INFO if form in {"json", "sarif"} else Severity.WARNING
    if difference:
        _show(checks.fixes(catalog))
    elif fix:
        catalog = _write(checks, catalog, files)
    report = Report(catalog, Severity(level) if level else least)
    if not difference:
        click.echo("\n".join(WRITERS[form](report)))
    sys.exit(report.fails(Severity(fail_on) if fail_on else options.fail_on))


class _Named(NamedTuple):
    """A folder or a file that is named, of whatever characters; or `-`."""

    place: str
    format: str = ""
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Checks:
    """Which rules are applied, and what they may know."""

    policy: Policy
    disk: Disk
    whole: bool

    def apply(self, agents: Iterable[Agent]) -> Catalog:
        return check_catalog(catalog_of(tuple(agents)), self.policy, self.disk, whole=self.whole)

    def fixes(self, catalog: Catalog) -> list[Fixed]:
        around = Surroundings(catalog, self.disk, self.whole)
        return [fix_agent(agent, around, self.policy) for agent in fixable(catalog.agents)]


def _show(fixes: list[Fixed]) -> None:
    """Write a difference; on a terminal, with nothing in it that is not seen."""
    for fixed in fixes:
        data = rewriting.difference(fixed)
        if sys.stdout.isatty():
            lines = data.decode(errors="replace").replace("\r\n", "\n").split("\n")
            data = "\n".join(map(spelled_out, lines)).encode()
        click.echo(data, nl=False)
    _tell(fixes, "Would mend")


def _write(checks: _Checks, catalog: Catalog, files: list[AgentFile]) -> Catalog:
    """Mend the files; returns what is found in them afterwards."""
    read = {(file.source.label, file.path): file for file in files}
    fixes = checks.fixes(catalog)
    written: dict[AgentKey, Fixed] = {}
    for fixed in fixes:
        try:
            if fixed.is_changed:
                rewriting.rewrite(read[fixed.before.key], fixed.after.data)
                written[fixed.before.key] = fixed
        except OSError as error:
            why = error.strerror or type(error).__name__
            click.echo(f"{one_line(fixed.before.shown)}: not mended: {why}", err=True)
    _tell([each for each in fixes if not each.is_changed or each.before.key in written], "Mended")
    if not written:
        return catalog
    mended = {key: fixed.after for key, fixed in written.items()}
    return checks.apply(mended.get(agent.key, agent) for agent in catalog.agents)


def _tell(fixes: list[Fixed], done: str) -> None:
    """Say on standard error what is mended, and what is not although it is of such a kind."""
    for fixed in fixes:
        for left in fixed.left:
            place = one_line(left.finding.place)
            click.echo(f"{place}: not mended: {left.why} [{left.finding.code}]", err=True)
    number = sum(len(fixed.mended) for fixed in fixes)
    files = sum(fixed.is_changed for fixed in fixes)
    click.echo(f"{done} {counted(number, 'finding')} in {counted(files, 'file')}.", err=True)


def _options(config: Path | None) -> Options:
    """The options of the file that is named, or of the one that is here."""
    if not config and not _SETTINGS.is_file():
        return Options()
    try:
        return read_settings(config or _SETTINGS)
    except OptionsError as error:
        raise click.UsageError(str(error)) from None


def _policy(
    options: Options, select: frozenset[str] | None, ignore: frozenset[str] | None
) -> Policy:
    policy = options.policy if select is None else options.policy.only(select)
    return policy if ignore is None else policy.without(ignore)


def _read(sources: Sequence[_Named], standard_input: Path) -> Iterator[AgentFile]:
    """The files that are named, each once; says on standard error what is passed over."""
    seen: set[str] = set()
    for source in sources:
        for file in _files(source, standard_input):
            if file.shown not in seen:
                seen.add(file.shown)
                yield file


def _files(source: _Named, standard_input: Path) -> Iterable[AgentFile]:
    path = Path(source.place)
    if source.place == _STANDARD_INPUT:
        data = sys.stdin.buffer.read(LARGEST_FILE + 1)
        return [alone(sized(AgentFile(_source(standard_input.parent), standard_input.name, data)))]
    if path.is_dir():
        folder = replace(_source(path), format=source.format, exclude=source.exclude)
        found = read_source(folder)
        for each in unexpected(found.skipped):
            place = one_line(str(PurePosixPath(folder.shown, each.path)))
            click.echo(f"{place}: passed over: {each.reason}", err=True)
        return found.files
    if path.exists():
        folder = _source(path.parent)
        name = readable(os.fsencode(path.name))
        file = read_file(folder, name, folder.folder / path.name)
        if dropped(file) == DOCUMENT:
            click.echo(f"{one_line(file.shown)}: passed over: {DOCUMENT}", err=True)
            return []
        return [alone(file)]
    raise click.UsageError(f"there is no file or folder {source.place!r}")


def _source(folder: Path) -> Source:
    """A folder under the name that findings give it: from here, or as it is written."""
    whole, here = folder.resolve(), Path.cwd()
    inside = whole.is_relative_to(here)
    shown = whole.relative_to(here) if inside else folder
    return Source(whole, str(whole), shown.as_posix(), inside)


def _with_progress(files: Sequence[AgentFile]) -> Iterator[Agent]:
    """The agents of the files; on a terminal, with a bar if they take their time."""
    start = time.monotonic()
    done = 0
    for file in files:
        if time.monotonic() - start > _PATIENCE and sys.stderr.isatty():
            break
        done += 1
        yield read_agent(file)
    if done < len(files):
        with click.progressbar(files[done:], label="Reading", file=sys.stderr) as rest:
            yield from map(read_agent, rest)
