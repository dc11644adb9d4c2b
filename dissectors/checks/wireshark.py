"""The dissector for Wireshark, in tshark, against the vectors."""

import json
import random
import re
import struct
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from crc32c import crc32c

from . import kafka, pcap
from .tshark import LUA, MADE, packets, run
from .vectors import ROOT, Vector, Wrong, expect_equal, load

SEED = 1
FRAME_MUTANTS, FILE_MUTANTS = 4000, 1000
# What is not looked at: compressed bodies, and what a caller says (README.md).
UNSEEN = {"CODEC_PROFILE", "DECOMPRESS", "LOCAL_LIMIT", "TENANT_MISMATCH"}
# Records that are shown of a frame unless a preference says otherwise.
SHOWN = 1000
SYNC_MARKER = bytes(range(1, 17))
FILE_HEADER = b"\xbeDSF\r\n\x1a\n" + SYNC_MARKER + struct.pack("<I", crc32c(SYNC_MARKER))

HEADER = ["version", "critical_flags", "ancillary_flags", "body_len", "raw_len", "metadata_len", "codec", "schema", "record_count",
          "drop_count", "producer_id", "base_sequence", "epoch", "lane"]
CRCS = [f"{part}_crc.status" for part in ("prelude", "metadata", "body")]
TEXTS = ["tenant", "boot_nonce", "base_time_us", "trace_id", "dropped_total", "drop_reason", "drop_reason_count"]
RECORDS = ["sequence", "kind", "time_us", "thread", "node", "run", "task", "parent", "span_id", "payload_len"]
ERRORS = ["error", "error.offset", "error.rule"]
NAMES = [f"dashstream.{name}" for name in [*ERRORS, *HEADER, *CRCS, *TEXTS, "base_time", *(f"record.{name}" for name in RECORDS)]]
EXPERT = "_ws.expert.message"
MESSAGE = "protobuf.message.name"


def of(packet: dict, name: str) -> list[str]:
    return packet[f"dashstream.{name}"]


# ------------------------------------------------------------------------------------------------------- one frame


def check_header(where: str, packet: dict, header: dict) -> None:
    for name in HEADER:
        (value,) = of(packet, name)
        expect_equal(where, name, value if name == "producer_id" else int(value, 0), header[name] if name == "producer_id" else int(header[name]))


def shown(text: str) -> bool:
    """Whether tshark prints a text as it is: it escapes what is not printed, and backslashes."""
    return text.isprintable() and text.isascii() and "\\" not in text and '"' not in text


def check_metadata(where: str, packet: dict, metadata: dict) -> None:
    for name in TEXTS:
        value = metadata.get(name, [])
        wanted = [str(item) for item in value] if isinstance(value, list) else [value]
        found = of(packet, name)
        if name in ("base_time_us", "dropped_total"):
            found = [item for item in found if item != "0"]
        if all(map(shown, wanted)):
            expect_equal(where, name, found, wanted)
    if of(packet, "base_time"):
        time = datetime(1970, 1, 1) + timedelta(microseconds=int(metadata.get("base_time_us", 0)))
        wanted = f"{time:%b} {time.day:2}, {time:%Y %H:%M:%S}.{time.microsecond * 1000:09} UTC"
        expect_equal(where, "base_time", of(packet, "base_time"), [wanted])
    elif "base_time_us" in metadata:
        raise Wrong(f"{where}: base_time is missing")


def check_records(where: str, packet: dict, content: dict) -> None:
    if content["header"]["codec"] != 0:
        expect_equal(where, "records of a compressed body", of(packet, "record.sequence"), [])
        return
    records = content.get("records")
    if not isinstance(records, list):
        expect_equal(where, "first record", of(packet, "record.sequence")[0], content["first"]["sequence"])
        if records <= SHOWN:
            expect_equal(where, "last record", of(packet, "record.sequence")[-1], content["last"]["sequence"])
        expect_equal(where, "number of records", len(of(packet, "record.kind")), min(records, SHOWN))
        return
    for name in RECORDS[:-1]:
        wanted = [str(record[name]) for record in records[:SHOWN] if name in record]
        if all(map(shown, wanted)):
            expect_equal(where, name, of(packet, f"record.{name}"), wanted)
    lengths = of(packet, "record.payload_len")
    for length, record in zip(lengths, records[:SHOWN], strict=True):
        if "opaque" in record:
            expect_equal(where, "payload_len", int(length) * 2, len(record["opaque"]))


