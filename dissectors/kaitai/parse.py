"""What the parser in Python finds: JSON Lines of inputs on stdin, one answer a line. The twin of parse.mjs.

usage: parse.py FOLDER_OF_THE_GENERATED_PARSERS
"""

import hashlib
import json
import sys
from io import BytesIO

sys.path.insert(0, sys.argv[1])

from dashstream_file import DashstreamFile  # noqa: E402  (made by compile.mjs)
from dashstream_frame import DashstreamFrame as Frame  # noqa: E402
from kaitaistruct import EndOfStreamError, KaitaiStream, ValidationFailedError  # noqa: E402

# How a parser refuses. Anything else ends the program, and the test with it.
REFUSALS = {EndOfStreamError: "end", ValidationFailedError: "check", UnicodeDecodeError: "text"}

NUMBERS = ["version", "critical_flags", "ancillary_flags", "prelude_crc", "metadata_crc", "body_crc", "body_len", "raw_len",
           "metadata_len", "codec", "schema", "record_count", "drop_count", "base_sequence", "epoch", "lane", "span"]
FLAGS = ["has_dictionary", "has_encrypted", "has_grease"]


def name(member: object) -> str | int:
    """Of a member of an enumeration; the number where there is none."""
    return getattr(member, "name", member)


def kind(value: Frame.KindValue) -> list:
    return [str(value.number.value), name(value.kind)]


def refused(error: Exception) -> dict:
    return {"refused": next(name for kind, name in REFUSALS.items() if isinstance(error, kind))}


def found(value: object) -> object:
    match value:
        case Frame.Varint():
            return str(value.value)
        case Frame.Text():
            return value.value
        case Frame.Blob():
            return value.value.hex()
        case Frame.Fixed32() | Frame.Fixed64():
            return str(value.value)
        case Frame.Packed():
            return [[str(v.value), str(v.signed)] for v in value.column.values]
        case Frame.PackedKinds():
            return [kind(v) for v in value.column.values]
        case Frame.Ids():
            return [id_.hex() for id_ in value.table.ids]
        case Frame.NestedContext() | Frame.NestedRedaction():
            return fields(value.value)
        case Frame.UnknownField():
            return {"unknown": found(value.value)}
    raise TypeError(type(value))


def fields(message: object) -> list:
    return [[name(field.id), found(field.value)] for field in message.fields]


def opened(part: object) -> object:
    """The fields of a part; null where it stays bytes; why, where it cannot be read."""
    if isinstance(part, bytes):
        return None
    try:
        return fields(part)
    except tuple(REFUSALS) as error:
        return refused(error)


def stored(owner: object, part: str) -> bytes:
    """The bytes of a part, which the parser keeps beside what it made of them."""
    return getattr(owner, f"_raw_{part}" if hasattr(owner, f"_raw_{part}") else part)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def frame(value: Frame, length: int) -> dict:
    prelude = value.prelude
    return {
        "length": length,
        "numbers": {field: str(int(getattr(prelude, field))) for field in NUMBERS},
        "codec": name(prelude.codec),
        "flags": [flag for flag in FLAGS if getattr(prelude, flag)],
        "producer_id": prelude.producer_id.hex(),
        "sha256": {
            "prelude": sha256(prelude.prelude_crc_head + prelude.prelude_crc_tail),
            "metadata": sha256(stored(value, "metadata")),
            "body": sha256(stored(value, "body")),
        },
        "metadata": opened(value.metadata),
        "body": opened(value.body),
    }


def parse(question: dict) -> dict:
    data = b"".join(bytes.fromhex(run["hex"]) * run["times"] for run in question["bytes"])
    stream = KaitaiStream(BytesIO(data))
    try:
        if question["what"] == "frame":
            value = Frame(stream)
            return frame(value, stream.pos())
        file = DashstreamFile(stream)
        return {
            "marker": file.sync_marker.hex(),
            "marker_crc": file.sync_marker_crc,
            "entries": [frame(entry.frame, 64 + entry.frame.prelude.metadata_len + entry.frame.prelude.body_len)
                        for entry in file.entries],
        }
    except tuple(REFUSALS) as error:
        return refused(error)


for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps({"id": question["id"], **parse(question)}))
