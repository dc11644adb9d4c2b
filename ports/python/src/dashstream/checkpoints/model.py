"""What is put into a store, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashstream.checkpoints.errors import Damage


@dataclass(frozen=True, slots=True)
class WriteOf:
    """What a pending write says beside its value."""

    task: str
    #: Which of the task's writes; what was put first under one number stays, but under a negative one what was put last.
    index: int
    #: Where the value is to go.
    channel: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What is known of a checkpoint, or of a pending write, without its bytes."""

    #: Counter of the thread's checkpoints, from 1.
    generation: int
    id: str
    #: Generation that it follows; 0: none.
    parent: int
    #: The generation that the state is a diff of.
    base: int | None
    #: Microseconds since 1970, by the clock of who put it.
    time_us: int
    content_type: str
    size: int
    sha256: bytes
    attributes: Mapping[str, str] = field(default_factory=dict)
    #: None: it is a checkpoint.
    write: WriteOf | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A whole checkpoint or pending write, and where it lies in the bytes of its segment."""

    start: int
    end: int
    #: Its frames without their markers: first byte, and first byte behind, of each.
    frames: tuple[tuple[int, int], ...]
    thread: str
    namespace: str
    summary: Summary
    data: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint, or a pending write, with its bytes."""

    summary: Summary
    data: bytes


@dataclass(frozen=True, slots=True)
class PendingWrite:
    """What a task has written and no checkpoint has in it yet."""

    task: str
    index: int
    channel: str
    data: bytes
    content_type: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recovered:
    """The whole checkpoint of the highest generation, and all damage (CKP-005)."""

    checkpoint: Checkpoint | None
    damage: tuple[Damage, ...]
