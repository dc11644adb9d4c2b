//! Numbers and names as the plain follower writes them, against what the language's own libraries say of the same.

use super::diff_json::{Json, read, write};
use super::gate::Gate;
use dashstream_diff::{canonical, parse};

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
