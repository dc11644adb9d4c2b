//! The bytes that a file reader holds.

/// Bytes of the input that are still needed. It holds no more than it was asked to, and moves what it
/// keeps only when there is something to add.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    /// Bytes at the front that are not needed any more.
    spent: usize,
}

impl Buffer {
    /// The bytes held.
    pub(super) fn held(&self) -> &[u8] {
        self.bytes.get(self.spent..).unwrap_or_default()
    }

    /// Lets go of the first `count` bytes, or of all.
    pub(super) fn spend(&mut self, count: usize) {
        self.spent = self.spent.saturating_add(count).min(self.bytes.len());
    }

    /// Takes bytes from the front of `input` until `want` are held.
    pub(super) fn fill(&mut self, input: &mut &[u8], want: usize) {
        let missing = want.saturating_sub(self.held().len()).min(input.len());
        let Some((taken, rest)) = input.split_at_checked(missing) else { return };
        if taken.is_empty() {
            return;
        }
        self.bytes.drain(..self.spent);
        self.spent = 0;
        self.grow(taken.len(), want);
        self.bytes.extend_from_slice(taken);
        *input = rest;
    }

    /// Makes room for `more` bytes. The room doubles, so that small pieces do not move the bytes each
    /// time, but never beyond `want`: an announced length allocates nothing until the bytes are there.
    fn grow(&mut self, more: usize, want: usize) {
        let needed = self.bytes.len().saturating_add(more);
        if self.bytes.capacity() < needed {
            let room = self.bytes.capacity().saturating_mul(2).min(want).max(needed);
            self.bytes.reserve_exact(room.saturating_sub(self.bytes.len()));
        }
    }

    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::Buffer;

    #[test]
    fn it_takes_what_is_wanted_and_no_more() {
        let mut buffer = Buffer::default();
        let mut input = &b"abcdefgh"[..];
        buffer.fill(&mut input, 3);
        assert_eq!((buffer.held(), input), (&b"abc"[..], &b"defgh"[..]));
        buffer.spend(2);
        buffer.fill(&mut input, 3);
        assert_eq!((buffer.held(), input), (&b"cde"[..], &b"fgh"[..]));
        buffer.fill(&mut input, 2);
        assert_eq!(input, b"fgh");
        buffer.spend(9);
        buffer.fill(&mut input, 100);
        assert_eq!((buffer.held(), input), (&b"fgh"[..], &b""[..]));
    }

    #[test]
    fn room_is_bounded_by_what_is_wanted_and_by_twice_what_came() {
        let mut buffer = Buffer::default();
        for _ in 0..1_000 {
            buffer.fill(&mut &b"x"[..], 600);
            assert!(buffer.capacity() <= 600);
            assert!(buffer.capacity() <= 2 * buffer.held().len());
        }
    }
}
