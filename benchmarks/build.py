"""Compare the CPU time of a catalog's build with that of plain MkDocs for the same prompts.

The yardstick is what a team has without the catalog: mkdocs-material with the usual extensions,
each prompt a page, none of them in the navigation. Both run as commands, in turns, and only the
ratio counts. Takes the folder of agent files as its argument or from AGENT_CATALOG_CORPUS; without
one it writes some.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from costs import arguments_with_folder, cpu_seconds

from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.sources import Source, read_source

_YARDSTICK = """\
site_name: Yardstick
theme: { name: material, font: false }
plugins: [search]
not_in_nav: "*"
nav: [index.md]
markdown_extensions:
  - abbr
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - tables
  - toc: { permalink: true }
  - pymdownx.details
  - pymdownx.highlight: { anchor_linenums: true }
  - pymdownx.inlinehilite
  - pymdownx.superfences
  - pymdownx.tabbed: { alternate_style: true }
  - pymdownx.tasklist: { custom_checkbox: true }
  - pymdownx.tilde
validation: { links: { not_found: ignore, absolute_links: ignore, unrecognized_links: ignore } }
"""

_SAMPLE = Path(__file__).parent.parent / "agents"
_COPIES = 100


def main() -> None:
    """Print the CPU seconds of both, run by run, and the ratio of their medians."""
    arguments = arguments_with_folder(__doc__, ", or copies of our own")
    arguments.add_argument("--runs", type=int, default=3)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        source = options.folder or _copies(work / "agents")
        pages = _yardstick(source, work / "yardstick")
        commands: dict[str, list[str | Path]] = {
            "plain MkDocs": [
                *_python("mkdocs"),
                "build",
                "-q",
                "-f",
                work / "yardstick/mkdocs.yml",
            ],
            "agent catalog": [*_python("agent_catalog"), "build", source, "--out", work / "site"],
        }
        print(f"{pages} files, CPU seconds")
        seconds: dict[str, list[float]] = {label: [] for label in commands}
        for _ in range(options.runs):
            for label, command in commands.items():
                seconds[label].append(cpu_seconds(command))
                print(f"  {label:14} {seconds[label][-1]:7.2f}", flush=True)
        plain, catalog = (statistics.median(runs) for runs in seconds.values())
        print(f"ratio of the medians: {catalog / plain:.2f}")


def _python(module: str) -> tuple[str, ...]:
    return sys.executable, "-m", module


def _copies(folder: Path) -> Path:
    """Write copies of our own agents that differ, for an equal prompt is rendered only once."""
    for copy in range(_COPIES):
        shutil.copytree(_SAMPLE, folder / str(copy))
        for file in (folder / str(copy)).rglob("*.md"):
            file.write_text(f"{file.read_text(encoding='utf-8')}\nCopy {copy}.\n", encoding="utf-8")
    return folder


def _yardstick(source: Path, folder: Path) -> int:
    """Write a plain project with the prompt of each agent as a page."""
    docs = folder / "docs"
    docs.mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(_YARDSTICK)
    (docs / "index.md").write_text("# Yardstick\n")
    found = read_source(Source(source)).files
    for number, file in enumerate(found):
        # An empty header of its own keeps MkDocs from taking the first lines for metadata.
        prompt = f"---\ntitle: Agent {number}\n---\n{read_agent(file).prompt}"
        (docs / f"{number}.md").write_text(prompt, encoding="utf-8")
    return len(found)


if __name__ == "__main__":
    main()
