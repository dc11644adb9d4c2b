"""What can be wrong with a store, and the exceptions that say so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dashstream.errors import Code


class Flaw(StrEnum):
    """Codes of what is not whole, beside those of frames (spec/checkpoints.md)."""

    CUT = "CUT"
    CHUNKS = "CHUNKS"
    MANIFEST = "MANIFEST"
    THREAD = "THREAD"
    LENGTH = "LENGTH"
    HASH = "HASH"
    MISSING = "MISSING"


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes of a segment that are nothing whole."""

    path: Path
    start: int
    end: int
    code: Code | Flaw
    #: Of the checkpoint that they were to be, where that is known.
    generation: int | None
    #: Whether it begins before the last byte that was acknowledged.
    acknowledged: bool

    def __str__(self) -> str:
        whose = "" if self.generation is None else f", generation {self.generation}"
        kind = "damaged" if self.acknowledged else "not complete, and was never acknowledged"
        return f"{self.path}: bytes {self.start}..{self.end} are {kind}: {self.code.name}{whose}"


class StoreError(Exception):
    """A store cannot do what it was asked for."""


class DamagedError(StoreError):
    """What was asked for is damaged, or may be among what is."""

    def __init__(self, damage: Damage) -> None:
        super().__init__(str(damage))
        self.damage = damage


class InUseError(StoreError):
    """Another process, or another store of this one, writes here (CKP-002)."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is locked: another store writes here")
        self.path = path


class EndedError(StoreError):
    """A sync has failed, or a failed write was not taken back; the store has to be opened again (CKP-009, CKP-010)."""


class NoCheckpointError(StoreError):
    """There is no such checkpoint."""


class RefusedError(StoreError, ValueError):
    """What was to be put cannot be put."""
