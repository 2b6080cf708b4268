"""The options: typed, each documented, wrong ones refused by name.

They are the same under `plugins: agent-catalog:` and under `extra: agent_catalog:`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from agent_catalog.checking.policy import Acceptance, Level, Policy, matching
from agent_catalog.model.finding import Severity
from agent_catalog.reading.formats.known import known_formats
from agent_catalog.reading.sources import Source

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Option(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def _texts(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _format(slug: str) -> str:
    if slug and slug not in known_formats():
        near = get_close_matches(slug, known_formats(), n=1)
        hint = f"; is {near[0]!r} meant?" if near else f": {', '.join(known_formats())}"
        raise ValueError(f"there is no format {slug!r}{hint}")
    return slug


class SourceOption(_Option):
    """A folder of agent files."""

    folder: _Text
    """The folder, relative to `mkdocs.yml`. Hidden folders in it are searched as well."""
    label: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    """Tells the folder from the other sources, in URLs and on pages.

    Only needed for more than one source; by default the folder's name or, for folders called
    `agents` and hidden ones, that of the folder around it.
    """
    format: Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_format)] = ""
    """The tool that the files are for, such as `copilot`; by default each file tells."""
    exclude: Annotated[tuple[_Text, ...], BeforeValidator(_texts)] = ()
    """Paths below the folder that are left out, such as helper documents: `[drafts/*]`.

    `*` stands for any characters, `?` for one, `[ab]` for one of these.
    """


def _known(codes: tuple[str, ...]) -> tuple[str, ...]:
    matching(codes)
    return codes


_Codes = Annotated[tuple[_Text, ...], Field(min_length=1), AfterValidator(_known)]


class RuleOption(_Option):
    """How much findings matter."""

    codes: _Codes
    """The rules: `[color-missing]`, or `["tool-*"]` for all that start so."""
    severity: Annotated[
        Literal["error", "warning", "info", "off"],
        BeforeValidator(lambda value: "off" if value is False else value),  # as YAML reads `off`
    ]
    """`error`, `warning`, `info`, or `off` for rules that are not to be applied."""
    path: _Text = "*"
    """The files, as findings name them: `vendor/*`."""


class AcceptOption(_Option):
    """Findings that are meant to be: shown on the agent's page, but not reported by the build."""

    path: _Text
    """The files, as findings name them: `agents/broken/*`.

    `*` stands for any characters, `?` for one, `[ab]` for one of these.
    """
    codes: _Codes
    """The rules that these files may break: `[yaml-needs-retry]`."""
    reason: _Text
    """Why; shown with the finding."""


_Source = Annotated[str, StringConstraints(pattern=r"^(?:'[\w-]+[\w+/=-]*'|[\w+.*:/?&%=~@-]+)$")]
"""A source of a policy: a host, a URL, a scheme, a hash or a keyword in single quotes."""
_Directive = Literal[
    "connect-src",
    "font-src",
    "form-action",
    "frame-src",
    "img-src",
    "media-src",
    "script-src",
    "style-src",
    "worker-src",
]


def _folders(value: object) -> object:
    entries = value if isinstance(value, list | tuple) else [value]
    return [{"folder": entry} if isinstance(entry, str) else entry for entry in entries]


class Options(_Option):
    """All options of the agent catalog."""

    sources: Annotated[tuple[SourceOption, ...], BeforeValidator(_folders)] = Field(
        default=(SourceOption(folder="agents"),), min_length=1
    )
    """The folders of agent files: a path, or a list of paths or of maps with `folder:` and more."""
    rules: tuple[RuleOption, ...] = ()
    """How much findings matter, where it is not as the rules say; the last that fits holds."""
    fail_on: Severity = Severity.WARNING
    """From which severity on a finding fails a strict build."""
    accept: tuple[AcceptOption, ...] = ()
    """Findings that are meant to be, with the reason."""
    content_security: Annotated[
        dict[_Directive, tuple[_Source, ...]] | bool, Field(union_mode="left_to_right")
    ] = True
    """What pages may run and load: `true` for nothing of other hosts; sources to add to that,
    `img-src: [https://img.shields.io]`; or `false` for no policy at all."""

    @property
    def policy(self) -> Policy:
        """What the options say of findings."""
        return Policy(
            levels=tuple(
                Level(
                    matching(each.codes),
                    None if each.severity == "off" else Severity(each.severity),
                    each.path,
                )
                for each in self.rules
            ),
            acceptances=tuple(
                Acceptance(each.path, matching(each.codes), each.reason) for each in self.accept
            ),
        )


