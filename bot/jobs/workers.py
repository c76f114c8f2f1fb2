"""Worker processes that read files, less urgently than members are answered."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import BaseContext

from bot.sources import folder

_BEHIND = 10  # how much less urgent reading files is to the system than answering members


def processes(count: int) -> ProcessPoolExecutor:
    """Return so many worker processes; they begin with the first work."""
    return ProcessPoolExecutor(count, mp_context=_processes(), initializer=_begin_work)


def _processes() -> BaseContext:
    """Return how worker processes begin: never as a fork of this one, whose threads could hang it.

    Where there is a fork server, it imports what they need once for all of them.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([folder.__name__, "ftfy"])
    return context


def _begin_work() -> None:
    """Prepare a worker process: its parent ends it, and it lives too short to collect garbage."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_BEHIND)
    gc.disable()
