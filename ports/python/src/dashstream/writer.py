"""Makes frames in the tidy form (spec/writing.md)."""

from __future__ import annotations

import dataclasses
import secrets
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashstream import codecs
from dashstream.crc import crc32c
from dashstream.errors import Code, DashStreamError
from dashstream.kinds import PAYLOADS
from dashstream.limits import (
    DEFAULT_MAX_FRAME_LEN,
    MAX_METADATA_LEN,
    MAX_RAW_LEN,
    MAX_RECORDS,
    MAX_SEQUENCE,
    MAX_U32,
    MAX_U64,
)
from dashstream.messages import BODY, METADATA
from dashstream.prelude import GREASE, MAGIC, SCHEMA, VERSION, Prelude
from dashstream.reader import decode
from dashstream.records import Record
from dashstream.schema import Field, Message, Type
from dashstream.wire import put_varint, zigzag


@dataclass(slots=True)
class Content:
    """What a frame is to hold. Metadata and payloads as a reader gives them: texts for refs."""

    producer_id: bytes
    epoch: int
    lane: int
    base_sequence: int
    metadata: dict[str, Any]
    records: list[Record] = dataclasses.field(default_factory=list)
    #: None: the bit GREASE is drawn at random (PRE-028).
    ancillary_flags: int | None = None


class _Table:
    """Distinct values in the order in which they are first needed."""

    def __init__(self) -> None:
        self.refs: dict[Any, int] = {}

    def ref(self, value: Any) -> int:
        """The ref of a value; 0 for none."""
        return 0 if value is None else self.refs.setdefault(value, len(self.refs) + 1)


def encode(
    content: Content,
    codec: int = codecs.ZSTD,
    *,
    level: int | None = None,
    threshold: int = 0,
    max_frame_len: int | None = DEFAULT_MAX_FRAME_LEN,
) -> bytes:
    """The frame of some content; a body below the threshold, or that does not shrink, is stored as it is.

    Raises DashStreamError, without an offset, with what a reader would say of the frame, or INPUT.
    """
    codecs.check_options(codec, level)
    try:
        frame = _build(content, codec, level, threshold)
        # WRT-001, JSON-002
        checked = decode(frame)
    except DashStreamError as error:
        raise DashStreamError(error.code, None, error.requirement) from None
    except (TypeError, AttributeError, ValueError, KeyError, struct.error):
        raise DashStreamError(Code.INPUT, None, "JSON-002") from None
    for record in checked.records:
        if record.error is not None:
            raise DashStreamError(record.error.code, None, record.error.requirement)
    # WRT-004
    if max_frame_len is not None and len(frame) > max_frame_len:
        raise DashStreamError(Code.LOCAL_LIMIT, None, "WRT-004")
    return frame


def _build(content: Content, codec: int, level: int | None, threshold: int) -> bytes:
    records = content.records
    counts = content.metadata.get("drop_reason_count", ())
    drops = sum(counts)
    if not 1 <= len(records) <= MAX_RECORDS:
        raise DashStreamError(Code.COUNT, None, "PRE-017")
    if drops > 0xFFFF:
        raise DashStreamError(Code.METADATA_FIELD, None, "META-009")
    metadata = bytes(put_message(METADATA, content.metadata, _Table()))
    if not 0 < len(metadata) <= MAX_METADATA_LEN:
        raise DashStreamError(Code.METADATA_LEN, None, "PRE-010")
    body = _body(content, drops)
    if len(body) > MAX_RAW_LEN:
        raise DashStreamError(Code.RAW_LEN, None, "PRE-014")
    # COD-005
    used = codecs.NONE if len(body) < threshold else codec
    stored = codecs.compress(used, level, body)
    # COD-004
    if used != codecs.NONE and len(stored) >= len(body):
        used, stored = codecs.NONE, body
    flags = secrets.randbits(8) if content.ancillary_flags is None else content.ancillary_flags
    prelude = Prelude(
        magic=MAGIC,
        version=VERSION,
        critical_flags=0,
        # PRE-027
        ancillary_flags=flags & GREASE,
        prelude_crc=0,
        metadata_crc=crc32c(metadata),
        body_crc=crc32c(stored),
        body_len=len(stored),
        raw_len=len(body),
        metadata_len=len(metadata),
        codec=used,
        schema=SCHEMA,
        record_count=len(records),
        drop_count=drops,
        producer_id=content.producer_id,
        base_sequence=content.base_sequence,
        epoch=content.epoch,
        lane=content.lane,
    )
    if len(content.producer_id) != 16:
        raise DashStreamError(Code.INPUT, None, "JSON-002")
    return prelude.to_bytes() + metadata + stored


