"""The first 64 bytes of a frame (spec/prelude.md)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from dashstream.codecs import KNOWN_CODECS, NONE
from dashstream.crc import crc32c
from dashstream.errors import Code, DashStreamError
from dashstream.limits import (
    MAX_BODY_LEN,
    MAX_EPOCH,
    MAX_LANE,
    MAX_METADATA_LEN,
    MAX_RAW_LEN,
    MAX_SEQUENCE,
    Limits,
)

PRELUDE_LEN = 64
MAGIC = 0xBE
VERSION = 1
SCHEMA = 1
GREASE = 0x80

_LAYOUT = struct.Struct("<4B5IH2B2H16sQ2I")
_NO_PRODUCER = bytes(16)


@dataclass(frozen=True, slots=True)
class Prelude:
    """The fields of a prelude, as they stand there."""

    magic: int
    version: int
    critical_flags: int
    ancillary_flags: int
    prelude_crc: int
    metadata_crc: int
    body_crc: int
    body_len: int
    raw_len: int
    metadata_len: int
    codec: int
    schema: int
    record_count: int
    drop_count: int
    producer_id: bytes
    base_sequence: int
    epoch: int
    lane: int

    @property
    def span(self) -> int:
        """How many sequence numbers the frame covers."""
        return self.record_count + self.drop_count

    @property
    def last_sequence(self) -> int:
        """The last sequence number that the frame covers."""
        return self.base_sequence + self.span - 1

    @property
    def frame_len(self) -> int:
        """Bytes of the whole frame."""
        return PRELUDE_LEN + self.metadata_len + self.body_len

    def to_bytes(self) -> bytes:
        """The 64 bytes, with the prelude_crc that belongs to them."""
        fields = [getattr(self, name) for name in self.__slots__]
        raw = bytearray(_LAYOUT.pack(*fields))
        struct.pack_into("<I", raw, 4, crc32c(bytes(raw[8:]), crc32c(bytes(raw[:4]))))
        return bytes(raw)


def parse_prelude(data: bytes, offset: int = 0) -> Prelude:
    """Reads what begins at the offset, by PRE-001 to PRE-004."""
    size = len(data) - offset
    # PRE-001
    if size <= 0:
        raise DashStreamError(Code.EMPTY, 0, "PRE-001")
    # PRE-002
    if data[offset] != MAGIC:
        raise DashStreamError(Code.BAD_MAGIC, 0, "PRE-002")
    # PRE-003
    if size < PRELUDE_LEN:
        raise DashStreamError(Code.SHORT_PRELUDE, size, "PRE-003")
    prelude = Prelude(*_LAYOUT.unpack_from(data, offset))
    # PRE-004
    crc = crc32c(data[offset + 8 : offset + PRELUDE_LEN], crc32c(data[offset : offset + 4]))
    if crc != prelude.prelude_crc:
        raise DashStreamError(Code.PRELUDE_CRC, 4, "PRE-004")
    return prelude


def check_prelude(prelude: Prelude, limits: Limits) -> None:
    """Makes the checks from PRE-005 to FRM-003."""
    # PRE-005
    if prelude.version != VERSION:
        raise DashStreamError(Code.VERSION, 1, "PRE-005")
    # PRE-006
    if prelude.critical_flags:
        raise DashStreamError(Code.CRITICAL_FLAG, 2, "PRE-006")
    # PRE-007
    if not 0 < prelude.schema <= SCHEMA:
        raise DashStreamError(Code.SCHEMA, 27, "PRE-007")
    # PRE-008
    if prelude.codec not in KNOWN_CODECS:
        raise DashStreamError(Code.CODEC, 26, "PRE-008")
    check_ranges(prelude)
    _check_limits(prelude, limits)


def check_lengths(prelude: Prelude) -> None:
    """Makes the checks from PRE-009 to PRE-012."""
    # PRE-009
    if prelude.metadata_len == 0:
        raise DashStreamError(Code.METADATA_LEN, 24, "PRE-009")
    # PRE-010
    if prelude.metadata_len > MAX_METADATA_LEN:
        raise DashStreamError(Code.METADATA_LEN, 24, "PRE-010")
    # PRE-011
    if prelude.body_len == 0:
        raise DashStreamError(Code.BODY_LEN, 16, "PRE-011")
    # PRE-012
    if prelude.body_len > MAX_BODY_LEN:
        raise DashStreamError(Code.BODY_LEN, 16, "PRE-012")


def check_ranges(prelude: Prelude) -> None:
    """Makes the checks from PRE-009 to PRE-024, which hold whatever version, flags and schema say."""
    check_lengths(prelude)
    # PRE-013
    if prelude.raw_len == 0:
        raise DashStreamError(Code.RAW_LEN, 20, "PRE-013")
    # PRE-014
    if prelude.raw_len > MAX_RAW_LEN:
        raise DashStreamError(Code.RAW_LEN, 20, "PRE-014")
    # PRE-015
    if prelude.codec == NONE and prelude.raw_len != prelude.body_len:
        raise DashStreamError(Code.RAW_LEN, 20, "PRE-015")
    # PRE-016
    if prelude.codec != NONE and prelude.body_len >= prelude.raw_len:
        raise DashStreamError(Code.RAW_LEN, 20, "PRE-016")
    # PRE-017
    if prelude.record_count == 0:
        raise DashStreamError(Code.COUNT, 28, "PRE-017")
    # PRE-018
    if prelude.record_count + 2 > prelude.raw_len:
        raise DashStreamError(Code.COUNT, 28, "PRE-018")
    # PRE-019
    if prelude.base_sequence == 0:
        raise DashStreamError(Code.SEQUENCE_RANGE, 48, "PRE-019")
    # PRE-020
    if prelude.last_sequence > MAX_SEQUENCE:
        raise DashStreamError(Code.SEQUENCE_RANGE, 48, "PRE-020")
    # PRE-021
    if prelude.producer_id == _NO_PRODUCER:
        raise DashStreamError(Code.IDENTITY, 32, "PRE-021")
    # PRE-022
    if prelude.epoch == 0:
        raise DashStreamError(Code.IDENTITY, 56, "PRE-022")
    # PRE-023
    if prelude.epoch > MAX_EPOCH:
        raise DashStreamError(Code.IDENTITY, 56, "PRE-023")
    # PRE-024
    if prelude.lane > MAX_LANE:
        raise DashStreamError(Code.IDENTITY, 60, "PRE-024")


def countable_prelude(data: bytes) -> Prelude | None:
    """The prelude of a frame whose range and counts can be believed, or None."""
    try:
        prelude = parse_prelude(data)
        check_ranges(prelude)
    except DashStreamError:
        return None
    return prelude


def _check_limits(prelude: Prelude, limits: Limits) -> None:
    # FRM-001
    if limits.max_frame_len is not None and prelude.frame_len > limits.max_frame_len:
        raise DashStreamError(Code.LOCAL_LIMIT, 16, "FRM-001")
    # FRM-002
    if limits.max_raw_len is not None and prelude.raw_len > limits.max_raw_len:
        raise DashStreamError(Code.LOCAL_LIMIT, 20, "FRM-002")
    # FRM-003
    if limits.max_records is not None and prelude.record_count > limits.max_records:
        raise DashStreamError(Code.LOCAL_LIMIT, 28, "FRM-003")
