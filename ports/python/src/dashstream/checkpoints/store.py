"""A store that is open for writing."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType

from dashstream import codecs
from dashstream.checkpoints.disk import Disk
from dashstream.checkpoints.errors import DamagedError, EndedError, InUseError, NoCheckpointError
from dashstream.checkpoints.framer import Framer
from dashstream.checkpoints.model import Checkpoint, PendingWrite, Recovered, Summary
from dashstream.checkpoints.names import TOMBSTONE, SegmentName, ThreadKey, is_folder, is_folder_of
from dashstream.checkpoints.repair import Repair, apply
from dashstream.checkpoints.segment import Syncs
from dashstream.checkpoints.thread import Thread, remove_deleted
from dashstream.checkpoints.view import Catalog, Place, View

#: The parent of a checkpoint that follows the newest.
NEWEST = -1
_MAX_THREADS = 256


class Store:
    """The one writer of a folder. Whatever it has put is durable when the call returns; one call at a time.

    Raises InUseError where another store has the lock.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        tenant: str = "default",
        segment_len: int = 8 << 20,
        chunk_len: int = 1 << 20,
        codec: int = codecs.NONE,
        disk: Disk | None = None,
    ) -> None:
        self._folder = Path(folder).absolute()
        self._disk = disk or Disk()
        self._syncs = Syncs(self._disk)
        self._threads: dict[ThreadKey, Thread] = {}
        self._framer: Callable[[], Framer] = lambda: Framer(tenant, codec, chunk_len)
        self._segment_len = segment_len
        for missing in reversed([folder for folder in (self._folder, *self._folder.parents) if not folder.exists()]):
            self._disk.make_folder(missing)
            self._syncs.folder(missing.parent)
        self._syncs.folder(self._folder.parent)
        # CKP-002
        path = self._folder / "LOCK"
        self._lock = self._disk.lock(path)
        if self._lock is None:
            raise InUseError(path)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the files and of the lock."""
        self._forget_all()
        if self._lock is not None:
            self._disk.close(self._lock)
            self._lock = None

    def _forget_all(self) -> None:
        for thread in self._threads.values():
            thread.close()
        self._threads.clear()

    def _thread(self, key: ThreadKey) -> Thread:
        if self._lock is None:
            raise EndedError("the store is closed")
        self._syncs.check()
        thread = self._threads.pop(key, None)
        if thread is None:
            if len(self._threads) >= _MAX_THREADS:
                self._threads.pop(next(iter(self._threads))).close()
            folder = self._folder / key.folder
            thread = Thread(self._disk, self._syncs, folder, key, self._framer(), self._segment_len)
        self._threads[key] = thread
        return thread

    def put(
        self,
        key: ThreadKey,
        data: bytes,
        *,
        id: str | None = None,
        parent: int = NEWEST,
        base: int | None = None,
        content_type: str = "",
        attributes: Mapping[str, str] | None = None,
    ) -> Summary:
        """Puts a checkpoint. `parent` is the generation that it follows, 0 for none.

        Pending writes that were put early, or for an older checkpoint of the same id, become this one's, with it or not
        at all.
        """
        thread = self._thread(key)
        identifier = secrets.token_hex(16) if id is None else id
        if parent == NEWEST:
            parent = max(thread.catalog.checkpoints(), default=0)
        return thread.put(data, identifier, parent, base, content_type, dict(attributes or {}))

    def put_writes(self, key: ThreadKey, id: str, writes: Iterable[PendingWrite], *, early: bool = False) -> None:
        """Puts pending writes of the newest checkpoint of an id. Each is there as a whole or not at all.

        Raises NoCheckpointError where there is none, unless they may come `early`: before their checkpoint. A
        generation is then reserved for that, which it gets unless others are put before it.
        """
        thread = self._thread(key)
        if thread.catalog.find(id) is None and not early:
            thread.catalog.check()
            raise NoCheckpointError(f"there is no checkpoint {id!r}")
        thread.put_writes(id, writes)

    def newest(self, key: ThreadKey) -> Checkpoint | None:
        """The newest checkpoint. Raises DamagedError where it is not whole; an older one does not stand in for it."""
        thread = self._thread(key)
        return thread.view.newest(thread.view.names().live)

    def newest_whole(self, key: ThreadKey) -> Recovered:
        """The whole checkpoint of the highest generation, and all damage."""
        thread = self._thread(key)
        return thread.view.newest_whole(thread.view.names().live)

    def catalog(self, key: ThreadKey) -> Catalog:
        """What there is of a thread, as it was read when the store first looked, and what was put since."""
        return self._thread(key).catalog

    def read(self, key: ThreadKey, place: Place) -> Checkpoint:
        """Reads what the catalog tells of. Raises DamagedError where it is not whole any more."""
        view = self._thread(key).view
        return view.read_place(view.names().live, place)

    def keys(self) -> list[ThreadKey]:
        """All threads in which something is whole."""
        keys = []
        for name in filter(is_folder, sorted(self._disk.names(self._folder))):
            view = View(self._disk, self._folder / name)
            catalog = view.catalog(view.names().live)
            if catalog.thread is not None:
                keys.append(ThreadKey(catalog.thread, catalog.namespace))
        return keys

    def namespaces(self, thread: str) -> list[ThreadKey]:
        """The keys of one thread's id."""
        keys = []
        for name in sorted(self._disk.names(self._folder)):
            if is_folder_of(name, thread):
                view = View(self._disk, self._folder / name)
                catalog = view.catalog(view.names().live)
                if catalog.thread is not None:
                    keys.append(ThreadKey(catalog.thread, catalog.namespace))
        return keys

    def delete(self, key: ThreadKey) -> None:
        """Deletes a thread: after a loss of power all of it is there, or nothing."""
        self._delete(self._folder / key.folder)

    def delete_all(self, thread: str) -> None:
        """Deletes a thread in every namespace, in its own, which is the empty one, at last."""
        own = ThreadKey(thread).folder
        folders = [name for name in self._disk.names(self._folder) if is_folder_of(name, thread)]
        for name in sorted(folders, key=lambda name: (name == own, name)):
            self._delete(self._folder / name)

    def _delete(self, folder: Path) -> None:
        # CKP-012
        self._syncs.check()
        for key in [key for key in self._threads if key.folder == folder.name]:
            self._threads.pop(key).close()
        if not self._disk.names(folder):
            return
        file = self._disk.open(folder / TOMBSTONE)
        try:
            self._syncs.file(file)
        finally:
            self._disk.close(file)
        remove_deleted(self._disk, self._syncs, folder)

    def repair(self) -> list[Repair]:
        """Sets aside every segment that is damaged, and keeps what is whole in it; says what was set aside."""
        self._syncs.check()
        self._forget_all()
        done = []
        for name in filter(is_folder, sorted(self._disk.names(self._folder))):
            done += apply(View(self._disk, self._folder / name), self._syncs)
        return done

    def keep(self, key: ThreadKey, wanted: Callable[[Summary], bool]) -> None:
        """Removes the checkpoints and pending writes of a thread that are not wanted. What is kept is rewritten.

        Where the process ends midway some of what was to go may still be there. Raises DamagedError in a thread with
        damage that was acknowledged, which a repair has to set aside first.
        """
        thread = self._thread(key)
        thread.catalog.check()
        if all(not wanted(place.summary) for place in thread.catalog.places):
            self.delete(key)
        elif not all(wanted(place.summary) for place in thread.catalog.places):
            thread.rewrite(wanted)

    def retain(self, key: ThreadKey, keep: int) -> int:
        """Removes the oldest segments in which nothing is needed by the newest `keep` whole checkpoints (at least 1)."""
        thread = self._thread(key)
        names = thread.view.names().live
        needed = self._needed(thread, names, max(keep, 1))
        open_segment = thread.segment.name.segment if thread.segment is not None else None
        gone = set()
        for name in names:
            # CKP-008: the oldest first, and no damaged one.
            wanted = name.segment == open_segment or name.segment in needed
            if wanted or any(damage.acknowledged for damage in thread.view.look(name)[2]):
                continue
            self._disk.remove(thread.view.folder / str(name))
            gone.add(name.segment)
        thread.catalog = thread.catalog.without(gone)
        return len(gone)

    def _needed(self, thread: Thread, names: list[SegmentName], keep: int) -> set[int]:
        """The segments of the newest whole checkpoints, of what they are diffs of, and of their pending writes."""
        there = thread.catalog.checkpoints()
        kept: set[int] = set()
        for generation, place in reversed(there.items()):
            if keep == 0:
                break
            kept.add(generation)
            if self._is_whole(thread, names, place):
                keep -= 1
        wanted = list(kept)
        while wanted:
            base = there[wanted.pop()].summary.base
            if base is not None and base in there and base not in kept:
                kept.add(base)
                wanted.append(base)
        return {place.segment for place in thread.catalog.places if place.summary.generation in kept}

    @staticmethod
    def _is_whole(thread: Thread, names: list[SegmentName], place: Place) -> bool:
        try:
            thread.view.read_place(names, place)
        except (DamagedError, OSError):
            return False
        return True
