"""What a record's payload has to satisfy, and its values (spec/records.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashstream.errors import Code, DashStreamError
from dashstream.limits import MAX_EPOCH, MAX_LANE
from dashstream.schema import Message
from dashstream.wire import scan

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the rules of messages ask about the frame."""

    strings: list[str]
    epoch: int
    redacted: bool


def read_payload(
    raw: bytes, start: int, end: int, message: Message, sequence: int, around: Circumstances
) -> dict[str, Any]:
    """The values of a payload: refs as texts, defaults left out. Raises PAYLOAD at its first byte."""
    try:
        # REC-004
        values = scan(raw, start, end, message, Code.PAYLOAD)
    except DashStreamError as error:
        raise DashStreamError(Code.PAYLOAD, start, error.requirement) from None
    strings = around.strings
    # REC-005
    if not refs_hold(message, values, len(strings)):
        raise DashStreamError(Code.PAYLOAD, start, "REC-005")
    requirement = _broken_rule(message, values, sequence, around)
    if requirement is not None:
        raise DashStreamError(Code.PAYLOAD, start, requirement)
    return present(message, values, strings)


def refs_hold(message: Message, values: Values, strings: int) -> bool:
    """Whether every ref of a message points into the table."""
    for name, value in values.items():
        field = message.by_name[name]
        if field.is_ref:
            if (max(value, default=0) if field.packed else value) > strings:
                return False
        elif field.message is not None:
            for nested in value if field.repeated else (value,):
                if not refs_hold(field.message, nested, strings):
                    return False
    return True


def present(message: Message, values: Values, strings: list[str]) -> dict[str, Any]:
    """The fields that have another value than their default, with texts in place of refs."""
    out: dict[str, Any] = {}
    for name, value in values.items():
        field = message.by_name[name]
        if field.is_ref:
            if field.packed:
                if value:
                    out[field.key] = [strings[ref - 1] if ref else None for ref in value]
            elif value:
                out[field.key] = strings[value - 1]
        elif field.message is not None:
            if field.repeated:
                out[name] = [present(field.message, nested, strings) for nested in value]
            else:
                out[name] = present(field.message, value, strings)
        elif field.packed:
            if value:
                out[name] = list(value)
        elif value or (isinstance(value, float) and str(value) == "-0.0"):
            out[name] = value
    return out


def _broken_rule(message: Message, values: Values, sequence: int, around: Circumstances) -> str | None:
    # REC-010
    attributes = values.get("attributes")
    if attributes is not None:
        keys = [attribute.get("key_ref", 0) for attribute in attributes]
        if 0 in keys or len(set(keys)) != len(keys):
            return "REC-010"
    rule = _RULES.get(message.name)
    return None if rule is None else rule(values, sequence, around)


def _graph_start(values: Values, sequence: int, around: Circumstances) -> str | None:
    # REC-011
    if "parent" not in values:
        return None
    parent = values["parent"]
    producer_id = parent.get("producer_id", b"")
    sound = (
        len(producer_id) == 16
        and any(producer_id)
        and 1 <= parent.get("epoch", 0) <= MAX_EPOCH
        and parent.get("lane", 0) <= MAX_LANE
        and parent.get("sequence", 0) != 0
    )
    return None if sound else "REC-011"


def _metrics(values: Values, sequence: int, around: Circumstances) -> str | None:
    # REC-012
    for kind in ("int", "float"):
        if len(values.get(f"{kind}_name_ref", ())) != len(values.get(f"{kind}_value", ())):
            return "REC-012"
    # REC-013
    if 0 in values.get("int_name_ref", ()) or 0 in values.get("float_name_ref", ()):
        return "REC-013"
    return None


def _bad_hash(values: Values, *names: str) -> bool:
    # REC-014
    return any(len(values.get(name, b"")) not in (0, 32) for name in names)


def _state_diff(values: Values, sequence: int, around: Circumstances) -> str | None:
    if _bad_hash(values, "base_hash", "result_hash"):
        return "REC-014"
    # REC-015
    if any(not 1 <= op.get("op", 0) <= 6 for op in values.get("ops", ())):
        return "REC-015"
    return None


def _state_snapshot(values: Values, sequence: int, around: Circumstances) -> str | None:
    if _bad_hash(values, "hash"):
        return "REC-014"
    # REC-016
    if values.get("chunk_index", 0) >= (values.get("chunk_count", 0) or 1):
        return "REC-016"
    return None


def _checkpoint_manifest(values: Values, sequence: int, around: Circumstances) -> str | None:
    # REC-017
    generation = values.get("generation", 0)
    sound = (
        generation != 0
        and values.get("chunk_count", 0) != 0
        and values.get("parent_generation", 0) < generation
        and len(values.get("sha256", b"")) == 32
    )
    return None if sound else "REC-017"


def _checkpoint_chunk(values: Values, sequence: int, around: Circumstances) -> str | None:
    # REC-018
    return None if values.get("generation", 0) else "REC-018"


def _epoch_start(values: Values, sequence: int, around: Circumstances) -> str | None:
    # REC-019
    if sequence != 1:
        return "REC-019"
    # REC-020
    epoch = values.get("previous_epoch", 0)
    if epoch >= around.epoch or (epoch == 0) != (values.get("previous_last_sequence", 0) == 0):
        return "REC-020"
    return None


def _late_drops(values: Values, sequence: int, around: Circumstances) -> str | None:
    # REC-021
    first, number = values.get("first", 0), values.get("count", 0)
    if not first or not number or not values.get("reason", 0) or first + number > sequence:
        return "REC-021"
    return None


def _lane_end(values: Values, sequence: int, around: Circumstances) -> str | None:
    # REC-022
    lane = values.get("next_lane", 0)
    if lane > MAX_LANE or (lane and not values.get("has_next", False)):
        return "REC-022"
    return None


def _redacted(values: Values, sequence: int, around: Circumstances) -> str | None:
    # REC-023
    return None if around.redacted else "REC-023"


_RULES: dict[str, Callable[[Values, int, Circumstances], str | None]] = {
    "GraphStart": _graph_start,
    "Metrics": _metrics,
    "StateDiff": _state_diff,
    "StateSnapshot": _state_snapshot,
    "CheckpointManifest": _checkpoint_manifest,
    "CheckpointChunk": _checkpoint_chunk,
    "EpochStart": _epoch_start,
    "LateDrops": _late_drops,
    "LaneEnd": _lane_end,
    "Redacted": _redacted,
}
