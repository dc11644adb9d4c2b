"""A small reader of frames: codec none only, payloads left unread. Standard library only.

Every rule is one of spec/; `testee.py` beside it lets the conformance runner ask it.
"""
import pathlib, re, struct

MAX = 2**53 - 1
PRELUDE = ("magic version critical_flags ancillary_flags prelude_crc metadata_crc body_crc body_len raw_len metadata_len "
           "codec schema record_count drop_count producer_id base_sequence epoch lane").split()
WIRE = {"uint32": 0, "uint64": 0, "sint64": 0, "bool": 0, "double": 1, "fixed32": 5}  # everything else: 2
PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto/proto/dashstream/v1"
FIELD = re.compile(r"^  (repeated )?(\w+) (\w+) = (\d+);", re.M)
SCHEMA = {name: {int(number): (field, kind, bool(repeated)) for repeated, kind, field, number in FIELD.findall(body)}
          for path in PROTO.glob("*.proto") for name, body in re.findall(r"^message (\w+) \{(.*?)^\}", path.read_text(), re.M | re.S)}
TABLE = list(range(256))
for _ in range(8):
    TABLE = [n >> 1 ^ 0x82F63B78 * (n & 1) for n in TABLE]

class Rejected(Exception):
    pass

def check(holds, code, offset):
    if not holds:
        raise Rejected(code, offset)

def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF

def varint(data, at, end, *error):
    value = 0
    for n in range(10):
        check(at < end and (n < 9 or data[at] < 2), *error)
        value |= (data[at] & 127) << 7 * n
        at += 1
        if data[at - 1] < 128:
            return value, at
    raise Rejected(*error)

def number(value, kind, *error):
    if kind == "sint64":
        value = value >> 1 ^ -(value & 1)
    most = {"uint32": 2**32 - 1, "bool": 1}.get(kind, MAX)
    check(kind in ("double", "fixed32") or abs(value) <= most, *error)
    return value

def scan(data, at, end, message, code):
    """wire.md: {field: [(offset of its tag, value)]}; a packed value is [(offset, number)]."""
    found = {}
    while at < end:
        error = code, at
        tag, next_at = varint(data, at, end, *error)
        wire, (name, kind, repeated) = tag & 7, SCHEMA[message].get(tag >> 3, (None, None, False))
        packed = repeated and kind in WIRE
        check(next_at - at <= 5 and tag < 2**32 and tag >> 3 and wire in (0, 1, 2, 5), *error)
        check(name is None or wire == (2 if repeated else WIRE.get(kind, 2)), *error)
        check(name is None or name not in found or repeated and not packed, *error)
        at = next_at
        if wire == 0:
            value, at = varint(data, at, end, *error)
            value = number(value, kind, *error) if name else value
        else:
            size, at = varint(data, at, end, *error) if wire == 2 else ({1: 8, 5: 4}[wire], at)
            check(size <= end - at, *error)
            start, at = at, at + size
            value = data[start:at] if wire == 2 else int.from_bytes(data[start:at], "little")
        if packed:
            value = []
            while start < at:
                offset = start
                raw, start = varint(data, start, at, *error)
                value.append((offset, number(raw, kind, *error)))
        elif kind == "string":
            try:
                value = value.decode()
            except UnicodeDecodeError:
                raise Rejected(*error) from None
        elif kind in SCHEMA:
            value = scan(data, start, at, kind, code)
        if name:
            found.setdefault(name, []).append((error[1], value))
    return found

def form(fields, message):
    """json.md: the JSON form of a scanned message."""
    def one(value, kind):
        if kind in SCHEMA:
            return form(value, kind)
        return value.hex() if kind == "bytes" else str(value) if kind in ("uint64", "sint64") else value
    result = {}
    for name, kind, repeated in SCHEMA[message].values():
        values = [value for _, value in fields.get(name, [])]
        if repeated:
            values = [one(value, kind) for value in values] if kind not in WIRE else [one(v, kind) for vs in values for _, v in vs]
            result.update({name: values} if values else {})
        elif values and (values[0] or kind in SCHEMA):
            result[name] = one(values[0], kind)
    return result

