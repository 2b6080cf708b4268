"""Plugins: bundles of agents and more that a tool loads otherwise than those of a project."""

from __future__ import annotations

from dataclasses import dataclass

from agent_catalog.model.format import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """The plugin that a file is of."""

    name: str
    """What its manifest or its folder calls it; empty if nothing tells."""
    kind: Kind = Kind.AGENT
    """What the file is in it."""
    folder: tuple[str, ...] = ()
    """The folders between the plugin's folder of agents and the file: `review` of
    `agents/review/security.md`. They are a part of what the agent is called."""

    def agent_id(self, name: str) -> str:
        """What the agent of a file is called: `my-plugin:review:security`.

        See <https://code.claude.com/docs/en/plugins/components#agents>.

        Args:
            name: What the file calls it or, if that is nothing, the file's name.
        """
        return ":".join(filter(None, [self.name, *self.folder, name]))

    def command_id(self, name: str) -> str:
        """What a skill or a command is called: `my-plugin:release`.

        Args:
            name: The name of the skill's folder, or of the command's file.
        """
        return ":".join(filter(None, [self.name, name]))
