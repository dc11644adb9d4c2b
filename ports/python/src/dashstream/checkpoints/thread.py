"""A thread that is written to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from dashstream.checkpoints.disk import Disk
from dashstream.checkpoints.errors import NoCheckpointError, RefusedError
from dashstream.checkpoints.framer import Framer
from dashstream.checkpoints.manifest import OWN
from dashstream.checkpoints.model import Item, PendingWrite, Summary, WriteOf
from dashstream.checkpoints.names import MAX_SEGMENT, TOMBSTONE, SegmentName, ThreadKey, check_id
from dashstream.checkpoints.segment import Piece, Segment, Syncs, begun, copied, create, reopen
from dashstream.checkpoints.view import Catalog, Place, View
from dashstream.files import HEADER_LEN
from dashstream.limits import MAX_SEQUENCE


def remove_deleted(disk: Disk, syncs: Syncs, folder: Path) -> None:
    """Removes what is left of a thread with a tombstone."""
    # CKP-012: the tombstone is there before anything goes, and goes when nothing can come back.
    syncs.folder(folder)
    for name in disk.names(folder):
        if name != TOMBSTONE:
            disk.remove(folder / name)
    syncs.folder(folder)
    disk.remove(folder / TOMBSTONE)
    syncs.folder(folder)


class Thread:
    """What one store knows of a thread. What lies behind its acknowledged bytes is durable once this is made (CKP-011)."""

    def __init__(self, disk: Disk, syncs: Syncs, folder: Path, key: ThreadKey, framer: Framer, segment_len: int) -> None:
        self.view = View(disk, folder)
        self.segment: Segment | None = None
        self._disk = disk
        self._syncs = syncs
        self._key = key
        self._framer = framer
        self._segment_len = segment_len
        names = self.view.names()
        if names.deleted:
            remove_deleted(disk, syncs, folder)
            names = self.view.names()
        for name in names.temporary:
            disk.remove(folder / name)
        self.catalog: Catalog = self.view.catalog(names.segments)
        # CKP-003
        told = [*names.segments, *names.quarantined]
        highest = max((name.generation for name in told), default=0)
        self.next_generation = 1 + max([highest, *(place.summary.generation for place in self.catalog.places)])
        self._newest = max(self.catalog.checkpoints(), default=0)
        #: Generations of checkpoints whose pending writes came first.
        self._reserved: dict[str, int] = {}
        self._next_segment = 1 + max((name.segment for name in told), default=-1)
        if names.segments:
            # CKP-001: who was killed between a rename and the sync of the folder has left names that are not durable.
            self._syncs.folder(folder.parent)
            self._syncs.folder(folder)
            self._go_on(names.segments[-1])

    def _go_on(self, last: SegmentName) -> None:
        data = self.view.data(last)
        if len(data) == last.end:
            self.segment = reopen(self._disk, self.view.folder, last, data[:HEADER_LEN])
            return
        # CKP-011; what is torn stays where it is.
        behind = self.view.scan(last, last.end).items
        if behind:
            self._append(lambda marker: copied([(data, item) for item in behind], marker))
            self.catalog = self.view.catalog(self.view.names().segments)

    def close(self) -> None:
        """Lets go of the file."""
        if self.segment is not None:
            self._disk.close(self.segment.file)
            self.segment = None

    def _append(self, fill: Callable[[bytes], list[Piece]]) -> tuple[int, int]:
        """Appends to the segment that is open, or to a new one; returns its number and where the pieces begin."""
        self._syncs.check()
        folder = self.view.folder
        if self.segment is not None and self.segment.name.end < self._segment_len:
            start = self.segment.name.end
            self.segment.append(self._disk, self._syncs, fill(self.segment.marker))
            return self.segment.name.segment, start
        if self._next_segment > MAX_SEGMENT:
            raise RefusedError("there are no more numbers of segments")
        if self.segment is not None:
            self.segment.end(self._disk, self._syncs)
        else:
            self._disk.make_folder(folder)
            self._syncs.folder(folder.parent)
        name = begun(self._next_segment)
        new = create(self._disk, self._syncs, folder, name, fill)
        self.close()
        self.segment = new
        self._next_segment += 1
        return new.name.segment, name.end

    def put(
        self,
        data: bytes,
        identifier: str,
        parent: int,
        base: int | None,
        content_type: str,
        attributes: dict[str, str],
    ) -> Summary:
        """Puts a checkpoint. Pending writes of its id that are there already are put again with its generation."""
        for generation in (parent, base or 0):
            if generation >= self.next_generation:
                raise NoCheckpointError(f"there is no checkpoint of generation {generation}")
        generation = self._reserved.pop(identifier, 0)
        # CKP-003
        if generation <= self._newest:
            generation = self.next_generation
        summary = self._summary(data, generation, identifier, content_type, attributes)
        summary = replace(summary, parent=parent, base=base)
        self._write([(summary, data), *self._moved(identifier, summary.generation)])
        self._newest = generation
        self.next_generation = max(self.next_generation, generation + 1)
        return summary

    def _reserve(self, identifier: str) -> int:
        """The generation of a checkpoint that is still to come, unless others come before it."""
        if identifier not in self._reserved:
            self._reserved[identifier] = self.next_generation
            self.next_generation += 1
        return self._reserved[identifier]

    def _moved(self, identifier: str, generation: int) -> list[tuple[Summary, bytes]]:
        """The pending writes of an id, as those of a generation."""
        names = self.view.names().segments
        return [
            (replace(place.summary, generation=generation), self.view.read_place(names, place).data)
            for place in self.catalog.writes(identifier)
            if place.summary.generation != generation
        ]

    def put_writes(self, identifier: str, writes: Iterable[PendingWrite]) -> None:
        """Puts pending writes of a checkpoint, which may be still to come."""
        writes = list(writes)
        check_id(identifier, "the checkpoint's id")
        for write in writes:
            check_id(write.task, "the task's id")
            check_id(write.channel, "the channel")
        found = self.catalog.find(identifier)
        # What is refused takes no generation away.
        generation = self._reserve(identifier) if found is None else found.summary.generation
        made = []
        for write in writes:
            summary = self._summary(write.data, generation, identifier, write.content_type, dict(write.attributes))
            of = WriteOf(write.task, write.index, write.channel)
            made.append((replace(summary, write=of), write.data))
        if made:
            self._write(made)

    def _summary(
        self, data: bytes, generation: int, identifier: str, content_type: str, attributes: dict[str, str]
    ) -> Summary:
        check_id(identifier, "the checkpoint's id")
        check_id(content_type, "the media type", 0)
        for name in attributes:
            check_id(name, "the name of an attribute")
            if name.startswith(OWN):
                raise RefusedError(f"the attribute {name} is the store's")
        if generation > MAX_SEQUENCE:
            raise RefusedError("there are no more generations")
        return Summary(
            generation=generation,
            id=identifier,
            parent=0,
            base=None,
            time_us=min(max(time.time_ns() // 1000, 0), MAX_SEQUENCE),
            content_type=content_type,
            size=len(data),
            sha256=sha256(data).digest(),
            attributes=attributes,
        )

    def _write(self, things: list[tuple[Summary, bytes]]) -> None:
        """Appends checkpoints and pending writes, and notes where they are."""
        frames = [
            list(self._framer.frames(self._key.thread, self._key.namespace, summary, data)) for summary, data in things
        ]
        pieces: list[Piece] = []

        def fill(marker: bytes) -> list[Piece]:
            for (summary, _), of in zip(things, frames, strict=True):
                generation = summary.generation if summary.write is None else None
                pieces.append((generation, b"".join(marker + frame for frame in of)))
            return pieces

        try:
            segment, at = self._append(fill)
        except Exception:
            raise
        except BaseException:
            # Who is interrupted between the sync and the note below would give its generation a second time.
            self._syncs.end()
            raise
        for (summary, _), (_, data) in zip(things, pieces, strict=True):
            self.catalog.add(Place(segment, at, at + len(data), summary))
            at += len(data)

    def rewrite(self, wanted: Callable[[Summary], bool]) -> None:
        """Leaves what is wanted: writes it to a new segment, durably, and then removes the others, the oldest first."""
        folder, names = self.view.folder, self.view.names().segments
        sources: dict[object, tuple[bytes, Item]] = {}
        for name in names:
            data, scanned, _ = self.view.look(name)
            for item in scanned.items:
                summary = item.summary
                # One that was cut short has left some of them twice.
                identity = (summary.generation, summary.id, summary.write, summary.time_us, summary.sha256)
                if wanted(summary):
                    sources.setdefault(identity, (data, item))
        self._syncs.check()
        self.close()
        if sources:
            name = begun(self._next_segment)
            self._next_segment += 1
            self.segment = create(self._disk, self._syncs, folder, name, lambda marker: copied(sources.values(), marker))
        for name in names:
            self._disk.remove(folder / str(name))
        self._syncs.folder(folder)
        self.catalog = self.view.catalog(self.view.names().segments)