def prelude(data, limits):
    check(data, "EMPTY", 0)
    check(data[0] == 0xBE, "BAD_MAGIC", 0)
    check(len(data) >= 64, "SHORT_PRELUDE", len(data))
    h = dict(zip(PRELUDE, struct.unpack("<4B5IH2B2H16sQ2I", data[:64])))
    check(h.pop("prelude_crc") == crc32c(data[:4] + data[8:64]), "PRELUDE_CRC", 4)
    size = 64 + h["metadata_len"] + h["body_len"]
    for holds, code, offset in (
        (h["version"] == 1, "VERSION", 1),
        (h["critical_flags"] == 0, "CRITICAL_FLAG", 2),
        (h["schema"] == 1, "SCHEMA", 27),
        (h["codec"] == 0, "CODEC", 26),
        (1 <= h["metadata_len"] <= 16384, "METADATA_LEN", 24),
        (1 <= h["body_len"] <= 8 << 20, "BODY_LEN", 16),
        (h["raw_len"] == h["body_len"], "RAW_LEN", 20),
        (0 < h["record_count"] <= h["raw_len"] - 2, "COUNT", 28),
        (1 <= h["base_sequence"] <= MAX + 1 - h["record_count"] - h["drop_count"], "SEQUENCE_RANGE", 48),
        (any(h["producer_id"]), "IDENTITY", 32),
        (0 < h["epoch"] < 2**31, "IDENTITY", 56),
        (h["lane"] < 2**31, "IDENTITY", 60),
        (size <= limits.get("max_frame_len", size), "LOCAL_LIMIT", 16),
        (h["raw_len"] <= limits.get("max_raw_len", MAX), "LOCAL_LIMIT", 20),
        (h["record_count"] <= limits.get("max_records", MAX), "LOCAL_LIMIT", 28),
        (len(data) >= size, "TRUNCATED", len(data)),
        (len(data) <= size, "TRAILING", size),
    ):
        check(holds, code, offset)
    return h

def metadata(data, end, drops, expected):
    fields = scan(data, 64, end, "Metadata", "METADATA_WIRE")
    def field(name, default):
        return fields.get(name, [(end, default)])[0]
    def must(holds, offset):
        check(holds, "METADATA_FIELD", offset)
    tenant_at, tenant = field("tenant", "")
    must(1 <= len(tenant.encode()) <= 255, tenant_at)
    at, nonce = field("boot_nonce", b"")
    must(len(nonce) == 8, at)
    at, trace = field("trace_id", b"")
    must(not trace or len(trace) == 16 and any(trace), at)
    (at, reasons), (counts_at, counts) = field("drop_reason", []), field("drop_reason_count", [])
    reasons, counts = [value for _, value in reasons], [value for _, value in counts]
    must(len(reasons) == len(counts) and len(reasons) <= 32 and 0 not in reasons and len(set(reasons)) == len(reasons), at)
    must(0 not in counts and sum(counts) == drops, counts_at)
    at, total = field("dropped_total", 0)
    must(total >= drops, at)
    contexts = fields.get("contexts", [])
    must(len(contexts) <= 16, contexts[16][0] if len(contexts) > 16 else 0)
    for at, context in contexts:
        texts = [values[0][1].encode() for values in context.values()]
        must(any(texts) and max(map(len, texts)) <= 256, at)
    at, redaction = field("redaction", None)
    must(redaction is None or 1 <= len(redaction.get("reason", [(0, "")])[0][1].encode()) <= 256, at)
    check(expected in (None, tenant), "TENANT_MISMATCH", tenant_at)
    return form(fields, "Metadata")

