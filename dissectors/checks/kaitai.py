"""The parsers that are made from spec/frame.ksy, against the vectors."""

import hashlib
import json
import resource
import struct
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from crc32c import crc32c

from .vectors import ROOT, Vector, Wrong, expect_equal, load

MADE = ROOT / "target" / "dissectors" / "kaitai"
LANGUAGES = {
    "Python": [str(ROOT / "target/dissectors/venv/bin/python"), "parse.py", "python"],
    # The heap; Node reserves more addresses than it uses.
    "JavaScript": ["node", "--max-old-space-size=1024", "parse.mjs", "javascript"],
}
# Bytes of address space: a length that is believed before the bytes are there would pass it.
MEMORY = 2 << 30
# (A machine that does much else takes its time.)
TIMEOUT_S = 600

# The input ends too early, or does not begin as a frame does.
REFUSED_FRAMES = {"EMPTY", "BAD_MAGIC", "SHORT_PRELUDE", "TRUNCATED"}
UNSUPPORTED = {"VERSION", "CRITICAL_FLAG", "SCHEMA", "CODEC"}
# With these nothing can be found behind the place.
LAYOUT_RULES = {"WIRE-003", "WIRE-006", "WIRE-007", "WIRE-008"}
REFS = ["thread", "node", "run", "task"]


def answers(language: str, questions: Iterable[dict]) -> dict[str, dict]:
    """What a parser says of each input. Ending early, or taking too much time or memory, is a failure."""
    limit = (lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))) if language == "Python" else None
    text = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run(LANGUAGES[language], cwd=MADE, input=text, capture_output=True, text=True, timeout=TIMEOUT_S, preexec_fn=limit)
    if done.returncode != 0:
        raise Wrong(f"the parser in {language} ended with {done.returncode}: {done.stderr[-2000:]}")
    return {answer["id"]: answer for answer in map(json.loads, done.stdout.splitlines())}


def check_parts(where: str, found: dict, data: bytes, *, sums_are_right: bool) -> None:
    """Each part is where the text says; with the sums over the ranges that the text names."""
    metadata_len, body_len = struct.unpack_from("<H", data, 24)[0], struct.unpack_from("<I", data, 16)[0]
    body = 64 + metadata_len
    expect_equal(where, "length", found["length"], body + body_len)
    ranges = {
        "prelude": data[0:4] + data[8:64],
        "metadata": data[64:body],
        "body": data[body : body + body_len],
    }
    for part, range_ in ranges.items():
        expect_equal(where, f"the place of {part}", found["sha256"][part], hashlib.sha256(range_).hexdigest())
        if sums_are_right:
            expect_equal(where, f"{part}_crc", int(found["numbers"][f"{part}_crc"]), crc32c(range_))


def check_header(where: str, found: dict, header: dict) -> None:
    for field, value in header.items():
        if field == "producer_id":
            expect_equal(where, field, found["producer_id"], value)
        else:
            expect_equal(where, field, found["numbers"][field], str(value))
    expect_equal(where, "span", int(found["numbers"]["span"]), header["record_count"] + header["drop_count"])
    flags = {"has_dictionary": header["critical_flags"] & 1, "has_encrypted": header["critical_flags"] & 2,
             "has_grease": header["ancillary_flags"] & 0x80}
    expect_equal(where, "flags", found["flags"], [name for name, set_ in flags.items() if set_])
    expect_equal(where, "codec", found["codec"], ["none", "zstd", "lz4"][header["codec"]])


def metadata_form(fields: list) -> dict:
    """The metadata in the JSON form (spec/json.md): fields with default values are left out."""
    form: dict = {}
    for name, value in fields:
        match name:
            case "contexts":
                form.setdefault(name, []).append({key: text for key, text in value if text != "" and isinstance(key, str)})
            case "redaction":
                form[name] = {key: int(item) if key == "original_body_crc" else item
                              for key, item in value if isinstance(key, str) and item not in ("", "0")}
            case "drop_reason" | "drop_reason_count":
                form[name] = [int(number) for number, _ in value]
            case str():
                form[name] = value
    return {name: value for name, value in form.items() if value not in ("", "0", [])}


