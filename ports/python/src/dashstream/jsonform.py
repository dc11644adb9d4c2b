"""The JSON form of decoded frames (spec/json.md)."""

from __future__ import annotations

import math
from typing import Any

from dashstream.files import FileReport
from dashstream.kinds import PAYLOADS
from dashstream.ledger import Ledger, Verdict
from dashstream.messages import METADATA
from dashstream.prelude import Prelude
from dashstream.reader import Frame
from dashstream.records import Record
from dashstream.schema import Field, Message, Type

_HEADER_NUMBERS = (
    "version",
    "critical_flags",
    "ancillary_flags",
    "body_len",
    "raw_len",
    "metadata_len",
    "codec",
    "schema",
    "record_count",
    "drop_count",
    "epoch",
    "lane",
)
_ACCOUNT = ("first", "last", "seen", "declared", "unreadable", "lost")


def frame_to_json(frame: Frame) -> dict[str, Any]:
    """The whole frame."""
    return {
        "header": header_to_json(frame.prelude),
        "metadata": message_to_json(METADATA, frame.metadata),
        "records": [record_to_json(record) for record in frame.records],
    }


def header_to_json(prelude: Prelude) -> dict[str, Any]:
    """The prelude, without what only guards it."""
    header: dict[str, Any] = {name: getattr(prelude, name) for name in _HEADER_NUMBERS}
    header["producer_id"] = prelude.producer_id.hex()
    header["base_sequence"] = str(prelude.base_sequence)
    return header


def record_to_json(record: Record) -> dict[str, Any]:
    """One record."""
    out: dict[str, Any] = {"sequence": str(record.sequence), "kind": record.kind, "time_us": str(record.time_us)}
    for key in ("thread", "node", "run", "task"):
        text = getattr(record, key)
        if text is not None:
            out[key] = text
    if record.parent is not None:
        out["parent"] = str(record.parent)
    if record.trace_id is not None:
        out["trace_id"] = record.trace_id.hex()
    if record.span_id is not None:
        out["span_id"] = record.span_id.hex()
    if record.error is not None:
        out["error"] = {"code": record.error.code.name, "offset": record.error.offset}
    elif record.payload is not None:
        out["payload"] = message_to_json(PAYLOADS[record.kind], record.payload)
    elif record.opaque is not None:
        out["opaque"] = record.opaque.hex()
    return out


def message_to_json(message: Message, values: dict[str, Any]) -> dict[str, Any]:
    """The values of one message."""
    out: dict[str, Any] = {}
    for key, value in values.items():
        field = message.by_key[key]
        if field.name == "text" and field.type == Type.BYTES:
            _put_text(out, value)
        elif field.repeated:
            out[key] = [_value(field, item) for item in value]
        else:
            out[key] = _value(field, value)
    return out


def _put_text(out: dict[str, Any], value: bytes) -> None:
    try:
        out["text"] = value.decode()
    except UnicodeDecodeError:
        out["text_hex"] = value.hex()


def _value(field: Field, value: Any) -> Any:
    if field.message is not None:
        return message_to_json(field.message, value)
    if field.type == Type.BYTES:
        return value.hex()
    if field.type in (Type.UINT64, Type.SINT64):
        return str(value)
    if field.type == Type.DOUBLE and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def report_to_json(report: FileReport) -> dict[str, Any]:
    """The report of a file reader."""
    return {
        "accepted": [
            {"start": entry.start, "end": entry.end, "frame": frame_to_json(entry.frame)} for entry in report.accepted
        ],
        "skipped": [{"start": gap.start, "end": gap.end, "code": gap.code.name} for gap in report.skipped],
        "rejected": [
            {"start": frame.start, "code": frame.error.code.name, "offset": frame.error.offset}
            for frame in report.rejected
        ],
        "tail": report.tail,
    }


def verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    """One verdict of a ledger."""
    out = {"verdict": verdict.name.name}
    if verdict.arg is not None:
        out["arg"] = str(verdict.arg)
    return out


def ledger_to_json(ledger: Ledger) -> dict[str, Any]:
    """What a ledger says at the end of the input: the keys end and accounts."""
    end = [
        {"producer_id": producer.hex(), "lane": lane, **verdict_to_json(verdict)}
        for producer, lane, verdict in ledger.end()
    ]
    accounts = [
        {
            "producer_id": producer.hex(),
            "lane": lane,
            "epoch": epoch,
            **{name: str(getattr(account, name)) for name in _ACCOUNT},
            "tail": account.tail.value,
        }
        for producer, lane, epoch, account in ledger.accounts()
    ]
    return {"end": end, "accounts": accounts}
