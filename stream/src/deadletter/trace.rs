//! The trace that a failure belongs to: `traceparent` of W3C Trace Context.

use std::fmt;
use std::str::FromStr;

use crate::transport::Message;

/// Name of the header.
const HEADER: &str = "traceparent";
/// Bits of the flags that are known: sampled, and a trace-id that was drawn at random.
const FLAGS: u8 = 0x03;

/// A place in a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TraceParent {
    /// The trace; never all zero.
    pub trace_id: [u8; 16],
    /// The span; never all zero.
    pub span_id: [u8; 8],
    /// Bit 0: sampled. Bit 1: the trace-id was drawn at random.
    pub flags: u8,
}

/// A text that is no valid `traceparent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid traceparent")]
pub struct NoTrace;

impl TraceParent {
    /// That of a message, where its last `traceparent` header is valid.
    #[must_use]
    pub fn of(message: &Message) -> Option<Self> {
        let header = message.headers.iter().rev().find(|header| header.name == HEADER)?;
        std::str::from_utf8(header.value.as_deref()?).ok()?.parse().ok()
    }

    /// A new span of the same trace. `None` where the system gives no random bytes.
    // DLQ-009
    #[must_use]
    pub fn child(&self) -> Option<Self> {
        let mut span_id = [0; 8];
        // A span of zeros is none, and as likely as any other.
        while span_id == [0; 8] {
            getrandom::fill(&mut span_id).ok()?;
        }
        Some(Self { span_id, flags: self.flags & FLAGS, ..*self })
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{:02x}", hex::encode(self.trace_id), hex::encode(self.span_id), self.flags)
    }
}

impl FromStr for TraceParent {
    type Err = NoTrace;

    fn from_str(text: &str) -> Result<Self, NoTrace> {
        // A later version may have more behind a further dash; what this one has stays where it is.
        let mut parts = text.splitn(5, '-');
        let mut part = || parts.next().unwrap_or_default();
        let [version] = digits::<1>(part())?;
        let parsed =
            Self { trace_id: digits(part())?, span_id: digits(part())?, flags: u8::from_be_bytes(digits(part())?) };
        let rest = parts.next();
        let version_fits = version != 0xFF && (version != 0 || rest.is_none());
        let valid = version_fits && parsed.trace_id != [0; 16] && parsed.span_id != [0; 8];
        if valid { Ok(parsed) } else { Err(NoTrace) }
    }
}

/// So many bytes of hexadecimal digits in small letters.
fn digits<const N: usize>(text: &str) -> Result<[u8; N], NoTrace> {
    let mut bytes = [0; N];
    hex::decode_to_slice(text, &mut bytes).map_err(|_| NoTrace)?;
    if hex::encode(bytes) == text { Ok(bytes) } else { Err(NoTrace) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: &str = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const VALID: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn what_is_valid_is_read_and_written_again() {
        let parsed: TraceParent = VALID.parse().unwrap();
        assert_eq!((parsed.span_id[0], parsed.flags), (0xB7, 1));
        assert_eq!(parsed.to_string(), VALID);
        for later in [format!("01-{REST}"), format!("cc-{REST}-what-comes-later")] {
            assert_eq!(later.parse(), Ok(parsed), "{later}");
        }
    }

    #[test]
    fn what_is_not_valid_is_none() {
        let zeros = [
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        ];
        let others = [
            "",
            "-",
            "00",
            &VALID.to_uppercase(),
            &format!("{VALID}-"),
            &format!("{VALID}-00"),
            &format!(" {VALID}"),
            &format!("ff-{REST}"),
            VALID.strip_suffix('1').unwrap(),
            &format!("{VALID}0"),
            "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
            "\u{e9}",
        ];
        for bad in zeros.into_iter().chain(others) {
            assert_eq!(bad.parse::<TraceParent>(), Err(NoTrace), "{bad}");
        }
    }

    #[test]
    fn a_child_has_a_span_of_its_own() {
        let parent = TraceParent { flags: 0xFF, ..VALID.parse().unwrap() };
        let child = parent.child().unwrap();
        assert_eq!((child.trace_id, child.flags), (parent.trace_id, 3));
        assert_ne!(child.span_id, parent.span_id);
        assert_ne!(child, parent.child().unwrap());
    }
}
