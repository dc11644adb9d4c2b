"""Whose a frame is (spec/metadata.md)."""

from __future__ import annotations

from typing import Any

from dashstream.errors import Code, DashStreamError
from dashstream.limits import (
    MAX_CONTEXT_LEN,
    MAX_CONTEXTS,
    MAX_DROP_REASONS,
    MAX_REDACTION_REASON_LEN,
    MAX_TENANT_LEN,
)
from dashstream.messages import METADATA
from dashstream.prelude import PRELUDE_LEN, Prelude
from dashstream.wire import Places, scan


def read_metadata(frame: bytes, prelude: Prelude, tenant: str | None) -> dict[str, Any]:
    """The fields of the metadata, once every check of them has passed."""
    end = PRELUDE_LEN + prelude.metadata_len
    places: Places = {}
    values = scan(frame, PRELUDE_LEN, end, METADATA, Code.METADATA_WIRE, places)

    def refuse(field: str, requirement: str, index: int = 0) -> DashStreamError:
        at = places[field][index][0] if field in places else end
        return DashStreamError(Code.METADATA_FIELD, at, requirement)

    owner = values.get("tenant", "")
    # META-001
    if not owner:
        raise refuse("tenant", "META-001")
    # META-002
    if len(owner.encode()) > MAX_TENANT_LEN:
        raise refuse("tenant", "META-002")
    # META-003
    if len(values.get("boot_nonce", b"")) != 8:
        raise refuse("boot_nonce", "META-003")
    trace_id = values.get("trace_id", b"")
    # META-004
    if trace_id and (len(trace_id) != 16 or not any(trace_id)):
        raise refuse("trace_id", "META-004")
    reasons = values.get("drop_reason", ())
    counts = values.get("drop_reason_count", ())
    # META-005
    if len(reasons) != len(counts):
        raise refuse("drop_reason", "META-005")
    # META-006
    if len(reasons) > MAX_DROP_REASONS:
        raise refuse("drop_reason", "META-006")
    # META-007
    if 0 in reasons or len(set(reasons)) != len(reasons):
        raise refuse("drop_reason", "META-007")
    # META-008
    if 0 in counts:
        raise refuse("drop_reason_count", "META-008")
    # META-009
    if sum(counts) != prelude.drop_count:
        raise refuse("drop_reason_count", "META-009")
    # META-010
    if values.get("dropped_total", 0) < prelude.drop_count:
        raise refuse("dropped_total", "META-010")
    contexts = values.get("contexts", [])
    # META-011
    if len(contexts) > MAX_CONTEXTS:
        raise refuse("contexts", "META-011", MAX_CONTEXTS)
    for index, context in enumerate(contexts):
        # META-012
        lengths = [len(text.encode()) for text in context.values()]
        if not any(lengths) or max(lengths) > MAX_CONTEXT_LEN:
            raise refuse("contexts", "META-012", index)
    # META-013
    if "redaction" in values:
        reason = values["redaction"].get("reason", "")
        if not 0 < len(reason.encode()) <= MAX_REDACTION_REASON_LEN:
            raise refuse("redaction", "META-013")
    # META-014
    if tenant is not None and owner != tenant:
        raise DashStreamError(Code.TENANT_MISMATCH, places["tenant"][0][0], "META-014")
    return values