class Columns:
    """The body of a frame by the names of its fields."""

    def __init__(self, fields: list) -> None:
        self.strings = [value for name, value in fields if name == "strings"]
        self.fields = {name: value for name, value in fields if isinstance(name, str) and name != "strings"}

    def numbers(self, name: str, count: int, default: int) -> list[int]:
        if name not in self.fields:
            return [default] * count
        which = 1 if name == "time_delta_us" else 0
        return [int(value[which]) for value in self.fields[name]]


def records_form(found: dict, header: dict, metadata: dict) -> list[dict]:
    """The records in the JSON form, but for what is in the payloads; `opaque` has their bytes."""
    columns = Columns(found["body"])
    count = header["record_count"]
    cells = {name: columns.numbers(name, count, default)
             for name, default in [("kind", 0), ("sequence_delta", 1), ("time_delta_us", 0), ("parent_delta", 0), ("trace_ref", 0),
                                   ("span_ref", 0), ("payload_len", 0), *((f"{ref}_ref", 0) for ref in REFS)]}
    if any(len(values) != count for values in cells.values()):
        raise Wrong("a column does not hold record_count values")
    payloads = bytes.fromhex(columns.fields.get("payloads", ""))
    sequence, time, at = int(header["base_sequence"]) - 1, int(metadata.get("base_time_us", 0)), 0
    records = []
    for i in range(count):
        sequence, time = sequence + cells["sequence_delta"][i], time + cells["time_delta_us"][i]
        length = cells["payload_len"][i]
        record = {"sequence": str(sequence), "kind": cells["kind"][i], "time_us": str(time), "opaque": payloads[at : at + length].hex()}
        at += length
        for ref in REFS:
            if cells[f"{ref}_ref"][i]:
                record[ref] = columns.strings[cells[f"{ref}_ref"][i] - 1]
        if cells["parent_delta"][i]:
            record["parent"] = str(sequence - cells["parent_delta"][i])
        if cells["trace_ref"][i]:
            record["trace_id"] = columns.fields["trace_ids"][cells["trace_ref"][i] - 1]
        elif "trace_id" in metadata:
            record["trace_id"] = metadata["trace_id"]
        if cells["span_ref"][i]:
            record["span_id"] = columns.fields["span_ids"][cells["span_ref"][i] - 1]
        records.append(record)
    if at != len(payloads):
        raise Wrong("payload_len does not sum to the length of payloads")
    return records


def check_record(where: str, found: dict, wanted: dict) -> None:
    # What is in a payload is nothing that the description speaks of; its bytes are.
    inside = {"payload", "error"} & set(wanted)
    expect_equal(where, f"record {wanted['sequence']}", {k: v for k, v in found.items() if not inside or k != "opaque"},
                 {k: v for k, v in wanted.items() if k not in inside})


def check_accepted(where: str, found: dict, vector: Vector) -> None:
    content = vector.content
    check_header(where, found, content["header"])
    check_parts(where, found, vector.data, sums_are_right=True)
    metadata = metadata_form(found["metadata"])
    expect_equal(where, "metadata", metadata, content["metadata"])
    if content["header"]["codec"] != 0:
        expect_equal(where, "body", found["body"], None)
        return
    records = records_form(found, content["header"], metadata)
    if isinstance(content["records"], list):
        expect_equal(where, "number of records", len(records), len(content["records"]))
        pairs = list(zip(records, content["records"], strict=True))
    else:
        expect_equal(where, "number of records", len(records), content["records"])
        pairs = [(records[0], content["first"]), (records[-1], content["last"])]
    for record, wanted in pairs:
        check_record(where, record, wanted)


def is_refused(part: object) -> bool:
    return isinstance(part, dict) and "refused" in part


