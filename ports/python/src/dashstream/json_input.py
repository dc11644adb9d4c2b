"""The JSON form as a writer takes it (spec/writer-input.md)."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from dashstream.errors import Code, DashStreamError
from dashstream.kinds import PAYLOADS
from dashstream.limits import MAX_SEQUENCE, MAX_U32, MAX_U64
from dashstream.messages import METADATA
from dashstream.records import Record
from dashstream.schema import Field, Message, Type
from dashstream.writer import Content

_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_HEX = re.compile(r"(?:[0-9a-f]{2})*", re.ASCII)
_DERIVED = {
    "version", "critical_flags", "body_len", "raw_len", "metadata_len", "codec", "schema", "record_count", "drop_count",
}  # fmt: skip
_HEADER = {"producer_id", "base_sequence", "epoch", "lane", "ancillary_flags"} | _DERIVED
_TEXTS = ("thread", "node", "run", "task")
_RECORD = {"sequence", "kind", "time_us", "parent", "trace_id", "span_id", "payload", "opaque", *_TEXTS}
_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_LONGEST = 40


def loads(text: str | bytes) -> Any:
    """Parses JSON so that -0 stays apart from 0 and no number is too long."""
    return json.loads(text, parse_int=_int, parse_constant=_constant)


def _int(text: str) -> int | float:
    return int(text) if text != "-0" and len(text) <= _LONGEST else float(text)


def _constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def _refused(requirement: str = "JSON-002") -> DashStreamError:
    return DashStreamError(Code.INPUT, None, requirement)


def content_from_json(form: Any) -> Content:
    """What a frame is to hold. Raises INPUT for what cannot be put into a frame."""
    top = _object(form, {"header", "metadata", "records"}, ("header", "metadata", "records"))
    header = _object(top["header"], _HEADER, ("producer_id", "base_sequence", "epoch"))
    base = _digits(header["base_sequence"], MAX_U64)
    content = Content(
        producer_id=_id(header["producer_id"], 16),
        epoch=_number(header["epoch"], MAX_U32),
        lane=_number(header.get("lane", 0), MAX_U32),
        base_sequence=base,
        metadata=_message(METADATA, top["metadata"]),
        ancillary_flags=_number(header["ancillary_flags"], 0xFF) if "ancillary_flags" in header else None,
    )
    if not isinstance(top["records"], list):
        raise _refused()
    following = base
    for item in top["records"]:
        record = _record(item, following)
        following = record.sequence + 1
        content.records.append(record)
    return content


def _record(form: Any, following: int) -> Record:
    values = _object(form, _RECORD, ("kind", "time_us"))
    kind = _number(values["kind"], MAX_U64)
    sequence = _digits(values["sequence"], MAX_U64) if "sequence" in values else following
    record = Record(sequence, kind, _digits(values["time_us"], MAX_U64))
    for key in _TEXTS:
        if key in values:
            setattr(record, key, _string(values[key]))
    if "parent" in values:
        record.parent = _digits(values["parent"], MAX_U64)
    if "trace_id" in values:
        record.trace_id = _id(values["trace_id"], 16)
    if "span_id" in values:
        record.span_id = _id(values["span_id"], 8)
    message = PAYLOADS.get(kind)
    if message is not None:
        if "payload" not in values or "opaque" in values:
            raise _refused()
        record.payload = _message(message, values["payload"])
    elif "payload" in values or ("opaque" not in values and kind % 2):
        raise _refused()
    else:
        record.opaque = _hex(values.get("opaque", ""))
    return record


def _message(message: Message, form: Any) -> dict[str, Any]:
    if not isinstance(form, dict):
        raise _refused()
    out: dict[str, Any] = {}
    for key, value in form.items():
        name = "text" if key == "text_hex" else key
        field = message.by_key.get(name)
        if field is None or name in out:
            raise _refused()
        if field.type == Type.BYTES and field.name == "text":
            out[name] = _hex(value) if key == "text_hex" else _string(value).encode()
        elif key != name:
            raise _refused()
        elif field.repeated:
            if not isinstance(value, list):
                raise _refused()
            out[name] = [_value(field, item) for item in value]
        else:
            out[name] = _value(field, value)
    return out


def _value(field: Field, value: Any) -> Any:
    if field.message is not None:
        return _message(field.message, value)
    if field.is_ref:
        return None if value is None and field.packed else _string(value)
    if field.type == Type.STRING:
        return _string(value)
    if field.type == Type.BYTES:
        return _hex(value)
    if field.type == Type.BOOL:
        if not isinstance(value, bool):
            raise _refused()
        return value
    if field.type == Type.DOUBLE:
        return _double(value)
    if field.type == Type.SINT64:
        return _signed(value)
    if field.type == Type.UINT64:
        return _digits(value, MAX_U64)
    return _number(value, MAX_U32 if field.type == Type.FIXED32 else MAX_U64)


def _object(form: Any, known: set[str], needed: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(form, dict) or not form.keys() <= known or any(key not in form for key in needed):
        raise _refused()
    return form


def _number(value: Any, largest: int) -> int:
    if isinstance(value, float):
        if not (value.is_integer() and 0 <= value <= MAX_SEQUENCE) or math.copysign(1, value) < 0:
            raise _refused()
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= largest:
        raise _refused()
    return value


def _double(value: Any) -> float:
    if isinstance(value, str) and value in _SPECIAL:
        return _SPECIAL[value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refused()
    number = float(value)
    if not math.isfinite(number):
        raise _refused()
    return number


def _digits(value: Any, largest: int) -> int:
    if not isinstance(value, str) or not _DIGITS.fullmatch(value):
        raise _refused()
    value = value.lstrip("0") or "0"
    number = int(value) if len(value) <= _LONGEST else largest + 1
    if number > largest:
        raise _refused()
    return number


def _signed(value: Any) -> int:
    negative = isinstance(value, str) and value.startswith("-")
    number = _digits(value[1:] if negative else value, 1 << 63)
    if (negative and number == 0) or (not negative and number == 1 << 63):
        raise _refused()
    return -number if negative else number


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise _refused()
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _refused() from None
    return value


def _hex(value: Any) -> bytes:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise _refused()
    return bytes.fromhex(value)


def _id(value: Any, size: int) -> bytes:
    data = _hex(value)
    if len(data) != size:
        raise _refused()
    return data
