//! Frames with several faults: the first check in the order of errors.toml wins.

use super::base::{minimal, three};
use super::codecs::text;
use crate::frame::{Frame, Sum};
use crate::pieces::Edit as _;
use crate::suite::{Expect, Given, Suite, needs};
use crate::wire::{Field, Msg, Value, varint, zigzag};
use crate::zstd::simple;

const AREA: &str = "order";
const TWIN: &str = "three-records";

pub(crate) fn add(suite: &mut Suite) {
    neighbours(suite);
    all_from(suite);
    beginnings(suite);
    ends(suite);
    codecs(suite);
    earlier_in_the_bytes(suite);
    records(suite);
}

/// One fault: its code, what makes it, and where it is then.
struct Fault {
    code: &'static str,
    make: fn(&mut Frame, &mut Given),
    at: fn(&Frame) -> u64,
}

fn value(msg: &mut Msg, name: &str, index: usize, value: u64) {
    let Value::Packed(values) = &mut msg.field(name).value else { panic!("a column is packed") };
    values[index].0 = varint(value);
}

/// The faults that a frame of whole length with codec none can have at once, in order.
const FAULTS: [Fault; 26] = [
    Fault { code: "PRELUDE_CRC", make: |frame, _| frame.prelude_crc = Sum::Flipped(1), at: |_| 4 },
    Fault { code: "VERSION", make: |frame, _| frame.version = 9, at: |_| 1 },
    Fault { code: "CRITICAL_FLAG", make: |frame, _| frame.critical_flags = 4, at: |_| 2 },
    Fault { code: "SCHEMA", make: |frame, _| frame.schema = 9, at: |_| 27 },
    Fault { code: "CODEC", make: |frame, _| frame.codec = 9, at: |_| 26 },
    Fault { code: "METADATA_LEN", make: |frame, _| frame.metadata_len = Some(0), at: |_| 24 },
    Fault { code: "BODY_LEN", make: |frame, _| frame.body_len = Some(0), at: |_| 16 },
    Fault { code: "RAW_LEN", make: |frame, _| frame.raw_len = Some(0), at: |_| 20 },
    Fault { code: "COUNT", make: |frame, _| frame.record_count = 0, at: |_| 28 },
    Fault { code: "SEQUENCE_RANGE", make: |frame, _| frame.base_sequence = 0, at: |_| 48 },
    Fault { code: "IDENTITY", make: |frame, _| frame.lane = 1 << 31, at: |_| 60 },
    Fault { code: "LOCAL_LIMIT", make: |_, given| given.limits = vec![("max_frame_len", 64)], at: |_| 16 },
    Fault { code: "METADATA_CRC", make: |frame, _| frame.metadata_crc = Sum::Flipped(1), at: |_| 8 },
    Fault {
        code: "METADATA_WIRE",
        make: |frame, _| frame.metadata.push(super::wire::odd([0x07], [])),
        at: |frame| frame.at("metadata.odd"),
    },
    Fault {
        code: "METADATA_FIELD",
        make: |frame, _| frame.metadata.field("dropped_total").value = Value::Varint(vec![1]),
        at: |frame| frame.at("metadata.dropped_total"),
    },
    Fault { code: "TENANT_MISMATCH", make: |_, given| given.tenant = Some("beta"), at: |_| 64 },
    Fault { code: "BODY_CRC", make: |frame, _| frame.body_crc = Sum::Flipped(1), at: |_| 12 },
    Fault {
        code: "BODY_WIRE",
        make: |frame, _| frame.body.push(super::wire::odd([0x07], [])),
        at: |frame| frame.raw("odd"),
    },
    Fault {
        code: "STRING_TABLE",
        make: |frame, _| frame.body.insert_before("kind", Field::bytes("strings[6]", 1, *b"")),
        at: |frame| frame.raw("strings[6]"),
    },
    Fault {
        code: "COLUMN_LEN",
        make: |frame, _| frame.body.field("run_ref").value = Value::Packed(vec![(vec![3], 1)]),
        at: |frame| frame.raw("run_ref"),
    },
    Fault {
        code: "KIND_ZERO",
        make: |frame, _| value(&mut frame.body, "kind", 2, 0),
        at: |frame| frame.raw("kind[2]"),
    },
    Fault {
        code: "STRING_REF",
        make: |frame, _| value(&mut frame.body, "task_ref", 2, 99),
        at: |frame| frame.raw("task_ref[2]"),
    },
    Fault {
        code: "ID_TABLE",
        make: |frame, _| frame.body.field("span_ids").value = Value::Bytes(vec![1; 25], 1),
        at: |frame| frame.raw("span_ids"),
    },
    Fault {
        code: "ID_REF",
        make: |frame, _| value(&mut frame.body, "trace_ref", 2, 99),
        at: |frame| frame.raw("trace_ref[2]"),
    },
    Fault {
        code: "SEQUENCE_DELTA",
        make: |frame, _| value(&mut frame.body, "sequence_delta", 2, 99),
        at: |frame| frame.raw("sequence_delta[2]"),
    },
    Fault {
        code: "TIME_RANGE",
        make: |frame, _| value(&mut frame.body, "time_delta_us", 2, zigzag(-2_000_000)),
        at: |frame| frame.raw("time_delta_us[2]"),
    },
];

