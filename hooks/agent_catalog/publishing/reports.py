"""Findings as text for a terminal, as JSON, as annotations for GitHub, and as SARIF."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from itertools import groupby
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, TypeAlias
from urllib.parse import quote

from agent_catalog.checking.rule import Rule
from agent_catalog.checking.rules import RULES
from agent_catalog.model.catalog import Catalog
from agent_catalog.model.finding import Finding, Severity
from agent_catalog.publishing.characters import one_line
from agent_catalog.publishing.numbers import counted

_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_SARIF = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_NOUNS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True)
class Report:
    """What was found in a number of files."""

    catalog: Catalog
    level: Severity = Severity.INFO
    """From which severity on findings are listed; all are counted."""

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Those that are not meant to be, in the order of the files."""
        return tuple(each for each in self.catalog.findings if not each.accepted)

    @cached_property
    def accepted(self) -> tuple[Finding, ...]:
        """Those that are meant to be."""
        return tuple(each for each in self.catalog.findings if each.accepted)

    @cached_property
    def listed(self) -> tuple[Finding, ...]:
        """The findings that matter enough to be listed."""
        return tuple(each for each in self.findings if each.severity.rank >= self.level.rank)

    def fails(self, severity: Severity) -> bool:
        """Whether a finding matters at least so much."""
        return any(each.severity.rank >= severity.rank for each in self.findings)


Writer: TypeAlias = Callable[[Report], Iterator[str]]
"""Makes the lines of a report."""


def text(report: Report) -> Iterator[str]:
    """A line `path:line:column: message [code]` for each finding, its mend below it, and counts."""
    for _, findings in groupby(report.listed, lambda each: each.path):
        for finding in findings:
            yield one_line(str(finding))
            yield f"    {one_line(finding.mend)}"
        yield ""
    yield from _summary(report)


def _summary(report: Report) -> Iterator[str]:
    files = len(report.catalog.agents)
    found = Counter(each.severity for each in report.findings)
    counts = [counted(found[each], _NOUNS[each]) for each in reversed(Severity)]
    if report.accepted:
        counts.append(f"{len(report.accepted):,} accepted")
    yield f"{', '.join(counts)} in {counted(files, 'file')}"
    codes = Counter((each.severity.rank, each.code) for each in report.findings)
    for (_, code), number in sorted(codes.items(), key=lambda each: (-each[0][0], -each[1])):
        yield f"  {number:>6,} {code:<26} {RULES[code].title}"
    hidden = len(report.findings) - len(report.listed)
    if hidden:
        yield f"{counted(hidden, 'finding')} not listed: --level info lists all."


def as_json(report: Report) -> Iterator[str]:
    """One object: the number of files, and the findings with all that is known of them."""
    findings = sorted(
        (*report.listed, *report.accepted), key=lambda each: (each.path, each.line, each.column)
    )
    yield json.dumps(
        {
            "schema": 1,
            "files": len(report.catalog.agents),
            "findings": [
                {
                    "path": each.path,
                    "line": each.line,
                    "column": each.column,
                    "code": each.code,
                    "severity": each.severity,
                    "message": each.message,
                    "mend": each.mend,
                    "accepted": each.accepted,
                }
                for each in findings
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def github(report: Report) -> Iterator[str]:
    """A workflow command for each finding, of which GitHub makes an annotation of the line.

    See <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>.
    """
    for each in report.listed:
        properties = {
            "file": one_line(each.path),
            "line": each.line,
            "col": each.column,
            "title": each.code,
        }
        written = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
        message = _data(one_line(f"{each.message}. {each.mend}"))
        yield f"::{_GITHUB[each.severity]} {written}::{message}"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def sarif(report: Report) -> Iterator[str]:
    """A log of SARIF 2.1.0, as code scanning reads it; accepted findings are suppressed ones.

    See <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
    """
    indexes = {code: index for index, code in enumerate(RULES)}
    findings = (*report.listed, *report.accepted)
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "agent-catalog",
                        "version": version("agent-catalog"),
                        "rules": [_sarif_rule(rule) for rule in RULES.values()],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_sarif_result(each, indexes[each.code]) for each in findings],
            }
        ],
    }
    yield json.dumps(log, ensure_ascii=False, indent=1)


def _sarif_rule(rule: Rule) -> Mapping[str, Any]:
    return {
        "id": rule.code,
        "shortDescription": {"text": _sentence(rule.title)},
        "fullDescription": {"text": rule.why},
        "defaultConfiguration": {"level": _SARIF[rule.severity]},
        **({"helpUri": rule.sources[0]} if rule.sources else {}),
        "help": {"text": rule.why, "markdown": rule.why},
    }


def _sarif_result(finding: Finding, index: int) -> Mapping[str, Any]:
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _SARIF[finding.severity],
        "message": {"text": f"{_sentence(finding.message)} {finding.mend}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(finding.path)},
                    "region": {"startLine": finding.line, "startColumn": finding.column},
                }
            }
        ],
        **(
            {"suppressions": [{"kind": "external", "justification": finding.accepted}]}
            if finding.accepted
            else {}
        ),
    }


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _uri(path: str) -> str:
    return PurePath(path).as_uri() if PurePath(path).is_absolute() else quote(path)


WRITERS: Mapping[str, Writer] = MappingProxyType(
    {"text": text, "json": as_json, "github": github, "sarif": sarif}
)
"""The formats by name."""
