"""Reading a store, also while another process writes to it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from dashstream.checkpoints.disk import Disk
from dashstream.checkpoints.model import Checkpoint, Recovered, Summary
from dashstream.checkpoints.names import SegmentName, ThreadKey, is_folder
from dashstream.checkpoints.repair import Repair, plan
from dashstream.checkpoints.view import Catalog, View

T = TypeVar("T")
_TRIES = 100


class Reader:
    """Looks at a store without its lock, and changes nothing (CKP-013). Every call reads and checks what it gives."""

    def __init__(self, folder: str | os.PathLike[str], disk: Disk | None = None) -> None:
        self._folder = Path(folder)
        self._disk = disk or Disk()

    def folders(self) -> list[str]:
        """The names of all folders of threads."""
        return sorted(name for name in self._disk.names(self._folder) if is_folder(name))

    def _look(self, folder: str, look: Callable[[View, list[SegmentName]], T]) -> T:
        """Looks again where a segment was renamed meanwhile."""
        view = View(self._disk, self._folder / folder)
        for _ in range(_TRIES - 1):
            try:
                return look(view, view.names().live)
            except FileNotFoundError:
                continue
        return look(view, view.names().live)

    def newest(self, key: ThreadKey) -> Checkpoint | None:
        """The newest checkpoint. Raises DamagedError where it is not whole; an older one does not stand in for it."""
        return self._look(key.folder, lambda view, names: view.newest(names))

    def newest_in(self, folder: str) -> Checkpoint | None:
        """The same, by the name of a folder."""
        return self._look(folder, lambda view, names: view.newest(names))

    def newest_whole(self, key: ThreadKey) -> Recovered:
        """The whole checkpoint of the highest generation, and all damage."""
        return self._look(key.folder, lambda view, names: view.newest_whole(names))

    def catalog(self, folder: str) -> Catalog:
        """All that is whole in a folder, and all that is not."""
        return self._look(folder, lambda view, names: view.catalog(names))

    def checkpoints(self, key: ThreadKey) -> list[Summary]:
        """The checkpoints of a thread that are whole, the newest first."""
        return [place.summary for place in reversed(self.catalog(key.folder).checkpoints().values())]

    def get(self, key: ThreadKey, generation: int) -> Checkpoint | None:
        """The checkpoint of a generation. Raises DamagedError where it may be among what is damaged."""

        def look(view: View, names: list[SegmentName]) -> Checkpoint | None:
            catalog = view.catalog(names)
            place = catalog.checkpoints().get(generation)
            if place is None:
                catalog.check()
                return None
            return view.read_place(names, place)

        return self._look(key.folder, look)

    def plan(self, folder: str) -> list[Repair]:
        """What a repair would set aside."""
        return self._look(folder, lambda view, names: plan(view))
