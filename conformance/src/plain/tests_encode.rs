//! What the writer makes of the JSON form, and the testee around it.

use super::Plain;
use super::bytes::{base64, unbase64};
use super::encode::Options;
use super::gate::Mutation;
use super::prelude::Limits;
use super::testee;
use super::testing::made;
use serde_json::{Value as Json, json};

fn content() -> Json {
    json!({
        "header": {"producer_id": "07".repeat(16), "base_sequence": "5", "epoch": 1},
        "metadata": {"tenant": "a", "boot_nonce": "0102030405060708", "base_time_us": "10"},
        "records": [
            {"kind": 11, "time_us": "12", "thread": "t", "payload": {"request": "r", "text": "hi"}},
            {"kind": 21, "time_us": "11", "parent": "5", "payload": {
                "int_name": ["n"], "int_value": ["-9"],
                "float_name": ["n", "r"], "float_value": [-0.0, "NaN"],
            }},
            {"kind": 101, "time_us": "11", "sequence": "7", "span_id": "11".repeat(8), "opaque": "ff"},
        ],
    })
}

fn write(plain: Plain, content: &Json, options: Options) -> Result<Vec<u8>, &'static str> {
    plain.encode(content, options).map_err(|fault| fault.code)
}

fn refused(change: impl FnOnce(&mut Json)) -> Option<&'static str> {
    let mut content = content();
    change(&mut content);
    write(Plain::new(), &content, Options::default()).err()
}

fn read(frame: &[u8]) -> Json {
    Plain::new().decode(Some(frame), Limits::default(), None).unwrap()
}

#[test]
fn what_is_written_is_read() {
    let frame = write(Plain::new(), &content(), Options::default()).unwrap();
    let form = read(&frame);
    let again = write(Plain::new(), &form, Options::default()).unwrap();
    assert_eq!(again, frame);
    assert_eq!(form["records"][0]["payload"], json!({"request": "r", "text": "hi"}));
    assert_eq!(form["records"][1]["payload"]["float_value"][1], json!("NaN"));
    assert_eq!(form["records"][1]["parent"], json!("5"));
    assert_eq!(form["records"][2]["opaque"], json!("ff"));
    assert_eq!(Plain::new().lints(&frame), Ok(vec![]));
}

#[test]
fn the_codec_is_chosen_by_size() {
    let mut long = content();
    long["records"][0]["payload"]["text"] = json!("hello ".repeat(200));
    for codec in [1, 2] {
        let options = Options { codec, level: Some(1), threshold: None };
        let frame = write(Plain::new(), &long, options).unwrap();
        assert_eq!(read(&frame)["header"]["codec"], json!(codec));
        let high = Options { threshold: Some(100_000), ..options };
        let frame = write(Plain::new(), &long, high).unwrap();
        assert_eq!(read(&frame)["header"]["codec"], json!(0));
        let frame = write(Plain::with(Mutation::Strict("COD-005")), &long, high).unwrap();
        assert_eq!(read(&frame)["header"]["codec"], json!(codec));
        let mut short = content();
        short["records"] = json!([{"kind": 101, "time_us": "1", "opaque": "00"}]);
        let frame = write(Plain::new(), &short, options).unwrap();
        assert_eq!(read(&frame)["header"]["codec"], json!(0));
    }
}

#[test]
fn levels_have_ranges() {
    let level = |codec, level| {
        let options = Options { codec, level: Some(level), threshold: None };
        write(Plain::new(), &content(), options).err()
    };
    assert_eq!((level(1, 0), level(1, 1), level(1, 22)), (Some("LEVEL"), None, None));
    assert_eq!((level(1, 23), level(2, 1), level(2, 2)), (Some("LEVEL"), None, Some("LEVEL")));
    assert_eq!(level(3, 1), Some("CODEC"));
}

