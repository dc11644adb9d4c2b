"""CRC32C, by a library that uses the processor's instruction where there is one."""

from __future__ import annotations

from crc32c import crc32c as _crc32c


def crc32c(data: bytes, value: int = 0) -> int:
    """The CRC32C of the data, going on from the CRC of what stood before it."""
    return int(_crc32c(data, value))