def check_rejected(where: str, found: dict, vector: Vector) -> None:
    if vector.code in REFUSED_FRAMES or found.get("refused") == "check" and vector.code == "BODY_LEN":
        if not is_refused(found):
            raise Wrong(f"{where}: is parsed, and is {vector.code}")
        return
    if is_refused(found):
        # What stands before in the order of checks may hide that the frame is cut off or too long.
        metadata_len, body_len = struct.unpack_from("<H", vector.data, 24)[0], struct.unpack_from("<I", vector.data, 16)[0]
        if 64 + metadata_len + body_len <= len(vector.data) and body_len <= 8388608:
            raise Wrong(f"{where}: is refused ({found['refused']}), and its layout is whole")
        return
    check_parts(where, found, vector.data, sums_are_right=False)
    # What a later version says is not read as if it were this one.
    if vector.code in UNSUPPORTED:
        expect_equal(where, "body", found["body"], None)
    if vector.code == "VERSION":
        expect_equal(where, "metadata", found["metadata"], None)
    part = {"METADATA_WIRE": "metadata", "BODY_WIRE": "body"}.get(vector.code)
    if part and found["numbers"]["codec"] == "0" and LAYOUT_RULES & set(vector.requirements) and not is_refused(found[part]):
        raise Wrong(f"{where}: {part} is read to its end, and breaks {vector.requirements}")


def check_frames(language: str) -> tuple[int, int]:
    vectors = load("decode")
    found = answers(language, ({"id": v.id, "what": "frame", "bytes": v.runs} for v in vectors))
    accepted = 0
    for vector in vectors:
        where = f"{language}, {vector.id}"
        if vector.class_ == "invalid":
            check_rejected(where, found[vector.id], vector)
        else:
            check_accepted(where, found[vector.id], vector)
            accepted += 1
    return accepted, len(vectors) - accepted


def has_to_be_refused(vector: Vector) -> bool:
    """Whether the first damage is to the signature or the marker of an entry, or a frame cut off. (Behind it a reader may be inside
    of what is an entry by its lengths.)"""
    if vector.class_ == "invalid":
        return True
    return any(range_["code"] in ("FILE_SIGNATURE", "TRUNCATED") or range_["code"] == "FILE_MARKER" and range_["start"] >= 28
               for range_ in vector.expect["skipped"][:1])


def check_files(language: str) -> int:
    """A file that is whole is found as it is; one that is damaged is refused, or found as far as no rule of layout is broken."""
    vectors = load("file")
    found = answers(language, ({"id": v.id, "what": "file", "bytes": v.runs} for v in vectors))
    whole = 0
    for vector in vectors:
        where = f"{language}, {vector.id}"
        answer = found[vector.id]
        if has_to_be_refused(vector) and not is_refused(answer):
            raise Wrong(f"{where}: is parsed, and is damaged")
        # (A file that is cut within its header may have nothing that is skipped.)
        if vector.class_ == "invalid" or vector.expect["skipped"] or vector.expect["tail"] is not None or len(vector.data) < 28:
            continue
        if is_refused(answer):
            raise Wrong(f"{where}: is refused, and is whole")
        expect_equal(where, "sync_marker_crc", answer["marker_crc"], crc32c(bytes.fromhex(answer["marker"])))
        at = 28
        for entry, wanted in zip(answer["entries"], vector.expect["accepted"], strict=True):
            expect_equal(where, "start", at, wanted["start"])
            expect_equal(where, "base_sequence", entry["numbers"]["base_sequence"], wanted["base_sequence"])
            check_parts(where, entry, vector.data[at + 16 :], sums_are_right=True)
            at += 16 + entry["length"]
            expect_equal(where, "end", at, wanted["end"])
        whole += 1
    if not whole:
        raise Wrong("no vector of a file is whole")
    return whole


def check() -> str:
    """Every vector in both languages. Gives what to say of it."""
    with ThreadPoolExecutor(len(LANGUAGES)) as pool:
        counts = set(pool.map(lambda language: (check_frames(language), check_files(language)), LANGUAGES))
    if len(counts) != 1:
        raise Wrong(f"languages differ in how much they were put through: {counts}")
    (((accepted, rejected), files),) = counts
    return f"{accepted} frames and {files} files agree in {len(LANGUAGES)} languages, {rejected} faulty ones are no trouble"
