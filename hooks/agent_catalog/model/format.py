"""Formats: what is known of the agent files of one tool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache, cached_property

from agent_catalog.model.finding import Flaw, Severity
from agent_catalog.model.tool import Capability, Tool


class Kind(StrEnum):
    """What a file is to its tool."""

    AGENT = "agent"
    SKILL = "skill"
    COMMAND = "command"
    PROMPT = "prompt"


class FormatFrom(StrEnum):
    """By what the format of a file was recognised, the strongest sign first."""

    OPTION = "option"
    """The source's option `format`."""
    NAME = "name"
    """The file's name."""
    FOLDER = "folder"
    KEYS = "keys"
    """Keys of the frontmatter that one tool alone has."""
    TOOLS = "tools"
    """The names of the listed tools."""
    DEFAULT = "default"
    """Nothing."""


class Effect(StrEnum):
    """What a fault of a file does in its tool."""

    IGNORED = "ignored"
    PASSED_ON = "passed-on"
    """An unknown key goes to the model's provider as an option."""
    PLACEHOLDER = "placeholder"
    """The tool loads an agent of the file's name that knows nothing of what the file says."""
    PARTLY = "partly"
    """Some products of the tool do not load the file, others do."""
    SKIPPED = "skipped"
    """The file is not loaded, and nothing is said."""
    REFUSED = "refused"
    """The file is not loaded, and the tool says so."""
    STOPS = "stops"
    """The tool does not start."""
    UNKNOWN = "unknown"

    @property
    def is_fatal(self) -> bool:
        """Whether the tool is known not to load the file."""
        return self in {Effect.SKIPPED, Effect.REFUSED, Effect.STOPS}

    @property
    def severity(self) -> Severity:
        """How much a fault with this effect matters."""
        if self.is_fatal or self is Effect.PLACEHOLDER:
            return Severity.ERROR
        return Severity.WARNING if self in {Effect.PARTLY, Effect.UNKNOWN} else Severity.INFO