def check_accepted(where: str, packet: dict, vector: Vector) -> None:
    content = vector.content
    records = content["records"] if isinstance(content["records"], list) else []
    # Of what is in payloads only REC-024 is judged, and nothing in bodies that are compressed.
    judged = {"UNKNOWN_CRITICAL_KIND"} | ({"PAYLOAD"} if "REC-024" in vector.requirements else set())
    wanted = [record["error"] for record in records[:SHOWN] if record.get("error", {}).get("code") in judged]
    if content["header"]["codec"] != 0:
        wanted = []
    expect_equal(where, "errors", of(packet, "error"), [error["code"] for error in wanted])
    expect_equal(where, "offsets of errors", of(packet, "error.offset"), [str(error["offset"]) for error in wanted])
    check_header(where, packet, content["header"])
    for name in CRCS:
        expect_equal(where, name, of(packet, name), ["1"])
    check_metadata(where, packet, content["metadata"])
    check_records(where, packet, content)


def is_seen(vector: Vector) -> bool:
    """Whether the fault is one that the dissector looks for."""
    codec = vector.data[26] if len(vector.data) > 26 else 0
    in_body = vector.code in {"BODY_WIRE", "STRING_TABLE", "COLUMN_LEN", "KIND_ZERO", "STRING_REF", "ID_TABLE", "ID_REF",
                              "SEQUENCE_DELTA", "TIME_RANGE", "PARENT_RANGE", "PAYLOAD_LEN"}
    return vector.code not in UNSEEN and not (in_body and codec != 0)


def check_rejected(where: str, packet: dict, vector: Vector) -> None:
    expect_equal(where, "code", of(packet, "error")[:1], [vector.code])
    expect_equal(where, "offset", of(packet, "error.offset")[0], str(vector.expect["error"]["offset"]))
    if vector.code.endswith("_CRC"):
        expect_equal(where, "status", of(packet, f"{vector.code.lower()}.status"), ["0"])
    rule = of(packet, "error.rule")[0]
    # Vectors of the order of the checks name that alone.
    if not any(name.startswith("ERR-") for name in vector.requirements) and rule not in vector.requirements:
        raise Wrong(f"{where}: the rule is {rule}, and not of {vector.requirements}")
    (said,) = packet[EXPERT][:1]
    wanted = f"{vector.code} at {vector.expect['error']['offset']} ({rule})"
    if not said.startswith(f"CRC mismatch: {wanted}" if vector.code.endswith("_CRC") else wanted):
        raise Wrong(f"{where}: the expert says {said}")


def check_packet(where: str, packet: dict, vector: Vector) -> bool:
    """Gives whether the packet is one whose verdict is that of the vector."""
    if vector.class_ != "invalid":
        check_accepted(where, packet, vector)
    elif is_seen(vector):
        check_rejected(where, packet, vector)
    else:
        return False
    return True


# --------------------------------------------------------------------------------------------------------- the parts


