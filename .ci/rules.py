"""Writes what the documentation says of rules and formats, and counts how often files break rules.

.venv/bin/python .ci/rules.py            the pages of findings and of formats
.venv/bin/python .ci/rules.py CORPUS     the figures as well: each folder of it is a source
"""

from __future__ import annotations

import sys
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "hooks"))

from agent_catalog.checking.catalog import check_catalog  # noqa: E402 (the path is set above)
from agent_catalog.checking.frequency import frequency  # noqa: E402
from agent_catalog.publishing.formats import formats_page  # noqa: E402
from agent_catalog.publishing.rules import rules_page  # noqa: E402
from agent_catalog.reading.catalog import read_catalog  # noqa: E402
from agent_catalog.reading.sources import Source  # noqa: E402

FIGURES = REPOSITORY / "hooks/agent_catalog/checking/frequency.toml"
PAGE = REPOSITORY / "docs/reference/findings.md"
FORMATS = REPOSITORY / "docs/reference/formats.md"


def main() -> None:
    """Write the files."""
    if len(sys.argv) > 1:
        FIGURES.write_text(figures(Path(sys.argv[1])), encoding="utf-8")
        frequency.cache_clear()
    PAGE.write_text(rules_page(), encoding="utf-8")
    FORMATS.write_text(formats_page(), encoding="utf-8")


def figures(corpus: Path) -> str:
    """In how many files each rule has a finding, as TOML."""
    folders = sorted(folder for folder in corpus.iterdir() if folder.is_dir())
    sources = [Source(folder, folder.name, folder.name) for folder in folders]
    catalog = check_catalog(read_catalog(sources))
    files: dict[str, set[str]] = defaultdict(set)
    for finding in catalog.findings:
        files[finding.code].add(finding.path)
    lines = [
        "# In how many agent files of public repositories each rule has a finding: written by",
        "# .ci/rules.py. Links to other files than agents were not judged, for there were none.",
        "",
        f"as_of = {datetime.now(UTC).date()}",
        f"repositories = {len(sources)}",
        f"files = {len(catalog.agents)}",
        "",
        "[found]",
        *(f"{code} = {len(paths)}" for code, paths in sorted(files.items())),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
