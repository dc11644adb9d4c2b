"""How a body is stored (spec/codecs.md)."""

from __future__ import annotations

from dashstream.codecs import lz4, zstd
from dashstream.errors import Code, DashStreamError

NONE = 0
ZSTD = 1
LZ4 = 2

#: The codecs of this edition, each with its levels.
KNOWN_CODECS: dict[int, range] = {NONE: range(0), ZSTD: range(1, 23), LZ4: range(1, 2)}


def decompress(codec: int, stored: bytes, raw_len: int, at: int) -> bytes:
    """The body of raw_len bytes behind what is stored; `at` is the offset of the stored body in the frame."""
    if codec == ZSTD:
        zstd.walk(stored, raw_len, at)
        return zstd.decompress(stored, raw_len, at)
    if codec == LZ4:
        lz4.walk(stored, raw_len, at)
        return lz4.decompress(stored, raw_len, at)
    return stored


def check_options(codec: int, level: int | None) -> None:
    """Refuses a codec or level that there is not."""
    # PRE-008
    if codec not in KNOWN_CODECS:
        raise DashStreamError(Code.CODEC, None, "PRE-008")
    # COD-006
    if level is not None and level not in KNOWN_CODECS[codec]:
        raise DashStreamError(Code.LEVEL, None, "COD-006")


def compress(codec: int, level: int | None, body: bytes) -> bytes:
    """The body as it is to be stored with a codec."""
    if codec == ZSTD:
        return zstd.compress(body, level)
    if codec == LZ4:
        return lz4.compress(body)
    return body
