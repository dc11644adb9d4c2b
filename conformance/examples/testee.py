#!/usr/bin/env python3
"""Example testee: lets the conformance runner ask the reader in `reader.py`.

This is all that an implementation needs to be tested. The protocol is conformance/README.md. What a testee
does not declare is skipped and reported as skipped: this one declares neither `zstd` nor `lz4` (its reader
has no decompressors), nor `payloads` (it leaves them as they are), nor `incremental`, nor any operation
but `decode`.
"""
import base64
import json
import pathlib
import sys

from reader import Rejected, decode

HELLO = {
    "protocol": 1,
    "implementation": "example",
    "version": "1",
    "language": "Python",
    "capabilities": ["decode"],
}


def frame_of(question):
    """The input: in the line, in a file where it is large, or None for a null value."""
    if "frame_path" in question:
        return pathlib.Path(question["frame_path"]).read_bytes()
    frame = question["frame"]
    return frame if frame is None else base64.b64decode(frame)


def answer(question):
    match question["op"]:
        case "hello":
            return {"ok": HELLO}
        case "decode":
            try:
                return {"ok": {"frame": decode(frame_of(question), question.get("limits", {}), question.get("tenant"))}}
            except Rejected as error:
                code, offset = error.args
                return {"error": {"code": code, "offset": offset, "released": 0}}
        case op:
            return {"unsupported": f"{op}: this testee only decodes"}


for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps({"id": question["id"], **answer(question)}), flush=True)
