"""Limits of the format (the table in spec/overview.md)."""

from __future__ import annotations

from dataclasses import dataclass

MAX_METADATA_LEN = 16_384
MAX_BODY_LEN = 8_388_608
MAX_RAW_LEN = 8_388_608
MAX_RECORDS = 65_535
MAX_SEQUENCE = 9_007_199_254_740_991
MAX_EPOCH = 2_147_483_647
MAX_LANE = 2_147_483_647
MAX_STRINGS = 16_384
MAX_STRING_LEN = 1_024
MAX_IDS = 65_535
MAX_TENANT_LEN = 255
MAX_DROP_REASONS = 32
MAX_CONTEXTS = 16
MAX_CONTEXT_LEN = 256
MAX_REDACTION_REASON_LEN = 256
MAX_ZSTD_WINDOW = 8_388_608
MAX_ZSTD_BLOCK = 131_072
DEFAULT_MAX_FRAME_LEN = 1_000_000

MAX_U32 = 0xFFFF_FFFF
MAX_U64 = 0xFFFF_FFFF_FFFF_FFFF


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits that a caller sets for a reader, each inclusive; None is no limit of its own."""

    max_frame_len: int | None = None
    max_raw_len: int | None = None
    max_records: int | None = None


NO_LIMITS = Limits()
