"""The segment that is appended to (the order of a put in spec/checkpoints.md)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dashstream.checkpoints.disk import Disk
from dashstream.checkpoints.errors import EndedError
from dashstream.checkpoints.model import Item
from dashstream.checkpoints.names import SegmentName
from dashstream.crc import crc32c
from dashstream.files import HEADER_LEN, MARKER_LEN, SIGNATURE

#: The entries of something whole, and the generation where it is a checkpoint.
Piece = tuple[int | None, bytes]


class Syncs:
    """The syncs of a store. After one that failed there is no other, and no write (CKP-009, CKP-016)."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._ended = False

    def check(self) -> None:
        """Raises EndedError where nobody knows any more what is durable."""
        if self._ended:
            raise EndedError("a sync or a clean-up has failed: the store takes no writes until it is opened again")

    def end(self) -> None:
        """Takes no more writes."""
        self._ended = True

    def file(self, file: int) -> None:
        """Makes the bytes of a file durable."""
        self._sync(lambda: self._disk.sync(file))

    def folder(self, folder: Path) -> None:
        """Makes the names in a folder durable."""
        self._sync(lambda: self._disk.sync_folder(folder))

    def _sync(self, sync: Callable[[], None]) -> None:
        self.check()
        try:
            sync()
        except BaseException:
            self.end()
            raise


def begun(segment: int) -> SegmentName:
    """The name of a segment that has a header."""
    return SegmentName(segment, end=HEADER_LEN)


def grows(item: Item) -> tuple[int | None, int]:
    """What a copy of something whole adds to the name of a segment."""
    size = sum(end - start + MARKER_LEN for start, end in item.frames)
    return (item.summary.generation if item.summary.write is None else None), size


def copied(sources: Iterable[tuple[bytes, Item]], marker: bytes) -> list[Piece]:
    """What is whole in the bytes of other segments, frame by frame."""
    return [(grows(item)[0], b"".join(marker + data[start:end] for start, end in item.frames)) for data, item in sources]


@dataclass(slots=True)
class Segment:
    """A file that is open, and every byte of which is acknowledged."""

    name: SegmentName
    path: Path
    file: int
    marker: bytes

    def append(self, disk: Disk, syncs: Syncs, pieces: list[Piece]) -> None:
        """Appends; the pieces are durable, and may be acknowledged, when this returns."""
        syncs.check()
        try:
            disk.write(self.file, self.name.end, b"".join(data for _, data in pieces))
        except BaseException:
            # CKP-010
            self._take_back(disk, syncs)
            raise
        # CKP-001
        syncs.file(self.file)
        self.name = _grown(self.name, pieces)
        self._rename(disk, syncs)

    def _take_back(self, disk: Disk, syncs: Syncs) -> None:
        try:
            disk.cut(self.file, self.name.end)
        except OSError:
            syncs.end()

    def _rename(self, disk: Disk, syncs: Syncs) -> None:
        """Says in the name what was acknowledged. That it fails costs time, as long as the file has a name."""
        new = self.path.with_name(str(self.name))
        try:
            disk.rename(self.path, new)
        except OSError:
            if self.path.name not in disk.names(self.path.parent):
                syncs.end()
                raise
        else:
            self.path = new

    def end(self, disk: Disk, syncs: Syncs) -> None:
        """Gives the segment its last name for good: behind the end of one that is not the last nobody looks."""
        if self.path.name != str(self.name):
            new = self.path.with_name(str(self.name))
            disk.rename(self.path, new)
            self.path = new
        syncs.folder(self.path.parent)


def _grown(name: SegmentName, pieces: list[Piece]) -> SegmentName:
    for generation, data in pieces:
        name = name.grown(generation, len(data))
    return name


def reopen(disk: Disk, folder: Path, name: SegmentName, header: bytes) -> Segment | None:
    """Opens a segment all of whose bytes are acknowledged; None where its header is damaged: nothing may be appended."""
    marker = header[len(SIGNATURE) : HEADER_LEN - 4]
    if header != _header(marker):
        return None
    path = folder / str(name)
    return Segment(name, path, disk.open(path), marker)


def _header(marker: bytes) -> bytes:
    return SIGNATURE + marker + crc32c(marker).to_bytes(4, "little")


def create(disk: Disk, syncs: Syncs, folder: Path, name: SegmentName, fill: Callable[[bytes], list[Piece]]) -> Segment:
    """Begins a segment with something in it, which is durable under a durable name when this returns."""
    syncs.check()
    # FILE-014
    marker = os.urandom(MARKER_LEN)
    pieces = fill(marker)
    temporary = folder / name.temporary
    file = disk.open(temporary)
    try:
        try:
            disk.cut(file, 0)
            disk.write(file, 0, _header(marker) + b"".join(data for _, data in pieces))
            syncs.file(file)
            name = _grown(name, pieces)
            path = folder / str(name)
            disk.rename(temporary, path)
        except BaseException:
            # CKP-010; under this name nobody looks at it.
            with suppress(OSError):
                disk.remove(temporary)
            raise
        # CKP-001
        syncs.folder(folder)
    except BaseException:
        disk.close(file)
        raise
    return Segment(name, path, file, marker)
