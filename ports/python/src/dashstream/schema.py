"""Descriptions of protobuf messages, in the form that the wire scan needs."""

from __future__ import annotations

from enum import IntEnum


class Type(IntEnum):
    """Types of fields that the schemas use (spec/wire.md)."""

    UINT32 = 0
    UINT64 = 1
    SINT64 = 2
    BOOL = 3
    DOUBLE = 4
    FIXED32 = 5
    STRING = 6
    BYTES = 7
    MESSAGE = 8


_WIRE_TYPES = {Type.DOUBLE: 1, Type.FIXED32: 5, Type.STRING: 2, Type.BYTES: 2, Type.MESSAGE: 2}


class Field:
    """One field of a message.

    `keep` bounds how many values of a repeated field are stored; all of them are checked.
    """

    __slots__ = ("is_ref", "keep", "key", "message", "name", "number", "packed", "repeated", "single", "tag", "type")

    def __init__(
        self,
        number: int,
        name: str,
        type_: Type,
        repeated: bool = False,
        message: Message | None = None,
        keep: int | None = None,
    ) -> None:
        self.number = number
        self.name = name
        self.type = type_
        self.repeated = repeated
        self.packed = repeated and type_ not in (Type.STRING, Type.BYTES, Type.MESSAGE)
        self.single = not repeated or self.packed
        self.is_ref = name.endswith("_ref")
        self.key = name.removesuffix("_ref")
        self.keep = keep
        self.message = message
        self.tag = number << 3 | (2 if self.packed else _WIRE_TYPES.get(type_, 0))


class Message:
    """One message: its fields by number, by name, by tag and by key of the JSON form."""

    __slots__ = ("by_key", "by_name", "by_number", "by_tag", "fields", "name")

    def __init__(self, name: str, *fields: Field) -> None:
        self.name = name
        self.fields = fields
        self.by_number = {field.number: field for field in fields}
        self.by_name = {field.name: field for field in fields}
        self.by_tag = {field.tag: field for field in fields}
        self.by_key = {field.key: field for field in fields}
