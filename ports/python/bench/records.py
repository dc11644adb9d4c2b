"""The records of the benchmark: 1,000 events of one agent run, those of ports/typescript/bench."""

from __future__ import annotations

from typing import Any

from dashstream import Content, Kind, Record

_TEXT = "the agent asks a model for the next step and waits until a tool has answered with what it found there"
WORDS = _TEXT.split()


class Maker:
    """Draws from a small generator of numbers, the same in every run."""

    def __init__(self) -> None:
        self._state = 12345

    def random(self, below: int) -> int:
        self._state = (self._state * 1103515245 + 12345) % (1 << 32)
        return self._state * below >> 32

    def id(self, length: int) -> bytes:
        return bytes(1 + self.random(255) for _ in range(length))

    def words(self, count: int) -> str:
        return " ".join(WORDS[self.random(len(WORDS))] for _ in range(count))

    def pick(self, prefix: str, of: int) -> str:
        return f"{prefix}-{self.random(of)}"

    def attributes(self) -> list[dict[str, str]]:
        return [
            {"key": "service.name", "value": self.pick("worker", 8)},
            {"key": "region", "value": self.pick("eu-west", 3)},
        ]

    def payload(self, i: int) -> tuple[Kind, dict[str, Any]]:
        match i % 6:
            case 0:
                return Kind.NODE_START, {"attempt": 1, "step": i >> 3, "attributes": self.attributes()}
            case 1:
                return Kind.LLM_START, {
                    "request": self.pick("req", 200),
                    "model": self.pick("model", 3),
                    "provider": "provider",
                    "input": f'{{"prompt":"{self.words(12)}"}}',
                }
            case 2:
                return Kind.LLM_END, {
                    "request": self.pick("req", 200),
                    "model": self.pick("model", 3),
                    "duration_us": 500_000 + self.random(9_000_000),
                    "status": 1,
                    "finish_reason": "stop",
                    "input_tokens": self.random(8_000),
                    "output_tokens": self.random(2_000),
                    "attributes": self.attributes(),
                }
            case 3:
                call, tool = self.pick("call", 300), self.pick("tool", 12)
                arguments = f'{{"query":"{self.words(6)}","limit":{self.random(50)}}}'
                return Kind.TOOL_CALL, {"call": call, "tool": tool, "arguments": arguments}
            case 4:
                return Kind.TOOL_RESULT, {
                    "call": self.pick("call", 300),
                    "tool": self.pick("tool", 12),
                    "result": self.words(15),
                    "duration_us": self.random(4_000_000),
                    "status": 1,
                }
            case _:
                return Kind.NODE_END, {
                    "duration_us": self.random(20_000_000),
                    "status": 1,
                    "attributes": self.attributes(),
                }


def content(count: int) -> Content:
    """A frame's content of so many events."""
    make = Maker()
    trace = make.id(16)
    time = 1_700_000_000_000_000
    records = []
    for i in range(count):
        time += 100 + make.random(5_000)
        record = Record(1 + i, 0, time, make.pick("thread", 4), make.pick("node", 20), "run-1", make.pick("task", 60))
        record.parent = 1 + make.random(i) if i else None
        record.trace_id, record.span_id = trace, make.id(8)
        record.kind, payload = make.payload(i)
        # As a reader gives it: what has its default is left out.
        record.payload = {key: value for key, value in payload.items() if value}
        records.append(record)
    producer_id = make.id(16)
    metadata = {"tenant": "acme", "boot_nonce": make.id(8), "base_time_us": 1_700_000_000_000_000, "trace_id": trace}
    return Content(producer_id, 1, 0, 1, metadata, records, ancillary_flags=0)
