//! The bytes that a file reader holds.

/// Bytes that are not needed any more at which what is kept is moved to the front. It bounds the moves that a file can
/// bring about whose every 80 bytes announce a large frame.
const SLACK: usize = 65_536;

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
        if self.spent >= SLACK.min(self.held().len()) {
            self.bytes.drain(..self.spent);
            self.spent = 0;
        }
        self.grow(taken.len(), want.saturating_add(self.spent));
        self.bytes.extend_from_slice(taken);
        *input = rest;
    }

    /// Makes room for `more` bytes. The room doubles, so that small pieces do not move the bytes each
    /// time, but never beyond `most`: an announced length allocates nothing until the bytes are there.
    fn grow(&mut self, more: usize, most: usize) {
        let needed = self.bytes.len().saturating_add(more);
        if self.bytes.capacity() < needed {
            let room = self.bytes.capacity().saturating_mul(2).min(most).max(needed);
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
    use super::{Buffer, SLACK};

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

    #[test]
    fn what_is_kept_is_moved_once_in_a_while() {
        let mut buffer = Buffer::default();
        let want = 4 * SLACK;
        let mut moves = 0;
        for _ in 0..want {
            let before = buffer.spent;
            buffer.fill(&mut &[7; 80][..], want);
            moves += usize::from(buffer.spent < before);
            if buffer.held().len() == want {
                buffer.spend(80);
            }
            assert!(buffer.capacity() <= want + SLACK + 80);
        }
        assert!((1..=80 * want / SLACK).contains(&moves), "{moves}");
    }
}
