"""Compare the CPU time of publishing 1,000 agents with 25 previews with that of the site alone.

Each pull request changes three agents. Both are run as the workflow runs them, as commands. Takes
the folder of agent files as its argument or from AGENT_CATALOG_CORPUS; without one it writes some.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from costs import arguments_with_folder, cpu_seconds

from agent_catalog.previewing.pulls import PULLS, PullRequest
from agent_catalog.reading.sources import Source, read_source

_SAMPLE = Path(__file__).parent.parent / "agents"
_AGENTS = 1000
_PULLS = 25
_CHANGED = 3


def main() -> None:
    """Print the CPU seconds of both, and the ratio."""
    arguments = arguments_with_folder(__doc__, ", or copies of our own")
    folder = arguments.parse_args().folder or _SAMPLE
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        _copy(folder, work / "agents")
        PULLS.write(_pulls(work), work / "pulls.json")
        site, command = work / "site", (sys.executable, "-m", "agent_catalog")
        alone = cpu_seconds([*command, "build", "agents", "--out", site], work)
        print(f"{_AGENTS} agents alone            {alone:7.2f} s", flush=True)
        previews = cpu_seconds(
            [*command, "preview", "agents", "--site", site, "--pulls", "pulls.json"], work
        )
        made = len(list((site / "pr-preview").iterdir()))
        print(f"{made} previews of {_CHANGED} agents each {previews:7.2f} s")
        print(f"ratio of all to the site alone: {(alone + previews) / alone:.2f}")


def _copy(folder: Path, out: Path) -> None:
    """Write as many agents as it takes; from the second time on, they differ from the first."""
    files = read_source(Source(folder)).files
    for number in range(_AGENTS):
        file, round_ = files[number % len(files)], number // len(files)
        target = out / str(round_) / f"{number}.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.data + b"\nCopy %d.\n" % round_)


def _pulls(work: Path) -> list[PullRequest]:
    """Commit the agents, and changes of some of them."""
    _git(work, "init", "-q", "-b", "main")
    base = _commit(work)
    files = sorted((work / "agents").rglob("*.md"))[: _PULLS * _CHANGED]
    pulls: list[PullRequest] = []
    for start in range(0, len(files), _CHANGED):
        for file in files[start : start + _CHANGED]:
            file.write_bytes(file.read_bytes() + b"\nAnother line.\n")
        pulls.append(PullRequest(len(pulls) + 1, _commit(work)))
        _git(work, "reset", "-q", "--hard", base)
    return pulls


def _commit(work: Path) -> str:
    _git(work, "add", "agents")
    _git(work, "commit", "-q", "-m", "Change")
    return _git(work, "rev-parse", "HEAD")


def _git(work: Path, *arguments: str) -> str:
    person = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    command = ["git", *person, *arguments]
    return subprocess.run(
        command, cwd=work, check=True, capture_output=True, encoding="utf-8"
    ).stdout.strip()


if __name__ == "__main__":
    main()