_CLAUSES = {
    Effect.IGNORED: "{} ignores it",
    Effect.PASSED_ON: "{} passes it on to the model's provider",
    Effect.PLACEHOLDER: "{} loads a placeholder of this name, with all tools",
    Effect.PARTLY: "it is refused",
    Effect.SKIPPED: "{} skips this file without a word",
    Effect.REFUSED: "{} does not load this file, and says so",
    Effect.STOPS: "{} does not start with this file",
    Effect.UNKNOWN: "what {} does with this file is not known",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What a fault of a file does in its tool."""

    effect: Effect
    clause: str
    """The same as the second half of a sentence: `Claude Code ignores it`."""

    def flaw(self, *, code: str, line: int, column: int, message: str, mend: str) -> Flaw:
        """What a reader notices of it; the severity is the effect's."""
        return Flaw(
            code=code,
            line=line,
            column=column,
            message=message,
            mend=mend,
            fatal=self.effect.is_fatal,
            severity=self.effect.severity,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What is known of a key of the frontmatter."""

    about: str
    """One sentence: what it does."""
    types: tuple[str, ...] = ()
    """Of `text`, `list`, `map`, `true or false` and `number`; empty if that is not known."""
    values: tuple[str, ...] = ()
    """The words that are documented, where it takes one of a few."""
    longest: int = 0
    """Characters that it may have; 0 if that is not documented."""
    default: str = ""
    """What holds without it, in a few words."""
    refuses: tuple[str, ...] = ()
    """Types of values with which the tool does not load the file."""
    pattern: str = ""
    """A regular expression that the whole value must match, of names that a tool refuses."""
    form: str = ""
    """What a value that matches is like: completes `it must …`."""
    entry: str = ""
    """A regular expression that each entry of a list must match, and none may stand twice."""
    unfit: Effect = Effect.IGNORED
    """What any other value does, than one of that form or of `values`."""
    missing: Effect = Effect.IGNORED
    """What its absence does."""
    where: str = ""
    """In which of the tool's products, where they differ: completes the sentence on `missing`."""
    gives: str = ""
    """For a key that gives capabilities by itself, what the agent then does: `runs commands`."""
    badge: str = ""
    """The label under which the page shows its value among the badges, if it does."""
    deprecated: str = ""
    """What to write instead."""
    idle: bool = False
    """Whether the tool takes it and does nothing with it."""
    removes: bool = False
    """Whether the tool has no such agent where it is true."""
    idle_with: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Keys, and the values beside which it has no effect."""
    unknown: str = ""
    """What another value than the documented ones does: completes `an unknown value …`."""
    only: Mapping[str, str] = field(default_factory=dict)
    """Values that take effect somewhere alone, and where: completes `only …`."""
    in_plugins: bool = True
    """Whether it has an effect in an agent of a plugin."""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """Names and places of files of a kind."""

    names: tuple[str, ...] = ()
    """Patterns of file names, as in a shell."""
    folders: tuple[str, ...] = ()
    """Parts of a path that follow each other: `.claude/commands`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """How the files of a tool are told from those of others."""

    names: tuple[str, ...] = ()
    """Patterns of file names, as in a shell."""
    former: tuple[str, ...] = ()
    """Those of these names that the tool took in former times and still takes."""
    folders: tuple[str, ...] = ()
    """Parts of a path that follow each other: `.github/agents`."""
    keys: frozenset[str] = frozenset()
    """Keys that no other tool has."""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Keys that tell by one of these values alone."""
    types: Mapping[str, str] = field(default_factory=dict)
    """Keys that tell by a value of this type alone."""
    kinds: Mapping[Kind, Signs] = field(default_factory=dict)
    """How files of other kinds than agents are told."""
    others: Mapping[str, str] = field(default_factory=dict)
    """Patterns of paths of what is none of these, and what it is: `a Cursor rule`."""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """The same for Markdown, where neither its name nor a folder of agents says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """How a file of the format is taken apart."""

    reader: str = "markdown"
    """`markdown` or `toml`."""
    suffixes: tuple[str, ...] = (".md",)
    recursive: bool = True
    """Whether the tool looks into folders below its own."""
    closing: str = "line"
    """What ends a frontmatter: a `line` of three dashes, or the first three `dashes` anywhere."""
    retry: str = "none"
    """The second try at broken YAML: values put in `quotes`, or made a `block`, or `none`."""
    prompt: str = "body"
    """The key that holds the prompt, or the body."""
    unloaded: tuple[str, ...] = ()
    """Names of files in its folder that the tool never takes for agents."""
    documents: bool = False
    """Whether the tool takes a `README.md` in its folder for an agent, even without frontmatter."""
    longest_prompt: int = 0
    """Characters that a prompt may have; 0 if that is not documented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What an agent is called: each the first of these that there is.

    `file` is the file's name, `path` the path below the tool's folder, both without their ending;
    anything else is a key.
    """

    id: tuple[str, ...]
    title: tuple[str, ...]
    endings: tuple[str, ...] = (".md",)
    """What is taken off file names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """What a mode of a sandbox lets through."""

    does: str
    capabilities: tuple[Capability, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """How the format says which tools an agent may use, and which there are."""

    shape: str = "list"
    """`list`, `permissions`, `sandbox`, `readonly`, `tags` or `none`."""
    key: str = "tools"
    missing: str = "all"
    """What an agent gets without the key: `all`, `none` or `unknown`."""
    empty: str = "none"
    """The same for an empty list."""
    case: str = "exact"
    """Whether the case of names matters: `exact`, or `any`."""
    server: tuple[str, ...] = ()
    """How tools of MCP servers are written: `mcp__{server}__{tool}`."""
    server_asks: bool | None = None
    """Whether those ask for permission by default; `None` if that is not documented."""
    specifier: str = ""
    """What stands in parentheses behind a listed tool, as a sentence: what it does, or does not."""
    specifiers: bool = False
    """Whether an entry may say in parentheses what it is limited to: `Bash(git *)`."""
    never: tuple[str, ...] = ()
    """Tools that an agent is never given."""
    complete: bool = False
    """Whether `known` has every tool of the agent tool, as of the day of the data."""
    known: Mapping[str, Tool] = field(default_factory=dict)
    """By their names today."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Former and other names, and the names of today."""
    aliases: frozenset[str] = frozenset()
    """Former names that the tool is documented to take."""
    together: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Names of permissions, and the tools that each governs."""
    sandbox: Mapping[str, Sandbox] = field(default_factory=dict)
    """By mode."""
    with_memory: tuple[str, ...] = ()
    """What a memory adds to the list of an agent that has one."""
    memory_needs: str = ""
    """When it does so: `where auto memory is on`."""
    unlisted: tuple[str, ...] = ()
    """What an agent may have though its list does not name it."""
    switches: Mapping[str, str] = field(default_factory=dict)
    """Names of a map from tools to true or false, and the permissions that they stand for."""
    off: tuple[str, ...] = ()
    """Tools that an agent has only if a rule allows them."""
    whole: tuple[str, ...] = ()
    """Permissions that are given or denied as a whole, not by pattern."""
    by_name: tuple[str, ...] = ()
    """Tools that a subagent has only if a rule names them."""
    remote: Mapping[str, str] = field(default_factory=dict)
    """Keys, and the value with which the agent runs elsewhere, with tools that nobody here knows."""
    caveat: str = ""
    """What stands against what the data says, as a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """Which models the format knows, beside those that are known by their family."""

    aliases: Mapping[str, str] = field(default_factory=dict)
    """Names that mean something here alone, and their groups."""
    provider: str = "none"
    """Whether a model is named with its provider, `provider/model`: `required`, `optional`, `none`."""
    vendor: str = ""
    """Whose platform is asked for a model that is named alone: `anthropic`; empty for the tool's own."""
    families: tuple[str, ...] | None = None
    """The groups of models that the tool has; `None` if it has any."""
    missing: str = ""
    """One sentence: what an agent runs on that names none."""
    unknown: str = ""
    """One sentence: what an unknown model does; empty if that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colors:
    """Which colors an agent may have."""

    names: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    """Colors of the tool's theme, by name."""
    hex: bool = False
    """Whether `#rrggbb` is one."""
    unknown: Effect = Effect.IGNORED
    """What any other does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Install:
    """A folder in which the tool looks for agents."""

    scope: str
    """`project` or `user`."""
    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A way to call an agent."""

    how: str
    """Where or how, as the start of a sentence: `In a message`."""
    write: str = ""
    """What to write there, with `{id}` for what the agent is called; empty if there is nothing."""
    shell: bool = False
    """Whether that is a command for a shell."""
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Keys, and the values with which an agent cannot be called so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """How and where an agent is run, as far as it decides which tools it gets."""

    platform: str = "unix"
    """`unix` for macOS, Linux and WSL, or `windows`."""
    background: bool = True
    """Whether it runs beside the conversation, as subagents do unless told otherwise."""
    main: bool = False
    """Whether it is the main agent of the session, and no subagent."""
    deepest: bool = False
    """Whether as many agents have started each other as may."""
    session: str = "default"
    """The permission mode of the session."""
    opted_in: bool = False
    """Whether what is off by default is on: switched on, or what it takes is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Why an agent does not get a tool that its file lists: a fact about the format's tool.

    It holds where all that is given of it holds.
    """

    why: str
    """A code: `beside-bash`."""
    text: str
    """When the agent gets it, or why it does not: stands by itself, without a stop."""
    tools: tuple[str, ...] = ()
    """The names of today of the tools that it is about."""
    but: tuple[str, ...] = ()
    """In place of `tools`: it is about all tools but these and those of MCP servers."""
    beside: tuple[str, ...] = ()
    """Where one of these is listed as well."""
    platform: str = ""
    background: bool | None = None
    main: bool | None = None
    deepest: bool | None = None
    sessions: tuple[str, ...] = ()
    """In which permission modes of the session."""
    opted_in: bool | None = None
    when: Mapping[str, str] = field(default_factory=dict)
    """A key and the value with which alone it holds, where the key has an effect."""
    unless: Mapping[str, str] = field(default_factory=dict)
    """A key and the value with which it does not hold, where the key has an effect."""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Format:
    """All that is known of the agent files of one tool, as of a day.

    Two of one slug are one: formats are data of this package.
    """

    slug: str
    title: str = field(compare=False)
    """The tool, as sentences call it."""
    as_of: date = field(compare=False)
    order: int = field(compare=False)
    sources: Mapping[str, str] = field(compare=False, repr=False)
    """Where the facts are from: URLs by the names that the facts give."""
    recognition: Recognition = field(compare=False, repr=False)
    identity: Identity = field(compare=False, repr=False)
    reading: Syntax = field(compare=False, repr=False, default_factory=Syntax)
    errors: Mapping[str, Effect] = field(compare=False, repr=False, default_factory=dict)
    plugin_errors: Mapping[str, Effect] = field(compare=False, repr=False, default_factory=dict)
    """What is otherwise in an agent of a plugin."""
    where: Mapping[str, str] = field(compare=False, repr=False, default_factory=dict)
    """In which products of the tool an error has that effect, where they differ."""
    keys: Mapping[str, Key] = field(compare=False, repr=False, default_factory=dict)
    tools: Tools = field(compare=False, repr=False, default_factory=Tools)
    models: Models = field(compare=False, repr=False, default_factory=Models)
    colors: Colors | None = field(compare=False, repr=False, default=None)
    """`None` if the tool has no colors."""
    install: tuple[Install, ...] = field(compare=False, repr=False, default=())
    call: tuple[Call, ...] = field(compare=False, repr=False, default=())
    limits: tuple[Limit, ...] = field(compare=False, repr=False, default=())
    """Of those that hold, the first one says why an agent does not get a tool."""
    agents: tuple[str, ...] = field(compare=False, repr=False, default=())
    """Agents that the tool brings along."""

    def fault(self, name: str, *, in_plugin: bool = False) -> Fault:
        """What a fault does: one of `errors`, or that of a key: `name-missing`, `name-unfit`.

        Args:
            name: The fault.
            in_plugin: Whether it is one of an agent of a plugin.
        """
        return _fault_of(self, name, in_plugin)

    def _find_fault(self, name: str, in_plugin: bool) -> Fault:  # noqa: FBT001 (see `_fault_of`)
        if in_plugin and name in self.plugin_errors:
            return self._fault(self.plugin_errors[name])
        what, _, fault = name.rpartition("-")
        if key := self.keys.get(what):
            return (
                self._fault(key.missing, key.where)
                if fault == "missing"
                else self._fault(key.unfit)
            )
        return self._fault(self.errors.get(name, Effect.UNKNOWN), self.where.get(name, ""))

    def consequence(self, effect: Effect) -> Fault:
        """A fault of that effect."""
        return self._fault(effect)

    def _fault(self, effect: Effect, where: str = "") -> Fault:
        said = _CLAUSES[effect].format(self.title)
        return Fault(effect, f"{said} {where}" if where else said)

    @cached_property
    def needed(self) -> frozenset[str]:
        """The keys without which the tool does not load a file."""
        return frozenset(name for name, key in self.keys.items() if key.missing.is_fatal)

    @cached_property
    def demanding(self) -> Mapping[str, Key]:
        """The keys whose absence, or some values of which, the tool minds."""
        return {
            name: key
            for name, key in self.keys.items()
            if key.missing is not Effect.IGNORED or key.pattern
        }

    @cached_property
    def badges(self) -> Mapping[str, Key]:
        """The keys whose values are worth a badge."""
        return {name: key for name, key in self.keys.items() if key.badge}


@cache
def _fault_of(format_: Format, name: str, in_plugin: bool) -> Fault:  # noqa: FBT001 (a cache takes positions)
    return format_._find_fault(name, in_plugin)  # noqa: SLF001 (a method of the same module)