/// The last two, which do not fit the table above.
const LAST: [Fault; 2] = [
    Fault {
        code: "PARENT_RANGE",
        make: |frame, _| value(&mut frame.body, "parent_delta", 2, 99),
        at: |frame| frame.raw("parent_delta[2]"),
    },
    Fault {
        code: "PAYLOAD_LEN",
        make: |frame, _| value(&mut frame.body, "payload_len", 2, 99),
        at: |frame| frame.raw("payload_len"),
    },
];

fn faults() -> Vec<&'static Fault> {
    FAULTS.iter().chain(&LAST).collect()
}

fn slug(code: &str) -> String {
    code.to_lowercase().replace('_', "-")
}

fn with(suite: &mut Suite, id: &str, title: &str, requirements: &'static [&'static str], faults: &[&Fault]) {
    let mut given = Given::default();
    let mut frame = three();
    for fault in faults {
        (fault.make)(&mut frame, &mut given);
    }
    let first = faults[0];
    let expect = Expect::Reject((first.code, (first.at)(&frame)));
    suite.decode((AREA, id, title, requirements), Some(&frame.pieces()), &needs(&frame), given, expect, Some(TWIN));
}

/// Each two that follow one another.
fn neighbours(suite: &mut Suite) {
    for pair in faults().windows(2) {
        let id = format!("order-{}-{}", slug(pair[0].code), slug(pair[1].code));
        let title = format!("{} and {} in one frame", pair[0].code, pair[1].code);
        with(suite, &id, &title, &["ERR-001"], pair);
    }
}

/// Everything from a fault on: whatever is looked for too early is there.
fn all_from(suite: &mut Suite) {
    let faults = faults();
    for from in 0..faults.len() - 2 {
        let id = format!("order-all-from-{}", slug(faults[from].code));
        let title = format!("{} and every fault that comes after it", faults[from].code);
        with(suite, &id, &title, &["ERR-001", "ERR-002"], &faults[from..]);
    }
}

fn beginnings(suite: &mut Suite) {
    let frame = three();
    let bad = frame.with(|frame| frame.magic = 0);
    suite.reject_bytes(
        (AREA, "order-bad-magic-short-prelude", "BAD_MAGIC and SHORT_PRELUDE in one frame", &["ERR-001"]),
        &bad.pieces().cut(63),
        &[],
        ("BAD_MAGIC", 0),
        TWIN,
    );
    let one = bad.pieces().cut(1);
    suite.reject_bytes(
        (AREA, "order-bad-magic-one-byte", "One byte, and it is not the magic", &["ERR-001"]),
        &one,
        &[],
        ("BAD_MAGIC", 0),
        TWIN,
    );
    let crc = frame.with(|frame| (frame.prelude_crc, frame.magic) = (Sum::Flipped(1), 0));
    suite.reject(
        (AREA, "order-bad-magic-prelude-crc", "BAD_MAGIC and PRELUDE_CRC in one frame", &["ERR-001"]),
        &crc,
        ("BAD_MAGIC", 0),
        TWIN,
    );
    let short = frame.with(|frame| (frame.prelude_crc, frame.version) = (Sum::Flipped(1), 9));
    suite.reject_bytes(
        (AREA, "order-short-prelude-prelude-crc", "SHORT_PRELUDE and PRELUDE_CRC in one frame", &["ERR-001"]),
        &short.pieces().cut(63),
        &[],
        ("SHORT_PRELUDE", 63),
        TWIN,
    );
}

