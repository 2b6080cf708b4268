"""What `check --fix` changes, shown as a difference or written to the files."""

from __future__ import annotations

import difflib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from agent_catalog.checking.fix import Fixed
from agent_catalog.publishing.characters import one_line
from agent_catalog.reading.sources import AgentFile, file_name

_NO_LINE_END = b"\n\\ No newline at end of file\n"


def difference(fixed: Fixed) -> bytes:
    """What mending changes in a file, as a unified diff that `git apply` and `patch -p1` take."""
    before, after = (_lines(each.data) for each in (fixed.before, fixed.after))
    name = one_line(fixed.before.shown).lstrip("/").encode()
    lines = difflib.diff_bytes(difflib.unified_diff, before, after, b"a/" + name, b"b/" + name)
    return b"".join(line if line.endswith(b"\n") else line + _NO_LINE_END for line in lines)


def _lines(data: bytes) -> list[bytes]:
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def rewrite(file: AgentFile, data: bytes) -> None:
    """Put other bytes into a file, all of them or none; its mode stays as it is.

    A new file takes the place of the old one, so what must stay this very file is refused: one
    that is a link, has more than one name, may not be written, or has changed since it was read.

    Raises:
        OSError: It is refused, or cannot be written; the file is as it was.
    """
    path = file.source.folder / file_name(file.path)
    if why := next(_refusals(file, path), None):
        raise OSError(0, why)
    descriptor, name = tempfile.mkstemp(prefix=".agent-catalog-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as new:
            new.write(data)
            new.flush()
            os.fsync(descriptor)
        shutil.copymode(path, name)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _refusals(file: AgentFile, path: Path) -> Iterator[str]:
    """Why a file is not to be replaced."""
    if path.resolve(strict=True) != path:
        yield "it is a link, or reached by one"
    if path.stat().st_nlink > 1:
        yield "it has more than one name (hard links)"
    if not os.access(path, os.W_OK):
        yield "it may not be written"
    if path.read_bytes() != file.data:
        yield "it has changed since it was read"