def mutant(data: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, cut or put in; half of them with right checksums, so that what is behind these is reached."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(out) + 1)
        match chance.randrange(4):
            case 0:
                del out[at : at + chance.randint(1, 8)]
            case 1:
                out[at:at] = chance.randbytes(chance.randint(1, 8))
            case 2:
                out[at : at + 1] = bytes([chance.choice([0, 1, 0x7F, 0x80, 0xFF])])
            case _:
                out[at : at + 1] = chance.randbytes(1)
    if chance.random() < 0.5 and len(out) >= 64:
        body = 64 + struct.unpack_from("<H", out, 24)[0]
        struct.pack_into("<I", out, 8, crc32c(bytes(out[64:body])))
        struct.pack_into("<I", out, 12, crc32c(bytes(out[body : body + struct.unpack_from("<I", out, 16)[0]])))
        struct.pack_into("<I", out, 4, crc32c(bytes(out[:4] + out[8:64])))
    return bytes(out)


def small(vectors: list[Vector], largest: int) -> list[Vector]:
    return [vector for vector in vectors if len(vector.data) <= largest]


def check_frames() -> tuple[int, int]:
    """Each vector as an exported PDU, and mutants behind them."""
    vectors = small(load("decode"), pcap.LARGEST_PACKET - 100)
    chance = random.Random(SEED)
    parents = small(vectors, 1000)
    mutants = [mutant(chance.choice(parents).data, chance) for _ in range(FRAME_MUTANTS)]
    file = MADE / "frames.pcap"
    pcap.write(file, pcap.WIRESHARK_UPPER_PDU, map(pcap.exported, [*(v.data for v in vectors), *mutants]))
    found = packets(file, [*NAMES, EXPERT])
    expect_equal("frames", "number of packets", len(found), len(vectors) + len(mutants))
    agree = sum(check_packet(f"tshark, {vector.id}", packet, vector) for packet, vector in zip(found, vectors, strict=False))
    return agree, len(mutants)


def check_filter() -> int:
    """Fields filter: the accepted vectors that begin at 10."""
    vectors = small(load("decode"), 2000)
    file = MADE / "filter.pcap"
    pcap.write(file, pcap.WIRESHARK_UPPER_PDU, (pcap.exported(v.data) for v in vectors))
    wanted = sum(len(v.data) >= 64 and v.data[0] == 0xBE and v.data[48:56] == struct.pack("<Q", 10) for v in vectors)
    found = packets(file, NAMES, "-Y", "dashstream.base_sequence == 10")
    expect_equal("dashstream.base_sequence == 10", "number of packets", len(found), wanted)
    return wanted


def check_payloads() -> int:
    """Payloads go to the dissector of Protobuf where that is wanted, each with the name of its message."""
    (vector,) = (vector for vector in load("decode") if vector.id == "three-records")
    file = MADE / "payloads.pcap"
    pcap.write(file, pcap.WIRESHARK_UPPER_PDU, [pcap.exported(vector.data)])
    paths = f'uat:protobuf_search_paths:"{ROOT / "proto/proto"}","TRUE"'
    (packet,) = packets(file, [MESSAGE], "-o", "dashstream.payloads:TRUE", "-o", paths)
    expect_equal("tshark, payloads", "messages", packet[MESSAGE], [f"dashstream.v1.{name}" for name in ("NodeStart", "TokenChunk", "NodeEnd")])
    return len(packet[MESSAGE])


def ranges_of(vector: Vector) -> str:
    """What files_test.lua has to print of a file."""
    if vector.class_ == "invalid":
        return "refused"
    accepted = [(entry["start"], entry["end"], "") for entry in vector.expect["accepted"]]
    skipped = [(range_["start"], range_["end"], range_["code"]) for range_ in vector.expect["skipped"]]
    return " ".join(f"{first}:{last}:{code}" for first, last, code in sorted(accepted + skipped))


def across_chunks() -> list[tuple[bytes, str]]:
    """Files in which the next candidate stands around the end of the 65,536 bytes that are looked at in one go; with what is found."""
    (data,) = (vector.data for vector in load("decode") if vector.id == "three-records")
    entry = SYNC_MARKER + data
    made = []
    for garbage in range(65_536 - 100, 65_536 + 20, 7):
        first, behind = len(FILE_HEADER) + len(entry), len(FILE_HEADER) + len(entry) + garbage
        found = f"0:28:{first}: 2:{first}:{behind}:%s 0:{behind}:{behind + len(entry)}:"
        rest = entry + bytes(garbage) + entry
        made.append((FILE_HEADER + rest, found % "FILE_MARKER"))
        without_marker = FILE_HEADER[:24] + bytes(4)
        made.append((without_marker + rest, "2:8:28:FILE_MARKER " + found % "BAD_MAGIC"))
    return made


def check_file_reader() -> tuple[int, int]:
    """The reader of files, on every vector of files and on mutants of them, in one tshark."""
    vectors = load("file")
    large = across_chunks()
    chance = random.Random(SEED)
    parents = [vector for vector in small(vectors, 2000) if vector.data]
    inputs = [*(v.data for v in vectors), *(data for data, _ in large), *(mutant(chance.choice(parents).data, chance) for _ in range(FILE_MUTANTS))]
    (MADE / "files.bin").write_bytes(b"".join(struct.pack(">I", len(data)) + data for data in inputs))
    (MADE / "one.dsf").write_bytes(FILE_HEADER)
    run("-r", MADE / "one.dsf", script=LUA.with_name("files_test.lua"), DASHSTREAM_LUA=LUA, DASHSTREAM_INPUTS=MADE / "files.bin",
        DASHSTREAM_ANSWERS=MADE / "files.txt")
    answers = (MADE / "files.txt").read_text().splitlines()
    expect_equal("files", "number of answers", len(answers), len(inputs))
    agree = 0
    for vector, answer in zip(vectors, answers, strict=False):
        wanted = ranges_of(vector)
        if UNSEEN & set(re.findall("[A-Z_]+", wanted)):
            continue
        found = " ".join(packet.split(":", 1)[1] for packet in answer.split()) if answer != "refused" else answer
        expect_equal(f"tshark, {vector.id}", "packets", found, wanted)
        agree += 1
    for (_, wanted), answer in zip(large, answers[len(vectors) :], strict=False):
        expect_equal("tshark, a candidate across chunks", "packets", answer, wanted)
        agree += 1
    return agree, FILE_MUTANTS


def check_file() -> int:
    """A real file: frames too large for other captures, a damaged one, and the time of the packets."""
    by_id = {vector.id: vector for vector in load("decode")}
    chosen = [by_id[name] for name in ("three-records", "body-007-trace-ids-65535", "frm-007-crc-lowest-bit", "pre-012-body-len-8388608",
                                       "realistic-zstd-level-1")]
    file = MADE / "frames.dsf"
    file.write_bytes(FILE_HEADER + b"".join(SYNC_MARKER + vector.data for vector in chosen))
    found = packets(file, [*NAMES, EXPERT, "dashstream.file.offset", "frame.time_epoch"])
    expect_equal("frames.dsf", "number of packets", len(found), len(chosen))
    at = len(FILE_HEADER)
    for packet, vector in zip(found, chosen, strict=True):
        where = f"tshark, {vector.id} in a file"
        expect_equal(where, "offset", of(packet, "file.offset"), [str(at)])
        check_packet(where, packet, vector)
        at += 16 + len(vector.data)
    # base_time_us of three-records is 1,000,000.
    expect_equal("frames.dsf", "time", float(found[0]["frame.time_epoch"][0]), 1.0)
    return len(found)


# --------------------------------------------------------------------------------------------------------------- Kafka


def kafka_streams(chosen: list[Vector]) -> list[bytes]:
    """Frames in Produce requests of the old form and of the new, in one that is compressed, and in a Fetch response."""
    values = [vector.data for vector in chosen]
    others = [b'{"not": "a frame"}', b"", None]
    old = pcap.Stream(9092, 40001, segment=700)
    for number, value in enumerate(values):
        old.send(0, kafka.produce(8, number, "agents", kafka.batch([value, *others])))
    old.send(0, kafka.produce(8, 1000, "agents", kafka.batch(values, compressed=True)))
    new = pcap.Stream(9092, 40002, segment=1400)
    for number, value in enumerate(values):
        new.send(0, kafka.produce(9, number, "agents", kafka.batch([value, *others])))
    fetching = pcap.Stream(9092, 40003, segment=1400)
    fetching.send(0, kafka.fetch(7, "agents"))
    fetching.send(1, kafka.fetched(7, "agents", kafka.batch(values)))
    return old.packets + new.packets + fetching.packets


def sequences(found: list[dict]) -> list[str]:
    return [value for packet in found for value in of(packet, "base_sequence")]


def check_kafka() -> int:
    """All accepted vectors of a size, and one that takes thousands of segments, in streams that are made here."""
    vectors = [v for v in load("decode") if v.class_ != "invalid"]
    chosen = small(vectors, 1500)[::4] + [v for v in vectors if v.id == "body-007-trace-ids-65535"]
    file = MADE / "kafka.pcap"
    pcap.write(file, pcap.ETHERNET, kafka_streams(chosen))
    found = packets(file, [*NAMES, EXPERT], "-Y", "dashstream")
    one_by_one = [packet for packet in found if len(of(packet, "version")) == 1]
    expect_equal("Kafka", "messages with one frame", len(one_by_one), 2 * len(chosen))
    for number, packet in enumerate(one_by_one):
        vector = chosen[number % len(chosen)]
        expert = [said for said in packet[EXPERT] if "at" in said and vector.code]
        check_packet(f"tshark, {vector.id} in Kafka", {**packet, EXPERT: expert}, vector)
    wanted = [v.content["header"]["base_sequence"] for v in chosen]
    together = [packet for packet in found if len(of(packet, "version")) > 1]
    expect_equal("Kafka", "a compressed request and a response", len(together), 2)
    for packet in together:
        expect_equal("Kafka", "base_sequence of the frames of one message", of(packet, "base_sequence"), wanted)
        expect_equal("Kafka", "CRCs of the frames of one message", set(of(packet, "body_crc.status")), {"1"})
    return len(sequences(found))


def check_capture() -> int:
    """What a broker, a producer and a consumer said to each other (the program `capture` has made it)."""
    said = json.loads(LUA.with_name("kafka.json").read_text())
    by_id = {vector.id: vector for vector in load("decode")}
    chosen = [by_id[name] for name in said["vectors"]]
    found = packets(LUA.with_name("kafka.pcap"), [*NAMES, EXPERT], "-d", f"tcp.port=={said['port']},kafka", "-Y", "dashstream")
    wanted = [vector.content["header"]["base_sequence"] for vector in chosen]
    # Produced one by one, then fetched together.
    expect_equal("kafka.pcap", "base_sequence", sequences(found), wanted + wanted)
    for packet, vector in zip(found, chosen, strict=False):
        check_packet(f"tshark, {vector.id} in kafka.pcap", packet, vector)
    return len(wanted) * 2


# ---------------------------------------------------------------------------------------------------------- the source


def messages_of(text: str, pattern: str, field: str) -> dict[str, list]:
    return {name: re.findall(field, body) for name, body in re.findall(pattern, text, re.S)}


def check_schemas() -> None:
    """SCHEMAS of the dissector are those of proto/."""
    lua = messages_of(LUA.read_text(), r"\nSCHEMAS\.(\w+) = \{\n(.*?)\n\}", r'\{ name = "(\w+)", type = "(\w+)"(, repeated = true)? \}')
    proto = {}
    for name in ("metadata", "body"):
        text = (ROOT / "proto/proto/dashstream/v1" / f"{name}.proto").read_text()
        proto |= messages_of(text, r"\nmessage (\w+) \{\n(.*?)\n\}", r"\n  (repeated )?(\w+) (\w+) = (\d+);")
    expect_equal("dashstream.lua", "messages", set(lua), set(proto))
    for message, fields in proto.items():
        expect_equal(message, "numbers", [int(number) for *_, number in fields], list(range(1, len(fields) + 1)))
        wanted = [(name, type_, bool(repeated)) for repeated, type_, name, _ in fields]
        expect_equal(message, "fields", [(name, type_, bool(repeated)) for name, type_, repeated in lua[message]], wanted)


PARTS = (check_frames, check_file_reader, check_kafka, check_file, check_capture, check_filter, check_payloads)


def check() -> str:
    """Everything. Gives what to say of it."""
    MADE.mkdir(parents=True, exist_ok=True)
    check_schemas()
    version = subprocess.run(["tshark", "--version"], capture_output=True, text=True, check=True).stdout.split("\n")[0]
    with ThreadPoolExecutor(2) as pool:
        parts = [pool.submit(part) for part in PARTS]
        (frames, frame_mutants), (files, file_mutants), in_kafka, in_file, captured, filtered, payloads = [part.result() for part in parts]
    print(f"{version}: {frames} vectors as frames, {files} files, {in_kafka} frames in Kafka, {in_file} in a file, {captured} in a capture of "
          f"a broker, {filtered} filtered, {payloads} payloads; no error of Lua on {frame_mutants} mutants of frames and {file_mutants} of files")
    return f"{frames + in_kafka + in_file + captured} packets and {files} files agree in tshark"
