"""What is put into the topics of the trial, and what is known of it beforehand."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from dashstream import Content, encode
from dashstream.crc import crc32c
from dashstream.json_input import content_from_json

ROOT = Path(__file__).resolve().parents[2]
#: The producer of the lane whose account is known.
PRODUCER = "a1" * 16
#: Partitions of the topic: damage; many records; what nobody can read yet; a lane that has moved; nothing.
DAMAGE, MANY, NEWER, MOVED, EMPTY = range(5)


def content(first: int, count: int, producer: str = PRODUCER, tenant: str = "acme") -> dict[str, Any]:
    """A frame of token chunks, in the JSON form."""
    records = [
        {
            "sequence": str(number),
            "kind": 11,
            "time_us": str(1_767_000_000_000_000 + number),
            "thread": "t-1",
            "node": "plän",
            "payload": {"request": "r", "text": f"token {number} \u0000<&> 世界", "index": number},
        }
        for number in range(first, first + count)
    ]
    header = {"producer_id": producer, "base_sequence": str(first), "epoch": 1, "lane": 0}
    return {"header": header, "metadata": {"tenant": tenant, "boot_nonce": "b007b007b007b007"}, "records": records}


def frame(*args: Any, **more: Any) -> bytes:
    """The same as the bytes of a frame."""
    made: Content = content_from_json(content(*args, **more))
    return encode(made, 1)


def damaged(whole: bytes) -> bytes:
    """With a bit of the body flipped: it can be counted."""
    return whole[:-1] + bytes([whole[-1] ^ 1])


def newer(whole: bytes) -> bytes:
    """Of version 2, with a CRC that fits."""
    head = bytearray(whole[:64])
    head[1] = 2
    head[4:8] = crc32c(bytes(head[:4] + head[8:])).to_bytes(4, "little")
    return bytes(head) + whole[64:]


def vectors() -> list[dict[str, Any]]:
    """The contents of the vectors of encode, each as the work of another producer."""
    found = []
    for path in sorted((ROOT / "vectors" / "json" / "encode").glob("*.json")):
        vector = json.loads(path.read_text())
        one = vector["input"].get("content")
        small = path.stat().st_size < 200_000 and "repeat_records" not in vector["input"]
        if vector["operation"] == "encode" and "error" not in vector["expect"] and small:
            one["header"]["producer_id"] = hashlib.md5(path.name.encode()).hexdigest()
            found.append(one)
    return found


def rejected_records() -> list[bytes]:
    """Frames of the vectors of decode of which records are rejected, and their siblings are not."""
    found = []
    for name in ("rec-001-bad-record-1", "rec-001-bad-record-2"):
        vector = json.loads((ROOT / "vectors" / "json" / "records" / f"{name}.json").read_text())
        runs = vector["input"]["bytes"]
        found.append(b"".join(bytes.fromhex(run["hex"]) * run["times"] for run in runs))
    return found


#: The first two are sent by Java, then these by nobody in particular.
SENT_BY_JAVA = [content(1, 3), content(10, 2)]
ROUGH = [None, b'{"hello":"world"}', b"", damaged(frame(4, 3))]
#: By offset in the partition DAMAGE. The frame of offset 0 comes again behind ROUGH.
REFUSED = {
    2: "NULL_VALUE at 0 (KAF-001)",
    3: "BAD_MAGIC at 0 (PRE-002)",
    4: "EMPTY at 0 (PRE-001)",
    5: "BODY_CRC at 12 (FRM-007)",
}
DUPLICATE_AT = 6
#: 1..3 and 10..11 are there, 4..6 cannot be read, 7..9 are lost; 12..13 are in another partition, where a ledger begins.
ACCOUNTS = {
    DAMAGE: {"first": "1", "last": "11", "seen": "5", "unreadable": "3", "lost": "3"},
    MOVED: {"first": "12", "last": "13", "seen": "2", "unreadable": "0", "lost": "0"},
}
VERDICTS = {DAMAGE: [(1, "GAP", "6"), (5, "LATE", "3"), (6, "DUPLICATE", None)], MOVED: [(0, "BASELINE", "12")]}
