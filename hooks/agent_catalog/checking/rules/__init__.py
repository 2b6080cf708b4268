"""All rules, by subject."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from agent_catalog.checking.rule import Rule
from agent_catalog.checking.rules import (
    consistency,
    description,
    exceptions,
    files,
    frontmatter,
    keys,
    name,
    permissions,
    prompt,
    secrets,
    settings,
    tools,
)

SUBJECTS: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        title: tuple(value for value in vars(module).values() if isinstance(value, Rule))
        for title, module in (
            ("Files", files),
            ("Frontmatter", frontmatter),
            ("Keys", keys),
            ("Name", name),
            ("Description", description),
            ("Tools", tools),
            ("Permissions", permissions),
            ("Settings", settings),
            ("Prompt", prompt),
            ("Consistency", consistency),
            ("Secrets", secrets),
            ("Exceptions", exceptions),
        )
    }
)
"""The rules of each module, in its order, under a title for people."""

RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.code: rule for rules in SUBJECTS.values() for rule in rules}
)
"""Every rule by its code."""