/// Faults of length, with those before and after them.
fn ends(suite: &mut Suite) {
    let frame = three();
    let cut = |frame: &Frame| frame.pieces().cut(frame.len() - 1);
    let more = |frame: &Frame| {
        let mut pieces = frame.pieces();
        pieces.push("", "one byte more", [0]);
        pieces
    };
    let local = Given { limits: vec![("max_records", 2)], tenant: None };
    let mut add = |id: &str, title: &str, bytes: &crate::pieces::Pieces, given: Given, code: (&'static str, u64)| {
        suite.decode((AREA, id, title, &["ERR-001"]), Some(bytes), &[], given, Expect::Reject(code), Some(TWIN));
    };
    let len = frame.len() as u64;
    add(
        "order-local-limit-truncated",
        "LOCAL_LIMIT and TRUNCATED in one frame",
        &cut(&frame),
        local.clone(),
        ("LOCAL_LIMIT", 28),
    );
    add(
        "order-local-limit-trailing",
        "LOCAL_LIMIT and TRAILING in one frame",
        &more(&frame),
        local.clone(),
        ("LOCAL_LIMIT", 28),
    );
    let identity = frame.with(|frame| frame.epoch = 0);
    add(
        "order-identity-local-limit-truncated",
        "IDENTITY, LOCAL_LIMIT and TRUNCATED in one frame",
        &cut(&identity),
        local,
        ("IDENTITY", 56),
    );
    add(
        "order-identity-truncated",
        "IDENTITY and TRUNCATED in one frame",
        &cut(&identity),
        Given::default(),
        ("IDENTITY", 56),
    );
    let crc = frame.with(|frame| frame.metadata_crc = Sum::Flipped(1));
    add(
        "order-truncated-metadata-crc",
        "TRUNCATED and METADATA_CRC in one frame",
        &cut(&crc),
        Given::default(),
        ("TRUNCATED", len - 1),
    );
    add(
        "order-trailing-metadata-crc",
        "TRAILING and METADATA_CRC in one frame",
        &more(&crc),
        Given::default(),
        ("TRAILING", len),
    );
    let body = frame.with(|frame| frame.body_crc = Sum::Flipped(1));
    add(
        "order-truncated-body-crc",
        "TRUNCATED and BODY_CRC in one frame",
        &cut(&body),
        Given::default(),
        ("TRUNCATED", len - 1),
    );
    add(
        "order-trailing-body-crc",
        "TRAILING and BODY_CRC in one frame",
        &more(&body),
        Given::default(),
        ("TRAILING", len),
    );
}

fn codecs(suite: &mut Suite) {
    let frame = text(64);
    let b = frame.body_at();
    let twin = "zst-single-segment";
    let reserved = simple(&frame).with(|zstd| zstd.bits |= 8);
    let crc = reserved.of(&frame).with(|frame| frame.body_crc = Sum::Flipped(1));
    suite.reject(
        (AREA, "order-body-crc-codec-profile", "BODY_CRC and CODEC_PROFILE in one frame", &["ERR-001"]),
        &crc,
        ("BODY_CRC", 12),
        twin,
    );
    let short = reserved.with(|zstd| zstd.blocks[1].size = 63);
    suite.reject(
        (AREA, "order-codec-profile-decompress", "CODEC_PROFILE and DECOMPRESS in one frame", &["ERR-001"]),
        &short.of(&frame),
        ("CODEC_PROFILE", b + 4),
        twin,
    );
    let group = simple(&frame).with(|zstd| zstd.blocks[0].bytes[0] = 0x13);
    let short = group.with(|zstd| zstd.blocks[1].size = 63).summed();
    suite.reject(
        (AREA, "order-decompress-body-wire", "DECOMPRESS and BODY_WIRE in one frame, codec zstd", &["ERR-001"]),
        &short.of(&frame),
        ("DECOMPRESS", b),
        twin,
    );
    let wrong = simple(&frame).with(|zstd| zstd.checksum[0] ^= 1);
    let of = wrong.with(|zstd| zstd.after = vec![0]).of(&frame);
    suite.reject(
        (
            AREA,
            "order-codec-profile-checksum",
            "CODEC_PROFILE after the checksum and DECOMPRESS for the checksum",
            &["ERR-001", "ZST-015", "ZST-017"],
        ),
        &of,
        ("CODEC_PROFILE", of.at("zstd.after")),
        twin,
    );
    suite.reject(
        (
            AREA,
            "order-checksum-body-wire",
            "DECOMPRESS for the checksum at the end and BODY_WIRE at the beginning",
            &["ERR-001", "ERR-002", "ZST-017"],
        ),
        &wrong.with(|zstd| zstd.blocks[0].bytes[0] = 0x13).of(&frame),
        ("DECOMPRESS", b),
        twin,
    );
    let group = group.summed();
    suite.reject(
        (AREA, "order-body-wire-checksum-right", "BODY_WIRE behind a checksum that is right", &["ERR-001", "ZST-017"]),
        &group.of(&frame),
        ("BODY_WIRE", 0),
        twin,
    );
    let of = group.with(|zstd| zstd.after = vec![0]).of(&frame);
    suite.reject(
        (
            AREA,
            "order-codec-profile-body-wire",
            "CODEC_PROFILE at the end of the stored body and BODY_WIRE at its beginning",
            &["ERR-001", "ERR-002"],
        ),
        &of,
        ("CODEC_PROFILE", of.at("zstd.after")),
        twin,
    );
    let first = crate::lz4::simple(&frame, 5);
    let twin = "lz4-one-match";
    let mut wire = first.with(|block| block.sequences[0].copy = Some((1, 57)));
    wire.sequences[0].literals[0] = 0x13;
    suite.reject(
        (AREA, "order-decompress-body-wire-lz4", "DECOMPRESS and BODY_WIRE in one frame, codec lz4", &["ERR-001"]),
        &wire.of(&frame),
        ("DECOMPRESS", b),
        twin,
    );
    let profile = wire.with(|block| block.sequences[1].low = 1);
    let of = profile.of(&frame);
    suite.reject(
        (
            AREA,
            "order-codec-profile-decompress-lz4",
            "CODEC_PROFILE and DECOMPRESS in one frame, codec lz4",
            &["ERR-001"],
        ),
        &of,
        ("CODEC_PROFILE", of.at("seq[1]")),
        twin,
    );
}

