//! The contexts of a batch: the run, thread, node and task of its records, for the metadata (META-016).

use crate::constants::{MAX_CONTEXT_LEN, MAX_CONTEXTS, MAX_METADATA_LEN};
use crate::metadata::number::CONTEXTS;

use super::input::RecordInput;
use super::put;
use super::row::Refs;

/// Places for what was seen of late, a power of two.
const PLACES: usize = 64;

/// Contexts as they are gathered. They are told apart by the refs of their strings.
#[derive(Clone, Debug)]
pub(super) struct Contexts {
    /// Whether another one would be listed.
    open: bool,
    /// Those that are listed.
    refs: Vec<Refs>,
    /// Some of them again, each at the place that its refs give it: nearly every record has one of these. A record that
    /// has no string needs none.
    seen: [Refs; PLACES],
    /// The `contexts` fields of the metadata.
    encoded: Vec<u8>,
    /// Bytes that they may take.
    room: usize,
}

impl Default for Contexts {
    fn default() -> Self {
        Self { open: false, refs: Vec::new(), seen: [[0; 4]; PLACES], encoded: Vec::new(), room: 0 }
    }
}

impl Contexts {
    /// Begins anew, behind metadata of `taken` bytes where they are gathered.
    pub(super) fn restart(&mut self, gather: bool, taken: usize) {
        self.open = gather;
        self.room = usize::from(MAX_METADATA_LEN).saturating_sub(taken);
        self.refs.clear();
        self.seen = [[0; 4]; PLACES];
        self.encoded.clear();
    }

    /// The `contexts` fields of the metadata.
    pub(super) fn encoded(&self) -> &[u8] {
        &self.encoded
    }

    /// Bytes by which the context of a record makes them longer, at most.
    pub(super) fn growth(&self, record: &RecordInput<'_>) -> usize {
        if !self.open {
            return 0;
        }
        // A tag and a length, of two bytes at most as texts have no more than 256, for each text and for the whole.
        let texts = record.texts().into_iter().flatten();
        3 + texts.map(|text| 3 + text.len().min(MAX_CONTEXT_LEN)).sum::<usize>()
    }

    /// Takes note of the context of a record.
    #[inline]
    pub(super) fn note(&mut self, refs: &Refs, record: &RecordInput<'_>) {
        if self.open && self.seen.get(place(refs)) != Some(refs) {
            self.note_other(refs, record);
        }
    }

    #[cold]
    fn note_other(&mut self, refs: &Refs, record: &RecordInput<'_>) {
        if !self.refs.contains(refs) && !self.list(refs, record) {
            return;
        }
        if let Some(seen) = self.seen.get_mut(place(refs)) {
            *seen = *refs;
        }
    }

    /// Lists a context, unless it is none or too long.
    fn list(&mut self, refs: &Refs, record: &RecordInput<'_>) -> bool {
        let texts = record.texts();
        // META-012
        let fits = texts.iter().flatten().all(|text| text.len() <= MAX_CONTEXT_LEN);
        if !fits || *refs == [0; 4] {
            return false;
        }
        let begin = self.encoded.len();
        let start = put::begin(&mut self.encoded, CONTEXTS);
        for (number, text) in (1..).zip(texts) {
            if let Some(text) = text {
                put::bytes(&mut self.encoded, number, text.as_bytes());
            }
        }
        put::end(&mut self.encoded, start);
        // PRE-010
        if self.encoded.len() > self.room {
            self.encoded.truncate(begin);
            return false;
        }
        self.refs.push(*refs);
        // META-011
        self.open = self.refs.len() < MAX_CONTEXTS;
        true
    }
}

#[inline]
const fn place([thread, node, run, task]: &Refs) -> usize {
    let mixed = thread.wrapping_mul(5) ^ node.wrapping_mul(9) ^ run.wrapping_mul(17) ^ task.wrapping_mul(33);
    mixed as usize % PLACES
}

#[cfg(test)]
mod tests {
    use super::{Contexts, MAX_METADATA_LEN};
    use crate::encode::input::RecordInput;

    fn record<'a>(thread: &'a str, node: &'a str) -> RecordInput<'a> {
        RecordInput { thread: Some(thread), node: Some(node), ..RecordInput::default() }
    }

    fn gathering(taken: usize) -> Contexts {
        let mut contexts = Contexts::default();
        contexts.restart(true, taken);
        contexts
    }

    #[test]
    fn a_context_is_listed_once() {
        let mut contexts = gathering(100);
        contexts.note(&[0; 4], &RecordInput::default());
        assert_eq!(contexts.encoded(), b"");
        for _ in 0..2 {
            contexts.note(&[1, 2, 0, 0], &record("t", "n"));
            contexts.note(&[1, 3, 4, 0], &RecordInput { run: Some("r"), ..record("t", "m") });
            // At the place of the first.
            contexts.note(&[1, 66, 0, 0], &record("t", "o"));
        }
        assert_eq!(
            contexts.encoded(),
            b"\x42\x06\x12\x01t\x1A\x01n\x42\x09\x0A\x01r\x12\x01t\x1A\x01m\x42\x06\x12\x01t\x1A\x01o"
        );
        contexts.restart(false, 100);
        contexts.note(&[1, 2, 0, 0], &record("t", "n"));
        assert_eq!(contexts.encoded(), b"");
    }

    #[test]
    fn neither_nothing_nor_what_a_reader_refuses_is_listed() {
        let mut contexts = gathering(100);
        contexts.note(&[1, 0, 0, 0], &record(&"x".repeat(257), "n"));
        assert_eq!(contexts.encoded(), b"");
        // At the place of a record without strings.
        contexts.note(&[64, 0, 0, 0], &record("t", "n"));
        contexts.note(&[0; 4], &RecordInput::default());
        assert_eq!(contexts.encoded(), b"\x42\x06\x12\x01t\x1A\x01n");
    }

    #[test]
    fn no_more_are_listed_than_may_be() {
        let mut contexts = gathering(100);
        (1..=17).for_each(|thread| contexts.note(&[thread, 0, 0, 0], &record("t", "n")));
        assert_eq!(contexts.encoded().len(), 16 * 8);
    }

    #[test]
    fn what_is_too_long_is_left_out() {
        let mut contexts = gathering(usize::from(MAX_METADATA_LEN) - 9);
        let (long, longer) = ("x".repeat(256), "x".repeat(257));
        // Longer than a context may be, longer than there is room for, and just right.
        contexts.note(&[1, 0, 0, 0], &record(&longer, "n"));
        contexts.note(&[2, 0, 0, 0], &record(&long, "n"));
        contexts.note(&[3, 0, 0, 0], &record("ttt", "n"));
        contexts.note(&[4, 0, 0, 0], &record("tt", "n"));
        contexts.note(&[5, 0, 0, 0], &record("t", "n"));
        assert_eq!(contexts.encoded(), b"\x42\x07\x12\x02tt\x1A\x01n");
        contexts = gathering(0);
        contexts.note(&[2, 0, 0, 0], &record(&long, "n"));
        assert_eq!(contexts.encoded().len(), 1 + 2 + 3 + 256 + 3);
    }
}
