"""Codec 2: one LZ4 block without a size prefix."""

from __future__ import annotations

import re

import lz4.block

from dashstream.errors import Code, DashStreamError

_RUN = re.compile(rb"\xff*")


def walk(body: bytes, raw_len: int, at: int) -> None:
    """Checks the block by LZ4-001 to LZ4-008, and the length of its output."""
    end = len(body)
    pos = output = sequences = 0
    last_match: int | None = None
    while True:
        start = pos
        token = body[pos]
        sequences += 1
        literals, pos = _length(body, pos + 1, token >> 4)
        # LZ4-001
        if pos < 0 or pos + literals > end:
            raise _profile(at + start, "LZ4-001")
        pos += literals
        output += literals
        if pos == end:
            break
        # LZ4-002
        if pos + 2 > end:
            raise _profile(at + start, "LZ4-002")
        offset = body[pos] | body[pos + 1] << 8
        length, pos = _length(body, pos + 2, token & 15)
        if pos < 0:
            raise _profile(at + start, "LZ4-002")
        # LZ4-003
        if offset == 0:
            raise _profile(at + start, "LZ4-003")
        # LZ4-004
        if offset > output:
            raise _profile(at + start, "LZ4-004")
        last_match = output
        output += length + 4
        # LZ4-005
        if pos == end:
            raise _profile(at + start, "LZ4-005")
    # LZ4-006
    if literals < 5 and sequences > 1:
        raise _profile(at + start, "LZ4-006")
    # LZ4-007
    if last_match is not None and output - last_match < 12:
        raise _profile(at + start, "LZ4-007")
    # LZ4-008
    if token & 15:
        raise _profile(at + start, "LZ4-008")
    # COD-001
    if output != raw_len:
        raise DashStreamError(Code.DECOMPRESS, at, "COD-001")


def _length(body: bytes, pos: int, nibble: int) -> tuple[int, int]:
    """A length and the position behind it, which is -1 where the body ends inside."""
    if nibble < 15:
        return nibble, pos
    run = _RUN.match(body, pos)
    stop = run.end() if run else pos
    if stop >= len(body):
        return 0, -1
    return 15 + 255 * (stop - pos) + body[stop], stop + 1


def _profile(offset: int, requirement: str) -> DashStreamError:
    return DashStreamError(Code.CODEC_PROFILE, offset, requirement)


def decompress(body: bytes, raw_len: int, at: int) -> bytes:
    """The output of a block that has passed the walk."""
    try:
        raw: bytes = lz4.block.decompress(body, uncompressed_size=raw_len)
    except (lz4.block.LZ4BlockError, ValueError):
        raise DashStreamError(Code.DECOMPRESS, at, "COD-001") from None
    if len(raw) != raw_len:
        raise DashStreamError(Code.DECOMPRESS, at, "COD-001")
    return raw


def compress(body: bytes) -> bytes:
    """The body as one block."""
    block: bytes = lz4.block.compress(body, store_size=False)
    return block
