"""What the benchmarks share: the agents that they take, and what a command costs."""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
from collections.abc import Sequence
from pathlib import Path


def arguments_with_folder(description: str | None, otherwise: str = "") -> argparse.ArgumentParser:
    """A command line whose first argument is a folder of agent files.

    Args:
        description: What the command does.
        otherwise: What is taken if no folder is named, in words.
    """
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=os.environ.get("AGENT_CATALOG_CORPUS"),
        help=f"agent files; default: AGENT_CATALOG_CORPUS{otherwise}",
    )
    return arguments


def cpu_seconds(command: Sequence[str | Path], cwd: Path | None = None) -> float:
    """The seconds of processor time that a command takes, with all that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=cwd, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
