"""The records of a frame, each judged by itself (spec/records.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashstream.body import Body
from dashstream.errors import Code, DashStreamError
from dashstream.kinds import CONTROL, PAYLOADS
from dashstream.payloads import Circumstances, read_payload


@dataclass(slots=True)
class Record:
    """One record. Times are microseconds since 1970; exactly one of payload, opaque and error is not None."""

    sequence: int
    kind: int
    time_us: int
    thread: str | None = None
    node: str | None = None
    run: str | None = None
    task: str | None = None
    parent: int | None = None
    trace_id: bytes | None = None
    span_id: bytes | None = None
    #: The values of a known kind: texts in place of refs, defaults left out.
    payload: dict[str, Any] | None = None
    #: The bytes of the payload of an unknown kind.
    opaque: bytes | None = None
    #: Why the record was rejected.
    error: DashStreamError | None = None


def read_records(body: Body, epoch: int, trace_id: bytes | None, redacted: bool) -> Iterator[Record]:
    """The records of a body, in order."""
    around = Circumstances(body.strings, epoch, redacted)
    texts = [None, *body.strings]
    traces = [trace_id, *(body.trace_ids[at : at + 16] for at in range(0, len(body.trace_ids), 16))]
    spans = [None, *(body.span_ids[at : at + 8] for at in range(0, len(body.span_ids), 8))]
    raw, starts, columns = body.raw, body.payload_starts, body.columns
    envelopes = zip(
        body.sequences,
        columns["kind"],
        body.times,
        columns["thread_ref"],
        columns["node_ref"],
        columns["run_ref"],
        columns["task_ref"],
        columns["parent_delta"],
        columns["trace_ref"],
        columns["span_ref"],
        strict=True,
    )
    for index, (sequence, kind, time, thread, node, run, task, parent, trace, span) in enumerate(envelopes):
        record = Record(
            sequence,
            kind,
            time,
            texts[thread],
            texts[node],
            texts[run],
            texts[task],
            sequence - parent if parent else None,
            traces[trace],
            spans[span],
        )
        start, end = starts[index], starts[index + 1]
        message = PAYLOADS.get(kind)
        try:
            # REC-024
            if redacted and kind not in CONTROL:
                raise DashStreamError(Code.PAYLOAD, start, "REC-024")
            if message is not None:
                record.payload = read_payload(raw, start, end, message, sequence, around)
            elif kind % 2:
                # REC-002
                record.opaque = raw[start:end]
            else:
                # REC-003
                raise DashStreamError(Code.UNKNOWN_CRITICAL_KIND, body.value_at("kind", index), "REC-003")
        except DashStreamError as error:
            record.error = error
        yield record
