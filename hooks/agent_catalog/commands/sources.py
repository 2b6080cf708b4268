"""Sources and options as commands are given them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from agent_catalog.config import Options, SourceOption, read_settings

SETTINGS = Path("mkdocs.yml")
"""Where options are, if nobody says where."""


def given_sources(values: Iterable[str]) -> tuple[SourceOption, ...]:
    """Folders as the command line has them: `FOLDER`, or `LABEL=FOLDER`.

    Raises:
        click.BadParameter: There is no such folder.
    """
    return tuple(map(_source, values))


def _source(value: str) -> SourceOption:
    """A source; a folder may have `=` in its name."""
    label, equals, folder = value.partition("=")
    if not equals or Path(value).is_dir():
        label, folder = "", value
    if not folder or not Path(folder).is_dir():
        raise click.BadParameter(f"there is no folder {folder!r}")
    return SourceOption(folder=str(Path(folder).resolve()), label=label)


def given_options(
    sources: tuple[SourceOption, ...], config: Path | None
) -> tuple[Options, Path | None]:
    """The options, and the `mkdocs.yml` that they are from, if they are from one.

    Args:
        sources: Folders that are named; without any, those of the `mkdocs.yml`.
        config: The `mkdocs.yml` that is named; without sources, the one that is here.

    Raises:
        OptionsError: The file has wrong options.
        click.UsageError: Nothing is named, and there is no file.
    """
    file = config or (SETTINGS if not sources and SETTINGS.is_file() else None)
    if not file:
        if not sources:
            raise click.UsageError("name a SOURCE, or an mkdocs.yml with --config")
        return Options(sources=sources), None
    options = read_settings(file)
    return (options.model_copy(update={"sources": sources}) if sources else options), file
