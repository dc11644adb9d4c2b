//! Single values of the wire, in JSON and back.

use dashstream_proto::schema::FieldType;
use serde_json::{Number, Value};

use crate::encode::put;
use crate::wire::zigzag;

/// The JSON of a number or bool, given as it stands on the wire: a varint, or the bits of a fixed value.
pub(super) fn to_json(ty: &FieldType, bits: u64) -> Value {
    match ty {
        FieldType::Uint64 => Value::String(bits.to_string()),
        FieldType::Sint64 => Value::String(zigzag(bits).to_string()),
        FieldType::Bool => Value::Bool(bits != 0),
        FieldType::Double => double(f64::from_bits(bits)),
        _ => Value::from(bits),
    }
}

fn double(value: f64) -> Value {
    match Number::from_f64(value) {
        Some(number) => Value::Number(number),
        None if value.is_nan() => Value::from(NAN),
        None if value > 0.0 => Value::from(INFINITY),
        None => Value::from(NEGATIVE_INFINITY),
    }
}

const NAN: &str = "NaN";
const INFINITY: &str = "Infinity";
const NEGATIVE_INFINITY: &str = "-Infinity";

/// A number or bool as it stands on the wire. `None` where the JSON is not of the type, or no wire has room
/// for the value; a value that is merely out of the type's range is left to the judgement of a reader.
pub(super) fn from_json(ty: &FieldType, value: &Value) -> Option<u64> {
    match ty {
        FieldType::Uint32 => whole(value),
        FieldType::Fixed32 => whole(value).filter(|value| u32::try_from(*value).is_ok()),
        FieldType::Uint64 => decimal(value),
        FieldType::Sint64 => signed(value).map(put::zigzag),
        FieldType::Bool => value.as_bool().map(u64::from),
        FieldType::Double => from_double(value).map(f64::to_bits),
        FieldType::String | FieldType::Bytes | FieldType::Message(_) => None,
    }
}

/// A JSON number that is whole and not negative, `1.0` as well as `1`, as far as doubles are exact.
pub(super) fn whole(value: &Value) -> Option<u64> {
    if let Some(whole) = value.as_u64() {
        return Some(whole);
    }
    let double = value.as_f64()?;
    let exact = (0.0..=9_007_199_254_740_991.0).contains(&double) && double.fract() == 0.0;
    // The text of a whole double is digits alone; that of -0.0, which is another number, has a sign.
    exact.then(|| format!("{double:.0}").parse().ok())?
}

/// A string of decimal digits.
pub(super) fn decimal(value: &Value) -> Option<u64> {
    let text = value.as_str()?;
    is_digits(text).then(|| text.parse().ok())?
}

/// A string of decimal digits, with `-` where the value is negative.
fn signed(value: &Value) -> Option<i64> {
    let text = value.as_str()?;
    let number: i64 = match text.strip_prefix('-') {
        Some(digits) => is_digits(digits).then(|| text.parse().ok())??,
        None => is_digits(text).then(|| text.parse().ok())??,
    };
    (number < 0 || !text.starts_with('-')).then_some(number)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn from_double(value: &Value) -> Option<f64> {
    match value.as_str() {
        Some(NAN) => Some(f64::NAN),
        Some(INFINITY) => Some(f64::INFINITY),
        Some(NEGATIVE_INFINITY) => Some(f64::NEG_INFINITY),
        Some(_) => None,
        None => value.as_f64(),
    }
}

/// Appends a number or bool without its tag.
pub(super) fn put(ty: &FieldType, bits: u64, out: &mut Vec<u8>) {
    match ty {
        FieldType::Double => out.extend_from_slice(&bits.to_le_bytes()),
        FieldType::Fixed32 => out.extend(bits.to_le_bytes().into_iter().take(4)),
        _ => put::varint(out, bits),
    }
}

#[cfg(test)]
mod tests {
    use super::{FieldType, from_json, to_json};
    use serde_json::{Value, json};

    #[test]
    fn values_come_back_as_they_were() {
        let doubles = [0.1 + 0.2, -0.0, 5e-324, f64::MAX, 1e23, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 5.0];
        let doubles = doubles.map(|value| (FieldType::Double, value.to_bits()));
        let others = [
            (FieldType::Uint32, u64::from(u32::MAX)),
            (FieldType::Uint64, u64::MAX),
            (FieldType::Sint64, u64::MAX),
            (FieldType::Sint64, u64::MAX - 1),
            (FieldType::Bool, 1),
            (FieldType::Fixed32, 0xFFFF_FFFF),
        ];
        for (ty, bits) in doubles.into_iter().chain(others) {
            let text = to_json(&ty, bits).to_string();
            let value: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(from_json(&ty, &value), Some(bits), "{text}");
        }
    }

    #[test]
    fn numbers_compare_by_value() {
        assert_eq!(from_json(&FieldType::Uint32, &json!(7.0)), Some(7));
        // The nearest double is whole. No vector can say so: who reads it has the double.
        let text = "4503599627370497.1";
        assert_eq!(from_json(&FieldType::Uint32, &serde_json::from_str(text).unwrap()), Some((1 << 52) + 1), "{text}");
        assert_eq!(from_json(&FieldType::Double, &json!(7)), Some(7.0_f64.to_bits()));
        // As JavaScript writes doubles above 2^53.
        for (text, double) in [("253288337875074900", 2.532883378750749e17_f64), ("-100000000000000000000", -1e20)] {
            let value = serde_json::from_str(text).unwrap();
            assert_eq!(from_json(&FieldType::Double, &value), Some(double.to_bits()), "{text}");
        }
        assert_eq!(from_json(&FieldType::Double, &serde_json::from_str("-0").unwrap()), Some(1 << 63));
    }

    #[test]
    fn what_is_not_of_the_type_is_refused() {
        for value in [json!(-1), json!(0.5), json!(-0.0), json!("1"), json!(1e300), json!(null), json!(true)] {
            assert_eq!(from_json(&FieldType::Uint32, &value), None, "{value}");
        }
        for value in [json!(1), json!(""), json!("-1"), json!("+1"), json!("1.0"), json!("18446744073709551616")] {
            assert_eq!(from_json(&FieldType::Uint64, &value), None, "{value}");
        }
        for value in [json!(-1), json!("-"), json!("-0"), json!("--1"), json!("9223372036854775808")] {
            assert_eq!(from_json(&FieldType::Sint64, &value), None, "{value}");
        }
        for value in [json!("nan"), json!("1"), json!(null)] {
            assert_eq!(from_json(&FieldType::Double, &value), None, "{value}");
        }
        assert_eq!(from_json(&FieldType::Bool, &json!(1)), None);
        assert_eq!(from_json(&FieldType::Fixed32, &json!(4_294_967_296_u64)), None);
        // Out of the type's range, and yet a varint.
        assert_eq!(from_json(&FieldType::Uint32, &json!(4_294_967_296_u64)), Some(1 << 32));
    }
}
