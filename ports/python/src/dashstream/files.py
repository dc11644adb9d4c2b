"""Files of frames (spec/files.md)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol

from dashstream.crc import crc32c
from dashstream.errors import Code, DashStreamError, ErrorClass
from dashstream.limits import NO_LIMITS, Limits
from dashstream.prelude import MAGIC, PRELUDE_LEN, Prelude, check_lengths, check_prelude, parse_prelude
from dashstream.reader import Frame, decode

SIGNATURE = b"\xbeDSF\x0d\x0a\x1a\x0a"
MARKER_LEN = 16
HEADER_LEN = 28
_HEAD = MARKER_LEN + PRELUDE_LEN
_READ = 1 << 16


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Accepted:
    """An entry: where it begins and ends in the file, and its frame."""

    start: int
    end: int
    frame: Frame


@dataclass(frozen=True, slots=True)
class Skipped:
    """Bytes that belong to no accepted entry."""

    start: int
    end: int
    code: Code


@dataclass(frozen=True, slots=True)
class Rejected:
    """A frame that was rejected: where its prelude begins, and why."""

    start: int
    error: DashStreamError


@dataclass(frozen=True, slots=True)
class TornTail:
    """The file goes on after its last accepted frame, and no accepted frame follows."""

    start: int


Event = Accepted | Skipped | Rejected | TornTail


class _Window:
    """The part of the input that is still needed, by positions in the file."""

    def __init__(self, stream: _Readable) -> None:
        self._stream = stream
        self._data = bytearray()
        self.start = 0
        self._ended = False

    def reach(self, end: int) -> bool:
        """Reads on to a position; False where the file ends before it."""
        while not self._ended and self.start + len(self._data) < end:
            piece = self._stream.read(min(_READ, end - self.start - len(self._data)))
            if piece:
                self._data += piece
            else:
                self._ended = True
        return self.start + len(self._data) >= end

    @property
    def end(self) -> int:
        """Where the bytes that were read end."""
        return self.start + len(self._data)

    def get(self, start: int, end: int) -> bytes:
        """The bytes of [start, end) as far as they were read."""
        return bytes(self._data[start - self.start : max(end - self.start, 0)])

    def find(self, what: bytes, start: int) -> int:
        """Where something first stands whole from start on in what was read, or -1."""
        at = self._data.find(what, start - self.start)
        return at if at < 0 else at + self.start

    def drop(self, to: int) -> None:
        """Lets go of the bytes before a position."""
        if to > self.start:
            del self._data[: to - self.start]
            self.start = to


class FileReader:
    """Iterates over what a file holds, in its order, with one frame in memory at a time.

    `read` of the stream may return any number of bytes; none is the end. Raises DashStreamError with
    FILE_SIGNATURE where the file is refused.
    """

    def __init__(self, stream: _Readable, limits: Limits = NO_LIMITS, tenant: str | None = None) -> None:
        self._window = _Window(stream)
        self._limits = limits
        self._tenant = tenant
        self._marker: bytes | None = None

    def __iter__(self) -> Iterator[Event]:
        window = self._window
        yield from self._header()
        pos = HEADER_LEN if window.reach(HEADER_LEN) else window.end
        tail = HEADER_LEN if window.reach(HEADER_LEN) else len(SIGNATURE)
        while window.reach(pos + 1):
            for event in self._entry(pos):
                if isinstance(event, Accepted):
                    pos = tail = event.end
                elif isinstance(event, Skipped):
                    pos = event.end
                yield event
            window.drop(pos)
        if tail < pos:
            yield TornTail(tail)

    def _header(self) -> Iterator[Event]:
        window = self._window
        whole = window.reach(HEADER_LEN)
        head = window.get(0, HEADER_LEN)
        signed = head[:8] == SIGNATURE
        marked = whole and crc32c(head[8:24]) == int.from_bytes(head[24:28], "little")
        if marked:
            self._marker = head[8:24]
        # FILE-001
        if not signed and not marked:
            raise DashStreamError(Code.FILE_SIGNATURE, 0, "FILE-001")
        # FILE-002
        if not signed:
            yield Skipped(0, 8, Code.FILE_SIGNATURE)
        # FILE-003
        if not marked and len(head) > 8:
            yield Skipped(8, len(head), Code.FILE_MARKER)

    def _entry(self, pos: int) -> Iterator[Event]:
        """What begins at pos: the steps 2 to 4."""
        prelude = self._candidate(pos)
        if prelude is None:
            yield from self._no_candidate(pos)
            return
        at = pos + MARKER_LEN
        end = at + prelude.frame_len
        try:
            _check_unsound(prelude, self._limits)
            self._window.reach(end)
            frame = decode(self._window.get(at, end), self._limits, self._tenant)
        except DashStreamError as error:
            yield Rejected(at, error)
            whole = _sound(prelude) and self._window.reach(end)
            # FILE-008
            if whole and (not self._window.reach(end + 1) or self._candidate(end) is not None):
                yield Skipped(pos, end, error.code)
                return
            # FILE-007
            yield from self._resync(pos, pos + _HEAD, error.code)
            return
        yield Accepted(pos, end, frame)

    def _no_candidate(self, pos: int) -> Iterator[Event]:
        """Step 3."""
        window = self._window
        at = pos + MARKER_LEN
        window.reach(at + PRELUDE_LEN)
        try:
            prelude = parse_prelude(window.get(at, at + PRELUDE_LEN))
        except DashStreamError as error:
            code = error.code
        else:
            # FILE-005
            code = Code.FILE_MARKER
            frame = self._intact(at, prelude)
            if frame is not None:
                yield Skipped(pos, at, Code.FILE_MARKER)
                yield Accepted(at, at + prelude.frame_len, frame)
                return
        if self._marker is not None and window.get(pos, at) != self._marker:
            code = Code.FILE_MARKER
        yield from self._resync(pos, pos + 1, code)

    def _intact(self, at: int, prelude: Prelude) -> Frame | None:
        """The frame at a position, where it passes every check."""
        try:
            check_prelude(prelude, self._limits)
            end = at + prelude.frame_len
            self._window.reach(end)
            return decode(self._window.get(at, end), self._limits, self._tenant)
        except DashStreamError:
            return None

    def _candidate(self, pos: int) -> Prelude | None:
        """The prelude of the candidate at a position, where it is one."""
        # FILE-006
        if not self._window.reach(pos + _HEAD):
            return None
        if self._marker is not None and self._window.get(pos, pos + MARKER_LEN) != self._marker:
            return None
        if self._window.get(pos + MARKER_LEN, pos + MARKER_LEN + 1)[0] != MAGIC:
            return None
        try:
            return parse_prelude(self._window.get(pos + MARKER_LEN, pos + _HEAD))
        except DashStreamError:
            return None

    def _resync(self, start: int, pos: int, code: Code) -> Iterator[Event]:
        """Skips [start, r), where r is the first candidate from pos on, or the end."""
        window = self._window
        if self._marker is None:
            what, before = bytes([MAGIC]), MARKER_LEN
        else:
            what, before = self._marker, 0
        while window.reach(pos + _HEAD):
            found = window.find(what, pos + before)
            if found < 0:
                pos = max(pos, window.end - before - len(what) + 1)
                window.drop(pos)
                window.reach(pos + _READ)
                continue
            pos = found - before
            if self._candidate(pos) is not None:
                yield Skipped(start, pos, code)
                return
            pos += 1
        while window.reach(window.end + 1):
            window.drop(window.end)
        yield Skipped(start, window.end, code)


def _sound(prelude: Prelude) -> bool:
    """Whether the lengths pass PRE-009 to PRE-012."""
    try:
        check_lengths(prelude)
    except DashStreamError:
        return False
    return True


def _check_unsound(prelude: Prelude, limits: Limits) -> None:
    """Makes all checks of the prelude where its lengths do not say how far to read."""
    if not _sound(prelude):
        check_prelude(prelude, limits)


@dataclass(slots=True)
class FileReport:
    """All that a reader found in a file; tail is where it is torn."""

    accepted: list[Accepted] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    tail: int | None = None

    @classmethod
    def collect(cls, events: Iterable[Event]) -> FileReport:
        """Reads to the end."""
        report = cls()
        for event in events:
            if isinstance(event, Accepted):
                report.accepted.append(event)
            elif isinstance(event, Skipped):
                report.skipped.append(event)
            elif isinstance(event, Rejected):
                report.rejected.append(event)
            else:
                report.tail = event.start
        return report


def _check_beginning(path: Path) -> None:
    """Refuses what is shorter than a header and cannot have become one: it is somebody's data."""
    head = path.read_bytes()[: len(SIGNATURE)] if path.exists() else b""
    if not SIGNATURE.startswith(head):
        raise DashStreamError(Code.FILE_SIGNATURE, 0, "FILE-013")


