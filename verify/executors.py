"""Where chunks run.

Everything is a `concurrent.futures.Executor` with a number of `workers` and a `check()` that
raises `Stopped` when it can run nothing any more.
"""

from __future__ import annotations

import importlib
import os
import signal
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

from theory.exact import InputError
from verify.ledger import code_digest

PATIENCE = 20.0  # seconds to wait for an answer of a cluster
LOST = 60.0  # seconds a cluster may be without workers: a lost one is replaced in a few


class Stopped(Exception):
    """Why a run cannot go on; what was finished is kept."""


def start_worker() -> None:
    """One BLAS thread a worker; leave Ctrl-C to the main process, and end when it is gone."""
    one_blas_thread()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    """A main process that was killed cannot tell its workers, so they look for themselves."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def one_blas_thread() -> Any:
    """One BLAS thread; returns what gives the threads back.

    A library that is loaded later escapes the limit, and NumPy and SciPy bring one each, so
    both are loaded first; what comes after them obeys the environment.
    """
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    from threadpoolctl import threadpool_limits

    importlib.import_module("scipy.linalg")
    return threadpool_limits(1)


class Interrupts:
    """Notes Ctrl-C and SIGTERM beside raising KeyboardInterrupt, until `close()`.

    FLINT turns whatever an integrand raises into an error of its own, which an engine may take
    for a formula that left its domain. `check()` raises again what was lost in this way.
    """

    def __init__(self) -> None:
        self.noted = False
        self._before: dict[int, Any] = {}
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                if callable(signal.getsignal(number)):  # else it is ignored, or ends the process
                    self._before[number] = signal.signal(number, self._note)

    def _note(self, signum: int, frame: object) -> None:
        self.noted = True
        raise KeyboardInterrupt

    def check(self) -> None:
        """Raise KeyboardInterrupt when a signal came."""
        if self.noted:
            raise KeyboardInterrupt

    def close(self) -> None:
        """Put the handlers back that were there before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}


class Inline(Executor):
    """Runs every task at once in this process; for one worker, tests and debuggers."""

    workers = 1

    def __init__(self) -> None:
        self._limits = one_blas_thread()
        self._interrupts = Interrupts()

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future:
        """Run now and return a finished future; after a Ctrl-C none, but KeyboardInterrupt."""
        future: Future = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        self._interrupts.check()
        return future

    def check(self) -> None:
        """This process is always there."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Give the BLAS library its threads back, and the signals their handlers."""
        self._limits.restore_original_limits()
        self._interrupts.close()


class Pool(ProcessPoolExecutor):
    """Fresh processes on this machine; a process that dies breaks the pool."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        super().__init__(workers, mp_context=get_context("spawn"), initializer=start_worker)

    def check(self) -> None:
        """A pool that lost a process says so in every future."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Without waiting, chunks that run now are lost: a long one shall not delay the end."""
        processes = [] if wait else list((self._processes or {}).values())
        super().shutdown(wait=wait, cancel_futures=cancel_futures)
        for process in processes:
            process.terminate()


class Cluster(Executor):
    """The workers of a dask.distributed scheduler, which must run the same code as this process.

    Raises InputError when the extra `cluster` is missing, nobody answers at the address, or
    the workers' code differs: evidence of different code is never pooled.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise InputError(
                "dask.distributed is not installed",
                "runs with --cluster need the extra `cluster`",
                "pip install 'boundlab[cluster]'",
            ) from None
        try:
            self._client = Client(address, set_as_default=False, timeout=PATIENCE)
        except (OSError, ValueError, TimeoutError) as error:
            raise InputError(
                f"no cluster at {address!r}: {error}",
                "the address of a dask scheduler, such as tcp://10.0.0.1:8786",
                "start one with `dask scheduler` and `dask worker`",
            ) from None
        try:
            self._greet(address)
        except InputError:
            self._client.close()
            raise
        self._executor = self._client.get_executor(pure=False, retries=0)
        self._alive, self._next_count = time.monotonic(), 0.0
        self.workers = 1
        self.check()

    def _greet(self, address: str) -> None:
        codes = set(self._client.run(code_digest).values())
        if codes - {code_digest()}:
            raise InputError(
                f"the workers at {address} have the code {sorted(codes)}",
                f"workers with the code {code_digest()} of this process",
                "install the same version there, start workers",
            )

    def check(self) -> None:
        """Count the workers, which come and go; Stopped when there was none for long."""
        now = time.monotonic()
        if now < self._next_count:
            return
        self._next_count = now + 1
        threads = sum(self._client.nthreads().values())
        if threads:
            self._alive = now
            self.workers = threads
        elif now - self._alive > LOST:
            raise Stopped(f"the cluster has had no workers for {LOST:.0f} s")

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future:
        """Run on some worker, with one BLAS thread there."""
        return self._executor.submit(_as_greeted, code_digest(), fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Cancel what is not finished (unless waiting) and leave; the cluster stays."""
        self._executor.shutdown(wait=wait)
        self._client.close()


def _as_greeted(code: str, fn: Any, *args: Any) -> Any:
    # a worker that joined later was not greeted, so every chunk sees to code and threads
    if code_digest() != code:
        raise RuntimeError(f"this worker has the code {code_digest()}, the run {code}")
    one_blas_thread()
    return fn(*args)


def open_executor(workers: int, cluster: str | None = None) -> Inline | Pool | Cluster:
    """An executor with that many workers, or one on a dask cluster's address.

    workers = 0 runs in this process.
    """
    if cluster is not None:
        return Cluster(cluster)
    return Pool(workers) if workers else Inline()


def killed_worker(error: BaseException | None) -> bool:
    """Whether a chunk has no result because its worker died."""
    return isinstance(error, BrokenProcessPool) or type(error).__name__ == "KilledWorker"
