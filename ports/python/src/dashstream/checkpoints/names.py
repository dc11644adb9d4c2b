"""Names of folders and segments, which say what was acknowledged."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import sha256

from dashstream.checkpoints.errors import RefusedError
from dashstream.files import HEADER_LEN
from dashstream.limits import MAX_SEQUENCE

MAX_ID_LEN = 1_024
MAX_SEGMENT = 99_999_999
TOMBSTONE = "DELETED"
TEMPORARY = "tmp-"
#: What a quarantined segment is called until it is whole.
ASIDE = "tmp-aside"

_FOLDER = re.compile(r"[0-9a-f]{32}-[0-9a-f]{32}", re.ASCII)
_SEGMENT = re.compile(r"([0-9]{8})-([0-9]{16})-([0-9]{12})-([0-9]{12})\.seg", re.ASCII)
_QUARANTINED = re.compile(r"(.*\.seg)\.quarantined(?:\.(?:[2-9]|[1-9][0-9]+))?", re.ASCII)


def check_id(text: str, what: str, least: int = 1) -> str:
    """An id, once its length is in order."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise RefusedError(f"{what} is no UTF-8") from None
    if not least <= size <= MAX_ID_LEN:
        raise RefusedError(f"{what} has {size} bytes; {least} to {MAX_ID_LEN} are allowed")
    return text


def _hash(text: str) -> str:
    return sha256(text.encode()).digest()[:16].hex()


@dataclass(frozen=True, slots=True)
class ThreadKey:
    """A thread's id and a namespace in it: what has checkpoints of its own."""

    thread: str
    namespace: str = ""

    def __post_init__(self) -> None:
        check_id(self.thread, "the thread's id")
        check_id(self.namespace, "the namespace", 0)

    @property
    def folder(self) -> str:
        """The name of its folder."""
        return f"{_hash(self.thread)}-{_hash(self.namespace)}"


def is_folder(name: str) -> bool:
    """Whether a name is that of a thread's folder."""
    return _FOLDER.fullmatch(name) is not None


def is_folder_of(name: str, thread: str) -> bool:
    """Whether a name is that of a folder of a thread, in whatever namespace."""
    return is_folder(name) and name.startswith(f"{_hash(thread)}-")


@dataclass(frozen=True, order=True, slots=True)
class SegmentName:
    """`<segment>-<generation>-<start>-<end>.seg`."""

    segment: int
    #: The newest acknowledged checkpoint in it; 0: none.
    generation: int = 0
    #: Its first byte; 0: none.
    start: int = 0
    #: How many bytes of the file are acknowledged.
    end: int = 0

    @classmethod
    def parse(cls, name: str) -> SegmentName | None:
        """Reads a name; None for other files."""
        # CKP-020
        found = _SEGMENT.fullmatch(name)
        if found is None:
            return None
        segment = cls(*map(int, found.groups()))
        return segment if segment._is_sound else None

    @property
    def _is_sound(self) -> bool:
        if self.generation == 0:
            return self.start == 0 and self.end >= HEADER_LEN
        return self.generation <= MAX_SEQUENCE and HEADER_LEN <= self.start < self.end

    @classmethod
    def parse_quarantined(cls, name: str) -> SegmentName | None:
        """Reads the name of a segment that was set aside."""
        found = _QUARANTINED.fullmatch(name)
        return None if found is None else cls.parse(found[1])

    def __str__(self) -> str:
        return f"{self.segment:08}-{self.generation:016}-{self.start:012}-{self.end:012}.seg"

    @property
    def temporary(self) -> str:
        """The name that it has until it is durable."""
        return f"{TEMPORARY}{self.segment:08}"

    def grown(self, checkpoint: int | None, size: int) -> SegmentName:
        """The name when a checkpoint of a generation, or pending writes, of so many bytes are in it."""
        name = replace(self, end=self.end + size)
        if checkpoint is not None and checkpoint > self.generation:
            name = replace(name, generation=checkpoint, start=self.end)
        return name
