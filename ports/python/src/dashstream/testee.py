"""The testee of the conformance runner: a question and an answer are one line of JSON each.

Run it as `python -m dashstream.testee`.
"""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Callable, Iterator
from json import dumps
from pathlib import Path
from typing import Any

from dashstream import __version__
from dashstream.checkpoints.testee import answer as store_answer
from dashstream.errors import DashStreamError
from dashstream.files import FileReader, FileReport
from dashstream.json_input import content_from_json, loads
from dashstream.jsonform import frame_to_json, ledger_to_json, report_to_json, verdict_to_json
from dashstream.ledger import Ledger
from dashstream.limits import Limits
from dashstream.lints import lints
from dashstream.reader import Frame, IncrementalReader, decode
from dashstream.writer import encode

_HELLO = {
    "protocol": 1,
    "implementation": "dashstream-python",
    "version": __version__,
    "language": "Python",
    "capabilities": ["decode", "encode", "file", "ledger", "store", "zstd", "lz4", "incremental", "lint", "payloads"],
}


def _bytes(question: dict[str, Any], key: str) -> bytes | None:
    if f"{key}_path" in question:
        return Path(question[f"{key}_path"]).read_bytes()
    text = question[key]
    return None if text is None else base64.b64decode(text)


def _pieces(data: bytes, lengths: list[int]) -> Iterator[bytes]:
    at = 0
    for length in lengths:
        yield data[at : at + length]
        at += length
    yield data[at:]


class _PieceStream(io.RawIOBase):
    """A stream that gives one piece a read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._left = piece
        size = len(self._left) if size < 0 else size
        piece, self._left = self._left[:size], self._left[size:]
        return piece


def _decode(question: dict[str, Any]) -> dict[str, Any]:
    data = _bytes(question, "frame")
    limits = Limits(**question.get("limits", {}))
    tenant = question.get("tenant")
    if "pieces" in question and data is not None:
        reader = IncrementalReader(limits, tenant)
        for piece in _pieces(data, question["pieces"]):
            reader.feed(piece)
        frame = reader.finish()
    else:
        frame = decode(data, limits, tenant)
    return {"frame": frame_to_json(frame), "lints": sorted(lint.name for lint in lints(frame))}


def _encode(question: dict[str, Any]) -> dict[str, Any]:
    content = loads(Path(question["content_path"]).read_bytes()) if "content_path" in question else question["content"]
    options = question["options"]
    frame = encode(
        content_from_json(content),
        options["codec"],
        level=options.get("level"),
        threshold=options.get("threshold", 0),
        max_frame_len=None,
    )
    return {"frame": base64.b64encode(frame).decode()}


def _file(question: dict[str, Any]) -> dict[str, Any]:
    data = _bytes(question, "file") or b""
    report = FileReport.collect(FileReader(_PieceStream(_pieces(data, question.get("pieces", [])))))
    return report_to_json(report)


def _ledger(question: dict[str, Any]) -> dict[str, Any]:
    ledger = Ledger()
    verdicts = []
    for item in question["input"]:
        data = base64.b64decode(item["frame"])
        found: Frame | DashStreamError
        try:
            found = decode(data)
        except DashStreamError as error:
            found = error
        told = ledger.tell(data, found, item.get("partition"))
        verdicts.append([verdict_to_json(verdict) for verdict in told])
    return {"verdicts": verdicts, **ledger_to_json(ledger)}


_OPERATIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "hello": lambda question: _HELLO,
    "decode": _decode,
    "encode": _encode,
    "file": _file,
    "ledger": _ledger,
    "store": store_answer,
}


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """The answer to a question, without its id."""
    operation = _OPERATIONS.get(question["op"])
    if operation is None:
        return {"unsupported": f"{question['op']}: no such operation"}
    try:
        return {"ok": operation(question)}
    except DashStreamError as error:
        told: dict[str, Any] = {"code": error.code.name, "message": str(error)}
        if error.offset is not None:
            told["offset"] = error.offset
        if question["op"] == "decode":
            told["released"] = 0
        return {"error": told}


def main() -> None:
    """Answers until the input ends."""
    for line in sys.stdin.buffer:
        question = loads(line)
        sys.stdout.write(dumps({"id": question["id"], **answer(question)}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