def _body(content: Content, drops: int) -> bytes:
    records, metadata = content.records, content.metadata
    strings, traces, spans = _Table(), _Table(), _Table()
    columns: dict[str, list[int]] = {name: [] for name in BODY.by_name if BODY.by_name[name].packed}
    payloads = bytearray()
    before = content.base_sequence - 1
    last = content.base_sequence + len(records) + drops - 1
    time = metadata.get("base_time_us", 0)
    # WIRE-011, before a delta from it could leave 64 bits.
    if time > MAX_SEQUENCE:
        raise DashStreamError(Code.METADATA_WIRE, None, "WIRE-011")
    common = metadata.get("trace_id") or None
    for record in records:
        _check_record(record, before, last, common)
        columns["kind"].append(record.kind)
        columns["time_delta_us"].append(zigzag(record.time_us - time))
        columns["sequence_delta"].append(record.sequence - before)
        before, time = record.sequence, record.time_us
        columns["thread_ref"].append(strings.ref(record.thread))
        columns["node_ref"].append(strings.ref(record.node))
        columns["parent_delta"].append(0 if record.parent is None else record.sequence - record.parent)
        columns["run_ref"].append(strings.ref(record.run))
        columns["task_ref"].append(strings.ref(record.task))
        columns["trace_ref"].append(0 if record.trace_id == common else traces.ref(record.trace_id))
        columns["span_ref"].append(spans.ref(record.span_id))
        start = len(payloads)
        message = PAYLOADS.get(record.kind)
        if message is None:
            payloads += record.opaque or b""
        elif record.payload is None:
            raise DashStreamError(Code.INPUT, None, "JSON-002")
        else:
            payloads += put_message(message, record.payload, strings)
        columns["payload_len"].append(len(payloads) - start)
        if len(payloads) > MAX_RAW_LEN:
            raise DashStreamError(Code.RAW_LEN, None, "PRE-014")
    out = bytearray()
    for field in BODY.fields:
        if field.name == "strings":
            for text in strings.refs:
                _put_delimited(out, field, text.encode())
        elif field.packed:
            default = 1 if field.name == "sequence_delta" else 0
            values = columns[field.name]
            if any(value != default for value in values):
                _put_packed(out, field, values)
        else:
            ids = {"trace_ids": traces, "span_ids": spans}.get(field.name)
            data = bytes(payloads) if ids is None else b"".join(ids.refs)
            if data:
                _put_delimited(out, field, data)
    return bytes(out)


def _check_record(record: Record, before: int, last: int, common: bytes | None) -> None:
    """Refuses what the columns cannot express."""
    # JSON-004
    if record.sequence <= before:
        raise DashStreamError(Code.INPUT, None, "JSON-004")
    if record.sequence > last:
        raise DashStreamError(Code.SEQUENCE_DELTA, None, "BODY-011")
    if not 0 <= record.time_us <= MAX_SEQUENCE:
        raise DashStreamError(Code.TIME_RANGE, None, "BODY-012")
    # JSON-003
    if common is not None and record.trace_id is None:
        raise DashStreamError(Code.INPUT, None, "JSON-003")
    if record.parent is not None and not 0 < record.sequence - record.parent <= MAX_U32:
        raise DashStreamError(Code.INPUT, None, "JSON-002")
    for value, size in ((record.trace_id, 16), (record.span_id, 8)):
        if value is not None and len(value) != size:
            raise DashStreamError(Code.INPUT, None, "JSON-002")
    if record.error is not None:
        raise DashStreamError(Code.INPUT, None, "JSON-001")


def put_message(message: Message, values: dict[str, Any], strings: _Table) -> bytearray:
    """The tidy bytes of a message; refs go into the table."""
    out = bytearray()
    for field in message.fields:
        value: Any = values.get(field.key)
        if value is None:
            continue
        if field.is_ref:
            value = [strings.ref(text) for text in value] if field.packed else strings.ref(value)
        if field.packed:
            if value:
                items = [zigzag(item) for item in value] if field.type == Type.SINT64 else value
                _put_packed(out, field, items)
        elif field.repeated:
            for item in value:
                _put_delimited(out, field, _content(field, item, strings))
        elif field.message is not None:
            _put_delimited(out, field, put_message(field.message, value, strings))
        elif field.tag & 7 == 2:
            if value:
                _put_delimited(out, field, _content(field, value, strings))
        else:
            _put_number(out, field, value)
    if len(values) != len(values.keys() & message.by_key.keys()):
        raise DashStreamError(Code.INPUT, None, "JSON-002")
    return out


def _content(field: Field, value: Any, strings: _Table) -> bytes | bytearray:
    if field.message is not None:
        return put_message(field.message, value, strings)
    if field.type == Type.STRING:
        return str.encode(value)
    return bytes.__add__(value, b"")


def _put_delimited(out: bytearray, field: Field, data: bytes | bytearray) -> None:
    put_varint(out, field.tag)
    put_varint(out, len(data))
    out += data


def _put_packed(out: bytearray, field: Field, values: Sequence[Any]) -> None:
    data = bytearray()
    if field.type == Type.DOUBLE:
        data += struct.pack(f"<{len(values)}d", *values)
    else:
        for value in values:
            _put_checked(data, value)
    _put_delimited(out, field, data)


def _put_number(out: bytearray, field: Field, value: Any) -> None:
    if field.type == Type.DOUBLE:
        data = struct.pack("<d", value)
        if any(data):
            put_varint(out, field.tag)
            out += data
    elif value:
        put_varint(out, field.tag)
        if field.type == Type.FIXED32:
            out += struct.pack("<I", value)
        else:
            _put_checked(out, zigzag(value) if field.type == Type.SINT64 else int(value))


def _put_checked(out: bytearray, value: int) -> None:
    if not 0 <= value <= MAX_U64:
        raise DashStreamError(Code.INPUT, None, "JSON-002")
    put_varint(out, value)
