use serde::{Deserialize, Deserializer};

/// One line of commented hexadecimal digits: some bytes, repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The bytes of the line.
    pub bytes: Vec<u8>,
    /// How often they stand one after another; at least 1.
    pub times: u64,
}

/// Bytes as a vector file has them: lines that may repeat, so that megabytes are a short recipe.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HexBytes {
    runs: Vec<Run>,
}

impl HexBytes {
    /// The lines.
    #[must_use]
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Number of bytes after expansion.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.runs.iter().map(|run| (run.bytes.len() as u64).saturating_mul(run.times)).fold(0, u64::saturating_add)
    }

    /// Whether there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes themselves.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for run in &self.runs {
            for _ in 0..run.times {
                out.extend_from_slice(&run.bytes);
            }
        }
        out
    }

    /// Reads lines of hexadecimal digits. After `#` a line is a comment; `AA BB * N` repeats its bytes.
    ///
    /// # Errors
    /// Text that names the line and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut runs = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let run = parse_line(line).map_err(|why| format!("hex line {}: {why}", index + 1))?;
            runs.extend(run);
        }
        Ok(Self { runs })
    }
}

/// More than any vector needs, and little enough to expand.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

fn parse_line(line: &str) -> Result<Option<Run>, String> {
    let code = line.split('#').next().unwrap_or_default();
    let (digits, times) = match code.split_once('*') {
        None => (code, 1),
        Some((digits, times)) => {
            let times = times.trim();
            (digits, times.parse::<u64>().map_err(|_| format!("`{times}` is not a count"))?)
        }
    };
    let mut bytes = Vec::new();
    for pair in digits.split_whitespace() {
        bytes.extend(hex::decode(pair).map_err(|_| format!("`{pair}` is not hexadecimal bytes"))?);
    }
    if bytes.is_empty() {
        return if code.trim().is_empty() { Ok(None) } else { Err("nothing to repeat".to_owned()) };
    }
    if times == 0 || (bytes.len() as u64).saturating_mul(times) > MOST_BYTES {
        return Err(format!("a count of {times} is out of range"));
    }
    Ok(Some(Run { bytes, times }))
}

impl<'de> Deserialize<'de> for HexBytes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_comments_and_counts_are_expanded() {
        let bytes = HexBytes::parse("be 0100 # magic\n\n# nothing\n7a 7b * 3 # thrice\n").unwrap();
        assert_eq!(bytes.to_vec(), b"\xbe\x01\x00z{z{z{");
        assert_eq!(bytes.len(), 9);
    }

    #[test]
    fn what_is_not_hexadecimal_is_refused() {
        for text in ["b", "zz", "00 * x", "00 * 0", "* 3", "00 * 99999999999", "00 * 99999999999999999999"] {
            assert!(HexBytes::parse(text).is_err(), "{text}");
        }
    }
}
