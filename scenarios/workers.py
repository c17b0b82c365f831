"""Work on many keys in worker processes, which leave Ctrl-C to their parent and end with it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import parent_process
from multiprocessing.connection import wait
from threading import Thread
from typing import Any

from sources.errors import InputError

Progress = Callable[[int, int], None]  # units done, units in all
_task: Callable[[Any], Any]  # what a worker process does with a key: sent to it once, and not with every key


def in_workers(task: Callable[[Any], Any], keys: list, workers: int, progress: Progress) -> list:
    """*task* of every key, in the order of *keys*, in as many processes; *progress* hears how many are done."""
    if workers == 1:
        return _collect(map(task, keys), len(keys), progress)
    with worker_pool(workers, _receive, task) as pool:
        return _collect(pool.map(_apply, keys), len(keys), progress)


def _collect(results: Iterator, total: int, progress: Progress) -> list:
    collected = []
    for result in results:
        collected.append(result)
        progress(len(collected), total)
    return collected


def _receive(task: Callable[[Any], Any]) -> None:
    global _task
    _task = task


def _apply(key: Any) -> Any:
    return _task(key)


def _nothing() -> None:
    pass


def _end_with_parent() -> None:
    """Wait for the end of the parent process, however it ends, and end too: nobody else would tell."""
    parent = parent_process()
    if parent:
        wait([parent.sentinel])
        os._exit(1)


def _begin(initializer: Callable, arguments: tuple) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # one line from the parent, no tracebacks from its workers
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # whatever the parent does about it
    Thread(target=_end_with_parent, daemon=True).start()
    initializer(*arguments)


def _start_unseen_by_interrupts(pool: ProcessPoolExecutor) -> None:
    """Start the processes while Ctrl-C waits, so that it cannot reach one that does not leave it to the parent yet."""
    waits = hasattr(signal, "pthread_sigmask")  # Windows has none
    if waits:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        pool.submit(_nothing).result()
    finally:
        if waits:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@contextmanager
def worker_pool(workers: int, initializer: Callable = _nothing, *arguments) -> Iterator[ProcessPoolExecutor]:
    """A pool of *workers* processes, each begun by initializer(*arguments); work not begun is dropped on an error.

    Raises
    ------
    InputError : a worker process was ended from outside.
    """
    pool = ProcessPoolExecutor(workers, initializer=_begin, initargs=(initializer, arguments))
    try:
        _start_unseen_by_interrupts(pool)
        yield pool
    except BrokenProcessPool:
        raise InputError("worker process", "", "was ended from outside (out of memory, perhaps)",
                         "run again with fewer --workers") from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