#[test]
fn what_has_no_place_is_refused() {
    assert_eq!(refused(|_| {}), None);
    assert_eq!(refused(|c| c["records"] = json!([])), Some("COUNT"));
    assert_eq!(refused(|c| c["metadata"]["tenant"] = json!("")), Some("METADATA_FIELD"));
    assert_eq!(refused(|c| c["metadata"]["tenant"] = json!(1)), Some("INPUT"));
    assert_eq!(refused(|c| c["metadata"]["drop_reason_count"] = json!([65_536])), Some("METADATA_FIELD"));
    assert_eq!(refused(|c| c["metadata"]["other"] = json!(1)), Some("INPUT"));
    assert_eq!(refused(|c| c["metadata"]["base_time_us"] = json!("18446744073709551615")), Some("METADATA_WIRE"));
    assert_eq!(refused(|c| c["other"] = json!(1)), Some("INPUT"));
    assert_eq!(refused(|c| c["header"]["other"] = json!(1)), Some("INPUT"));
    assert_eq!(refused(|c| c["header"]["version"] = json!("one")), None);
    assert_eq!(refused(|c| c["records"][0]["other"] = json!(1)), Some("INPUT"));
    assert_eq!(refused(|c| c["header"]["epoch"] = json!(0)), Some("IDENTITY"));
    assert_eq!(refused(|c| c["header"]["producer_id"] = json!("07")), Some("INPUT"));
    let zero = |c: &mut Json| {
        c["header"]["base_sequence"] = json!("0");
        c["records"] = json!([{"kind": 1, "time_us": "1", "payload": {}}]);
    };
    assert_eq!(refused(zero), Some("SEQUENCE_RANGE"));
    assert_eq!(refused(|c| c["records"][1]["sequence"] = json!("5")), Some("INPUT"));
    assert_eq!(refused(|c| c["records"][2]["sequence"] = json!("8")), Some("SEQUENCE_DELTA"));
    assert_eq!(refused(|c| c["records"][1]["time_us"] = json!("-1")), Some("INPUT"));
    assert_eq!(refused(|c| c["records"][1]["time_us"] = json!("-0")), Some("INPUT"));
    assert_eq!(refused(|c| c["records"][1]["time_us"] = json!("9007199254740992")), Some("TIME_RANGE"));
    assert_eq!(refused(|c| c["records"][1]["parent"] = json!("6")), Some("INPUT"));
    assert_eq!(refused(|c| c["records"][1]["parent"] = json!("0")), Some("PARENT_RANGE"));
    assert_eq!(refused(|c| c["records"][0]["thread"] = json!("")), Some("STRING_TABLE"));
    assert_eq!(refused(|c| c["records"][0]["thread"] = json!("x".repeat(1025))), Some("STRING_TABLE"));
    assert_eq!(refused(|c| c["records"][2]["span_id"] = json!("00".repeat(8))), Some("ID_TABLE"));
    assert_eq!(refused(|c| c["records"][2]["kind"] = json!(102)), Some("UNKNOWN_CRITICAL_KIND"));
    assert_eq!(refused(|c| c["records"][2]["kind"] = json!(0)), Some("KIND_ZERO"));
    assert_eq!(refused(|c| c["records"][1]["payload"]["int_value"] = json!([])), Some("PAYLOAD"));
    assert_eq!(refused(|c| c["metadata"]["trace_id"] = json!("aa".repeat(16))), Some("INPUT"));
    assert_eq!(refused(|c| c["records"][0]["payload"]["text_hex"] = json!("00")), Some("INPUT"));
}

#[test]
fn every_writer_mutant_writes_something_else() {
    let mut content = content();
    content["header"]["ancillary_flags"] = json!(0xff);
    let long = json!("hello ".repeat(200));
    content["records"][0]["payload"]["text"] = long;
    let mut short = content.clone();
    short["records"] = json!([{"kind": 101, "time_us": "20", "opaque": "00"}]);
    let mut descending = content.clone();
    descending["records"][2]["sequence"] = json!("3");
    let mut traced = content.clone();
    traced["metadata"]["trace_id"] = json!("aa".repeat(16));
    let mut bad = content.clone();
    bad["metadata"]["tenant"] = json!("");
    let zstd = Options { codec: 1, level: Some(1), threshold: Some(5) };
    let all = [
        (&content, Options { threshold: Some(100_000), ..zstd }),
        (&content, Options { level: Some(99), ..zstd }),
        (&content, Options::default()),
        (&short, zstd),
        (&descending, zstd),
        (&traced, zstd),
        (&bad, zstd),
    ];
    let ids = [
        "PRE-027", "COD-004", "COD-005", "COD-006", "JSON-001", "JSON-002", "JSON-003", "JSON-004", "WRT-001",
        "WRT-002", "WRT-003",
    ];
    for id in ids {
        let mutant = Plain::mutant(id).unwrap();
        let differs = |(content, options): &(&Json, Options)| {
            write(mutant, content, *options) != write(Plain::new(), content, *options)
        };
        assert!(all.iter().any(differs), "{id}");
    }
}

