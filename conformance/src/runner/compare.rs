//! Comparing JSON by value: numbers as doubles, objects without regard to the order of keys.

use serde_json::{Number, Value};

/// How many differences are listed; the rest is the same story again.
const MOST: usize = 20;

/// One place where two values differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where, such as `records[3].payload.model`.
    pub path: String,
    /// What should be there; `(nothing)` where the place should not exist.
    pub expected: String,
    /// What is there.
    pub got: String,
}

/// What stands for a value that is not there.
pub const NOTHING: &str = "(nothing)";

/// The first differences, in the order of the expected value.
#[must_use]
pub fn differences(expected: &Value, got: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare("", Some(expected), Some(got), &mut found);
    found
}

/// The differences below a place that has a name.
pub fn compare_at(path: &str, expected: &Value, got: &Value, found: &mut Vec<Difference>) {
    compare(path, Some(expected), Some(got), found);
}

fn compare(path: &str, expected: Option<&Value>, got: Option<&Value>, found: &mut Vec<Difference>) {
    if found.len() >= MOST {
        return;
    }
    match (expected, got) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let surplus = b.iter().filter(|(key, _)| !a.contains_key(*key));
            for (key, value) in a {
                compare(&member(path, key), Some(value), b.get(key), found);
            }
            for (key, value) in surplus {
                compare(&member(path, key), None, Some(value), found);
            }
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) => {
            for index in 0..a.len().max(b.len()) {
                compare(&format!("{path}[{index}]"), a.get(index), b.get(index), found);
            }
        }
        (Some(Value::Number(a)), Some(Value::Number(b))) if same_number(a, b) => {}
        // 0.0 and -0.0 are equal to each other as values of Rust.
        (a, b) if a == b && !matches!(a, Some(Value::Number(_))) => {}
        (a, b) => found.push(Difference { path: named(path), expected: show(a), got: show(b) }),
    }
}

/// As doubles: `1` and `1.0` are equal, `0.0` and `-0.0` are not, and a double may have other digits than its shortest ones. No
/// number of the JSON form that is not a double is above 2^53.
fn same_number(a: &Number, b: &Number) -> bool {
    a.as_f64().map(f64::to_bits) == b.as_f64().map(f64::to_bits)
}

fn member(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn named(path: &str) -> String {
    if path.is_empty() { "(the whole)".to_owned() } else { path.to_owned() }
}

fn show(value: Option<&Value>) -> String {
    value.map_or_else(|| NOTHING.to_owned(), |value| crate::session::shorten(&value.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn same(a: &str, b: &str) -> bool {
        differences(&serde_json::from_str(a).unwrap(), &serde_json::from_str(b).unwrap()).is_empty()
    }

    #[test]
    fn numbers_compare_by_value() {
        assert!(same("1", "1.0"));
        assert!(same("1e2", "100"));
        assert!(same("0", "0.0"));
        assert!(same("18446744073709551615", "18446744073709551615"));
        assert!(same("0.1", "1e-1"));
        assert!(same("-3", "-3.0"));
        assert!(!same("0.0", "-0.0"));
        assert!(!same("0", "-0.0"));
        assert!(!same("1", "1.5"));
        assert!(!same("1", "\"1\""));
        assert!(!same("9007199254740991", "9007199254740992"));
        assert!(!same("-9007199254740991", "9007199254740991"));
    }

    #[test]
    fn doubles_above_2_53_are_equal_however_their_digits_are_written() {
        // As JavaScript writes them, without an exponent below 10^21.
        assert!(same("2.532883378750749e+17", "253288337875074900"));
        assert!(same("253288337875074912", "253288337875074900"));
        assert!(same("-1.2345678901234567e19", "-12345678901234567000"));
        assert!(same("1e20", "100000000000000000000"));
        assert!(same("18446744073709551616.0", "18446744073709552000"));
        assert!(!same("2.532883378750749e+17", "253288337875074944"));
    }

    #[test]
    fn the_order_of_keys_does_not_matter_and_that_of_elements_does() {
        assert!(same(r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#));
        assert!(!same("[1,2]", "[2,1]"));
        assert!(!same(r#"{"a":null}"#, "{}"));
    }

    #[test]
    fn differences_name_the_place_and_both_sides() {
        let expected = json!({"records": [{"payload": {"x": 1}}, {}], "gone": true});
        let got = json!({"records": [{"payload": {"x": 2, "y": 3}}], "new": []});
        let found = differences(&expected, &got);
        let line = |path: &str, expected: &str, got: &str| Difference {
            path: path.into(),
            expected: expected.into(),
            got: got.into(),
        };
        assert_eq!(
            found,
            [
                line("records[0].payload.x", "1", "2"),
                line("records[0].payload.y", NOTHING, "3"),
                line("records[1]", "{}", NOTHING),
                line("gone", "true", NOTHING),
                line("new", NOTHING, "[]"),
            ]
        );
    }

    #[test]
    fn a_difference_of_everything_is_cut() {
        let all: Value = (0..1000).collect();
        assert_eq!(differences(&all, &json!([])).len(), MOST);
    }
}
