"""Codec 1: one zstd frame."""

from __future__ import annotations

import zstandard

from dashstream.errors import Code, DashStreamError
from dashstream.limits import MAX_ZSTD_BLOCK, MAX_ZSTD_WINDOW

_MAGIC = b"\x28\xb5\x2f\xfd"
_DEFAULT_LEVEL = 3
_RLE = 1
_RESERVED = 3


def walk(body: bytes, raw_len: int, at: int) -> None:
    """Checks the frame by ZST-001 to ZST-016."""
    pos, window = _header(body, raw_len, at)
    end = len(body)
    largest = min(window, MAX_ZSTD_BLOCK)
    last = False
    while not last:
        block = pos
        # ZST-010
        if pos + 3 > end:
            raise _profile(at + block, "ZST-010")
        header = int.from_bytes(body[pos : pos + 3], "little")
        pos += 3
        last = bool(header & 1)
        kind = header >> 1 & 3
        size = header >> 3
        # ZST-011
        if kind == _RESERVED:
            raise _profile(at + block, "ZST-011")
        # ZST-012
        if size == 0:
            raise _profile(at + block, "ZST-012")
        # ZST-013
        if size > largest:
            raise _profile(at + block, "ZST-013")
        pos += 1 if kind == _RLE else size
        # ZST-014
        if pos > end:
            raise _profile(at + block, "ZST-014")
    # ZST-016
    if pos + 4 > end:
        raise _profile(at + pos, "ZST-016")
    # ZST-015
    if pos + 4 < end:
        raise _profile(at + pos + 4, "ZST-015")


def _header(body: bytes, raw_len: int, at: int) -> tuple[int, int]:
    """Checks the frame header; the position behind it, and the window."""
    # ZST-001
    if body[:4] != _MAGIC:
        raise _profile(at, "ZST-001")
    # ZST-002
    if len(body) < 5:
        raise _profile(at, "ZST-002")
    descriptor = body[4]
    single = bool(descriptor & 0x20)
    size_flag = descriptor >> 6
    # ZST-003
    if descriptor & 0x08:
        raise _profile(at + 4, "ZST-003")
    # ZST-004
    if not descriptor & 0x04:
        raise _profile(at + 4, "ZST-004")
    # ZST-005
    if descriptor & 0x03:
        raise _profile(at + 4, "ZST-005")
    # ZST-006
    if not single and size_flag == 0:
        raise _profile(at + 4, "ZST-006")
    size_at = 5 if single else 6
    pos = size_at + (1, 2, 4, 8)[size_flag]
    # ZST-002
    if len(body) < pos:
        raise _profile(at, "ZST-002")
    content = int.from_bytes(body[size_at:pos], "little") + (256 if size_flag == 1 else 0)
    window = content
    if not single:
        base = 1 << 10 + (body[5] >> 3)
        window = base + base // 8 * (body[5] & 7)
        # ZST-007
        if window > MAX_ZSTD_WINDOW:
            raise _profile(at + 5, "ZST-007")
    # ZST-008
    if content != raw_len:
        raise _profile(at + size_at, "ZST-008")
    return pos, window


def _profile(offset: int, requirement: str) -> DashStreamError:
    return DashStreamError(Code.CODEC_PROFILE, offset, requirement)


def decompress(body: bytes, raw_len: int, at: int) -> bytes:
    """The output of a frame that has passed the walk, so that its content size is raw_len."""
    try:
        # ZST-017: the library compares the checksum.
        raw = zstandard.ZstdDecompressor().decompress(body, max_output_size=raw_len)
    except zstandard.ZstdError:
        raise DashStreamError(Code.DECOMPRESS, at, "COD-001") from None
    # COD-001
    if len(raw) != raw_len:
        raise DashStreamError(Code.DECOMPRESS, at, "COD-001")
    return raw


def compress(body: bytes, level: int | None) -> bytes:
    """The body as one frame, with content size and checksum and without a dictionary id."""
    compressor = zstandard.ZstdCompressor(
        level=_DEFAULT_LEVEL if level is None else level,
        write_checksum=True,
        write_content_size=True,
        write_dict_id=False,
    )
    return compressor.compress(body)
