//! The canonical form, by the data of RFC 8785 (`data/README.md`) and its Appendix B.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of a test: a panic is how it fails"
)]

use std::path::Path;

use dashstream_diff::{Error, TextFault, canonical, parse};
use serde_json::{Value, json};

fn form(text: &str) -> Result<String, Error> {
    canonical(&parse(text.as_bytes())?)
}

#[test]
fn files_of_the_authors() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/rfc8785");
    let mut count = 0;
    for file in std::fs::read_dir(folder.join("input")).unwrap() {
        let input = file.unwrap().path();
        let expected = std::fs::read_to_string(folder.join("output").join(input.file_name().unwrap())).unwrap();
        let got = form(&std::fs::read_to_string(&input).unwrap()).unwrap();
        assert_eq!(got, expected, "{}", input.display());
        assert_eq!(form(&got).unwrap(), got);
        count += 1;
    }
    assert_eq!(count, 6);
}

/// Appendix B: bits of a double, and how it is written.
#[test]
fn numbers_of_appendix_b() {
    let samples: [(u64, &str); 30] = [
        (0x0000_0000_0000_0000, "0"),
        (0x8000_0000_0000_0000, "0"),
        (0x0000_0000_0000_0001, "5e-324"),
        (0x8000_0000_0000_0001, "-5e-324"),
        (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
        (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
        (0x4340_0000_0000_0000, "9007199254740992"),
        (0xc340_0000_0000_0000, "-9007199254740992"),
        (0x4430_0000_0000_0000, "295147905179352830000"),
        (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
        (0x44b5_2d02_c7e1_4af6, "1e+23"),
        (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
        (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
        (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
        (0x444b_1ae4_d6e2_ef50, "1e+21"),
        (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
        (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
        (0x41b3_de43_5555_5553, "333333333.3333332"),
        (0x41b3_de43_5555_5554, "333333333.33333325"),
        (0x41b3_de43_5555_5555, "333333333.3333333"),
        (0x41b3_de43_5555_5556, "333333333.3333334"),
        (0x41b3_de43_5555_5557, "333333333.33333343"),
        (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
        (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        (0x3ff0_0000_0000_0000, "1"),
        (0x3ff8_0000_0000_0000, "1.5"),
        (0x4024_0000_0000_0000, "10"),
        (0x3fb9_9999_9999_999a, "0.1"),
        (0x4059_0000_0000_0000, "100"),
        (0xbff0_0000_0000_0000, "-1"),
    ];
    for (bits, text) in samples {
        let double = f64::from_bits(bits);
        assert_eq!(canonical(&json!(double)).unwrap(), text, "{bits:016x}");
        // What is written is read as the same, and written as the same: also integers beyond 2^53.
        assert_eq!(form(text).unwrap(), text);
        assert_eq!(parse(text.as_bytes()).unwrap().as_f64().map(|read| read == double), Some(true), "{text}");
    }
}

#[test]
fn names_are_in_the_order_of_utf_16() {
    // U+1F600 is D83D DE00 in UTF-16, and so before U+FB33; in UTF-8 and by code points it is behind.
    let text = r#"{"\ufb33":1,"\ud83d\ude00":2,"€":3,"\r":4,"1":5,"ö":6,"\u0080":7}"#;
    let expected = "{\"\\r\":4,\"1\":5,\"\u{80}\":7,\"ö\":6,\"€\":3,\"😀\":2,\"\u{fb33}\":1}";
    assert_eq!(form(text).unwrap(), expected);
}

#[test]
fn what_has_no_canonical_form_is_refused() {
    let syntax = [
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "nul",
        "01",
        "1.",
        ".5",
        "+1",
        "'a'",
        "\"\t\"",
        "\"\\x\"",
        "1 2",
        "NaN",
        "Infinity",
        "-",
        "\u{feff}1",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\ud800\\u0041\"",
        "[\"\\udfff\"]",
        "1e309",
        "-1e400",
        "/**/1",
    ];
    for text in syntax {
        assert!(matches!(form(text), Err(Error::Text(TextFault::Json { .. }))), "{text}: {:?}", form(text));
    }
    for bytes in [&b"\"\xff\""[..], b"\"\xed\xa0\x80\"", b"\"\xc0\xaf\"", b"\"\xf4\x90\x80\x80\""] {
        assert!(matches!(parse(bytes), Err(Error::Text(TextFault::Json { .. }))), "{bytes:?}");
    }
    for text in [r#"{"a":1,"a":1}"#, r#"{"a":1,"\u0061":2}"#, r#"[{"b":{"x":1,"y":2,"x":3}}]"#] {
        assert_eq!(form(text), Err(TextFault::DuplicateName.into()), "{text}");
    }
    let integers = [
        "9007199254740993",
        "[-9007199254740993]",
        r#"{"a":18446744073709551615}"#,
        "100000000000000000000000",
        "1152921504606846976",
    ];
    for text in integers {
        assert_eq!(form(text), Err(TextFault::Integer.into()), "{text}");
    }
    // In a text, with a fraction or with an exponent it is no integer that somebody counts on.
    for text in [
        r#""9007199254740993""#,
        "9007199254740993.0",
        "9007199254740993e0",
        r#"{"9007199254740993":"\"9007199254740993"}"#,
    ] {
        form(text).unwrap();
    }
    assert_eq!(form("1e-400").unwrap(), "0");
}

fn nested(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}

#[test]
fn depth_ends_at_a_hundred() {
    assert_eq!(form(&nested(100)).unwrap(), nested(100));
    for depth in [101, 127, 128, 200_000] {
        assert_eq!(form(&nested(depth)), Err(TextFault::Depth.into()), "{depth}");
    }
    let deep = (0..101).fold(Value::Null, |value, _| json!([value]));
    assert_eq!(canonical(&deep), Err(TextFault::Depth.into()));
}
