"""Columns and payloads of the records of a frame (spec/body.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from dashstream.errors import Code, DashStreamError
from dashstream.limits import MAX_IDS, MAX_SEQUENCE, MAX_STRING_LEN, MAX_STRINGS
from dashstream.messages import BODY
from dashstream.prelude import Prelude
from dashstream.wire import Places, count, scan, value_offset

#: Names of the columns, in field order.
COLUMNS = tuple(field.name for field in BODY.fields if field.packed)
_STRING_REFS = ("thread_ref", "node_ref", "run_ref", "task_ref")


@dataclass(slots=True)
class Body:
    """A body that every check has passed, with its columns filled up."""

    raw: bytes
    strings: list[str]
    columns: dict[str, Sequence[int]]
    sequences: Sequence[int]
    times: Sequence[int]
    trace_ids: bytes
    span_ids: bytes
    #: Where the payload of each record begins in raw; one more than there are records, where there are payloads.
    payload_starts: Sequence[int]
    places: Places

    def value_at(self, column: str, index: int) -> int:
        """Where the value of a column that is present begins."""
        return value_offset(self.raw, self.places[column][0][1], index)


class _Checks:
    """The checks of one body, in the order of spec/body.md."""

    def __init__(self, raw: bytes, prelude: Prelude, base_time: int) -> None:
        self.raw = raw
        self.prelude = prelude
        self.base_time = base_time
        self.places: Places = {}
        self.values: dict[str, Any] = scan(raw, 0, len(raw), BODY, Code.BODY_WIRE, self.places)
        self.strings: list[str] = self.values.get("strings", [])

    def tag(self, field: str, index: int = 0) -> int:
        return self.places[field][index][0]

    def at_value(self, code: Code, column: str, index: int, requirement: str) -> DashStreamError:
        return DashStreamError(code, value_offset(self.raw, self.places[column][0][1], index), requirement)

    def string_table(self) -> None:
        # BODY-001
        if len(self.strings) > MAX_STRINGS:
            raise DashStreamError(Code.STRING_TABLE, self.tag("strings", MAX_STRINGS), "BODY-001")
        # BODY-002
        for index, (_, start, end) in enumerate(self.places.get("strings", ())):
            if not 0 < end - start <= MAX_STRING_LEN:
                raise DashStreamError(Code.STRING_TABLE, self.tag("strings", index), "BODY-002")

    def column_lengths(self) -> None:
        # BODY-003
        if "kind" not in self.values:
            raise DashStreamError(Code.COLUMN_LEN, len(self.raw), "BODY-003")
        # BODY-004
        for column in COLUMNS:
            if column in self.places:
                _, start, end = self.places[column][0]
                if count(self.raw, start, end) != self.prelude.record_count:
                    raise DashStreamError(Code.COLUMN_LEN, self.tag(column), "BODY-004")

    def kinds(self) -> None:
        # BODY-005
        if 0 in self.values["kind"]:
            raise self.at_value(Code.KIND_ZERO, "kind", self.values["kind"].index(0), "BODY-005")

    def refs(self, column: str, entries: int, code: Code, requirement: str) -> None:
        values = self.values.get(column, ())
        if values and max(values) > entries:
            first = next(index for index, value in enumerate(values) if value > entries)
            raise self.at_value(code, column, first, requirement)

    def id_table(self, field: str, size: int, requirement: str) -> bytes:
        ids: bytes = self.values.get(field, b"")
        if not ids:
            return ids
        zero = bytes(size)
        if (
            len(ids) % size
            or len(ids) // size > MAX_IDS
            or any(ids[start : start + size] == zero for start in range(0, len(ids), size))
        ):
            raise DashStreamError(Code.ID_TABLE, self.tag(field), requirement)
        return ids

    def sequences(self) -> Sequence[int]:
        base = self.prelude.base_sequence
        deltas = self.values.get("sequence_delta")
        if deltas is None:
            return range(base, base + self.prelude.record_count)
        # BODY-011
        if 0 in deltas or sum(deltas) > self.prelude.span:
            total = 0
            for index, delta in enumerate(deltas):
                total += delta
                if delta == 0 or total > self.prelude.span:
                    raise self.at_value(Code.SEQUENCE_DELTA, "sequence_delta", index, "BODY-011")
        return list(accumulate(deltas, initial=base - 1))[1:]

    def times(self) -> Sequence[int]:
        deltas = self.values.get("time_delta_us")
        if deltas is None:
            return [self.base_time] * self.prelude.record_count
        times = list(accumulate(deltas, initial=self.base_time))[1:]
        # BODY-012
        if min(times) < 0 or max(times) > MAX_SEQUENCE:
            first = next(index for index, time in enumerate(times) if not 0 <= time <= MAX_SEQUENCE)
            raise self.at_value(Code.TIME_RANGE, "time_delta_us", first, "BODY-012")
        return times

    def parents(self, sequences: Sequence[int]) -> None:
        # BODY-013
        deltas = self.values.get("parent_delta", ())
        if deltas and max(deltas) >= sequences[0]:
            for index, (delta, sequence) in enumerate(zip(deltas, sequences, strict=True)):
                if delta >= sequence:
                    raise self.at_value(Code.PARENT_RANGE, "parent_delta", index, "BODY-013")

    def payload_starts(self) -> Sequence[int]:
        lengths = self.values.get("payload_len", ())
        payloads = len(self.values.get("payloads", b""))
        # BODY-014
        if sum(lengths) != payloads:
            field = "payload_len" if "payload_len" in self.places else "payloads"
            raise DashStreamError(Code.PAYLOAD_LEN, self.tag(field), "BODY-014")
        if not payloads:
            # REC-025: the place of a payload is then raw_len.
            return [len(self.raw)] * (self.prelude.record_count + 1)
        return list(accumulate(lengths, initial=self.places["payloads"][0][1]))


def read_body(raw: bytes, prelude: Prelude, base_time: int) -> Body:
    """The body, once every check of it has passed."""
    checks = _Checks(raw, prelude, base_time)
    checks.string_table()
    checks.column_lengths()
    checks.kinds()
    # BODY-006
    for column in _STRING_REFS:
        checks.refs(column, len(checks.strings), Code.STRING_REF, "BODY-006")
    # BODY-007
    trace_ids = checks.id_table("trace_ids", 16, "BODY-007")
    # BODY-008
    span_ids = checks.id_table("span_ids", 8, "BODY-008")
    # BODY-009
    checks.refs("trace_ref", len(trace_ids) // 16, Code.ID_REF, "BODY-009")
    # BODY-010
    checks.refs("span_ref", len(span_ids) // 8, Code.ID_REF, "BODY-010")
    sequences = checks.sequences()
    times = checks.times()
    checks.parents(sequences)
    starts = checks.payload_starts()
    # BODY-015
    absent = bytes(prelude.record_count)
    columns = {name: checks.values.get(name, absent) for name in COLUMNS}
    return Body(raw, checks.strings, columns, sequences, times, trace_ids, span_ids, starts, checks.places)