_WORDING = {
    "extra_forbidden": "there is no such option",
    "missing": "field required",
    "model_type": "this must be a map of options",
    "string_too_short": "this must not be empty",
    "string_type": "this must be text",
    "too_short": "this must not be empty",
    "tuple_type": "this must be a list",
}
"""Of pydantic's errors, in the words of `mkdocs.yml`."""


class OptionsError(ValueError):
    """Options that cannot be used; the message has a line for each, with its full name."""


def read_options(values: Mapping[str, Any], name: str) -> Options:
    """Check options as they stand in `mkdocs.yml`.

    Args:
        values: The options.
        name: Where they stand, to name them in full: `extra.agent_catalog`.

    Raises:
        OptionsError: An option is unknown or of a wrong type.
    """
    try:
        return Options.model_validate(values)
    except ValidationError as error:
        lines = [
            f"{'.'.join([name, *map(str, each['loc'])])}: {_worded(each)}"
            for each in error.errors()
            # A list whose every entry is wrong counts as empty, too.
            if not (each["type"] == "too_short" and each["input"])
        ]
        raise OptionsError("\n".join(lines)) from None


def _worded(error: Mapping[str, Any]) -> str:
    wording = _WORDING.get(error["type"], error["msg"])
    return str(wording).removeprefix("Value error, ")


class _Lenient(yaml.SafeLoader):
    """Reads an `mkdocs.yml` with tags such as `!ENV`, which stand for nothing here."""


_Lenient.add_multi_constructor("", lambda *_: None)


def read_settings(file: Path) -> Options:
    """The options that an `mkdocs.yml` holds, without all the rest of MkDocs.

    Raises:
        OptionsError: The file cannot be read, or has a wrong option.
    """
    try:
        # A subclass of the safe loader, which makes plain values alone.
        settings = yaml.load(file.read_text(encoding="utf-8"), _Lenient)  # noqa: S506
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise OptionsError(f"{file}: {error}") from None
    settings = settings if isinstance(settings, dict) else {}
    for plugin in _listed(settings.get("plugins")):
        if "agent-catalog" in plugin:
            return read_options(plugin["agent-catalog"] or {}, "agent-catalog")
    extra = settings.get("extra")
    values = extra.get("agent_catalog") if isinstance(extra, dict) else None
    return read_options({} if values is None else values, "extra.agent_catalog")


def _listed(plugins: object) -> Iterator[Mapping[str, Any]]:
    """The plugins that have options; MkDocs takes a list or a map."""
    if isinstance(plugins, dict):
        yield plugins
    elif isinstance(plugins, list):
        yield from (each for each in plugins if isinstance(each, dict))


def find_sources(options: Options, root: Path, name: str) -> tuple[Source, ...]:
    """The source folders, each with a label of its own.

    Args:
        options: The options.
        root: What folders are relative to.
        name: Where the options stand, to name them in full.

    Raises:
        OptionsError: Folders are not there, or have one label.
    """
    folders = [(root / source.folder).resolve() for source in options.sources]
    several = len(folders) > 1
    labels = [
        source.label or (default_label(folder) if several else "")
        for source, folder in zip(options.sources, folders, strict=True)
    ]
    errors = [*_missing(options, folders, name), *_repeated(labels, name)]
    if errors:
        raise OptionsError("\n".join(errors))
    return tuple(
        Source(
            folder=folder,
            label=label,
            shown=_shown(folder, root, label),
            in_project=folder.is_relative_to(root.resolve()),
            format=option.format,
            exclude=option.exclude,
        )
        for folder, label, option in zip(folders, labels, options.sources, strict=True)
    )


def _missing(options: Options, folders: Iterable[Path], name: str) -> Iterator[str]:
    for index, folder in enumerate(folders):
        if not folder.is_dir():
            written = options.sources[index].folder
            yield f"{name}.sources.{index}.folder: there is no folder {written!r}"


def _repeated(labels: Iterable[str], name: str) -> Iterator[str]:
    for label, count in Counter(labels).items():
        if count > 1:
            yield (
                f"{name}.sources: two folders have the label {label!r}; "
                "set `label` to tell them apart"
            )


def default_label(folder: Path) -> str:
    """The label of a folder that is given none, and is one of several."""
    parts = [part for part in folder.parts if part not in {"/", "agents"}]
    named = [part for part in parts if not part.startswith(".")]
    return named[-1] if named else ""


def _shown(folder: Path, root: Path, label: str) -> str:
    """The folder as findings name it: seen from the root, or by a name if it is elsewhere."""
    root = root.resolve()
    if folder.is_relative_to(root):
        return folder.relative_to(root).as_posix()
    return label or folder.name