fn ask(plain: Plain, request: &Json) -> Json {
    let mut output = Vec::new();
    testee::serve(plain, format!("{request}\n").as_bytes(), &mut output).unwrap();
    serde_json::from_slice(&output).unwrap()
}

#[test]
fn the_testee_answers_every_operation() {
    let plain = Plain::new();
    let hello = ask(plain, &json!({"id": 0, "op": "hello"}));
    assert_eq!(hello["ok"]["protocol"], json!(1));
    let frame = base64(&made().bytes());
    let answer = ask(plain, &json!({"id": 1, "op": "decode", "frame": frame, "pieces": [1, 2, 300]}));
    assert_eq!(answer["id"], json!(1));
    assert_eq!(answer["ok"]["lints"], json!([]));
    assert_eq!(answer["ok"]["frame"]["header"]["epoch"], json!(1));
    let answer = ask(plain, &json!({"id": 2, "op": "decode", "frame": null}));
    assert_eq!(answer["error"]["code"], json!("NULL_VALUE"));
    assert_eq!(answer["error"]["released"], json!(0));
    let mut damaged = made().bytes();
    *damaged.last_mut().unwrap() ^= 1;
    let request = json!({"id": 3, "op": "decode", "frame": base64(&damaged)});
    assert_eq!(ask(plain, &request)["error"]["released"], json!(0));
    assert_eq!(ask(Plain::mutant("FRM-008").unwrap(), &request)["error"]["released"], json!(1));
    let limits = json!({"max_frame_len": 79});
    let answer = ask(plain, &json!({"id": 3, "op": "decode", "frame": frame, "limits": limits}));
    assert_eq!(answer["error"]["code"], json!("LOCAL_LIMIT"));
    let request = json!({"id": 4, "op": "encode", "content": content(), "options": {"codec": 1}});
    let written = ask(plain, &request)["ok"]["frame"].as_str().unwrap().to_owned();
    assert_eq!(read(&unbase64(&written).unwrap())["header"]["record_count"], json!(3));
    let answer = ask(plain, &json!({"id": 5, "op": "file", "file": base64(&[0; 30])}));
    assert_eq!(answer["error"]["code"], json!("FILE_SIGNATURE"));
    let answer = ask(plain, &json!({"id": 6, "op": "ledger", "input": [{"frame": frame}]}));
    assert_eq!(answer["ok"]["verdicts"], json!([[{"verdict": "BASELINE", "arg": "5"}]]));
    for request in [json!({"id": 7, "op": "polka"}), json!([]), json!({"op": "decode"})] {
        assert!(ask(plain, &request)["unsupported"].is_string());
    }
}

#[test]
fn the_testee_goes_on_after_a_line_that_is_none() {
    let mut output = Vec::new();
    let input = "{\n\n{\"id\": 1, \"op\": \"hello\"}\n";
    testee::serve(Plain::new(), input.as_bytes(), &mut output).unwrap();
    let text = String::from_utf8(output).unwrap();
    assert_eq!(text.lines().count(), 2);
    assert!(text.lines().last().unwrap().contains("\"protocol\":1"));
}

#[test]
fn pieces_do_not_matter_but_to_one_mutant() {
    let file = base64(&[&super::file::SIGNATURE[..], &[0; 20]].concat());
    let whole = json!({"id": 1, "op": "file", "file": file});
    let cut = json!({"id": 1, "op": "file", "file": file, "pieces": [3, 1, 1]});
    assert_eq!(ask(Plain::new(), &whole), ask(Plain::new(), &cut));
    let mutant = Plain::mutant("FILE-010").unwrap();
    assert_eq!(ask(mutant, &whole), ask(Plain::new(), &whole));
    assert_ne!(ask(mutant, &cut), ask(Plain::new(), &whole));
}
