"""Reads frames: every check of the specification, in its order (spec/frame.md, spec/errors.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dashstream import codecs
from dashstream.body import Body, read_body
from dashstream.crc import crc32c
from dashstream.errors import Code, DashStreamError
from dashstream.limits import NO_LIMITS, Limits
from dashstream.messages import METADATA
from dashstream.metadata import read_metadata
from dashstream.payloads import present
from dashstream.prelude import PRELUDE_LEN, Prelude, check_prelude, parse_prelude
from dashstream.records import Record, read_records


@dataclass(slots=True)
class Frame:
    """An accepted frame."""

    prelude: Prelude
    #: The fields of the message Metadata, defaults left out.
    metadata: dict[str, Any]
    records: list[Record]
    metadata_bytes: bytes = field(repr=False)
    body: Body = field(repr=False)


def decode(data: bytes | None, limits: Limits = NO_LIMITS, tenant: str | None = None) -> Frame:
    """Decodes the bytes of exactly one frame; None is a null value.

    Raises DashStreamError with the first check that fails. A record that is rejected costs only itself.
    """
    # KAF-001
    if data is None:
        raise DashStreamError(Code.NULL_VALUE, 0, "KAF-001")
    prelude = parse_prelude(data)
    check_prelude(prelude, limits)
    _check_length(prelude, len(data))
    return _decode_whole(data, prelude, tenant)


def _check_length(prelude: Prelude, size: int) -> None:
    # FRM-004
    if size < prelude.frame_len:
        raise DashStreamError(Code.TRUNCATED, size, "FRM-004")
    # FRM-005
    if size > prelude.frame_len:
        raise DashStreamError(Code.TRAILING, prelude.frame_len, "FRM-005")


def _decode_whole(data: bytes, prelude: Prelude, tenant: str | None) -> Frame:
    body_at = PRELUDE_LEN + prelude.metadata_len
    metadata_bytes = data[PRELUDE_LEN:body_at]
    # FRM-006
    if crc32c(metadata_bytes) != prelude.metadata_crc:
        raise DashStreamError(Code.METADATA_CRC, 8, "FRM-006")
    metadata = read_metadata(data, prelude, tenant)
    stored = data[body_at:]
    # FRM-007
    if crc32c(stored) != prelude.body_crc:
        raise DashStreamError(Code.BODY_CRC, 12, "FRM-007")
    raw = codecs.decompress(prelude.codec, stored, prelude.raw_len, body_at)
    body = read_body(raw, prelude, metadata.get("base_time_us", 0))
    # FRM-008: no record is released before here.
    trace_id = metadata.get("trace_id") or None
    records = list(read_records(body, prelude.epoch, trace_id, "redaction" in metadata))
    return Frame(prelude, present(METADATA, metadata, []), records, metadata_bytes, body)


class IncrementalReader:
    """Takes one frame in pieces, and holds no more of it than its prelude announces."""

    def __init__(self, limits: Limits = NO_LIMITS, tenant: str | None = None) -> None:
        self._limits = limits
        self._tenant = tenant
        self._data = bytearray()
        self._prelude: Prelude | None = None

    def feed(self, piece: bytes) -> None:
        """Takes the next piece; raises as soon as the verdict cannot change any more."""
        view = memoryview(piece)
        if self._prelude is None:
            head = PRELUDE_LEN - len(self._data)
            self._data += view[:head]
            view = view[head:]
            self._begin()
        if self._prelude is not None:
            self._data += view[: self._prelude.frame_len + 1 - len(self._data)]
            if len(self._data) > self._prelude.frame_len:
                _check_length(self._prelude, len(self._data))

    def _begin(self) -> None:
        if len(self._data) >= PRELUDE_LEN:
            prelude = parse_prelude(bytes(self._data))
            check_prelude(prelude, self._limits)
            self._prelude = prelude
        elif self._data:
            try:
                parse_prelude(bytes(self._data))
            except DashStreamError as error:
                if error.code != Code.SHORT_PRELUDE:
                    raise

    def finish(self) -> Frame:
        """Says that the input has ended, and returns the frame."""
        return decode(bytes(self._data), self._limits, self._tenant)
