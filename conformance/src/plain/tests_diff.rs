//! Numbers and names as the plain follower writes them, against what the language's own libraries say of the same.

use super::Plain;
use super::diff_json::{Json, read, write};
use super::gate::Gate;
use crate::protocol::StateQuestion;
use crate::reference::follow;
use dashstream_diff::{canonical, parse};
use dashstream_vectors::{SnapshotPayload, StateStep};

fn form(text: &str) -> Option<String> {
    read(Gate::default(), text.as_bytes()).map(|value| write(Gate::default(), &value))
}

/// Both followers agree about doubles of every magnitude, and about the texts of their neighbours.
#[test]
fn both_write_every_double_alike() {
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..20_000 {
        let double = f64::from_bits(random.u64(..));
        if !double.is_finite() {
            continue;
        }
        let ours = write(Gate::default(), &Json::Number(double));
        assert_eq!(ours, canonical(&serde_json::json!(double)).unwrap());
        assert_eq!(form(&ours).as_deref(), Some(ours.as_str()));
    }
}

/// Texts that are changed in one place are read by both or by none, as the same value.
#[test]
fn both_read_and_refuse_alike() {
    let texts = [
        r#"{"a":[1,-2.5e3,0.1,1E-7,9007199254740993,true,false,null],"\u00e9\ud83d\ude00":{"x\"\\\/\b\f\n\r\t":"y"}}"#,
        r#"[[[[]]],{"a":{"a":{}}},"\ud83d\ude00",123456789012345678901234567890,-0,1e400]"#,
        "{\"é\":\"😀\",\"e\":[ 1 ,\t2\n]}",
    ];
    let mut random = fastrand::Rng::with_seed(11);
    let (mut read_by_both, mut refused) = (0, 0);
    for _ in 0..30_000 {
        let mut bytes = random.choice(texts).unwrap().as_bytes().to_vec();
        for _ in 0..random.usize(0..3) {
            let at = random.usize(..bytes.len());
            let alphabet = b"{}[]\",:\\u0123456789eE+-.dD8 ntf\x00\x7f\xc3\xff";
            match random.u8(0..3) {
                0 => bytes[at] = *random.choice(alphabet).unwrap(),
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, *random.choice(alphabet).unwrap()),
            }
        }
        let plain = read(Gate::default(), &bytes).map(|value| write(Gate::default(), &value));
        let codec = parse(&bytes).and_then(|value| canonical(&value)).ok();
        assert_eq!(plain, codec, "{}", String::from_utf8_lossy(&bytes));
        if plain.is_some() { read_by_both += 1 } else { refused += 1 }
    }
    assert!(read_by_both > 3_000 && refused > 3_000, "{read_by_both} {refused}");
}

/// No vector has states of this size: what both followers say of large texts, in one piece and in several, and of canonical forms that are
/// larger than their texts (DIF-015).
#[test]
fn both_refuse_what_is_too_large_at_the_same_piece() {
    const MAX: usize = 67_108_864;
    let pieces = |texts: &[String]| -> Vec<Option<String>> {
        let count = u32::try_from(texts.len()).unwrap();
        let piece = |(index, text): (u32, &String)| {
            let chunk_count = if count == 1 { 0 } else { count };
            let text = text.clone();
            StateStep::Snapshot(SnapshotPayload { text, chunk_index: index, chunk_count, ..SnapshotPayload::default() })
        };
        let steps = (0..).zip(texts).map(piece).collect();
        let question = StateQuestion { steps };
        let (ours, other) = (follow(&question).states, Plain::new().follow(&question).states);
        assert!(ours == other, "the followers differ");
        ours.into_iter().map(|state| state.error).collect()
    };
    let limit = Some("STATE_LIMIT".to_owned());
    let blank = |len: usize| " ".repeat(len);
    assert_eq!(pieces(&[format!("1{}", blank(MAX - 1))]), [None]);
    assert!(pieces(&[format!("1{}", blank(MAX))]) == std::slice::from_ref(&limit));
    let half = MAX / 2;
    assert_eq!(pieces(&[blank(half), blank(half - 1), "1".to_owned()]), [None, None, None]);
    // The pieces are given up with the one that is too much.
    let gone = Some("STATE_PIECES".to_owned());
    assert_eq!(pieces(&[blank(half), blank(half + 1), "1".to_owned()]), [None, limit.clone(), gone]);
    // 1e20 takes 4 bytes, and 21 in canonical form.
    let numbers = |count: usize| format!("[{}1e20]", "1e20,".repeat(count - 1));
    assert_eq!(pieces(&[numbers((MAX - 1) / 22)]), [None]);
    assert_eq!(pieces(&[numbers(MAX / 22 + 1)]), [limit]);
}
