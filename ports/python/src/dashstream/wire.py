"""The wire scan: checks protobuf bytes by spec/wire.md and takes their values in the same pass."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

from dashstream.errors import Code, DashStreamError
from dashstream.limits import MAX_SEQUENCE, MAX_U32, MAX_U64
from dashstream.schema import Field, Message, Type

#: Where a field stands: its tag, the first byte of its content, the end of its content.
Place = tuple[int, int, int]
#: The places of the fields of one message, by name.
Places = dict[str, list[Place]]

_CONTINUED = bytes(range(0x80, 0x100))
_ZIGZAG = [(value >> 1) ^ -(value & 1) for value in range(0x80)]
_LIMITS = {Type.UINT32: MAX_U32, Type.UINT64: MAX_SEQUENCE, Type.SINT64: 2 * MAX_SEQUENCE, Type.BOOL: 1}
_RANGE_RULES = {Type.UINT32: "WIRE-009", Type.UINT64: "WIRE-011", Type.SINT64: "WIRE-012", Type.BOOL: "WIRE-010"}
_DOUBLE = struct.Struct("<d")
_FIXED32 = struct.Struct("<I")
_PIECE = 1 << 16


class _Broken(Exception):
    """A value breaks a rule; the scan adds the place."""

    def __init__(self, requirement: str) -> None:
        super().__init__(requirement)
        self.requirement = requirement


def scan(buf: bytes, pos: int, end: int, message: Message, code: Code, places: Places | None = None) -> dict[str, Any]:
    """Checks the message in buf[pos:end] and returns its fields by name, those with defaults included.

    Raises DashStreamError with `code` at the tag of the innermost field that fails.
    """
    out: dict[str, Any] = {}
    by_tag = message.by_tag
    while pos < end:
        tag_at = pos
        try:
            tag = buf[pos]
            if tag < 0x80:
                pos += 1
            else:
                tag, pos = _tag(buf, pos, end)
            field = by_tag.get(tag)
            if field is None:
                pos = _unknown(buf, pos, end, tag, message)
                continue
            name = field.name
            # WIRE-005
            if field.single and name in out:
                raise _Broken("WIRE-005")
            kind = field.type
            if field.tag & 7 == 0:
                at = pos
                value = buf[pos] if pos < end else 0x80
                if value < 0x80:
                    pos += 1
                else:
                    value, pos = varint(buf, pos, end)
                if value > _LIMITS[kind]:
                    raise _Broken(_RANGE_RULES[kind])
                if kind == Type.SINT64:
                    value = (value >> 1) ^ -(value & 1)
                out[name] = bool(value) if kind == Type.BOOL else value
            elif field.tag & 7 == 2:
                length = buf[pos] if pos < end else 0x80
                if length < 0x80:
                    pos += 1
                else:
                    length, pos = varint(buf, pos, end)
                at = pos
                pos += length
                # WIRE-008
                if pos > end:
                    raise _Broken("WIRE-008")
                _delimited(out, field, buf, at, pos, code)
            else:
                at = pos
                pos = _skip_fixed(pos, end, 8 if kind == Type.DOUBLE else 4)
                out[name] = (_DOUBLE if kind == Type.DOUBLE else _FIXED32).unpack_from(buf, at)[0]
        except _Broken as broken:
            raise DashStreamError(code, tag_at, broken.requirement) from None
        if places is not None:
            known = places.setdefault(name, [])
            if field.keep is None or len(known) < field.keep:
                known.append((tag_at, at, pos))
    return out


def _delimited(out: dict[str, Any], field: Field, buf: bytes, start: int, end: int, code: Code) -> None:
    """Takes the content of a length-delimited field."""
    value: Any
    if field.packed:
        out[field.name] = packed(buf, start, end, field)
        return
    if field.type == Type.STRING:
        try:
            value = buf[start:end].decode()
        except UnicodeDecodeError:
            raise _Broken("WIRE-013") from None
    elif field.message is not None:
        value = scan(buf, start, end, field.message, code)
    else:
        value = buf[start:end]
    if not field.repeated:
        out[field.name] = value
        return
    known = out.setdefault(field.name, [])
    if field.keep is None or len(known) < field.keep:
        known.append(value)


def varint(buf: bytes, pos: int, end: int) -> tuple[int, int]:
    """The varint at pos and the position behind it."""
    value = shift = 0
    while True:
        # WIRE-007
        if pos >= end:
            raise _Broken("WIRE-007")
        byte = buf[pos]
        pos += 1
        # WIRE-006
        if shift == 63 and byte > 1:
            raise _Broken("WIRE-006")
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, pos
        shift += 7


def _tag(buf: bytes, pos: int, end: int) -> tuple[int, int]:
    """The tag at pos and the position behind it."""
    value = 0
    for shift in range(0, 35, 7):
        if pos >= end:
            break
        byte = buf[pos]
        pos += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if value > MAX_U32:
                break
            return value, pos
    # WIRE-001
    raise _Broken("WIRE-001")


def _skip_fixed(pos: int, end: int, size: int) -> int:
    # WIRE-007
    if pos + size > end:
        raise _Broken("WIRE-007")
    return pos + size


def _unknown(buf: bytes, pos: int, end: int, tag: int, message: Message) -> int:
    """The position behind a field that the schema does not have."""
    # WIRE-002
    if tag < 8:
        raise _Broken("WIRE-002")
    # WIRE-003
    if tag & 7 in (3, 4, 6, 7):
        raise _Broken("WIRE-003")
    # WIRE-004
    if tag >> 3 in message.by_number:
        raise _Broken("WIRE-004")
    # WIRE-017
    return skip(buf, pos, end, tag & 7)


def skip(buf: bytes, pos: int, end: int, wire_type: int) -> int:
    """The position behind a value of a wire type."""
    if wire_type == 0:
        return varint(buf, pos, end)[1]
    if wire_type == 2:
        length, pos = varint(buf, pos, end)
        # WIRE-008
        if pos + length > end:
            raise _Broken("WIRE-008")
        return pos + length
    return _skip_fixed(pos, end, 8 if wire_type == 1 else 4)


def count(buf: bytes, start: int, end: int) -> int:
    """How many varints end in buf[start:end]."""
    return len(buf[start:end].translate(None, _CONTINUED))


def packed(buf: bytes, start: int, end: int, field: Field) -> Sequence[Any]:
    """The values of a packed field; none where they are more than the field keeps."""
    if field.type == Type.DOUBLE:
        # WIRE-007
        if (end - start) % 8:
            raise _Broken("WIRE-007")
        return struct.unpack_from(f"<{(end - start) // 8}d", buf, start)
    if field.keep is None or count(buf, start, end) <= field.keep:
        return _varints(buf[start:end], field.type)
    while start < end:
        stop = min(start + _PIECE, end)
        while stop < end and buf[stop - 1] >= 0x80:
            stop += 1
        _varints(buf[start:stop], field.type)
        start = stop
    return ()


def _varints(area: bytes, kind: Type) -> Sequence[int]:
    """The varints that fill an area."""
    if area.isascii() and kind != Type.BOOL:
        return list(map(_ZIGZAG.__getitem__, area)) if kind == Type.SINT64 else area
    values: list[int] = []
    take = values.append
    value = shift = 0
    for byte in area:
        if byte < 0x80:
            if shift:
                # WIRE-006
                if shift == 63 and byte > 1:
                    raise _Broken("WIRE-006")
                take(value | byte << shift)
                value = shift = 0
            else:
                take(byte)
        else:
            # WIRE-006
            if shift == 63:
                raise _Broken("WIRE-006")
            value |= (byte & 0x7F) << shift
            shift += 7
    # WIRE-007
    if shift:
        raise _Broken("WIRE-007")
    if values and max(values) > _LIMITS[kind]:
        raise _Broken(_RANGE_RULES[kind])
    if kind == Type.SINT64:
        return [(value >> 1) ^ -(value & 1) for value in values]
    return values


def value_offset(buf: bytes, start: int, index: int) -> int:
    """Where the varint of this index begins in a packed field whose content begins at start."""
    while index:
        if buf[start] < 0x80:
            index -= 1
        start += 1
    return start


def put_varint(out: bytearray, value: int) -> None:
    """Appends a varint of a number of at most 64 bits, in as few bytes as it takes."""
    value &= MAX_U64
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)


def zigzag(value: int) -> int:
    """The zigzag form of a number of 64 bits with a sign."""
    return value << 1 if value >= 0 else (-value << 1) - 1