def records(body, h, meta):
    fields, n = scan(body, 0, len(body), "Body", "BODY_WIRE"), h["record_count"]
    strings = fields.get("strings", [])
    check(len(strings) <= 16384, "STRING_TABLE", strings[16384][0] if len(strings) > 16384 else 0)
    for at, string in strings:
        check(1 <= len(string.encode()) <= 1024, "STRING_TABLE", at)
    check("kind" in fields, "COLUMN_LEN", len(body))
    columns = {}
    for name, kind, repeated in SCHEMA["Body"].values():
        if repeated and kind in WIRE:
            at, values = fields.get(name, [(0, [(0, int(name == "sequence_delta"))] * n)])[0]
            check(len(values) == n, "COLUMN_LEN", at)
            columns[name] = values
    def each(names, holds, code):
        for name in names:
            for at, value in columns[name]:
                check(holds(value), code, at)
    each(["kind"], lambda kind: kind > 0, "KIND_ZERO")
    each(["thread_ref", "node_ref", "run_ref", "task_ref"], lambda ref: ref <= len(strings), "STRING_REF")
    ids = {}
    for name, size in ("trace", 16), ("span", 8):
        at, table = fields.get(name + "_ids", [(0, b"")])[0]
        ids[name] = [table[k:k + size] for k in range(0, len(table), size)]
        good = len(table) % size == 0 and len(ids[name]) <= 65535 and all(map(any, ids[name]))
        check(good, "ID_TABLE", at)
    for name, table in ids.items():
        each([name + "_ref"], lambda ref: ref <= len(table), "ID_REF")
    last, sequences = h["base_sequence"] - 1, []
    for at, delta in columns["sequence_delta"]:
        last += delta
        check(delta and last < h["base_sequence"] + n + h["drop_count"], "SEQUENCE_DELTA", at)
        sequences.append(last)
    time, times = int(meta.get("base_time_us", "0")), []
    for at, delta in columns["time_delta_us"]:
        time += delta
        check(0 <= time <= MAX, "TIME_RANGE", at)
        times.append(time)
    for (at, delta), sequence in zip(columns["parent_delta"], sequences):
        check(delta < sequence, "PARENT_RANGE", at)
    at, payloads = fields.get("payloads", [(0, b"")])[0]
    lengths = [length for _, length in columns["payload_len"]]
    check(sum(lengths) == len(payloads), "PAYLOAD_LEN", fields.get("payload_len", [(at,)])[0][0])
    start = 0
    for i in range(n):
        value = lambda name: columns[name][i][1]
        record = {"sequence": str(sequences[i]), "kind": value("kind"), "time_us": str(times[i])}
        for name in "thread", "node", "run", "task":
            if value(name + "_ref"):
                record[name] = strings[value(name + "_ref") - 1][1]
        if value("parent_delta"):
            record["parent"] = str(sequences[i] - value("parent_delta"))
        if value("trace_ref") or "trace_id" in meta:
            record["trace_id"] = ids["trace"][value("trace_ref") - 1].hex() if value("trace_ref") else meta["trace_id"]
        if value("span_ref"):
            record["span_id"] = ids["span"][value("span_ref") - 1].hex()
        record["opaque"] = payloads[start:start + lengths[i]].hex()
        start += lengths[i]
        yield record

def decode(data, limits, tenant):
    check(data is not None, "NULL_VALUE", 0)
    h = prelude(data, limits)
    end = 64 + h["metadata_len"]
    check(h.pop("metadata_crc") == crc32c(data[64:end]), "METADATA_CRC", 8)
    meta = metadata(data, end, h["drop_count"], tenant)
    check(h.pop("body_crc") == crc32c(data[end:]), "BODY_CRC", 12)
    rows = list(records(data[end:], h, meta))
    del h["magic"]
    return {"header": h | {"producer_id": h["producer_id"].hex(), "base_sequence": str(h["base_sequence"])},
            "metadata": meta, "records": rows}
