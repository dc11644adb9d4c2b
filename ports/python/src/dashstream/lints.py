"""What an accepted frame has that no writer would write (spec/writing.md)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import Any

from dashstream.errors import Code
from dashstream.kinds import PAYLOADS
from dashstream.messages import BODY, METADATA
from dashstream.prelude import GREASE
from dashstream.reader import Frame
from dashstream.schema import Field, Message, Type
from dashstream.wire import scan, skip, varint

_STRING_REFS = ("thread_ref", "node_ref", "run_ref", "task_ref")


class Lint(Enum):
    """A deviation from the tidy form."""

    NON_MINIMAL_VARINT = auto()
    FIELD_ORDER = auto()
    EXPLICIT_DEFAULT = auto()
    UNKNOWN_FIELD = auto()
    DUPLICATE_STRING = auto()
    UNUSED_STRING = auto()
    ANCILLARY_BIT = auto()


def lints(frame: Frame) -> set[Lint]:
    """The deviations of an accepted frame."""
    found = set(_message(frame.metadata_bytes, 0, len(frame.metadata_bytes), METADATA))
    body = frame.body
    found.update(_message(body.raw, 0, len(body.raw), BODY))
    for start, end, message in _payloads(frame):
        found.update(_message(body.raw, start, end, message))
    if len(set(body.strings)) != len(body.strings):
        found.add(Lint.DUPLICATE_STRING)
    # REC-026
    if all(record.payload is not None for record in frame.records) and _has_unused(frame):
        found.add(Lint.UNUSED_STRING)
    if frame.prelude.ancillary_flags & ~GREASE:
        found.add(Lint.ANCILLARY_BIT)
    return found


def _payloads(frame: Frame) -> Iterator[tuple[int, int, Message]]:
    """Where the payloads of the delivered records of known kinds stand."""
    starts = frame.body.payload_starts
    for index, record in enumerate(frame.records):
        if record.payload is not None:
            yield starts[index], starts[index + 1], PAYLOADS[record.kind]


def _has_unused(frame: Frame) -> bool:
    body = frame.body
    used: set[int] = set()
    for column in _STRING_REFS:
        used.update(body.columns[column])
    for start, end, message in _payloads(frame):
        used.update(_refs(message, scan(body.raw, start, end, message, Code.PAYLOAD)))
    return len(used - {0}) < len(body.strings)


def _refs(message: Message, values: dict[str, Any]) -> Iterator[int]:
    for name, value in values.items():
        field = message.by_name[name]
        if field.is_ref:
            yield from value if field.packed else (value,)
        elif field.message is not None:
            for nested in value if field.repeated else (value,):
                yield from _refs(field.message, nested)


def _message(buf: bytes, pos: int, end: int, message: Message) -> Iterator[Lint]:
    """The deviations of a message that has passed the scan."""
    before = 0
    while pos < end:
        tag, behind = varint(buf, pos, end)
        if _is_long(tag, behind - pos):
            yield Lint.NON_MINIMAL_VARINT
        pos = behind
        if tag >> 3 < before:
            yield Lint.FIELD_ORDER
        before = tag >> 3
        field = message.by_tag.get(tag)
        if field is None:
            yield Lint.UNKNOWN_FIELD
        start = pos
        pos = skip(buf, pos, end, tag & 7)
        if tag & 7 in (0, 2):
            value, behind = varint(buf, start, end)
            if _is_long(value, behind - start):
                yield Lint.NON_MINIMAL_VARINT
            start = behind if tag & 7 == 2 else start
        if field is not None:
            yield from _content(buf, start, pos, field, message)


def _content(buf: bytes, start: int, end: int, field: Field, message: Message) -> Iterator[Lint]:
    if field.packed:
        yield from _packed(buf, start, end, field, message)
    elif field.message is not None:
        yield from _message(buf, start, end, field.message)
    elif not field.repeated and _is_default(buf, start, end, field):
        yield Lint.EXPLICIT_DEFAULT


def _is_default(buf: bytes, start: int, end: int, field: Field) -> bool:
    if field.tag & 7 == 0:
        return varint(buf, start, end)[0] == 0
    # Texts and bytes that are empty, and numbers of fixed size of nothing but zero bits.
    return not any(buf[start:end]) if field.type in (Type.DOUBLE, Type.FIXED32) else start == end


def _packed(buf: bytes, start: int, end: int, field: Field, message: Message) -> Iterator[Lint]:
    if start == end:
        yield Lint.EXPLICIT_DEFAULT
        return
    if field.type == Type.DOUBLE:
        return
    default = 1 if field.name == "sequence_delta" else 0
    column = message is BODY
    while start < end:
        value, behind = varint(buf, start, end)
        if _is_long(value, behind - start):
            yield Lint.NON_MINIMAL_VARINT
        column = column and value == default
        start = behind
    if column:
        yield Lint.EXPLICIT_DEFAULT


def _is_long(value: int, size: int) -> bool:
    """Whether a varint of this size takes more bytes than its value needs."""
    return size > 1 and value >> 7 * (size - 1) == 0
