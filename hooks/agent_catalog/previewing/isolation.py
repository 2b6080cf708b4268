"""Work in a process of its own, which may crash, hang or eat memory and harms nobody else."""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TypeAlias

Answer: TypeAlias = Mapping[str, str]
"""What a process hands back: names and texts, and nothing that could be more than data."""

_LARGEST_ANSWER = 1024 * 1024
"""Bytes of an answer that are read."""
_LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of a file that such a process may write."""


class IsolationError(RuntimeError):
    """The work was not done; the message says why, in words of ours."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process may use."""

    seconds: float = 60
    """From its start to its answer."""
    altogether: float = 480
    """Seconds of all such processes, one after the other."""
    memory: int = 2048 * 1024 * 1024
    """Bytes of addresses; Linux alone enforces that."""


def isolated(work: Callable[[], Answer], limits: Limits) -> Answer:
    """Do some work in a copy of this process, and hand back its answer.

    The copy starts with all that is in memory here, such as a catalog and templates, so it need
    not make them again. Nothing that it changes is changed here, except for files.

    Args:
        work: What to do; an error of its own is to be handed back as an answer.
        limits: What it may use.

    Raises:
        IsolationError: It took too long or too much memory, or ended without an answer.
    """
    gc.freeze()  # so that the copy does not touch, and thereby copy, what it only reads
    context = multiprocessing.get_context("fork")
    ours, its = context.Pipe(duplex=False)
    process = context.Process(target=_do, args=(work, limits, its))
    process.start()
    its.close()
    try:
        if not ours.poll(limits.seconds):
            raise IsolationError(f"it took more than {limits.seconds:g} seconds")
        answer = json.loads(ours.recv_bytes(_LARGEST_ANSWER))
    except (EOFError, OSError, ValueError):
        raise IsolationError("the generator ended without a result") from None
    finally:
        with suppress(ProcessLookupError):  # its own group: what it started ends with it
            os.killpg(process.pid or 0, signal.SIGKILL)
        process.join()
        ours.close()
        gc.unfreeze()
    if "fault" in answer:
        raise IsolationError(answer["fault"])
    return {str(name): str(text) for name, text in answer.items()}


def _do(work: Callable[[], Answer], limits: Limits, answer: Connection) -> None:
    import resource  # noqa: PLC0415 (not there on Windows, where other modules still are)

    os.setsid()
    seconds = int(limits.seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    try:
        told = work()
    except MemoryError:
        told = {"fault": "it took too much memory"}
    except Exception as error:  # noqa: BLE001 (whatever a file brings about must not end the others)
        told = {"fault": f"the generator failed ({type(error).__name__})"}
    answer.send_bytes(json.dumps(dict(told)).encode())
