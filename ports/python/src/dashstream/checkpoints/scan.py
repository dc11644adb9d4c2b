"""What is in the bytes of a segment."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from dashstream.checkpoints import manifest
from dashstream.checkpoints.errors import Flaw, RefusedError
from dashstream.checkpoints.model import Item, Summary
from dashstream.checkpoints.names import SegmentName, ThreadKey
from dashstream.errors import Code, DashStreamError
from dashstream.files import HEADER_LEN, MARKER_LEN, Accepted, FileReader, Skipped
from dashstream.kinds import Kind
from dashstream.records import Record


@dataclass(frozen=True, slots=True)
class Bad:
    """Bytes that are nothing whole."""

    start: int
    end: int
    code: Code | Flaw
    generation: int | None = None


@dataclass(slots=True)
class Scanned:
    """All that was found, in the order of the bytes."""

    items: list[Item] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)

    def checkpoint(self, generation: int) -> Item | None:
        """The whole checkpoint of a generation."""
        found = (item for item in self.items if item.summary.write is None and item.summary.generation == generation)
        return next(found, None)


def scan(header: bytes, data: bytes, start: int, folder: str, keep: bool = False) -> Scanned:
    """Reads bytes of a segment, which begin at `start`, as if they stood behind its header; keeps states if wished."""
    scanner = _Scanner(folder, keep)
    stream = header + data
    moved = start - HEADER_LEN

    def place(at: int) -> int:
        return at if at < HEADER_LEN else at + moved

    try:
        for event in FileReader(io.BytesIO(stream)):
            if isinstance(event, Accepted):
                at = event.end - event.frame.prelude.frame_len
                # A frame whose marker is damaged is an entry from that marker on (FILE-005).
                scanner.frame(place(at) - MARKER_LEN, place(at), place(event.end), event.frame.records)
            elif isinstance(event, Skipped):
                scanner.skipped(place(event.start), place(event.end), event.code)
    except DashStreamError as refused:
        # FILE-001
        if stream:
            scanner.skipped(0, place(len(stream)), refused.code)
    scanner.give_up()
    return scanner.out


def scan_named(data: bytes, folder: str, name: SegmentName) -> Scanned:
    """Reads a whole segment, and from where its name tells of a checkpoint, where that was not found.

    Where a frame is damaged and the marker of the next one as well, a reader of the file passes over that next one.
    """
    header = data[:HEADER_LEN]
    out = scan(header, data[HEADER_LEN:], HEADER_LEN, folder)
    if not HEADER_LEN <= name.start < len(data) or out.checkpoint(name.generation) is not None:
        return out
    for item in scan(header, data[name.start :], name.start, folder).items:
        if all(other.end <= item.start or item.end <= other.start for other in out.items):
            out.items.append(item)
    out.items.sort(key=lambda item: item.start)
    return out


@dataclass(slots=True)
class _Group:
    """A checkpoint of which some was read."""

    start: int
    #: Of the last entry with a record of it, or one that is rejected (CKP-022).
    end: int
    summary: Summary
    thread: str
    namespace: str
    chunks: int
    #: The first thing that is wrong with it.
    flaw: Code | Flaw | None
    seen: int = 0
    size: int = 0
    data: bytearray = field(default_factory=bytearray)
    frames: list[tuple[int, int]] = field(default_factory=list)
    hash: Any = field(default_factory=sha256)

    def wrong(self, code: Code | Flaw) -> None:
        if self.flaw is None:
            self.flaw = code

    def chunk(self, record: Record, keep: bool) -> None:
        payload = record.payload or {}
        place = (payload["generation"], payload.get("index", 0))
        if place != (self.summary.generation, self.seen):
            self.wrong(Flaw.CHUNKS)
        if record.thread != self.thread:
            self.wrong(Flaw.THREAD)
        data = payload.get("data", b"")
        self.seen += 1
        self.size += len(data)
        if self.flaw is None and self.size <= self.summary.size:
            self.hash.update(data)
            if keep:
                self.data += data


class _Scanner:
    """Takes frames and skipped ranges in the order of the file."""

    def __init__(self, folder: str, keep: bool) -> None:
        self.out = Scanned()
        self._folder = folder
        self._keep = keep
        self._group: _Group | None = None

    def frame(self, entry: int, start: int, end: int, records: list[Record]) -> None:
        """Takes an accepted frame [start, end), whose entry begins at `entry`."""
        complete = False
        for place, record in enumerate(records):
            if record.error is not None:
                self._wrong(entry, end, record.error.code)
            elif record.kind == Kind.CHECKPOINT_MANIFEST:
                self.give_up()
                self._group = self._begin(entry, end, place, record)
                complete = False
            elif record.kind == Kind.CHECKPOINT_CHUNK:
                # Nothing stands behind the last chunk in its frame.
                if self._group is None or complete:
                    self._wrong(entry, end, Flaw.CHUNKS)
                else:
                    self._group.chunk(record, self._keep)
                    self._group.end = end
                    complete = self._group.seen >= self._group.chunks
        if self._group is not None:
            self._group.frames.append((start, end))
        if complete:
            self._finish()

    def skipped(self, start: int, end: int, code: Code) -> None:
        """Takes a range that is no entry: no checkpoint goes on behind it."""
        self.give_up()
        self.out.bad.append(Bad(start, end, code))

    def give_up(self) -> None:
        """What has begun has no end."""
        if self._group is not None:
            self._group.wrong(Flaw.CHUNKS)
            self._finish()

    def _wrong(self, start: int, end: int, code: Code | Flaw) -> None:
        if self._group is not None:
            self._group.wrong(code)
            self._group.end = end
        else:
            self.out.bad.append(Bad(start, end, code))

    def _begin(self, entry: int, end: int, place: int, record: Record) -> _Group:
        summary, namespace, flaw = manifest.read(record)
        thread = record.thread or ""
        # CKP-018: of several flaws of one record the first of the table counts.
        if place:
            flaw = Flaw.CHUNKS
        elif flaw is None and not self._is_here(thread, namespace):
            flaw = Flaw.THREAD
        chunks = (record.payload or {})["chunk_count"]
        return _Group(entry, end, summary, thread, namespace, chunks, flaw)

    def _is_here(self, thread: str, namespace: str) -> bool:
        try:
            return ThreadKey(thread, namespace).folder == self._folder
        except RefusedError:
            return False

    def _finish(self) -> None:
        group, self._group = self._group, None
        if group is None:
            return
        summary = group.summary
        if group.size != summary.size:
            group.wrong(Flaw.LENGTH)
        if group.flaw is None and group.hash.digest() != summary.sha256:
            group.wrong(Flaw.HASH)
        if group.flaw is not None:
            self.out.bad.append(Bad(group.start, group.end, group.flaw, summary.generation))
            return
        data = bytes(group.data)
        self.out.items.append(
            Item(group.start, group.end, tuple(group.frames), group.thread, group.namespace, summary, data)
        )
