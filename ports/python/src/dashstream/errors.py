"""The one exception of this package, and the codes that it carries (spec/errors.md)."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class ErrorClass(StrEnum):
    """What to do with an input that was refused."""

    CORRUPT = "corrupt"
    UNSUPPORTED = "unsupported"
    LIMIT = "limit"
    PRODUCER_BUG = "producer-bug"
    USAGE = "usage"


class Code(IntEnum):
    """Codes of errors, in the order in which the checks are made."""

    NULL_VALUE = 1
    EMPTY = 2
    BAD_MAGIC = 3
    SHORT_PRELUDE = 4
    PRELUDE_CRC = 5
    VERSION = 6
    CRITICAL_FLAG = 7
    SCHEMA = 8
    CODEC = 9
    METADATA_LEN = 10
    BODY_LEN = 11
    RAW_LEN = 12
    COUNT = 13
    SEQUENCE_RANGE = 14
    IDENTITY = 15
    LOCAL_LIMIT = 16
    TRUNCATED = 17
    TRAILING = 18
    METADATA_CRC = 19
    METADATA_WIRE = 20
    METADATA_FIELD = 21
    TENANT_MISMATCH = 22
    BODY_CRC = 23
    CODEC_PROFILE = 24
    DECOMPRESS = 25
    BODY_WIRE = 26
    STRING_TABLE = 27
    COLUMN_LEN = 28
    KIND_ZERO = 29
    STRING_REF = 30
    ID_TABLE = 31
    ID_REF = 32
    SEQUENCE_DELTA = 33
    TIME_RANGE = 34
    PARENT_RANGE = 35
    PAYLOAD_LEN = 36
    UNKNOWN_CRITICAL_KIND = 37
    PAYLOAD = 38
    LEVEL = 39
    INPUT = 40
    FILE_SIGNATURE = 41
    FILE_MARKER = 42
    TORN_TAIL = 43

    @property
    def error_class(self) -> ErrorClass:
        """The class of the code."""
        return _CLASSES[self]


_CLASSES: dict[Code, ErrorClass] = {
    Code.NULL_VALUE: ErrorClass.PRODUCER_BUG,
    Code.EMPTY: ErrorClass.CORRUPT,
    Code.BAD_MAGIC: ErrorClass.CORRUPT,
    Code.SHORT_PRELUDE: ErrorClass.CORRUPT,
    Code.PRELUDE_CRC: ErrorClass.CORRUPT,
    Code.VERSION: ErrorClass.UNSUPPORTED,
    Code.CRITICAL_FLAG: ErrorClass.UNSUPPORTED,
    Code.SCHEMA: ErrorClass.UNSUPPORTED,
    Code.CODEC: ErrorClass.UNSUPPORTED,
    Code.METADATA_LEN: ErrorClass.PRODUCER_BUG,
    Code.BODY_LEN: ErrorClass.PRODUCER_BUG,
    Code.RAW_LEN: ErrorClass.PRODUCER_BUG,
    Code.COUNT: ErrorClass.PRODUCER_BUG,
    Code.SEQUENCE_RANGE: ErrorClass.PRODUCER_BUG,
    Code.IDENTITY: ErrorClass.PRODUCER_BUG,
    Code.LOCAL_LIMIT: ErrorClass.LIMIT,
    Code.TRUNCATED: ErrorClass.CORRUPT,
    Code.TRAILING: ErrorClass.CORRUPT,
    Code.METADATA_CRC: ErrorClass.CORRUPT,
    Code.METADATA_WIRE: ErrorClass.PRODUCER_BUG,
    Code.METADATA_FIELD: ErrorClass.PRODUCER_BUG,
    Code.TENANT_MISMATCH: ErrorClass.PRODUCER_BUG,
    Code.BODY_CRC: ErrorClass.CORRUPT,
    Code.CODEC_PROFILE: ErrorClass.PRODUCER_BUG,
    Code.DECOMPRESS: ErrorClass.PRODUCER_BUG,
    Code.BODY_WIRE: ErrorClass.PRODUCER_BUG,
    Code.STRING_TABLE: ErrorClass.PRODUCER_BUG,
    Code.COLUMN_LEN: ErrorClass.PRODUCER_BUG,
    Code.KIND_ZERO: ErrorClass.PRODUCER_BUG,
    Code.STRING_REF: ErrorClass.PRODUCER_BUG,
    Code.ID_TABLE: ErrorClass.PRODUCER_BUG,
    Code.ID_REF: ErrorClass.PRODUCER_BUG,
    Code.SEQUENCE_DELTA: ErrorClass.PRODUCER_BUG,
    Code.TIME_RANGE: ErrorClass.PRODUCER_BUG,
    Code.PARENT_RANGE: ErrorClass.PRODUCER_BUG,
    Code.PAYLOAD_LEN: ErrorClass.PRODUCER_BUG,
    Code.UNKNOWN_CRITICAL_KIND: ErrorClass.UNSUPPORTED,
    Code.PAYLOAD: ErrorClass.PRODUCER_BUG,
    Code.LEVEL: ErrorClass.USAGE,
    Code.INPUT: ErrorClass.USAGE,
    Code.FILE_SIGNATURE: ErrorClass.CORRUPT,
    Code.FILE_MARKER: ErrorClass.CORRUPT,
    Code.TORN_TAIL: ErrorClass.CORRUPT,
}


class DashStreamError(Exception):
    """An input was refused: the code, the byte offset (None for writers) and the requirement."""

    def __init__(self, code: Code, offset: int | None, requirement: str) -> None:
        super().__init__(code, offset, requirement)
        self.code = code
        self.offset = offset
        self.requirement = requirement

    def __str__(self) -> str:
        place = "" if self.offset is None else f" at byte {self.offset}"
        return f"{self.code.name}{place} ({self.requirement})"

