//! Numbers: each is a double, and is written as ECMAScript writes it.

use serde_json::Number;

use crate::TextFault;

/// The largest integer up to which every integer is a double of its own.
const MAX_EXACT: u64 = (1 << 53) - 1;

/// The double that a number is.
pub(crate) fn double(number: &Number) -> Result<f64, TextFault> {
    let magnitude = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
    match (magnitude, number.as_f64()) {
        (None, Some(double)) => Ok(double),
        (Some(0..=MAX_EXACT), Some(double)) => Ok(double),
        (Some(_), _) => literal(&number.to_string()),
        (None, None) => Err(TextFault::Integer),
    }
}

/// The double that a number is which is written with digits and a minus alone.
pub(crate) fn literal(text: &str) -> Result<f64, TextFault> {
    let double: f64 = text.parse().map_err(|_| TextFault::Integer)?;
    // DIF-005
    let exact = double.abs() <= 9_007_199_254_740_991.0 || (double.is_finite() && Buffer::new().write(double) == text);
    if exact { Ok(double) } else { Err(TextFault::Integer) }
}

/// Writes doubles.
pub(crate) struct Buffer(ryu_js::Buffer);

impl Buffer {
    pub(crate) fn new() -> Self {
        Self(ryu_js::Buffer::new())
    }

    /// A finite double as ECMAScript writes it. Both zeros are `0`.
    pub(crate) fn write(&mut self, double: f64) -> &str {
        // DIF-008
        self.0.format_finite(double)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_that_another_reader_would_change_are_refused() {
        for text in [
            "9007199254740991",
            "-9007199254740991",
            "9007199254740992",
            "1152921504606847000",
            "0",
            "-0",
            "100000000000000000000",
        ] {
            assert!(literal(text).is_ok(), "{text}");
        }
        for text in [
            "9007199254740993",
            "-9007199254740993",
            "1152921504606846976",
            "18446744073709551615",
            "1000000000000000000000",
        ] {
            assert_eq!(literal(text), Err(TextFault::Integer), "{text}");
        }
        assert_eq!(double(&Number::from(u64::MAX)), Err(TextFault::Integer));
        assert_eq!(double(&Number::from(i64::MIN)), Err(TextFault::Integer));
        assert_eq!(double(&Number::from(1u64 << 53)), Ok(9_007_199_254_740_992.0));
        assert_eq!(double(&Number::from(-3)), Ok(-3.0));
    }
}
