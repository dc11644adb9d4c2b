"""Messages of Kafka that carry values, as its protocol has them."""

import gzip
import struct

from crc32c import crc32c


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def zigzag(value: int) -> bytes:
    return varint(value << 1 if value >= 0 else (-value << 1) - 1)


def string(text: str) -> bytes:
    return struct.pack(">h", len(text)) + text.encode()


def compact(data: bytes) -> bytes:
    return varint(len(data) + 1) + data


def record(number: int, value: bytes | None) -> bytes:
    inside = b"\0" + zigzag(0) + zigzag(number) + zigzag(-1)
    inside += zigzag(-1) if value is None else zigzag(len(value)) + value
    inside += varint(0)
    return zigzag(len(inside)) + inside


def batch(values: list[bytes | None], *, compressed: bool = False) -> bytes:
    """A record batch of version 2."""
    records = b"".join(record(number, value) for number, value in enumerate(values))
    if compressed:
        records = gzip.compress(records, mtime=0)
    summed = struct.pack(">hiqqqhii", int(compressed), len(values) - 1, 0, 0, 1, 0, 0, len(values)) + records
    behind = struct.pack(">ibI", 0, 2, crc32c(summed)) + summed
    return struct.pack(">qi", 0, len(behind)) + behind


def message(data: bytes) -> bytes:
    return struct.pack(">i", len(data)) + data


def produce(version: int, number: int, topic: str, records: bytes) -> bytes:
    """A Produce request. From version 9 on lengths are varints, and there are tagged fields."""
    head = struct.pack(">hhi", 0, version, number) + string("test")
    if version < 9:
        data = struct.pack(">hhii", -1, -1, 1000, 1) + string(topic) + struct.pack(">iii", 1, 0, len(records)) + records
        return message(head + data)
    partition = struct.pack(">i", 0) + compact(records) + b"\0"
    topics = varint(2) + compact(topic.encode()) + varint(2) + partition + b"\0"
    return message(head + b"\0" + varint(0) + struct.pack(">hi", -1, 1000) + topics + b"\0")


def fetch(number: int, topic: str) -> bytes:
    """A Fetch request of version 11."""
    head = struct.pack(">hhi", 1, 11, number) + string("test")
    partition = struct.pack(">iiqqi", 0, 0, 0, 0, 1 << 20)
    topics = struct.pack(">i", 1) + string(topic) + struct.pack(">i", 1) + partition
    return message(head + struct.pack(">iiiibii", -1, 500, 1, 1 << 20, 0, 0, -1) + topics + struct.pack(">i", 0) + string(""))


def fetched(number: int, topic: str, records: bytes) -> bytes:
    """Its response."""
    partition = struct.pack(">ihqqqii", 0, 0, 1, 1, 0, -1, -1) + struct.pack(">i", len(records)) + records
    topics = struct.pack(">i", 1) + string(topic) + struct.pack(">i", 1) + partition
    return message(struct.pack(">iihi", number, 0, 0, 0) + topics)