class FileWriter:
    """Appends frames to a file, which it creates, or cuts back to where its tail begins.

    Raises DashStreamError, and leaves the file as it is, where it is not to be cut: FILE_SIGNATURE or FILE_MARKER where
    its header is damaged or none; and where the tail has a frame that is only not supported, such as one of a later
    version, what is wrong with that frame. The caller begins a new file then.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._file: IO[bytes]
        path = Path(path)
        # FILE-013
        if path.exists() and path.stat().st_size >= HEADER_LEN:
            self._file = path.open("r+b")
            try:
                self._reopen()
            except BaseException:
                self._file.close()
                raise
        else:
            _check_beginning(path)
            self._file = path.open("wb")
            # FILE-014
            self._marker = os.urandom(MARKER_LEN)
            self._file.write(SIGNATURE + self._marker + crc32c(self._marker).to_bytes(4, "little"))

    def _reopen(self) -> None:
        head = self._file.read(HEADER_LEN)
        self._marker = head[8:24]
        if head[:8] != SIGNATURE:
            raise DashStreamError(Code.FILE_SIGNATURE, 0, "FILE-013")
        # Without an intact marker nothing could be appended that a reader would find.
        if crc32c(self._marker) != int.from_bytes(head[24:], "little"):
            raise DashStreamError(Code.FILE_MARKER, 8, "FILE-013")
        self._file.seek(0)
        end = HEADER_LEN
        unsupported: DashStreamError | None = None
        for event in FileReader(self._file):
            if isinstance(event, Accepted):
                end, unsupported = event.end, None
            elif isinstance(event, Rejected) and event.error.code.error_class is ErrorClass.UNSUPPORTED:
                unsupported = unsupported or event.error
        if unsupported is not None:
            raise unsupported
        self._file.truncate(end)
        self._file.seek(end)

    def append(self, frame: bytes) -> None:
        """Writes a frame behind the others."""
        self._file.write(self._marker + frame)

    def flush(self, sync: bool = False) -> None:
        """Hands what was written to the system, and to the disk where sync is true."""
        self._file.flush()
        if sync:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def __enter__(self) -> FileWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