/// The fault that comes later in the order stands earlier in the bytes.
fn earlier_in_the_bytes(suite: &mut Suite) {
    let mut add = |id: &str, title: &str, frame: &Frame, code: &'static str, at: u64| {
        suite.reject((AREA, id, title, &["ERR-002", "ERR-001"]), frame, (code, at), TWIN);
    };
    let frame = three().with(|frame| (frame.codec, frame.body_len) = (9, Some(0)));
    add("earlier-body-len-than-codec", "BODY_LEN at 16 stands before CODEC at 26", &frame, "CODEC", 26);
    let frame = three().with(|frame| (frame.schema, frame.raw_len) = (9, Some(0)));
    add("earlier-raw-len-than-schema", "RAW_LEN at 20 stands before SCHEMA at 27", &frame, "SCHEMA", 27);
    let frame = three().with(|frame| (frame.metadata_len, frame.body_len) = (Some(0), Some(0)));
    add(
        "earlier-body-len-than-metadata-len",
        "BODY_LEN at 16 stands before METADATA_LEN at 24",
        &frame,
        "METADATA_LEN",
        24,
    );
    let frame = three().with(|frame| (frame.producer_id, frame.base_sequence) = ([0; 16], 0));
    add(
        "earlier-identity-than-sequence-range",
        "IDENTITY at 32 stands before SEQUENCE_RANGE at 48",
        &frame,
        "SEQUENCE_RANGE",
        48,
    );
    let frame = three().with(|frame| (frame.producer_id, frame.epoch, frame.lane) = ([0; 16], 0, 1 << 31));
    add("order-within-identity", "producer_id, epoch and lane out of their ranges", &frame, "IDENTITY", 32);
    let frame = three().with(|frame| (frame.epoch, frame.lane) = (0, 1 << 31));
    add("order-epoch-before-lane", "epoch and lane out of their ranges", &frame, "IDENTITY", 56);
    let frame = three().with(|frame| {
        frame.metadata.field("tenant").value = Value::Bytes(vec![], 1);
        frame.metadata.push(super::wire::odd([0x07], []));
    });
    add(
        "earlier-tenant-than-wire",
        "An empty tenant stands before a field of wire type 7",
        &frame,
        "METADATA_WIRE",
        frame.at("metadata.odd"),
    );
    let frame = three().with(|frame| {
        frame.metadata.field("drop_reason_count").value = Value::Packed(vec![(vec![9], 1)]);
        let total = frame.metadata.take("dropped_total");
        frame.metadata.0.insert(0, Field { value: Value::Varint(vec![0]), ..total });
    });
    add(
        "earlier-total-than-sum",
        "A dropped_total that is too low stands before counts with a wrong sum",
        &frame,
        "METADATA_FIELD",
        frame.at("metadata.drop_reason_count"),
    );
    let frame = three().with(|frame| {
        frame.body.field("strings[0]").value = Value::Bytes(vec![], 1);
        frame.body.push(super::wire::odd([0x00], [1]));
    });
    add("earlier-string-than-wire", "An empty string stands before a field 0", &frame, "BODY_WIRE", frame.raw("odd"));
    let frame = three().with(|frame| {
        let string = frame.body.take("strings[5]");
        frame.body.push(Field { value: Value::Bytes(vec![], 1), ..string });
        frame.body.field("node_ref").value = Value::Packed(vec![(vec![2], 1)]);
    });
    add(
        "earlier-column-than-string",
        "A short column stands before an empty string",
        &frame,
        "STRING_TABLE",
        frame.raw("strings[5]"),
    );
    let frame = three().with(|frame| {
        value(&mut frame.body, "kind", 0, 0);
        frame.body.field("payload_len").value = Value::Packed(vec![(vec![2], 1), (vec![14], 1)]);
    });
    add(
        "earlier-kind-than-column",
        "A kind of 0 stands before a short column",
        &frame,
        "COLUMN_LEN",
        frame.raw("payload_len"),
    );
    let frame = three().with(|frame| {
        value(&mut frame.body, "thread_ref", 0, 99);
        let kind = frame.body.take("kind");
        frame.body.push(kind);
        value(&mut frame.body, "kind", 2, 0);
    });
    add(
        "earlier-ref-than-kind",
        "A ref past the table stands before a kind of 0",
        &frame,
        "KIND_ZERO",
        frame.raw("kind[2]"),
    );
    let frame = three().with(|frame| {
        frame.body.field("trace_ids").value = Value::Bytes(vec![1; 31], 1);
        let ids = frame.body.take("trace_ids");
        frame.body.insert_before("kind", ids);
        value(&mut frame.body, "task_ref", 2, 99);
    });
    add(
        "earlier-table-than-ref",
        "A trace_ids of 31 bytes stands before a ref past the string table",
        &frame,
        "STRING_REF",
        frame.raw("task_ref[2]"),
    );
    let frame = three().with(|frame| {
        value(&mut frame.body, "trace_ref", 0, 99);
        frame.body.field("span_ids").value = Value::Bytes(vec![0; 24], 1);
    });
    add(
        "earlier-id-ref-than-table",
        "A trace_ref past its table stands before a span id that is all zero",
        &frame,
        "ID_TABLE",
        frame.raw("span_ids"),
    );
    let frame = three().with(|frame| {
        value(&mut frame.body, "sequence_delta", 0, 0);
        value(&mut frame.body, "span_ref", 2, 99);
    });
    add(
        "earlier-sequence-than-id-ref",
        "A sequence_delta of 0 stands before a span_ref past its table",
        &frame,
        "ID_REF",
        frame.raw("span_ref[2]"),
    );
    let frame = three().with(|frame| {
        value(&mut frame.body, "time_delta_us", 0, zigzag(-2_000_000));
        value(&mut frame.body, "sequence_delta", 2, 0);
    });
    add(
        "earlier-time-than-sequence",
        "A time below 0 stands before a sequence_delta of 0",
        &frame,
        "SEQUENCE_DELTA",
        frame.raw("sequence_delta[2]"),
    );
    let frame = three().with(|frame| {
        let parents = frame.body.take("parent_delta");
        frame.body.insert_before("time_delta_us", parents);
        value(&mut frame.body, "parent_delta", 1, 99);
        value(&mut frame.body, "time_delta_us", 2, zigzag(-2_000_000));
    });
    add(
        "earlier-parent-than-time",
        "A parent below 1 stands before a time below 0",
        &frame,
        "TIME_RANGE",
        frame.raw("time_delta_us[2]"),
    );
    let frame = three().with(|frame| {
        let lens = frame.body.take("payload_len");
        frame.body.insert_before("kind", lens);
        value(&mut frame.body, "payload_len", 0, 99);
        value(&mut frame.body, "parent_delta", 2, 99);
    });
    add(
        "earlier-payload-len-than-parent",
        "Payload lengths with a wrong sum stand before a parent below 1",
        &frame,
        "PARENT_RANGE",
        frame.raw("parent_delta[2]"),
    );
}

/// A record's fault never comes before a frame's.
fn records(suite: &mut Suite) {
    let frame = three().with(|frame| {
        value(&mut frame.body, "kind", 0, 46);
        value(&mut frame.body, "payload_len", 2, 99);
    });
    suite.reject(
        (
            AREA,
            "order-frame-before-record",
            "An unknown even kind, and payload lengths with a wrong sum",
            &["ERR-001", "FRM-008"],
        ),
        &frame,
        ("PAYLOAD_LEN", frame.raw("payload_len")),
        TWIN,
    );
    let frame = minimal().with(|frame| {
        value(&mut frame.body, "kind", 0, 46);
        frame.body_crc = Sum::Flipped(1);
    });
    suite.reject(
        (AREA, "order-body-crc-before-record", "An unknown even kind in a body whose CRC is wrong", &["ERR-001"]),
        &frame,
        ("BODY_CRC", 12),
        "minimal",
    );
}
