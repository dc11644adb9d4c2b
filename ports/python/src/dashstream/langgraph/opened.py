"""The store of a saver, which its clones share."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from dashstream.checkpoints import EndedError, Store

T = TypeVar("T")


class Opened:
    """Opens the store when it is first needed, and lets one thread at a time use it."""

    def __init__(self, folder: str | os.PathLike[str], settings: dict[str, Any]) -> None:
        self._folder = folder
        self._settings = settings
        self._lock = threading.RLock()
        self._store: Store | None = None
        self._executor: ThreadPoolExecutor | None = None
        self._closed = False

    @contextmanager
    def use(self) -> Iterator[Store]:
        """The store, for the calling thread alone."""
        with self._lock:
            if self._closed:
                raise EndedError("the saver is closed")
            if self._store is None:
                self._store = Store(self._folder, **self._settings)
            yield self._store

    async def run(self, work: Callable[[], T]) -> T:
        """Does work that touches the disk, in the order of the calls, in a thread of its own."""
        # CKP-015, CKP-017
        with self._lock:
            if self._closed:
                raise EndedError("the saver is closed")
            if self._executor is None:
                self._executor = ThreadPoolExecutor(1, "dashstream-saver")
            executor = self._executor
        return await asyncio.get_running_loop().run_in_executor(executor, work)

    def close(self) -> None:
        """Waits for what was begun, and lets go of the store."""
        with self._lock:
            self._closed = True
            executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown()
        with self._lock:
            store, self._store = self._store, None
        if store is not None:
            store.close()
