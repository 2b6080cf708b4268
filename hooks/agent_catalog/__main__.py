"""The command line: `agent-catalog`, or `python -m agent_catalog`."""

from __future__ import annotations

from importlib import import_module

import click

_COMMANDS = ("build", "check", "comment", "diff", "preview", "pulls", "rule")
"""Each is a function of that name, in a module of that name."""


class _Commands(click.Group):
    """Imports a command when it is called, for what others need takes longer than a small check."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click hands it over)
        """The names of all commands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click hands it over)
        """The command of that name."""
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(import_module(f"agent_catalog.commands.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="agent-catalog")
def main() -> None:
    """Publish folders of AI agent files as a site that tells the truth about them."""


if __name__ == "__main__":
    main()
