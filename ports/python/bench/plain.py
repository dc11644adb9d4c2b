"""Plain protobuf for the same records: one message with a list of events, every text where it belongs."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.internal import api_implementation

from dashstream import Content
from dashstream.kinds import PAYLOADS
from dashstream.schema import Field, Message, Type

_Reader = tuple[Callable[[Any], Any], list[tuple[Callable[[Any], Any], Field]]]
_TYPES = {
    Type.UINT32: 13,
    Type.UINT64: 4,
    Type.SINT64: 18,
    Type.BOOL: 8,
    Type.DOUBLE: 1,
    Type.FIXED32: 7,
    Type.STRING: 9,
    Type.BYTES: 12,
    Type.MESSAGE: 11,
}
_ENVELOPE = {
    "sequence": Type.UINT64,
    "kind": Type.UINT32,
    "time_us": Type.UINT64,
    "thread": Type.STRING,
    "node": Type.STRING,
    "run": Type.STRING,
    "task": Type.STRING,
    "parent": Type.UINT64,
    "trace_id": Type.BYTES,
    "span_id": Type.BYTES,
}


def batch_type() -> Any:
    """The class of the message, by the implementation in C (upb)."""
    if api_implementation.Type() != "upb":
        raise SystemExit(f"protobuf runs on {api_implementation.Type()}, and not on upb")
    file = descriptor_pb2.FileDescriptorProto(name="plain.proto", package="plain", syntax="proto3")
    seen: set[str] = set()
    for message in PAYLOADS.values():
        _add(file, message, seen)
    event = file.message_type.add(name="Event")
    event.oneof_decl.add(name="payload")
    for number, (name, type_) in enumerate(_ENVELOPE.items(), 1):
        event.field.add(name=name, number=number, label=1, type=_TYPES[type_])
    for kind, message in PAYLOADS.items():
        name, of = f"payload{int(kind)}", f".plain.{message.name}"
        event.field.add(name=name, number=20 + kind, label=1, type=11, type_name=of, oneof_index=0)
    batch = file.message_type.add(name="Batch")
    batch.field.add(name="events", number=1, label=3, type=11, type_name=".plain.Event")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("plain.Batch"))


def _add(file: Any, message: Message, seen: set[str]) -> None:
    if message.name in seen:
        return
    seen.add(message.name)
    made = file.message_type.add(name=message.name)
    for field in message.fields:
        type_ = Type.STRING if field.is_ref else field.type
        one = made.field.add(name=field.key, number=field.number, label=3 if field.repeated else 1, type=_TYPES[type_])
        if field.message is not None:
            one.type_name = f".plain.{field.message.name}"
            _add(file, field.message, seen)


def encoded(content: Content, batch: Any) -> bytes:
    """The records of some content."""
    out = batch()
    for record in content.records:
        values = {name: getattr(record, name) for name in _ENVELOPE}
        out.events.add(**values, **{f"payload{int(record.kind)}": record.payload})
    data: bytes = out.SerializeToString()
    return data


def _reads(fields: tuple[Field, ...]) -> _Reader:
    plain = attrgetter(*(field.key for field in fields if field.message is None))
    return plain, [(attrgetter(field.key), field) for field in fields if field.message is not None]


_READERS: dict[str, _Reader] = {}


def read(data: bytes, batch: Any) -> int:
    """Decodes, and takes the value of every field, as one who knows the names of them does."""
    envelope = attrgetter(*_ENVELOPE)
    count = 0
    for event in batch.FromString(data).events:
        kind = envelope(event)[1]
        _read(getattr(event, f"payload{kind}"), PAYLOADS[kind])
        count += 1
    return count


def _read(message: Any, schema: Message) -> None:
    reader = _READERS.get(schema.name)
    if reader is None:
        reader = _READERS[schema.name] = _reads(schema.fields)
    plain, nested = reader
    plain(message)
    for get, field in nested:
        assert field.message is not None
        for one in get(message) if field.repeated else (get(message),):
            _read(one, field.message)


def read_present(data: bytes, batch: Any) -> int:
    """Decodes, and takes the value of every field that is there, as one who knows no names does."""
    count = 0
    for event in batch.FromString(data).events:
        _read_present(event)
        count += 1
    return count


def _read_present(message: Any) -> None:
    for field, value in message.ListFields():
        if field.message_type is not None:
            for one in value if field.is_repeated else (value,):
                _read_present(one)
