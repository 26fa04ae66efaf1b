"""Where chunks run. Everything is a `concurrent.futures.Executor`."""

from __future__ import annotations

import signal
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from theory.exact import InputError


def start_worker() -> None:
    """One BLAS thread a worker, and leave Ctrl-C to the main process."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class Inline(Executor):
    """Runs every task at once in this process; for one worker, tests and debuggers."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future:
        """Run now and return a finished future."""
        from threadpoolctl import threadpool_limits

        future: Future = Future()
        try:
            with threadpool_limits(1):
                future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def open_executor(workers: int, cluster: str | None = None) -> Executor:
    """An executor with that many workers, or one on a dask cluster's address.

    workers = 0 runs in this process. Raises InputError when the extra `cluster` is missing.
    """
    if cluster is not None:
        try:
            from distributed import Client
        except ImportError:
            raise InputError(
                "dask.distributed is not installed",
                "runs with --cluster need the extra `cluster`",
                "pip install 'boundlab[cluster]'",
            ) from None
        client = Client(cluster, set_as_default=False)
        client.run(start_worker_threads)
        return client.get_executor(pure=False, retries=0)
    if workers == 0:
        return Inline()
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=start_worker)


def start_worker_threads() -> None:
    """One BLAS thread, for workers that manage signals themselves."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)
