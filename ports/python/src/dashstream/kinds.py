"""Kinds of record (the registry in spec/records.md)."""

from __future__ import annotations

from enum import IntEnum

from dashstream import messages
from dashstream.schema import Message


class Kind(IntEnum):
    """The kinds that this edition knows. An even kind is critical."""

    GRAPH_START = 1
    EPOCH_START = 2
    GRAPH_END = 3
    EPOCH_END = 4
    NODE_START = 5
    HEARTBEAT = 6
    NODE_END = 7
    LANE_END = 8
    EDGE = 9
    LATE_DROPS = 10
    TOKEN_CHUNK = 11
    REDACTED = 12
    LLM_START = 13
    LLM_END = 15
    STATE_DIFF = 16
    TOOL_CALL = 17
    STATE_SNAPSHOT = 18
    TOOL_RESULT = 19
    CHECKPOINT_MANIFEST = 20
    METRICS = 21
    CHECKPOINT_CHUNK = 22
    ERROR_REPORT = 23
    DEAD_LETTER = 24
    EXECUTION_TRACE = 25
    CHECKPOINT_EVENT = 27
    MEMORY = 29
    HUMAN_REQUEST = 31
    HUMAN_RESPONSE = 33
    PROGRESS = 35
    THINKING = 37
    SUB_STEP = 39
    WARNING = 41
    OPTIMIZATION = 43
    LEGACY_PAYLOAD = 45


#: The message of the payload of each kind.
PAYLOADS: dict[int, Message] = {
    Kind.GRAPH_START: messages.GRAPH_START,
    Kind.EPOCH_START: messages.EPOCH_START,
    Kind.GRAPH_END: messages.GRAPH_END,
    Kind.EPOCH_END: messages.EPOCH_END,
    Kind.NODE_START: messages.NODE_START,
    Kind.HEARTBEAT: messages.HEARTBEAT,
    Kind.NODE_END: messages.NODE_END,
    Kind.LANE_END: messages.LANE_END,
    Kind.EDGE: messages.EDGE,
    Kind.LATE_DROPS: messages.LATE_DROPS,
    Kind.TOKEN_CHUNK: messages.TOKEN_CHUNK,
    Kind.REDACTED: messages.REDACTED,
    Kind.LLM_START: messages.LLM_START,
    Kind.LLM_END: messages.LLM_END,
    Kind.STATE_DIFF: messages.STATE_DIFF,
    Kind.TOOL_CALL: messages.TOOL_CALL,
    Kind.STATE_SNAPSHOT: messages.STATE_SNAPSHOT,
    Kind.TOOL_RESULT: messages.TOOL_RESULT,
    Kind.CHECKPOINT_MANIFEST: messages.CHECKPOINT_MANIFEST,
    Kind.METRICS: messages.METRICS,
    Kind.CHECKPOINT_CHUNK: messages.CHECKPOINT_CHUNK,
    Kind.ERROR_REPORT: messages.ERROR_REPORT,
    Kind.DEAD_LETTER: messages.DEAD_LETTER,
    Kind.EXECUTION_TRACE: messages.EXECUTION_TRACE,
    Kind.CHECKPOINT_EVENT: messages.CHECKPOINT_EVENT,
    Kind.MEMORY: messages.MEMORY_EVENT,
    Kind.HUMAN_REQUEST: messages.HUMAN_REQUEST,
    Kind.HUMAN_RESPONSE: messages.HUMAN_RESPONSE,
    Kind.PROGRESS: messages.PROGRESS,
    Kind.THINKING: messages.THINKING,
    Kind.SUB_STEP: messages.SUB_STEP,
    Kind.WARNING: messages.WARNING,
    Kind.OPTIMIZATION: messages.OPTIMIZATION,
    Kind.LEGACY_PAYLOAD: messages.LEGACY_PAYLOAD,
}

#: Kinds of class control, which a redacted frame keeps.
CONTROL: frozenset[int] = frozenset(
    {
        Kind.EPOCH_START,
        Kind.EPOCH_END,
        Kind.HEARTBEAT,
        Kind.LANE_END,
        Kind.LATE_DROPS,
        Kind.REDACTED,
    }
)
